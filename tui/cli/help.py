"""The help of the commands: their options under headings."""

from __future__ import annotations

import click

HEADINGS = {
    "target": "Data",
    "backend": "Run",
    "epochs": "Stop",
    "missing": "Data",
    "memory": "Tables larger than memory",
    "until": "Stop",
    "recipe": "Run",
    "checkpoint": "Stop",
    "export_history": "Output",
    "digits": "Output",
    "as_json": "Output",
    "no_session": "Output",
    "info": "Other",
    "version": "Other",
    "help": "Other",
}
"""What stands above an option, and so above those that follow it."""

EXAMPLES = {
    "Data": "{program} houses.csv --target price --one-hot town --missing drop",
    "Run": "{program} --backend tensor --lr 1e-3 --init zeros",
    "Tables larger than memory": "{program} 'part-*.csv' --target price {large}",
    "Stop": '{program} --epochs 5000 --until "loss < 1e-3 or frozen"',
    "Output": "{program} --epochs 500 {output}",
}
"""What stands under a heading: how such options are used."""

LARGE = {
    "linreg-tui train": "--memory 800M --nproc 2",
    "linreg-tui explain": "--memory 800M",
    "linreg-tui": "--sample 5000",
}

OUTPUTS = {
    "linreg-tui train": "--export-history run.csv --export-script run.py --digits 8",
    "linreg-tui explain": "--digits 8",
    "linreg-tui": "--no-session",
}
"""What each command has of some of them."""


class GroupedCommand(click.Command):
    """A command whose help shows its options under `HEADINGS`, with an example each."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, a section for each heading."""
        sections: dict[str, list[tuple[str, str]]] = {}
        heading = "Options"
        for param in self.get_params(ctx):
            name = "help" if "--help" in param.opts else param.name or ""
            heading = HEADINGS.get(name, heading)
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                sections.setdefault(heading, []).append(record)
        program = ctx.command_path
        for heading, records in sections.items():
            with formatter.section(heading):
                formatter.write_dl(records)
                if heading in EXAMPLES:
                    words = {
                        "program": program,
                        "output": OUTPUTS.get(program, ""),
                        "large": LARGE.get(program, ""),
                    }
                    example = EXAMPLES[heading].format_map(words)
                    formatter.write(f"\n{'':>{formatter.current_indent}}For example: {example}\n")

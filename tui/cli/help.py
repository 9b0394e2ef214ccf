"""The help of the commands: their options under headings."""

from __future__ import annotations

import click

HEADINGS = {
    "target": "Columns",
    "backend": "Run",
    "missing": "Table files",
    "rows": "Built-in problems",
    "test_size": "Rows held out",
    "until": "Stopping and recipes",
    "export_history": "Files to write",
    "as_json": "Other",
    "version": "Other",
    "help": "Other",
}
"""What stands above an option, and so above those that follow it."""


class GroupedCommand(click.Command):
    """A command whose help shows its options, in their order, under `HEADINGS`."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, a section for each heading."""
        sections: dict[str, list[tuple[str, str]]] = {}
        heading = "Options"
        for param in self.get_params(ctx):
            heading = HEADINGS.get(param.name or "", heading)
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                sections.setdefault(heading, []).append(record)
        for heading, records in sections.items():
            with formatter.section(heading):
                formatter.write_dl(records)

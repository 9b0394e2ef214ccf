"""The commands that need no screen, each by the word that follows the program's name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from linreg_core import LinregError, is_launched
from tui.cli.commands.checkpoints import CheckpointWriter, checkpoint_options
from tui.cli.commands.checkpoints import resumed as resumed_run
from tui.cli.commands.sessions import delete_sessions, list_sessions
from tui.cli.export_options import export_options, requested_exports
from tui.cli.help import GroupedCommand
from tui.cli.large_options import NPROC
from tui.cli.options import DIGITS, problem_options, requested_recipe


@click.command(
    cls=GroupedCommand,
    epilog="Exit codes: 0 done, 2 refused input, 3 diverged, 128 + signal interrupted.",
)
@problem_options
@checkpoint_options
@NPROC
@export_options
@DIGITS
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
@click.pass_obj
def train_command(
    arguments: list[str], /, *, digits: int, as_json: bool, nproc: int | None, **given: Any
) -> int:
    """Train on DATA without a screen: a built-in problem, a table, or - for standard input.

    Several files, a folder or a pattern such as 'part-*.csv' are one table.
    """
    recipe, stored = requested_recipe(), None
    if given["resume"] is not None:
        stored, recipe = resumed_run(given["resume"], recipe)
    if nproc is not None and not is_launched():
        if given["resume"] is None and not recipe.data.is_path:
            raise LinregError("usage", "--nproc trains a table in files, by blocks; name one")
        from tui.cli.commands.processes import train_together  # noqa: PLC0415

        return train_together(arguments, nproc, given["checkpoint"])
    from linreg_core import parse_breakpoints  # noqa: PLC0415
    from tui.cli.commands.beginning import SURVIVED_EXIT, is_watched  # noqa: PLC0415
    from tui.cli.commands.train import train  # noqa: PLC0415

    writer = CheckpointWriter(given["checkpoint"], given["overwrite"], given["resume"])
    breakpoints = parse_breakpoints(recipe.until) if recipe.until.strip() else ()
    exports, read = requested_exports(given), given["recipe"]
    read_beside = () if read is None else (read,)
    try:
        return train(
            recipe,
            breakpoints,
            exports,
            read=read_beside,
            writer=writer,
            stored=stored,
            digits=digits,
            as_json=as_json,
        )
    except LinregError as error:
        if error.code != "rank-lost" or not is_watched():
            raise
        return SURVIVED_EXIT  # whoever launched this says what there is to say


@click.command(cls=GroupedCommand, epilog="Exit codes: 0 done, 2 refused input.")
@problem_options
@DIGITS
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
def explain_command(*, digits: int, as_json: bool, **_: Any) -> int:
    """Tell what a run on DATA would do, training nothing.

    The exact solution, the spectrum, which learning rates work, where the run overflows or freezes,
    and the state after --epochs in exact arithmetic. --until and --tol, which stop a run, change
    nothing here.
    """
    recipe = requested_recipe()
    if recipe.data.is_large and recipe.data.large.sample is None:  # one pass tells all of it
        large = replace(recipe.data.large, reduce="gram")
        recipe = replace(recipe, data=replace(recipe.data, large=large))
    from linreg_core import parse_breakpoints  # noqa: PLC0415
    from tui.cli.commands.explain import explain  # noqa: PLC0415

    if recipe.until.strip():
        parse_breakpoints(recipe.until)
    return explain(recipe, digits=digits, as_json=as_json)


@click.command()
@click.option("--delete", metavar="SESSION|all", multiple=True, help="Delete a session, or all.")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
def sessions_command(*, delete: tuple[str, ...], as_json: bool) -> int:
    """List the sessions that linreg-tui --resume can go on with, the latest first."""
    if delete:
        delete_sessions(delete)
    else:
        list_sessions(as_json=as_json)
    return 0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
def config_command(*, as_json: bool) -> int:
    """Show where your settings are and what they are: theme, pace, detail, digits, marker, keys."""
    from tui.cli.commands.config import show_config  # noqa: PLC0415

    show_config(as_json=as_json)
    return 0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
def problems_command(*, as_json: bool) -> int:
    """List the built-in problems: their size, what of it can be chosen, and what they teach."""
    from tui.cli.commands.problems import list_problems  # noqa: PLC0415

    list_problems(as_json=as_json)
    return 0


COMMANDS = {
    "train": train_command,
    "explain": explain_command,
    "problems": problems_command,
    "sessions": sessions_command,
    "config": config_command,
}
"""The commands by their words, which are those of `WITHOUT_SCREEN`."""

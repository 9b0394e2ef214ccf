"""The command line: ``linreg-tui`` opens the trainer; its other commands have no screen.

Nothing heavy is imported before it is needed: ``--help`` and ``--version`` load neither textual nor
NumPy nor torch.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import textwrap
import traceback
from dataclasses import replace
from typing import Any

import click

from linreg_core import (
    STANDARD_INPUT,
    ExpressionError,
    LinregError,
    brief,
    fit_threads,
    is_launched,
    refusing_shortage,
    visible,
)
from tui.cli.commands.checkpoints import CheckpointWriter, checkpoint_options
from tui.cli.commands.checkpoints import resumed as resumed_run
from tui.cli.commands.sessions import (
    check_resumes_alone,
    delete_sessions,
    list_sessions,
    session_options,
)
from tui.cli.export_options import export_options, requested_exports
from tui.cli.help import GroupedCommand
from tui.cli.large_options import NPROC
from tui.cli.options import DIGITS, REFUSED_EXIT, problem_options, requested_recipe
from tui.cli.streams import complain, let_go_of_output, print_result
from tui.entry import (
    INTERRUPTED_EXIT,
    collect_garbage_again,
    end_at_once,
    end_on_ctrl_c,
    raise_on_ctrl_c,
    was_interrupted,
)

FAULT_EXIT = 1

COMPLETION = "_LINREG_TUI_COMPLETE"
"""Set by a shell that asks what it could complete."""


@click.command(
    cls=GroupedCommand,
    epilog="Without a screen: linreg-tui train [DATA] [OPTIONS] trains, linreg-tui explain [DATA] "
    "[OPTIONS] tells what is known beforehand, linreg-tui problems lists the built-in problems, "
    "linreg-tui sessions what can be gone on with; all have --help.",
)
@problem_options
@session_options
@click.option("--info", is_flag=True, help="Print what a bug report needs: versions, terminal.")
@click.version_option(package_name="linreg-tui", prog_name="linreg-tui")
def open_command(*, resume: str | None, no_session: bool, info: bool, **_: Any) -> int:
    """Open the step-through trainer on DATA: a built-in problem's name, or a table file."""
    if info:
        from tui.cli.commands.info import show_info  # noqa: PLC0415

        show_info()
        return 0
    recipe = requested_recipe()
    recipe = replace(recipe, data=recipe.data.for_screen())
    if recipe.data.source == STANDARD_INPUT:
        raise LinregError(
            "no-standard-input",
            "the trainer reads keys from standard input, and so no table; save the table as a "
            "file, or use: linreg-tui train -",
        )
    if not (os.isatty(0) and os.isatty(2)) or os.environ.get("TERM") == "dumb":
        raise LinregError(
            "no-terminal",
            "the trainer needs a terminal to draw on; without one use: linreg-tui train",
        )
    try:
        os.getcwd()  # the engine's process will ask for it
    except OSError as error:
        raise LinregError(
            "no-folder", f"the folder you are in cannot be used ({error.strerror}); cd to another"
        ) from None
    if resume is not None:
        check_resumes_alone(no_session=no_session)
    from tui.launch import launch  # noqa: PLC0415
    from tui.sitting.start import requested_open, resumed, started  # noqa: PLC0415

    if resume is not None:
        first, recorder, view = resumed(resume)
        return launch(first, epochs=recipe.epochs, recorder=recorder, view=view)
    first = requested_open(recipe)
    new = None if no_session else started()
    return launch(first, epochs=recipe.epochs, recorder=new, view=recipe.view)


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


WITHOUT_SCREEN = {
    "train": train_command,
    "explain": explain_command,
    "problems": problems_command,
    "sessions": sessions_command,
    "config": config_command,
}
"""The commands by the word that follows the program's name."""


def run(arguments: list[str]) -> int:
    """Do what the arguments say and give the exit code; no traceback ever leaves."""
    try:
        return _obey(arguments)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED_EXIT
    except BrokenPipeError:  # of --help, say: the reader has seen enough
        let_go_of_output()
        return 0
    except Exception as error:
        return INTERRUPTED_EXIT if was_interrupted.is_set() else _fault(error)


def _obey(arguments: list[str]) -> int:
    """Run the command; what it refuses is said."""
    if (instruction := os.environ.get(COMPLETION)) is not None:
        from tui.cli.completion import complete  # noqa: PLC0415

        return complete(open_command, WITHOUT_SCREEN, instruction)
    word = arguments[0] if arguments and arguments[0] in WITHOUT_SCREEN else ""
    command, rest = WITHOUT_SCREEN.get(word, open_command), arguments[bool(word) :]
    program = f"linreg-tui {word}".strip()
    as_json = bool(word) and "--json" in rest
    try:
        # Not command.main(): it ends the process on a broken pipe, with exit code 1.
        with command.make_context(program, list(rest), obj=list(rest)) as context:
            if command is not open_command:  # which is not begun before its first picture
                collect_garbage_again()
            if command is not problems_command:  # which needs next to nothing
                fit_threads()
            with refusing_shortage(f"run {program}"):
                return int(command.invoke(context) or 0)
    except click.exceptions.Exit as leave:  # --help and --version
        return leave.exit_code
    except LinregError as error:
        return _refuse(error, as_json=as_json)
    except click.ClickException as error:
        refusal = LinregError("usage", f"{error.format_message()} See {program} --help")
        return _refuse(refusal, as_json=as_json)


def _refuse(error: LinregError, *, as_json: bool) -> int:
    """Say in one line what was refused, where and what to do."""
    complain(f"error: {visible(str(error))}")
    if error.code == "cannot-print":
        return FAULT_EXIT
    if isinstance(error, ExpressionError):
        complain(textwrap.indent(error.excerpt, "  "))
    if as_json:
        summary = {"code": error.code, "message": error.message}
        location = {"line": error.line, "column": error.column}
        with contextlib.suppress(LinregError):
            print_result(json.dumps({"error": summary | location}))
    return REFUSED_EXIT


def _fault(error: Exception) -> int:
    """Say in one line that the fault is ours; the traceback goes to a file."""
    from tui.host.log import write_log  # noqa: PLC0415

    path = write_log("crash.log", "".join(traceback.format_exception(error)))
    details = "" if path is None else f"; details in {visible(str(path))}"
    summary = brief(visible(f"{type(error).__name__}: {error}"))
    complain(f"error: a fault of ours, not of your input: {summary}{details}")
    return FAULT_EXIT


def main() -> None:
    """Obey the command line, and end with its exit code."""
    if sys.stdout is not None:  # R² and λ in a terminal that knows neither
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        raise_on_ctrl_c()
        code = run(sys.argv[1:])
    except SystemExit as by_signal:  # before the screen opened
        code = int(by_signal.code or 0)
    finally:
        end_on_ctrl_c()
    if code > 128:  # Python would end otherwise where an import was broken off, or no terminal left
        end_at_once(code)
    sys.exit(code)

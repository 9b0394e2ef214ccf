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
    refusing_shortage,
    visible,
)
from tui.cli.commands.sessions import check_resumes_alone, session_options
from tui.cli.help import GroupedCommand
from tui.cli.options import REFUSED_EXIT, problem_options, requested_recipe
from tui.cli.streams import complain, let_go_of_output, print_result
from tui.entry import (
    INTERRUPTED_EXIT,
    WITHOUT_SCREEN,
    collect_garbage_again,
    end_at_once,
    end_on_ctrl_c,
    has_terminal,
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
    if not has_terminal():
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
        from tui.cli.without_screen import COMMANDS  # noqa: PLC0415

        return complete(open_command, COMMANDS, instruction)
    word = arguments[0] if arguments and arguments[0] in WITHOUT_SCREEN else ""
    command, rest = command_of(word), arguments[bool(word) :]
    program = f"linreg-tui {word}".strip()
    as_json = bool(word) and "--json" in rest
    try:
        # Not command.main(): it ends the process on a broken pipe, with exit code 1.
        with command.make_context(program, list(rest), obj=list(rest)) as context:
            if command is not open_command:  # which is not begun before its first picture
                collect_garbage_again()
            if word != "problems":  # which needs next to nothing
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


def command_of(word: str) -> click.Command:
    """The command that a word of `WITHOUT_SCREEN` stands for, or else the one with a screen."""
    if not word:
        return open_command
    from tui.cli.without_screen import COMMANDS  # noqa: PLC0415  (6 ms)

    return COMMANDS[word]


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

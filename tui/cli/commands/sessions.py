"""Sessions on the command line: ``linreg-tui sessions``, ``--resume``, ``--no-session``."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import click
from click.core import ParameterSource

from linreg_core import LinregError, quoted, visible
from tui.cli.streams import print_result

LAST = "last"

OPTIONS = (
    click.option(
        "--resume",
        metavar="[SESSION]",
        is_flag=False,
        flag_value=LAST,
        help="Go on with the last session where it stood, or with one that linreg-tui sessions "
        "lists.",
    ),
    click.option("--no-session", is_flag=True, help="Do not record what is done."),
)


def session_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of `OPTIONS`."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def check_resumes_alone(*, no_session: bool) -> None:
    """Refuse what does not go with ``--resume``: a session has its own data and settings.

    Raises:
        LinregError: "usage".
    """
    context = click.get_current_context()
    default = ParameterSource.DEFAULT
    given = [
        name
        for name in context.params
        if name not in ("resume", "no_session")
        and context.get_parameter_source(name) is not default
    ]
    if given or no_session:
        other = "no-session" if no_session else given[0].replace("_", "-")
        raise LinregError("usage", f"--resume goes with no other option, and {other} was given")


def list_sessions(*, as_json: bool) -> None:
    """Print the sessions there are, the latest first."""
    rows = _rows()
    if as_json:
        print_result(json.dumps({"sessions": rows}))
    elif not rows:
        print_result("There are no sessions.")
    else:
        print_result("\n".join(f"{visible(row['session'])}  {row['words']}" for row in rows))


def delete_sessions(names: tuple[str, ...]) -> None:
    """Delete sessions by their names; "all" is all that are not open.

    Raises:
        LinregError: "no-session" for a name that there is not, and "session-in-use".
    """
    from tui.host.log import sessions_folder  # noqa: PLC0415
    from tui.sitting import file  # noqa: PLC0415  (needs NumPy)

    here = sessions_folder()
    known = {} if here is None else {path.stem: path for path in file.sittings(here)}
    if names == ("all",):
        names = tuple(name for name, path in known.items() if not file.is_in_use(path))
    for name in names:
        if name not in known:
            raise LinregError("no-session", f"there is no session {quoted(name)}")
        try:
            file.delete(known[name])
        except OSError as error:
            reason = f"cannot be deleted: {error.strerror}"
            raise LinregError("cannot-write", reason, file=visible(str(known[name]))) from None
        print_result(f"deleted {name}")


def _rows() -> list[dict[str, Any]]:
    from tui.host.log import sessions_folder  # noqa: PLC0415
    from tui.sitting import file  # noqa: PLC0415  (needs NumPy)
    from tui.sitting.recorder import StoredSession  # noqa: PLC0415
    from tui.text import counted  # noqa: PLC0415

    here, rows = sessions_folder(), []
    for path in [] if here is None else file.sittings(here):
        row: dict[str, Any] = {"session": path.stem, "open": file.is_in_use(path)}
        try:
            state = file.read(path)
            runs = counted(len(state.runs.runs), "run")
            words = f"{StoredSession(path, state).words(time.time())}, {runs}"
            row |= {"runs": len(state.runs.runs), "at": state.at}
        except (LinregError, OSError) as error:
            words = visible(str(error))
        rows.append(row | {"words": words + ", open now" * row["open"]})
    return rows

"""The options of ``train`` that write files, one for each kind of export."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any, cast

import click

from linreg_core import LinregError

if TYPE_CHECKING:
    from linreg_core import Export, ExportKind

WORDS = {
    "history": "Write the history as CSV: epoch, loss, weights, gradient.",
    "weights": "Write the final weights: the object of --json.",
    "script": "Write the run as a Python script of its own.",
    "recipe": "Write all settings as TOML, for --recipe.",
}
"""What each kind of export is."""

OPTIONS = (
    *(click.option(f"--export-{kind}", metavar="FILE", help=text) for kind, text in WORDS.items()),
    click.option(
        "--history-epochs",
        metavar="A-B",
        help="Every epoch from A to B in the history [as many as a plot shows].",
    ),
    click.option("--overwrite", is_flag=True, help="Let --export-... write over files."),
)


def export_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of `OPTIONS`."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(OPTIONS), command)


def requested_exports(given: dict[str, Any]) -> tuple[Export, ...]:
    """The files that the options ask for.

    Raises:
        LinregError: "usage" for options that do not go together, and as `Export` refuses.
    """
    paths = {kind: given[f"export_{kind}"] for kind in WORDS}
    requested = {kind: path for kind, path in paths.items() if path is not None}
    if given["history_epochs"] is not None and "history" not in requested:
        raise LinregError("usage", "--history-epochs needs --export-history FILE")
    if not requested:
        return ()
    from linreg_core import Export, parse_epochs  # noqa: PLC0415  (needs NumPy; --help must not)

    epochs = None if given["history_epochs"] is None else parse_epochs(given["history_epochs"])
    return tuple(
        Export(
            cast("ExportKind", kind),
            path,
            overwrite=given["overwrite"],
            epochs=epochs if kind == "history" else None,
        )
        for kind, path in requested.items()
    )

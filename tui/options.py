"""The options that both commands share, and what they say about the data and the run."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any

import click

from linreg_core import BACKENDS, DTYPES, TrainConfig, parse_init, parse_lr

if TYPE_CHECKING:
    from linreg_core import TableOptions

ARTICLE_EPOCHS = 1_000_000

SEPARATORS = {"\\t": "\t", "tab": "\t", "blank": " "}
"""What cannot well be typed, by what is typed instead."""

OPTIONS = (
    click.argument("data", default="article"),
    click.option("--target", metavar="NAME", help="Column to predict [last numeric column]."),
    click.option(
        "--features", metavar="A,B", help="Columns to predict it from [all other numeric]."
    ),
    click.option(
        "--one-hot",
        metavar="A,B",
        multiple=True,
        help="Columns of categories: one feature of 0 and 1 for each value but the first.",
    ),
    click.option(
        "--degree",
        type=int,
        default=1,
        show_default=True,
        help="Of the only feature x, use x, x^2, ... up to this power.",
    ),
    click.option(
        "--backend",
        default="numpy",
        show_default=True,
        metavar="NAME",
        help=f"One of: {', '.join(BACKENDS)}.",
    ),
    click.option(
        "--device",
        default="cpu",
        show_default=True,
        metavar="cpu|cuda|cuda:N",
        help="Where torch computes.",
    ),
    click.option(
        "--dtype",
        metavar="|".join(DTYPES),
        help="Precision [float64 for NumPy, float32 for torch].",
    ),
    click.option(
        "--lr",
        metavar="FLOAT|auto|best",
        help="Learning rate [1e-4 for built-in problems, auto for files]; "
        "auto is 1/λmax, best is 2/(λmin+λmax).",
    ),
    click.option(
        "--epochs",
        type=click.IntRange(min=0),
        default=ARTICLE_EPOCHS,
        show_default=True,
        help="How many epochs to train; on screen, how many the key N offers.",
    ),
    click.option(
        "--init",
        default="article",
        show_default=True,
        metavar="FLOAT|zeros|article|random",
        help="Initial weights; article: 0.1 for NumPy, 0 for tensor, nn.Linear's own draw for nn.",
    ),
    click.option("--seed", type=int, default=0, show_default=True, help="For random weights."),
    click.option("--bias/--no-bias", default=None, help="Train a constant term [only for files]."),
    click.option(
        "--standardize/--no-standardize",
        default=None,
        help="Bring features to one scale [only for files]; weights are told in both units.",
    ),
    click.option(
        "--missing",
        type=click.Choice(["refuse", "drop"]),
        default="refuse",
        show_default=True,
        help="What to do with a row that lacks a value.",
    ),
    click.option(
        "--separator",
        metavar="CHARACTER|tab|blank",
        help="Between cells; blank is any number of blanks [told from the file].",
    ),
    click.option("--decimal-comma", is_flag=True, help="Numbers are written 1,5 and not 1.5."),
    click.option("--encoding", default="utf-8", show_default=True, help="Of the file's text."),
    click.option(
        "--no-header", is_flag=True, help="The first line is data; columns are c1, c2, ..."
    ),
    click.option(
        "--until",
        metavar="CONDITION",
        default="",
        help="Stop at the first epoch where it holds: epoch == 500, loss < 1e-3, gradient < 1e-6, "
        'loss rises, frozen, not finite; join several with "or".',
    ),
    click.option(
        "--tol",
        type=float,
        metavar="FLOAT",
        help="Stop when the largest |gradient| is at most this share of the first one [never].",
    ),
)


def problem_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument and options of `OPTIONS`."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(OPTIONS), command)


def table_options(given: dict[str, Any]) -> TableOptions:
    """What the options say about reading the file."""
    from linreg_core import TableOptions  # noqa: PLC0415  (needs NumPy; --help must not)

    features, separator = given["features"], given["separator"]
    return TableOptions(
        target=given["target"],
        features=None if features is None else _names(features),
        one_hot=tuple(name for names in given["one_hot"] for name in _names(names)),
        degree=given["degree"],
        missing=given["missing"],
        separator=SEPARATORS.get(separator, separator),
        decimal_comma=given["decimal_comma"],
        encoding=given["encoding"],
        header=not given["no_header"],
    )


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(","))


def train_config(given: dict[str, Any]) -> TrainConfig:
    """What the options say about the run."""
    return TrainConfig(
        backend=given["backend"],
        device=given["device"],
        dtype=given["dtype"],
        lr=None if given["lr"] is None else parse_lr(given["lr"]),
        init=parse_init(given["init"]),
        seed=given["seed"],
        bias=given["bias"],
        standardize=given["standardize"],
        tol=given["tol"],
    )

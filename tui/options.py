"""The options that both commands share, and what they say about the data and the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Any

import click
from click.core import ParameterSource

from linreg_core import BACKENDS, DTYPES, MOST_EPOCHS, Recipe, parse_init, parse_lr, read_recipe

REFUSED_EXIT = 2

SEPARATORS = {"\\t": "\t", "tab": "\t", "blank": " "}
"""What cannot well be typed, by what is typed instead."""

TABLE_OPTIONS = (
    "target",
    "features",
    "one_hot",
    "degree",
    "missing",
    "separator",
    "decimal_comma",
    "encoding",
)
RUN_OPTIONS = ("backend", "device", "dtype", "lr", "init", "seed", "bias", "standardize", "tol")
"""Options that say a field of `TableOptions` or of `TrainConfig`, by that field's name."""

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
        type=click.IntRange(0, MOST_EPOCHS),
        default=Recipe().epochs,
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
    click.option(
        "--recipe",
        metavar="FILE",
        help="Take data and options from a recipe; those given beside it win.",
    ),
)


def problem_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument and options of `OPTIONS`."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(OPTIONS), command)


def asked_recipe() -> Recipe:
    """The run that the present command's arguments and options ask for.

    Raises:
        LinregError: for values that cannot be used, and for a recipe that cannot be read.
    """
    context = click.get_current_context()
    given, recipe, taken = context.params, Recipe(), set(context.params)
    if given["recipe"] is not None:
        recipe = read_recipe(given["recipe"])
        taken = {
            name
            for name in given
            if context.get_parameter_source(name) is not ParameterSource.DEFAULT
        }
    table, run = _table_options(given, taken), _train_config(given, taken)
    return Recipe(
        source=given["data"] if "data" in taken else recipe.source,
        options=replace(recipe.options, **table),
        config=replace(recipe.config, **run),
        epochs=given["epochs"] if "epochs" in taken else recipe.epochs,
        until=given["until"] if "until" in taken else recipe.until,
    )


def _table_options(given: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    """What the options that are taken say about reading the file, as `TableOptions` has it."""
    separator, features = given["separator"], given["features"]
    values = {
        **given,
        "features": None if features is None else _names(features),
        "one_hot": tuple(name for names in given["one_hot"] for name in _names(names)),
        "separator": SEPARATORS.get(separator, separator),
    }
    told = {name: values[name] for name in TABLE_OPTIONS if name in taken}
    return told | ({"header": not given["no_header"]} if "no_header" in taken else {})


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(","))


def _train_config(given: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    """What the options that are taken say about the run, as `TrainConfig` has it."""
    values = {
        **given,
        "lr": None if given["lr"] is None else parse_lr(given["lr"]),
        "init": parse_init(given["init"]),
    }
    return {name: values[name] for name in RUN_OPTIONS if name in taken}

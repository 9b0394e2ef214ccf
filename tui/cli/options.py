"""The options that the commands share, and what they say about the data and the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import reduce
from typing import Any

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from linreg_core import (
    BUILTINS,
    MOST_EPOCHS,
    SETTINGS,
    Recipe,
    Setting,
    TableOptions,
    TrainConfig,
    parse_bytes,
    read_recipe,
)
from tui.cli.large_options import LARGE, LARGE_OPTIONS
from tui.cli.number_types import Epochs, Number, Whole

REFUSED_EXIT = 2

SEPARATORS = {"\\t": "\t", "tab": "\t", "blank": " "}
"""What cannot well be typed, by what is typed instead."""

DEFAULTS = vars(TrainConfig())
TYPES: dict[type, click.ParamType[Any]] = {int: Whole(), float: Number()}


def _option_of(setting: Setting) -> Callable[[Any], Any]:
    """The option of a setting of the run; one that may be a word, too, stays as it was typed."""
    flag, default = setting.name.replace("_", "-"), DEFAULTS[setting.name]
    if setting.kind is bool:
        return click.option(f"--{flag}/--no-{flag}", default=default, help=setting.help)
    return click.option(
        f"--{flag}",
        type=None if setting.choices else TYPES.get(setting.kind),
        default=default,
        show_default=default is not None,
        metavar=setting.metavar,
        help=setting.help,
    )


def data_offered(_: object, __: object, typed: str) -> list[CompletionItem]:
    """What a shell offers for DATA: the built-in problems, and files."""
    names = [CompletionItem(name) for name in BUILTINS if name.startswith(typed)]
    return [*names, CompletionItem(typed, type="file")]


OPTIONS: tuple[Callable[..., Any], ...] = (
    click.argument("data", nargs=-1, shell_complete=data_offered),
    click.option("--target", metavar="NAME", help="Column to predict [last numeric column]."),
    click.option(
        "--features", metavar="A,B", help="Columns to predict it from [all other numeric]."
    ),
    click.option("--without", metavar="A,B", multiple=True, help="Columns that play no part."),
    click.option(
        "--one-hot",
        metavar="A,B",
        multiple=True,
        help="Columns of categories: one feature of 0 and 1 for each value but the first.",
    ),
    click.option(
        "--date",
        metavar="A,B",
        multiple=True,
        help="Columns of dates: each becomes days since the earliest.",
    ),
    click.option(
        "--date-format",
        metavar="FORMAT",
        help="How they are written, such as %d.%m.%Y [2024-01-31, with or without a time].",
    ),
    click.option(
        "--degree",
        type=Whole(),
        default=1,
        show_default=True,
        help="Of the only feature x, use x and powers of its distance from its mean, up to this.",
    ),
    *map(_option_of, SETTINGS.values()),
    click.option(
        "--epochs",
        metavar="N",
        type=Epochs(0, MOST_EPOCHS),
        default=Recipe().epochs,
        show_default=f"{Recipe().epochs:,}",
        help="How many epochs to train; on screen, how many the key N offers.",
    ),
    click.option(
        "--missing",
        type=click.Choice(["refuse", "drop"]),
        default="refuse",
        show_default=True,
        help="What to do with a row that lacks a value.",
    ),
    click.option(
        "--missing-values",
        metavar="A,B",
        multiple=True,
        help="What else stands for a missing value, such as -999 or unknown.",
    ),
    click.option(
        "--loose-numbers",
        is_flag=True,
        help="Read $1,250,000 and 12% and 1'234.5 m and (67.00) as numbers.",
    ),
    click.option(
        "--separator",
        metavar="CHARACTER|tab|blank",
        help="What stands between two cells; blank is any number of blanks [told from the file].",
    ),
    click.option("--decimal-comma", is_flag=True, help="Numbers are written 1,5 and not 1.5."),
    click.option(
        "--encoding",
        default="utf-8",
        show_default=True,
        help="How letters are stored in the file; older programs write cp1252 or latin-1.",
    ),
    click.option(
        "--header/--no-header",
        default=None,
        help="The first line holds names, or is data: columns are c1, c2, ... [names, and refused "
        "where they look like data].",
    ),
    click.option(
        "--skip-lines",
        metavar="LINES",
        default="",
        help="Lines of the file that are no data, such as 1-2,4.",
    ),
    click.option(
        "--comment",
        metavar="MARK",
        help="The mark of a comment, such as #: a line that begins with it, or the rest of a line "
        "behind it, is no data.",
    ),
    click.option(
        "--rows",
        type=Whole(),
        metavar="N",
        help="Rows of a built-in problem; linreg-tui problems tells which take it.",
    ),
    click.option(
        "--columns",
        type=Whole(),
        metavar="D",
        help="Features of a built-in problem; rows times columns are 10,000,000 at most.",
    ),
    click.option(
        "--noise",
        type=Number(),
        metavar="SIGMA",
        help="Standard deviation of a built-in problem's noise.",
    ),
    click.option(
        "--data-seed",
        type=Whole(),
        metavar="S",
        help="Seed of a built-in problem's data: another one makes other data.",
    ),
    click.option(
        "--test-size",
        type=Number(),
        metavar="SHARE",
        help="Hold this share of the rows out, to test the fit on them [none].",
    ),
    click.option(
        "--split-seed",
        type=Whole(),
        default=0,
        show_default=True,
        help="Seed of --test-size: another one holds other rows out.",
    ),
    *LARGE_OPTIONS,
    click.option(
        "--until",
        metavar="CONDITION",
        default="",
        help="Stop at the first epoch where it holds: epoch == 500, loss < 1e-3, gradient < 1e-6, "
        'loss rises, frozen, not finite; join several with "or".',
    ),
    click.option(
        "--recipe",
        metavar="FILE",
        help="Take data and options from a recipe; those given beside it win.",
    ),
)


DIGITS = click.option(
    "--digits",
    metavar="N",
    type=Epochs(1, 17),
    default=5,
    show_default=True,
    help="Significant digits of the numbers in the table; 17 tell every bit.",
)


def problem_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument and options of `OPTIONS`."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(OPTIONS), command)


def requested_recipe() -> Recipe:
    """The run that the present command's arguments and options ask for.

    Raises:
        LinregError: for values that cannot be used, and for a recipe that cannot be read.
    """
    context = click.get_current_context()
    given, recipe, taken = context.params, Recipe(), set(context.params)
    if given["recipe"] is not None:
        recipe = read_recipe(given["recipe"])
        default = ParameterSource.DEFAULT
        taken = {name for name in given if context.get_parameter_source(name) is not default}

    def said(wanted: Mapping[str, str]) -> dict[str, Any]:
        """What the options say of some fields."""
        return {
            field: _read(option, given[option])
            for option, field in wanted.items()
            if option in taken
        }

    data = replace(
        recipe.data,
        options=replace(recipe.data.options, **said(TABLE)),
        made=replace(recipe.data.made, **said(MADE)),
        split=replace(recipe.data.split, **said(SPLIT)),
        large=replace(recipe.data.large, **said(LARGE)),
        **(_named(given["data"]) if given["data"] else {}),
    )
    config = replace(recipe.config, **said({name: name for name in SETTINGS}))
    return replace(recipe, data=data, config=config, **said(RUN))


def _read(option: str, typed: object) -> object:
    """What an option's value says of its field."""
    reader = READERS.get(option)
    return typed if reader is None or typed is None else reader(typed)


TABLE = {
    **{field.name: field.name for field in fields(TableOptions) if field.name != "dates"},
    "date": "dates",
}
MADE = {"rows": "rows", "columns": "columns", "noise": "noise", "data_seed": "seed"}
SPLIT = {"test_size": "test_size", "split_seed": "seed"}
RUN = {"epochs": "epochs", "until": "until"}
"""Which option says which field of a recipe's parts, and of a recipe itself."""


def _named(names: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a request that names stand for."""
    source, *more = names
    return {"source": source, "more": tuple(more)}


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(","))


def _several(listed: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for names in listed for name in _names(names))


READERS: dict[str, Callable[[Any], object]] = {
    "features": _names,
    **dict.fromkeys(("without", "one_hot", "date", "missing_values"), _several),
    "separator": lambda typed: SEPARATORS.get(typed, typed),
    "memory": parse_bytes,
    **{
        name: setting.parse
        for name, setting in SETTINGS.items()
        if setting.kind is float and setting.choices
    },
}
"""What turns an option's value into its field's, where they differ and it is given."""

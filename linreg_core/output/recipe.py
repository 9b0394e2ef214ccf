"""Recipes: every setting of a run in a TOML file that reproduces it bit for bit.

    data = "table.csv"
    epochs = 1000

    [table]
    target = "price"

    [run]
    backend = "tensor"
    lr = "auto"

A key that is not there means the default, as for an option that is not given. A relative path in
a recipe is relative to the recipe's own folder, so that both can be moved together.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields

from linreg_core.datasets.options import MadeOptions, Split, TableOptions
from linreg_core.datasets.request import DataRequest
from linreg_core.errors import LinregError
from linreg_core.output.toml_schema import Section, read_sections
from linreg_core.safe_text import quoted, told, visible
from linreg_core.settings.config import TrainConfig

ARTICLE = "article"
ARTICLE_DATA = DataRequest(ARTICLE)
ARTICLE_EPOCHS = 1_000_000
MOST_EPOCHS = 10**15
"""A run counts up to 2^52; with more it would never be done."""

HEADING = "# A run of linreg-tui; to repeat it: linreg-tui train --recipe FILE\n\n"


@dataclass(frozen=True)
class Recipe:
    """What a run needs to be repeated.

    Args:
        data: the problem, and how to read or make it.
        config: what to run; a rule for the learning rate stays a rule.
        epochs: how many, 0 to `MOST_EPOCHS`.
        until: conditions that stop the run, as for breakpoints; empty: none.

    Raises:
        LinregError: "bad-value" for a number of epochs out of range.
    """

    data: DataRequest = ARTICLE_DATA
    config: TrainConfig = field(default_factory=TrainConfig)
    epochs: int = ARTICLE_EPOCHS
    until: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.epochs <= MOST_EPOCHS:
            raise LinregError(
                "bad-value", f"epochs must be from 0 to {MOST_EPOCHS:,}; got {told(self.epochs)}"
            )

    def to_toml(self, folder: str) -> str:
        """The text of a recipe kept in a folder; settings that are ``None`` are left out.

        Raises:
            LinregError: "not-repeatable" for names that no UTF-8 text can hold.
        """
        import tomli_w  # noqa: PLC0415  (only for this)

        data = self.data
        sections: Section = {"data": _seen_from(folder, data.source), "epochs": self.epochs}
        if self.until.strip():
            sections["until"] = self.until
        for name, part in (("table", data.options), ("made", data.made), ("split", data.split)):
            if changed := _changed(part):
                sections[name] = changed
        sections["run"] = {
            name: value for name, value in vars(self.config).items() if value is not None
        }
        text = HEADING + tomli_w.dumps(sections)
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            character = quoted(text[error.start : error.end])
            raise LinregError(
                "not-repeatable",
                f"a recipe is UTF-8 text, which has no {character}; rename the file of that name",
            ) from None
        return text


def read_recipe(path: str) -> Recipe:
    """Read a recipe.

    Raises:
        LinregError: with the file: what `read_sections`, `TableOptions`, `MadeOptions`, `Split` and
            `TrainConfig` refuse.
    """
    try:
        sections = read_sections(path)
        top, table = sections[""], sections["table"]
        for name, value in table.items():
            if isinstance(value, list):
                table[name] = tuple(value)
        return Recipe(
            DataRequest(
                _found_from(os.path.dirname(path), top.get("data", ARTICLE)),
                options=TableOptions(**table),
                made=MadeOptions(**sections["made"]),
                split=Split(**sections["split"]),
            ),
            config=TrainConfig(**sections["run"]),
            epochs=top.get("epochs", ARTICLE_EPOCHS),
            until=top.get("until", ""),
        )
    except LinregError as error:
        raise LinregError(error.code, error.message, file=visible(path), line=error.line) from None


def _changed(part: TableOptions | MadeOptions | Split) -> Section:
    """The settings that are not the default, as TOML tells them."""
    values = {setting.name: getattr(part, setting.name) for setting in fields(part)}
    defaults = vars(type(part)())
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value != defaults[name]
    }


def _seen_from(folder: str, source: str) -> str:
    """A source as a recipe in a folder names it."""
    if _is_no_path(source) or os.path.isabs(source):
        return source
    # Folders without links, or ".." would lead elsewhere; a link to the file itself is meant.
    place = os.path.join(os.path.realpath(os.path.dirname(source)), os.path.basename(source))
    path = os.path.relpath(place, os.path.realpath(folder))
    return os.path.join(os.curdir, path) if _is_no_path(path) else path


def _found_from(folder: str, data: str) -> str:
    """The source that a recipe in a folder names."""
    return data if _is_no_path(data) else os.path.join(folder, data)


def _is_no_path(source: str) -> bool:
    return not DataRequest(source).files

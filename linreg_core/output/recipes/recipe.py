"""Recipes: every setting of a run in a TOML file that reproduces it bit for bit.

    data = "table.csv"
    epochs = 1000

    [table]
    target = "price"

    [run]
    backend = "tensor"
    lr = "auto"

A key that is not there means the default, as for an option that is not given. A relative path in
a recipe is relative to the recipe's own folder, so that both can be moved together. A run that was
changed on its way has its edits, in their order:

    [[edits]]
    epoch = 500

    [edits.run]
    backend = "tensor"
    lr = 0.01

And one that was looked at has a section [view], of which nothing changes what is run.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field, fields
from typing import Any

from linreg_core.datasets.large.options import LargeOptions
from linreg_core.datasets.options import MadeOptions, Split, TableOptions
from linreg_core.datasets.request import DataRequest
from linreg_core.errors import LinregError
from linreg_core.output.recipes.edit import Edit
from linreg_core.output.recipes.toml_schema import Section, checked, read_sections
from linreg_core.records import dataclass
from linreg_core.safe_text import described, quoted, visible
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
        edits: where it was changed, in the order in which that was done.
        view: how it was looked at, text and numbers by name; whoever looks knows what they mean.

    Raises:
        LinregError: "bad-value" for a number of epochs out of range, and for edits that go back.
    """

    data: DataRequest = ARTICLE_DATA
    config: TrainConfig = field(default_factory=TrainConfig)
    epochs: int = ARTICLE_EPOCHS
    until: str = ""
    edits: tuple[Edit, ...] = ()
    view: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.epochs <= MOST_EPOCHS:
            raise LinregError(
                "bad-value",
                f"epochs must be from 0 to {MOST_EPOCHS:,}; got {described(self.epochs)}",
            )
        epochs = [edit.epoch for edit in self.edits]
        if epochs != sorted(epochs):
            raise LinregError("bad-value", "edits must stand in the order of their epochs")
        if epochs and self.epochs < epochs[-1]:
            raise LinregError(
                "bad-value",
                f"there is an edit at epoch {epochs[-1]:,}, and epochs is {self.epochs:,}; "
                "take more",
            )

    @property
    def last_config(self) -> TrainConfig:
        """What is run in the end."""
        return self.edits[-1].config if self.edits else self.config

    def to_toml(self, folder: str) -> str:
        """The text of a recipe kept in a folder; settings that are ``None`` are left out.

        Raises:
            LinregError: "not-repeatable" for names that no UTF-8 text can hold.
        """
        import tomli_w  # noqa: PLC0415  (only for this)

        text = HEADING + tomli_w.dumps(self.sections(folder))
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            character = quoted(text[error.start : error.end])
            raise LinregError(
                "not-repeatable",
                f"a recipe is UTF-8 text, which has no {character}; rename the file of that name",
            ) from None
        return text

    def sections(self, folder: str) -> Section:
        """The same as plain values: text, numbers, lists, and dictionaries of them by name."""
        data = self.data
        sections: Section = {"data": _seen_from(folder, data.source), "epochs": self.epochs}
        if data.more:
            sections["more"] = [_seen_from(folder, name) for name in data.more]
        if self.until.strip():
            sections["until"] = self.until
        for name, part in (
            ("table", data.options),
            ("made", data.made),
            ("split", data.split),
            ("large", data.large),
        ):
            if changed := _changed(part):
                sections[name] = changed
        sections["run"] = _given(self.config)
        if self.edits:
            sections["edits"] = [edit_section(edit) for edit in self.edits]
        if self.view:
            sections["view"] = dict(self.view)
        return sections


def edit_section(edit: Edit) -> Section:
    """An edit as plain values."""
    values = {name: value for name, value in _given(edit).items() if name != "config"}
    if edit.weights is not None:
        values["weights"] = list(edit.weights)
    return values | {"run": _given(edit.config)}


def read_edit(section: Section) -> Edit:
    """What `edit_section` writes.

    Raises:
        LinregError: as `read_recipe`, without a file.
    """
    (checked_section,) = checked({"edits": [section]})["edits"]
    return _edit(checked_section)


def read_recipe(path: str) -> Recipe:
    """Read a recipe.

    Raises:
        LinregError: with the file: what `read_sections`, `TableOptions`, `MadeOptions`, `Split` and
            `TrainConfig` refuse.
    """
    try:
        return _recipe(read_sections(path), os.path.dirname(path))
    except LinregError as error:
        raise LinregError(error.code, error.message, file=visible(path), line=error.line) from None


def recipe_of(found: Section, folder: str) -> Recipe:
    """The recipe that plain values tell, as `Recipe.sections` writes them.

    Raises:
        LinregError: as `read_recipe`, without a file.
    """
    return _recipe(checked(found), folder)


def _recipe(sections: dict[str, Any], folder: str) -> Recipe:
    top, table = sections[""], sections["table"]
    for name, value in table.items():
        if isinstance(value, list):
            table[name] = tuple(value)
    return Recipe(
        DataRequest(
            _found_from(folder, top.get("data", ARTICLE)),
            options=TableOptions(**table),
            made=MadeOptions(**sections["made"]),
            split=Split(**sections["split"]),
            more=tuple(_found_from(folder, name) for name in top.get("more", ())),
            large=LargeOptions(**sections["large"]),
        ),
        config=TrainConfig(**sections["run"]),
        epochs=top.get("epochs", ARTICLE_EPOCHS),
        until=top.get("until", ""),
        edits=tuple(map(_edit, sections["edits"])),
        view=sections["view"],
    )


def _edit(section: Section) -> Edit:
    settings = {name: value for name, value in section.items() if name != "run"}
    if "weights" in settings:
        settings["weights"] = tuple(map(float, settings["weights"]))
    if "epoch" not in settings:
        raise LinregError("bad-value", "an edit needs its epoch: epoch = 500")
    return Edit(config=TrainConfig(**section["run"]), **settings)


def _given(part: TrainConfig | Edit) -> Section:
    """The values that are not ``None``, which TOML has not."""
    return {name: value for name, value in vars(part).items() if value is not None}


def _changed(part: TableOptions | MadeOptions | Split | LargeOptions) -> Section:
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
    resolved = os.path.join(os.path.realpath(os.path.dirname(source)), os.path.basename(source))
    path = os.path.relpath(resolved, os.path.realpath(folder))
    return os.path.join(os.curdir, path) if _is_no_path(path) else path


def _found_from(folder: str, data: str) -> str:
    """The source that a recipe in a folder names."""
    return data if _is_no_path(data) else os.path.join(folder, data)


def _is_no_path(source: str) -> bool:
    return not DataRequest(source).is_path

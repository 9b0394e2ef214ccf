"""What the user looks at, and how: one frozen value, which could be stored and taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from linreg_core import MOST_EPOCHS
from linreg_core.records import dataclass
from tui.engine.pace import ACCELERATING, PACES, Pace

PICTURES = ("loss", "fit", "landscape", "modes")
"""The panes that share the place of pictures; one of them is shown at any width."""

PAGES = {
    "-narrow": ("worksheet", "code", "epoch", "data"),
    "-wide": ("worksheet", "epoch", "data"),
    "-huge": ("epoch", "data"),
}
"""The panes of text that share a place, by the class that the width gives the screen."""


@dataclass(frozen=True)
class Look:
    """What is shown of a run.

    Args:
        picture: one of `PICTURES`.
        page: a pane of text, of ``PAGES["-narrow"]``.
        is_page_in_front: whether the page is shown where pages and pictures share one place.
        log_x: whether epochs stand on a logarithmic axis.
        log_y: whether losses do.
        detail: whether all digits are shown, and the experts' columns.
        shows_ulps: whether the weights stand against their last digits.
        epochs: how many the key N offers.
        pace: at which the key space runs.
        presents: whether little is shown, and that large.
    """

    picture: str = PICTURES[0]
    page: str = PAGES["-narrow"][0]
    is_page_in_front: bool = False
    log_x: bool = False
    log_y: bool = True
    detail: bool = False
    shows_ulps: bool = False
    epochs: int = 1_000_000
    pace: Pace = ACCELERATING
    presents: bool = False

    def to_view(self) -> dict[str, Any]:
        """What is not as it is at first, as plain values by name."""
        first = Look()
        view = {
            part.name: getattr(self, part.name)
            for part in fields(self)
            if getattr(self, part.name) != getattr(first, part.name)
        }
        if "pace" in view:
            view["pace"] = str(self.pace)
        return view

    def with_view(self, view: Mapping[str, Any]) -> Look:
        """The look that such values tell; those that are none of its own count for nothing."""
        known = {
            part.name: view[part.name]
            for part in fields(self)
            if part.name in view and _fits(part.name, view[part.name])
        }
        if "pace" in known:
            known["pace"] = next(pace for pace in PACES if str(pace) == known["pace"])
        return replace(self, **known)

    @property
    def in_front(self) -> str:
        """The one pane that is shown where pages and pictures share one place."""
        return self.page if self.is_page_in_front else self.picture

    def shown_of(self, names: tuple[str, ...]) -> str:
        """The pane that is shown of those that share a place of their own."""
        if self.picture in names:
            return self.picture
        return self.page if self.page in names else names[0]

    def with_pane(self, name: str) -> Look:
        """Show a picture or a page."""
        if name in PICTURES:
            return replace(self, picture=name, is_page_in_front=False)
        return replace(self, page=name, is_page_in_front=True)

    def with_next_picture(self, width: str) -> Look:
        """Show the next picture, or first the one that a page stands before.

        Args:
            width: a key of `PAGES`.
        """
        if width == "-narrow" and self.is_page_in_front:
            return replace(self, is_page_in_front=False)
        return replace(self, picture=_next(PICTURES, self.picture))

    def with_next_page(self, width: str) -> Look:
        """Show the next page, or first bring the pages to the front.

        Args:
            width: a key of `PAGES`.
        """
        if width == "-narrow" and not self.is_page_in_front:
            return replace(self, is_page_in_front=True)
        return replace(self, page=_next(PAGES[width], self.shown_of(PAGES[width])))


def _fits(name: str, value: object) -> bool:
    """Whether a plain value is one that this part of the look can have."""
    if name == "epochs":
        return type(value) is int and 1 <= value <= MOST_EPOCHS
    words = {"picture": PICTURES, "page": PAGES["-narrow"], "pace": tuple(map(str, PACES))}
    return value in words[name] if name in words else isinstance(value, bool)


def _next(names: tuple[str, ...], name: str) -> str:
    """The name after one of them; the first, after the last one."""
    return names[(names.index(name) + 1) % len(names)]

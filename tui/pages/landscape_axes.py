"""Choose what the landscape is drawn over: weights, or directions of the Hessian."""

from __future__ import annotations

from typing import Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, Select

from linreg_core import Axes, Snapshot, visible
from tui.pages.page import Page, footer

NONE = "none"
MOST_OFFERED = 200
"""Weights beyond this are not offered: nobody would find one in the list."""


class LandscapeAxesScreen(Page[Axes | None]):
    """Two lists; the second may stay empty.

    Args:
        snapshot: the present state, with the axes it is seen along.
    """

    BINDINGS = [("escape", "dismiss(None)", "Back"), ("ctrl+s", "apply", "Apply")]

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        names, theory = snapshot.run.names, snapshot.theory
        weights = [
            (f"weight {visible(name)}", f"weights {index}")
            for index, name in enumerate(names[:MOST_OFFERED])
        ]
        modes = [
            (f"mode {index + 1}: {visible(words)}", f"directions {index}")
            for index, words in zip(theory.listed.tolist(), theory.directions, strict=True)
        ]
        axes = snapshot.landscape.axes
        self._present = [f"{axes.kind} {index}" for index in axes.indices]
        offered = {value: text for text, value in weights + modes}
        for name, value in zip(snapshot.landscape.names, self._present, strict=True):
            offered.setdefault(value, visible(name))  # also of many, what is seen now
        self._offered = [(Content(text), value) for value, text in offered.items()]

    def compose(self) -> ComposeResult:
        none = [(Content("none: the loss over one axis"), NONE)]
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Axes of the landscape"
            yield Label("Across:", markup=False)
            yield _choice("across", self._offered, self._present[0])
            yield Label("Up:", markup=False)
            yield _choice("up", none + self._offered, [*self._present, NONE][1])
            yield from footer("ctrl+s  take them    esc  back")

    def on_select_changed(self) -> None:
        """Say what does not go together."""
        self._read()

    def action_apply(self) -> None:
        """Take the axes, if they go together."""
        axes = self._read()
        if axes is not None:
            self.dismiss(axes)

    def _read(self) -> Axes | None:
        """The chosen axes, or the reason on screen why they are none."""
        chosen = [str(self.query_one(f"#{name}", Select).value) for name in ("across", "up")]
        kinds, indices = zip(*(choice.split() for choice in chosen if choice != NONE), strict=True)
        reason, axes = "", None
        if len(set(kinds)) > 1:
            reason = "two weights or two modes: one of each has no common picture"
        elif len(set(indices)) < len(indices):
            reason = "two different ones, or none for the second"
        else:
            kind: Literal["weights", "directions"] = kinds[0]
            axes = Axes(kind, tuple(int(index) for index in indices))
        self.say(reason)
        return axes


def _choice(name: str, offered: list[tuple[Content, str]], present: str) -> Select[str]:
    return Select(offered, value=present, allow_blank=False, id=name, compact=True)

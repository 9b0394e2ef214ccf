"""Ask how many epochs to run."""

from __future__ import annotations

import re

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

MOST_EPOCHS = 10**15
"""Above this a float64 epoch number has no room for fractions of a plot column."""


class RunEpochsScreen(ModalScreen[int | None]):
    """One field; enter runs, escape goes back.

    Args:
        epochs: the number to offer.
    """

    BINDINGS = [("escape", "dismiss(None)", "Back")]

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self._epochs = epochs

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Run epochs"
            yield Label("How many? 500, 1,000,000 and 1e6 are understood.", markup=False)
            yield Input(str(self._epochs), id="epochs", select_on_focus=True)
            yield Static("", id="reason", classes="reason", markup=False)
            yield Static("enter  run    esc  back", classes="hint", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong while it is typed."""
        _, reason = parse_epochs(event.value)
        self.query_one("#reason", Static).update(reason)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the number, if it is one."""
        epochs, reason = parse_epochs(event.value)
        if not reason:
            self.dismiss(epochs)


def parse_epochs(text: str) -> tuple[int, str]:
    """Read a number of epochs as a person types it: the number, and what is wrong with it."""
    digits = re.sub(r"[ ,_]", "", text)
    if re.fullmatch(r"[0-9]{1,16}(e[0-9]{1,2})?", digits):
        mantissa, _, exponent = digits.partition("e")
        epochs = int(mantissa) * 10 ** int(exponent or 0)
        if 1 <= epochs <= MOST_EPOCHS:
            return epochs, ""
    return 0, f"a whole number from 1 to {MOST_EPOCHS:,}, please"

"""Ask for one thing in one field, checked as it is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, Label

from linreg_core import (
    MOST_EPOCHS,
    ExpressionError,
    LinregError,
    Snapshot,
    visible,
)
from tui.pages.page import Page, footer

Value = TypeVar("Value")


class Prompt(Page[Value | None], Generic[Value]):
    """One field; enter takes it, escape goes back with ``None``.

    Args:
        title: what is asked for.
        question: how it is written.
        value: what stands in the field at first.
        read: gives the value of a text, or raises LinregError to say what is wrong with it.
    """

    BINDINGS = [("escape", "dismiss(None)", "Back")]

    def __init__(self, title: str, question: str, value: str, read: Callable[[str], Value]) -> None:
        super().__init__()
        self._title, self._question, self._value, self._read = title, question, value, read

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            yield Label(self._question, markup=False)
            yield Input(self._value, select_on_focus=True)
            yield from self.below()
            yield from footer("enter  take it    esc  back")

    def below(self) -> Iterator[Widget]:
        """What stands below the field."""
        return iter(())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong while it is typed."""
        self._try(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the value, if it is one."""
        value = self._try(event.value)
        if value is not None:
            self.dismiss(value)

    def _try(self, text: str) -> Value | None:
        """The value of a text; ``None``, and the reason on screen, if it has none."""
        reason, value = "", None
        try:
            value = self._read(text)
        except ExpressionError as error:
            reason = f"{error.excerpt}\n{error}"
        except LinregError as error:
            reason = visible(str(error))
        self.say(reason)
        return value


def ask_epochs(offered: int) -> Prompt[int]:
    """Ask how many epochs to run.

    Args:
        offered: what stands in the field at first.
    """
    question = "How many? 500, 1,000,000 and 1e6 are understood."
    return Prompt("Run epochs", question, f"{offered}", read_epochs)


def ask_best_rate(offered: int) -> Prompt[str]:
    """Ask for how many epochs a fixed learning rate is to be the best; gives the rule.

    Args:
        offered: what stands in the field at first.
    """
    question = "For how many epochs? Empty: for the very long run, which few runs are."
    return Prompt("Best learning rate", question, f"{offered}", read_best_rate)


def ask_epoch(snapshot: Snapshot) -> Prompt[int]:
    """Ask where to go from the present state."""
    has_run = snapshot.latest > snapshot.first
    how = f"Up to {snapshot.latest:,} at once, beyond by running there" if has_run else "By running"
    question = f"Which? {how}."
    read = partial(read_epochs, least=snapshot.first)
    return Prompt("Go to epoch", question, f"{snapshot.epoch}", read)


def read_epochs(text: str, least: int = 1) -> int:
    """Read a number of epochs as a person types it: 500, 1,000,000 and 1e6.

    Raises:
        LinregError: "bad-value".
    """
    digits = re.sub(r"[ ,_]", "", text)
    if re.fullmatch(r"[0-9]{1,16}(e[0-9]{1,2})?", digits):
        mantissa, _, exponent = digits.partition("e")
        epochs: int = int(mantissa) * 10 ** int(exponent or 0)
        if least <= epochs <= MOST_EPOCHS:
            return epochs
    raise LinregError("bad-value", f"a whole number from {least} to {MOST_EPOCHS:,}, please")


def read_best_rate(text: str) -> str:
    """Read the rule of the best learning rate: for a number of epochs, or for the very long run.

    Raises:
        LinregError: "bad-value".
    """
    return f"best:{read_epochs(text)}" if text.strip() else "best"

"""Where runs are to stop: conditions in a field, and each of them in a list, to be removed."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget
from textual.widgets import Input, Label, OptionList

from linreg_core import ExpressionError, parse_breakpoints
from tui.pages.prompt import Prompt

QUESTION = (
    'Stop a run where one of these holds, joined with "or":\n'
    "epoch == 500, loss < 1e-3, gradient < 1e-6,\nloss rises, frozen, not finite"
)


class BreakpointsScreen(Prompt[str]):
    """The field says all; the list shows what it says, and takes one condition out of it.

    Args:
        present: the text that set the present ones.
    """

    DEFAULT_CSS = """
    BreakpointsScreen OptionList { height: auto; max-height: 18vh; border: none; padding: 0; }
    BreakpointsScreen OptionList { background: $surface; scrollbar-size-vertical: 1; }
    """

    def __init__(self, present: str) -> None:
        super().__init__("Breakpoints", QUESTION, present, read_conditions)

    def below(self) -> Iterator[Widget]:
        """The list."""
        yield Label("", id="are-set", markup=False)
        yield OptionList(compact=True, markup=False)

    def on_mount(self) -> None:
        """List what is set."""
        self._list(self.query_one(Input).value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong while it is typed, and list what is right."""
        super().on_input_changed(event)
        self._list(event.value)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take a condition out of the field, which has the focus then: enter takes what is left."""
        field = self.query_one(Input)
        conditions = conditions_in(field.value)
        del conditions[event.option_index]
        field.value = " or ".join(conditions)
        field.focus()

    def _list(self, text: str) -> None:
        conditions = conditions_in(text)
        hint = "tab, enter: remove one of these" if conditions else "None is set."
        self.query_one("#are-set", Label).update(hint)
        self.query_one(OptionList).set_options(f"◆ {condition}" for condition in conditions)


def conditions_in(text: str) -> list[str]:
    """The conditions of a text, each once; none where it cannot be read."""
    try:
        return list(dict.fromkeys(map(str, parse_breakpoints(text)))) if text.strip() else []
    except ExpressionError:
        return []


def read_conditions(text: str) -> str:
    """Check the conditions of breakpoints; an empty text is none.

    Raises:
        ExpressionError: with the place of the fault.
    """
    if text.strip():
        parse_breakpoints(text)
    return text

"""Change one weight by hand."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, Select

from linreg_core import LinregError, Snapshot, parse_number, visible
from tui.pages.page import Page, footer


class EditWeightScreen(Page[tuple[int, float] | None]):
    """A weight and its new value; the run goes on from there as a fork.

    Args:
        snapshot: the present state.
        index: the place of the weight that is offered first.
    """

    BINDINGS = [("escape", "dismiss(None)", "Back")]

    def __init__(self, snapshot: Snapshot, index: int = 0) -> None:
        super().__init__()
        self._snapshot, self._index = snapshot, index

    def compose(self) -> ComposeResult:
        run = self._snapshot.run
        units = " (in the run's standardised units)" if run.is_scaled else ""
        with VerticalScroll(classes="dialog", can_focus=False) as dialog:
            dialog.border_title = f"Change a weight at epoch {self._snapshot.epoch:,}"
            yield Label(f"Which weight{units}?", markup=False)
            names = [(Content(visible(name)), index) for index, name in enumerate(run.names)]
            yield Select(names, value=self._index, allow_blank=False, compact=True)
            yield Label("Its new value, any finite number:", markup=False)
            yield Input(select_on_focus=True)
            yield from footer("enter  fork here    esc  back")

    def on_mount(self) -> None:
        """Type the value first: most problems here have few weights."""
        self.query_one(Input).focus()

    def on_select_changed(self, event: Select.Changed) -> None:
        """Show the weight's present value."""
        if isinstance(event.value, int):
            self.query_one(Input).value = repr(float(self._snapshot.committed_weights[event.value]))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong while it is typed."""
        self._read(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the number, if it is one."""
        value, index = self._read(event.value), self.query_one(Select).value
        if value is not None and isinstance(index, int):
            self.dismiss((index, value))

    def _read(self, text: str) -> float | None:
        reason, value = "", None
        try:
            value = parse_number(text, "weight")
        except LinregError as error:
            reason = str(error)
        self.say(reason)
        return value

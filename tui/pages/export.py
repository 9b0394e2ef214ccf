"""Take something of the run away as a file: which, where to, and what of a file that is there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Grid, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Select, Static

from linreg_core import (
    EXPORT_SUFFIXES,
    Export,
    ExportKind,
    LinregError,
    Snapshot,
    parse_epochs,
    visible,
    write_whole,
)
from tui.engine.report import Report
from tui.pages.page import ReportPage, footer

Kind = ExportKind | Literal["worksheet", "screen"]

KINDS: dict[Kind, tuple[str, str]] = {
    "history": ("history", "CSV: epoch, loss, weights and gradient, to the last bit."),
    "weights": ("final weights", "JSON: settings, weights and loss, as train --json prints them."),
    "script": ("script", "Python: the phases' code and the data, a program of its own."),
    "recipe": ("recipe", "TOML: all settings, edits and the view, for --recipe of any command."),
    "worksheet": ("worksheet", "Text: the formulas with the numbers put in, as the page shows it."),
    "screen": ("screen", "SVG: the screen as it was when this page was opened."),
}
"""What can be taken away: its name, and what it is."""

SHOWN_SUFFIXES: dict[str, str] = {"worksheet": ".txt", "screen": ".svg"}
"""How the name ends of what the screen itself shows."""

SUFFIXES = {str(kind): suffix for kind, suffix in EXPORT_SUFFIXES.items()} | SHOWN_SUFFIXES

NAME_CHARACTERS = 40


class ExportScreen(ReportPage):
    """A form over the trainer; it closes when the file is written.

    The engine writes what is the run's, and this page only what the screen shows.

    Args:
        report: the engine's latest report, with a snapshot.
        shown: what the screen below shows, by the kinds of `SHOWN_SUFFIXES`.
        view: how the run is looked at, for a recipe; see `Look.to_view`.
    """

    BINDINGS = [
        ("escape", "dismiss(None)", "Back"),
        ("ctrl+s", "write", "Write"),
        ("ctrl+o", "overwrite", "Overwrite"),
    ]

    def __init__(self, report: Report, shown: Mapping[str, str], view: Mapping[str, Any]) -> None:
        super().__init__(report)
        self._shown, self._view = shown, view
        self._proposed = self._propose("history")

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog form", can_focus=False) as dialog:
            dialog.border_title = "Take away"
            with Grid(id="export"):
                yield from _row("What", self._choice())
                yield from _row("File", Input(self._proposed, id="path", compact=True))
                yield from _row(
                    "Epochs",
                    Input(
                        placeholder="as many as a plot shows; or every one of 0-1000",
                        id="epochs",
                        compact=True,
                    ),
                )
            yield Static("", id="what", classes="hint", markup=False)
            yield from footer(
                "tab  next field    ctrl+s  write    esc  back",
                Button("Write", variant="primary", id="write", compact=True),
                Button("Overwrite", variant="warning", id="overwrite", compact=True),
                Button("Back", id="back", compact=True),
            )

    def on_mount(self) -> None:
        """Nothing is to be written over before there was a question."""
        self._ask_to_overwrite(None)

    def show_report(self, report: Report) -> None:
        if not self.is_asking:
            self._renew_name()

    def is_settled(self, report: Report) -> bool:
        return report.written is None

    def on_waiting(self, report: Report) -> None:
        if report.written is not None:
            self.say(f"writing: {report.written:.0%}")

    def on_refused(self, error: LinregError) -> None:
        if error.code == "file-exists":
            self._ask_to_overwrite(error.file)
        else:
            super().on_refused(error)

    @on(Select.Changed)
    def change_kind(self) -> None:
        """Say what it is; only a history has epochs."""
        self.query_one("#what", Static).update(KINDS[self._kind][1])
        self.query_one("#epochs", Input).disabled = self._kind != "history"
        self._renew_name()
        self.check()

    @on(Input.Changed)
    def check(self) -> None:
        """Say what is wrong with the epochs; a question about another name is no longer one."""
        self._ask_to_overwrite(None)
        self._read(overwrite=False)

    @on(Input.Submitted)
    @on(Button.Pressed, "#write")
    def action_write(self) -> None:
        """Write, unless there is a file of that name."""
        self._write(overwrite=False)

    @on(Button.Pressed, "#overwrite")
    def action_overwrite(self) -> None:
        """Write over a file, once that was asked."""
        if self.query_one("#overwrite").display:
            self._write(overwrite=True)

    @on(Button.Pressed, "#back")
    def go_back(self) -> None:
        """Close; what is being written goes on."""
        self.dismiss(None)

    @property
    def _inputs(self) -> tuple[str, ...]:
        """The files that the run was read from."""
        opened = self.report.opened
        return () if opened is None else opened.data.files

    @property
    def _kind(self) -> Kind:
        return cast("Kind", self.query_one(Select).value)

    def _write(self, *, overwrite: bool) -> None:
        export = self._read(overwrite=overwrite)
        if self.is_asking or export is None:
            return
        if isinstance(export, Export):
            self.ask(export)
            return
        try:
            text = self._shown[self._kind]
            write_whole(export, text, overwrite=overwrite, inputs=self._inputs)
        except LinregError as error:
            self.on_refused(error)
        else:
            self.app.notify(f"wrote {visible(export)}", markup=False)
            self.dismiss(None)

    def _read(self, *, overwrite: bool) -> Export | str | None:
        """What the form asks for; a path for what is shown; or ``None`` and the reason."""
        kind, path = self._kind, os.path.expanduser(self.query_one("#path", Input).value)
        typed, reason = self.query_one("#epochs", Input).value, ""
        export: Export | str | None = path
        try:
            if kind != "worksheet" and kind != "screen":  # noqa: PLR1714  (mypy knows no other)
                epochs = parse_epochs(typed) if kind == "history" and typed.strip() else None
                view = self._view if kind == "recipe" else None
                export = Export(kind, path, overwrite=overwrite, epochs=epochs, view=view)
        except LinregError as error:
            export, reason = None, visible(str(error))
        self.say(reason)
        return export

    def _ask_to_overwrite(self, path: str | None) -> None:
        """Ask whether to write over a file; ``None``: there is nothing to ask."""
        self.query_one("#overwrite").display = path is not None
        if path is not None:
            self.say(f"{path} exists. Write over it? ctrl+o does; or choose another name.")

    def _choice(self) -> Select[Kind]:
        offered = [(name, kind) for kind, (name, _) in KINDS.items()]
        return Select(offered, value="history", allow_blank=False, compact=True)

    def _propose(self, kind: Kind) -> str:
        assert self.report.snapshot is not None, "there is something to take away"
        return proposed_name(self.report.snapshot, kind)

    def _renew_name(self) -> None:
        """Keep the name to what it is for, unless another one was typed."""
        field, proposed = self.query_one("#path", Input), self._propose(self._kind)
        if field.value == self._proposed:
            field.value = proposed
        self._proposed = proposed


def proposed_name(snapshot: Snapshot, kind: Kind) -> str:
    """A name for a file, of characters that are safe everywhere: article-numpy-epoch-1000.csv."""
    source = os.path.splitext(os.path.basename(snapshot.run.source))[0]
    safe = re.sub(r"[^A-Za-z0-9_]+", "-", source)[:NAME_CHARACTERS].strip("-") or "run"
    suffix = SUFFIXES[kind]
    return f"{safe}-{snapshot.run.settings.backend}-epoch-{snapshot.epoch}{suffix}"


def _row(label: str, field: Widget) -> Iterator[Widget]:
    yield Label(label)
    yield field

"""The page Setup: every setting of the next run, checked as it is typed."""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Grid, VerticalScroll
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Select, Static

from linreg_core import SETTINGS, LinregError, Setting, TrainConfig
from tui.engine.commands import AskProspect, Configure, Fork
from tui.engine.report import Activity, Report
from tui.keys import HELP_KEYS
from tui.pages.page import NumberField, ReportPage, footer
from tui.pages.setup.words import (
    OFF,
    ON,
    PREPARING,
    Form,
    about,
    condition_words,
    parsed,
    stands_for,
)

START, FORK = "start", "fork"

CHOSEN = [setting for setting in SETTINGS.values() if setting.is_chosen]
TYPED = [setting for setting in SETTINGS.values() if not setting.is_chosen]


class SetupScreen(ReportPage):
    """A form over the trainer. Nothing changes before it is applied, and nothing if it is refused.

    Args:
        report: the engine's latest report, with the present run's configuration.
    """

    BINDINGS = [
        ("escape", "dismiss(None)", "Back"),
        ("ctrl+s", "apply", "Apply"),
        HELP_KEYS,
    ]

    SECTION = "Setup"

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self._wondered: set[tuple[bool, bool]] = set()
        self._wondered_of = report.run, report.lost
        self._switches = {name: self._present(SETTINGS[name]) for name in PREPARING}
        self._focused = ""

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog form", can_focus=False) as dialog:
            dialog.border_title = "Setup of the next run"
            with Grid(id="fields"):
                for setting in (*CHOSEN, *TYPED):
                    yield Label(setting.label)
                    yield self._field(setting)
                    yield Label("", id=f"{setting.name}-now", classes="hint")
                here = self.report.snapshot.epoch if self.report.snapshot else 0
                begins = [("at epoch 0", START), (f"fork at {here:,}", FORK)]
                yield Label("Begin")
                yield _choice("begin", begins, START)
                yield Label("")
            yield Static("", id="conditions", classes="hint", markup=False)
            yield Static("", id="about", markup=False)
            yield from footer(
                "tab  next    ctrl+s  apply    ?  help    esc  back",
                Button("Apply", variant="primary", id="apply", compact=True),
                Button("Back", id="back", compact=True),
            )

    def on_mount(self) -> None:
        """Ask what the switches would change."""
        self._show_words()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say what the field is that has the focus."""
        self._focused = event.widget.id or ""
        self._show_words()

    def show_report(self, report: Report) -> None:
        self._take_switches()
        self._show_words()

    def on_waiting(self, report: Report) -> None:
        if report.activity is Activity.LOADING:
            self.say("loading torch ...")

    def on_lost(self, reason: str) -> None:
        super().on_lost(reason)
        self.query_one("#apply", Button).disabled = False

    @on(Input.Changed)
    @on(Select.Changed)
    def check(self) -> None:
        """Read the whole form and say the first thing that is wrong."""
        _, reason = self._read()
        self.say(reason)
        self._show_words()

    @on(Input.Submitted)
    @on(Button.Pressed, "#apply")
    def action_apply(self) -> None:
        """Ask the engine for a run with these settings."""
        config, reason = self._read()
        self.say(reason)
        if config is not None:
            self.ask(Fork(config) if self._is_fork else Configure(config))

    @on(Button.Pressed, "#back")
    def go_back(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)

    @property
    def _is_fork(self) -> bool:
        return self.query_one("#begin", Select).value == FORK

    def _field(self, setting: Setting) -> Widget:
        """Where it is chosen or typed."""
        present = self._present(setting)
        if setting.is_chosen:
            return _choice(setting.name, _offered(setting, present), present)
        return NumberField(present, id=setting.name, compact=True)

    @property
    def _config(self) -> TrainConfig:
        """The present run's configuration, as it was asked for."""
        return self.report.shown_config or TrainConfig()

    def _present(self, setting: Setting) -> str:
        """How a setting was asked for; of a switch, how the present run, if any, has it."""
        config, snapshot = self._config, self.report.snapshot
        if setting.kind is bool and snapshot is not None:
            config = snapshot.run.settings
        return setting.to_text(getattr(config, setting.name))

    def _take_switches(self) -> None:
        """Set the switches as a run that began meanwhile has them, but for those changed here."""
        for name, before in self._switches.items():
            field, present = self.query_one(f"#{name}", Select), self._present(SETTINGS[name])
            if before != present and field.value == before:
                field.set_options(_offered(SETTINGS[name], present))
                field.value = present
            self._switches[name] = present

    def _written(self, name: str) -> str:
        """What the form says of a setting."""
        if SETTINGS[name].is_chosen:
            return str(self.query_one(f"#{name}", Select).value)
        return self.query_one(f"#{name}", Input).value

    def _form(self) -> Form:
        snapshot, switches = self.report.snapshot, [self._written(name) for name in PREPARING]
        prospect = None
        if {*switches} <= {ON, OFF}:
            prospect = self.report.prospects.get((switches[0] == ON, switches[1] == ON))
        return Form(
            {name: self._written(name) for name in SETTINGS},
            self._is_fork,
            prospect,
            {name: self._present(setting) for name, setting in SETTINGS.items()},
            None if snapshot is None else snapshot.run,
        )

    def _show_words(self) -> None:
        """Say what stands in the fields, what has the focus, and what the switches change."""
        form = self._form()
        for name in SETTINGS:
            self.query_one(f"#{name}-now", Label).update(stands_for(name, form))
        self.query_one("#about", Static).update(about(self._focused, form))
        self._show_conditions()

    def _show_conditions(self) -> None:
        """Say what each switch does to the condition number, the other one as it is chosen."""
        bias, standardize = (self._written(name) for name in PREPARING)
        if not {bias, standardize} <= {ON, OFF}:
            return
        changes = {
            "bias": [(state, standardize == ON) for state in (False, True)],
            "standardise": [(bias == ON, state) for state in (False, True)],
        }
        known, lines = self.report.prospects, []
        for switch, (off, on_) in changes.items():
            self._wonder({off, on_} - set(known))
            before, after = (condition_words(known.get(state)) for state in (off, on_))
            lines.append(f"{switch} off → on: condition number {before} → {after}")
        self.query_one("#conditions", Static).update("\n".join(lines))

    def _wonder(self, unknown: set[tuple[bool, bool]]) -> None:
        """Ask for prospects, each once of a run and of a process that computes them."""
        if self._wondered_of != (of := (self.report.run, self.report.lost)):
            self._wondered, self._wondered_of = set(), of
        for bias, standardize in sorted(unknown - self._wondered):
            self.wish(AskProspect(bias, standardize))
        self._wondered |= unknown

    def _read(self) -> tuple[TrainConfig | None, str]:
        """The form's configuration, or what is wrong with it."""
        values: dict[str, object] = {}
        try:
            for name, setting in SETTINGS.items():
                text = self._written(name)
                if setting.kind is not bool:
                    values[name] = parsed(setting, text)
                elif text != self._present(setting):
                    if self._is_fork and name in PREPARING:
                        return None, "a fork keeps bias and standardising: begin at epoch 0"
                    values[name] = text == ON
            return replace(self._config, **values), ""  # type: ignore[arg-type]
        except LinregError as error:
            return None, str(error)

    def say(self, reason: str) -> None:
        super().say(reason)
        self.query_one("#apply", Button).disabled = bool(reason) and not self.is_asking


def _choice(name: str, options: list[tuple[str, str]], value: str) -> Select[str]:
    """A list to choose from."""
    return Select(options, value=value, allow_blank=False, id=name, compact=True)


def _offered(setting: Setting, present: str) -> list[tuple[str, str]]:
    """What may be chosen, label and value; a switch is unset only as long as nobody knows it."""
    if setting.kind is bool:
        return [(state, state) for state in dict.fromkeys((ON, OFF, present))]
    unset = [(setting.unset, setting.unset)] if setting.unset else []
    return unset + [(label, value) for value, label in setting.choices.items()]

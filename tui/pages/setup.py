"""The setup: every setting of the next run, checked as it is typed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Grid, VerticalScroll
from textual.widgets import Button, Input, Label, Select, Static

from linreg_core import (
    BACKENDS,
    DTYPES,
    LinregError,
    TrainConfig,
    check_device_name,
    parse_init,
    parse_lr,
    parse_seed,
)
from tui.engine.commands import AskCondition, Configure, Fork
from tui.engine.report import Activity, Report
from tui.pages.page import ReportPage, footer
from tui.text import compact

DEFAULT = "default"
"""What stands for ``None``: the default for the backend or the problem."""

START, FORK = "start", "fork"
ON, OFF = "on", "off"

SWITCHES = {"bias": "Bias", "standardize": "Standardise"}
"""What changes the problem itself: setting -> label."""


def _default_or(parse: Callable[[str], object]) -> Callable[[str], object]:
    return lambda text: None if text.strip() in ("", DEFAULT) else parse(text)


FIELDS: dict[str, tuple[str, str, Callable[[str], object]]] = {
    "device": ("Device", "cpu, cuda or cuda:N", lambda text: check_device_name(text.strip())),
    "lr": ("Learning rate", "a number > 0, auto, best", _default_or(parse_lr)),
    "init": ("Initial weights", "a number, zeros, random", parse_init),
    "seed": ("Seed", "for random weights", parse_seed),
}
"""The typed fields: setting -> label, hint, and what reads it."""


class SetupScreen(ReportPage):
    """A form over the trainer. Nothing changes before it is applied, and nothing if it is refused.

    Args:
        report: the engine's latest report, with the present run's configuration.
    """

    BINDINGS = [
        ("escape", "dismiss(None)", "Back"),
        ("ctrl+s", "apply", "Apply"),
    ]

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self._config = report.config or TrainConfig()
        self._wondered: set[tuple[bool, bool]] = set()

    def compose(self) -> ComposeResult:
        config = self._config
        with VerticalScroll(classes="dialog form") as dialog:
            dialog.border_title = "Setup of the next run"
            with Grid(id="fields"):
                backends = [(info.label, info.name) for info in BACKENDS.values()]
                yield from _choice("Backend", "backend", backends, config.backend)
                dtypes = [("article's", DEFAULT), *((name, name) for name in DTYPES)]
                yield from _choice("Precision", "dtype", dtypes, config.dtype or DEFAULT)
                for name, label in SWITCHES.items():
                    yield from _choice(
                        label, name, _states(self._present(name)), self._present(name)
                    )
                for name, (label, hint, _) in FIELDS.items():
                    value = getattr(config, name)
                    yield Label(label)
                    yield Input(DEFAULT if value is None else str(value), id=name, compact=True)
                    yield Label(hint, classes="hint")
                here = self.report.snapshot.epoch if self.report.snapshot else 0
                begins = [("at epoch 0", START), (f"fork at {here:,}", FORK)]
                yield from _choice("Begin", "begin", begins, START)
            yield Static("", id="conditions", classes="hint", markup=False)
            yield from footer(
                "tab  next field    ctrl+s  apply    esc  back",
                Button("Apply", variant="primary", id="apply", compact=True),
                Button("Back", id="back", compact=True),
            )

    def on_mount(self) -> None:
        """Ask what the switches would change."""
        self._tell_conditions()

    def show_report(self, report: Report) -> None:
        self._tell_conditions()

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
        self._tell_conditions()

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

    def _present(self, switch: str) -> str:
        """How a switch stands in the present run, or was asked for where none could be begun."""
        snapshot = self.report.snapshot
        state = getattr(self._config if snapshot is None else snapshot.run.settings, switch)
        return DEFAULT if state is None else ON if state else OFF

    def _chosen(self, switch: str) -> str:
        return str(self.query_one(f"#{switch}", Select).value)

    def _tell_conditions(self) -> None:
        """Say what each switch does to the condition number, the other one as it is chosen."""
        bias, standardize = (self._chosen(switch) for switch in SWITCHES)
        if DEFAULT in (bias, standardize):
            return
        changes = {
            "bias": [(state, standardize == ON) for state in (False, True)],
            "standardise": [(bias == ON, state) for state in (False, True)],
        }
        known, lines = self.report.conditions, []
        for switch, (off, on_) in changes.items():
            self._wonder({off, on_} - set(known))
            before, after = (condition_words(known.get(state)) for state in (off, on_))
            lines.append(f"{switch} off → on: condition number {before} → {after}")
        self.query_one("#conditions", Static).update("\n".join(lines))

    def _wonder(self, unknown: set[tuple[bool, bool]]) -> None:
        """Ask for condition numbers, each once."""
        for bias, standardize in sorted(unknown - self._wondered):
            self.wish(AskCondition(bias, standardize))
        self._wondered |= unknown

    def _read(self) -> tuple[TrainConfig | None, str]:
        """The form's configuration, or what is wrong with it."""
        backend = str(self.query_one("#backend", Select).value)
        dtype = str(self.query_one("#dtype", Select).value)
        values: dict[str, object] = {
            "backend": backend,
            "dtype": None if dtype == DEFAULT else dtype,
        }
        for name, (_, _, parse) in FIELDS.items():
            try:
                values[name] = parse(self.query_one(f"#{name}", Input).value)
            except LinregError as error:
                return None, str(error)
        for switch in SWITCHES:
            if (state := self._chosen(switch)) != self._present(switch):
                if self._is_fork:
                    return None, "a fork keeps bias and standardising: begin at epoch 0"
                values[switch] = state == ON
        try:
            return replace(self._config, **values), ""  # type: ignore[arg-type]
        except LinregError as error:
            return None, str(error)

    def say(self, reason: str) -> None:
        super().say(reason)
        self.query_one("#apply", Button).disabled = bool(reason) and not self.is_asking


def _choice(
    label: str, name: str, options: list[tuple[str, str]], value: str
) -> Iterator[Label | Select[str]]:
    """One row of the form with a list to choose from."""
    yield Label(label)
    yield Select(options, value=value, allow_blank=False, id=name, compact=True)
    yield Label("")


def _states(present: str) -> list[tuple[str, str]]:
    """What a switch can be: on, off, and as long as nobody knows which, the default."""
    return [(state, state) for state in dict.fromkeys((ON, OFF, present))]


def condition_words(number: float | None) -> str:
    """A condition number, or why there is none."""
    if number is None:
        return "…"
    if math.isinf(number):
        return "beyond float64"
    return "none (the features are too large)" if math.isnan(number) else compact(number)

"""What a sitting has come to, as events one after another: pure values, no file."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from linreg_core import LinregError, Recipe, edit_section, read_edit, recipe_of
from linreg_core.records import dataclass
from tui.engine.report import Activity, Report
from tui.engine.runs.run import PastRun, Runs, Standing

Event = dict[str, Any]
"""What is written on one line: plain values by name."""

FORMAT = 1
"""Of the events; one that is not known is refused."""


@dataclass(frozen=True)
class State:
    """A sitting at a moment.

    Args:
        runs: all of it; the present one with where it stands.
        breakpoints: the text that set them.
        view: how it is looked at; see `Look.to_view`.
        target: the epoch up to which a run goes on; ``None``: none was asked for, or none goes on.
        machine: what ran it last; see `machine`.
        at: when the latest of it was done, in seconds since 1970.
    """

    runs: Runs = field(default_factory=Runs)
    breakpoints: str = ""
    view: Mapping[str, Any] = field(default_factory=dict)
    target: int | None = None
    machine: Mapping[str, str] = field(default_factory=dict)
    at: float = 0.0

    @property
    def is_worth_storing(self) -> bool:
        """Whether anything was run in it."""
        standings = [(run.standing, run.origin) for run in self.runs.runs]
        return any(standing and standing.latest > origin for standing, origin in standings)

    @property
    def left(self) -> int:
        """How many epochs were asked for and not run."""
        run = self.runs.present
        if self.target is None or run is None or run.standing is None:
            return 0
        return max(self.target - run.standing.latest, 0)

    @property
    def first_view(self) -> Mapping[str, Any]:
        """How it is looked at when it is taken up: the key N offers the epochs that are left."""
        return {**self.view, "epochs": self.left} if self.left else self.view


def reported(report: Report, view: Mapping[str, Any]) -> State | None:
    """The sitting as a report has it; ``None`` as long as it has no run."""
    if report.snapshot is None:
        return None
    target = report.target if report.activity is Activity.RUNNING else None
    return State(report.runs.left(report.snapshot), report.breakpoints, view, target)


# Written.


def events(before: State, after: State) -> Iterator[Event]:
    """What leads from one to the other, of the same sitting."""
    if after.machine != before.machine:
        yield {"session": FORMAT, "machine": dict(after.machine)}
    present = before.runs.number
    known: list[PastRun] = []
    for run in after.runs.runs:
        old = before.runs.get(run.number)
        if old is None or not _is_same(old, run):
            yield _run_event(run, known)
            old, present = None, run.number
        if run.standing is not None and (old is None or run.standing != old.standing):
            if present != run.number:
                yield {"go": run.number}
                present = run.number
            yield {"stands": _standing_event(run.standing)}
        known.append(run)
    if present != after.runs.number:
        yield {"go": after.runs.number}
    if after.breakpoints != before.breakpoints:
        yield {"breakpoints": after.breakpoints}
    if after.target != before.target:
        yield {"asked": after.target}
    if after.view != before.view:
        yield {"view": dict(after.view)}


def _is_same(run: PastRun, other: PastRun) -> bool:
    return replace(run, standing=None, recipe=_without_epochs(run.recipe)) == replace(
        other, standing=None, recipe=_without_epochs(other.recipe)
    )


def _without_epochs(recipe: Recipe) -> Recipe:
    last = recipe.edits[-1].epoch if recipe.edits else 0
    return replace(recipe, epochs=last)


def _run_event(run: PastRun, known: list[PastRun]) -> Event:
    """A run that begins: what it has other than a run on the same data, if one is known."""
    event: Event = {"run": run.number, "data": run.data, "dtype": run.dtype, "lr": run.lr}
    recipe = _without_epochs(run.recipe)
    like = next((one for one in reversed(known) if one.recipe.data == recipe.data), None)
    if like is None:
        source = recipe.data.source
        if recipe.data.files:
            source = os.path.abspath(source)
        recipe = replace(recipe, data=replace(recipe.data, source=source))
        return event | {"names": list(run.names), "recipe": recipe.sections("")}
    event["like"] = like.number
    if run.names != like.names:
        event["names"] = list(run.names)
    if recipe.config == like.recipe.config and recipe.edits[:-1] == like.recipe.edits:
        if recipe.edits != like.recipe.edits:
            event["edit"] = edit_section(recipe.edits[-1])
        return event
    sections = recipe.sections("")
    return event | {"set": sections["run"], "edits": sections.get("edits", [])}


def _standing_event(standing: Standing) -> Event:
    event = {name: value for name, value in vars(standing).items() if value is not None}
    return event | {
        "loss": _plain(standing.loss),
        "weights": [_plain(weight) for weight in standing.weights],
    }


def _plain(value: float) -> float | str:
    """A number as JSON has it, or the word for one that it has not."""
    return value if math.isfinite(value) else str(value)


# Read.


def followed(state: State, event: Event) -> State:
    """The sitting after an event.

    Raises:
        LinregError: "bad-session" for what is none.
    """
    try:
        state = replace(state, at=float(event.get("at", state.at)))
        name = next(name for name in READERS if name in event)
        return READERS[name](state, event)
    except (ArithmeticError, AttributeError, KeyError, StopIteration, TypeError, ValueError):
        raise LinregError("bad-session", "it holds what is no event") from None


def _read_machine(state: State, event: Event) -> State:
    if event["session"] != FORMAT:
        raise LinregError("bad-session", "it was written by another version")
    return replace(state, machine={str(k): str(v) for k, v in event["machine"].items()})


def _read_way(state: State, event: Event) -> State:
    if state.runs.get(event["go"]) is None:
        raise LinregError("bad-session", "it goes to a run that there is not")
    return replace(state, runs=state.runs.gone_to(event["go"]))


def _read_target(state: State, event: Event) -> State:
    return replace(state, target=None if event["asked"] is None else _whole(event["asked"]))


READERS: Mapping[str, Callable[[State, Event], State]] = {
    "session": _read_machine,
    "run": lambda state, event: replace(state, runs=state.runs.added(_read_run(state.runs, event))),
    "stands": lambda state, event: replace(
        state, runs=state.runs.with_standing(_read_standing(event["stands"]))
    ),
    "go": _read_way,
    "breakpoints": lambda state, event: replace(state, breakpoints=str(event["breakpoints"])),
    "asked": _read_target,
    "view": lambda state, event: replace(state, view=dict(event["view"])),
}
"""What an event makes of a sitting, by the name that says which kind it is."""


def _read_run(runs: Runs, event: Event) -> PastRun:
    if "recipe" in event:
        recipe, names = recipe_of(event["recipe"], ""), tuple[str, ...]()
    else:
        like = runs.get(event["like"])
        if like is None:
            raise LinregError("bad-session", "a run is like one that there is not")
        recipe, names = like.recipe, like.names
        if "set" in event:
            set_to = recipe_of({"run": event["set"], "edits": event["edits"]}, "")
            recipe = replace(set_to, data=recipe.data)
        if "edit" in event:
            edit = read_edit(event["edit"])
            recipe = replace(recipe, edits=(*recipe.edits, edit), epochs=edit.epoch)
    return PastRun(
        number=_whole(event["run"]),
        recipe=_without_epochs(recipe),
        names=tuple(map(str, event.get("names", names))),
        dtype=str(event["dtype"]),
        lr=float(event["lr"]),
        data=str(event["data"]),
    )


def _read_standing(event: Event) -> Standing:
    digits, status_epoch = event.get("digits"), event.get("status_epoch")
    return Standing(
        epoch=_whole(event["epoch"]),
        latest=_whole(event["latest"]),
        phases=_whole(event["phases"]),
        loss=float(event["loss"]),
        weights=tuple(map(float, event["weights"])),
        digits=None if digits is None else float(digits),
        status=str(event["status"]),
        status_epoch=None if status_epoch is None else _whole(status_epoch),
        bits=str(event["bits"]),
    )


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(value)
    return value

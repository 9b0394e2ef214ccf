"""What is said of the runs of a session: what differs between them, and how each ended. Pure."""

from __future__ import annotations

from linreg_core import BACKENDS, SETTINGS, Edit, Paired, Status, visible
from linreg_core.records import dataclass
from tui.digits import few, format_for, rate
from tui.engine.runs.run import PastRun, Runs, Standing
from tui.text import shorten

NAME_WIDTH = 20


@dataclass(frozen=True)
class Row:
    """A run as a row of the table, all in words.

    Args:
        number: the run's.
        differs: what it has that others have not.
        epochs: that were run.
        loss: where it stands.
        weights: the first of them, in few digits, as many as were wanted.
        digits: correct ones; empty where that is not known.
        ended: how it ended.
    """

    number: int
    differs: str
    epochs: str
    loss: str
    weights: tuple[str, ...]
    digits: str
    ended: str


def rows_of(runs: Runs, weights: int) -> tuple[Row, ...]:
    """The runs as rows, the latest first; those of the present one as they are now.

    Args:
        runs: all of them.
        weights: how many of the weights are told.
    """
    differing = differences(runs.runs)
    return tuple(
        _row(run, differing[run.number], runs.number, weights) for run in reversed(runs.runs)
    )


def _row(run: PastRun, differs: str, present: int, weights: int) -> Row:
    standing = run.standing
    if standing is None:
        return Row(run.number, differs, "0", "", (), "", "")
    return Row(
        run.number,
        differs,
        f"{standing.latest:,}",
        few(standing.loss),
        tuple(few(weight) for weight in standing.weights[:weights]),
        "" if standing.digits is None else f"{standing.digits:.1f}",
        _ending(run, standing, is_present=run.number == present),
    )


def _ending(run: PastRun, standing: Standing, *, is_present: bool) -> str:
    if standing.status != Status.READY:
        return f"{standing.status} at {standing.status_epoch:,}"
    if is_present:
        return "on the screen"
    if standing.latest == run.origin:
        return "not run"
    return "paused" if standing.epoch == standing.latest else f"at epoch {standing.epoch:,}"


def differences(runs: tuple[PastRun, ...]) -> dict[int, str]:
    """What each run has that not all of them have, by its number; of one alone, what it is."""
    by_run = {run.number: _settings(run) for run in runs}
    varied = [
        name for name in _NAMES if len({settings.get(name) for settings in by_run.values()}) > 1
    ]
    words = {}
    for run in runs:
        settings = by_run[run.number]
        names = varied or ["backend", "lr"]
        parts = [settings[name] for name in names if settings.get(name)]
        if run.recipe.edits:
            parts.insert(0, _edited(run.recipe.edits[-1], run))
        words[run.number] = ", ".join(parts) or settings["lr"]
    return words


_NAMES = ("problem", *SETTINGS)


def _settings(run: PastRun) -> dict[str, str]:
    """The settings of a run, each in a word or two."""
    config = run.recipe.last_config
    settings = {"problem": _problem(run)}
    for name, setting in SETTINGS.items():
        text = setting.to_text(getattr(config, name))
        settings[name] = f"{setting.words} {text}"
    return settings | {
        "backend": BACKENDS[config.backend].label,
        "dtype": "" if run.dtype == BACKENDS[config.backend].dtype else run.dtype,
        "lr": f"lr {rate(run.lr)}",
        "device": config.device,
    }


def _problem(run: PastRun) -> str:
    name = run.recipe.data.source.rsplit("/", 1)[-1]
    return shorten(visible(name), NAME_WIDTH)


def _edited(edit: Edit, run: PastRun) -> str:
    """Where a fork began, and the weight that was set there."""
    if edit.weights is not None:
        return f"from a point at epoch {edit.epoch:,}"
    if edit.weight is None or edit.value is None:
        return f"from epoch {edit.epoch:,}"
    known = edit.weight < len(run.names)
    name = visible(run.names[edit.weight]) if known else f"weight {edit.weight + 1}"
    return f"{shorten(name, NAME_WIDTH)} = {few(edit.value)} at epoch {edit.epoch:,}"


# Two side by side.

PairRow = tuple[str, str, str, str]
"""A name, the two values, and the second minus the first."""


def pair_rows(paired: Paired, most: int) -> list[PairRow]:
    """Loss and weights of two runs at the last epoch that both have.

    Args:
        paired: the two.
        most: how many weights at most.
    """
    one, other = paired.sides
    rows = [_pair_row("loss", one.loss, other.loss)]
    if not paired.has_same_data:
        return [(*rows[0][:3], "")]
    if not paired.is_alike:
        return rows
    weights = zip(one.names, one.weights.tolist(), other.weights.tolist(), strict=True)
    return rows + [_pair_row(visible(name), *values) for name, *values in list(weights)[:most]]


def _pair_row(name: str, one: float, other: float) -> PairRow:
    number_format = format_for([one, other])
    return (
        shorten(name, NAME_WIDTH),
        number_format.write(one),
        number_format.write(other),
        few(other - one),
    )


def parting_words(paired: Paired, numbers: tuple[int, int]) -> str:
    """Where two runs part, in a sentence."""
    here = f"{paired.sides[0].epoch:,}"
    if not paired.has_same_data:
        return "They are trained on different data: neither weights nor losses can be compared."
    if not paired.is_alike:
        return "They have different weights: only their losses can be compared."
    if paired.parting is None:
        return f"They are the same to the last bit up to epoch {here}, the last that both have."
    if paired.parting == 0:
        return "They differ from the beginning: their first weights are not the same."
    return f"Runs {numbers[0]} and {numbers[1]} part at epoch {paired.parting:,}."


def marking_words(before: tuple[int, ...], after: tuple[int, ...]) -> str:
    """What a key changed about the runs that are marked, and what to do where nothing is compared.

    Args:
        before: the numbers of the runs that were marked, up to two.
        after: those that are, one more or less, or one in the place of another.
    """
    new, gone = ({*after} - {*before}), ({*before} - {*after})
    if new and gone:
        return f"Run {new.pop()} is marked instead of run {gone.pop()}."
    if new:
        return f"Run {new.pop()} is marked." + " = on another compares the two." * (len(after) == 1)
    what = f"on another compares it with run {after[0]}" if after else "marks a run"
    return f"Run {gone.pop()} is no longer marked. = {what}."

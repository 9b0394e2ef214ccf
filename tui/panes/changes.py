"""What is new about a run: what was opened, and what differs from the run before. Pure."""

from __future__ import annotations

from linreg_core import BACKENDS, SETTINGS, Setting, Snapshot, TrainConfig, visible
from tui.text import compact, counted, not_drawn, number, rows_in_words, shorten


def describe_opening(snapshot: Snapshot, config: TrainConfig | None) -> str:
    """What was opened, and in a few words what is worth knowing about it.

    Args:
        snapshot: of the new run.
        config: what that was asked to be; ``None``: that is not known.
    """
    run = snapshot.run
    count = counted(len(run.features), "feature")
    name = shorten(visible(run.source.rsplit("/", 1)[-1]), 40)
    target = shorten(visible(run.target), 20)
    noted = ", ".join(dict.fromkeys(note.code.replace("-", " ") for note in run.notes))
    more = f" Noted: {noted}; the page Data (T) tells." if noted else ""
    data = f"{rows_in_words(run)}, {count}, target {target}{describe_preparation(snapshot)}"
    unchanged = "" if config is None else describe_unchanged(snapshot, config)
    return f"Opened {name}: {data}.{describe_slowness(snapshot)}{unchanged}{more}"


SEEN = ("backend", "device", "dtype")
"""Settings that the top line tells."""


def describe_unchanged(snapshot: Snapshot, config: TrainConfig) -> str:
    """The settings that were not chosen for this problem; empty where all are as by default."""
    unchanged = []
    for name, setting in SETTINGS.items():
        value = getattr(config, name)
        if name not in SEEN and value != getattr(TrainConfig(), name):
            text = f"{setting.words} {setting.to_text(value)}"
            is_rule = name == "lr" and isinstance(value, str)
            unchanged.append(text + f" = {compact(snapshot.run.settings.lr)}" * is_rule)
    return f" As before: {', '.join(unchanged)}." if unchanged else ""


def describe_changes(before: Snapshot, after: Snapshot) -> str:
    """What a new run has different from the one before, settings and initial weights."""
    rows = [row for row in SETTINGS.values() if after.origin == 0 or not row.only_begins]
    settings, changed = after.run.settings, []
    for setting in sorted(rows, key=lambda row: row.only_begins):
        was, now = _words_apart(_value(before, setting), _value(after, setting))
        if was != now:
            why = not_drawn(settings.backend, settings.init) if setting.name == "seed" else ""
            effect = f" (no effect: {why})" * bool(why)
            changed.append(f"{setting.words} {was} → {now}{effect}")
    is_far = bool(changed and after.origin) and before.verdict.code in ("diverging", "diverged")
    again = " Its weights are those of the divergence: r begins at epoch 0 with these settings."
    if not changed and after.origin == before.epoch:
        changed = [
            f"{visible(name)} {number(was, 9).strip()} → {number(now, 9).strip()} by hand"
            for name, was, now in zip(
                after.run.names, before.committed_weights, after.weights, strict=True
            )
            if was != now
        ]
    begin = f"Fork at epoch {after.origin:,}" if after.origin else "New run at epoch 0"
    return f"{begin}: {'; '.join(changed) or 'same settings'}.{again * is_far}"


def _value(snapshot: Snapshot, setting: Setting) -> str | float:
    """A setting of a run: a number that may be long, or in words."""
    settings = snapshot.run.settings
    value = getattr(settings, setting.name)
    if setting.name == "init" and value == "article":
        return BACKENDS[settings.backend].init
    if isinstance(value, float):
        return value
    text = setting.to_text(value)
    return setting.choices.get(text, text)


def _words_apart(old: str | float, new: str | float) -> list[str]:
    """Two values in words; two numbers in as few digits as tell them apart."""
    words = [compact(value) if isinstance(value, float) else value for value in (old, new)]
    are_numbers = isinstance(old, float) and isinstance(new, float)
    if are_numbers and old != new and words[0] == words[1]:
        return [repr(old), repr(new)]
    return words


def describe_preparation(snapshot: Snapshot) -> str:
    """What was done to the data that is not in the file; empty where nothing was."""
    settings = snapshot.run.settings
    done = ["features standardised"] * settings.standardize + ["bias added"] * settings.bias
    return f"; {', '.join(done)}: c changes that" if done else ""


def describe_slowness(snapshot: Snapshot) -> str:
    """Why the learning rate is a small one; empty where it is not."""
    is_slow = snapshot.run.settings.lr_rule == "slow"
    return " The rate is slow, for something to see: l takes auto, ten times as large." * is_slow

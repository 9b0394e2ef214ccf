"""The phases of an epoch as they are marked everywhere: on the strip, worksheet and code. Pure."""

from __future__ import annotations

from linreg_core import Snapshot

RAN, NOW, LATER = "✓", "●", " "
"""A phase that ran before, the one that ran last, and one to come."""


def marks_of(snapshot: Snapshot) -> list[str]:
    """The mark of each phase; between epochs none is marked."""
    done = snapshot.phases_done
    count = len(snapshot.run.code)
    return [RAN if i < done - 1 else NOW if i == done - 1 else LATER for i in range(count)]

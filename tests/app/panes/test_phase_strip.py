"""The strip of phases: one width in every state, and a click that runs up to a phase."""

from __future__ import annotations

import pytest

from linreg_core import BACKENDS
from tests.app.driver import MIDDLE, SMALL, driving, inline
from tests.app.reports import after
from tui.panes.phase_strip import PhaseStrip, phase_at, strip_row


def text(**config: object) -> str:
    return "".join(span.text for span in strip_row(after(1, **config), 118))  # type: ignore[arg-type]


@pytest.mark.parametrize("backend", BACKENDS)
def test_it_is_as_wide_in_every_state(backend: str) -> None:
    count = len(after(0, backend=backend).run.code)
    assert len({len(text(backend=backend, phases=done)) for done in range(count)}) == 1


def test_every_cell_of_a_phase_is_that_phase() -> None:
    row = strip_row(after(1, phases=2), 118)
    line = "".join(span.text for span in row)
    for number, name in enumerate(("forward", "loss", "gradient", "update")):
        start = line.index(name)
        assert {phase_at(row, x) for x in range(start, start + len(name))} == {number}
    assert phase_at(row, line.index("→")) is None
    assert phase_at(row, len(line)) is None


@pytest.mark.parametrize("size", [SMALL, MIDDLE])
async def test_a_click_runs_up_to_a_phase_and_takes_back(size: tuple[int, int]) -> None:
    async with driving(inline(epochs=2), size=size) as drive:
        strip = drive.main.query_one(PhaseStrip)
        for name, done in (("gradient", 3), ("forward", 1), ("loss", 2)):
            x = strip.render_line(0).text.index(name)
            await drive.pilot.click(strip, offset=(x, 0))
            await drive.settle()
            assert (drive.epoch, drive.snapshot.phases_done) == (2, done)
        x = strip.render_line(0).text.index("update")
        await drive.pilot.click(strip, offset=(x, 0))
        await drive.settle()
        assert (drive.epoch, drive.snapshot.phases_done) == (3, 0), "the last one ends the epoch"

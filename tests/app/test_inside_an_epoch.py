"""Inside an epoch from the keyboard: phases forth and back, worksheet, source, marks."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core import BACKENDS
from tests.app.driver import (
    COMPOSED_SIZES,
    LARGE,
    MIDDLE,
    SMALL,
    AnyEngine,
    Drive,
    Write,
    driving,
    inline,
)
from tests.app.reports import after, trainer
from tui.panes.source_pane import SourcePane, file_of
from tui.panes.weights_table import WeightsTable
from tui.panes.worksheet_pane import WorksheetPane, worksheet_lines

PHASES = {
    name: [code.phase for code in trainer(backend=name).snapshot().run.code] for name in BACKENDS
}


def strip_of(drive: Drive[AnyEngine]) -> str:
    """The second line of the screen."""
    return drive.text.splitlines()[1]


async def test_the_article_s_first_gradient_stands_on_the_worksheet() -> None:
    async with driving(inline(), size=LARGE) as drive:
        await drive.press("s", "s", "s")
        assert "INSIDE" in drive.status
        worksheet = drive.seen(drive.main.query_one(WorksheetPane))
        assert "● gradient" in worksheet
        assert "= -814.7" in worksheet
        assert "= -1033.3" in worksheet
        await drive.press("s")
        assert (drive.epoch, drive.snapshot.phases_done) == (1, 0)
        assert drive.snapshot.weights.tobytes() == after(1).weights.tobytes()
        assert "PAUSED" in drive.status


@pytest.mark.parametrize("backend", BACKENDS)
async def test_phases_forth_and_back_are_marked_as_they_are(backend: str) -> None:
    """✓ done, ● last, s next: on the worksheet, on the strip and on the code the same one."""
    phases = PHASES[backend]
    async with driving(inline(backend=backend, epochs=2), size=LARGE) as drive:
        code, start = drive.snapshot.run.code, drive.snapshot.weights.tobytes()
        sheet = drive.main.query_one(WorksheetPane)
        assert not set("✓●") & set(drive.seen(sheet)), "between epochs nothing is ticked"
        there_and_back = [*range(1, len(phases)), *reversed(range(len(phases) - 1))]
        for place, done in enumerate(there_and_back):
            await drive.press("s" if place < len(phases) - 1 else "S")
            assert drive.snapshot.phases_done == done
            assert drive.epoch == 2
            strip = strip_of(drive)
            assert f"s {phases[done]}" in strip
            assert (strip.count("✓"), "INSIDE" in drive.status) == (max(done - 1, 0), done > 0)
            if done:
                assert f"● {phases[done - 1]}" in strip
                shown = drive.seen(sheet)
                assert all(f"✓ {phase}" in shown for phase in phases[: done - 1])
                assert f"● {phases[done - 1]}" in shown
                assert (shown.count("✓"), shown.count("●")) == (done - 1, 1)
                drawn = str(drive.main.query_one(SourcePane).render())
                assert f"● {code[done - 1].text.splitlines()[0]}" in drawn
                assert drawn.count("●") == 1
        assert "PAUSED" in drive.status
        assert drive.snapshot.weights.tobytes() == start
        await drive.press("S")
        assert (drive.epoch, drive.snapshot.phases_done) == (1, len(phases) - 1)
        await drive.press("n", "s", "n")
        assert (drive.epoch, drive.snapshot.phases_done) == (3, 0)
        assert drive.snapshot.weights.tobytes() == after(3, backend=backend).weights.tobytes()


@pytest.mark.parametrize("size", COMPOSED_SIZES)
@pytest.mark.parametrize("source", ["article", "wide"])
async def test_the_phase_that_ran_is_in_sight_on_every_screen(
    size: tuple[int, int], source: str, write: Write
) -> None:
    """D1, D27: also where the worksheet is longer than its pane, and on the strip on any page."""
    numbers = np.random.default_rng(1).normal(size=(30, 9)).round(3).tolist()
    rows = [[*"abcdefghy"], *([str(value) for value in row] for row in numbers)]
    path = source if source == "article" else str(write("\n".join(map(",".join, rows))))
    async with driving(inline(path), size=size) as drive:
        for phase in PHASES["numpy"][:-1]:
            await drive.press("s")
            assert f"● {phase}" in strip_of(drive)
        await drive.press("b")
        sheet = drive.main.query_one(WorksheetPane)
        for phase in PHASES["numpy"][:-1]:
            await drive.press("s")
            await drive.settle()
            assert f"● {phase}" in drive.seen(sheet)


async def test_a_value_stands_there_when_its_phase_has_run() -> None:
    """D3: w, gradient, -lr·gradient and next w, in the order in which they come to be."""
    async with driving(inline(backend="tensor"), size=MIDDLE) as drive:
        table, filled = drive.main.query_one(WeightsTable), {}
        between = [table.render_line(y).text.split() for y in (1, 2)]
        assert [len(row) for row in between] == [7, 7]
        for phase in PHASES["tensor"][:-1]:
            await drive.press("s")
            filled[phase] = [len(table.render_line(y).text.split()) for y in (1, 2)]
        assert filled == {
            "forward": [4, 4],
            "loss": [4, 4],
            "gradient": [5, 5],
            "update": [7, 7],
        }
        assert [table.render_line(y).text.split() for y in (1, 2)] == between
        await drive.press("s")
        assert drive.epoch == 1
        following = [table.render_line(y).text.split() for y in (1, 2)]
        assert [row[1] for row in following] == [row[4] for row in between], "next w is now w"


async def test_back_takes_the_phases_in_progress_back_before_an_epoch() -> None:
    async with driving(inline(epochs=5)) as drive:
        for epoch in (5, 4):
            await drive.press("s", "s", "b") if epoch == 5 else await drive.press("b")
            assert (drive.epoch, drive.snapshot.phases_done) == (epoch, 0)
            assert drive.snapshot.weights.tobytes() == after(epoch).weights.tobytes()


async def test_there_is_no_phase_before_the_first_epoch() -> None:
    async with driving(inline()) as drive:
        await drive.press("S")
        assert (drive.epoch, drive.snapshot.phases_done) == (0, 0)
        await drive.press("s", "S", "S")
        assert (drive.epoch, drive.snapshot.phases_done) == (0, 0)
        assert "READY" in drive.status


async def test_the_worksheet_is_copied_as_plain_text() -> None:
    async with driving(inline(), size=SMALL) as drive:
        await drive.press("s", "s", "s", "C")
        copied = drive.app.clipboard
        assert copied == "\n".join(worksheet_lines(drive.snapshot))
        assert "= -814.7\n" in copied
        assert "−" not in copied, "Python reads the minus"
        assert copied.count("\n") > 8, "lines are not wrapped, nor cut to what is in view"


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_file_named_over_the_code_is_the_backend_s_own(backend: str) -> None:
    """D42: the same one whichever phase ran last, though some of its phases are shared."""
    file = file_of(after(0, backend=backend).run)
    assert not file.startswith("_")
    assert backend.replace("-", "_") in file


async def test_the_first_phase_brings_its_numbers_before_the_picture_of_the_loss() -> None:
    async with driving(inline(), size=SMALL) as drive:
        await drive.press("s")
        assert "● forward" in drive.seen(drive.main.query_one(WorksheetPane))
        await drive.press("t", "s")
        assert drive.main.look.in_front == "loss", "who went back to it meant to"
        await drive.press("n", "t", "s")
        assert drive.main.look.in_front == "fit", "another picture is looked at for itself"

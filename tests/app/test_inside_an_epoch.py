"""Inside an epoch from the keyboard: phases forth and back, worksheet, source, marks."""

from __future__ import annotations

import pytest

from linreg_core import BACKENDS
from tests.app.driver import LARGE, MIDDLE, SMALL, Drive, driving, inline
from tests.app.reports import after, trainer
from tui.engine.inline import InlineEngine
from tui.panes.source_pane import SourcePane
from tui.panes.weights_table import WeightsTable
from tui.panes.worksheet_pane import WorksheetPane, worksheet_lines

PHASES = {
    name: [code.phase for code in trainer(backend=name).snapshot().run.code] for name in BACKENDS
}


def marked_code(drive: Drive[InlineEngine]) -> str:
    """The lines of the source pane that have the mark, as drawn."""
    lines = str(drive.main.query_one(SourcePane).render()).splitlines()
    return "\n".join(line[2:] for line in lines if line.startswith("▶ "))


async def test_the_article_s_first_gradient_stands_on_the_worksheet() -> None:
    async with driving(inline(), size=LARGE) as drive:
        await drive.press("s", "s", "s")
        assert "PHASE 3 of 4" in drive.status
        worksheet = drive.seen(drive.main.query_one(WorksheetPane))
        assert "gradient x1 = " in worksheet.replace("∂MSE/∂", "gradient ")
        assert "= −814.7333333" in worksheet
        assert "= −1033.333333" in worksheet
        await drive.press("s")
        assert (drive.epoch, drive.snapshot.phases_done) == (1, 0)
        assert drive.snapshot.weights.tobytes() == after(1).weights.tobytes()
        assert "PAUSED" in drive.status


@pytest.mark.parametrize("backend", BACKENDS)
async def test_phases_forth_and_back_are_marked_as_they_are(backend: str) -> None:
    """✓ done, ▶ next, ✱ last, on the worksheet; and the source marks the method that runs next."""
    phases = PHASES[backend]
    async with driving(inline(backend=backend, epochs=2), size=LARGE) as drive:
        code, start = drive.snapshot.run.code, drive.snapshot.weights.tobytes()
        sheet, source = drive.main.query_one(WorksheetPane), drive.main.query_one(SourcePane)
        assert drive.seen(sheet).count("✓") == len(phases), "between epochs, the one that led here"
        there_and_back = [*range(1, len(phases)), *reversed(range(len(phases) - 1))]
        for place, done in enumerate(there_and_back):
            await drive.press("s" if place < len(phases) - 1 else "S")
            assert drive.snapshot.phases_done == done
            assert drive.epoch == 2
            assert source.border_title == code[done].file
            assert marked_code(drive).split() == code[done].text.split()
            if done:
                assert f"PHASE {done} of {len(phases)}" in drive.status
                shown = drive.seen(sheet)
                assert all(f"✓ {phase}" in shown for phase in phases[:done])
                assert f"✓ {phases[done - 1]} ✱" in shown
                assert f"▶ {phases[done]}" in shown
                assert (shown.count("✓"), shown.count("▶"), shown.count("✱")) == (done, 1, 1)
        assert "PAUSED" in drive.status
        assert drive.snapshot.weights.tobytes() == start
        await drive.press("S")
        assert (drive.epoch, drive.snapshot.phases_done) == (1, len(phases) - 1)
        await drive.press("n", "s", "n")
        assert (drive.epoch, drive.snapshot.phases_done) == (3, 0)
        assert drive.snapshot.weights.tobytes() == after(3, backend=backend).weights.tobytes()


async def test_what_a_phase_changes_is_marked_in_the_weights_table() -> None:
    async with driving(inline(backend="tensor"), size=MIDDLE) as drive:
        table, marked = drive.main.query_one(WeightsTable), {}
        for phase in PHASES["tensor"]:
            await drive.press("s")
            marked[phase] = table.render_line(0).text.split()
        stars = {phase: words.count("✱") for phase, words in marked.items()}
        assert stars == {"forward": 0, "loss": 0, "gradient": 1, "update": 2, "zero_grad": 0}
        assert "∂MSE/∂w ✱" in " ".join(marked["gradient"])
        assert "w ✱" in " ".join(marked["update"])
        assert "Δw ✱" in " ".join(marked["update"])


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
        assert "= −814.7333333\n" in copied
        assert copied.count("\n") > 8, "lines are not wrapped, nor cut to what is in view"

"""The epochs that fail, from the keyboard: where inf and nan arise, why, and out again."""

from __future__ import annotations

from typing import Any

import pytest

from linreg_core import BACKENDS
from tests.app.driver import COMPOSED_SIZES, LARGE, MIDDLE, SMALL, driving, inline
from tests.app.reports import after
from tui.look import PICTURES
from tui.panes.phase_strip import PhaseStrip
from tui.panes.weights_table import WeightsTable
from tui.panes.worksheet_pane import WorksheetPane

LAST = 997
"""The last epoch of the article's run at this rate; its forecast stands on the screen, too."""

STEEP: dict[str, Any] = {"epochs": 10_000, "lr": 0.04}


async def test_phases_lead_into_the_epoch_that_fails_and_back_comes_out() -> None:
    async with driving(inline(**STEEP), size=LARGE) as drive:
        kept, words = drive.snapshot.weights.tobytes(), drive.notice
        assert words.startswith(f"Diverged at epoch {LAST + 1}: the loss or a weight is inf or nan")
        assert "n shows which" in words
        sheet = drive.main.query_one(WorksheetPane)
        await drive.press("s", "s", "s", "s", "s")
        assert "DIVERGED" in drive.status
        assert "epoch 998 → 999" in drive.status
        assert drive.notice.startswith("At epoch 998 the loss is inf, and ŷ is finite.")
        assert "MSE = inf" not in drive.seen(sheet)
        await drive.press("s")
        assert "loss inf" in drive.status
        assert "● loss" in drive.seen(sheet)
        assert "MSE = inf" in drive.seen(sheet)
        assert drive.notice.startswith(
            "At epoch 998 the loss becomes inf: the squares of ŷ - y add up to more than "
            "1.798e308, the largest number of float64."
        )
        await drive.press("b")
        assert (drive.snapshot.epoch, drive.snapshot.latest) == (LAST, LAST)
        assert drive.snapshot.weights.tobytes() == kept
        assert drive.notice == words


@pytest.mark.parametrize("backend", BACKENDS)
async def test_n_leads_to_each_first_inf_and_nan(backend: str) -> None:
    async with driving(inline(**STEEP, backend=backend, dtype="float64"), size=MIDDLE) as drive:
        last, said = drive.epoch, []
        table = drive.main.query_one(WeightsTable)
        for _ in range(12):
            await drive.press("n")
            said.append(drive.notice)
            rows = [table.render_line(y).text for y in (1, 2)]
            if "the gradient becomes inf" in drive.notice:
                assert any("inf" in row for row in rows)
        assert said[0].startswith(f"At epoch {last + 1} the loss becomes inf")
        assert any("next w becomes nan: w or the gradient is inf, and inf - inf" in s for s in said)
        assert "is nan, and so is all that is made of it" in said[-1]
        assert said[-1] == said[-2], "where all is nan there is nothing more to see"
        assert all("nan" in row for row in rows)
        await drive.press("b")
        assert drive.epoch == last


async def test_the_strip_and_phases_back_work_there_too() -> None:
    async with driving(inline(**STEEP), size=SMALL) as drive:
        strip = drive.main.query_one(PhaseStrip)
        await drive.press("n")
        for name, done in (("gradient", 3), ("forward", 1)):
            x = strip.render_line(0).text.index(name)
            await drive.pilot.click(strip, offset=(x, 0))
            await drive.settle()
            assert (drive.snapshot.beyond, drive.snapshot.phases_done) == (1, done)
        await drive.press("S", "S")
        assert (drive.snapshot.beyond, drive.snapshot.phases_done) == (0, 3)
        assert f"epoch {LAST} → {LAST + 1}" in drive.status


async def test_inf_and_nan_stand_out() -> None:
    """Red is for what is not finite; the table's other numbers have the look of the rest."""
    async with driving(inline(**STEEP), size=MIDDLE) as drive:
        await drive.press("n", "n")
        table = drive.main.query_one(WeightsTable)
        red = table.get_component_rich_style("weights-table--not-finite", partial=True).color
        looks = {
            segment.text.strip(): segment.style.color
            for y in (1, 2)
            for segment in table.render_line(y)
            if segment.style is not None
        }
        assert looks["inf"] == red
        assert [text for text, color in looks.items() if color == red] == ["inf"]
        status = drive.main.query_one("StatusBar").render()
        assert "inf" in [status.plain[span.start : span.end] for span in status.spans]  # type: ignore[union-attr]


async def test_a_fork_from_there_begins_at_the_epoch_that_is_kept() -> None:
    async with driving(inline(**STEEP), size=SMALL) as drive:
        await drive.press("n", "w")
        assert f"Change a weight at epoch {LAST}" in drive.text
        assert repr(float(after(LAST, lr=0.04).weights[0])) in drive.text
        await drive.press("1", "enter")
        assert drive.notice.startswith(f"Fork at epoch {LAST}: x1 ")
        assert "→ 1 by hand.\nDiverging: 0.04 is beyond the limit" in drive.notice


@pytest.mark.parametrize("size", COMPOSED_SIZES)
async def test_every_pane_can_show_it(size: tuple[int, int]) -> None:
    """Also in detail, and for the back row."""
    async with driving(inline(**STEEP), size=size) as drive:
        for presses in (1, 1, 3):
            await drive.press(*["n"] * presses)
            for key in ("t",) * len(PICTURES) + ("T", "T", "T", "T", "t", "d", "u", "u", "P", "P"):
                await drive.press(key)
                assert drive.main.is_running
        assert "nan" in drive.status


async def test_a_feature_and_a_bias_can_fail_as_well() -> None:
    """One weight's landscape, the line of a fit, standardised units."""
    more: dict[str, Any]
    for more in ({"bias": True}, {"bias": True, "standardize": True}):
        async with driving(inline("line", lr=30.0, epochs=10_000, **more), size=MIDDLE) as drive:
            assert "DIVERGED" in drive.status
            for presses in (1, 1, 5):
                await drive.press(*["n"] * presses, *["t"] * 4, "T", "T", "T")
            assert "nan" in drive.status

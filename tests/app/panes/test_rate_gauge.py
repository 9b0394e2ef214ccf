"""The gauge of the learning rate: pictures, and what a rate costs, in words."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app.driver import MIDDLE, SMALL, SMALLEST, Write, driving, inline
from tests.app.reports import after
from tui.charts.gauge import LEAST_RAIL, rate_at, rate_gauge
from tui.panes.price import price_of_rate
from tui.panes.rate_gauge import RateGauge, gauge_row

LIMIT = after(0).theory.lr_limit
assert LIMIT is not None


def drawn(width: int, lr: float, best: float = 0.9) -> str:
    """A gauge whose limit is 1."""
    spans = rate_gauge(width, lr=lr, best=best, limit=1.0)
    return "".join(span.text for span in spans)


# --- The picture ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lr", "picture"),
    [
        (1e-09, "lr 1e-9 ●────┴─────┴──┼─◆┤  limit 1.0000"),
        (0.01, "lr 0.01 ├────●─────┴──┼─◆┤  limit 1.0000"),
        (0.02, "lr 0.02 ├────┴─●───┴──┼─◆┤  limit 1.0000"),
        (0.04, "lr 0.04 ├────┴───●─┴──┼─◆┤  limit 1.0000"),
        (0.25, "lr 0.25 ├────┴─────┴─●┼─◆┤  limit 1.0000"),
        (0.5, "lr 0.5 ├─────┴────┴───●─◆┤  limit 1.0000"),
        (0.999, "lr 0.999 ├────┴────┴──┼─●┤  limit 1.0000"),
        (1.0, "lr 1 ├─────┴──────┴───┼─◆┤● limit 1.0000"),
        (1000000000.0, "lr 1.0000e9 ├───┴───┴──┼◆┤● limit 1.0000"),
    ],
)
def test_pictures(lr: float, picture: str) -> None:
    assert drawn(40, lr) == picture


@pytest.mark.parametrize("width", range(30, 50))
def test_half_the_limit_is_where_a_rate_of_half_the_limit_stands(width: int) -> None:
    assert drawn(width, 0.1).index("┼") == drawn(width, 0.5).index("●")


def test_best_and_auto_are_one_where_all_directions_are_alike() -> None:
    assert drawn(34, 0.1, best=0.5).count("◆") == 1
    assert "┼" not in drawn(34, 0.1, best=0.5)
    assert drawn(34, 0.5, best=0.5).count("●") == 1
    assert "◆" not in drawn(34, 0.5, best=0.5)


def test_a_rail_too_short_to_be_read_is_left_out() -> None:
    least = len("lr 0.5 ") + LEAST_RAIL + 2 + len(" 1.0000")
    assert drawn(least, 0.5).endswith("┤  1.0000")
    assert drawn(least - 1, 0.5).rstrip() == "lr 0.5 limit 1.0000"
    assert drawn(len("lr 0.5 < 1.0000"), 0.5) == "lr 0.5 < 1.0000"
    assert drawn(len("lr 1.5 ≥ 1.0000"), 1.5) == "lr 1.5 ≥ 1.0000"
    assert drawn(5, 0.5) == "lr 0."


@given(
    width=st.integers(1, 300),
    lr=st.floats(1e-300, 1e300),
    limit=st.floats(1e-200, 1e200),
    share=st.floats(0.5, 1, exclude_max=True),
)
def test_width_is_exact_and_there_is_one_rate(
    width: int, lr: float, limit: float, share: float
) -> None:
    spans = rate_gauge(width, lr=lr, best=share * limit, limit=limit)
    line = "".join(span.text for span in spans)
    assert len(line) == width
    assert {span.role for span in spans} <= {"label", "rail", "best", "rate", "alarm"}
    assert ("alarm" in {span.role for span in spans}) == (lr >= limit)
    if "┤" in line:
        assert line.count("●") == 1
        assert (line.index("●") > line.index("┤")) == (lr >= limit)
        assert line.count("◆") + line.count("┼") <= 2


@pytest.mark.parametrize("width", [40, 80, 200])
def test_twice_a_rate_is_a_step_of_one_length(width: int) -> None:
    """So each press of ( or ) moves the mark, wherever it stands."""
    places = [drawn(width, lr).index("●") for lr in (0.015, 0.030, 0.060, 0.120, 0.240, 0.480)]
    steps = np.diff(places)
    assert steps.min() >= 1
    assert steps.max() - steps.min() <= 1


# --- The price ------------------------------------------------------------------------------------


def cost(lr: float | str, source: str = "article", **config: object) -> str:
    return price_of_rate(after(0, source, lr=lr, **config))  # type: ignore[arg-type]


def test_price_of_a_slow_rate_is_that_of_the_field_s_notes() -> None:
    """One decimal digit costs 130,578 epochs at lr 1e-4, and some 400 at the best rate."""
    assert cost(1e-4) == (
        "A digit takes 130,578 epochs in the long run, 395 at the best rate ◆ 0.03297."
    )
    assert "takes 13,057 epochs" in cost(1e-3)


def test_price_one_per_cent_below_and_above_the_limit() -> None:
    assert LIMIT is not None
    assert "A digit takes" in cost(0.99 * LIMIT)
    assert re.fullmatch(
        r"lr 0\.033\d+ is above the limit 0\.033063: it diverges, "
        r"overflow near epoch [\d,]+ \(forecast\)\.",
        cost(1.01 * LIMIT),
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_forecast_of_an_overflow_is_met(dtype: str) -> None:
    diverged = after(20_000, lr=0.034, dtype=dtype)
    found = re.search(r"epoch ([\d,]+) \(forecast\)", price_of_rate(diverged))
    assert found
    assert int(found[1].replace(",", "")) == pytest.approx(diverged.status_epoch, rel=0.01)


def test_at_the_limit_it_never_settles(write: Write) -> None:
    """MSE = w², so the limit is 2/2."""
    alone = {"bias": False, "standardize": False}
    path = str(write("x,y\n1,0\n1,0\n"))
    assert cost(1.0, path, **alone) == "The learning rate is at the limit: it never settles."
    assert cost(0.5, path, **alone) == "All digits are there after one epoch."
    assert cost(0.45, path, **alone).startswith(
        "A digit takes less than 1 epoch in the long run, less than 1 at"
    )


def test_one_direction_finds_all_digits_at_once_and_best_is_auto(write: Write) -> None:
    path = str(write("x,y\n1,2\n3,4\n5,9\n"))
    for rule in ("auto", "best"):
        snapshot = after(0, path, bias=False, lr=rule)
        assert snapshot.run.settings.lr == snapshot.theory.auto_lr == snapshot.theory.best_lr
        assert price_of_rate(snapshot) == "All digits are there after one epoch."


def test_what_is_not_determined_is_not_promised() -> None:
    words = price_of_rate(after(0, bias=True))
    assert words.endswith("of what is determined; rounding may go on moving the rest.")


def test_a_rate_that_overflows_nothing_has_no_epoch_to_tell() -> None:
    """From the optimum itself even a rate beyond the limit goes nowhere."""
    snapshot = after(0, lr=0.05)
    assert snapshot.theory.modes is not None
    modes = replace(snapshot.theory.modes, start=np.zeros(2))
    forecasts = tuple(
        replace(forecast, overflow_epoch=None) for forecast in snapshot.theory.forecasts
    )
    theory = replace(snapshot.theory, modes=modes, forecasts=forecasts)
    words = price_of_rate(replace(snapshot, theory=theory))
    assert words == "lr 0.05 is above the limit 0.033063: it diverges."


# --- On screen ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lr", [1e-6, 1e-4, 0.033, 0.034, 5.0, 1e9])
def test_the_gauge_fills_any_width(lr: float) -> None:
    snapshot = after(0, lr=lr)
    for width in range(1, 200):
        assert sum(len(span.text) for span in gauge_row(snapshot, width)) == width


def test_features_without_a_rate_are_told(write: Write) -> None:
    snapshot = after(0, str(write("x,y\n0,1\n0,2\n")), bias=False, standardize=False, lr=0.1)
    assert [span.text for span in gauge_row(snapshot, 60)] == ["lr 0.1"]
    assert price_of_rate(snapshot) == "No learning rate follows from these features."
    assert len(gauge_row(snapshot, 4)[0].text) == 4


@pytest.mark.parametrize("size", [SMALLEST, SMALL, MIDDLE])
async def test_rate_limit_and_price_are_seen_at_every_size(size: tuple[int, int]) -> None:
    async with driving(inline(epochs=3), size=size) as drive:
        gauge = drive.seen(drive.main.query_one(RateGauge))
        assert "lr 0.0001" in gauge
        assert "0.033063" in gauge
        assert ("●" in gauge) == (size != SMALLEST)
        assert "130,578 epochs" in drive.notice


async def test_l_and_capital_l_restart_with_the_rates_that_the_gauge_shows(write: Write) -> None:
    path = str(write("a,b,y\n1,2,3\n2,1,5\n3,5,1\n4,4,2\n"))
    for source in ("article", path):
        async with driving(inline(source, lr=1e-3, backend="numpy", epochs=3)) as drive:
            for keys, rule in (
                (["l"], "auto"),
                (["L", "delete", "enter"], "best"),
                (["L", *"50", "enter"], "best:50"),
            ):
                await drive.press("n", *keys)
                theory, settings = drive.snapshot.theory, drive.snapshot.run.settings
                if rule != "best:50":
                    assert settings.lr == (theory.auto_lr if rule == "auto" else theory.best_lr)
                config = drive.engine.latest.config
                assert config is not None
                assert (config.lr, config.backend) == (rule, "numpy")
                assert drive.epoch == drive.snapshot.latest == 0
                assert f"({rule})" in drive.seen(drive.main.query_one(RateGauge))
            await drive.press("n", "L", "escape")
            assert drive.epoch == 1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
async def test_l_rescues_a_run_that_diverged(dtype: str) -> None:
    async with driving(inline(lr=0.034, dtype=dtype, epochs=10_000)) as drive:
        assert drive.notice.startswith("Diverged")
        await drive.press("l")
        assert drive.notice.startswith("New run at epoch 0: learning rate 0.034 → ")
        await drive.answer("N", "10000")
        assert "Diverged" not in drive.notice
        assert drive.snapshot.loss < 1e-6


# --- Taking hold of it ----------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 60, 100])
def test_the_cell_of_a_rate_gives_that_rate(width: int) -> None:
    for lr in (0.01, 0.1, 0.25, 0.5, 0.8):
        x = drawn(width, lr).index("●")
        found = rate_at(x, width, lr=lr, limit=1.0)
        assert found == pytest.approx(lr, rel=10 ** (1.5 / (width - 25)) - 1 + 0.05)


def test_beside_the_line_there_is_no_rate_and_at_its_ends_one_that_is_possible() -> None:
    line = drawn(60, 0.25)
    start, end = line.index("├"), line.index("┤")
    rates = [rate_at(x, 60, lr=0.25, limit=1.0) for x in (start - 1, start, end + 1, end + 2)]
    assert rates[0] is rates[3] is None
    assert rates[1] is not None
    assert 0 < rates[1] < 0.05
    assert rates[2] is not None
    assert rates[2] > 1


async def test_keys_halve_and_double_the_rate_as_forks() -> None:
    async with driving(inline(epochs=300), size=MIDDLE) as drive:
        await drive.press("right_parenthesis")
        assert drive.snapshot.run.settings.lr == 2e-4
        assert (drive.epoch, drive.snapshot.origin) == (300, 300)
        assert drive.notice == "Fork at epoch 300: learning rate 0.0001 → 0.0002."
        await drive.press("left_parenthesis", "left_parenthesis")
        assert drive.snapshot.run.settings.lr == 5e-5
        await drive.press("n")
        assert drive.epoch == 301


async def test_a_click_on_the_line_goes_on_with_that_rate() -> None:
    async with driving(inline(epochs=300), size=MIDDLE) as drive:
        gauge = drive.main.query_one(RateGauge)
        x = gauge.render_line(0).text.index("┼")
        await drive.pilot.click(gauge, offset=(x, 0))
        await drive.settle()
        assert drive.snapshot.theory.lr_limit is not None
        half = drive.snapshot.theory.lr_limit / 2
        assert drive.snapshot.run.settings.lr == pytest.approx(half, rel=0.15)
        assert drive.snapshot.origin == 300
        await drive.pilot.click(gauge, offset=(1, 0))
        await drive.settle()
        assert drive.snapshot.run.settings.lr == pytest.approx(half, rel=0.15)

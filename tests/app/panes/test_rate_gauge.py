"""The gauge of the learning rate: pictures, and what a rate costs, in words."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core import Snapshot
from tests.app.driver import MIDDLE, SMALL, SMALLEST, Write, driving, inline
from tests.app.reports import after
from tui.charts.gauge import LEAST_RAIL, rate_gauge
from tui.panes.rate_gauge import RateGauge, gauge_rows, price

LIMIT = after(0).theory.lr_limit
assert LIMIT is not None


def drawn(width: int, lr: float, best: float = 0.9) -> str:
    """A gauge whose limit is 1."""
    spans = rate_gauge(width, lr=lr, best=best, limit=1.0, limit_text="1")
    return "".join(span.text for span in spans)


# --- The picture ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lr", "picture"),
    [
        (1e-9, "lr ●─────────┼───────◆─┤  limit 1"),
        (0.25, "lr ─────●────┼───────◆─┤  limit 1"),
        (0.5, "lr ──────────●───────◆─┤  limit 1"),
        (0.9, "lr ──────────┼───────●─┤  limit 1"),
        (0.999, "lr ──────────┼───────◆●┤  limit 1"),
        (1.0, "lr ──────────┼───────◆─┤● limit 1"),
        (1e9, "lr ──────────┼───────◆─┤● limit 1"),
    ],
)
def test_pictures(lr: float, picture: str) -> None:
    assert drawn(33, lr) == picture


@pytest.mark.parametrize("width", range(26, 40))
def test_half_the_limit_is_where_a_rate_of_half_the_limit_stands(width: int) -> None:
    assert drawn(width, 0.01).index("┼") == drawn(width, 0.5).index("●")


def test_best_and_auto_are_one_where_all_directions_are_alike() -> None:
    assert drawn(33, 0.01, best=0.5) == "lr ●─────────◆─────────┤  limit 1"
    assert drawn(33, 0.5, best=0.5) == "lr ──────────●─────────┤  limit 1"


def test_a_rail_too_short_to_be_read_is_left_out() -> None:
    least = len("lr ") + LEAST_RAIL + 2 + len(" limit 1")
    assert "─" in drawn(least, 0.5)
    assert drawn(least - 1, 0.5).rstrip() == "lr 0.5, limit 1"
    assert drawn(5, 0.5) == "lr 0."


@given(
    width=st.integers(1, 300),
    lr=st.floats(1e-300, 1e300),
    limit=st.floats(1e-200, 1e200),
    share=st.floats(0.5, 1, exclude_max=True),
    text=st.text("0123456789.e- ", max_size=40),
)
def test_width_is_exact_and_there_is_one_rate(
    width: int, lr: float, limit: float, share: float, text: str
) -> None:
    spans = rate_gauge(width, lr=lr, best=share * limit, limit=limit, limit_text=text)
    line = "".join(span.text for span in spans)
    assert len(line) == width
    assert {span.role for span in spans} <= {"label", "rail", "best", "rate", "alarm"}
    assert ("alarm" in {span.role for span in spans}) == (lr >= limit)
    if "┤" in line:
        assert line.count("●") == 1
        assert (line.index("●") > line.index("┤")) == (lr >= limit)
        assert line.count("◆") + line.count("┼") <= 2


# --- The price ------------------------------------------------------------------------------------


def costs(lr: float | str, source: str = "article", **config: object) -> list[str]:
    return price(after(0, source, lr=lr, **config))  # type: ignore[arg-type]


def test_price_of_a_slow_rate_is_that_of_the_field_s_notes() -> None:
    """One decimal digit costs 130,578 epochs at lr 1e-4, and some 400 at the best rate."""
    longest, *shorter = costs(1e-4)
    assert longest.startswith("130,578 epochs per correct digit · at best 395 (lr 0.03297)")
    assert shorter[-1] == "131k epochs/digit"
    assert costs(1e-3)[1] == "13,057 epochs per correct digit · at best 395"


def test_prices_get_shorter() -> None:
    for lr in (1e-6, 1e-4, 0.02, 0.0330, 0.0331, 0.05, 1.0):
        lengths = [len(text) for text in costs(lr)]
        assert lengths == sorted(lengths, reverse=True)


def test_price_one_per_cent_below_and_above_the_limit() -> None:
    assert LIMIT is not None
    assert "epochs per correct digit" in costs(0.99 * LIMIT)[0]
    above = costs(1.01 * LIMIT)
    assert re.fullmatch(r"diverges: overflow near epoch [\d,]+ \(forecast, float64\)", above[0])
    assert re.fullmatch(r"diverges: overflow near epoch [\d,]+", above[1])
    assert re.fullmatch(r"overflow near epoch [\d.]+k?", above[2])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_forecast_of_an_overflow_is_met(dtype: str) -> None:
    diverged = after(20_000, lr=0.034, dtype=dtype)
    found = re.search(r"epoch ([\d,]+) \(forecast, (\w+)\)", price(diverged)[0])
    assert found
    assert found[2] == dtype
    assert int(found[1].replace(",", "")) == pytest.approx(diverged.status_epoch, rel=0.01)


def test_at_the_limit_it_never_settles(write: Write) -> None:
    """MSE = w², so the limit is 2/2."""
    alone = {"bias": False, "standardize": False}
    path = str(write("x,y\n1,0\n1,0\n"))
    assert costs(1.0, path, **alone) == ["at the limit: it never settles"]
    assert costs(0.5, path, **alone) == ["all digits after one epoch"]
    assert costs(0.45, path, **alone)[0] == "1 epochs per correct digit · at best 0 (lr 0.5)"


def test_one_direction_finds_all_digits_at_once_and_best_is_auto(write: Write) -> None:
    path = str(write("x,y\n1,2\n3,4\n5,9\n"))
    for rule in ("auto", "best"):
        snapshot = after(0, path, bias=False, lr=rule)
        assert snapshot.run.settings.lr == snapshot.theory.auto_lr == snapshot.theory.best_lr
        assert price(snapshot) == ["all digits after one epoch"]


def test_what_is_not_determined_is_not_promised() -> None:
    words = price(after(0, bias=True))
    assert words[0].endswith("of what is determined; rounding can move the rest for ever")
    assert words[1:] == [word for word in words if "determined" not in word]


def test_a_rate_that_overflows_nothing_has_no_epoch_to_tell() -> None:
    """From the optimum itself even a rate beyond the limit goes nowhere."""
    snapshot = after(0, lr=0.05)
    assert snapshot.theory.modes is not None
    modes = replace(snapshot.theory.modes, start=np.zeros(2))
    forecasts = tuple(
        replace(forecast, overflow_epoch=None) for forecast in snapshot.theory.forecasts
    )
    theory = replace(snapshot.theory, modes=modes, forecasts=forecasts)
    assert price(replace(snapshot, theory=theory)) == ["diverges"]


# --- On screen ------------------------------------------------------------------------------------


def line_of(snapshot: Snapshot, width: int, height: int, row: int = 0) -> str:
    return "".join(span.text for span in gauge_rows(snapshot, width, height)[row])


@pytest.mark.parametrize("lr", [1e-6, 1e-4, 0.033, 0.034, 5.0, 1e9])
@pytest.mark.parametrize("height", [1, 2])
def test_rows_fit_any_width_and_hold_no_word_that_is_cut(lr: float, height: int) -> None:
    snapshot = after(0, lr=lr)
    shortest = price(snapshot)[-1]
    for width in range(40, 200):
        gauge, cost = gauge_rows(snapshot, width, height)
        assert sum(len(span.text) for span in gauge) == width
        assert "".join(span.text for span in cost) in price(snapshot)
        if height == 1 and width >= 58:
            assert shortest in "".join(span.text for span in gauge)


def test_features_without_a_rate_are_told(write: Write) -> None:
    snapshot = after(0, str(write("x,y\n0,1\n0,2\n")), bias=False, standardize=False, lr=0.1)
    ((words,),) = gauge_rows(snapshot, 60, 2)
    assert words.text == "no learning rate follows from these features"
    assert len(line_of(snapshot, 10, 1)) == 10


@pytest.mark.parametrize(("size", "lines"), [(SMALLEST, 1), (SMALL, 1), (MIDDLE, 2)])
async def test_gauge_and_price_are_seen_at_every_size(size: tuple[int, int], lines: int) -> None:
    async with driving(inline(), size=size) as drive:
        gauge = drive.main.query_one(RateGauge)
        assert gauge.size.height == lines
        assert "●" in drive.seen(gauge)
        assert "limit 0.03306" in drive.seen(gauge)
        assert "epochs" in drive.seen(gauge)


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
                assert f"({rule})" in drive.status
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

"""Each key of runs and backends does what its name says, from the keyboard to the screen."""

from __future__ import annotations

import numpy as np
import pytest
from textual.widgets import Input

from linreg_core import BACKENDS, DataRequest, Status, TrainConfig
from tests.app.driver import COMPOSED_SIZES, Clock, Drive, Write, driving, inline, timed
from tests.app.reports import after
from tui.engine.commands import Open
from tui.engine.inline import InlineEngine
from tui.engine.report import Activity
from tui.pages.prompt import Prompt
from tui.panes.phase_strip import PhaseStrip
from tui.panes.weights_table import WeightsTable
from tui.text import compact


def weights_of(drive: Drive[InlineEngine]) -> list[float]:
    return list(drive.snapshot.weights)


def shown_weights(drive: Drive[InlineEngine]) -> list[float]:
    """The weights column of the table, as drawn."""
    table = drive.main.query_one(WeightsTable)
    return [float(table.render_line(y).text.split()[1]) for y in (1, 2)]


def text_of_strip(drive: Drive[InlineEngine]) -> str:
    """The phases in their line, as drawn."""
    return drive.main.query_one(PhaseStrip).render_line(0).text.rstrip()


# --- Stepping and running -------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["n", "right"])
async def test_one_epoch_at_a_time(key: str) -> None:
    async with driving(inline()) as drive:
        assert "READY" in drive.status
        for epoch in (1, 2, 3):
            await drive.press(key)
            assert drive.epoch == epoch
            assert f"Weights at epoch {epoch}" in drive.text
        assert "PAUSED" in drive.status
        assert weights_of(drive) == list(after(3).weights)
        assert shown_weights(drive) == pytest.approx(list(after(3).weights), abs=5e-5)


async def test_run_and_pause() -> None:
    async with driving(inline()) as drive:
        await drive.press("space")
        assert "RUNNING" in drive.status
        drive.engine.work(12_345)
        await drive.settle()
        assert "RUNNING" in drive.status
        assert drive.epoch == 12_345
        await drive.press("space")
        assert "PAUSED" in drive.status
        drive.engine.work(10)
        await drive.settle()
        assert drive.epoch == 12_345


@pytest.mark.parametrize(
    ("key", "epoch"), [("n", 101), ("s", 100), ("b", 99), ("home", 0), ("end", 100), ("r", 0)]
)
async def test_a_move_of_a_running_run_pauses_it(key: str, epoch: int) -> None:
    async with driving(inline()) as drive:
        await drive.press("space")
        drive.engine.work(100)
        await drive.press(key)
        assert (drive.epoch, drive.engine.latest.activity) == (epoch, Activity.IDLE)


async def test_a_run_at_a_pace_is_shown_and_changed_while_it_goes_on() -> None:
    clock = Clock()
    async with driving(timed(clock)) as drive:

        async def wait(seconds: float) -> None:
            clock.now += seconds
            drive.engine.go_on()
            await drive.settle()

        await drive.press("comma", "comma", "comma")
        assert drive.notice == "space runs at this pace: 5 epochs/s"
        await drive.press("space")
        assert "RUNNING" in drive.status
        assert "5 epochs/s" in drive.status
        await wait(0.41)
        assert drive.epoch == 2
        strips = []
        for _ in range(3):
            await wait(0.05)
            strips.append(text_of_strip(drive))
            assert drive.epoch == 2
        assert strips == [
            "● forward → s loss →   gradient →   update",
            "✓ forward → ● loss → s gradient →   update",
            "✓ forward → ✓ loss → ● gradient → s update",
        ]
        assert "● gradient" in drive.text, "the worksheet follows"
        await drive.press("full_stop", "full_stop")
        assert "50 epochs/s" in drive.status
        await wait(1.0)
        assert drive.epoch == 52
        await drive.press("full_stop", "full_stop", "full_stop")
        assert "epochs/s" in drive.status, "as many as it has"
        await drive.press("space")
        assert "epochs/s" not in drive.status
        assert weights_of(drive) == list(after(52).weights)


@pytest.mark.parametrize("size", COMPOSED_SIZES)
async def test_the_pace_is_shown_at_every_size(size: tuple[int, int], is_long: bool) -> None:
    async with driving(inline(lr=1e-9), size=size) as drive:
        await drive.press("space")
        drive.engine.work(5_838_881 if is_long else 108_881)
        await drive.settle()
        assert "accelerating" in drive.text.splitlines()[0]


async def test_space_accelerates_unless_another_pace_is_chosen() -> None:
    clock = Clock()
    async with driving(timed(clock)) as drive:
        await drive.press("space")
        assert "accelerating" in drive.status
        clock.now += 2.0
        drive.engine.go_on()
        await drive.settle()
        assert drive.epoch == 8


async def test_run_a_number_of_epochs_and_remember_it() -> None:
    async with driving(inline(), epochs=250) as drive:
        await drive.press("N")
        assert drive.app.screen.query_one(Input).value == "250"
        await drive.press(*"1,234", "enter")  # what was there is selected, and replaced
        assert drive.app.screen is drive.main
        assert drive.epoch == 1234
        assert weights_of(drive) == list(after(1234).weights)
        await drive.press("N")
        assert drive.app.screen.query_one(Input).value == "1234"
        await drive.press("enter")
        assert drive.epoch == 2468


async def test_a_number_of_epochs_is_checked_while_it_is_typed() -> None:
    async with driving(inline()) as drive:
        await drive.press("N", *"12")
        assert "please" not in drive.text
        await drive.press("x")
        assert "a whole number from 1 to" in drive.text
        await drive.press("enter")
        assert isinstance(drive.app.screen, Prompt)
        assert drive.snapshot.epoch == 0
        await drive.press("backspace")
        assert "please" not in drive.text
        await drive.press("enter")
        assert drive.epoch == 12


@pytest.mark.parametrize("init", ["article", "random"])
async def test_reset_brings_the_same_initial_weights(init: str) -> None:
    async with driving(inline(init=init, seed=4)) as drive:
        initial = weights_of(drive)
        await drive.press("n", "n", "r")
        assert drive.epoch == 0
        assert "READY" in drive.status
        assert weights_of(drive) == initial
        await drive.press("n")
        assert weights_of(drive) == list(after(1, init=init, seed=4).weights)


# --- Backends -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "name"), enumerate(BACKENDS, start=1), ids=BACKENDS)
async def test_another_backend_keeps_the_settings_and_says_what_changes(
    place: int, name: str
) -> None:
    other = "numpy" if name != "numpy" else "numpy-two-weights"
    async with driving(inline(backend=other, lr=0.001, seed=6)) as drive:
        await drive.press("n", "n", str(place))
        info, config = BACKENDS[name], drive.engine.latest.config
        assert config == TrainConfig(backend=name, lr=0.001, seed=6)
        for part in (info.label, "epoch 0", "article"):
            assert part in drive.status
        assert "lr 0.001" in drive.text.splitlines()[1]
        assert "New run at epoch 0" in drive.notice
        assert f"backend {BACKENDS[other].label} → {info.label}" in drive.notice
        for was, now in ((BACKENDS[other].dtype, info.dtype), (BACKENDS[other].init, info.init)):
            assert (f"{was} → {now}" in drive.notice) == (was != now)
        (ghost,) = drive.engine.latest.ghosts
        assert ghost.label == (
            f"lr 0.001, epochs 0 to 2, {BACKENDS[other].label} {BACKENDS[other].dtype}"
        )
        await drive.press("n")
        assert drive.epoch == 1
        assert weights_of(drive) == list(after(1, backend=name, lr=0.001, seed=6).weights)
        assert drive.notice.startswith("A digit takes")


async def test_two_weights_on_three_features_are_refused_and_the_old_run_stays(
    write: Write,
) -> None:
    path = str(write("a,b,c,y\n1,2,3,4\n2,1,5,3\n3,5,1,9\n4,4,2,7\n"))
    async with driving(inline(path, bias=False)) as drive:
        await drive.press("n", "n", "1")
        assert drive.epoch == 2
        assert drive.engine.latest.ghosts == ()
        assert BACKENDS["numpy"].label in drive.status
        assert "Refused" in drive.notice
        assert "2" in drive.notice
        assert "3" in drive.notice
        await drive.press("n")
        assert drive.epoch == 3
        assert drive.notice.startswith("A digit takes")


async def test_a_first_run_that_is_refused_leaves_its_problem_and_settings_to_another() -> None:
    """A missing device is found on screen: it must be possible to go on without it."""
    engine = InlineEngine(Open(DataRequest("article"), config=_without_device(lr=0.01, seed=8)))
    engine.start()
    async with driving(engine) as drive:
        assert "NO RUN" in drive.status
        assert "cuda:999" in drive.notice
        await drive.press("n")
        assert "no run yet" in drive.notice
        await drive.press("2", "n")
        assert drive.epoch == 1
        assert drive.engine.latest.config == TrainConfig(lr=0.01, seed=8)


def _without_device(**config: object) -> TrainConfig:
    """Settings that no machine can run."""
    return TrainConfig(backend="tensor", device="cuda:999", **config)  # type: ignore[arg-type]


# --- A run that ends by itself --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lr", "dtype"), [(0.034, "float64"), (0.034, "float32"), (1e9, "float32")]
)
async def test_divergence_stops_and_says_where_and_what_to_try(lr: float, dtype: str) -> None:
    async with driving(inline(epochs=20_000, lr=lr, dtype=dtype)) as drive:
        snapshot = drive.snapshot
        assert snapshot.status is Status.DIVERGED
        assert np.isfinite(snapshot.weights).all()
        assert f"DIVERGED  epoch {snapshot.epoch:,}" in drive.status
        assert f"Diverged at epoch {snapshot.status_epoch:,}" in drive.notice
        assert f"weights of epoch {snapshot.epoch:,} are kept" in drive.notice
        assert snapshot.theory.auto_lr is not None
        assert f"l restarts with {compact(snapshot.theory.auto_lr)}" in drive.notice
        await drive.press("n", "s", "space")  # nothing more can be run, only looked at
        assert drive.snapshot.epoch == drive.snapshot.latest == snapshot.epoch
        assert "DIVERGED" in drive.status
        await drive.press("b")
        assert drive.epoch == snapshot.epoch
        await drive.press("b")
        assert drive.epoch == snapshot.epoch - 1
        assert drive.notice.startswith("Diverging: " if drive.epoch else "3 rows of data")
        await drive.press("n")
        assert "DIVERGED" in drive.status
        await drive.press("r")
        assert "READY" in drive.status
        assert drive.notice.startswith("3 rows of data, 2 weights to find.")


async def test_divergence_at_the_start_is_a_state_too(write: Write) -> None:
    path = str(write("x,y\n1,1e200\n2,-1e200\n3,3e200\n"))
    async with driving(inline(path)) as drive:
        assert "Diverged at epoch 0" in drive.notice
        assert "Diverged at epoch 0" in drive.notice
        await drive.press(
            "n", "s", "S", "b", "home", "end", "x", "y", *"tTtTtTu", "r", "c", "escape"
        )
        assert drive.epoch == 0


async def test_convergence_is_a_state() -> None:
    async with driving(inline(epochs=100_000, tol=0.5)) as drive:
        epoch = drive.snapshot.status_epoch
        assert f"Converged at epoch {epoch:,}" in drive.notice
        assert drive.notice.startswith(f"Converged at epoch {epoch:,}: the largest gradient")


async def test_a_frozen_run_says_since_when_and_goes_on_without_work() -> None:
    """In float32 and with a large learning rate nothing changes after a few thousand epochs."""
    async with driving(inline(lr=0.03, dtype="float32")) as drive:
        await drive.press("space")
        drive.engine.work(10**6)
        await drive.settle()
        first = drive.snapshot
        assert drive.engine.latest.activity is Activity.IDLE, "a run without end ends when frozen"
        assert first.status is Status.FROZEN
        assert first.status_epoch is not None
        assert first.status_epoch < 10_000
        assert drive.status.startswith("FROZEN ")
        assert f"Frozen since epoch {first.status_epoch:,} with " in drive.notice
        assert "last digit in float32" in drive.notice
        await drive.answer("N", "1e12")
        assert drive.epoch == first.epoch + 10**12
        assert drive.snapshot.weights.tobytes() == first.weights.tobytes()
        assert drive.status.startswith("FROZEN ")
        await drive.answer("g", str(first.status_epoch - 1))
        assert "PAST" in drive.status
        assert drive.notice.startswith("A digit takes")
        assert drive.snapshot.weights.tobytes() != first.weights.tobytes()


async def test_a_cycle_says_how_long_it_is_and_since_when(write: Write) -> None:
    """MSE = w² and lr = 1: w ← w − 2w, so 1 and −1 by turns."""
    path = str(write("x,y\n1,0\n1,0\n"))
    engine = inline(path, lr=1.0, init=1.0, bias=False, standardize=False)
    async with driving(engine) as drive:
        await drive.answer("N", "1001")
        assert (drive.snapshot.status, drive.snapshot.cycle_length) == (Status.CYCLE, 2)
        assert weights_of(drive) == [-1.0]
        assert "In a cycle since epoch 0" in drive.notice
        assert drive.notice == "In a cycle since epoch 0: the same 2 states come back for ever."
        await drive.press("n")
        assert (drive.epoch, weights_of(drive)) == (1002, [1.0])

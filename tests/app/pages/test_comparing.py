"""Comparing precisions: what the engine does with the commands, and the page that shows it."""

from __future__ import annotations

import pickle

import pytest

from linreg_core import Comparison, DataRequest, Problem, TrainConfig, load_problem
from tests.app.driver import LARGE, MIDDLE, SMALL, ScriptedEngine, driving, inline, lines_of
from tests.app.reports import after, report_of
from tests.app.sessions import Bench
from tui.engine.commands import (
    Command,
    Compare,
    Configure,
    Goto,
    Open,
    Pause,
    Phase,
    Run,
    SetBreakpoints,
    StopComparing,
)
from tui.engine.jobs import REPORT_SECONDS, CompareJob
from tui.engine.report import Activity, Report
from tui.pages.why.page import WhyScreen, ends_early, progress_words

ARTICLE = Open(DataRequest("article"))


def test_a_comparison_runs_beside_the_run_which_stays_where_it_is() -> None:
    bench = Bench(ARTICLE, Run(7), Compare(2_000))
    assert bench.latest.activity is Activity.COMPARING
    before = bench.snapshot.weights.tobytes()
    while bench.session.is_running:
        bench.advance(epochs=1, seconds=1.0)
    compared = bench.latest.comparison
    assert compared is not None
    assert compared.is_done
    assert [side.epoch for side in compared.sides] == [2_000, 2_000]
    assert compared.sides[1].weights.tobytes() == after(2_000).raw_weights.tobytes()
    assert (bench.snapshot.epoch, bench.latest.activity) == (0, Activity.IDLE)
    assert bench.snapshot.weights.tobytes() == before
    pickle.loads(pickle.dumps(bench.latest))


def test_a_running_run_is_paused() -> None:
    bench = Bench(ARTICLE, Run(None))
    bench.advance(epochs=500, seconds=1.0)
    bench.handle(Compare(10**15))
    assert (bench.snapshot.epoch, bench.latest.target) == (500, None)
    assert bench.latest.activity is Activity.COMPARING
    bench.advance(epochs=1, seconds=1.0)
    assert bench.snapshot.epoch == 500


def test_reports_come_at_most_ten_times_a_second() -> None:
    bench = Bench(ARTICLE, Compare(10**15))
    told = len(bench.reports)
    # A clock that runs, in a session whose clock stands.
    comparison = Comparison(load_problem("article"), TrainConfig(), 10**15)
    bench.session._work.jobs[:] = [CompareJob(comparison)]
    for _ in range(5):
        bench.session.advance(seconds=0.001)
    assert len(bench.reports) == told
    bench.now += 1.01 * REPORT_SECONDS
    bench.session.advance(seconds=0.001)
    assert len(bench.reports) == told + 1
    compared = bench.latest.comparison
    assert compared is not None
    assert all(0 < side.epoch < 10**15 for side in compared.sides)


@pytest.mark.parametrize(
    "command",
    [
        StopComparing(),
        Pause(),
        Run(3),
        Phase(),
        Goto(0),
        SetBreakpoints("loss < 1"),
        SetBreakpoints("nonsense"),
        Configure(TrainConfig(lr=0.01)),
    ],
    ids=repr,
)
def test_any_other_command_ends_it(command: Command) -> None:
    bench = Bench(ARTICLE, Compare(10**15), command)
    assert bench.latest.comparison is None
    assert bench.latest.activity is (
        Activity.RUNNING if isinstance(command, Run) else Activity.IDLE
    )
    assert bench.latest.answered == 3


def test_a_comparison_that_cannot_be_is_refused_and_the_run_stays() -> None:
    bench = Bench(ARTICLE, Configure(TrainConfig(init=1e100)), Run(1), Compare(10))
    assert bench.latest.refusal is not None
    assert "float32" in str(bench.latest.refusal)
    assert (bench.latest.comparison, bench.latest.activity) == (None, Activity.IDLE)
    assert bench.snapshot.epoch == 1
    bench.handle(Run(1))
    assert bench.latest.refusal is None
    assert bench.snapshot.epoch == 2


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE], ids=str)
async def test_the_page_opens_with_the_result_and_closes_with_escape(size: tuple[int, int]) -> None:
    async with driving(inline(epochs=5), size=size, epochs=3_000) as drive:
        await drive.press("W")
        page = drive.app.screen
        assert isinstance(page, WhyScreen)
        for words in ("float32 ●", "float64 ◆", "x1", "loss", "still moving", "3,000"):
            assert words in drive.text
        assert "float32 still moves at epoch 3,000" in drive.text, "the answer comes first"
        for key, words in (("pagedown", "(forecast)"), ("end", "Correct digits")):
            await drive.press(key)
            await drive.pilot.pause()  # it scrolls once it is drawn
            assert words in drive.text, "the page scrolls to its end"
        await drive.press("escape")
        assert drive.app.screen is drive.main
        assert drive.engine.latest.comparison is None
        assert (drive.epoch, drive.engine.latest.run) == (5, 1)


async def test_it_compares_up_to_what_n_offers_or_the_latest_epoch() -> None:
    async with driving(inline(epochs=5_000), epochs=300) as drive:
        await drive.press("b", "W")
        compared = drive.engine.latest.comparison
        assert compared is not None
        assert compared.epochs == 5_000


async def test_it_is_live_and_escape_stops_it() -> None:
    snapshot = after(5)
    engine = ScriptedEngine(report_of(snapshot, run=1, answered=1))
    async with driving(engine, size=MIDDLE, epochs=4_000) as drive:
        await drive.press("W")
        assert engine.heard == [Compare(4_000)]
        assert "starting both runs" in drive.text
        engine.say(report_of(snapshot, Activity.LOADING, run=1, answered=1))
        await drive.settle()
        assert "loading torch" in drive.text
        comparison = Comparison(load_problem("article"), TrainConfig(lr=1e-3), 4_000)
        for share in ("0%", "50%"):
            told = comparison.summary()
            engine.say(report_of(snapshot, Activity.COMPARING, run=1, answered=2, comparison=told))
            await drive.settle()
            assert f"{share} of 2 × 4,000 epochs" in drive.text
            comparison._trainers[0].run(4_000)
        assert "running" in drive.text
        comparison.advance(None)
        engine.say(report_of(snapshot, run=1, answered=2, comparison=comparison.summary()))
        await drive.settle()
        assert "% of" not in drive.text
        before = lines_of(drive.app.screen)
        await drive.press("x")
        assert lines_of(drive.app.screen) != before
        await drive.press("escape")
        assert engine.heard[-1] == StopComparing()


async def test_a_refusal_stands_on_the_page() -> None:
    async with driving(inline(init=1e100)) as drive:
        await drive.press("W")
        assert "Refused: initial weights 1e+100 do not fit float32" in drive.text
        await drive.press("escape")
        assert drive.notice.startswith("Refused") is False


def test_what_is_said_when_the_process_that_compared_is_gone() -> None:
    report = Report(notice="the training process ended", answered=1, lost=2)
    assert progress_words(report, report.answer_to(2)) == (
        "There is no comparison any more. the training process ended"
    )


def test_epochs_are_logarithmic_where_a_run_ends_early() -> None:
    def early(epochs: int, **config: object) -> bool:
        problem: Problem = load_problem("article")
        return ends_early(Comparison(problem, TrainConfig(**config), epochs).summary())  # type: ignore[arg-type]

    assert not early(1_000_000)
    assert early(100_000_000)
    assert early(1_000_000, lr="best")
    assert early(1_000_000, lr=0.034)

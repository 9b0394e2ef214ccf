"""What a thread computes: commands are heard meanwhile, and it can be given up."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.widgets import Select, Static

from linreg_core import DataRequest, LinregError, TrainConfig
from linreg_core.problem import Design
from linreg_core.theory.algebra import spectrum
from linreg_core.theory.algebra.factors import Factors
from tests.app.driver import Drive, ScriptedEngine, driving
from tests.app.sessions import Bench
from tui.engine.commands import AskProspect, Configure, Open, Preview, Run, SetBreakpoints
from tui.engine.report import Activity

ARTICLE = Open(DataRequest("article"))
PLANE = Open(DataRequest("plane"))
PATIENCE = 60


class Gate:
    """Where spectra wait; each of them takes long as long as it is closed."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch, self._opened, self.reached = patch, threading.Event(), threading.Event()
        self._works = Factors.of
        patch.setattr(Factors, "of", self._factored)
        self.close()

    def close(self) -> None:
        self._opened.clear()
        self._patch.setattr(spectrum, "LONG", 0)

    def open(self) -> None:
        self._patch.setattr(spectrum, "LONG", 10**9)
        self._opened.set()

    def _factored(self, design: Design, *, full: bool) -> object:
        self.reached.set()
        assert self._opened.wait(PATIENCE)
        return self._works(design, full=full)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """A gate, closed."""
    found = Gate(monkeypatch)
    yield found
    found.open()


def on_plane(gate: Gate) -> Bench:
    """A session after an epoch; what else it asks for takes long."""
    gate.open()
    bench = Bench(PLANE, Run(1))
    gate.close()
    gate.reached.clear()
    return bench


def test_a_problem_is_there_before_its_spectrum_and_the_run_after_it(gate: Gate) -> None:
    bench = Bench(PLANE)
    assert (bench.latest.activity, bench.latest.answered) == (Activity.ANALYSING, 1)
    assert bench.latest.snapshot is None
    assert bench.latest.summary is not None
    assert gate.reached.wait(PATIENCE)
    bench.now += 4
    bench.session.advance()
    assert bench.latest.stage is not None
    assert bench.latest.stage.what == "computing the spectrum of 2 columns, 4 s"
    gate.open()
    bench.session.finish()
    report = bench.reports[-1]
    assert (report.activity, report.stage, bench.snapshot.epoch) == (Activity.IDLE, None, 0)
    assert not bench.session.has_work


def test_what_is_refused_before_the_first_run_does_not_end_its_analysis(
    gate: Gate,
) -> None:
    bench = Bench(PLANE, Run(1))
    assert str(bench.latest.refusal) == "no run yet: it begins when the problem is analysed"
    bench.handle(Preview(None))
    assert bench.latest.activity is Activity.ANALYSING
    gate.open()
    bench.session.finish()
    assert bench.snapshot.epoch == 0


def test_what_is_refused_does_not_end_the_analysis_for_another_run(gate: Gate) -> None:
    bench = on_plane(gate)
    bench.handle(Configure(TrainConfig(bias=False)))
    bench.handle(SetBreakpoints("loss <"))
    assert bench.latest.refusal is not None
    assert bench.latest.activity is Activity.ANALYSING
    gate.open()
    bench.session.finish()
    assert (bench.latest.run, bench.snapshot.run.settings.bias) == (2, False)


def test_another_problem_is_opened_instead(gate: Gate) -> None:
    bench = Bench(PLANE)
    gate.open()
    bench.handle(ARTICLE)
    assert bench.latest.activity is Activity.IDLE
    assert bench.latest.opened is not None
    assert bench.latest.opened.data == ARTICLE.data
    bench.session.finish()
    assert bench.latest.run == 1
    assert bench.latest.summary is not None
    assert bench.latest.summary.rows == 3


def test_the_run_before_goes_on_and_that_gives_the_analysis_up(gate: Gate) -> None:
    bench = on_plane(gate)
    bench.handle(Configure(TrainConfig(bias=False)))
    assert (bench.latest.activity, bench.snapshot.epoch) == (Activity.ANALYSING, 1)
    bench.handle(Run(1))
    assert (bench.latest.activity, bench.snapshot.epoch) == (Activity.IDLE, 2)
    assert bench.latest.notice is not None
    assert bench.latest.notice.endswith("was given up")
    gate.open()
    bench.session.finish()
    assert (bench.latest.run, bench.snapshot.epoch) == (1, 2)


def test_what_cannot_be_analysed_is_refused_and_the_run_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench(ARTICLE, Run(1))
    monkeypatch.setattr(spectrum, "LONG", 0)

    def refuses(*_: object, **__: object) -> None:
        raise LinregError("overflow", "too large")

    monkeypatch.setattr(Factors, "of", refuses)
    bench.handle(Configure(TrainConfig(bias=True)))
    bench.session.finish()
    assert (bench.latest.activity, bench.snapshot.epoch) == (Activity.IDLE, 1)
    assert bench.latest.refused is not None
    assert (bench.latest.refused.ticket, str(bench.latest.refused.error)) == (3, "too large")
    assert bench.latest.notice is None


def test_epochs_are_run_while_a_condition_number_is_computed(gate: Gate) -> None:
    bench = on_plane(gate)
    bench.handle(AskProspect(bias=False, standardize=True))
    bench.handle(Run(1))
    assert (bench.latest.activity, bench.latest.prospects) == (Activity.IDLE, {})
    assert bench.snapshot.epoch == 2
    gate.open()
    bench.session.finish()
    assert bench.latest.prospects[False, True].condition_number >= 1


def test_a_condition_number_of_another_problem_is_not_told(gate: Gate) -> None:
    bench = on_plane(gate)
    bench.handle(AskProspect(bias=False, standardize=True))
    assert gate.reached.wait(PATIENCE)
    gate.open()
    bench.handle(ARTICLE)
    bench.session.finish()
    assert bench.latest.prospects == {}


async def test_the_screen_says_what_giving_up_is_while_a_run_is_there(gate: Gate) -> None:
    bench = on_plane(gate)
    bench.handle(Configure(TrainConfig(bias=False)))
    async with driving(ScriptedEngine(bench.latest)) as drive:
        assert drive.status.startswith("ANALYSING")
        assert drive.notice == (
            "The next run begins once its spectrum is known: going on with this one gives that up."
        )


async def test_the_screen_says_what_one_waits_for_and_what_keys_do(gate: Gate) -> None:
    bench = Bench(PLANE)
    engine = ScriptedEngine(bench.latest)
    async with driving(engine) as drive:
        assert drive.status.startswith("ANALYSING")
        assert drive.notice.startswith("100 rows, 2 features: the learning rate and the best fit")
        gate.open()
        bench.session.finish()
        engine.say(bench.latest)
        await drive.settle()
        assert drive.status.startswith("READY")


@asynccontextmanager
async def setup_open_over(
    first: Open,
) -> AsyncIterator[tuple[Bench, ScriptedEngine, Drive[ScriptedEngine]]]:
    """The page Setup over a problem, and the session that answers when a test says so."""
    bench = Bench(first)
    engine = ScriptedEngine(bench.latest)
    async with driving(engine) as drive:
        await drive.press("c")
        yield bench, engine, drive


async def test_a_setup_opened_meanwhile_asks_for_what_it_shows(gate: Gate) -> None:
    async with setup_open_over(PLANE) as (bench, engine, drive):
        gate.open()
        bench.session.finish()
        engine.say(bench.latest)
        await drive.settle()
        switches = [drive.app.screen.query_one(name, Select) for name in ("#bias", "#standardize")]
        assert [switch.value for switch in switches] == ["on", "on"]
        await drive.press("ctrl+s")
        assert engine.heard[-1] == Configure(TrainConfig())


async def test_a_setup_open_while_another_problem_begins_is_of_that_one() -> None:
    async with setup_open_over(ARTICLE) as (bench, engine, drive):
        asked = [command for command in engine.heard if isinstance(command, AskProspect)]
        assert len(asked) == 3
        bench.handle(PLANE)
        engine.say(bench.latest)
        await drive.settle()
        again = [command for command in engine.heard if isinstance(command, AskProspect)][3:]
        assert again, "the condition numbers of the other problem are asked for"
        for command in again:
            bench.handle(command)
        engine.say(bench.latest)
        await drive.settle()
        assert "…" not in str(drive.app.screen.query_one("#conditions", Static).content)
        await drive.press("ctrl+s")
        assert engine.heard[-1] == Configure(TrainConfig())


async def test_a_setup_asks_a_process_started_again_for_what_the_one_before_did_not_tell() -> None:
    async with setup_open_over(ARTICLE) as (bench, engine, drive):
        before = len(engine.heard)
        engine.say(replace(bench.latest, lost=engine.sent))
        await drive.settle()
        assert engine.heard[before:] == engine.heard[:before]

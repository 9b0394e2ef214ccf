"""The trainer behind the commands: what is reported, and that a refusal costs nothing."""

from __future__ import annotations

import pickle
import subprocess
import sys
import textwrap
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from linreg_core import (
    Checkpoint,
    DataRequest,
    Export,
    ExpressionError,
    LinregError,
    Status,
    TableOptions,
    TrainConfig,
    Trainer,
    load_problem,
)
from tests.app.driver import Write
from tests.app.reports import after
from tests.app.sessions import Bench
from tui.engine.commands import (
    AskProspect,
    Back,
    Configure,
    Fork,
    Goto,
    Open,
    OwnCommand,
    Pause,
    Phase,
    Preview,
    Reset,
    Restart,
    Run,
    SetBreakpoints,
)
from tui.engine.handlers import HANDLERS
from tui.engine.inline import InlineEngine
from tui.engine.jobs import REPORT_SECONDS
from tui.engine.report import Activity

ARTICLE = Open(DataRequest("article"))


def test_the_first_report_holds_the_run_at_epoch_0() -> None:
    report = Bench(ARTICLE).latest
    assert (report.activity, report.run, report.answered) == (Activity.IDLE, 1, 1)
    assert report.config == TrainConfig()
    assert report.snapshot is not None
    assert report.snapshot.epoch == 0


def test_every_command_is_answered_by_a_report_that_counts_it() -> None:
    bench = Bench(ARTICLE, Run(1), Reset(), Pause(), Configure(TrainConfig(lr=0.01)), Run(None))
    assert [report.answered for report in bench.reports] == [1, 2, 3, 4, 5, 6]


def test_an_engine_that_answers_is_not_started_again() -> None:
    bench = Bench(ARTICLE, Run(1), Restart())
    assert bench.latest.notice == "the training process answers; R is for when it does not"
    bench.handle(Run(1))
    assert bench.latest.notice is None
    assert bench.snapshot.epoch == 2


def test_one_epoch_is_run_at_once() -> None:
    bench = Bench(ARTICLE, Run(1), Run(1))
    assert (bench.snapshot.epoch, bench.latest.activity) == (2, Activity.IDLE)
    assert bench.snapshot.weights.tobytes() == after(2).weights.tobytes()
    assert bench.snapshot.change is not None


@pytest.mark.parametrize("epochs", [2, 3, 7, 1000, 12_345])
def test_a_target_is_reached_exactly(epochs: int) -> None:
    bench = Bench(ARTICLE, Run(1), Run(epochs))
    assert bench.latest.target == 1 + epochs
    while bench.session.is_running:
        bench.advance(epochs=997, seconds=1.0)
    assert bench.latest.activity is Activity.IDLE
    assert bench.latest.target is None
    assert bench.snapshot.epoch == 1 + epochs
    assert bench.snapshot.weights.tobytes() == after(1 + epochs).weights.tobytes()


def test_a_run_without_a_target_goes_on_until_it_is_paused() -> None:
    bench = Bench(ARTICLE, Run(None))
    for _ in range(5):
        bench.advance(epochs=100, seconds=1.0)
    assert bench.latest.activity is Activity.RUNNING
    bench.handle(Pause())
    assert (bench.latest.activity, bench.snapshot.epoch) == (Activity.IDLE, 500)
    reported = len(bench.reports)
    bench.advance(epochs=100, seconds=1.0)
    assert len(bench.reports) == reported, "a paused session has nothing to say"


def test_a_running_run_reports_no_more_often_than_it_should() -> None:
    bench = Bench(ARTICLE, Run(None))
    before = len(bench.reports)
    for _ in range(100):
        bench.advance(epochs=1, seconds=REPORT_SECONDS / 10)
    assert len(bench.reports) - before <= 10
    epochs = [report.snapshot.epoch for report in bench.reports if report.snapshot]
    assert epochs == sorted(epochs)
    assert epochs[-1] >= 90


def test_the_rate_is_epochs_over_seconds_of_this_run() -> None:
    bench = Bench(ARTICLE, Run(1), Run(None))
    bench.advance(epochs=1000, seconds=2.0)
    bench.advance(epochs=3000, seconds=2.0)
    assert bench.latest.rate == pytest.approx(1000.0)
    bench.handle(Reset())
    assert bench.latest.rate is None


def test_reset_goes_back_to_the_same_initial_weights() -> None:
    bench = Bench(Open(DataRequest("article"), config=TrainConfig(init="random", seed=3)))
    initial = bench.snapshot.weights
    for command in (Run(1), Run(None), Reset()):
        bench.handle(command)
    assert (bench.latest.activity, bench.snapshot.epoch) == (Activity.IDLE, 0)
    assert bench.snapshot.weights.tobytes() == initial.tobytes()
    assert bench.snapshot.curve.end == 1


def test_a_refused_configuration_leaves_the_old_run() -> None:
    bench = Bench(ARTICLE, Run(1), Run(1))
    old = bench.latest
    bench.handle(Configure(TrainConfig(backend="tensor", device="cuda:999")))
    refused = bench.latest
    assert refused.refusal is not None
    assert refused.refusal.code == "device-missing"
    assert (refused.run, refused.config, refused.activity) == (1, old.config, Activity.IDLE)
    assert bench.snapshot.epoch == 2
    bench.handle(Run(1))
    assert bench.latest.refusal is None
    assert bench.snapshot.weights.tobytes() == after(3).weights.tobytes()


def test_a_refused_file_is_reported_with_its_place(tmp_path: object) -> None:
    report = Bench(Open(DataRequest(f"{tmp_path}/missing.csv"))).latest
    assert report.snapshot is None
    assert report.refusal is not None
    assert report.refusal.code == "no-such-file"


def test_a_first_run_that_is_refused_keeps_its_problem_for_the_next() -> None:
    bench = Bench(
        Open(DataRequest("article"), config=TrainConfig(backend="tensor", device="cuda:999"))
    )
    assert bench.latest.refusal is not None
    bench.handle(Configure(TrainConfig()))
    assert bench.snapshot.epoch == 0
    assert bench.latest.run == 1


def test_a_diverging_run_stops_by_itself() -> None:
    bench = Bench(Open(DataRequest("article"), config=TrainConfig(lr=0.034)), Run(None))
    while bench.session.is_running:
        bench.advance(epochs=1000, seconds=1.0)
    assert bench.snapshot.status is Status.DIVERGED
    assert bench.latest.activity is Activity.IDLE
    epoch = bench.snapshot.epoch
    bench.handle(Run(None))
    assert not bench.session.is_running
    assert bench.snapshot.epoch == epoch


def test_a_checkpoint_is_gone_on_from_bit_for_bit() -> None:
    kept = after(500)
    checkpoint = Checkpoint(500, kept.weights, kept.curve)
    bench = Bench(Open(DataRequest("article"), checkpoint=checkpoint, notice="again"), Run(1))
    assert bench.reports[0].notice == "again"
    assert bench.reports[1].notice is None
    assert bench.snapshot.epoch == 501
    assert bench.snapshot.weights.tobytes() == after(501).weights.tobytes()
    assert np.array_equal(bench.snapshot.curve.last, after(501).curve.last)


def test_torch_is_said_to_load_before_it_is_imported_and_only_then() -> None:
    program = """
        import sys
        from linreg_core import DataRequest, TrainConfig
        from tui.engine.commands import Configure, Open
        from tui.engine.report import Activity
        from tui.engine.session import Session

        def say(report):
            print(report.activity, "torch" in sys.modules)

        session = Session(say)
        session.handle(Open(DataRequest("article")), 1)
        session.handle(Configure(TrainConfig(backend="tensor")), 2)
        session.handle(Configure(TrainConfig(backend="nn")), 3)
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert run.stdout.splitlines() == ["idle False", "loading False", "idle True", "idle True"]


# --- What crosses to the screen's process ---------------------------------------------------------


def test_reports_and_commands_survive_the_way_between_processes() -> None:
    bench = Bench(ARTICLE, Run(1), Configure(TrainConfig(backend="numpy-two-weights")), Run(5))
    bench.handle(SetBreakpoints("epoch == 9"))
    refused = Bench(
        Open(DataRequest("/nowhere.csv")), Open(DataRequest("article"), breakpoints="epoch = 9")
    )
    for report in [*bench.reports, *refused.reports]:
        copy = pickle.loads(pickle.dumps(report))
        for name in (
            "activity",
            "answered",
            "run",
            "config",
            "target",
            "rate",
            "breakpoints",
            "notice",
        ):
            assert getattr(copy, name) == getattr(report, name)
        assert str(copy.refusal) == str(report.refusal)
        if report.snapshot is not None:
            for name in ("weights", "raw_weights", "gradient"):
                arrays = getattr(copy.snapshot, name), getattr(report.snapshot, name)
                assert arrays[0].tobytes() == arrays[1].tobytes()
            assert copy.snapshot.run == report.snapshot.run
            assert copy.snapshot.curve.last.tobytes() == report.snapshot.curve.last.tobytes()
            sheet, own = copy.snapshot.worksheet, report.snapshot.worksheet
            assert (sheet is None) == (own is None)
            if sheet is not None and own is not None:
                assert sheet.residual.tobytes() == own.residual.tobytes()
                assert (sheet.names, sheet.loss) == (own.names, own.loss)
        for one, other in zip(copy.ghosts, report.ghosts, strict=True):
            assert one.label == other.label
            assert one.curve.last.tobytes() == other.curve.last.tobytes()
    checkpoint = Checkpoint(1, bench.snapshot.weights, bench.snapshot.curve)
    travel = (Phase(), Phase(back=True), Back(), Goto(7), SetBreakpoints("frozen"))
    for command in (
        *(ARTICLE, Configure(TrainConfig()), Run(None), Pause(), Reset(), *travel),
        *(Fork(TrainConfig(lr=0.1)), Fork(edited=(1, 0.1))),
    ):
        assert pickle.loads(pickle.dumps(command)) == command
    sent = pickle.loads(pickle.dumps(Open(DataRequest("article"), checkpoint=checkpoint)))
    assert sent.checkpoint.state.tobytes() == checkpoint.state.tobytes()


def test_a_refusal_keeps_its_parts() -> None:
    error = LinregError("code", "what", file="f.csv", line=3, column="c")
    copy = pickle.loads(pickle.dumps(error))
    assert vars(copy) == vars(error)
    fault = ExpressionError("expected a number", "loss < x", 7)
    copy = pickle.loads(pickle.dumps(fault))
    assert isinstance(copy, ExpressionError)
    assert vars(copy) == vars(fault)


# --- The inline twin ------------------------------------------------------------------------------


def test_the_inline_engine_has_done_what_it_was_told_when_send_returns() -> None:
    woken: list[int] = []
    engine = InlineEngine(ARTICLE)
    engine.start()
    engine.subscribe(lambda: woken.append(engine.latest.answered))
    engine.send(Run(1000))
    assert engine.latest.snapshot is not None
    assert engine.latest.snapshot.epoch == 1000
    engine.send(Run(None))
    engine.work(5)
    assert engine.latest.snapshot.epoch == 1005
    assert woken[-1] == engine.latest.answered == 3


def test_a_problem_that_is_opened_replaces_the_run_and_its_ghosts(write: Write) -> None:
    path = str(write("a,b,y\n1,2,4\n2,1,3\n4,5,7\n"))
    bench = Bench(ARTICLE, Run(1), Configure(TrainConfig(lr=0.01)))
    assert len(bench.latest.ghosts) == 1
    reports = len(bench.reports)
    data = DataRequest(path, TableOptions(target="a"))
    bench.handle(Open(data, breakpoints="epoch == 3"))
    reading, opened = bench.reports[reports:]
    assert reading.activity is Activity.READING
    assert reading.snapshot is not None
    assert reading.snapshot.run.source == "article"
    assert (opened.activity, opened.run, opened.ghosts) == (Activity.IDLE, 3, ())
    assert opened.opened == Open(data, breakpoints="epoch == 3")
    assert opened.summary is not None
    assert opened.summary.names == ("a", "b", "y")
    bench.handle(Run(9))
    bench.advance(epochs=9, seconds=0.0)
    assert bench.snapshot.epoch == 3


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (Open(DataRequest("no such file")), "no-such-file"),
        (Open(DataRequest("article", TableOptions(header=False))), "option-not-for-builtin"),
        (Open(DataRequest("article"), breakpoints="loss <"), "bad-condition"),
        (
            Open(DataRequest("article"), config=TrainConfig("tensor", device="cuda:999")),
            "device-missing",
        ),
        (Open(DataRequest("{table}"), config=TrainConfig("numpy-two-weights")), "weights-not-two"),
    ],
)
def test_a_problem_that_is_refused_leaves_the_old_one(
    write: Write, refused: Open, code: str
) -> None:
    path = str(write("a,b,y\n1,2,4\n2,1,3\n4,5,7\n"))
    bench = Bench(ARTICLE, SetBreakpoints("epoch == 8"), Run(1), Run(1))
    before = bench.latest
    data = replace(refused.data, source=refused.data.source.format(table=path))
    bench.handle(replace(refused, data=data))
    after_it = bench.latest
    assert after_it.refusal is not None
    assert after_it.refusal.code == code
    for name in ("run", "config", "opened", "breakpoints", "ghosts", "summary", "prospects"):
        assert getattr(after_it, name) == getattr(before, name), name
    assert bench.snapshot.epoch == 2
    bench.handle(Configure(TrainConfig(lr=0.01)))
    assert bench.snapshot.run.source == "article", "the next run is on the old problem, too"


def test_a_look_at_a_table_does_not_touch_the_run(write: Write) -> None:
    path = str(write("a,b\n1,2\n2,x\n3,4\n"))
    bench = Bench(ARTICLE, Run(10))
    bench.handle(Preview(DataRequest(path)))
    report = bench.latest
    assert (report.activity, report.target) == (Activity.RUNNING, 10)
    assert report.preview is not None
    assert report.preview.names == ("a", "b")
    assert report.preview.refusal is not None
    assert report.refusal is None
    bench.handle(Preview(DataRequest(str(write("c,d\n1,2\n", "other.csv")))))
    assert bench.latest.preview is not None
    assert bench.latest.preview.names == ("c", "d")
    assert pickle.loads(pickle.dumps(bench.latest)).preview == bench.latest.preview
    bench.handle(Preview(None))
    assert bench.latest.preview is None


def test_prospects_are_kept_until_another_problem_is_opened(write: Write) -> None:
    path = str(write("a,b,y\n1,2,4\n2,1,3\n4,5,7\n"))
    bench = Bench(ARTICLE, AskProspect(False, False), AskProspect(True, True))
    known = bench.latest.prospects
    assert set(known) == {(False, False), (True, True)}
    X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert known[False, False].condition_number == pytest.approx(np.linalg.cond(X) ** 2)
    bench.handle(Open(DataRequest(path)))
    assert bench.latest.prospects == {}


@pytest.mark.parametrize("command", [Run(1), Run(10)], ids=["one", "some"])
def test_memory_that_runs_short_in_a_run_is_a_refusal(command: Run) -> None:
    class Short(Trainer):
        def run(self, epochs: int | None, *, seconds: float | None = None) -> int:
            raise MemoryError

    bench = Bench(ARTICLE)
    whole = bench.session._work.run
    assert whole is not None
    bench.session._work.run = replace(whole, trainer=Short(load_problem("article"), TrainConfig()))
    bench.handle(command)
    bench.advance(5, 1.0)
    refused = next(report.refusal for report in bench.reports if report.refusal is not None)
    assert refused.code == "not-enough-memory"
    assert refused.__traceback__ is None
    assert bench.latest.activity is Activity.IDLE
    bench.session._work.run = whole
    bench.handle(Run(1))
    assert bench.latest.refusal is None
    assert bench.snapshot.epoch == 1


def test_what_takes_long_is_reported_by_its_stages(write: Write) -> None:
    path = str(write("a,b,y\n" + "0.123456789,2.5,1\n4,0.987654321,2\n" * 80_000))
    bench = Bench(ARTICLE, Run(3))
    reports = len(bench.reports)
    bench.handle(Open(DataRequest(path)))
    *under_way, opened = bench.reports[reports:]
    assert {report.activity for report in under_way} == {Activity.READING}
    assert [report.stage and report.stage.what for report in under_way] == [
        None,
        "looking through",
        "reading",
        "putting the columns together",
    ]
    assert all(report.snapshot is under_way[0].snapshot for report in under_way)
    assert opened.stage is None
    assert opened.activity is Activity.IDLE


def test_what_is_remembered_is_told_when_it_is_new_and_not_too_often() -> None:
    bench = Bench(ARTICLE, Run(None))
    bench.session.remember()
    for _ in range(10):
        bench.advance(100, seconds=0.15)
        bench.session.remember()
    assert [told.memory.latest for told in bench.memories] == [0, 700]
    bench.handle(Pause())
    bench.session.remember()
    assert len(bench.memories) == 2, "just now one was told"
    bench.now += 1.0
    for _ in "once":
        bench.session.remember()
    assert bench.memories[-1].memory.latest == bench.snapshot.latest == 1_000
    bench.now += 1.0
    bench.session.remember()
    assert len(bench.memories) == 3, "nothing is new"
    bench.handle(Configure(TrainConfig(lr=1e-3)))
    bench.now += 1.0
    bench.session.remember()
    assert (bench.memories[-1].run, bench.memories[-1].memory.latest) == (2, 0)


def test_every_command_has_one_handler() -> None:
    commands = {*get_args(OwnCommand), Export}
    assert set(HANDLERS) == commands

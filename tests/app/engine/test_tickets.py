"""What comes of a command is told by its ticket, though reports are dropped and processes die."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linreg_core import DataRequest, Export, LinregError, TableHead, TrainConfig
from tests.app.driver import AnyEngine, Drive, ScriptedEngine, driving, inline
from tests.app.engine.test_jobs import counting
from tests.app.sessions import Bench
from tui.engine.commands import AskProspect, Configure, Open, Preview, Run
from tui.engine.jobs import EndedBy
from tui.engine.report import Activity, Answer, Refusal, Report
from tui.pages.export import ExportScreen
from tui.pages.open.page import OpenScreen
from tui.pages.setup.page import SetupScreen
from tui.wishes import Wish

MISSING = Configure(TrainConfig(backend="tensor", device="cuda:999"))
GONE = "the training process ended (killed by SIGKILL)"

ARTICLE = Open(DataRequest("article"))


def said(drive: Drive[AnyEngine], selector: str = "#reason") -> str:
    return drive.seen(drive.app.screen.query_one(selector))


@pytest.mark.parametrize(
    ("ticket", "answer"),
    [
        (None, Answer.PENDING),
        (3, Answer.LOST),
        (4, Answer.LOST),
        (5, Answer.TAKEN),
        (6, Answer.REFUSED),
        (8, Answer.TAKEN),
        (9, Answer.PENDING),
    ],
)
def test_the_answer_to_a_ticket(ticket: int | None, answer: Answer) -> None:
    refused = Refusal(6, LinregError("odd", "no odd numbers"))
    assert Report(answered=8, lost=4, refused=refused).answer_to(ticket) is answer


def test_a_refusal_belongs_to_its_command_when_others_are_answered_too() -> None:
    bench = Bench(
        Open(DataRequest("article")), MISSING, AskProspect(bias=True, standardize=True), Run(1)
    )
    report = bench.latest
    assert report.refusal is None
    assert report.refused is not None
    assert (report.refused.ticket, report.refused.error.code) == (2, "device-missing")
    answers = [report.answer_to(ticket) for ticket in range(1, 6)]
    taken = Answer.TAKEN
    assert answers == [taken, Answer.REFUSED, taken, taken, Answer.PENDING]


def test_a_job_that_cannot_go_on_is_a_refusal_of_the_command_that_began_it() -> None:
    bench, job = counting(EndedBy.NO_COMMAND, LinregError("odd", "no odd numbers"))
    job.ticket = 3
    bench.handle(Run(1))
    bench.session.advance(seconds=0.1)
    assert bench.latest.answer_to(3) is Answer.REFUSED
    assert bench.latest.answer_to(5) is Answer.TAKEN


def test_a_job_has_the_ticket_of_the_command_that_began_it() -> None:
    bench = Bench(
        Open(DataRequest("article")), Run(1), Run(None), AskProspect(bias=True, standardize=True)
    )
    assert [job.ticket for job in bench.session._work.jobs] == [3]


def test_a_fault_of_ours_is_a_refusal_of_what_was_being_done() -> None:
    bench, job = counting(EndedBy.NO_COMMAND, ZeroDivisionError())
    job.ticket = 3
    with pytest.raises(ZeroDivisionError):
        bench.session.advance(seconds=0.1)
    bench.session.fail("internal error (1 / 0)")
    assert bench.latest.notice == "internal error (1 / 0)"
    assert bench.latest.refused is not None
    assert bench.latest.refused.error.code == "internal"
    assert bench.latest.answer_to(3) is Answer.REFUSED
    assert bench.latest.answer_to(4) is Answer.TAKEN
    assert job.is_stopped


async def test_a_wish_is_given_its_ticket_when_it_is_sent() -> None:
    async with driving(inline(epochs=3)) as drive:
        wish = Wish(Run(2))
        drive.main.post_message(wish)
        assert wish.ticket is None
        await drive.settle()
        assert wish.ticket == drive.engine.latest.answered == 3
        assert drive.epoch == 5


async def test_a_page_hears_of_a_refusal_whose_report_was_dropped() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("c", "ctrl+s")
        refused = Refusal(engine.sent, LinregError("odd", "no odd numbers"))
        engine.say(replace(ready, answered=engine.sent + 3, refused=refused))
        await drive.settle()
        assert isinstance(drive.app.screen, SetupScreen)
        assert said(drive) == "no odd numbers"


async def test_a_page_hears_of_its_success_whose_report_was_dropped() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("c", "ctrl+s")
        engine.say(replace(ready, answered=engine.sent + 3))
        await drive.settle()
        assert drive.app.screen is drive.main


async def test_what_is_asked_of_a_process_that_is_being_started_is_not_lost() -> None:
    """A page that is open when the process dies asks the next one, and waits for that."""
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("c")
        lost = engine.sent
        gone = replace(ready, activity=Activity.STOPPED, notice=GONE, lost=lost)
        engine.say(gone)
        await drive.press("ctrl+s")
        engine.say(replace(gone, activity=Activity.STARTING))
        await drive.settle()
        assert GONE not in said(drive)
        engine.say(replace(ready, lost=lost, answered=engine.sent))
        await drive.settle()
        assert drive.app.screen is drive.main


async def test_a_page_whose_file_is_lost_while_it_is_written_says_so_and_can_ask_again() -> None:
    """Only the last report is seen: neither that it was being written nor that the process died."""
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("e", "ctrl+s")
        engine.say(replace(ready, answered=engine.sent, written=0.25))
        await drive.settle()
        assert "writing: 25%" in said(drive)
        notice = f"{GONE} and was started again"
        engine.say(replace(ready, answered=engine.sent + 1, lost=engine.sent, notice=notice))
        await drive.settle()
        assert isinstance(drive.app.screen, ExportScreen)
        assert notice in said(drive)
        await drive.press("ctrl+s")
        assert engine.heard == [Export("history", "article-numpy-epoch-0.csv")] * 2


async def test_a_look_at_a_table_that_is_lost_does_not_hold_up_the_next() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("o", "a")
        head = TableHead(DataRequest("old"))
        engine.say(replace(ready, preview=head, lost=engine.sent, answered=engine.sent + 1))
        await drive.press("b")
        assert engine.heard == [Preview(DataRequest("a")), Preview(DataRequest("ab"))]


async def test_a_look_at_a_table_that_is_refused_says_why() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("o", "a")
        refused = Refusal(engine.sent, LinregError("not-enough-memory", "no room to do this"))
        engine.say(replace(ready, refused=refused, answered=engine.sent))
        await drive.settle()
        assert isinstance(drive.app.screen, OpenScreen)
        assert said(drive, "#told") == "no room to do this (not-enough-memory)"

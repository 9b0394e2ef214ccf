"""What the notice and the top line say, as pure functions of a report."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from linreg_core import BACKENDS, DataRequest, LinregError, Snapshot, Status
from linreg_core.views.verdict import verdict
from tests.app.driver import Write, driving, inline
from tests.app.reports import after, report_of, trainer
from tui.engine.commands import Open, Run
from tui.engine.report import Activity
from tui.panes.changes import describe_changes
from tui.panes.notice import (
    MOST_RELATIONS,
    describe_calm,
    describe_divergence,
    describe_freedom,
    describe_freeze,
    find_alarm,
    find_stop,
)
from tui.panes.status_bar import ACTIVITY_WORDS, _state, _what, _where
from tui.text import compact

# --- The notice -----------------------------------------------------------------------------------


def test_changes_name_what_is_different_and_nothing_else() -> None:
    words = describe_changes(after(7), after(0, backend="tensor"))
    assert words == (
        "New run at epoch 0: backend NumPy → torch tensor; precision float64 → float32; "
        "initial weights 0.1 → 0."
    )


def test_changes_of_settings() -> None:
    words = describe_changes(after(0), after(0, lr=0.01, init="random", seed=3))
    assert "learning rate 0.0001 → 0.01" in words
    assert "initial weights 0.1 → random" in words
    assert "seed 0 → 3" in words
    assert "backend" not in words
    assert "precision" not in words


def test_a_seed_that_draws_nothing_is_said_to_have_no_effect() -> None:
    before = after(0)
    assert "seed 0 → 5 (no effect: initial weights are 0.1, not drawn)." in describe_changes(
        before, after(0, seed=5)
    )
    assert describe_changes(before, after(0, seed=5, init="random")).endswith("seed 0 → 5.")


def test_changes_of_the_model_itself() -> None:
    """There are other weights then: none of them was changed by hand."""
    words = describe_changes(after(0, lr=0.01), after(0, lr=0.01, bias=True))
    assert words == "New run at epoch 0: bias off → on."
    words = describe_changes(after(0, lr=0.01), after(0, lr=0.01, standardize=True))
    assert words == "New run at epoch 0: standardising off → on."


def test_no_changes_are_said_to_be_none() -> None:
    assert describe_changes(after(3), after(0)) == "New run at epoch 0: same settings."


def test_another_tolerance_is_told_in_as_few_digits_as_it_takes() -> None:
    never, some, other = (after(0, tol=tol) for tol in (None, 1e-3, 1.000001e-3))
    assert describe_changes(never, some) == "New run at epoch 0: tolerance never → 0.001."
    assert describe_changes(some, never) == "New run at epoch 0: tolerance 0.001 → never."
    assert describe_changes(some, other) == "New run at epoch 0: tolerance 0.001 → 0.001000001."


def test_the_article_s_initial_weights_are_no_others_than_the_same_by_number() -> None:
    words = describe_changes(after(0), after(0, init=0.1))
    assert words == "New run at epoch 0: same settings."
    words = describe_changes(after(0, init=0.1), after(0, init=0.10001))
    assert words == "New run at epoch 0: initial weights 0.1 → 0.10001."


def test_a_change_too_small_for_four_digits_is_a_change() -> None:
    words = describe_changes(after(0, lr=0.010001), after(0, lr=0.010002))
    assert "learning rate" in words


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_divergence_says_where_and_what_to_try(dtype: str) -> None:
    snapshot = after(10_000, lr=0.034, dtype=dtype)
    assert snapshot.status is Status.DIVERGED
    words = describe_divergence(snapshot)
    assert f"Diverged at epoch {snapshot.status_epoch:,}" in words
    assert f"epoch {snapshot.epoch:,} are kept" in words
    assert "Learning rate 0.034 is too large" in words
    tried = re.search(r"l restarts with ([\d.e-]+), home and \( with 0\.017\.$", words)
    assert tried
    rescued = after(10_000, lr=float(tried[1]), dtype=dtype)
    assert rescued.status in (Status.READY, Status.FROZEN)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_divergence_was_as_fast_as_theory_says(dtype: str) -> None:
    snapshot = after(10_000, lr=0.034, dtype=dtype)
    assert snapshot.theory.growth == pytest.approx(0.034 * 60.4903 - 1, rel=1e-4)
    assert snapshot.growth == pytest.approx(snapshot.theory.growth, rel=1e-3)
    found = re.search(
        r"error by ([\d.]+); \|1 − lr·steepest curvature\| is ([\d.]+)\.",
        describe_divergence(snapshot),
    )
    assert found
    assert float(found[1]) == pytest.approx(snapshot.growth, rel=1e-3)
    assert float(found[2]) == pytest.approx(snapshot.theory.growth, rel=1e-3)


async def test_after_a_divergence_half_the_rate_goes_on_here_or_begins_anew() -> None:
    """As the notice says."""
    anew = " r begins at epoch 0 with these settings."
    async with driving(inline(epochs=2_000, lr=0.034)) as drive:
        await drive.press("space")
        drive.engine.send(Run(10_000))
        await drive.settle()
        assert drive.snapshot.status is Status.DIVERGED
        assert "l restarts with 0.01653, home and ( with 0.017." in drive.notice
        last = drive.epoch
        await drive.press("(")
        assert drive.epoch == last
        assert drive.notice.endswith(f"Its weights are those of the divergence:{anew}")
        await drive.press("r")
        assert (drive.epoch, drive.snapshot.run.settings.lr) == (0, 0.017)
        assert "Fork" not in drive.notice
    async with driving(inline(epochs=20_000, lr=0.034)) as drive:
        await drive.press("home", "(")
        assert (drive.epoch, drive.snapshot.run.settings.lr) == (0, 0.017)
        assert anew not in drive.notice


async def test_what_is_opened_says_which_settings_it_keeps(write: Write) -> None:
    path = str(write("x,z,y\n1,5,2\n2,3,3\n3,8,5\n7,1,9\n"))
    async with driving(inline()) as drive:
        drive.engine.send(Open(DataRequest(path)))
        await drive.settle()
        assert "As before" not in drive.notice, "nothing was chosen"
        await drive.answer("L", "")
        await drive.press("c")
        await drive.fill("#tol", "1e-3")
        await drive.press("enter")
        config = drive.engine.latest.config
        assert config is not None
        drive.engine.send(Open(DataRequest("article"), config=config))
        await drive.settle()
        told = compact(drive.snapshot.run.settings.lr)
        rule = config.lr
        assert f"As before: learning rate {rule} = {told}, tolerance 0.001." in drive.notice


def test_divergence_in_its_first_epoch_has_no_growth_to_tell() -> None:
    with np.errstate(all="ignore"):
        snapshot = after(10, lr=1e200)
    assert (snapshot.status, snapshot.epoch) == (Status.DIVERGED, 0)
    words = describe_divergence(snapshot)
    assert "multiplied" not in words
    assert "l restarts with" in words


def test_divergence_of_a_stable_rate_blames_the_dtype(write: Write) -> None:
    path = str(write("x,y\n1,1e200\n2,-1e200\n3,3e200\n"))
    with np.errstate(all="ignore"):
        snapshot = after(10, path, dtype="float64")
    assert snapshot.status is Status.DIVERGED
    words = describe_divergence(snapshot)
    assert "too large for this precision" in words
    assert "multiplied" not in words


def test_a_rate_between_auto_and_the_limit_is_not_blamed_for_a_divergence() -> None:
    stable = after(5, lr=0.03)
    assert stable.theory.auto_lr is not None
    assert stable.theory.auto_lr < 0.03
    words = describe_divergence(replace(stable, status=Status.DIVERGED, status_epoch=6))
    assert "learning rate" not in words.lower()


@pytest.mark.parametrize(("dtype", "fewest"), [("float32", 6.3), ("float64", 15.01)])
def test_a_freeze_says_how_many_digits_are_right(dtype: str, fewest: float) -> None:
    start = after(5, dtype=dtype)
    frozen = replace(start, status=Status.FROZEN, status_epoch=3)
    words = []
    for digits in (fewest - 0.1, fewest):
        progress = replace(start.progress, digits=digits)
        found = verdict(
            Status.FROZEN,
            3,
            epoch=5,
            names=start.run.names,
            settings=start.run.settings,
            theory=start.theory,
            progress=progress,
            first_epoch_with=lambda _: None,
        )
        words.append(describe_freeze(replace(frozen, progress=progress, verdict=found)))
    few, all_of_them = words
    assert few.startswith(f"Frozen since epoch 3 with {fewest - 0.1:.1f} digits right: ")
    assert f"last digit in {dtype}" in few
    assert all_of_them == f"Frozen since epoch 3: all the digits that {dtype} has are right."


def test_weights_that_are_not_unique_are_explained_alone_and_named_beside_other_words() -> None:
    several = after(2, bias=True)
    words = describe_freedom(several)
    assert words.startswith("Not unique (rank 2 of 3): x2 = x1 + 1; another start ends at")
    assert "w(x1) + w(x2)" in words
    assert "other weights, the same loss. Determined: " in words
    short = describe_freedom(several, in_short=True)
    assert short == "Not unique (rank 2 of 3): compare losses, not weights."
    assert describe_freedom(after(2)) == describe_freedom(None) == ""


async def test_weights_that_are_not_unique_stay_so_whatever_else_is_said() -> None:
    async with driving(inline(bias=True, lr=0.01)) as drive:
        alone = drive.notice
        assert alone.startswith("Not unique")
        await drive.press("n")
        assert drive.notice == alone
        await drive.press("1")
        first, second = drive.notice.splitlines()
        assert first.startswith("Refused")
        assert second.startswith("Not unique")
        await drive.press("L", "enter", "N", *"5", "enter", "l")
        first, second = drive.notice.splitlines()
        assert first.startswith("New run at epoch 0: learning rate ")
        assert second.startswith("Not unique")


def test_relations_beyond_the_first_are_counted(write: Write) -> None:
    rows = [(row, row * row % 7) for row in range(8)]
    text = "a,b,c,d,e,y\n" + "".join(f"{a},{a + 1},{2 * a},{3 - a},{b},{b}\n" for a, b in rows)
    words = describe_freedom(after(0, str(write(text)), standardize=False, lr=1e-4))
    assert "Not unique (rank 3 of 6): " in words
    assert words.count(" = ") == MOST_RELATIONS
    assert " and 1 more; another start" in words


def test_alarms_come_before_everything_else() -> None:
    refusal = LinregError("bad-value", "seed must be red", file="a\x1b[31m.csv")
    assert find_alarm(report_of(after(1), refusal=refusal)) == (
        r"Refused: a\x1b[31m.csv: seed must be red"
    )
    gone = report_of(after(1), Activity.STOPPED, notice="the process ended\n")
    assert find_alarm(gone) == r"the process ended\n"
    before_a_run = report_of(None, Activity.STOPPED, notice="the process ended", refusal=refusal)
    assert find_alarm(before_a_run) == "the process ended", "which the refusal says as well"
    assert find_alarm(report_of(after(1))) == ""
    assert find_alarm(report_of(None)) == ""


def test_a_fork_names_its_epoch_and_what_is_different() -> None:
    past = in_the_past(4, 7)
    forked = replace(past, origin=4, latest=4)
    assert describe_changes(past, forked) == "Fork at epoch 4: same settings."
    edited = replace(forked, weights=np.array([2.5, past.weights[1]]))
    assert describe_changes(past, edited) == (
        f"Fork at epoch 4: x1 {past.weights[0]:.7f} → 2.5 by hand."
    )
    settings = replace(forked.run.settings, lr=0.01, seed=3)
    faster = replace(forked, run=replace(forked.run, settings=settings))
    words = describe_changes(past, faster)
    assert words == "Fork at epoch 4: learning rate 0.0001 → 0.01."


def test_a_run_that_stands_still_says_why_in_this_order() -> None:
    snapshot = after(5)
    frozen = replace(snapshot, status=Status.FROZEN, status_epoch=3)
    stopped = replace(frozen, stopped_by=("loss < 0.001", "frozen"))
    assert find_stop(report_of(stopped)) == "Stopped at epoch 5: loss < 0.001 and frozen."
    assert find_stop(report_of(frozen)).startswith("Frozen since epoch 3 with ")
    cycle = replace(snapshot, status=Status.CYCLE, status_epoch=2, cycle_length=9)
    assert find_stop(report_of(cycle)) == (
        "In a cycle since epoch 2: the same 9 states come back for ever."
    )
    assert find_stop(report_of(replace(snapshot, status=Status.CONVERGED, status_epoch=5)))
    for silent in (report_of(None), report_of(snapshot), report_of(stopped, Activity.RUNNING)):
        assert find_stop(silent) == ""


# --- The top line ---------------------------------------------------------------------------------


def test_the_top_line_in_more_words_and_in_fewer() -> None:
    assert _where(after(1234), report_of(after(1234)), detail=False) == [
        "epoch 1,234       loss 1.7599    R² 0.9993",
        "epoch 1,234  loss 1.7599  R² 0.9993",
        "epoch 1,234  loss 1.7599",
    ]
    assert _what(after(1234)) == [
        "article: 3 rows, 2 features · NumPy · cpu · float64",
        "article · NumPy · cpu · float64",
        "article · NumPy float64",
        "article · NumPy",
        "article · NumPy",
        "",  # the pace of a run takes its room
    ]


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_top_line_names_the_backend_as_the_table_of_backends_does(backend: str) -> None:
    snapshot = after(0)
    settings = replace(snapshot.run.settings, backend=backend)
    snapshot = replace(snapshot, run=replace(snapshot.run, settings=settings))
    assert all(BACKENDS[backend].label in words for words in _what(snapshot)[:-1])


def test_the_folder_of_a_file_is_left_out_and_a_hostile_name_made_visible() -> None:
    snapshot = after(0)
    source = "/some/where/[@click=app.quit]w\x1b]0;\u202e.csv"
    snapshot = replace(snapshot, run=replace(snapshot.run, source=source))
    name = _what(snapshot)[0]
    assert name.startswith(r"[@click=app.quit]w\x1b]")
    assert name.isprintable()
    assert "/" not in name


def test_every_activity_and_every_status_has_words() -> None:
    snapshot = after(3)
    for activity in set(Activity) - {Activity.IDLE}:
        words, _ = _state(report_of(snapshot, activity))
        assert words == ACTIVITY_WORDS[activity]
    for status in set(Status) - {Status.READY}:
        ended = replace(snapshot, status=status, status_epoch=4)
        assert _state(report_of(ended))[0] == status.upper()
    assert _state(report_of(snapshot))[0] == "PAUSED"
    assert _state(report_of(after(0)))[0] == "READY"
    assert _state(report_of(None))[0] == "NO RUN"


def test_a_rate_is_shown_when_it_is_known() -> None:
    report = report_of(after(3), Activity.RUNNING, rate=182_400.0)
    assert _state(report)[0] == "RUNNING"
    assert all("182k epochs/s" in words for words in _where(after(3), report, detail=False))


@pytest.mark.parametrize(
    ("target", "left"), [(10**6, "5 s"), (10**8, "8 min"), (10**12, "58 days"), (None, None)]
)
def test_time_left_is_shown_when_there_is_a_target(target: int | None, left: str | None) -> None:
    report = report_of(after(3), Activity.RUNNING, rate=2e5, target=target)
    tail = "" if left is None else f", {left} left"
    assert _where(after(3), report, detail=False)[0].endswith(f"200k epochs/s{tail}")


def test_the_past_and_the_phase_are_said() -> None:
    past, inside = report_of(in_the_past(4_000, 9_120)), report_of(after(3, phases=2))
    for report, word, epoch in ((past, "PAST", "4,000 of 9,120"), (inside, "INSIDE", "3 → 4")):
        assert report.snapshot is not None
        assert _state(report)[0] == word
        assert _where(report.snapshot, report, detail=False)[-1].startswith(f"epoch {epoch}  loss")


def in_the_past(epoch: int, latest: int) -> Snapshot:
    """A run that has gone back."""
    alone = trainer()
    alone.run(latest)
    alone.goto(epoch)
    return alone.snapshot()


def test_nothing_is_told_by_colour_alone() -> None:
    """Two states that differ have different words."""
    snapshot = after(3)
    diverged = replace(snapshot, status=Status.DIVERGED, status_epoch=4)
    converged = replace(snapshot, status=Status.CONVERGED, status_epoch=3)
    reports = [report_of(snapshot, activity) for activity in Activity]
    reports += [report_of(after(0)), report_of(diverged), report_of(converged), report_of(None)]
    reports += [report_of(after(3, phases=1)), report_of(in_the_past(2, 3))]
    words = [_state(report)[0] for report in reports]
    assert len(set(words)) == len(words)


# --- What was done to the data --------------------------------------------------------------------


def test_what_was_done_to_the_data_is_told_before_the_first_epoch() -> None:
    """D17: that features were standardised and a bias was added is in no file."""
    plain = "3 rows of data, 2 weights to find. n trains an epoch, s looks inside it."
    assert describe_calm(after(0)) == plain
    prepared = describe_calm(after(0, standardize=True, bias=True))
    assert prepared == "3 rows, 3 weights; features standardised, bias added: c changes that."
    assert "; bias added: c changes that." in describe_calm(after(0, bias=True))


async def test_a_file_that_is_opened_says_so_too(write: Write) -> None:
    path = str(write("a,b,y\n1,5,4\n2,3,7\n4,4,13\n7,1,23\n"))
    async with driving(inline()) as drive:
        drive.engine.send(Open(DataRequest(path)))
        await drive.settle()
        assert drive.notice.startswith("Opened ")
        assert "; features standardised, bias added: c changes that." in drive.notice

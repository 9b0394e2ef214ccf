"""Back past a fork: the epochs of the run before, bit for bit, and forward into the fork again."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core.branches import MOST_BEFORE, BranchTrainer
from linreg_core.timeline.breakpoints import parse_breakpoints
from linreg_core.timeline.checkpoint import Status
from linreg_core.trainer import Trainer
from tests.core.cases import Case, article, bits, few, same

AT = 20


def forked(case: Case, *, further: int = 10, past: int = 5) -> tuple[BranchTrainer, BranchTrainer]:
    """A run, forked off behind its latest epoch with another learning rate, and the fork."""
    before = BranchTrainer(article(), case.config())
    before.run(AT + past)
    before.goto(AT)
    fork = before.fork(case.config(lr=5e-4))
    fork.run(further)
    return before, fork


def test_every_epoch_of_the_line_is_that_of_its_run(seedless: Case) -> None:
    before, fork = forked(seedless)
    alone = Trainer(article(), seedless.config())
    alone.run(AT)
    twin = alone.fork(seedless.config(lr=5e-4))
    for epoch in (AT + 10, AT, AT - 1, 0, AT + 3, 7):
        fork.goto(epoch)
        run = twin if epoch >= AT else alone
        run.run(AT + 10 - twin.epoch) if run is twin else None
        run.goto(epoch)
        seen = fork.snapshot()
        assert bits(seen.weights, seedless.dtype) == bits(run.snapshot().weights, seedless.dtype)
        assert seen.run.settings.lr == run.settings.lr
        assert (seen.epoch, seen.first, seen.latest) == (epoch, 0, AT + 10)
        assert seen.forks == (AT,)
        assert bits(seen.curve.last) == bits(twin.snapshot().curve.last)
        assert (fork.here is fork) is (epoch >= AT)
    assert before.snapshot().forks == ()


@given(moves=st.lists(st.sampled_from(["phase", "back_phase", "back", "step", "run"]), max_size=12))
@few
def test_any_moves_about_the_fork_end_where_they_should(seedless: Case, moves: list[str]) -> None:
    """Counted in phases along the line; the last phase before the fork leads to its first state."""
    _, fork = forked(seedless, further=3)
    end = fork.snapshot()
    fork.goto(AT)
    count = fork.phase_count
    place = AT * count
    for move in moves:
        if move == "phase":
            fork.phase()
            place += 1
        elif move == "back_phase":
            fork.back_phase()
            place -= 1
        elif move == "back":
            fork.back()
            place = place // count * count if place % count else place - count
        else:
            assert fork.run(3 if move == "run" else 1)
            place = (place // count + (3 if move == "run" else 1)) * count
        assert (fork.here.epoch, fork.here.phases_done) == divmod(place, count)
        assert (fork.here is fork) is (place >= AT * count)
    fork.goto(AT + 3)
    assert same(fork.snapshot(), end) or fork.latest > AT + 3


def test_a_run_from_before_it_stops_where_it_should(seedless: Case) -> None:
    _, fork = forked(seedless)
    fork.set_breakpoints(parse_breakpoints(f"epoch == {AT - 2} or epoch == {AT} or epoch == 25"))
    fork.goto(3)
    for stop in (AT - 2, AT, 25):
        fork.run(None)
        assert fork.here.epoch == stop
        assert fork.snapshot().stopped_by == (f"epoch == {stop}",)
    fork.goto(1)
    assert fork.run(AT - 4) == AT - 4
    fork.step()
    assert fork.here.epoch == AT - 2
    assert fork.here is not fork


def test_forks_of_forks_are_one_line(seedless: Case) -> None:
    trainer = BranchTrainer(article(), seedless.config())
    rates = [1e-4 * (number + 1) for number in range(MOST_BEFORE + 2)]
    for rate in rates[1:]:
        trainer.run(10)
        trainer = trainer.fork(seedless.config(lr=rate))
    last = 10 * (len(rates) - 1)
    trainer.goto(0)
    first = trainer.here.epoch
    assert first == last - 10 * MOST_BEFORE, "more than so many are forgotten"
    assert trainer.snapshot().forks == tuple(range(first + 10, last + 1, 10))
    for number in range(first, last):
        assert trainer.here.epoch == number
        assert trainer.here.settings.lr == rates[number // 10]
        trainer.step()
    assert trainer.here is trainer


def test_a_fork_from_before_a_fork_is_one_of_the_run_before(seedless: Case) -> None:
    _, fork = forked(seedless)
    fork.goto(8)
    other = fork.fork(seedless.config(lr=2e-4))
    assert (other.epoch, other.snapshot().forks) == (8, (8,))
    other.goto(5)
    assert other.here.settings.lr == fork.here.settings.lr == 1e-4


def test_a_fork_at_the_first_epoch_has_nothing_before_it(seedless: Case) -> None:
    fork = BranchTrainer(article(), seedless.config()).fork(seedless.config(lr=2e-4))
    fork.run(3)
    for _ in range(5):
        fork.back()
    assert not fork.back_phase()
    assert (fork.here is fork, fork.epoch, fork.snapshot().forks) == (True, 0, ())


@pytest.mark.parametrize("epoch", [7, AT, AT + 4])
def test_a_checkpoint_keeps_the_way_back(seedless: Case, epoch: int) -> None:
    _, fork = forked(seedless)
    fork.goto(epoch)
    here = fork.snapshot()
    resumed = BranchTrainer(article(), fork.config)
    resumed.resume(pickle.loads(pickle.dumps(fork.checkpoint())))
    assert same(resumed.snapshot(), here)
    assert resumed.snapshot().forks == (AT,)
    resumed.goto(AT + 10)
    fork.goto(AT + 10)
    assert same(resumed.snapshot(), fork.snapshot())
    resumed.reset()
    assert (resumed.snapshot().first, resumed.snapshot().forks) == (0, ())


def test_a_fork_that_diverges_can_be_gone_back_from(seedless: Case) -> None:
    trainer = BranchTrainer(article(), seedless.config())
    trainer.run(AT)
    fork = trainer.fork(seedless.config(lr=1.0))
    fork.run(1000)
    assert fork.status is Status.DIVERGED
    assert fork.seek_failure()
    fork.goto(AT - 1)
    assert fork.snapshot().status is Status.READY
    assert not fork.seek_failure()
    assert fork.run(1000) == fork.epoch - AT + 1
    assert fork.status is Status.DIVERGED

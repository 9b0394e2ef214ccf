"""Everything killed at any moment: the session is taken up again, with the bits it had."""

from __future__ import annotations

import os
import random
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from linreg_core import Repetition
from tests.app.terminal import Terminal
from tui.engine.runs.run import PastRun, Standing
from tui.sitting.file import is_in_use, read, sittings

QUICK, SEEDS = 1, 50

ENTER, ESCAPE = "\r", "\x1b"

DEEDS = (
    *(" ", "n", "nn", "s", "ss", "S", "b", "(", ")", "l", "1", "2", "r", "d", "t", "x"),
    *(f"N2000{ENTER}", f"g40{ENTER}", f"B{'epoch == 900'}{ENTER}", "O", "c" + ESCAPE),
    *(f"e{ENTER}{ESCAPE}", f"o{'line'}{ENTER}{ENTER}{ESCAPE}{ESCAPE}", "W" + ESCAPE),
)
"""Running, stepping, forking, exporting, loading, looking."""


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_kill_at_any_moment_loses_nothing_but_the_moment(
    seed: int, is_long: bool, tmp_path: Path
) -> None:
    if seed >= QUICK and not is_long:
        pytest.skip("only with --long")
    chance = random.Random(seed)
    env, folder = {"XDG_STATE_HOME": str(tmp_path)}, tmp_path / "linreg-tui" / "sessions"
    with Terminal(cwd=tmp_path, env=env) as terminal:
        terminal.until("READY")
        terminal.send("nn")
        terminal.until(lambda _: sittings(folder))
        for _ in range(chance.randint(1, 12)):
            terminal.send(chance.choice(DEEDS))
            terminal.forget(chance.choice((0.0, 0.02, 0.1, 0.4)))
        terminal.forget(chance.random() * 0.3)
        victims = [terminal.process.pid, terminal.engine]
        if chance.random() < 0.3:  # the engine first: the screen starts another one
            victims.reverse()
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
            terminal.forget(chance.choice((0.0, 0.2)) * (victim != terminal.process.pid))
        terminal.process.wait()
        terminal.until_gone()
    (path,) = sittings(folder)
    assert not is_in_use(path)
    run = read(path).runs.present
    assert run is not None
    assert run.standing is not None
    check_bits(run, run.standing)
    with Terminal("--resume", cwd=tmp_path, env=env) as terminal:
        text = terminal.until(lambda text: "to the last bit" in text or "not with" in text)
        assert f"run {run.number} is back at epoch {run.standing.epoch:,}, the same" in text
        assert terminal.epoch == run.standing.epoch
        terminal.send("q")
        assert terminal.end()[0] == 0


def check_bits(run: PastRun, standing: Standing) -> None:
    """What the file says of a run is what the core makes of its recipe, without the program."""
    problem = run.recipe.data.load()
    assert problem.digest == run.data
    again = Repetition(problem, replace(run.recipe, epochs=standing.latest))
    again.advance(None)
    again.trainer.goto(standing.epoch)
    found = Standing.of(again.trainer.snapshot())
    assert (found.bits, found.weights, found.loss) == (
        standing.bits,
        standing.weights,
        standing.loss,
    )


def test_two_windows_never_have_one_session(tmp_path: Path) -> None:
    env, folder = {"XDG_STATE_HOME": str(tmp_path)}, tmp_path / "linreg-tui" / "sessions"
    with Terminal(env=env) as one:
        one.until("READY")
        one.send("nnn")
        one.until(lambda _: sittings(folder))
        with Terminal("--resume", env=env) as other:
            code, _ = other.end()
            assert code == 2
            assert b"open in another window" in other.raw
        with Terminal(env=env) as other:
            other.until("READY")
            other.send("nO")
            other.until("no session to go on with")
            other.send("n")
            other.until(lambda _: len(sittings(folder)) == 2)
            other.send("q")
            assert other.end()[0] == 0
        one.send("q")
        assert one.end()[0] == 0
    for path in sittings(folder):
        read(path)

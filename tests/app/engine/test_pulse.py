"""How long nothing was heard of the engine, on a clock of the test's own."""

from __future__ import annotations

from tui.engine.pulse import BEAT_SECONDS, Pulse
from tui.engine.report import Quiet


class Bench:
    """A pulse, and a clock that passes when a test says so, looked at as often as it should be."""

    def __init__(self) -> None:
        self.now = 50.0
        self.pulse = Pulse(lambda: self.now)

    def after(self, seconds: float, *, beats: bool, waits: bool) -> Quiet:
        for _ in range(round(seconds / BEAT_SECONDS)):
            self.now += BEAT_SECONDS
            if beats:
                self.pulse.beat(reports=False)
            quiet = self.pulse.quiet(waits=waits)
        return quiet


def test_a_process_that_beats_is_never_silent() -> None:
    assert Bench().after(60, beats=True, waits=False) == Quiet()


def test_silence_is_told_after_two_seconds_and_ends_with_a_beat() -> None:
    bench = Bench()
    assert bench.after(1.5, beats=False, waits=False) == Quiet()
    assert bench.after(1.0, beats=False, waits=False) == Quiet(silent=2)
    assert bench.after(10, beats=False, waits=False) == Quiet(silent=12)
    bench.pulse.beat(reports=False)
    assert bench.pulse.quiet(waits=False) == Quiet()


def test_an_answer_that_is_awaited_is_missed_although_it_beats() -> None:
    bench = Bench()
    bench.after(100, beats=True, waits=False)
    assert bench.after(1.5, beats=True, waits=True) == Quiet()
    assert bench.after(5.5, beats=True, waits=True) == Quiet(busy=7)
    bench.pulse.beat(reports=True)
    assert bench.pulse.quiet(waits=True) == Quiet()
    assert bench.after(9, beats=True, waits=False) == Quiet()


def test_while_nobody_looked_nothing_was_missed() -> None:
    """As when ctrl+z has stopped the screen: the engine's beats of that time are yet to be read."""
    bench = Bench()
    bench.after(1, beats=True, waits=True)
    bench.now += 3600
    quiet = bench.pulse.quiet(waits=True)
    assert quiet.silent == 0
    assert quiet.busy <= 2
    assert bench.after(4, beats=False, waits=False).silent in (4, 5)

"""The engine's process that is begun before the rest of the program is imported."""

from __future__ import annotations

import os
import sys

import pytest

from linreg_core import DataRequest
from tests.app.terminal import PATIENCE, engines
from tui import entry
from tui.engine import spawn
from tui.engine.commands import Open
from tui.engine.process import ProcessEngine


def test_the_process_that_was_begun_is_the_first_engine() -> None:
    spawn.begin()
    (pid,) = engines()
    engine = ProcessEngine(Open(DataRequest("article")))
    engine.start()
    try:
        assert engine.pid == pid
        assert engine.wait(PATIENCE).snapshot is not None
        spawn.give_up()  # as at the end of the program
        assert engines() == [pid]
    finally:
        engine.stop()
    assert engines() == []


def test_one_that_nobody_wants_is_ended() -> None:
    spawn.begin()
    spawn.give_up()
    assert engines() == []


def test_where_none_can_be_begun_the_first_engine_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    spawn.begin()
    with pytest.raises(OSError, match="nowhere"):
        ProcessEngine(Open(DataRequest("article"))).start()


@pytest.mark.parametrize(
    ("arguments", "opens"),
    [
        ([], True),
        (["article", "--lr", "0.1"], True),
        (["--resume"], True),
        (["train"], False),
        (["explain", "table.csv"], False),
        (["article", "--help"], False),
        (["--version"], False),
        (["--info"], False),
    ],
    ids=str,
)
def test_it_is_begun_where_the_screen_is_likely_to_open(
    arguments: list[str], opens: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(os, "isatty", lambda _: True)
    assert entry._opens_the_screen(arguments) is opens
    monkeypatch.setenv("TERM", "dumb")
    assert not entry._opens_the_screen(arguments)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(os, "isatty", lambda descriptor: descriptor != 0)
    assert not entry._opens_the_screen(arguments)

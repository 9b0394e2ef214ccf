"""The user's own folders: logs and the files opened last, also where there is no home."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from linreg_core import DataRequest
from tests.app.command import Capture, check_one_line
from tui.cli.program import run
from tui.engine.commands import Open
from tui.engine.process import ProcessEngine
from tui.host.log import log_path, open_log, state_path
from tui.host.recent import RecentFiles


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows the user: no variable names a home, and the list of users has no entry."""
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)

    def unknown(uid: int) -> None:
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.setattr(pwd, "getpwuid", unknown)


@pytest.mark.usefixtures("no_home")
def test_without_a_home_nothing_is_remembered_and_faults_are_still_one_line(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    RecentFiles().remember("table.csv")
    assert RecentFiles().load() == ()
    assert (log_path("crash.log"), open_log("crash.log")) == (None, None)
    monkeypatch.setattr("tui.cli.program._obey", lambda _: 1 // 0)
    assert run(["train"]) == 1
    check_one_line(capsys.readouterr().err)


@pytest.mark.usefixtures("no_home")
def test_without_a_home_the_engine_runs() -> None:
    engine = ProcessEngine(Open(DataRequest("article")))
    engine.start()
    try:
        assert engine.wait(60).snapshot is not None
    finally:
        engine.stop()


def test_logs_are_for_their_owner_s_eyes(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("tui.cli.program._obey", lambda _: 1 // 0)
    for _ in "once and over a log that others may read":
        assert run(["train"]) == 1
        (path,) = tmp_path.rglob("crash.log")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "ZeroDivisionError" in path.read_text()
        path.chmod(0o644)
    assert str(path) in capsys.readouterr().err


@pytest.mark.parametrize("name", ["crash.log", "recent.json"])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["fifo", "folder"])
def test_what_is_no_file_in_the_user_s_folders_is_left_alone(
    make: Callable[[Path], None],
    name: str,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = log_path(name) if name.endswith("log") else state_path(name)
    assert path is not None
    path.parent.mkdir(parents=True)
    make(path)
    monkeypatch.setattr("tui.cli.program._obey", lambda _: 1 // 0)
    RecentFiles().remember("table.csv")
    assert RecentFiles().load() == (
        () if name == "recent.json" else (os.path.abspath("table.csv"),)
    )
    assert run(["train"]) == 1
    check_one_line(capsys.readouterr().err)

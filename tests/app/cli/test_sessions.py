"""Sessions on the command line: listed, deleted, taken up, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from linreg_core import DataRequest
from tests.app.command import Capture, check_one_line, command, command_json
from tests.app.sessions import Bench
from tui.engine.commands import Open, Run
from tui.host.log import sessions_folder
from tui.sitting.file import SittingFile, sittings
from tui.sitting.recorder import Recorder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of sessions that is the user's."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    found = sessions_folder()
    assert found is not None
    return found


def keep(folder: Path, epochs: int = 3) -> str:
    """Keep a session; gives its name."""
    bench, notes = Bench(Open(DataRequest("article"))), Recorder(folder)
    for _ in range(epochs):
        bench.handle(Run(1))
    notes.note(bench.latest, {})
    notes.close()
    return sittings(folder)[0].stem


def test_they_are_listed_and_deleted(folder: Path, capsys: Capture) -> None:
    assert command(capsys, "sessions") == (0, "There are no sessions.\n", "")
    one, other = keep(folder), keep(folder, epochs=4)
    code, out, _ = command(capsys, "sessions")
    assert code == 0
    lines = dict(line.split("  ", 1) for line in out.splitlines())
    assert set(lines) == {one, other}
    assert lines[one].startswith("article, NumPy, epoch 3, ")
    assert lines[one].endswith(" ago, 1 run")
    assert command(capsys, "sessions", "--delete", one) == (0, f"deleted {one}\n", "")
    _, told = command_json(capsys, "sessions")
    (row,) = told["sessions"]
    assert (row["session"], row["runs"], row["open"]) == (other, 1, False)
    assert command(capsys, "sessions", "--delete", "all")[0] == 0
    assert sittings(folder) == []


def test_one_that_is_open_or_is_not_there_is_not_deleted(folder: Path, capsys: Capture) -> None:
    name = keep(folder)
    file = SittingFile.taken(folder / f"{name}.jsonl")
    assert ", open now" in command(capsys, "sessions")[1]
    for given in (name, "none"):
        code, out, err = command(capsys, "sessions", "--delete", given)
        assert (code, out) == (2, "")
        check_one_line(err)
    assert command(capsys, "sessions", "--delete", "all") == (0, "", "")
    file.close()
    assert sittings(folder) != []


def test_one_that_cannot_be_read_is_listed_with_the_reason(folder: Path, capsys: Capture) -> None:
    folder.mkdir(parents=True)
    (folder / "x\x1b.jsonl").write_text("{}\n")
    _, out, _ = command(capsys, "sessions")
    assert out.count("\n") == 1
    assert "\x1b" not in out
    assert "it is no session of linreg-tui" in out


@pytest.mark.parametrize(
    "given", [["--resume", "--no-session"], ["article", "--resume"], ["--lr", "1", "--resume"]]
)
def test_a_session_has_its_own_data_and_settings(
    given: list[str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.isatty", lambda _: True)
    monkeypatch.setenv("TERM", "xterm")
    code, _, err = command(capsys, *given)
    assert code == 2
    check_one_line(err)
    assert "--resume goes with no other option" in err


def test_nothing_to_go_on_with_is_said(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sittings(folder) == []
    monkeypatch.setattr("os.isatty", lambda _: True)
    monkeypatch.setenv("TERM", "xterm")
    code, _, err = command(capsys, "--resume")
    assert code == 2
    check_one_line(err)
    assert "there is no session to go on with" in err

"""A sitting's file: torn, damaged, grown, in use; and what becomes of too many of them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from linreg_core import DataRequest, LinregError, TrainConfig
from tests.app.sessions import Bench
from tui.engine.commands import Command, Configure, Fork, Open, Run, SetBreakpoints
from tui.sitting import file as files
from tui.sitting.file import MOST_GROWN, MOST_SITTINGS, SittingFile, read, sittings
from tui.sitting.state import State, reported

COMMANDS: tuple[Command, ...] = (
    *(Open(DataRequest("article")), Run(5), Fork(TrainConfig(lr=0.02)), Run(7)),
    *(SetBreakpoints("frozen"), Configure(TrainConfig(init="zeros")), Run(2)),
    *(Fork(edited=(1, 2.5)), Run(3)),
)


def states(*commands: Command) -> list[State]:
    """What the sitting has come to after each command."""
    bench, found = Bench(), []
    for at, command in enumerate(commands, 1):
        bench.handle(command)
        bench.session.finish()
        bench.session.send_report()
        state = reported(bench.latest, {"detail": True})
        assert state is not None
        found.append(replace(state, at=float(at), machine={"numpy": "2"}))
    return found


def written(folder: Path, *commands: Command) -> tuple[Path, State]:
    """A file that is closed, and what it should hold."""
    file = SittingFile.created(folder)
    for state in states(*commands):
        file.go_on(state)
    file.close()
    return folder / f"{file.name}.jsonl", file.state


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path, state = written(tmp_path, *COMMANDS)
    assert read(path) == state
    assert path.stat().st_mode & 0o777 == 0o600


def test_every_beginning_of_a_file_opens_or_is_refused_in_one_line(tmp_path: Path) -> None:
    path, _ = written(tmp_path, *COMMANDS)
    data, opened = path.read_bytes(), 0
    for length in range(len(data) + 1):
        path.write_bytes(data[:length])
        refused = None
        try:
            assert read(path).runs.present is not None
        except LinregError as error:
            refused = error
        opened += refused is None
        if refused is not None:
            assert refused.code == "bad-session"
            assert str(refused).startswith(str(path))
            assert "\n" not in str(refused)
    assert opened > len(data) * 0.7


def test_a_torn_line_is_cut_off_before_more_is_written(tmp_path: Path) -> None:
    path, state = written(tmp_path, *COMMANDS)
    path.write_bytes(path.read_bytes() + b'{"stands":{"epoch":9')
    file = SittingFile.taken(path)
    assert file.state == state
    file.go_on(replace(state, breakpoints="loss rises"))
    file.close()
    assert read(path).breakpoints == "loss rises"


@pytest.mark.parametrize(
    "line",
    [
        *("{", "[]", "null", '{"run":1}', '{"go":99}', '{"go":"x"}', '{"stands":{}}', '{"x":1}'),
        *('{"session":2}', '{"session":1}', '{"view":3}', '{"run":true,"like":1}', "[" * 99_999),
        *('{"at":"soon","breakpoints":""}', '{"stands":{"epoch":' + "9" * 5000 + "}}", "\xff"),
        '{"run":2,"like":1,"edit":{"epoch":-1},"lr":1,"dtype":"float64","data":""}',
        '{"run":2,"recipe":{"rum":{}},"lr":1,"dtype":"float64","data":""}',
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    path, _ = written(tmp_path, *COMMANDS)
    first, *others = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([first, others[0], line.encode("latin-1"), *others[1:], b""]))
    with pytest.raises(LinregError, match=r"\A[^\n]*\Z") as caught:
        read(path)
    assert (caught.value.code, caught.value.line) == ("bad-session", 3)


def test_a_file_in_use_is_met_by_nobody(tmp_path: Path) -> None:
    path, _ = written(tmp_path, *COMMANDS)
    file = SittingFile.taken(path)
    other = (
        "import sys; from pathlib import Path; from linreg_core import LinregError\n"
        "from tui.sitting.file import SittingFile, delete\n"
        "for do in (SittingFile.taken, delete):\n"
        "    try: do(Path(sys.argv[1]))\n"
        "    except LinregError as error: print(error.code)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", other, path], capture_output=True, text=True, check=True
    ).stdout.split()
    assert told == ["session-in-use"] * 2
    file.close()
    SittingFile.taken(path).close()


def test_a_file_stays_short_and_in_our_hands_however_long_one_runs(tmp_path: Path) -> None:
    file = SittingFile.created(tmp_path)
    state = states(*COMMANDS)[-1]
    path = tmp_path / f"{file.name}.jsonl"
    present = state.runs.present
    assert present is not None
    assert present.standing is not None
    for epoch in range(9000):
        standing = replace(present.standing, epoch=epoch, latest=epoch + 20)
        file.go_on(replace(state, runs=state.runs.with_standing(standing)))
        assert path.stat().st_size <= MOST_GROWN + 2000
    assert files.is_in_use(path)
    assert sittings(tmp_path) == [path]
    file.close()
    assert read(path) == file.state
    assert os.listdir(tmp_path) == [path.name]


def test_what_cannot_be_written_leaves_whole_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, state = written(tmp_path, *COMMANDS[:3])
    file, write, left = SittingFile.taken(path), os.write, [20]

    def full(descriptor: int, data: bytes) -> int:
        if not left[0]:
            raise OSError(28, "No space left on device")
        part = data[: left[0]]
        left[0] -= len(part)
        return write(descriptor, part)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        file.go_on(replace(state, breakpoints="frozen", view={"log_x": True}))
    monkeypatch.undo()
    assert read(path) == state
    file.go_on(replace(state, breakpoints="frozen"))
    assert read(path).breakpoints == "frozen"


def test_sessions_begun_at_once_have_names_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([b"\0\0", b"\0\0", b"\0\1"])
    monkeypatch.setattr("time.strftime", lambda _: "20260102-030405")
    monkeypatch.setattr("os.urandom", lambda _: next(drawn))
    names = [written(tmp_path, *COMMANDS[:2])[0].stem for _ in range(2)]
    assert names == ["20260102-030405-0000", "20260102-030405-0001"]


def test_few_are_kept_and_never_one_less_that_is_in_use(tmp_path: Path) -> None:
    first, _ = written(tmp_path, *COMMANDS[:2])
    held = SittingFile.taken(first)
    os.utime(first, (1, 1))
    for number in range(MOST_SITTINGS + 3):
        path, _ = written(tmp_path, *COMMANDS[:2])
        os.utime(path, (100 + number, 100 + number))
    (tmp_path / "left.tmp").touch()
    files.prune(tmp_path)
    kept = sittings(tmp_path)
    assert len(kept) == MOST_SITTINGS + 1
    assert first in kept
    assert not (tmp_path / "left.tmp").exists()
    held.close()

"""A disk that refuses the k-th thing asked of it, for k = 1, 2, ... until all of it went well.

As SQLite is tested: every call that can fail does, once, and whatever it was, nothing is half
written, nothing that was there is lost, and one line says what happened.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import linreg_core.output.files
import tui.host.log
import tui.host.recent
from tests.app.command import Capture, check_one_line, read_json
from tui.cli.program import run
from tui.host.recent import RecentFiles

REASONS = (errno.ENOSPC, errno.EIO, errno.EROFS)

ASKED = (
    *("open", "fsync", "chmod", "fchmod", "replace", "unlink", "stat", "access"),
    *("makedirs", "mkdir"),
)
"""The functions of `os` that can fail; beside them, what is asked of an open file."""


class Disk:
    """`os`, but for one call that fails.

    Args:
        fails: which call, from 1.
        reason: its errno.
    """

    def __init__(self, fails: int, reason: int) -> None:
        self._fails, self._reason = fails, reason
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(os, name)
        return self._counted(name, found) if name in ASKED else found

    def _counted(self, name: str, function: Any) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            self.ask(name)
            return function(*args, **options)

        return call

    def open_file(self, *args: Any, **options: Any) -> _File:
        """Open as Python does: the call that can fail is the opener's."""
        return _File(open(*args, **options), self)

    def ask(self, name: str) -> None:
        """Fail if this is the call that fails."""
        self.asked.append(name)
        if len(self.asked) == self._fails:
            raise OSError(self._reason, os.strerror(self._reason))

    @property
    def has_failed(self) -> bool:
        """Whether the call came that fails."""
        return len(self.asked) >= self._fails


class _File:
    """An open file on that disk; closed in any case, so that none is left over."""

    def __init__(self, file: Any, disk: Disk) -> None:
        self._file, self._disk = file, disk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, data: bytes) -> None:
        self._disk.ask("write")
        self._file.write(data)

    def flush(self) -> None:
        self._disk.ask("flush")
        self._file.flush()

    def close(self) -> None:
        was_closed = self._file.closed
        self._file.close()
        if not was_closed:
            self._disk.ask("close")


def failing_disks(monkeypatch: pytest.MonkeyPatch, reason: int, *modules: Any) -> Iterator[Disk]:
    """Disks whose k-th call fails, until one is not asked so often."""
    for k in range(1, 1000):
        disk = Disk(k, reason)
        with monkeypatch.context() as patched:
            for module in modules:
                patched.setattr(module, "os", disk)
                patched.setattr(module, "open", disk.open_file, raising=False)
            yield disk
        if not disk.has_failed:
            return
    raise AssertionError("it never ends")


OLD = "old"


@pytest.fixture(params=REASONS, ids=os.strerror)
def reason(request: pytest.FixtureRequest) -> int:
    """Why the disk refuses."""
    return int(request.param)


@pytest.fixture(params=[False, True], ids=["new", "over an old one"])
def overwrite(request: pytest.FixtureRequest) -> bool:
    """Whether there is a file already."""
    return bool(request.param)


@pytest.mark.parametrize("kind", ["history", "weights", "script", "recipe"])
def test_an_export_is_whole_or_not_there(  # noqa: PLR0917
    kind: str,
    overwrite: bool,
    reason: int,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "file"
    given = ["train", "line", "--rows", "40", "--epochs", "20", "--json", f"--export-{kind}"]
    given += [str(path), *(["--overwrite"] if overwrite else [])]
    whole = None
    for disk in failing_disks(monkeypatch, reason, linreg_core.output.files):
        for name in os.listdir(tmp_path):
            (tmp_path / name).unlink()
        if overwrite:
            path.write_text(OLD)
        code = run(given)
        printed = capsys.readouterr()
        there = sorted(os.listdir(tmp_path))
        failed = disk.asked[-1] if disk.has_failed else "nothing"
        if code == 2:
            check_one_line(printed.err)
            assert os.strerror(reason) in printed.err or "write-protected" in printed.err
            assert path.exists() == overwrite
            assert not overwrite or path.read_text() == OLD
        else:
            assert (code, printed.err) == (0, ""), failed
            assert path.read_text() not in ("", OLD)
            whole = there
        if "epochs" in printed.out:
            assert read_json(printed.out).get("epochs", 20) == 20, "the result is not lost"
        left_over = [name for name in there if name.endswith(".tmp")]
        assert not left_over or disk.asked.count("unlink"), failed
        assert len(left_over) <= 1
    assert whole is not None
    assert not [name for name in whole if name.endswith(".tmp")]


def test_the_list_of_recent_files_is_the_old_one_or_the_new_one(
    reason: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "recent.json"
    for disk in failing_disks(monkeypatch, reason, linreg_core.output.files, tui.host.recent):
        path.write_text('["/a"]')
        RecentFiles(path).remember("/b")
        expected = (["/a"], ["/b", "/a"]) if disk.has_failed else (["/b", "/a"],)
        assert json.loads(path.read_text()) in expected, disk.asked


def test_a_fault_is_one_line_whatever_its_log_does(
    reason: int, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("tui.cli.program._obey", lambda _: 1 // 0)
    for disk in failing_disks(monkeypatch, reason, tui.host.log):
        assert run(["train"]) == 1
        err = capsys.readouterr().err
        check_one_line(err)
        assert ("crash.log" in err) or disk.has_failed

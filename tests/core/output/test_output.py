"""Files come into being whole or not at all, and never over another one without being told to."""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from linreg_core import LinregError, write_whole
from linreg_core.output.files import NewFile

TEXT = "a,b\r\n1,2\n"


def refused(path: Path | str, text: str = TEXT, *, overwrite: bool = False) -> LinregError:
    """The refusal to write somewhere; it names the file in one line."""
    with pytest.raises(LinregError) as caught:
        write_whole(str(path), text, overwrite=overwrite)
    assert caught.value.file is not None
    assert "\n" not in str(caught.value)
    return caught.value


def test_the_text_is_the_file_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_whole(str(tmp_path / "a.csv"), TEXT)
    assert (tmp_path / "a.csv").read_bytes() == TEXT.encode()
    assert os.listdir(tmp_path) == ["a.csv"]


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_it_has_the_permissions_of_any_new_file(umask: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        write_whole(str(tmp_path / "a"), TEXT)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o666 & ~umask


def test_it_keeps_the_permissions_of_a_file_that_it_replaces(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "a").chmod(0o640)
    write_whole(str(tmp_path / "a"), TEXT, overwrite=True)
    assert (tmp_path / "a").read_bytes() == TEXT.encode()
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_nothing_is_written_over_without_being_told_to(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    error = refused(tmp_path / "a")
    assert error.code == "file-exists"
    assert "--overwrite" in error.message
    assert (tmp_path / "a").read_text() == "old"


def test_a_file_that_appears_while_another_one_is_written_stays(tmp_path: Path) -> None:
    with NewFile(str(tmp_path / "a")) as file:
        file.write("new")
        (tmp_path / "a").write_text("theirs")
        with pytest.raises(LinregError, match="there is a file"):
            file.put()
    assert (tmp_path / "a").read_text() == "theirs"
    assert os.listdir(tmp_path) == ["a"]


def test_what_is_not_put_is_gone(tmp_path: Path) -> None:
    with NewFile(str(tmp_path / "a")) as file:
        file.write("half")
        assert len(os.listdir(tmp_path)) == 1
    assert os.listdir(tmp_path) == []


def test_a_link_stays_one_and_leads_to_the_new_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert refused(tmp_path / "link").code == "file-exists"
    write_whole(str(tmp_path / "link"), TEXT, overwrite=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_bytes() == TEXT.encode()


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_no_file_is_refused_and_left_alone(overwrite: bool, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    for name, code in {
        "pipe": "not-a-file",
        "folder": "not-a-file",
        "folder/": "not-a-file",
        ".": "not-a-file",
        "nowhere/a": "no-such-folder",
        "file/a": "no-such-folder",
        "a" * 300: "cannot-write",
        "a\0b": "cannot-write",
        "a\ud800": "cannot-write",
    }.items():
        assert refused(f"{tmp_path}/{name}", overwrite=overwrite).code == code, name
    assert refused("/dev/null", overwrite=overwrite).code == "not-a-file"
    assert refused("", overwrite=overwrite).code == "not-a-file"
    assert sorted(os.listdir(tmp_path)) == ["file", "folder", "pipe"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is write-protected for root")
def test_what_is_write_protected_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "a").chmod(0o444)
    assert refused(tmp_path / "a", overwrite=True).code == "cannot-write"
    tmp_path.chmod(0o555)
    try:
        assert refused(tmp_path / "b").code == "cannot-write"
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a folder that takes no files")
def test_a_folder_that_takes_no_files_even_from_root_is_refused() -> None:
    assert refused("/proc/self/a").code == "cannot-write"


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """A disk with little room: the system refuses what goes beyond."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("length", [5_000, 500_000], ids=["at the end", "on the way"])
def test_a_disk_without_room_leaves_what_was_there(length: int, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with no_file_longer_than(4_096):
        error = refused(tmp_path / "a", "x" * length, overwrite=True)
    assert error.code == "cannot-write"
    assert (tmp_path / "a").read_text() == "old"
    assert os.listdir(tmp_path) == ["a"]


def test_text_that_has_no_utf8_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "a", "\ud800").code == "cannot-write"
    assert os.listdir(tmp_path) == []

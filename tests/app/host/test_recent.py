"""The files opened last: their paths in one small file, which may be missing or broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tui.host.recent import MOST_RECENT, RecentFiles


def test_the_latest_is_the_first_and_none_is_there_twice(tmp_path: Path) -> None:
    recent = RecentFiles(tmp_path / "state" / "recent.json")
    assert recent.load() == ()
    for path in ("/a", "/b", "/a", "/\udcff \u202e"):
        recent.remember(path)
    assert recent.load() == ("/\udcff \u202e", "/a", "/b")


def test_paths_are_absolute_and_nothing_else_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / "recent.json"
    RecentFiles(kept).remember("folder/../t.csv")
    assert json.loads(kept.read_text()) == [str(tmp_path / "t.csv")]


def test_at_most_so_many_are_kept(tmp_path: Path) -> None:
    recent = RecentFiles(tmp_path / "recent.json")
    for number in range(MOST_RECENT + 5):
        recent.remember(f"/{number}")
    assert len(recent.load()) == MOST_RECENT
    assert recent.load()[0] == f"/{MOST_RECENT + 4}"


@pytest.mark.parametrize(
    "text", ["", "{", "{}", "null", "[1, null, {}]", '["relative"]', "[" * 100_000, "\xff"]
)
def test_a_broken_list_is_an_empty_one_and_is_replaced(tmp_path: Path, text: str) -> None:
    kept = tmp_path / "recent.json"
    kept.write_text(text, encoding="latin-1")
    recent = RecentFiles(kept)
    assert recent.load() == ()
    recent.remember("/a")
    assert recent.load() == ("/a",)


def test_a_list_that_cannot_be_written_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    recent = RecentFiles(tmp_path / "file" / "recent.json")
    recent.remember("/a")
    assert recent.load() == ()


def test_no_other_file_is_left_behind(tmp_path: Path) -> None:
    blocked = tmp_path / "recent.json"
    blocked.mkdir()  # so that the last step, taking its place, fails
    RecentFiles(blocked).remember("/a")
    assert list(tmp_path.iterdir()) == [blocked]

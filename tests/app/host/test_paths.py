"""Paths: completed as a shell would, and understood however a terminal pastes a dropped file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.host.paths import MOST_COMPLETIONS, common_start, complete, is_same_source, pasted_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files, a folder, a hidden file, a FIFO and a link that leads nowhere."""
    for name in ("alpha.csv", "alpine.csv", "beta b.csv", ".hidden.csv", "[@click=app.quit]x"):
        (tmp_path / name).touch()
    (tmp_path / "al").mkdir()
    os.mkfifo(tmp_path / "al.fifo")
    (tmp_path / "al.link").symlink_to(tmp_path / "nowhere")
    return tmp_path


def names(folder: Path, typed: str) -> list[str]:
    """The completions within a folder, without its path."""
    found = complete(f"{folder}/{typed}")
    assert all(path.startswith(f"{folder}/") for path in found)
    return [path.removeprefix(f"{folder}/") for path in found]


def test_folders_and_ordinary_files_that_begin_so(folder: Path) -> None:
    assert names(folder, "al") == ["al/", "alpha.csv", "alpine.csv"]
    assert names(folder, "alpha.csv") == ["alpha.csv"]
    assert names(folder, "z") == []


def test_hidden_files_only_when_the_dot_is_typed(folder: Path) -> None:
    assert names(folder, "") == [
        "[@click=app.quit]x",
        "al/",
        "alpha.csv",
        "alpine.csv",
        "beta b.csv",
    ]
    assert names(folder, ".") == [".hidden.csv"]


def test_the_home_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    assert complete("~") == ("~/",)
    assert complete("~/be") == ("~/beta b.csv",)


def test_the_present_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert complete("be") == ("beta b.csv",)


@pytest.mark.parametrize("typed", ["/no/such/folder/x", "nul\0/x", "\udcff/x"])
def test_a_folder_that_cannot_be_listed_has_nothing(typed: str) -> None:
    assert complete(typed) == ()


def test_of_a_crowded_folder_the_first_ones(tmp_path: Path) -> None:
    for number in range(MOST_COMPLETIONS + 5):
        (tmp_path / f"{number:04}").touch()
    assert len(complete(f"{tmp_path}/")) == MOST_COMPLETIONS


@given(st.lists(st.text("ab/", max_size=5), max_size=4))
def test_a_common_start_is_the_longest_one(paths: list[str]) -> None:
    start = common_start(paths)
    assert all(path.startswith(start) for path in paths)
    longer = {path[: len(start) + 1] for path in paths}
    assert not paths or len(longer) > 1 or longer == {start}


@pytest.mark.parametrize("name", ["plain.csv", "two words.csv", "it's.csv", "100% ü.csv", 'a"b'])
@pytest.mark.parametrize(
    "form", ["{path}", " {path} \n", "'{quoted}'", '"{escaped}"', "{backslashed}", "{url}"]
)
def test_a_dropped_file_is_understood_in_every_form(tmp_path: Path, name: str, form: str) -> None:
    path = tmp_path / name
    path.touch()
    plain = str(path)
    text = form.format(
        path=plain,
        quoted=plain.replace("'", "'\\''"),
        escaped=plain.replace('"', '\\"'),
        backslashed="".join(c if c.isalnum() or c in "/._-" else f"\\{c}" for c in plain),
        url=path.as_uri(),
    )
    assert pasted_path(text) == plain


@pytest.mark.parametrize(
    "text",
    ["", " ", "no such file", "'", "\\", "file://elsewhere/tmp", "http://[", "x\0y", "a" * 10_000],
)
def test_any_other_text_is_no_path(text: str) -> None:
    assert pasted_path(text) is None


def test_several_files_are_no_path(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).touch()
    assert pasted_path(f"{tmp_path}/a {tmp_path}/b") is None
    assert pasted_path(f"{tmp_path}/a\n{tmp_path}/b") is None


def test_a_name_that_is_no_text_comes_through_a_url(tmp_path: Path) -> None:
    path = f"{tmp_path}/\udcff.csv"
    with open(path, "w"):
        pass
    assert pasted_path(f"file://{tmp_path}/%FF.csv") == path


@pytest.mark.parametrize(
    ("source", "other", "is_same"),
    [
        ("a.csv", "./a.csv", True),
        ("a.csv", os.path.abspath("a.csv"), True),
        ("a.csv", "b/a.csv", False),
        ("line", "line", True),
        ("line", "./line", False),  # the file of that name
        ("./line", "line", False),
        ("", ".", False),
    ],
)
def test_one_problem_by_several_names(source: str, other: str, is_same: bool) -> None:
    assert is_same_source(source, other) is is_same

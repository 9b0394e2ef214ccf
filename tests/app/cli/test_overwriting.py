"""Nothing is written over what was read, nor one file over another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.app.command import Capture, check_one_line, program, train_json
from tests.app.driver import Write
from tests.app.terminal import Terminal

TABLE = "a,b,y\n1,2,3\n4,5,7\n7,1,4\n9,9,1\n"


def refused(capsys: Capture, *arguments: str) -> str:
    """What is said of a command that is refused before it runs anything."""
    code, told = train_json(capsys, *arguments, "--epochs", str(10**15), "--overwrite")
    assert code == 2
    return str(told["error"]["message"])


@pytest.mark.parametrize("kind", ["history", "weights", "script", "recipe"])
@pytest.mark.parametrize("by", ["name", "path", "symbolic link", "hard link", "linked folder"])
def test_the_table_that_was_read_is_never_written_over(
    kind: str, by: str, write: Write, tmp_path: Path, capsys: Capture
) -> None:
    table = write(TABLE)
    names = {
        "name": table,
        "path": tmp_path / "." / ".." / tmp_path.name / table.name,
        "symbolic link": tmp_path / "link",
        "hard link": tmp_path / "hard",
        "linked folder": tmp_path / "folder" / table.name,
    }
    (tmp_path / "link").symlink_to(table)
    (tmp_path / "hard").hardlink_to(table)
    (tmp_path / "folder").symlink_to(tmp_path)
    told = refused(capsys, str(table), f"--export-{kind}", str(names[by]))
    assert "this run was read from that file" in told
    assert table.read_text() == TABLE


def test_the_data_of_a_script_is_never_written_over_the_table(
    write: Write, tmp_path: Path, capsys: Capture
) -> None:
    text = "a,y\n" + "".join(f"{row},{row % 7}\n" for row in range(300))
    table = write(text, "run-data.csv")
    told = refused(capsys, str(table), "--export-script", str(tmp_path / "run.py"))
    assert "this run was read from that file" in told
    assert table.read_text() == text


def test_a_recipe_that_was_read_is_never_written_over(
    write: Write, tmp_path: Path, capsys: Capture
) -> None:
    recipe = write("epochs = 3\n", "r.toml")
    told = refused(capsys, "--recipe", str(recipe), "--export-history", str(recipe))
    assert "this run was read from that file" in told
    assert recipe.read_text() == "epochs = 3\n"


@pytest.mark.parametrize(
    ("script", "history"),
    [
        ("run.py", "run-data.csv"),
        ("run.py", "RUN-DATA.CSV"),
        ("a/run.py", "run-data.csv"),
        ("./run.py", "run-data.csv"),
        ("rün.py", "ru\u0308n-data.csv"),
        ("x", "X"),
        ("x", "link"),
    ],
)
def test_files_that_would_overwrite_each_other_are_refused(
    script: str, history: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a").symlink_to(tmp_path)
    Path("link").symlink_to("x")
    given = ["line", "--rows", "100", "--export-script", script, "--export-history", history]
    assert "a file of its own" in refused(capsys, *given)
    assert sorted(os.listdir(tmp_path)) == ["a", "link"]


def test_a_recipe_that_could_not_be_written_is_refused_before_the_run(
    write: Write, tmp_path: Path, capsys: Capture
) -> None:
    table = write(TABLE, "table-\udcff.csv")
    told = refused(capsys, str(table), "--export-recipe", str(tmp_path / "r.toml"))
    assert "rename the file" in told


@pytest.fixture
def gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder one is in was deleted."""
    monkeypatch.setenv("PYTHONPATH", os.getcwd())
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()


@pytest.mark.usefixtures("gone")
def test_files_in_a_folder_that_was_deleted_are_refused_in_one_line() -> None:
    ended = program("train", "--epochs", "3", "--export-history", "h.csv")
    assert ended.returncode == 2
    check_one_line(ended.stderr)
    assert program("train", "--epochs", "3").returncode == 0


@pytest.mark.usefixtures("gone")
def test_the_screen_is_refused_in_one_line_in_a_folder_that_was_deleted() -> None:
    with Terminal() as terminal:
        assert terminal.end()[0] == 2
        assert terminal.text.startswith("error: the folder you are in cannot be used")

"""Which files names, folders and patterns stand for."""

from pathlib import Path

import pytest

from linreg_core.datasets.large.files import files_of, is_several, status_of
from linreg_core.errors import LinregError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("part-10.csv", "part-2.csv", "part-1.csv", "notes.md", ".hidden.csv", "_SUCCESS"):
        (tmp_path / name).touch()
    return tmp_path


def names(files: tuple[str, ...]) -> list[str]:
    return [Path(file).name for file in files]


def test_a_folder_stands_for_its_tables_in_the_order_of_their_numbers(folder: Path) -> None:
    assert names(files_of([str(folder)])) == ["part-1.csv", "part-2.csv", "part-10.csv"]
    assert is_several(str(folder))


def test_a_pattern_stands_for_the_files_with_such_names(folder: Path) -> None:
    pattern = str(folder / "part-1*.csv")
    assert names(files_of([pattern])) == ["part-1.csv", "part-10.csv"]
    assert is_several(pattern)


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(folder: Path) -> None:
    (folder / "a[1].csv").touch()
    (folder / "a1.csv").touch()
    assert names(files_of([str(folder / "a[1].csv")])) == ["a[1].csv"]
    assert not is_several(str(folder / "a[1].csv"))


def test_names_stay_in_the_order_in_which_they_are_given(folder: Path) -> None:
    given = [str(folder / "part-2.csv"), str(folder / "part-1.csv")]
    assert files_of(given) == tuple(given)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (["part-1.csv", "part-1.csv"], "duplicate-file"),
        ([".", "part-2.csv"], "duplicate-file"),
        (["nothing-*.csv"], "no-such-file"),
        (["empty"], "not-a-file"),
    ],
)
def test_what_is_refused(folder: Path, asked: list[str], code: str) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(LinregError) as refusal:
        files_of([str(folder / name) for name in asked])
    assert refusal.value.code == code


def test_a_file_named_by_another_path_is_told_by_both(folder: Path) -> None:
    (folder / "again.csv").symlink_to(folder / "part-2.csv")
    with pytest.raises(LinregError) as refusal:
        files_of([str(folder)])
    assert str(refusal.value).startswith(str(folder / "part-2.csv"))
    assert "the same file as" in refusal.value.message
    assert "again.csv" in refusal.value.message


@pytest.mark.parametrize(
    ("name", "code"),
    [("gone.csv", "no-such-file"), ("a\0.csv", "unreadable"), ("loop.csv", "unreadable")],
)
def test_a_file_that_the_system_cannot_look_at(folder: Path, name: str, code: str) -> None:
    (folder / "loop.csv").symlink_to("loop.csv")
    with pytest.raises(LinregError) as refusal:
        status_of(str(folder / name))
    assert refusal.value.code == code
    assert refusal.value.file is not None

"""Blocks on disk: written once, shared, and taken away."""

import fcntl
import threading
from pathlib import Path

import numpy as np
import pytest

from linreg_core.datasets.large.options import LargeOptions
from linreg_core.datasets.large.store import in_blocks, take_away_leftovers
from linreg_core.datasets.large.table import LargeTable
from linreg_core.datasets.options import TableOptions
from linreg_core.errors import LinregError
from linreg_core.problem import Problem
from linreg_core.settings.config import TrainConfig
from linreg_core.trainer import Trainer
from tests.core.datasets.large.tables import values, write_csv


@pytest.fixture
def path(tmp_path: Path) -> str:
    return write_csv(tmp_path / "t.csv", values(100, 2))


def table(path: str, cache: Path, *, keep: bool = False) -> LargeTable:
    chosen = LargeOptions(block_rows=16, cache=str(cache), keep_cache=keep)
    return LargeTable.of([path], TableOptions(), chosen)


def close(problem: Problem) -> None:
    assert problem.blocks is not None
    problem.blocks.close()


def folders(cache: Path) -> list[Path]:
    root = cache / "linreg-tui-blocks"
    return sorted(root.iterdir()) if root.exists() else []


@pytest.mark.parametrize("sizes", [[1] * 10, [10], [3, 7], [16, 16, 1], [100]])
def test_parts_become_blocks_of_equal_size(sizes: list[int]) -> None:
    rows = np.arange(2.0 * sum(sizes)).reshape(-1, 2)
    parts = iter(np.split(rows, np.cumsum(sizes)[:-1]))
    blocks = [block.copy() for block in in_blocks(parts, 4, 2)]
    assert all(len(block) == 4 for block in blocks[:-1])
    assert np.array_equal(np.concatenate(blocks), rows)


def test_blocks_are_taken_away_when_the_last_one_leaves(path: str, tmp_path: Path) -> None:
    one, other = (table(path, tmp_path / "c").problem() for _ in range(2))
    assert len(folders(tmp_path / "c")) == 1
    close(one)
    assert len(folders(tmp_path / "c")) == 1
    close(other)
    assert not folders(tmp_path / "c")


def test_blocks_that_are_kept_are_not_written_again(path: str, tmp_path: Path) -> None:
    close(table(path, tmp_path / "c", keep=True).problem())
    (folder,) = folders(tmp_path / "c")
    written = (folder / "blocks").stat().st_mtime_ns
    again = table(path, tmp_path / "c").problem()
    assert (folder / "blocks").stat().st_mtime_ns == written
    close(again)
    assert folders(tmp_path / "c") == [folder]


def test_a_file_that_changed_is_read_again(path: str, tmp_path: Path) -> None:
    close(table(path, tmp_path / "c", keep=True).problem())
    write_csv(Path(path), values(101, 2))
    again = table(path, tmp_path / "c", keep=True).problem()
    assert again.rows == 101
    assert len(folders(tmp_path / "c")) == 2


def test_what_a_killed_process_left_is_taken_away(path: str, tmp_path: Path) -> None:
    problem = table(path, tmp_path / "c").problem()
    (folder,) = folders(tmp_path / "c")
    (folder / "table.json").unlink()  # as if it had been killed while it wrote
    take_away_leftovers(folder.parent)
    assert folder.exists()  # it is in use
    close(problem)
    (folder.parent / "left").mkdir(parents=True)
    for name in ("lock", "blocks"):
        (folder.parent / "left" / name).touch()
    close(table(path, tmp_path / "c").problem())
    assert not folders(tmp_path / "c")


def test_one_writes_and_the_others_wait(path: str, tmp_path: Path) -> None:
    problems: list[Problem] = []
    cache = tmp_path / "c"
    threads = [
        threading.Thread(target=lambda: problems.append(table(path, cache, keep=True).problem()))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len({problem.digest for problem in problems}) == 1
    assert len(problems) == 4
    assert len(folders(cache)) == 1


def test_a_refused_table_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,y\n" + "1,2\n" * 40_000 + "x,3\n")
    with pytest.raises(LinregError) as refusal:
        table(str(path), tmp_path / "c").problem()
    assert (refusal.value.code, refusal.value.line) == ("not-a-number", 40_002)
    assert not folders(tmp_path / "c")


def test_a_place_where_nothing_can_be_written(path: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LinregError) as refusal:
        table(path, tmp_path / "file").problem()
    assert refusal.value.code == "unwritable"


def test_too_little_room_is_told_before_anything_is_written(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LargeTable, "foreseen_bytes", lambda _: 2**60)
    with pytest.raises(LinregError) as refusal:
        table(path, tmp_path / "c").problem()
    assert refusal.value.code == "disk-full"
    assert not folders(tmp_path / "c")


def test_a_file_that_ends_early_is_told(path: str, tmp_path: Path) -> None:
    problem = table(path, tmp_path / "c").problem()
    (folder,) = folders(tmp_path / "c")
    with open(folder / "blocks", "r+b") as file:
        file.truncate(100)
    with pytest.raises(LinregError) as refusal:
        Trainer(problem, TrainConfig())
    assert refusal.value.code == "unreadable"


def test_the_lock_of_blocks_in_use_is_shared(path: str, tmp_path: Path) -> None:
    problem = table(path, tmp_path / "c").problem()
    (folder,) = folders(tmp_path / "c")
    with open(folder / "lock", "rb") as lock:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        close(problem)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize("name", ["blocks", "moments.npz", "table.json"])
@pytest.mark.parametrize("text", ["", "{}", None])
def test_damaged_blocks_are_written_anew(
    path: str, tmp_path: Path, name: str, text: str | None
) -> None:
    first = table(path, tmp_path / "c", keep=True).problem()
    close(first)
    (folder,) = folders(tmp_path / "c")
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(text)
    again = table(path, tmp_path / "c", keep=True).problem()
    close(again)
    assert again.digest == first.digest
    assert np.array_equal(again.X, first.X)
    assert (folder / "blocks").stat().st_size == 8 * 100 * 3

"""The rows of several files: the same numbers whatever they stand in, and what is refused."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from linreg_core.datasets.large.reading import TableRows, layout_of
from linreg_core.datasets.options import TableOptions
from linreg_core.errors import LinregError
from linreg_core.stages import ignore_progress
from tests.core.datasets.large.tables import values, write_csv


def rows_of(files: list[str], **options: object) -> tuple[np.ndarray, TableRows]:
    layout = layout_of(files[0], TableOptions(**options))  # type: ignore[arg-type]
    rows = TableRows(files, layout, ignore_progress)
    return np.concatenate(list(rows.parts())), rows


def test_files_follow_each_other_whatever_the_order_of_their_columns(tmp_path: Path) -> None:
    table = values(50, 2)
    one = write_csv(tmp_path / "one.csv", table[:20])
    other = write_csv(tmp_path / "other.csv", table[20:][:, [2, 0, 1]], names="y,a,b")
    found, _ = rows_of([one, other], target="y")
    assert np.array_equal(found, table)


@pytest.mark.parametrize("group_rows", [10, 100_000])
def test_text_and_parquet_tell_the_same_numbers(tmp_path: Path, group_rows: int) -> None:
    table = values(70_000, 3)
    text = write_csv(tmp_path / "t.csv", table[:1000])
    path = tmp_path / "t.parquet"
    columns = dict(zip("abcy", table[1000:].T, strict=True))
    pl.DataFrame(columns).write_parquet(path, row_group_size=group_rows * 100)
    found, _ = rows_of([text, str(path)])
    assert np.array_equal(found, table)
    found, _ = rows_of([str(path)])
    assert np.array_equal(found, table[1000:])


def test_rows_that_lack_a_value_are_left_out_when_asked(tmp_path: Path) -> None:
    text = tmp_path / "t.csv"
    text.write_text("a,y\n1,2\n,3\n4,NA\n5,6\n")
    parquet = tmp_path / "t.parquet"
    pl.DataFrame({"a": [1.0, None, 4.0, 5.0], "y": [2, 3, None, 6]}).write_parquet(parquet)
    found, rows = rows_of([str(text), str(parquet)], missing="drop")
    assert found.tolist() == [[1, 2], [5, 6]] * 2
    assert (rows.rows_seen, rows.rows_dropped) == (8, 4)


def test_markers_of_missing_values_in_both_kinds(tmp_path: Path) -> None:
    text = tmp_path / "t.csv"
    text.write_text("a,y\n1,2\n-999,3\n")
    parquet = tmp_path / "t.parquet"
    pl.DataFrame({"a": [1.0, -999.0], "y": [2, 3]}).write_parquet(parquet)
    found, _ = rows_of([str(text), str(parquet)], missing="drop", missing_values=("-999",))
    assert found.tolist() == [[1, 2]] * 2


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a,y\n1,2\n3\n", "ragged", 3, None),
        ("a,y\n1,2\n\n3,x\n", "not-a-number", 4, "y"),
        ("a,y\n1,2\n3,\n", "missing-value", 3, "y"),
        ("a,y\n1,2\n1e999,3\n", "non-finite", 3, "a"),
        ("a,b\n1,2\n", "other-columns", None, None),
        ("a;y\n1;2\n", "other-columns", None, None),
        ("a,y\n", "no-rows", None, None),
        ("", "empty-file", None, None),
        ("a,y\n1,2\n3,\x00\n", "nul-byte", 3, None),
    ],
)
def test_what_a_later_file_refuses_names_it(
    tmp_path: Path, text: str, code: str, line: int | None, column: str | None
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("a,y\n1,2\n3,4\n5,6\n")
    bad.write_text(text)
    with pytest.raises(LinregError) as refusal:
        rows_of([str(good), str(bad)])
    found = refusal.value
    assert (found.code, found.line, found.column) == (code, line, column)
    assert found.file is not None
    assert found.file.endswith("bad.csv")


@pytest.mark.parametrize(
    ("values_", "code"),
    [
        ([1.0, None], "missing-value"),
        ([1.0, float("inf")], "non-finite"),
        (["1", "2"], "not-a-number"),
        ([date(2024, 1, 1), date(2024, 1, 2)], "not-a-number"),
    ],
)
def test_what_a_later_parquet_file_refuses(
    tmp_path: Path, values_: list[object], code: str
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.parquet"
    good.write_text("a,y\n1,2\n3,4\n5,6\n")
    pl.DataFrame({"a": values_, "y": [1, 2]}).write_parquet(bad)
    with pytest.raises(LinregError) as refusal:
        rows_of([str(good), str(bad)])
    assert (refusal.value.code, refusal.value.column) == (code, "a")


def test_a_damaged_parquet_file_is_one_line(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.parquet"
    good.write_text("a,y\n1,2\n3,4\n5,6\n")
    pl.DataFrame({"a": [1.0], "y": [1]}).write_parquet(bad)
    data = bytearray(bad.read_bytes())
    data[8:40] = b"\xff" * 32
    bad.write_bytes(bytes(data))
    with pytest.raises(LinregError) as refusal:
        rows_of([str(good), str(bad)])
    assert refusal.value.code == "parquet"


@pytest.mark.parametrize(
    "options",
    [
        {"one_hot": ("a",)},
        {"dates": ("a",)},
        {"degree": 2},
        {"loose_numbers": True},
        {"comment": "#"},
        {"encoding": "latin-1"},
        {"separator": " "},
    ],
)
def test_what_needs_all_of_a_table_is_refused(tmp_path: Path, options: dict[str, object]) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,y\n1,2\n3,4\n")
    with pytest.raises(LinregError) as refusal:
        layout_of(str(path), TableOptions(**options))  # type: ignore[arg-type]
    assert refusal.value.code == "needs-memory"


def test_progress_goes_from_file_to_file(tmp_path: Path) -> None:
    table = values(3000, 2)
    files = [write_csv(tmp_path / f"{n}.csv", table[n::3]) for n in range(3)]
    told: list[tuple[str, float | None]] = []
    rows = TableRows(files, layout_of(files[0], TableOptions()), lambda *said: told.append(said))
    list(rows.parts())
    shares = [share for _, share in told if share is not None]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    assert {what for what, _ in told} >= {"file 1 of 3: reading", "file 3 of 3: reading"}

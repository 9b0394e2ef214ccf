"""Tables: every refusal and note by its code, line and column; and numbers that come in exactly."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core import BUILTINS, TableOptions, load_problem
from linreg_core.datasets.request import DataRequest
from linreg_core.datasets.table.limits import MAX_FIELD_BYTES, MAX_FILE_BYTES
from linreg_core.datasets.table.read import read_table
from linreg_core.errors import LinregError
from linreg_core.output.result import Result
from linreg_core.settings.config import TrainConfig
from linreg_core.trainer import Trainer
from tests.core.tables import Write, codes, refusal_of
from tests.places import SHARED

# --- refusals of a file's text ------------------------------------------------------------------

REFUSED_TEXT = [
    ("", "empty-file", None, None),
    (" \n\t\r\n", "empty-file", None, None),
    ("x,y\n", "no-rows", None, None),
    ("x,y\n\n\r\n", "no-rows", None, None),
    ("x,y\r", "no-rows", None, None),
    ("x\n1\n2\n", "no-features", 1, None),
    ("\nmy column\n1\n2\n", "no-features", 2, None),
    ("x,,y\n1,2,3\n", "blank-name", 1, None),
    ("x, \t,y\n1,2,3\n", "blank-name", 1, None),
    ("\n\nx,y,x\n1,2,3\n", "duplicate-name", 3, "x"),
    ("x,y\n1,2\n\n3\n", "ragged", 4, None),
    ("x,y\n1,2\n3,4,\n", "ragged", 3, None),
    ('x,y\n1,2\n3,"4\n5,6\n', "quote", 3, None),
    ('x,y\n1,2\n3,4"\n5,"6"\n', "quote", 3, None),
    ('x,y\n1,2\n3,"4" \n', "quote", 3, None),
    ('x,"y\n1,2\n', "quote", 1, None),
    (f"x,y\n1,2\n{'3' * (MAX_FIELD_BYTES + 1)},4\n", "field-too-long", 3, None),
    (b"x,y\n1,2\n3,\x00\n", "nul-byte", 3, None),
    (b"x,y\n1,2\n3,\xe9\n", "not-utf8", 3, None),
    ("x,y\n1,2\n".encode("utf-16"), "not-utf8", 1, None),
    (b"\x00\x01\x02\xff\xfe\n", "binary", None, None),
    (b"\x1f\x8b\x08\x00", "compressed", None, None),
    (b"PK\x03\x04", "compressed", None, None),
    ("x,y\na,b\nc,d\n", "no-target", None, None),
    ("x,y\na,1\nc,2\n", "no-features", None, None),
    ("x,y\n1,2\nabc,4\n", "not-a-number", 3, "x"),
    ("x,y\n1,2\n3,nan\n", "missing-value", 3, "y"),
    ("x,y\n1,2\n3,-Infinity\n", "non-finite", 3, "y"),
    ("x,y\n1,2\n3,1e999\n", "non-finite", 3, "y"),
    ("x,y\n1,2\n3,\n", "missing-value", 3, "y"),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), REFUSED_TEXT)
def test_a_faulty_file_is_refused_with_its_place(
    write: Write, text: str | bytes, code: str, line: int | None, column: str | None
) -> None:
    path = write(text)
    refusal = refusal_of(path)
    assert (refusal.code, refusal.line, refusal.column) == (code, line, column)
    assert refusal.file == str(path)


@pytest.mark.parametrize(
    "cell",
    ["1_000", "1 000", "0x10", "1d3", "1e", "e5", "..", "+-1", "1.2.3", "१२", "１２", "1\xa0"],
)
def test_only_plain_decimal_numbers_are_numbers(write: Write, cell: str) -> None:
    refusal = refusal_of(write(f"x,y\n1,2\n3,{cell}\n"), missing="drop", target="y")
    assert (refusal.code, refusal.line, refusal.column) == ("not-a-number", 3, "y")


@pytest.mark.parametrize("marker", ["", " ", "NA", "n/a", "#N/A", "None", "null", "-", "?", "."])
def test_markers_of_missing_values(write: Write, marker: str) -> None:
    path = write(f"x,y\n1,2\n3,{marker}\n5,6\n7,{marker}\n")
    refusal = refusal_of(path)
    assert (refusal.code, refusal.line, refusal.column) == ("missing-value", 3, "y")
    assert "2 of 4 rows" in refusal.message
    problem = read_table(path, TableOptions(missing="drop"))
    assert (problem.y.tolist(), problem.dropped_rows) == ([2.0, 6.0], 2)
    assert codes(problem) == ["rows-dropped"]


def test_the_first_bad_cell_in_the_files_order_is_named(write: Write) -> None:
    path = write("x,y,z\n1,2,3\n4,5,NA\n6,abc,inf\n7,8,9\n1,2,3\n")
    refusal = refusal_of(path)
    assert (refusal.code, refusal.line, refusal.column) == ("missing-value", 3, "z")
    refusal = refusal_of(path, missing="drop")
    assert (refusal.code, refusal.line, refusal.column) == ("not-a-number", 4, "y")


def test_every_row_dropped_is_no_table(write: Write) -> None:
    path = write("x,y\n,2\n3,\n")
    assert refusal_of(path, missing="drop").code == "no-rows"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_are_counted_as_an_editor_counts_them(write: Write, end: str) -> None:
    lines = ["", '"name', 'of it",x,y', "", '"a', "", 'b",1,2', "", "", 'c,"3', '",4', "d,5,6"]
    refusal = refusal_of(write(end.join(lines)), features=("x",))
    assert (refusal.code, refusal.line, refusal.column) == ("not-a-number", 10, "x")


def test_lines_and_blank_lines_across_a_large_file(write: Write) -> None:
    block = '"a\n""b""",1,2\r\n\n'  # several pieces of 4 MiB, cut anywhere in it
    blocks = 600_000
    path = write("name,x,y\n" + block * blocks + "z,3,oops\n")
    refusal = refusal_of(path)
    assert (refusal.code, refusal.line) == ("not-a-number", 2 + 3 * blocks)
    problem = read_table(write("name,x,y\n" + block * blocks))
    assert problem.rows == blocks
    assert problem.X.sum() == blocks


def test_nothing_hostile_reaches_a_message(write: Write) -> None:
    refusal = refusal_of(write('"x\x1b[2J",y\n1,2\n\x1b]52;c;\u202e\x9b,3\n'))
    assert refusal.code == "not-a-number"
    assert str(refusal).isprintable()
    assert r"\x1b[2J" in str(refusal)
    long = refusal_of(write(f"x,y\n1,2\n{'a' * 5000},3\n"))
    assert len(long.message) < 200


# --- refusals of the file itself ----------------------------------------------------------------


def test_an_absent_file_names_the_built_in_problems() -> None:
    refusal = refusal_of("no/such/file.csv")
    assert refusal.code == "no-such-file"
    assert all(name in refusal.message for name in BUILTINS)


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (fifo, tmp_path, Path(os.devnull)):
        assert refusal_of(path).code == "not-a-file"


def test_a_file_beyond_the_limit_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)  # sparse: takes no room
    with pytest.raises(LinregError) as caught:
        read_table(path)
    assert caught.value.code == "too-large"
    assert DataRequest(str(path)).is_large


def test_what_the_system_refuses_is_told(write: Write) -> None:
    with pytest.raises(LinregError, match="cannot be read: ") as caught:
        read_table(write("x,y\n1,2\n") / "child")
    assert caught.value.code == "unreadable"
    with pytest.raises(LinregError) as caught:
        read_table("a\0b")
    assert caught.value.code == "unreadable"
    with pytest.raises(LinregError) as caught:
        read_table("no-such-file")
    assert caught.value.code == "no-such-file"


# --- columns ------------------------------------------------------------------------------------

WIDE = "name,a,b,gone,c\nu,1,2,,4\nv,2,3,NA,5\nw,3,5,?,9\nz,4,7,-,1\n"


def test_by_default_the_last_numeric_column_is_the_target(write: Write) -> None:
    problem = read_table(write(WIDE))
    assert (problem.features, problem.target) == (("a", "b"), "c")
    assert problem.X.tolist() == [[1, 2], [2, 3], [3, 5], [4, 7]]
    assert codes(problem) == ["text-column", "empty-column"]
    assert not problem.as_article


def test_columns_by_name(write: Write) -> None:
    path = write(WIDE)
    problem = read_table(path, TableOptions(target="a"))
    assert (problem.features, problem.target) == (("b", "c"), "a")
    problem = read_table(path, TableOptions(features=("c", "a")))
    assert (problem.features, problem.target) == (("c", "a"), "b")
    assert problem.X.tolist() == [[4, 1], [5, 2], [9, 3], [1, 4]]
    assert codes(problem) == []
    problem = read_table(path, TableOptions(target="a", features=("a", "b")))
    assert codes(problem) == ["target-is-feature"]


@pytest.mark.parametrize(
    ("options", "code", "column"),
    [
        ({"target": "A"}, "unknown-column", "A"),
        ({"features": ("a", "bb")}, "unknown-column", "bb"),
        ({"features": ("a", "a")}, "duplicate-feature", "a"),
        ({"features": ()}, "no-features", None),
        ({"features": ("a", "b", "c")}, "no-target", None),
        ({"target": "name"}, "not-a-number", "name"),
        ({"features": ("name", "a")}, "not-a-number", "name"),
        ({"features": ("gone",)}, "missing-value", "gone"),
        ({"encoding": "latin-0"}, "unknown-encoding", None),
        ({"encoding": "base64"}, "unknown-encoding", None),
        ({"encoding": "utf-32"}, "not-decodable", None),
    ],
)
def test_refused_options(
    write: Write, options: dict[str, Any], code: str, column: str | None
) -> None:
    refusal = refusal_of(write(WIDE), **options)
    assert (refusal.code, refusal.column) == (code, column)


@pytest.mark.parametrize(
    "options",
    [
        {"separator": ""},
        {"separator": ";;"},
        {"separator": '"'},
        {"separator": "·"},
        {"missing": "guess"},
    ],
)
def test_options_are_checked_when_made(options: dict[str, Any]) -> None:
    with pytest.raises(LinregError) as caught:
        TableOptions(**options)
    assert caught.value.code == "bad-option"


def test_an_unknown_name_gets_the_nearest_one(write: Write) -> None:
    refusal = refusal_of(write("\nhorsepower,weight\n1,2\n3,4\n"), target="horspower")
    assert (refusal.line, refusal.column) == (2, "horspower")
    assert "did you mean 'horsepower'?" in refusal.message
    assert "weight" in refusal.message


def test_other_encodings_and_no_header(write: Write) -> None:
    text = "1,2\n3,4\n"
    for encoding in ("utf-16", "latin-1", "utf-8-sig"):
        options = TableOptions(encoding=encoding, header=False)
        problem = read_table(write(text.encode(encoding)), options)
        assert (problem.features, problem.target, problem.rows) == (("c1",), "c2", 2)
        assert codes(problem) == []


def test_without_a_header_the_first_line_is_checked_as_data(write: Write) -> None:
    refusal = refusal_of(write(b"1,2\x00\n3,4\n"), header=False)
    assert (refusal.code, refusal.line) == ("nul-byte", 1)
    refusal = refusal_of(write("1,\n3,4\n"), header=False)
    assert (refusal.code, refusal.line, refusal.column) == ("missing-value", 1, "c2")


# --- notes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x,y\n1,2\n2,3\n", []),
        (" x,y\n1,2\n2,3\n", ["names-trimmed"]),
        ("x,y\n1,2\n", ["underdetermined"]),
        ("a,b,y\n1,2,3\n4,6,5\n", ["underdetermined"]),
        ("a,b,c,y\n1,2,3,4\n5,7,9,8\n", ["more-features-than-rows"]),
        ("a,b,y\n7,1,2\n7,2,5\n7,3,1\n", ["constant-feature"]),
        ("x,y\n1,5\n2,5\n", ["constant-target"]),
        ("x,y\n1e-200,1\n2e-200,2\n", ["underflow-risk"]),
        ("x,y\n1e200,1\n2e200,2\n", ["overflow-risk"]),
        ("x,y\n0,1e-308\n1,0.5\n", []),
    ],
)
def test_notes(write: Write, text: str, expected: list[str]) -> None:
    assert codes(read_table(write(text))) == expected


# --- exactness ----------------------------------------------------------------------------------

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=20))
def test_numbers_come_in_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, float]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "floats.csv"
    path.write_text("x,y\n" + "".join(f"{x!r},{y!r}\n" for x, y in rows))
    problem = read_table(path)
    read = np.column_stack([problem.X, problem.y])
    assert read.tobytes() == np.array(rows, dtype=np.float64).tobytes()


@pytest.mark.parametrize("cell", ["5.", ".5", "+5.e-1", "-0.0", "007", " 1E+05\t", "1e-400"])
def test_the_grammars_corners_read_as_float_reads_them(write: Write, cell: str) -> None:
    y = read_table(write(f"x,y\n1,{cell}\n2,3\n")).y[0]
    assert (y, math.copysign(1, y)) == (float(cell), math.copysign(1, float(cell)))


TEXT = st.text(st.sampled_from('ab",; \n\r1é\x1b'), max_size=6)


@given(
    rows=st.lists(st.tuples(TEXT, st.booleans()), min_size=1, max_size=8),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_quoting_reads_as_the_csv_module_writes_it(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, bool]], end: str
) -> None:
    """Any text in a column beside numbers: nothing shifts, and a bad cell's line is right."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end)
    writer.writerow(["note", "x", "y"])
    for number, (note, blank_line) in enumerate(rows):
        writer.writerow([note, number, 2 * number])
        out.write(end if blank_line else "")
    path = tmp_path_factory.getbasetemp() / "quoting.csv"
    options = TableOptions(features=("x",), target="y")

    path.write_bytes(out.getvalue().encode())
    assert read_table(path, options).y.tolist() == [2.0 * number for number in range(len(rows))]

    line = out.getvalue().count("\n") + 1
    path.write_bytes(out.getvalue().encode() + b"last,oops,1")
    refusal = refusal_of(path, features=("x",), target="y")
    assert (refusal.line, refusal.column) == (line, "x")


# --- built-in problems --------------------------------------------------------------------------


def test_the_article_is_built_in() -> None:
    problem = load_problem("article")
    assert problem.X.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert problem.y.tolist() == [50, 110, 170]
    assert (problem.features, problem.target, problem.as_article) == (("x1", "x2"), "y", True)


@pytest.mark.parametrize("name", BUILTINS)
def test_a_built_in_problem_takes_no_table_options(name: str) -> None:
    refusal = refusal_of(name, target="y")
    assert refusal.code == "option-not-for-builtin"
    assert "target" in refusal.message
    assert load_problem(name).source == name


def test_names_and_options_cost_no_heavy_import() -> None:
    script = (
        "import sys; from linreg_core import BUILTINS, TableOptions, load_problem\n"
        "assert not {'numpy', 'polars'} & set(sys.modules)\n"
        "load_problem('article')\n"
        "assert 'polars' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


# --- the shared tables --------------------------------------------------------------------------


def read_json(path: Path) -> dict[str, Any]:
    """Return what a shared file holds; nothing, and so skipped tests, when it is absent."""
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def difference(name: str, expected: dict[str, Any]) -> str:
    """Return how a fault's outcome differs from the expected one; empty when it does not."""
    try:
        problem = read_table(SHARED / "faults" / name)
    except LinregError as refusal:
        found: dict[str, Any] = {
            "outcome": "error",
            "code": refusal.code,
            "line": refusal.line,
            "column": refusal.column,
        }
    else:
        noted = codes(problem)
        found = {
            "outcome": "warn" if noted else "ok",
            "code": expected["code"] if expected["code"] in noted else "".join(noted),
            "rows": problem.rows,
            "column_name": problem.features[0],
            "first_name": problem.features[0],
            "column": problem.features[0],
        }
    return ", ".join(
        f"{key}: {found[key]!r}, expected {expected[key]!r}"
        for key in found
        if key in expected and found[key] != expected[key]
    )


@pytest.mark.parametrize(("name", "expected"), read_json(SHARED / "faults/expected.json").items())
def test_the_shared_faults_come_out_as_expected(name: str, expected: dict[str, Any]) -> None:
    assert not difference(name, expected)


@pytest.mark.parametrize(("name", "fit"), read_json(SHARED / "data/reference_ols.json").items())
def test_the_reference_tables_load_and_have_the_reference_fit(
    name: str, fit: dict[str, Any]
) -> None:
    options = TableOptions(
        target=fit["target"],
        features=tuple(fit["features"]),
        missing="drop" if fit["rows_dropped"] else "refuse",
    )
    problem = read_table(SHARED / "data" / fit["file"], options)
    assert (problem.rows, problem.dropped_rows) == (fit["n_used"], fit["rows_dropped"])
    assert problem.features == tuple(fit["features"])
    assert ("separator-guessed" in codes(problem)) == (fit["delimiter"] != ",")
    end = Trainer(problem, TrainConfig()).snapshot()
    best = Result.of(problem, end, end, interrupted=False, seconds=0.0).optimum
    exact = [float(weight) for weight in (*fit["coef"].values(), fit["intercept"])]
    np.testing.assert_allclose(best.weights, exact, rtol=1e-9)
    assert best.loss == pytest.approx(float(fit["mse"]), rel=1e-9)


DIRTY = [
    ("dirty_airqualityuci_broken_decimal", {}, "blank-name", 1, None),
    ("dirty_airqualityuci_semicolon_decimalcomma", {}, "decimal-comma", 2, "CO(GT)"),
    ("dirty_airqualityuci_semicolon_decimalcomma", {"decimal_comma": True}, 400, 12, "AH"),
    ("dirty_autompg_question_marks", {"target": "mpg"}, "missing-value", 34, "horsepower"),
    ("dirty_autompg_question_marks", {"target": "mpg", "missing": "drop"}, 392, 7, "mpg"),
    ("dirty_penguins", {}, "missing-value", 5, "bill_length_mm"),
    ("dirty_penguins", {"missing": "drop"}, 342, 4, "year"),
    ("dirty_seoulbike_latin1", {}, "not-utf8", 1, None),
    ("dirty_seoulbike_latin1", {"encoding": "latin-1"}, 500, 9, "Snowfall (cm)"),
    ("dirty_winequality_red_semicolon", {}, 1599, 11, "quality"),
]
"""Tables, options, and either code, line and column of the refusal or rows, features and target."""


@pytest.mark.parametrize(("name", "options", "what", "where", "column"), DIRTY)
def test_dirty_tables_are_read_rightly_or_refused(
    name: str, options: dict[str, Any], what: str | int, where: int, column: str | None
) -> None:
    path = SHARED / f"data/{name}.csv"
    if not path.exists():
        pytest.skip(f"{path} is not part of the project")
    if isinstance(what, str):
        refusal = refusal_of(path, **options)
        assert (refusal.code, refusal.line, refusal.column) == (what, where, column)
    else:
        problem = read_table(path, TableOptions(**options))
        assert (problem.rows, len(problem.features), problem.target) == (what, where, column)


@pytest.mark.parametrize("text", ["x,y\na,1\nc,2\n", "x,z,y\na,b,1\nc,d,2\n"])
def test_without_a_feature_the_columns_of_text_are_named(text: str, write: Write) -> None:
    with pytest.raises(LinregError) as caught:
        read_table(write(text))
    names = text.split("\n", maxsplit=1)[0].split(",")[:-1]
    assert f"; these hold text: {', '.join(names)} (--one-hot {names[0]} " in caught.value.message


def test_without_a_feature_or_any_text_one_is_to_be_added(write: Write) -> None:
    with pytest.raises(LinregError) as caught:
        read_table(write("x,y\n,1\n,2\n"))
    assert caught.value.code == "no-features"
    assert caught.value.message.endswith("; add one")

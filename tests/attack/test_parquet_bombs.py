"""Parquet files that are damaged, or unpack to far more than they are: refused as what they are."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from linreg_core import DataRequest, TableOptions, load_problem, table_head
from linreg_core.datasets.table import limits, parquet, parquet_process
from linreg_core.datasets.table.limits import MAX_COLUMNS, MAX_FIELD_BYTES
from linreg_core.errors import LinregError
from tests.app.command import Capture
from tests.attack.fuzzing import Tally, changed, check_refusal, cut, flip
from tests.core.tables import Write, outcome_of, refusal_of

MIB = 2**20


def packed(columns: dict[str, Any], **how: Any) -> bytes:
    """Return a Parquet file."""
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out, **how)
    return out.getvalue()


def with_numbers(column: list[Any]) -> dict[str, Any]:
    """Return a column beside numbers that make a problem."""
    return {"s": column, "a": range(len(column)), "y": [x * x % 7 for x in range(len(column))]}


BOMBS = {
    "texts": lambda: with_numbers(["x" * MIB + str(row) for row in range(400)]),
    "some texts": lambda: with_numbers([f"{row % 500}" + 200_000 * "x" for row in range(5000)]),
    "bytes": lambda: with_numbers([b"x" * 4 * MIB + bytes([row]) for row in range(200)]),
    "lists": lambda: with_numbers([[0] * 4 * MIB] * 30),
    "lists of texts": lambda: with_numbers([["x" * MIB + str(row)] * 20 for row in range(50)]),
    "structures": lambda: with_numbers([{"a": "x" * 8 * MIB + str(row)} for row in range(100)]),
}
"""Files of less than a megabyte that unpack to 400 MB and more."""


READERS_MEMORY = """
import contextlib, resource, sys
from linreg_core import LinregError, load_problem
with contextlib.suppress(LinregError):
    load_problem(sys.argv[1])
print(1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_no_number_may_not_unpack_to_any_size(
    name: str, is_long: bool, write: Write
) -> None:
    if not is_long and name != "texts":
        pytest.skip("3-12 s each: run with --long")
    data = packed(BOMBS[name]())
    assert len(data) < MIB
    path = write(data)
    if name == "some texts":  # one after the other: none of a column that is left out is kept
        assert load_problem(str(path)).features == ("a",)
    else:
        refusal = refusal_of(path)
        assert refusal.code == "too-large"
        assert "unpacks to far more" in refusal.message
    looked = table_head(DataRequest(str(path))).refusal
    assert looked is None or looked.code == "too-large"
    ended = subprocess.run(
        [sys.executable, "-c", READERS_MEMORY, str(path)], capture_output=True, check=True
    )
    assert int(ended.stdout) < 600 * MIB


NATIVE_LATER = """
import sys
import linreg_core.datasets.table.parquet_reader as reader
def bound(room):
    at_bound.append({*sys.modules})
at_bound, reader.bound_memory = [], bound
allowed = dict(max_numbers=99, max_columns=9, max_levels=9, max_text=99, most_rows=None)
allowed |= dict(wanted=None)
list(reader.parts(sys.stdin.buffer.read(), **allowed))
later = [sys.modules[name] for name in {*sys.modules} - at_bound[0]]
print([module.__name__ for module in later if str(module.__file__).endswith(".so")])
"""


def test_no_library_is_loaded_once_memory_is_bounded() -> None:
    """NumPy's BLAS takes 40 MB for each of a machine's cores, which was what tables had."""
    data = packed({"s": ["a", "b", None], "a": [1, 2, 3], "y": [1.5, 2.5, None]})
    ended = subprocess.run(
        [sys.executable, "-c", NATIVE_LATER], input=data, capture_output=True, check=True
    )
    assert ended.stdout.decode().strip() == "[]"


def test_numbers_may_not_unpack_to_any_size(write: Write) -> None:
    out = io.BytesIO()
    zeros = pl.LazyFrame().select(x=pl.repeat(0, 2**25, dtype=pl.Int8)).with_columns(y="x")
    zeros.sink_parquet(out)
    refusal = refusal_of(write(out.getvalue()))
    assert refusal.code == "too-large"
    assert "67,108,864" not in refusal.message
    assert "33,554,432 rows and 2 columns" in refusal.message


def test_numbers_of_a_table_that_says_something_are_read(write: Write) -> None:
    chance = np.random.default_rng(0)
    columns = {f"x{place}": chance.integers(0, 2, 300_000) for place in range(5)}
    problem = load_problem(str(write(packed(columns))))
    assert (np.column_stack(list(columns.values())[:-1]) == problem.X).all()


def test_columns(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_COLUMNS", 20)
    columns = {f"c{place}": [1.0, place % 5] for place in range(21)}
    refusal = refusal_of(write(packed(columns)))
    assert refusal.code == "too-many-columns"
    assert "21 columns, and at most 20" in refusal.message
    del columns["c0"]
    assert len(load_problem(str(write(packed(columns)))).features) == 19


def test_many_row_groups_are_read_at_once(write: Write) -> None:
    """Its end tells of them, and was read anew for each column: hours for the largest file."""
    rows = np.random.default_rng(0).random((200, 60))
    columns = {f"c{place}": rows[:, place] for place in range(60)}
    problem = load_problem(str(write(packed(columns, row_group_size=1))))
    assert (np.column_stack([problem.X, problem.y]) == rows).all()


def test_a_text_that_is_too_long_is_no_level(write: Write) -> None:
    texts = ["x" * (MAX_FIELD_BYTES + 1), "y"]
    path = write(packed(with_numbers(texts)))
    assert load_problem(str(path)).features == ("a",)
    refusal = refusal_of(path, one_hot=("s",))
    assert (refusal.code, refusal.column) == ("field-too-long", "s")
    path = write(packed(with_numbers(["x" * MAX_FIELD_BYTES, "y"])))
    assert len(load_problem(str(path), TableOptions(one_hot=("s",))).features) == 2


def test_a_name_that_is_too_long(write: Write) -> None:
    path = write(packed({"x" * (MAX_FIELD_BYTES + 1): [1, 2], "y": [1, 3]}))
    refusal = refusal_of(path)
    assert refusal.code == "parquet"
    assert f"more than {MAX_FIELD_BYTES:,}" in refusal.message


def test_no_disk_is_needed(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a temporary folder on a full disk a good file was called a bad one."""
    path = write(packed(with_numbers(["a", "b", "c"])))
    monkeypatch.setenv("TMPDIR", "/dev/full")
    monkeypatch.setattr("tempfile.tempdir", "/dev/full")
    assert load_problem(str(path)).rows == 3


# --- how the process ends, and what is said then ------------------------------------------------

ENDS = {
    "kill": ("import os; os.kill(os.getpid(), 9)", "not-enough-memory", "not enough memory"),
    "abort": ("import os; os.abort()", "parquet", "makes its reader break off"),
    "silence": ("pass", "parquet", "makes its reader break off"),
    "refused": ("say('memory allocation of 999 bytes failed'); exit(1)", "too-large", "unpacks"),
    "absurd": (f"say('memory allocation of {2**60} bytes failed')", "parquet", "break off"),
    "thread": ("say('could not spawn threads: Resource tempor')", "too-large", "unpacks"),
    "reason": ("say('panic\\nno such page'); exit(3)", "parquet", "(no such page)"),
    "long reason": ("say('x' * 10**6); exit(3)", "parquet", "xxx"),
    "processor": ("import os; os.kill(os.getpid(), 24)", "parquet", "busy for minutes"),
}


@pytest.mark.parametrize(("script", "code", "words"), ENDS.values(), ids=ENDS)
def test_how_its_reader_ends_is_told_rightly(
    script: str, code: str, words: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(packed(with_numbers([1, 2])))
    reader = path.with_name("reader.py")
    reader.write_text(f"import sys\nsay = sys.stderr.write\n{script}\n")
    monkeypatch.setattr(parquet_process, "_READER", reader)
    refusal = refusal_of(path)
    assert (refusal.code, words in refusal.message) == (code, True)
    check_refusal(refusal)


def test_a_reader_that_writes_for_ever_is_ended(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = tmp_path / "reader.py"
    line = f'{{"rows": 1, "columns": {MAX_COLUMNS + 1}, "numeric": 1}}'
    reader.write_text(f"while True: print('{line}')")
    monkeypatch.setattr(parquet_process, "_READER", reader)
    assert refusal_of(write(packed(with_numbers([1, 2])))).code == "too-many-columns"


LIMITED = """
import resource, sys
from linreg_core import LinregError, load_problem
load_problem(sys.argv[1].replace("bomb", "good"))
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]) * 2**20,) * 2)
try:
    print(load_problem(sys.argv[1]).rows)
except LinregError as refusal:
    print(refusal.code)
"""


@pytest.mark.parametrize("mib", [300, 600, 900, 1200])
def test_within_little_memory_a_good_file_is_never_called_bad(
    mib: int, is_long: bool, tmp_path: Path
) -> None:
    if not is_long and mib != 600:
        pytest.skip("1 s each: run with --long")
    good, bomb = tmp_path / "good", tmp_path / "bomb"
    good.write_bytes(packed(with_numbers(["a", "b", "c"])))
    bomb.write_bytes(packed({f"x{place}": np.arange(200_000.0) for place in range(20)}))
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, str(bomb), str(mib)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert ended.stdout.strip() in ("200000", "not-enough-memory")


# --- changed files ------------------------------------------------------------------------------


def sound_files() -> list[bytes]:
    """Return small files of every kind."""
    chance = np.random.default_rng(1)
    numbers = {f"x{place}": chance.random(200) for place in range(4)}
    mixed = {
        "town": ["York", "Bath", None, "Ely"] * 20,
        "size": [1, None, 3, 4] * 20,
        "list": [[1, 2], [], None, [3]] * 20,
        "truth": [True, False] * 40,
        "price": chance.random(80),
    }
    return [
        packed(numbers),
        packed(numbers, compression="uncompressed", row_group_size=50),
        packed(mixed, compression="snappy"),
        packed(mixed, compression="gzip", statistics=False),
    ]


def test_a_changed_file_is_refused_or_read(is_long: bool, write: Write, capsys: Capture) -> None:
    chance, tally, bases = random.Random(3), Tally(), sound_files()
    options = TableOptions(missing="drop")
    sound = [_numbers(outcome_of(write(data), options)) for data in bases]
    for _ in range(500 if is_long else 4):
        which = chance.randrange(len(bases))
        change = chance.choice([cut, flip, flip, changed])
        path = write(bases[which][:4] + change(chance, bases[which][4:]))
        with tally.one():
            outcome = outcome_of(path, options)
        if isinstance(outcome, LinregError):
            check_refusal(outcome)
            assert outcome.code != "not-enough-memory"
            tally.outcomes[f"refused as {outcome.code}"] += 1
        else:
            same = _numbers(outcome) == sound[which]
            tally.outcomes["read as before" if same else "read with other values"] += 1
    tally.tell(capsys, "changed Parquet files")


def _numbers(problem: Any) -> bytes:
    return bytes(problem.X.tobytes() + problem.y.tobytes())


def test_settings_of_polars_in_the_environment_change_nothing(write: Write) -> None:
    path = write(packed(with_numbers(["a", "b", "c"])))
    table = path.with_name("text.csv")
    table.write_text("x,y\n1,2\n3,5\n4,4\n")
    script = "import sys; from linreg_core import load_problem; load_problem(sys.argv[1])"
    odd = {"POLARS_MAX_THREADS": "0", "POLARS_VERBOSE": "1", "POLARS_PANIC_ON_ERR": "1"}
    for source in (path, table):
        ended = subprocess.run(
            [sys.executable, "-c", script, str(source)],
            env=os.environ | odd,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert (ended.returncode, ended.stderr) == (0, b"")


def test_limits_are_in_proportion() -> None:
    assert parquet.max_numbers(0) == parquet.MAX_FREE_NUMBERS
    assert parquet.max_numbers(300_000) == 37_500_000
    assert parquet.max_numbers(2**30) == parquet.MAX_NUMBERS

"""Where a table comes from: standard input, and files larger than what is held of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from linreg_core.datasets.table.limits import MAX_FILE_BYTES
from tests.core.tables import Write

SCRIPT = """
import sys
from linreg_core import TableOptions, load_problem
from linreg_core.datasets.table import limits
from linreg_core.errors import LinregError
limits.MAX_FILE_BYTES = int(sys.argv[1])
try:
    problem = load_problem("-", TableOptions(target="y"))
    print(problem.source, problem.X.tolist(), problem.y.tolist())
except LinregError as refusal:
    print(refusal.code, refusal)
"""


def read_from_standard_input(data: bytes, limit: int = MAX_FILE_BYTES) -> str:
    """Return what a process says that reads ``data`` as a table."""
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(limit)],
        input=data,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert ended.stderr == b""
    return ended.stdout.decode().rstrip("\n")


@pytest.mark.parametrize("data", [b"x,y\n1,2\n3,5\n", b"\xef\xbb\xbfx,y\r1,2\r3,5"])
def test_a_table_from_standard_input(data: bytes) -> None:
    assert read_from_standard_input(data) == "standard input [[1.0], [3.0]] [2.0, 5.0]"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty-file standard input: "),
        (b"x,y\n1,2\n3,oops\n5,6\n", "not-a-number standard input:3: column y: "),
        (b"\x1f\x8b\x08\x00", "compressed standard input: "),
        (b"PAR1", "parquet standard input: "),
    ],
)
def test_refusals_of_standard_input(data: bytes, said: str) -> None:
    assert read_from_standard_input(data).startswith(said)


def test_standard_input_has_the_limit_of_a_file() -> None:
    data = b"x,y\n1,2\n3,5\n"
    assert read_from_standard_input(data, len(data)).startswith("standard input [[1.0]")
    assert read_from_standard_input(data, len(data) - 1).startswith("too-large ")


MEASURE = """
import sys
from pathlib import Path
from linreg_core.datasets.table.read import read_table

def kib(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))

read_table(sys.argv[1])
before = kib("VmRSS")
problem = read_table(sys.argv[2])
print(1024 * (kib("VmHWM") - before) / (problem.X.nbytes + problem.y.nbytes))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_million_rows_take_about_three_times_their_numbers(write: Write, tmp_path: Path) -> None:
    """The peak was 2.7 times the numbers, and 11 times when the file was read as a whole.

    This file alone is 2.5 times as large as its numbers.
    """
    block = "".join(
        f"{x!r},{y!r},{z!r}\n" for x, y, z in np.random.default_rng(0).random((10_000, 3)).tolist()
    )
    small = tmp_path / "small.csv"
    small.write_text("a,b,y\n" + block)
    ended = subprocess.run(
        [sys.executable, "-c", MEASURE, str(small), str(write("a,b,y\n" + 100 * block))],
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert float(ended.stdout) < 3.5

"""Tables with bytes changed: refused in one line, or read as Python's csv and float read them."""

from __future__ import annotations

import codecs
import csv
import io
import random
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from linreg_core import DataRequest, TableOptions, table_head
from linreg_core.errors import LinregError
from linreg_core.problem import Problem
from tests.app.command import Capture, check_one_line, command, read_json
from tests.attack.fuzzing import Tally, changed, check_refusal
from tests.core.tables import outcome_of
from tests.places import SHARED

MOST_BYTES = 3000

OWN = (
    b"x1,x2,y\n1,2,50\n3,4,110\n5,6,170\n7,9,240\n",
    b'\xef\xbb\xbf"a ""b""";c;y\r\n"1";2,5;3\r\n"4";5,5;7\r\n',
    b"name\tx\ty\nann\t1\t2\nbob\t3\t4.5\ncid\tNA\t6\n",
    b"  x   y  z\n 1.5  2e-3  3\n-4.0   5.  6\n .5 7 -0.0\n",
    "größe|höhe|y\n1|2|3\n4|5|6.25\n7|8|10\n".encode(),
    b'note,x,y\n"one\ntwo, three",1,2\n\n"",3,4\nplain,5,6',
)
ENCODINGS = ("utf-16", "utf-16-le", "latin-1", "utf-8-sig", "cp1252", "utf-32")
LINE_ENDS = (b"\r\n", b"\r", b"\n\r", b"\n\n", b"")
OPTIONS = (
    *4 * (TableOptions(),),
    *2 * (TableOptions(missing="drop"),),
    TableOptions(decimal_comma=True),
    TableOptions(separator=" "),
    TableOptions(header=False),
    TableOptions(encoding="latin-1"),
    TableOptions(encoding="utf-16"),
)


def own_tables() -> list[bytes]:
    """Return tables of every kind."""
    return list(OWN)


def shared_tables() -> list[bytes]:
    """Return the beginnings of the shared tables, of which some are faulty to begin with."""
    paths = sorted([*SHARED.glob("data/*.csv"), *SHARED.glob("faults/*.csv")])
    if not paths:
        pytest.skip(f"{SHARED} is not part of the project")
    return [path.read_bytes()[:MOST_BYTES] for path in paths]


@pytest.mark.parametrize("tables", [own_tables, shared_tables])
def test_a_changed_table_is_refused_or_read_strictly(
    tables: Callable[[], list[bytes]], is_long: bool, tmp_path: Path, capsys: Capture
) -> None:
    chance, tally, bases = random.Random(7), Tally(), tables()
    path = tmp_path / "table.csv"
    for number in range(2500 if is_long else 120):
        data = fuzzed(chance, chance.choice(bases))
        options = chance.choice(OPTIONS)
        path.write_bytes(data)
        with tally.one():
            tally.outcomes[outcome(path, data, options)] += 1
        if number % 10 == 0:
            check_command(path, capsys)
    tally.tell(capsys, f"changed tables of {len(bases)}")


def fuzzed(chance: random.Random, data: bytes) -> bytes:
    """Change a table: some bytes, and now and then all of its line ends or its encoding."""
    if chance.random() < 0.1:
        data = data.replace(b"\n", chance.choice(LINE_ENDS))
    if chance.random() < 0.1:
        text = data.decode("utf-8", "replace")
        data = text.encode(chance.choice(ENCODINGS), "replace")
    return changed(chance, data, 2)


def outcome(path: Path, data: bytes, options: TableOptions) -> str:
    """Open a table and say what came of it; what a look at it says is the same."""
    head = table_head(DataRequest(str(path), options))
    problem = outcome_of(path, options)
    if isinstance(problem, LinregError):
        check_refusal(problem)
        assert head.refusal is not None, (data, problem)
        assert head.refusal.code == problem.code, (data, head.refusal, problem)
        return f"refused as {problem.code}"
    assert head.refusal is None, (data, head.refusal)
    assert np.isfinite(problem.X).all()
    assert np.isfinite(problem.y).all()
    assert problem.X.shape == (problem.rows, len(problem.features))
    rows = strictly(data, problem, options)
    if rows is None:
        return "read, and not by csv"
    assert rows.tobytes() == np.column_stack([problem.X, problem.y]).tobytes(), (data, options)
    return "read"


def check_command(path: Path, capsys: Capture) -> None:
    """The command line gives a whole object, and one line where it refuses."""
    code, out, err = command(capsys, "train", str(path), "--epochs", "2", "--json")
    assert code in (0, 2, 3), (path.read_bytes(), err)
    told = read_json(out)
    if code == 2:
        check_one_line(err)
        assert set(told) == {"error"}
    else:
        assert err == ""


# --- a reading of its own: nothing here is shared with the code that is tested ------------------

SEPARATORS = {"a comma": ",", "';'": ";", "a tab": "\t", "'|'": "|", "blanks": " "}
MISSING = {"", "na", "n/a", "#n/a", "#na", "<na>", "null", "none", "-", "--", ".", "?"}
MISSING |= {"nan", "+nan", "-nan", "unknown", "missing"}
FLOAT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def strictly(data: bytes, problem: Problem, options: TableOptions) -> NDArray[np.float64] | None:
    """Read the chosen columns by csv and float; ``None`` where csv means something else."""
    data = data.removeprefix(codecs.BOM_UTF8)  # whatever the encoding
    text = data.decode(options.encoding)
    if "\n" not in "".join(text.split('"')[::2]):
        text = text.replace("\r", "\n")
    separator = options.separator or ","
    for note in problem.notes:
        if note.code == "separator-guessed":
            separator = SEPARATORS[re.split("separated by |; --", note.message)[1]]
    if separator == " ":
        if '"' in text:
            return None
        text = "\n".join(" ".join(line.split(" ")) for line in text.replace("\t", " ").split("\n"))
        text = re.sub(" +", " ", text)
        text = "\n".join(line.strip(" ") for line in re.split("\r?\n", text))
    try:
        reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=separator, strict=True)
        records = [record for record in reader if any(record)]
    except csv.Error:
        return None
    names = [name.strip(" \t") for name in records[0]]
    if options.header is False:
        names, records = [f"c{place + 1}" for place in range(len(names))], [[], *records]
    elif len(records[1]) == len(names) + 1 and records[1][-1].strip(" \t"):
        names.insert(0, "")  # that of an index
    truths = any(note.code == "boolean" for note in problem.notes)
    places = [names.index(name) for name in (*problem.features, problem.target)]
    rows = []
    for record in records[1:]:
        cells = [record[place].strip(" \t") for place in places]
        if any(cell.lower() in MISSING for cell in cells):
            assert options.missing == "drop"
            continue
        if options.decimal_comma:
            assert not any("." in cell for cell in cells)
            cells = [cell.replace(",", ".") for cell in cells]
        if truths:
            cells = [{"true": "1", "false": "0"}.get(cell.lower(), cell) for cell in cells]
        cells = [cell.replace("\u2212", "-") for cell in cells]
        assert all(FLOAT.fullmatch(cell) for cell in cells), cells
        rows.append([float(cell) for cell in cells])
    return np.array(rows)

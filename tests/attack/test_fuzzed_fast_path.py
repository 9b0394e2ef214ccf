"""The fast path beside the strict code: the same bits, the same refusals, whatever is in the table.

Both read each table with the pieces they have, and with pieces of some 60 bytes, so that what is
changed stands at their edges.
"""

from __future__ import annotations

import random
import time
from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from linreg_core import TableOptions
from linreg_core.datasets.table.read import read_table, sheet_of
from linreg_core.datasets.table.text import records, typed
from linreg_core.errors import LinregError
from tests.app.command import Capture
from tests.attack.fuzzing import Tally, changed, check_refusal

MOST_SECONDS = 10.0
SMALL_PIECE = 60

CELLS = (
    ("0", "1", "-2", "+3.5", "0.001", ".5", "7.", "0012", "123456.789", "-0.0", " 4", "00"),
    ("1e5", "-1.5E-3", "1e-310", "6.25e+2", "8", "-.25e1", "  9", "4503599627370497.5"),
    ("0", "1e2", "9007199254740991", "1" * 17, "0." + "3" * 40, "-1e15", "0" * 20 + "5"),
)
ODD_CELLS = (
    *("", "NA", "-", ".", "nan", "inf", "1e999", "1e-999", "x", '"8"', '"a\nb"', "9 ", " ", "1_0"),
    *(
        "0x10",
        "١",
        "9007199254740993",
        "0." + "0" * 400 + "1",
        "1,5",
        "1.5",
        "--",
        "1e",
        "+",
        "1\r",
    ),
    *("\ufeff1", "1\r2", '"2"\r', '2"', "infinity", "e5", "1.2.3", "1-2", "0e0", "0" * 200),
)
LINE_ENDS = ("\n", "\n", "\n", "\r\n", "\r")
OPTIONS = (
    *5 * (TableOptions(),),
    TableOptions(missing="drop"),
    TableOptions(header=False),
    TableOptions(decimal_comma=True),
    TableOptions(separator=" "),
    TableOptions(separator="\t"),
)
SEPARATORS = {True: ";", False: ","}


def test_the_fast_path_reads_as_the_strict_code_does(
    is_long: bool, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, tally, path = random.Random(11), Tally(time.process_time), tmp_path / "table.csv"
    for _ in range(20_000 if is_long else 50):
        options = chance.choice(OPTIONS)
        data = table(chance, options)
        with monkeypatch.context() as patch, tally.one():
            if chance.random() < 0.7:
                small_pieces(patch)
            tally.outcomes[outcome(path, data, options, patch)] += 1
    tally.tell(capsys, "tables read twice")
    assert tally.slowest < MOST_SECONDS
    fast = sum(times for told, times in tally.outcomes.items() if "fast" in told)
    assert fast > 0.2 * tally.outcomes.total()


def small_pieces(patch: pytest.MonkeyPatch) -> None:
    """Let a piece be some bytes."""
    patch.setattr(records, "PIECE_BYTES", SMALL_PIECE)
    patch.setattr(typed, "PIECE_BYTES", SMALL_PIECE)


def table(chance: random.Random, options: TableOptions) -> bytes:
    """Return a table, of numbers for the most part."""
    separator = options.separator or SEPARATORS[options.decimal_comma]
    columns, rows = chance.randint(2, 4), chance.randint(1, 40)
    cells = chance.choice((*CELLS, CELLS[0]))
    if chance.random() < 0.3:
        cells = (*cells, chance.choice(ODD_CELLS))
    lines = [
        separator.join(chance.choice(cells) for _ in range(columns))
        if chance.random() < 0.995
        else separator * chance.randrange(6)
        for _ in range(rows)
    ]
    if options.decimal_comma:
        lines = [line.replace(".", ",") for line in lines]
    lines.insert(0, separator.join(f"c{place}" for place in range(columns)))
    end = chance.choice(LINE_ENDS)
    data = (end.join(lines) + chance.choice((end, end, end, ""))).encode()
    return changed(chance, data, 2) if chance.random() < 0.3 else data


def outcome(path: Path, data: bytes, options: TableOptions, patch: pytest.MonkeyPatch) -> str:
    """Read a table both ways, and say what came of it."""
    path.write_bytes(data)
    parts: list[bool] = []
    patch.setattr(typed, "numbers", partial(counted, typed.numbers, parts))
    fast = columns(data, options), problem(path, options)
    patch.setattr(typed, "numbers", lambda *_: None)
    strict = columns(data, options), problem(path, options)
    assert fast == strict, (data, options)
    ways = "strictly and fast" if len(set(parts)) == 2 else "fast" if any(parts) else "strictly"
    return f"{strict[1][0]} {ways}"


def counted(read: Callable[..., object], parts: list[bool], *arguments: object) -> object:
    """Read a stretch, and keep whether it was read fast."""
    numbers = read(*arguments)
    parts.append(numbers is not None)
    return numbers


def columns(data: bytes, options: TableOptions) -> Sequence[object]:
    """Return every bit of all columns, and the notes; or the refusal."""
    try:
        sheet = sheet_of(data.removeprefix(BOM_UTF8), options)
        found = sheet.columns(range(len(sheet.names)))
    except LinregError as refusal:
        return refused(refusal)
    return sheet.notes, *(
        plain(part) for column in found.values() for part in vars(column).values()
    )


def problem(path: Path, options: TableOptions) -> Sequence[object]:
    """Return what the program gets: the bits of a problem, or the refusal."""
    try:
        read = read_table(path, options)
    except LinregError as refusal:
        check_refusal(refusal)
        return refused(refusal)
    return "read", *map(plain, vars(read).values())


def refused(refusal: LinregError) -> Sequence[object]:
    """Return all that a refusal says."""
    return f"refused as {refusal.code}", refusal.message, refusal.line, refusal.column


def plain(part: object) -> object:
    """Return a value that can be compared by ``==``, an array as its bytes."""
    return part.tobytes() if isinstance(part, np.ndarray) else part

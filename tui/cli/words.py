"""What the commands without a screen print alike: lines of a problem and of a table."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linreg_core import Dependence, Note, Problem, RunInfo, Theory, Verdict, visible
from tui.digits import format_for, shortest
from tui.text import UNKNOWN, counted, shorten

_Floats = NDArray[np.floating]

NAME_WIDTH = 28
"""Characters of a weight's name."""

ALL_DIGITS = 17
"""So many tell every float64 from all others."""

Cell = str | float | None
"""Words, a number, or ``None`` where there is none."""


class Row(NamedTuple):
    """A row of a table: rows that follow each other are one.

    Args:
        title: what stands first, printable.
        cells: side by side; a number that float64 cannot hold is written as overflow.
    """

    title: str
    cells: tuple[Cell, ...]


def problem_line(problem: Problem) -> str:
    """What the data is."""
    return (
        f"{visible(problem.source)}: {counted(problem.rows, 'row')}, "
        f"{counted(len(problem.features), 'feature')}, target {visible(problem.target)}"
    )


def note_lines(notes: tuple[Note, ...]) -> list[str]:
    """What was noted on the data and on the run."""
    return [f"  note: {visible(note.message)}" for note in notes]


def verdict_lines(verdict: Verdict) -> list[str]:
    """What a run has come to, and what helps."""
    remedy = "" if verdict.remedy is None else f"; {verdict.remedy}"
    return [f"  {visible(verdict.message)}{remedy}"]


def not_unique(dependence: Dependence) -> list[str]:
    """Why the best weights are not unique, and what to look at instead."""
    return [
        "Many weights are equally good; these are the ones that this start leads to.",
        *(f"  {visible(relation)}" for relation in dependence.columns),
        *(f"  determined: {visible(combined)}" for combined in dependence.determined),
        "  Compare the loss, not the weights.",
    ]


def table_row(title: str, *cells: Cell) -> Row:
    """A row of a table."""
    return Row(title, cells)


def weight_row(name: str, *values: str | float) -> Row:
    """The row of a weight."""
    return Row(shorten(visible(name), NAME_WIDTH), values)


def laid_out(lines: Iterable[str | Row], digits: int) -> str:
    """The lines as text, rows that follow each other as a table whose points are aligned.

    Args:
        lines: lines, and rows.
        digits: significant ones of every number, 1 to 17.
    """
    printed: list[str] = []
    rows: list[Row] = []
    for line in (*lines, None):
        if isinstance(line, Row):
            rows.append(line)
            continue
        printed += _table(rows, digits) if rows else []
        rows = []
        printed += [] if line is None else [line]
    return "\n".join(printed)


def _table(rows: list[Row], digits: int) -> list[str]:
    count = max(len(row.cells) for row in rows)
    full = [(*row.cells, *[""] * (count - len(row.cells))) for row in rows]
    columns = [
        aligned([_text_of(cell, digits) for cell in column]) for column in zip(*full, strict=True)
    ]
    width = max(len(row.title) for row in rows)
    titles = [row.title.ljust(width) for row in rows]
    return ["   ".join(cells).rstrip() for cells in zip(titles, *columns, strict=True)]


def aligned(texts: list[str]) -> list[str]:
    """A column of one width: the points of its numbers under each other, words at the right."""
    ends = [len(text) - _point(text) if _is_number(text) else 0 for text in texts]
    padded = [
        text + " " * (max(ends) - end) * _is_number(text)
        for text, end in zip(texts, ends, strict=True)
    ]
    width = max(map(len, padded))
    return [text.rjust(width) for text in padded]


def _point(text: str) -> int:
    """Where the point of a number stands, or would."""
    return next((index for index, letter in enumerate(text) if letter in ".e"), len(text))


def _is_number(text: str) -> bool:
    return text[:1].isdigit() or (text[:1] == "-" and text[1:2].isdigit())


def solved(theory: Theory) -> list[str | float]:
    """The weights that a run tends to, in the digits that are known of them."""
    return [*map(_or_unknown, theory.reference.rounded_weights.tolist())]


def plain_powers(run: RunInfo, *columns: tuple[_Floats, _Floats]) -> list[str | Row]:
    """Write the weights of a polynomial as those of plain powers; none where they stand already.

    Args:
        run: whose weights they are.
        columns: weights in the problem's own units, shape (p,), and bounds of their errors.
    """
    polynomial = run.polynomial
    if polynomial is None or not polynomial.centre:
        return []
    expanded = [
        polynomial.rounded_expansion(weights, errors).tolist() for weights, errors in columns
    ]
    rows = zip((*polynomial.powers, run.names[-1]), *expanded, strict=True)
    return [
        f"the same polynomial in powers of {visible(polynomial.feature)}, in the digits left there",
        *(weight_row(name, *map(_or_unknown, values)) for name, *values in rows),
    ]


def _or_unknown(weight: float) -> str | float:
    return UNKNOWN if math.isnan(weight) else weight


def _text_of(cell: Cell, digits: int) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None:
        return "-"
    if not math.isfinite(cell):
        return "overflow"
    if digits >= ALL_DIGITS:
        return shortest(cell)
    return min(shortest(cell), format_for([cell], digits).write(cell), key=len)

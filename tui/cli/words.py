"""What the commands without a screen print alike: lines of a problem and of a table."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from linreg_core import Dependence, Note, Problem, RunInfo, Theory, Verdict, visible
from tui.text import UNKNOWN, counted, number, shorten

_Floats = NDArray[np.floating]

NAME_WIDTH, CELL_WIDTH, NUMBER_WIDTH = 24, 18, 16
"""Of a table: its first column, each of the others, and a number in one."""


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


def table_row(title: str, *cells: str | float | None) -> str:
    """Write a row of a table: its title, and words or numbers side by side.

    Args:
        title: printable; one that is too long moves the cells to the right.
        cells: texts of CELL_WIDTH characters at most, or numbers; one that float64 cannot hold is
            written as overflow, ``None``, one that there is not, as -.
    """
    return f"{title:<{NAME_WIDTH}}" + "".join(f"{_text_of(cell):>{CELL_WIDTH}}" for cell in cells)


def weight_row(name: str, *values: str | float) -> str:
    """Write the row of a weight."""
    return table_row(shorten(visible(name), NAME_WIDTH - 1), *values)


def solved(theory: Theory) -> list[str | float]:
    """The weights that a run tends to, in the digits that are known of them."""
    return [*map(_or_unknown, theory.reference.told.tolist())]


def plain_powers(run: RunInfo, *columns: tuple[_Floats, _Floats]) -> list[str]:
    """Write the weights of a polynomial as those of plain powers; none where they stand already.

    Args:
        run: whose weights they are.
        columns: weights in the problem's own units, shape (p,), and bounds of their errors.
    """
    polynomial = run.polynomial
    if polynomial is None or not polynomial.centre:
        return []
    told = [polynomial.told(weights, errors).tolist() for weights, errors in columns]
    rows = zip((*polynomial.powers, run.names[-1]), *told, strict=True)
    return [
        f"the same polynomial in powers of {visible(polynomial.feature)}, in the digits left there",
        *(weight_row(name, *map(_or_unknown, values)) for name, *values in rows),
    ]


def _or_unknown(weight: float) -> str | float:
    return UNKNOWN if math.isnan(weight) else weight


def _text_of(cell: str | float | None) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None:
        return "-"
    return number(cell, NUMBER_WIDTH) if math.isfinite(cell) else "overflow"

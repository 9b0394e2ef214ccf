"""What a run should make the user wary of: said of the very design and dtype that are run."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.precision import digits_of
from linreg_core.problem import Note, Problem
from linreg_core.safe_text import listed, shortened
from linreg_core.settings.settings import Settings
from linreg_core.theory.algebra.dependence import dependence
from linreg_core.theory.algebra.spectrum import Spectrum

FEW_ROWS = "more-features-than-rows"

CLOSE = 1e8
"""From here on, as the ratio of singular values, half of the digits of some weights are lost."""

LEAST_PART = 0.1
"""What a column has at least of a direction to be named in it; of the largest part."""

LOST = 1e-3
"""Steps between numbers beyond this part of a column's spread lose what a fit is about."""


def notes_on_run(problem: Problem, spectrum: Spectrum, settings: Settings) -> tuple[Note, ...]:
    """Return what is odd about a run.

    Returns:
        The problem's notes, and "underdetermined", "more-features-than-rows" or "collinear",
        "near-collinear", "target-precision" and "feature-precision" of the run, which say more than
        the problem's of the same code.
    """
    of_columns = (*_on_rank(spectrum), *_on_closeness(spectrum))
    notes = (*of_columns, *_on_precision(problem, spectrum, settings))
    codes = {note.code for note in notes}
    return (*(note for note in problem.notes if note.code not in codes), *notes)


def _on_rank(spectrum: Spectrum) -> Iterator[Note]:
    n, p = spectrum.design.rows, len(spectrum.design.names)
    if spectrum.is_unique:
        return
    # As many independent rows as there are: every target is met.
    fit = "fit exactly" if spectrum.rank == n else "are equally good"
    if n < p:
        rows = f"{n:,} row{'s' if n > 1 else ''}"
        weights = f"{p:,} weights" + (", the bias among them" if spectrum.design.has_bias else "")
        code = "underdetermined" if n == 1 or len(spectrum.design.features) <= n else FEW_ROWS
        yield Note(code, f"{rows} cannot settle {weights}: endlessly many {fit}")
        return
    found = dependence(spectrum)
    why = "columns depend on each other" if found is None else listed(found.columns)
    yield Note("collinear", f"{why}: endlessly many weights {fit}")


def _on_closeness(spectrum: Spectrum) -> Iterator[Note]:
    """Columns that all but depend on each other: by the direction that fits least of any target."""
    if spectrum.closeness < CLOSE:
        return
    digits = math.log10(spectrum.closeness)
    parts = np.abs(spectrum.faintest)
    names = [
        name
        for name, part in zip(spectrum.design.names, parts, strict=True)
        if part >= LEAST_PART * parts.max()
    ]
    if len(names) == 2:
        together = " and ".join(shortened(name) for name in names) + " agree"
    else:
        together = f"{listed(names)}{' and others' * (len(names) == 1)} depend on each other"
    known = max(int(digits_of("float64") - digits), 0)
    yield Note(
        "near-collinear",
        f"{together} to {digits:.0f} digits: their weights are known to about {known}",
    )


def _on_precision(problem: Problem, spectrum: Spectrum, settings: Settings) -> Iterator[Note]:
    dtype = np.dtype(settings.dtype)
    remedy = "use --dtype float64" if dtype == np.float32 else "subtract a constant"
    step, share = _step(problem.y, dtype)
    if share > LOST:
        yield Note(
            "target-precision",
            f"{dtype} knows the target {shortened(problem.target)} in steps of {step:.3g}, "
            f"{share:.2g} times its spread: {remedy}",
        )
    columns = spectrum.design.X[:, : len(problem.features)].T
    lost = [
        name
        for name, column in zip(problem.features, columns, strict=True)
        if _step(column, dtype)[1] > LOST
    ]
    if lost:
        yield Note(
            "feature-precision",
            f"{dtype} hardly tells the values apart of {listed(lost)}: --standardize"
            + (", or use --dtype float64" if dtype == np.float32 else ""),
        )


def _step(values: Floats, dtype: np.dtype[np.floating]) -> tuple[float, float]:
    """The gap between numbers of a dtype near the largest value, and what part of the spread it is.

    The part is 0 of values that do not differ.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        step = float(np.spacing(np.abs(values).max().astype(dtype)))
        spread = float(np.std(values))
    return step, step / spread if spread > 0 and np.isfinite(step) else 0.0

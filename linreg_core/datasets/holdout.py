"""Rows held out of a problem, to test a fit on rows that it was not trained on."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from linreg_core.datasets.options import Split
from linreg_core.errors import LinregError
from linreg_core.problem import Note, Problem, Rows


def held_out(problem: Problem, split: Split) -> Problem:
    """Return the problem without the rows that a split holds out, and these beside it.

    Of n rows, test_size·n are held out, rounded, a half upwards: the first ones of a permutation by
    ``Generator(PCG64(seed))``. Both parts keep the order of the rows.

    Raises:
        LinregError: "bad-split" when a part would have no row.
    """
    if split.test_size is None:
        return problem
    n = problem.rows
    # As a person typed it: 0.07 of 100 rows are 7, and in floats a little more.
    count = int(Fraction(repr(float(split.test_size))) * n + Fraction(1, 2))
    if not 0 < count < n:
        raise LinregError(
            "bad-split",
            f"--test-size {split.test_size:g} of {n:,} rows leaves "
            f"{'none to train on' if count else 'none to test on'}; each part needs at least one",
        )
    random = np.random.Generator(np.random.PCG64(split.seed))
    is_test = np.zeros(n, dtype=np.bool_)
    is_test[random.permutation(n)[:count]] = True
    note = Note(
        "rows-held-out",
        f"{n - count:,} of {n:,} rows are trained on; the others, chosen by seed {split.seed}, are "
        "held out to test the fit",
    )
    return replace(
        problem,
        X=problem.X[~is_test],
        y=problem.y[~is_test],
        notes=(*problem.notes, note),
        test=Rows(problem.X[is_test], problem.y[is_test]),
    )

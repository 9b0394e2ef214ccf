"""Large tables: block by block in the library's order, every epoch that of the phases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from linreg_core.settings.catalogue import BACKENDS
from linreg_core.ways import runner
from linreg_core.ways.large import blocks
from linreg_core.ways.loading import LOADER
from linreg_core.ways.runner import LEAST_WINDOW, Runner
from tests.core.cases import Case, problem_of
from tests.core.ways.ways import made, run, told
from tests.lengths import if_long

pytest.importorskip("numba", reason="numba is not installed")

ROWS = 40_000
EPOCHS = 100


def large(case: Case, columns: int, **wishes: Any) -> Any:
    chance = np.random.default_rng(7)
    X = chance.normal(size=(ROWS, columns))
    problem = problem_of(X, X.sum(axis=1) + chance.normal(size=ROWS))
    return made(case, problem, lr=0.05, init="random", **wishes)


def with_plans(case: Case, columns: int, **wishes: Any) -> Runner:
    """A runner that has found out in which orders its epochs may be added up."""
    found: Runner = large(case, columns, **wishes).runner()
    found.prepare()
    LOADER.wait()
    return found


@pytest.fixture(autouse=True)
def few_epochs_prove(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a table of a million rows."""
    monkeypatch.setattr(runner, "WINDOW_BYTES", 0)


CASES = [
    ("numpy", "float32", True),
    ("tensor", "float32", False),
    ("nn", "float64", False),
    *if_long(
        [
            ("numpy-two-weights", "float64", True),
            ("numpy", "float64", False),
            ("nn", "float32", True),
        ]
    ),
]


@pytest.mark.parametrize(("backend", "dtype", "bias"), CASES)
def test_every_epoch_of_a_large_table_is_that_of_the_phases(
    backend: str, dtype: str, bias: bool
) -> None:
    case = Case(backend, dtype, "cpu", 0)
    columns = 2 - bias if BACKENDS[backend].weights == 2 else 3
    found = with_plans(case, columns, bias=bias)
    tape = run(found, EPOCHS, at_once=20)
    expected = large(case, columns, bias=bias).backend.run(EPOCHS, gradients=True)
    assert told(tape, dtype) == told(expected, dtype)
    ran = found.ran
    assert not ran.is_fault
    if found._plans:  # of another library's order there may be none: then the direct way goes on
        assert ran.way == "compiled"
        assert ran.epochs["compiled"] > 0  # after one proof, or after one for each order refuted
        assert ran.proved >= LEAST_WINDOW
    else:
        assert ran.way == "direct"


def test_here_there_is_an_order() -> None:
    """At least one of torch's, or nothing above was tried."""
    assert with_plans(Case("tensor", "float64", "cpu", 0), 3, bias=False)._plans


@pytest.mark.parametrize("other", [{"update_fused": True}, {"width": 5}], ids=str)
def test_a_plan_that_adds_otherwise_is_refuted(other: dict[str, Any]) -> None:
    case = Case("tensor", "float32", "cpu", 0)
    found = with_plans(case, 3)
    if not found._plans:
        pytest.skip("no order of this library is known here")
    wrong = replace(next(plan for plan in found._plans if not plan.update_fused), **other)
    found._plans = [wrong]
    tape = run(found, EPOCHS, at_once=20)
    expected = large(case, 3).backend.run(EPOCHS, gradients=True)
    assert told(tape, case.dtype) == told(expected, case.dtype)
    assert not found.ran.is_fault
    assert found._refuted == [wrong]
    assert found.ran.way == "direct"


def test_a_difference_in_the_midst_is_taken_back() -> None:
    case = Case("tensor", "float64", "cpu", 0)
    found = with_plans(case, 3, bias=False)
    run(found, 2 * LEAST_WINDOW + 40, at_once=8)
    assert found.ran.way == "compiled"
    way: Any = found._way
    way._X = way._X * (1 + 2.0**-52)
    tape = run(found, 40, at_once=8, stride=4)
    assert found.ran.is_fault
    assert told(tape, case.dtype)[0] == 40
    assert "taken back" in (found.ran.note or "")
    assert found.ran.way == "phases"


def test_small_tables_and_tables_kept_by_columns_are_left_to_other_loops() -> None:
    chance, case = np.random.default_rng(0), Case("numpy", "float64", "cpu", 0)
    X = chance.normal(size=(ROWS, 2))
    few, by_columns = X[: blocks.LEAST_ROWS], np.asfortranarray(X)
    assert blocks.fits(made(case, problem_of(X, X[:, 0]), bias=False).backend)
    assert not blocks.fits(made(case, problem_of(few, few[:, 0]), bias=False).backend)
    assert not blocks.fits(made(case, problem_of(by_columns, X[:, 0]), bias=False).backend)

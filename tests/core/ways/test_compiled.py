"""Compiled loops: every epoch of random problems against the phases, and how many are compiled."""

from __future__ import annotations

import collections
import itertools
import sys
from typing import Any

import numpy as np
import pytest
import torch

from linreg_core.settings.catalogue import BACKENDS, DTYPES
from tests.app.command import Capture
from tests.core.cases import Case, article, problem_of
from tests.core.ways.ways import drawn, load_numba, made, run, told

pytest.importorskip("numba", reason="numba is not installed")


def test_every_epoch_of_random_problems_is_that_of_the_phases(
    is_long: bool, capsys: Capture
) -> None:
    chance, ways = np.random.default_rng(5), collections.Counter[str]()
    problems, epochs = (500, 2000) if is_long else (32, 700)
    kinds = itertools.cycle(itertools.product((False, True), DTYPES, BACKENDS))
    for dtype in DTYPES:
        load_numba(dtype)
    for _, (bias, dtype, backend) in zip(range(problems), kinds, strict=False):
        case = Case(backend, dtype, "cpu", 0)
        problem = drawn(chance, backend, bias=bias)
        lr = float(10.0 ** chance.uniform(-5, -1))
        wishes: dict[str, Any] = {"bias": bias, "init": "random", "lr": lr}
        runner = made(case, problem, **wishes).runner()
        expected = made(case, problem, **wishes).backend.run(epochs, gradients=True)
        assert told(run(runner, epochs), dtype) == told(expected, dtype), (case, problem.X.shape)
        ran = runner.ran
        assert (ran.is_fault, sum(ran.epochs.values())) == (False, epochs)
        assert ran.proved >= 512
        ways[ran.way] += 1
    with capsys.disabled():
        sys.stdout.write(f"\n{problems} problems by {dict(ways)} ")
    assert ways["phases"] == 0


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_article_s_run_is_compiled(backend: str) -> None:
    case = Case(backend, BACKENDS[backend].dtype, "cpu", 0)
    load_numba(case.dtype)
    runner = made(case, article()).runner()
    tape = run(runner, 5_000)
    assert runner.ran.way == "compiled", runner.ran
    assert set(runner.ran.epochs) == {"phases", "compiled"}
    expected = made(case, article()).backend.run(5_000, gradients=True)
    assert told(tape, case.dtype) == told(expected, case.dtype)


def test_no_run_waits_for_a_compiler() -> None:
    """What is compiled in the background is all that runs ever call."""
    from linreg_core.ways.kernels import library, small

    for dtype, backend, rows in itertools.product(DTYPES, BACKENDS, (3, 20)):
        load_numba(dtype)
        known = [set(each.descend.signatures) for each in (small, library)]
        X = np.random.default_rng(rows).normal(size=(rows, 2))
        for order in (X, np.asfortranarray(X)):
            found = made(Case(backend, dtype, "cpu", 0), problem_of(order, X[:, 0]))
            runner = found.runner()
            run(runner, 600)
            assert runner.ran.way == "compiled"
        assert [set(each.descend.signatures) for each in (small, library)] == known


@pytest.mark.parametrize("dtype", DTYPES)
def test_numpy_s_sum_is_written_out_as_numpy_adds(dtype: str) -> None:
    from linreg_core.ways.kernels.sums import pairwise

    chance, zero = np.random.default_rng(0), np.dtype(dtype).type(0)
    for n in (*range(1, 300), 1000, 1023, 4096, 99_999):
        errors = chance.normal(size=n).astype(dtype)
        assert pairwise(errors, errors[:0], zero) == np.add.reduce(np.square(errors)), n


@pytest.mark.parametrize("dtype", DTYPES)
def test_torch_s_sum_is_one_of_those_written_out(dtype: str) -> None:
    from linreg_core.ways.bound import WIDTHS
    from linreg_core.ways.kernels.sums import cascade

    chance, zero = np.random.default_rng(0), np.dtype(dtype).type(0)
    fitting = set(WIDTHS[dtype])
    for n in (*range(1, 200), 1000, 1023, 4096, 30_000):
        values = chance.normal(size=n).astype(dtype)
        expected = torch.sum(torch.tensor(values.reshape(-1, 1))).item()
        fitting &= {width for width in fitting if float(cascade(values, width, zero)) == expected}
    assert len(fitting) == 1

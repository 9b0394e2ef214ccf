"""Certified and exact answers from outside the project, which are not part of it."""

from __future__ import annotations

import csv
import json
from typing import Any

import numpy as np
import pytest

from linreg_core.arrays import Floats
from linreg_core.problem import Problem
from tests.core.cases import problem_of
from tests.places import SHARED

NIST = SHARED / "nist" / "certified.json"
REFERENCE = SHARED / "data" / "reference_ols.json"


def records(name: str) -> dict[str, Any]:
    """All of "nist" or of "reference"; without the file the test is skipped."""
    path = {"nist": NIST, "reference": REFERENCE}[name]
    if not path.exists():
        pytest.skip(f"{path.name} is not here: it is not part of the project")
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def digits_correct(weights: Floats, reference: Floats) -> Floats:
    """The log relative error of each weight, shape (p,), 17 at most; of a 0 the absolute one."""
    with np.errstate(divide="ignore"):
        relative = np.abs(weights - reference) / np.where(reference == 0, 1, np.abs(reference))
        digits: Floats = np.clip(-np.log10(relative), 0, 17)
    return digits


def columns(path: str, names: list[str], delimiter: str = ",") -> Floats:
    """The rows of a table in which every cell of these columns is a number."""
    with (SHARED / path).open(encoding="utf-8", newline="") as file:
        rows = []
        for row in csv.DictReader(file, delimiter=delimiter):
            try:
                rows.append([float(row[name]) for name in names])
            except ValueError:
                continue
    return np.array(rows)


def nist(name: str) -> tuple[Problem, bool, Floats, float]:
    """A dataset of NIST's StRD: the problem, its bias, certified weights and sum of squares.

    Polynomials get a feature for every power. The weights are in our order, the bias last.
    """
    record = records("nist")[name]
    table = columns(f"nist/{name}.csv", record["columns"])
    y, X = table[:, 0], table[:, 1:]
    if record["degree"]:
        X = X ** np.arange(1, record["degree"] + 1)
    bias, certified = bool(record["intercept"]), np.array(record["params"])
    # NIST names the bias first.
    weights = np.roll(certified, -1) if bias else certified
    return problem_of(X, y), bias, weights, float(record["residual_sum_of_squares"])

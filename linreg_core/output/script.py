"""A run as a script of its own: the phases' code, the data, the first weights and the last ones.

Names of files and columns are foreign text, which Python would read where it stands: a comment on
the first two lines can name the encoding of all that follows, and in UTF-7 `+AAo-` ends it. So
foreign text stands nowhere but in the literals that `_text` makes, and never before line 3.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.load import load_backend
from linreg_core.datasets.options import DEFAULT_OPTIONS
from linreg_core.problem import Design, Problem
from linreg_core.settings.catalogue import BACKENDS
from linreg_core.timeline.checkpoint import Status
from linreg_core.views.snapshot import Snapshot

MOST_ROWS, MOST_NUMBERS = 30, 200
"""A problem up to this size stands in the script; a larger one in a file beside it."""

ROWS_AT_ONCE = 4096

WIDTH = 88
"""Names that do not fit a line of so many characters stand on a line each."""

_ALREADY_WRITTEN = ("target", "features")
"""Of how a file was read: what stands there anyhow."""

TOLERANCE = {"float32": 1e-6, "float64": 1e-12}
"""The weights are the same bits where the machine and the libraries are."""


def needs_data_file(problem: Problem) -> bool:
    """Whether the data is too large to stand in the script."""
    return problem.rows > MOST_ROWS or problem.X.size > MOST_NUMBERS


def script(
    problem: Problem, design: Design, start: Floats, end: Snapshot, data_file: str | None
) -> str:
    """Write a program that repeats a run and asserts its final weights.

    Args:
        problem: what was solved.
        design: it as the run sees it.
        start: the weights of the run's first epoch, shape (p,), in its dtype.
        end: the state to reach.
        data_file: the name of the file in the script's folder that `data_csv` was written to;
            ``None``: none is needed.
    """
    backend, settings = load_backend(end.run.settings.backend), end.run.settings
    epochs = end.epoch - end.origin
    needed = epochs
    if end.status is Status.FROZEN and end.status_epoch is not None:
        needed = min(epochs, end.status_epoch - end.origin)
    lines = [
        "# -*- coding: utf-8 -*-",
        f"# A run of linreg-tui: {BACKENDS[settings.backend].summary}",
        *([] if data_file is None else ["from pathlib import Path", ""]),
        *backend.SCRIPT_IMPORTS,
        "",
        f"source, rows = {_text(problem.source)}, {problem.rows}",
        f"features = {_texts(problem.features)}",
        f"target = {_text(problem.target)}",
        *_table_lines(problem),
        *_data_lines(problem, data_file),
        *_design_lines(design),
        f'X, y_true = X.astype("{settings.dtype}"), y_true.astype("{settings.dtype}")',
        f'w = np.array({_numbers(start)}, dtype="{settings.dtype}")  # epoch {end.origin:,}',
        f"lr = {settings.lr!r}",
        *([f'device = "{settings.device}"'] if BACKENDS[settings.backend].uses_torch else []),
        *_setup_lines(backend.SCRIPT_SETUP, len(design.features)),
        "",
        f"for _ in range({needed}):"
        + ("" if needed == epochs else f"  # the other {epochs - needed:,} epochs change no bit"),
        *(f"    {line}" for phase in end.run.code for line in _body(phase.text)),
        "",
        f"w = {backend.SCRIPT_WEIGHTS}",
        *_closing_lines(end, design),
    ]
    return "\n".join(lines) + "\n"


def data_csv(problem: Problem) -> Iterator[str]:
    """The problem's numbers, features first, the target last, under a line of their places.

    Yields:
        The `data_parts` of the text, of some thousand rows at most.
    """
    yield ",".join([*(f"x{i + 1}" for i in range(len(problem.features))), "y"]) + "\n"
    for first in range(0, problem.rows, ROWS_AT_ONCE):
        part = slice(first, first + ROWS_AT_ONCE)
        rows = np.column_stack([problem.X[part], problem.y[part]]).tolist()
        yield "".join(",".join(map(repr, row)) + "\n" for row in rows)


def data_parts(problem: Problem) -> int:
    """How many parts `data_csv` gives."""
    return 1 - (-problem.rows // ROWS_AT_ONCE)


def _table_lines(problem: Problem) -> list[str]:
    """How the file was read, as far as the names above do not say it."""
    return [
        f"# read with {name} = {value!a}"
        for name, value in problem.table.items()
        if name not in _ALREADY_WRITTEN and value != getattr(DEFAULT_OPTIONS, name)
    ]


def _data_lines(problem: Problem, data_file: str | None) -> list[str]:
    if data_file is None:
        rows = ",\n    ".join(repr(row) for row in problem.X.tolist())
        return [f"X = np.array([\n    {rows},\n])", f"y_true = np.array({_numbers(problem.y)})"]
    return [
        f"data = Path(__file__).with_name({_text(data_file)})",
        'table = np.loadtxt(data, delimiter=",", skiprows=1, ndmin=2)',
        "X, y_true = table[:, :-1], table[:, -1]",
    ]


def _design_lines(design: Design) -> list[str]:
    """Standardising and the bias, where the run has them."""
    lines = []
    if design.is_scaled:
        lines = [
            f"shift = np.array({_numbers(design.shift)})",
            f"scale = np.array({_numbers(design.scale)})",
            "X = (X - shift) / scale",
        ]
    if design.has_bias:
        lines.append("X = np.column_stack([X, np.ones(len(X))])  # the bias")
    return lines


def _setup_lines(setup: str, features: int) -> list[str]:
    return setup.replace("n_features", str(features)).split("\n")


def _body(source: str) -> Sequence[str]:
    """The statements of a phase's method, without ``self`` and without its docstring."""
    method = ast.parse(source).body[0]
    assert isinstance(method, ast.FunctionDef)
    first = method.body[1]  # what follows the docstring
    lines = source.split("\n")[first.lineno - 1 :]
    return textwrap.dedent(re.sub(r"\bself\.", "", "\n".join(lines))).split("\n")


def _closing_lines(end: Snapshot, design: Design) -> list[str]:
    tolerance = TOLERANCE[end.run.settings.dtype]
    lines = [
        f"expected = np.array({_numbers(end.weights)}, dtype=w.dtype)",
        f"np.testing.assert_allclose(w, expected, rtol={tolerance}, atol={tolerance})",
    ]
    order = "of the features" + (", then the bias" if design.has_bias else "")
    if not design.is_scaled:
        return [*lines, f"print(w)  # {order}"]
    d = len(design.features)
    lines += ["w = w.astype(float)", f"w[:{d}] /= scale"]
    if design.has_bias:
        lines.append(f"w[{d}] -= shift @ w[:{d}]")
    return [*lines, f"print(w)  # {order}, in the table's own units"]


def _numbers(values: Floats) -> str:
    """Numbers that read back bit-equal; float32 ones as the float64 that they are."""
    return repr(values.astype(np.float64).tolist())


def _texts(names: Sequence[str]) -> str:
    """A list of foreign texts."""
    line = f"[{', '.join(map(_text, names))}]"
    if len(line) <= WIDTH:
        return line
    return "[\n" + "".join(f"    {_text(name)},\n" for name in names) + "]"


def _text(text: str) -> str:
    """The one way for foreign text into a script: a literal of printable ASCII on one line."""
    return ascii(text)

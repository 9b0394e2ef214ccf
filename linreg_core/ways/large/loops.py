"""Writes the loops of one order of addition, and has numba compile them.

Written out, every step of a program is an operation on registers; steps looked up while running
would cost ten times as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from linreg_core.ways.large.orders import FUSED, PLAIN, PLUS, PRODUCT, Columns, Order, Program

VECTOR = 8
"""From so many columns on that are projected alike they are added in vectors."""


def written(order: Order, d: int) -> str:
    """Write the loops of an order.

    ``predict(X, w, to)`` fills ``to``, shape (rows,), without the bias. ``project(X, g, sums,
    rest_fused)`` adds Xᵀg to the sums, shape (d,). Of rows that make no group each is added for
    itself. Where there are few columns, ``both(X, g, sums, Z, w, to)`` does both at once, of whole
    groups of rows and of as many others: each addition to a sum waits for the one before.

    Args:
        order: in which everything is added.
        d: how many columns there are.
    """
    weights = [f"w{k} = w[{k}]" for k in range(d)]
    predicted = ["for i in range(len(to)):", f"    to[i] = {_prediction(order, 'X[i', d)}"]
    projected = [line for columns in order.columns for line in _projection(columns)]
    functions = {
        "predict(X, w, to)": weights + predicted,
        "project(X, g, sums, rest_fused)": projected,
    }
    if len(order.columns) == 1 and d < VECTOR:
        functions["both(X, g, sums, Z, w, to)"] = weights + list(_both(order.columns[0], order, d))
    return "\n".join(
        line
        for head, lines in functions.items()
        for line in (f"def {head}:", *(f"    {line}" for line in lines))
    )


def compiled(source: str) -> tuple[Any, Any, Any]:
    """The functions `written` tells of; the last one is ``None`` where there is none."""
    from numba import config, njit  # noqa: PLC0415  (seconds)

    from linreg_core.ways.kernels.native import fma  # noqa: PLC0415  (numba)

    # So that vectors are seen in the terms of a row: up to 1.5 times as fast.
    config.SLP_VECTORIZE = 1  # type: ignore[attr-defined]
    names: dict[str, Any] = {"fma": fma}
    exec(source, names)  # written above, of whole numbers alone
    predict, project, both = (
        njit(nogil=True, error_model="numpy")(names[name]) if name in names else None
        for name in ("predict", "project", "both")
    )
    return predict, project, both


def _prediction(order: Order, row: str, d: int) -> str:
    terms = [(f"{row}, {k}]", f"w{k}") for k in range(d)]
    return _expressions(order.row, terms)[0]


def _both(columns: Columns, order: Order, d: int) -> Iterator[str]:
    rows = range(columns.grouped)
    yield "whole = len(g)"
    yield from _scalars(
        columns, *(f"to[i + {row}] = {_prediction(order, f'Z[i + {row}', d)}" for row in rows)
    )


def _projection(columns: Columns) -> Iterator[str]:
    first, stop, grouped = columns.first, columns.stop, columns.grouped
    yield f"whole = len(g) // {grouped} * {grouped}"
    yield from _vectors(columns) if stop - first >= VECTOR else _scalars(columns)
    yield f"for k in range({first}, {stop}):"
    yield "    for i in range(whole, len(g)):"
    yield "        x = X[i, k]"
    yield "        sums[k] = fma(x, g[i], sums[k]) if rest_fused else sums[k] + x * g[i]"


def _vectors(columns: Columns) -> Iterator[str]:
    """Over all groups of rows, and for each over the columns, which become vectors."""
    yield f"for i in range(0, whole, {columns.grouped}):"
    yield from _errors(columns)
    yield f"    for k in range({columns.first}, {columns.stop}):"
    yield "        s = sums[k]"
    yield from (f"        {line}" for line in _group(columns, "s", "k"))
    yield "        sums[k] = s"


def _scalars(columns: Columns, *beside: str) -> Iterator[str]:
    """Over all groups of rows, for few columns whose sums stay in registers.

    Args:
        columns: which.
        beside: what is done of each group besides.
    """
    names = {k: f"s{k}" for k in range(columns.first, columns.stop)}
    yield from (f"{name} = sums[{k}]" for k, name in names.items())
    yield f"for i in range(0, whole, {columns.grouped}):"
    yield from _errors(columns)
    for k, name in names.items():
        yield from (f"    {line}" for line in _group(columns, name, str(k)))
    yield from (f"    {line}" for line in beside)
    yield from (f"sums[{k}] = {name}" for k, name in names.items())


def _errors(columns: Columns) -> Iterator[str]:
    return (f"    e{row} = g[i + {row}]" for row in range(columns.grouped))


def _group(columns: Columns, s: str, k: str) -> Iterator[str]:
    """Add what a group of rows projects on column ``k`` to the sum ``s``."""
    terms = [(f"X[i + {row}, {k}]", f"e{row}") for row in range(columns.grouped)]
    found = iter(_expressions(columns.program, terms))
    for link in columns.sums:
        if link < 0:
            yield f"{s} = {s} + {next(found)}"
        else:
            yield f"{s} = fma({terms[link][0]}, {terms[link][1]}, {s})"


def _expressions(program: Program, terms: Sequence[tuple[str, str]]) -> list[str]:
    """What a program leaves on its stack, from the lowest on; each in brackets."""
    stack: list[str] = []
    for kind, k in program.tolist():
        x, c = terms[k]
        if kind == PRODUCT:
            stack.append(f"({x} * {c})")
        elif kind == FUSED:
            stack.append(f"fma({x}, {c}, {stack.pop()})")
        elif kind == PLAIN:
            stack.append(f"({stack.pop()} + {x} * {c})")
        elif kind == PLUS:
            other = stack.pop()
            stack.append(f"({stack.pop()} + {other})")
    return stack

"""Writes the loops of one order of addition, and has numba compile them.

Written out, every step of a program is an operation on registers; steps looked up while running
would cost ten times as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from linreg_core.ways.large.orders import FUSED, PLAIN, PLUS, PRODUCT, Columns, Order, Program

AT_ONCE = 8
"""So many columns are projected together: each addition waits for the one before."""


def written(order: Order, d: int) -> str:
    """Write both loops of an order.

    ``predict(X, w, to)`` fills ``to``, shape (rows,), without the bias. ``project(X, g, sums,
    rest_fused)`` adds Xᵀg to the sums, shape (d,). Of rows that make no group each is added for
    itself.

    Args:
        order: in which everything is added.
        d: how many columns there are.
    """
    lines = ["def predict(X, w, to):"]
    lines += [f"    w{k} = w[{k}]" for k in range(d)]
    terms = [(f"X[i, {k}]", f"w{k}") for k in range(d)]
    lines += [
        "    for i in range(len(to)):",
        f"        to[i] = {_expressions(order.row, terms)[0]}",
    ]
    lines += ["def project(X, g, sums, rest_fused):"]
    for columns in order.columns:
        lines += [f"    {line}" for line in _projection(columns)]
    return "\n".join(lines)


def compiled(source: str) -> tuple[Any, Any]:
    """The functions `written` tells of."""
    from numba import njit  # noqa: PLC0415  (seconds)

    from linreg_core.ways.kernels.native import fma  # noqa: PLC0415  (numba)

    names: dict[str, Any] = {"fma": fma}
    exec(source, names)  # written above, of whole numbers alone
    predict, project = (
        njit(nogil=True, error_model="numpy")(names[name]) for name in ("predict", "project")
    )
    return predict, project


def _projection(columns: Columns) -> Iterator[str]:
    first, stop, grouped = columns.first, columns.stop, columns.grouped
    rest = (stop - first) % AT_ONCE
    yield f"whole = len(g) // {grouped} * {grouped}"
    if stop - first >= AT_ONCE:
        yield f"for j in range({first}, {stop - rest}, {AT_ONCE}):"
        yield from (f"    {line}" for line in _loop(columns, AT_ONCE))
    if rest:
        yield f"j = {stop - rest}"
        yield from _loop(columns, rest)
    yield f"for k in range({first}, {stop}):"
    yield "    for i in range(whole, len(g)):"
    yield "        x = X[i, k]"
    yield "        sums[k] = fma(x, g[i], sums[k]) if rest_fused else sums[k] + x * g[i]"


def _loop(columns: Columns, several: int) -> Iterator[str]:
    """Over all groups of rows, for some columns from ``j`` on."""
    rows = range(columns.grouped)
    yield from (f"s{k} = sums[j + {k}]" for k in range(several))
    yield f"for i in range(0, whole, {columns.grouped}):"
    yield from (f"    e{row} = g[i + {row}]" for row in rows)
    for k in range(several):
        terms = [(f"X[i + {row}, j + {k}]", f"e{row}") for row in rows]
        found = iter(_expressions(columns.program, terms))
        for link in columns.sums:
            if link < 0:
                yield f"    s{k} = s{k} + {next(found)}"
            else:
                yield f"    s{k} = fma({terms[link][0]}, {terms[link][1]}, s{k})"
    yield from (f"sums[j + {k}] = s{k}" for k in range(several))


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

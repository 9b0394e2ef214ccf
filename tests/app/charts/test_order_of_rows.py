"""The order of values is the order of rows in every chart, measured and theory alike."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from linreg_core.timeline.curve import Curve
from tests.lengths import examples
from tui.charts.fit import scatter_chart
from tui.charts.kit.canvas import ChartRow
from tui.charts.loss import loss_chart
from tui.charts.one_weight import one_weight_chart

DOTS = ((0x01, 0), (0x08, 0), (0x02, 1), (0x10, 1), (0x04, 2), (0x20, 2), (0x40, 3), (0x80, 3))
"""The bits of a braille character, each with its row from the top."""

SIZES = st.tuples(st.integers(30, 120), st.integers(10, 40))


def depths(rows: Iterable[ChartRow], role: str) -> list[int]:
    """How far from the top what is drawn in a role lies, in dots, the least first.

    A mark that fills its cell lies in the middle of it. Rows of the legend are left out.
    """
    found = set()
    for number, row in enumerate(rows):
        if any(span.role == "legend" and span.text.strip() for span in row):
            continue
        for cell in "".join(span.text for span in row if span.role == role).strip():
            bits = ord(cell) - 0x2800
            if 0 < bits < 256:
                found |= {4 * number + depth for bit, depth in DOTS if bits & bit}
            elif cell in "●✕":
                found.add(4 * number + 2)
    return sorted(found)


@given(
    above=st.lists(st.floats(0, 1e6), min_size=2, max_size=40),
    floor=st.floats(1e-6, 1e6),
    size=SIZES,
    log=st.booleans(),
)
@settings(max_examples=examples(60), deadline=None)
def test_a_loss_is_never_drawn_below_the_best_fit(
    above: list[float], floor: float, size: tuple[int, int], log: bool
) -> None:
    """D6: the picture must not say that gradient descent beats least squares."""
    losses = floor + np.array(above)
    curve = Curve(np.arange(len(losses)), losses, losses, losses, len(losses))
    rows = loss_chart(curve, *size, floor=floor, log_y=log).rows
    measured, best = depths(rows, "loss"), depths(rows, "floor")
    assert len(best) <= 1
    assert not measured or not best or measured[-1] <= best[0]


@given(
    points=st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=2, max_size=30),
    level=st.floats(-1e3, 1e3),
    size=SIZES,
)
@settings(max_examples=examples(60), deadline=None)
def test_a_point_above_the_model_is_not_drawn_below_it(
    points: list[tuple[float, float]], level: float, size: tuple[int, int]
) -> None:
    x, y = np.array(points).T
    line = np.array([[x.min(), level], [x.max(), level]])
    for kept, is_above in ((y >= level, True), (y <= level, False)):
        if kept.any():
            rows = scatter_chart(x[kept], y[kept], line, *size, x_name="x", y_name="y")
            data, model = depths(rows, "data"), depths(rows, "fit")
            if data and model:  # a cell is four dots: what is nearer than that may share it
                reach = data[-1] - model[0] if is_above else model[-1] - data[0]
                assert reach < 4


@given(start=st.floats(-100, 100), optimum=st.floats(-100, 100), size=SIZES)
@settings(max_examples=examples(40), deadline=None)
def test_no_point_of_the_loss_lies_below_its_optimum(
    start: float, optimum: float, size: tuple[int, int]
) -> None:
    def losses(w: NDArray[np.floating]) -> NDArray[np.floating]:
        return (w - optimum) ** 2

    path = np.array([[start], [(start + optimum) / 2]])
    rows = one_weight_chart(losses, path, np.array([optimum]), *size, name="w").rows
    curve, best = depths(rows, "loss"), depths(rows, "optimum")
    if curve and best:
        assert curve[-1] - best[0] < 4

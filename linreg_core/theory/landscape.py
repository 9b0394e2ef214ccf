"""The loss over one or two coordinates of the weights, and the way of a run across it.

The loss is a quadratic, so a slice through the limit of the run is known from its curvature there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.errors import LinregError
from linreg_core.theory.descent import Approach
from linreg_core.theory.theory import Theory


@dataclass(frozen=True)
class Axes:
    """What the landscape is drawn over.

    Args:
        kind: "weights" in the problem's own units, or "directions": the distance to the limit along
            directions of the Hessian, in the run's units.
        indices: one or two different ones, of weights or of directions.
    """

    kind: Literal["weights", "directions"]
    indices: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Landscape:
    """A slice of the loss through the limit of the run; a = 1 or 2 axes.

    Args:
        axes: what it is drawn over.
        names: of the axes, in the names of the data.
        optimum: the limit's coordinates, shape (a,).
        floor: the least loss there is.
        curvature: half of the Hessian in these coordinates, shape (a, a).
        epochs: at which the run is known, the present one last, int64, shape (k,).
        path: its coordinates there, shape (k, a); with more weights than axes, their projections.
    """

    axes: Axes
    names: tuple[str, ...]
    optimum: Floats
    floor: float
    curvature: Floats
    epochs: NDArray[np.int64]
    path: Floats

    def losses(self, *coordinates: Floats) -> Floats:
        """The loss in the slice: a arrays of one shape give one of that shape; may be infinite."""
        with np.errstate(over="ignore", invalid="ignore"):
            away = [values - at for values, at in zip(coordinates, self.optimum, strict=True)]
            pairs = [(i, j) for i in range(len(away)) for j in range(len(away))]
            excess = [self.curvature[i, j] * away[i] * away[j] for i, j in pairs]
            losses: Floats = self.floor + np.sum(excess, axis=0)
        return losses


def default_axes(approach: Approach) -> Axes:
    """The weights where there are two at most; else the directions that hold most of the loss."""
    p = len(approach.limit)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        held = 0.5 * approach.spectrum.eigenvalues * approach.start**2
    if p <= 2 or not len(held):
        return Axes("weights", tuple(range(min(p, 2))))
    largest = np.argsort(-held, kind="stable")[:2]
    return Axes("directions", tuple(sorted(largest.tolist())))


def check_axes(axes: Axes, approach: Approach) -> None:
    """Refuse axes that the run has not.

    Raises:
        LinregError: "bad-axes".
    """
    count = len(approach.limit if axes.kind == "weights" else approach.spectrum.eigenvalues)
    different = len(set(axes.indices)) == len(axes.indices)
    if not (1 <= len(axes.indices) <= 2 and different):
        raise LinregError("bad-axes", "a landscape has one or two different axes")
    if not all(0 <= index < count for index in axes.indices):
        raise LinregError("bad-axes", f"this run has {count} {axes.kind}")


@dataclass(frozen=True, eq=False)
class Slice:
    """All of a landscape but the path.

    Args:
        projection: from the run's weights to coordinates, shape (p, a).
        shift: what is then added, shape (a,).
        axes, names, optimum, floor, curvature: as in `Landscape`.
    """

    projection: Floats
    shift: Floats
    axes: Axes
    names: tuple[str, ...]
    optimum: Floats
    floor: float
    curvature: Floats

    @classmethod
    def of(cls, approach: Approach, theory: Theory, axes: Axes) -> Slice:
        """Slice the loss of a run along axes that it has."""
        chosen, design = list(axes.indices), approach.spectrum.design
        with np.errstate(over="ignore", invalid="ignore"):
            if axes.kind == "weights":
                names = tuple(design.names[index] for index in chosen)
                columns = design.raw_columns(chosen)
                curvature = columns.T @ columns / len(columns)
                projection = design.to_raw(np.eye(len(design.names)))[chosen].T
                optimum, shift = theory.limit[chosen], np.zeros(len(chosen))
            else:
                words = dict(zip(theory.listed.tolist(), theory.directions, strict=True))
                names = tuple(words.get(index, f"direction {index + 1}") for index in chosen)
                curvature = np.diag(approach.spectrum.eigenvalues[chosen]) / 2
                projection = approach.spectrum.directions[:, chosen]
                optimum, shift = np.zeros(len(chosen)), -(approach.limit @ projection)
        return cls(projection, shift, axes, names, optimum, theory.floor, curvature)

    def landscape(self, epochs: NDArray[np.int64], path: Floats) -> Landscape:
        """Lay a path over it.

        Args:
            epochs: at which the run is known, shape (k,).
            path: its weights there, in the run's units, shape (k, p).
        """
        with np.errstate(over="ignore", invalid="ignore"):
            way = path @ self.projection + self.shift
        return Landscape(
            self.axes, self.names, self.optimum, self.floor, self.curvature, epochs, way
        )

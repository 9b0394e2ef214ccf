"""The loss over one or two coordinates of the weights, and the way of a run across it.

The loss is a quadratic, so a slice through the limit of the run is known from its curvature there.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.errors import LinregError
from linreg_core.records import dataclass
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
        epochs: at which the run is known, the last ones one by one, int64, shape (k,).
        path: its coordinates there, shape (k, a); with more weights than axes, their projections.
        following: its coordinates at the epoch after the present one, shape (a,).
    """

    axes: Axes
    names: tuple[str, ...]
    optimum: Floats
    floor: float
    curvature: Floats
    epochs: NDArray[np.int64]
    path: Floats
    following: Floats

    def losses(self, *coordinates: Floats) -> Floats:
        """The loss in the slice: a arrays of one shape give one of that shape; may be infinite."""
        with np.errstate(over="ignore", invalid="ignore"):
            away = [values - at for values, at in zip(coordinates, self.optimum, strict=True)]
            pairs = [(i, j) for i in range(len(away)) for j in range(len(away))]
            excess = [self.curvature[i, j] * away[i] * away[j] for i, j in pairs]
            losses: Floats = self.floor + np.sum(excess, axis=0)
        return losses


def default_axes(approach: Approach) -> Axes:
    """The weights where there are two at most; else the steepest direction, and the flattest one.

    The flattest one along which the run has some way to go, that is: it holds the run in the end.
    """
    p, count = len(approach.limit), len(approach.start)
    if p <= 2 or not count:
        return Axes("weights", tuple(range(min(p, 2))))
    to_go = np.flatnonzero(approach.start)
    holding = int(max(to_go, default=0)) or count - 1
    return Axes("directions", tuple(sorted({0, holding})))


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

    def moved(self, weights: Floats, point: tuple[float, ...]) -> Floats:
        """Move weights, shape (p,), in the run's units, to a point of it, by the shortest way.

        Args:
            weights: where they are.
            point: its coordinates, a of them.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            here = weights @ self.projection + self.shift
            way: Floats = np.linalg.pinv(self.projection.T) @ (np.array(point) - here)
            return weights + way

    def landscape(self, epochs: NDArray[np.int64], path: Floats, following: Floats) -> Landscape:
        """Lay a path over it.

        Args:
            epochs: at which the run is known, shape (k,).
            path: its weights there, in the run's units, shape (k, p).
            following: those that the next epoch leads to, shape (p,).
        """
        with np.errstate(over="ignore", invalid="ignore"):
            coordinates = np.vstack([path, following]) @ self.projection + self.shift
        return Landscape(
            axes=self.axes,
            names=self.names,
            optimum=self.optimum,
            floor=self.floor,
            curvature=self.curvature,
            epochs=epochs,
            path=coordinates[:-1],
            following=coordinates[-1],
        )

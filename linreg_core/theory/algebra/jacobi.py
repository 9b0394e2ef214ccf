"""Singular values to high relative accuracy, however unequal the sizes of the columns.

LAPACK finds every singular value within a last digit or two of the largest one, and so loses the
small ones where columns are 10¹⁵ apart. One-sided Jacobi with scaled rotations finds each within a
few last digits of itself, times the condition of the columns brought to one size (Demmel & Veselić,
SIAM J. Matrix Anal. Appl. 13, 1992), after a QR with pivoting, and on the rows of R (Drmač &
Veselić, SIAM J. Matrix Anal. Appl. 29, 2008).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats

EPS = float(np.finfo(np.float64).eps)

MOST_SWEEPS = 30
"""Beyond what was ever needed; random matrices take 5 to 9, graded ones 2 to 5."""


def svd(columns: Floats, sizes: Floats, tolerance: float) -> tuple[Floats, Floats, Floats]:
    """Factor columns · diag(sizes) = U diag(s) Vᵀ.

    Args:
        columns: the matrix but for the sizes, shape (r, p), no entry far from 1.
        sizes: what each column is multiplied by, shape (p,), >= 0.
        tolerance: a column of which no more than this part of its length is left, when those
            before it are projected out, depends on them, whatever its size.

    Returns:
        U of shape (r, m), s of shape (m,), > 0 and falling, and V of shape (p, m); m <= r is how
        many columns are independent.
    """
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
        basis, rows, lengths = _graded_rows(columns, sizes, tolerance)
        turned, rows, lengths = _orthogonal_rows(rows, lengths)
    order = np.argsort(-lengths, kind="stable")
    return basis @ turned[order].T, lengths[order], rows[order].T


def _graded_rows(columns: Floats, sizes: Floats, tolerance: float) -> tuple[Floats, Floats, Floats]:
    """Find Q (r, m), unit rows R (m, p) and lengths l (m,) with columns · sizes = Q diag(l) R.

    Gram-Schmidt, the largest column that is left first, so that lengths fall.
    """
    whole = np.linalg.norm(columns, axis=0)
    rest = np.divide(columns, whole, out=np.zeros_like(columns), where=whole > 0)
    sizes = sizes * whole
    basis = np.zeros((len(columns), 0))
    rows, lengths = [], []
    for _ in range(min(columns.shape)):
        parts = np.linalg.norm(rest, axis=0)
        rest[:, parts <= tolerance] = 0
        left = np.where(parts > tolerance, parts * sizes, 0)
        pivot = int(np.argmax(left))
        if not left[pivot] > 0:
            break
        unit = rest[:, pivot] / parts[pivot]
        unit = unit - basis @ (basis.T @ unit)
        unit /= np.linalg.norm(unit)
        row = unit @ rest
        rest -= np.outer(unit, row)
        rest[:, pivot] = 0
        graded = np.where(row == 0, 0, row * (sizes / sizes[pivot]))
        length = np.linalg.norm(graded)
        basis = np.column_stack([basis, unit])
        rows.append(graded / length)
        lengths.append(length * sizes[pivot])
    return basis, np.array(rows).reshape(-1, columns.shape[1]), np.array(lengths)


def _orthogonal_rows(rows: Floats, lengths: Floats) -> tuple[Floats, Floats, Floats]:
    """Rotate unit rows (m, p) of these lengths until all are at right angles.

    Returns:
        The rotations, shape (m, m), the rows that they lead to, of length 1, and their lengths.
    """
    rows, lengths, turned = rows.copy(), lengths.copy(), np.eye(len(rows))
    right_angle, settled = EPS * np.sqrt(rows.shape[1]), 0
    for _ in range(MOST_SWEEPS):
        most_askew = 0.0
        for one, other in _rounds(len(rows)):
            # The longer first, which turns least (de Rijk, SIAM J. Sci. Stat. Comput. 10, 1989).
            is_longer = lengths[one] >= lengths[other]
            i, j = np.where(is_longer, one, other), np.where(is_longer, other, one)
            cosines = np.einsum("ij,ij->i", rows[i], rows[j])
            most_askew = max(most_askew, float(np.abs(cosines).max(initial=0)))
            # By the smallest angles too: a part of 1e-18 is all that a short row has of a long one.
            is_askew = cosines != 0
            _rotate(rows, lengths, turned, (i[is_askew], j[is_askew]), cosines[is_askew])
        settled = settled + 1 if most_askew <= right_angle else 0
        if settled == 2:  # the second settles those smallest angles, which depend on each other
            break
    return turned, rows, lengths


def _rotate(
    rows: Floats,
    lengths: Floats,
    turned: Floats,
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
    cosines: Floats,
) -> None:
    """Bring pairs of rows, the first at least as long as the second, to right angles, in place."""
    i, j = pairs
    ratio = (lengths[j] / lengths[i])[:, np.newaxis]
    twice, rest = 2 * cosines[:, np.newaxis], (1 - ratio) * (1 + ratio)
    slope = -twice / (rest + np.hypot(rest, twice * ratio))
    tangent = slope * ratio  # of the angle; of rows of 1e-300 it may be 0, where the slope is not
    cosine = 1 / np.hypot(1, tangent)
    first, second = rows[i], rows[j]
    for index, row in (
        (i, cosine * (first - tangent * ratio * second)),
        (j, cosine * (slope * first + second)),
    ):
        stretched = np.sqrt(np.einsum("ij,ij->i", row, row))
        rows[index] = row / stretched[:, np.newaxis]
        lengths[index] *= stretched
    first, second = turned[i], turned[j]
    turned[i] = cosine * (first - tangent * second)
    turned[j] = cosine * (tangent * first + second)


def _rounds(count: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """All pairs of so many, in rounds in which nobody is met twice: as in a tournament."""
    players = np.arange(count + count % 2)
    half = len(players) // 2
    for _ in range(len(players) - 1):
        one, other = players[:half], players[: half - 1 : -1]
        both = (one < count) & (other < count)
        yield one[both], other[both]
        players = np.concatenate([players[:1], players[-1:], players[1:-1]])

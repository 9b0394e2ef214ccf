"""A problem whose rows are not in memory: a few rows stand for them."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from linreg_core.arrays import Floats, ones_for_zeros
from linreg_core.datasets.large.moments import Moments
from linreg_core.problem import Problem, RowBlocks
from linreg_core.records import dataclass


@dataclass(frozen=True, eq=False, kw_only=True)
class Condensed(Problem):
    """A large table as a problem: X and y are k <= d + 2 rows that stand for its n rows.

    They have the same means, squares and products, and so the same loss at any weights, the same
    gradient, spectrum and best weights; only their own numbers mean nothing.

    Args:
        moments: of the n rows.
        table_digest: the same for the same rows in the same blocks, and for no others.
        row_blocks: the rows themselves; ``None``: it is trained on those that stand for them.
    """

    moments: Moments
    table_digest: str
    row_blocks: RowBlocks | None

    @property
    def rows(self) -> int:
        return self.moments.rows

    @property
    def has_own_rows(self) -> bool:
        return False

    @property
    def blocks(self) -> RowBlocks | None:
        return self.row_blocks

    @cached_property
    def digest(self) -> str:
        kind = "gram" if self.row_blocks is None else "blocks"
        return f"{kind}-{self.table_digest}"

    def standardisation(self, *, centre: bool) -> tuple[Floats, Floats]:
        d = len(self.features)
        if not centre:
            return np.zeros(d), ones_for_zeros(self.moments.sizes[:d])
        return self.moments.means[:d], ones_for_zeros(self.moments.spreads[:d])

    def minus(self, shift: Floats) -> Floats:
        """X less a shift; less its means it keeps the digits that the means would take away."""
        d = len(self.features)
        return self.moments.stand_ins()[:, :d] + (self.moments.means[:d] - shift)


def condensed(
    source: str,
    moments: Moments,
    features: tuple[str, ...],
    target: str,
    *,
    blocks: RowBlocks | None,
    digest: str,
    **others: object,
) -> Condensed:
    """Make such a problem of the moments of its rows.

    Args:
        source: where they came from.
        moments: of features and target.
        features: d names.
        target: name of y.
        blocks: the rows; ``None``: train on those that stand for them.
        digest: of the rows.
        others: other fields of `Problem`.
    """
    values = moments.stand_ins() + moments.means
    return Condensed(
        source=source,
        X=values[:, :-1],
        y=values[:, -1],
        features=features,
        target=target,
        moments=moments,
        table_digest=digest,
        row_blocks=blocks,
        **others,  # type: ignore[arg-type]
    )

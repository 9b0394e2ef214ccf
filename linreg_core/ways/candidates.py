"""Which faster ways there are for a backend, and whether they can be tried yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from linreg_core.settings.catalogue import BACKENDS
from linreg_core.ways.large import blocks

if TYPE_CHECKING:
    from linreg_core.backends.base import Backend
    from linreg_core.settings.settings import Settings
    from linreg_core.ways.large.blocks import Plan
    from linreg_core.ways.proof import Trial
    from linreg_core.ways.way import Way

NAMES = {
    "phases": (),
    "direct": ("direct",),
    "compiled": ("compiled", "direct"),
    "auto": ("compiled", "direct"),
}
"""The ways that may be tried by each choice of ``run_by``, those first that are preferred."""

MOST_NUMBERS = 2**20
"""Of tables with more torch multiplies by several threads, which only the blocks do likewise."""


def direct(backend: Backend, settings: Settings) -> Way[Any] | None:
    """The direct way of a backend; ``None``: its phases are others than the article's."""
    kinds = _direct_kinds(uses_torch=BACKENDS[settings.backend].uses_torch)
    return next((kind(backend) for kind in kinds if kind.fits(backend)), None)


def _direct_kinds(*, uses_torch: bool) -> tuple[type[Way[Any]], ...]:
    if uses_torch:
        from linreg_core.ways.torch_direct import DirectNN, DirectTensor  # noqa: PLC0415  (torch)

        return DirectTensor, DirectNN
    from linreg_core.ways.numpy_direct import DirectMatrix, DirectTwoWeights  # noqa: PLC0415

    return DirectMatrix, DirectTwoWeights


def can_compile(backend: Backend, settings: Settings) -> bool:
    """Whether a compiled way is worth a trial."""
    uses_torch = BACKENDS[settings.backend].uses_torch
    if settings.device != "cpu" or direct(backend, settings) is None:
        return False
    return blocks.fits(backend) or not uses_torch or backend.n * backend.p <= MOST_NUMBERS


def compiled_large(
    backend: Backend, plans: Sequence[Plan], but: Sequence[object]
) -> Way[Any] | None:
    """The first way to run epochs of a large table by blocks; ``None``: there is none.

    Args:
        backend: whose epochs.
        plans: those that there are.
        but: those that are known not to do.
    """
    left = (plan for plan in plans if not any(plan is each for each in but))
    plan = next(left, None)
    return None if plan is None else blocks.Blocks(backend, plan)


def compiled(
    backend: Backend, alike: Backend, trials: Sequence[Trial], but: Sequence[object], *, few: bool
) -> Way[Any] | None:
    """The first compiled way that agrees with trials of a backend alike; ``None``: there is none.

    Args:
        backend: whose epochs.
        alike: one with data of the same shape.
        trials: of that one.
        but: loops that are known not to do.
        few: whether only the loop for few rows is there.
    """
    from linreg_core.ways.compiled import Compiled, choose  # noqa: PLC0415  (numba)

    member = choose(alike, trials, but, few=few)
    return None if member is None else Compiled(backend, member)

"""The one place that chooses among the backends; it imports what the chosen one needs."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, cast

from linreg_core import memory
from linreg_core.settings.catalogue import BACKENDS

if TYPE_CHECKING:
    from linreg_core.backends.base import Backend
    from linreg_core.problem import Design
    from linreg_core.settings.settings import Settings


def load_backend(name: str) -> type[Backend]:
    """Import the class of the backend called ``name``, a key of `BACKENDS`.

    Raises:
        LinregError: "not-enough-memory" where torch does not fit.
    """
    module, class_name = BACKENDS[name].location
    if BACKENDS[name].uses_torch and "torch" not in sys.modules:
        memory.fit_torch()
    return cast(
        "type[Backend]", getattr(import_module(f"linreg_core.backends.{module}"), class_name)
    )


def make_backend(design: Design, settings: Settings) -> Backend:
    """Make the backend that settings name, of a design whose rows are in memory or in blocks.

    Raises:
        LinregError: as `load_backend` and the backends.
    """
    kind = load_backend(settings.backend)
    if design.blocks is None:
        return kind(design, settings)
    from linreg_core.backends.blockwise import Blockwise  # noqa: PLC0415  (for large tables only)

    return Blockwise(kind, design, design.blocks, settings)

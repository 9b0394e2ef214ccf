"""The one place that chooses among the backends; it imports what the chosen one needs."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, cast

from linreg_core import memory
from linreg_core.settings.catalogue import BACKENDS

if TYPE_CHECKING:
    from linreg_core.backends.base import Backend


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

"""Looks at data before it is opened, quickly; imports nothing heavy before it is asked to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from linreg_core import memory
from linreg_core.datasets.request import DataRequest
from linreg_core.errors import LinregError
from linreg_core.safe_text import shortened

if TYPE_CHECKING:
    from linreg_core.datasets.table.table_head import TableHead


def table_head(request: DataRequest) -> TableHead:
    """Look at the beginning of a table; see ``table.preview.read_head``."""
    try:
        with memory.refusing_shortage(f"look at {shortened(os.path.basename(request.source))}"):
            memory.fit_polars()
            from linreg_core.datasets.table.preview import read_head  # noqa: PLC0415  (heavy)

            return read_head(request)
    except LinregError as refusal:
        from linreg_core.datasets.table.table_head import TableHead  # noqa: PLC0415  (needs NumPy)

        return TableHead(request, refusal=refusal.with_traceback(None))

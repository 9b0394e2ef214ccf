"""numba, imported and its loops compiled in a thread of their own: nobody waits for it.

From numba's cache on disk that takes half a second, the first time some seconds.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable
from enum import Enum, auto
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from linreg_core import memory
from linreg_core.errors import LinregError


class Stage(Enum):
    """How far a loop is."""

    UNKNOWN = auto()
    """Nobody has asked for it."""
    LOADING = auto()
    READY = auto()
    FAILED = auto()
    """There will be none; `why_not` says why."""


def few_rows(dtype: str) -> tuple[str, str]:
    """What the loop for few rows is called beside that for any number, which its dtype names."""
    return dtype, "few rows"


class Loader:
    """Loads compiled loops: those for a dtype, or what a run needs for itself."""

    def __init__(self) -> None:
        self._stages: dict[object, Stage] = {}
        self._wanted: SimpleQueue[tuple[object, Callable[[], None]]] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._why_not: str | None = None

    def stage(self, key: object) -> Stage:
        """How far the loops are for a dtype, `few_rows`, or what was begun by that key."""
        return Stage.FAILED if self._why_not else self._stages.get(key, Stage.UNKNOWN)

    @property
    def why_not(self) -> str | None:
        """Why there are no loops, in a few words; ``None``: there are, or may be."""
        return self._why_not

    def ask(self, dtype: str, *, few: bool = False) -> None:
        """Begin to load the loops for a dtype, unless that was done.

        Args:
            dtype: of the run.
            few: whether that for few rows is enough; it takes a third of the time.
        """
        self.begin(few_rows(dtype), lambda: _compile_small(dtype))
        if not few:
            self.begin(dtype, lambda: _compile_library(dtype))

    def begin(self, key: object, load: Callable[[], None]) -> None:
        """Begin to load something else, unless that was done; ``load`` is called in the thread."""
        if self.stage(key) is not Stage.UNKNOWN:
            return
        if importlib.util.find_spec("numba") is None:
            self._why_not = "numba is not installed"
            return
        with self._lock:
            self._stages[key] = Stage.LOADING
            self._wanted.put((key, load))
            if self._thread is None:
                # No daemon: a process that ends while LLVM compiles would crash.
                self._thread = threading.Thread(target=self._load, name="compile", daemon=False)
                self._thread.start()

    def wait(self) -> None:
        """Wait until all that was asked for is there, or is known not to come."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _load(self) -> None:
        while True:
            with self._lock:
                try:
                    key, load = self._wanted.get_nowait()
                except Empty:
                    self._thread = None
                    return
            try:
                memory.fit_numba()
                load()
                self._stages[key] = Stage.READY
            except LinregError as error:
                self._why_not = error.message
            except Exception as error:  # whatever is wrong with numba, runs go on without it
                self._why_not = f"numba failed ({type(error).__name__})"


LOADER = Loader()
"""That of this process."""


def _compile_small(dtype: str) -> None:
    """Call the loop for few rows once, with arrays of the types of a run."""
    from linreg_core.ways.kernels import small  # noqa: PLC0415  (that is numba)

    X, (y, w, r, g) = np.zeros((1, 1), dtype), np.zeros((4, 1), dtype)
    out = (np.zeros((1, 1), dtype), np.zeros(1, dtype), np.zeros((1, 1), dtype))
    small.descend(0, (0, 0, 0, 0), 0, X, y, w, _numbers(dtype), (r, g), *out)


def _compile_library(dtype: str) -> None:
    """Likewise the loop for any number of rows."""
    from linreg_core.ways.kernels import library  # noqa: PLC0415  (that is numba)

    r, g = np.zeros((2, 1), dtype)
    frames, nothing = np.zeros((0, 1), np.int64), np.zeros(0, dtype)
    no_epochs = (np.zeros((0, 1), dtype), nothing, np.zeros((0, 1), dtype))
    codes = (library.DOTS, library.DOTS, 0, 0)
    library.descend(
        *(0, codes, 0, 0, nothing, nothing, _numbers(dtype), (r, r, g, g, nothing)),
        *((0, 0), frames, frames, *no_epochs),
    )


def _numbers(dtype: str) -> tuple[np.floating[Any], ...]:
    of = np.dtype(dtype).type
    return of(0), of(2), of(0), of(1), of(1)

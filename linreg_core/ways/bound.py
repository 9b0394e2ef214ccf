"""A backend's numbers as compiled loops take them, and what the libraries' products are given."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends._numpy import NumpyBackend
from linreg_core.backends.base import Backend
from linreg_core.records import dataclass
from linreg_core.ways import libraries
from linreg_core.ways.libraries import Frame

ALIGNED = 64
"""Bytes: where torch puts its numbers, since MKL may add otherwise elsewhere."""

WIDTHS = {"float32": (16, 8, 4), "float64": (8, 4, 2)}
"""How many numbers torch may add at once, by the CPU."""

SMALL = 8
"""Fewer rows are computed one operation after the other."""

_NOTHING = np.zeros((1, 1), np.int64)


@dataclass(frozen=True)
class Member:
    """One of the few loops that there are.

    Args:
        is_small: whether it is that of `kernels.small` or of `kernels.library`.
        codes: how it adds; see there.
    """

    is_small: bool
    codes: tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Data:
    """What compiled loops take of a backend.

    Args:
        X: shape (n, d), in the run's dtype, as the backend holds it.
        y: shape (n,).
        whose: NUMPY, TENSOR or NN; see `kernels.native`.
        numbers: 0, 2, the learning rate, n, and the factor of the errors, in the run's dtype.
    """

    X: Floats
    y: Floats
    whose: int
    numbers: tuple[Any, ...]


def data_of(backend: Backend) -> Data:
    """The data of one of the article's backends, on the cpu."""
    from linreg_core.ways.kernels.native import NN, NUMPY, TENSOR  # noqa: PLC0415  (numba)

    of, n = backend.dtype.type, backend.n
    if isinstance(backend, NumpyBackend):
        X, y, whose, factor = backend.X, backend.y_true, NUMPY, of(1)
    else:
        from linreg_core.backends._torch import TorchBackend  # noqa: PLC0415  (torch)
        from linreg_core.backends.torch_nn import TorchNN  # noqa: PLC0415

        assert isinstance(backend, TorchBackend)
        X, y = backend.X.numpy(), backend.y_true.numpy().ravel()
        is_nn = isinstance(backend, TorchNN)
        whose, factor = (NN, of(2 / n)) if is_nn else (TENSOR, of(1) / of(n))
    return Data(X, y, whose, (of(0), of(2), of(backend.lr), of(n), factor))


class Bound:
    """A backend on the cpu, and room to run its epochs in.

    Args:
        backend: one of the article's, its phases unchanged.
    """

    def __init__(self, backend: Backend) -> None:
        from linreg_core.ways.kernels.native import NUMPY  # noqa: PLC0415  (numba)

        data = data_of(backend)
        self.X, self.y, self.whose, self.numbers = data.X, data.y, data.whose, data.numbers
        self.dtype, (n, self.d) = backend.dtype, self.X.shape
        is_torch = self.whose != NUMPY
        self.w, self.gradient = self._room(backend.p), self._room(backend.p)
        self.prediction, self.r, self.g, self.squares = (self._room(n) for _ in range(4))
        self._frames: list[Frame] = []
        self._rows, self._columns = self._of_torch() if is_torch else self._of_numpy()
        self._widths = WIDTHS[str(self.dtype)] if is_torch else (0,)

    def members(self) -> Iterator[Member]:
        """The loops that may be its own, those that are fastest first."""
        n, fused = len(self.y), (False, True)
        if n < SMALL:
            stranded = fused if 0 not in self._widths and n >= 4 else (False,)
            for codes in product(fused, fused, fused, stranded):
                yield Member(True, codes)
        for rows, columns, update, width in product(self._rows, self._columns, fused, self._widths):
            yield Member(False, (rows, columns, update, width))

    def run(
        self,
        member: Member,
        start: Floats,
        out: tuple[Floats, Floats, Floats],
        *,
        goes_on: bool = False,
    ) -> None:
        """Run epochs.

        Args:
            member: by which loop.
            start: from which state.
            out: weights, losses and gradients, to be filled, a row for each epoch.
            goes_on: whether that loop has ended there the last time.
        """
        from linreg_core.ways.kernels import library, small  # noqa: PLC0415  (numba)

        self.w[:] = start
        codes, first = tuple(map(int, member.codes)), 0 if goes_on else -1
        if member.is_small:
            X = np.ascontiguousarray(self.X)
            room: Any = (self.r, self.g)
            small.descend(self.whose, codes, first, X, self.y, self.w, self.numbers, room, *out)
            return
        room = (self.prediction, self.r, self.g, self.squares, self.gradient)
        (rows, rows_frames), (columns, columns_frames) = (
            self._rows[codes[0]],
            self._columns[codes[1]],
        )
        library.descend(
            *(self.whose, codes, first, self.d, self.y, self.w, self.numbers, room),
            *((rows, columns), rows_frames, columns_frames, *out),
        )

    def _room(self, size: int) -> Floats:
        raw = np.zeros(size + ALIGNED, dtype=self.dtype)
        begin = -raw.ctypes.data % ALIGNED // self.dtype.itemsize
        return raw[begin : begin + size]

    # What is passed to the libraries' products: shapes and strides as NumPy and torch pass them.

    def _of_numpy(self) -> tuple[_Calls, _Calls]:
        from linreg_core.ways.kernels.library import DOTS, GEMV  # noqa: PLC0415  (numba)

        X, (n, d) = self.X, self.X.shape
        one, zero = np.ones(1, self.dtype), np.zeros(1, self.dtype)
        by_rows = X.flags.c_contiguous
        down, right = (stride // X.itemsize for stride in X.strides)
        shape = (d, n, one, X, max(d, 1)) if by_rows else (n, d, one, X, n)
        rows: _Calls = {}
        columns: _Calls = {}
        gemv, dot = libraries.gemv(str(self.dtype)), libraries.dot(str(self.dtype))
        if gemv is not None and (by_rows or X.flags.f_contiguous):
            forward, back = ("T", "N") if by_rows else ("N", "T")
            rows[GEMV] = self._calls(gemv, (forward, *shape, self.w, 1, zero, self.prediction, 1))
            columns[GEMV] = self._calls(gemv, (back, *shape, self.r, 1, zero, self.gradient, 1))
        if dot is not None:
            if n < SMALL:  # of more rows NumPy never takes them one by one
                rows[DOTS] = self._calls(dot, *((d, X[i], right, self.w, 1) for i in range(n)))
            columns[DOTS] = self._calls(dot, *((n, X[:, j], down, self.r, 1) for j in range(d)))
        return rows, columns

    def _of_torch(self) -> tuple[_Calls, _Calls]:
        from linreg_core.ways.kernels.library import GEMM  # noqa: PLC0415  (numba)
        from linreg_core.ways.kernels.native import NN  # noqa: PLC0415

        X, (n, d), gemm = self.X, self.X.shape, libraries.gemm(str(self.dtype))
        by_rows = X.flags.c_contiguous
        if gemm is None or not (by_rows or X.flags.f_contiguous):
            return {}, {}
        one, zero = np.ones(1, self.dtype), np.zeros(1, self.dtype)
        beta = one if len(self.w) > d else zero  # a bias is there before
        w = ("N", d) if self.whose == NN else ("T", 1)
        along, across, lead = ("T", "N", d) if by_rows else ("N", "T", n)
        forward = (along, w[0], n, 1, d, one, X, lead, self.w, w[1], beta, self.prediction, n)
        back = (across, "T", d, 1, n, one, X, lead, self.g, 1, zero, self.gradient, d)
        return {GEMM: self._calls(gemm, forward)}, {GEMM: self._calls(gemm, back)}

    def _calls(self, address: int, *given: tuple[Any, ...]) -> tuple[int, Any]:
        """The address of a function, and the pointers that it is given at each call."""
        frames = [Frame(*values) for values in given]
        self._frames += frames
        return address, np.array([frame.pointers for frame in frames], np.int64)


_Calls = dict[int, tuple[int, Any]]

"""The products and sums of an epoch, as a backend has its library take them."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends._numpy import NumpyBackend
from linreg_core.backends.base import Backend
from linreg_core.backends.numpy_two_weights import NumpyTwoWeights
from linreg_core.records import dataclass
from linreg_core.ways import libraries
from linreg_core.ways.bound import WIDTHS


@dataclass(frozen=True)
class Products:
    """How a backend multiplies and adds.

    Args:
        predict: from X, shape (n, d), and weights, shape (p,), to predictions, shape (n,).
        project: from X and numbers, shape (n,), to Xᵀ times those, shape (d,).
        sum: all of some numbers, shape (n,).
        threads: how many the library uses.
        widths: how many numbers it may add at once in a sum; 0 is NumPy's sum.
        is_update_fused: whether an update may be rounded once, the likelier first.
    """

    predict: Callable[[Floats, Floats], Floats]
    project: Callable[[Floats, Floats], Floats]
    sum: Callable[[Floats], float]
    threads: int
    widths: tuple[int, ...]
    is_update_fused: tuple[bool, ...]


def products_of(backend: Backend) -> Products:
    """Those of one of the article's backends, on the cpu."""
    return _of_numpy(backend) if isinstance(backend, NumpyBackend) else _of_torch(backend)


def _of_numpy(backend: NumpyBackend) -> Products:
    def predict(X: Floats, w: Floats) -> Floats:
        product: Floats = np.dot(X, w[:, np.newaxis])[:, 0]
        return product

    def project(X: Floats, g: Floats) -> Floats:
        if isinstance(backend, NumpyTwoWeights):
            return np.array([np.dot(X[:, 0], g), np.dot(X[:, 1], g)])
        product: Floats = np.dot(X.T, g)
        return product

    threads = libraries.threads() or os.cpu_count() or 1
    return Products(predict, project, lambda g: float(np.sum(g)), threads, (0,), (False,))


def _of_torch(backend: Backend) -> Products:
    import torch  # noqa: PLC0415  (seconds)

    from linreg_core.backends.torch_nn import TorchNN  # noqa: PLC0415  (torch)

    of, is_nn = torch.from_numpy, isinstance(backend, TorchNN)

    def predict(X: Floats, w: Floats) -> Floats:
        d = X.shape[1]
        if is_nn:
            bias = of(w[d:]) if len(w) > d else None
            product = torch.nn.functional.linear(of(X), of(w[:d])[None], bias)
        else:
            product = torch.matmul(of(X), of(w)[:, None])
        found: Floats = product[:, 0].numpy()
        return found

    def project(X: Floats, g: Floats) -> Floats:
        if is_nn:
            found: Floats = torch.mm(of(g)[None], of(X))[0].numpy()
        else:
            found = torch.mm(of(X).t(), of(g)[:, None])[:, 0].numpy()
        return found

    return Products(
        predict,
        project,
        lambda g: torch.sum(of(g)).item(),
        torch.get_num_threads(),
        WIDTHS[str(backend.dtype)],
        (is_nn, not is_nn),
    )

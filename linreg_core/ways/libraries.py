"""Where the products are that NumPy and torch call, so that others can call the very same."""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from linreg_core.arrays import Floats

LETTERS = {"float32": "s", "float64": "d"}


@dataclass(frozen=True)
class Native:
    """A function of a library, that takes pointers as Fortran gives them.

    Args:
        address: where it is.
        whole: the dtype of its whole numbers.
    """

    address: int
    whole: type[np.signedinteger]


def gemv(dtype: str) -> Native | None:
    """NumPy's product of a matrix and a vector; ``None``: it cannot be found."""
    return _of_numpy("gemv", dtype)


def dot(dtype: str) -> Native | None:
    """NumPy's product of two vectors; ``None``: it cannot be found."""
    return _of_numpy("dot", dtype)


def gemm(dtype: str) -> Native | None:
    """The product of two matrices that torch calls; ``None``: it cannot be found."""
    torch = sys.modules["torch"]
    address = _address(torch._C, f"{LETTERS[dtype]}gemm_")
    return None if address is None else Native(address, np.int32)


def _of_numpy(name: str, dtype: str) -> Native | None:
    letter = LETTERS[dtype]
    module = sys.modules["numpy._core._multiarray_umath"]
    for pattern, whole in (
        ("scipy_{}_64_", np.int64),
        ("{}_64_", np.int64),
        ("scipy_{}_", np.int32),
        ("{}_", np.int32),
    ):
        address = _address(module, pattern.format(letter + name))
        if address is not None:
            return Native(address, whole)
    return None


def _address(module: ModuleType, name: str) -> int | None:
    """Where a function is that an extension module, or a library it was linked with, exports."""
    try:
        function = getattr(ctypes.CDLL(module.__file__), name)
    except (OSError, AttributeError):
        return None
    return ctypes.cast(function, ctypes.c_void_p).value


class Frame:
    """What a call is given: pointers to numbers that stay where they are.

    Args:
        whole: the dtype of whole numbers.
        values: numbers, letters, or arrays.
    """

    def __init__(self, whole: type[np.signedinteger], *values: int | str | Floats) -> None:
        self._kept = [
            value
            if isinstance(value, np.ndarray)
            else np.array([value], dtype=whole)
            if isinstance(value, int)
            else np.array([value.encode()])
            for value in values
        ]
        self.pointers = [array.ctypes.data for array in self._kept]

"""Where the products are that NumPy and torch call, so that others can call the very same."""

from __future__ import annotations

import ctypes
import sys
from types import ModuleType

import numpy as np

from linreg_core.arrays import Floats

LETTERS = {"float32": "s", "float64": "d"}

OF_NUMPY = ("scipy_{}_64_", "{}_64_", "scipy_{}_", "{}_")
"""What a function may be called in the library that NumPy was built with."""


def gemv(dtype: str) -> int | None:
    """The address of NumPy's product of a matrix and a vector; ``None``: it cannot be found."""
    return _of_numpy("gemv", dtype)


def dot(dtype: str) -> int | None:
    """The address of NumPy's product of two vectors; ``None``: it cannot be found."""
    return _of_numpy("dot", dtype)


def gemm(dtype: str) -> int | None:
    """The address of torch's product of two matrices; ``None``: it cannot be found."""
    return _address(sys.modules["torch"]._C, f"{LETTERS[dtype]}gemm_")


def threads() -> int | None:
    """How many threads NumPy's products use; ``None``: it cannot be told."""
    module = sys.modules["numpy._core._multiarray_umath"]
    for pattern in ("scipy_openblas_get_num_threads64_", "openblas_get_num_threads"):
        address = _address(module, pattern)
        if address is not None:
            return int(ctypes.CFUNCTYPE(ctypes.c_int)(address)())
    return None


def _of_numpy(name: str, dtype: str) -> int | None:
    module = sys.modules["numpy._core._multiarray_umath"]
    found = (_address(module, pattern.format(LETTERS[dtype] + name)) for pattern in OF_NUMPY)
    return next((address for address in found if address is not None), None)


def _address(module: ModuleType, name: str) -> int | None:
    """Where a function is that an extension module, or a library it was linked with, exports."""
    if sys.byteorder != "little":  # see `Frame`
        return None
    try:
        function = getattr(ctypes.CDLL(module.__file__), name)
    except (OSError, AttributeError):
        return None
    return ctypes.cast(function, ctypes.c_void_p).value


class Frame:
    """What a call is given, as Fortran gives it: pointers to numbers that stay where they are.

    A whole number has eight bytes, of which a function that expects four finds the lower ones.

    Args:
        values: numbers, letters, or arrays.
    """

    def __init__(self, *values: int | str | Floats) -> None:
        self._arrays = [
            np.array([value.encode()]) if isinstance(value, str) else np.atleast_1d(value)
            for value in values
        ]
        self.pointers = [array.ctypes.data for array in self._arrays]

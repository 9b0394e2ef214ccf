"""The one name for arrays of numbers in signatures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
"""An array of float32 or float64; docstrings give its shape."""

"""Numbers and names as text: pure functions, no Textual."""

from __future__ import annotations

import math


def shorten(text: str, width: int) -> str:
    """Cut a text to a number of characters, an ellipsis in the last place."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


def number(value: float, width: int, *, signed: bool = False) -> str:
    """Write a number in exactly ``width`` >= 9 characters, right-aligned, as precisely as fits.

    Fixed-point from 0.001 up to where the point would be the last to fit, otherwise with an
    exponent. Zeros at the end are written only where they are rounded digits: 50 is exactly 50,
    and 50.0000000 is not.

    Args:
        value: any float; what is not finite is written as nan, inf or -inf.
        width: characters.
        signed: whether to write the plus.
    """
    sign = "+" if signed and value != 0 else "-"
    if value == 0 or not math.isfinite(value):
        return f"{value + 0.0:{sign}g}".rjust(width)
    is_fixed = 1e-3 <= abs(value) < 10 ** (width - 4)
    for decimals in range(width - 2, -1, -1):
        text = f"{value:{sign}.{decimals}{'f' if is_fixed else 'e'}}"
        mantissa, exponent = (text, "") if is_fixed else _parts(text)
        if len(mantissa + exponent) <= width:
            break
    if "." in mantissa and float(text) == value:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return (mantissa + exponent).rjust(width)


def compact(value: float) -> str:
    """Write a number in at most 4 significant digits: 1e-4, 0.0331, 182k, 1.5M."""
    rounded = float(f"{value:.3g}")
    for limit, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if limit <= abs(rounded) < 1000 * limit:
            return f"{rounded / limit:g}{unit}"
    text = f"{value:.4g}"
    return "".join(_parts(text)) if "e" in text else text


def _parts(text: str) -> tuple[str, str]:
    """1.50e-04 as 1.50 and e-4, 2e+10 as 2 and e10."""
    mantissa, exponent = text.split("e")
    return mantissa, f"e{int(exponent)}"

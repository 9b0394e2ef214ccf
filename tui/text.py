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
    sign = "+" if signed else "-"
    if not math.isfinite(value):
        return f"{value:{sign}}".rjust(width)
    size = abs(value)
    if size == 0:
        return "0".rjust(width)
    if 1e-3 <= size < 10 ** (width - 4):
        for decimals in range(width - 3, -1, -1):
            text = f"{value:{sign}.{decimals}f}"
            if len(text) <= width:
                exact = "." in text and float(text) == value
                return (text.rstrip("0").rstrip(".") if exact else text).rjust(width)
    for decimals in range(width - 6, -1, -1):
        text = _short_exponent(f"{value:{sign}.{decimals}e}")
        if len(text) <= width:
            return text.rjust(width)
    return "#" * width


def compact(value: float) -> str:
    """Write a number in at most 4 significant digits, 3 before a unit: 1e-4, 0.0331, 182k, 1.5M."""
    rounded = float(f"{value:.3g}")
    for limit, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if limit <= abs(rounded) < 1000 * limit:
            return f"{rounded / limit:.3g}{unit}"
    text = f"{value:.4g}"
    return _short_exponent(text) if "e" in text else text


def duration(seconds: float) -> str:
    """Write a time in one unit, two at most: 3 s, 4 min, 2 h 5 min, 12 days, 3,000 years."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    days = minutes / (24 * 60)
    return f"{days:,.0f} days" if days < 1000 else f"{days / 365.25:,.0f} years"


def _short_exponent(text: str) -> str:
    """1.50e-04 as 1.50e-4, 2e+10 as 2e10."""
    mantissa, exponent = text.split("e")
    return f"{mantissa}e{int(exponent)}"

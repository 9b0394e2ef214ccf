"""Numbers and names as text: pure functions, no Textual."""

from __future__ import annotations

import math
import re

import linreg_core

MOST_NUMBER_WIDTH = 16
"""Characters of a number in a table: the last digits of float64 would leave no room for others."""

NOT_FINITE = re.compile(r"(?<![\w.])-?(inf|nan)(?![\w.])")
"""A number that is none, as it is written everywhere."""

OPTION = re.compile(r"(?<!\S)--([a-z][a-z-]*[a-z])")

OPTION_WORDS = {
    "one-hot": "one-hot (h)",
    "date": "a date (d)",
    "target": "target (t)",
    "header": "first line: names",
    "no-header": "first line: data",
    "missing": "missing:",
    "missing-values": "means missing",
    "decimal-comma": "decimals 1,5",
    "dtype": "precision",
    "lr": "learning rate",
    "standardize": "standardise",
}
"""What the screen calls options that it has under another name, or a key for."""

UNKNOWN = "unknown"
"""What stands for a number of which no digit is known."""


def shorten(text: str, width: int) -> str:
    """Cut a text to a number of characters, an ellipsis in the last place."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


def in_screen_words(text: str) -> str:
    """Say what the core says of options of the command line in the words of the screen.

    Where no key is for it, an option is a field of that name: --skip-lines is skip lines.
    """
    return OPTION.sub(lambda found: OPTION_WORDS.get(found[1], found[1].replace("-", " ")), text)


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


def full_width(dtype: str) -> int:
    """Characters of a number with all digits of its dtype, or MOST_NUMBER_WIDTH: more say nothing.

    Beside the digits there is room for the sign, the point and an exponent as in -1.234567e-5.
    """
    return min(int(linreg_core.digits_of(dtype)) + len("-.e-5"), MOST_NUMBER_WIDTH)


def compact(value: float) -> str:
    """Write a number in 4 significant digits at most, 3 before a unit: 0.0331, 182k, 1.5M."""
    rounded = float(f"{value:.3g}")
    for limit, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if limit <= abs(rounded) < 1000 * limit:
            return f"{rounded / limit:g}{unit}"
    text = f"{value:.4g}"
    return "".join(_parts(text)) if "e" in text else text


def counted(count: int, thing: str) -> str:
    """Write a number of things: 1 row, 2,000 rows."""
    return f"{count:,} {thing}{'s' * (count != 1)}"


def not_drawn(backend: str, init: object) -> str:
    """That a run's initial weights do not depend on the seed; empty where they do.

    Args:
        backend: its name.
        init: as `TrainConfig` takes it, also as a person types it.
    """
    info = linreg_core.BACKENDS[backend]
    words = info.init if init == "article" else f"{init}"
    return "" if info.draws(init) else f"initial weights are {words}, not drawn"


def rows_in_words(run: linreg_core.RunInfo) -> str:
    """How many rows a run has, and of how many they are a sample."""
    if run.whole is None:
        return counted(run.rows, "row")
    return f"{run.rows:,} of {run.whole.rows:,} rows"


def epochs_in_words(count: float) -> str:
    """Write a number of epochs, few of them with a decimal: 1.4 of them are not 1."""
    if count < 1:
        return "less than 1"
    return f"{count:,.0f}" if count >= 10 else f"{count:.2g}"


def bar(share: float, width: int) -> str:
    """Draw a share from 0 to 1 in ``width`` cells, full only where nothing is missing."""
    eighths = min(int(min(max(share, 0.0), 1.0) * width * 8), width * 8 - (share < 1))
    full, rest = divmod(eighths, 8)
    return ("█" * full + " ▏▎▍▌▋▊▉"[rest] * bool(rest)).ljust(width, "░")


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


def _parts(text: str) -> tuple[str, str]:
    """1.50e-04 as 1.50 and e-4, 2e+10 as 2 and e10."""
    mantissa, exponent = text.split("e")
    return mantissa, f"e{int(exponent)}"

"""What makes a number of a cell that holds none as it stands: true and false, dates, units."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from datetime import UTC, datetime

from linreg_core.datasets.table.text.grammar import BLANKS, MINUS, Mark, as_number
from linreg_core.safe_text import quoted

Refused = tuple[str, str]
"""Code and message."""


class Reading(ABC):
    """Makes numbers of cells; the same text is always the same number."""

    @abstractmethod
    def number(self, cell: str) -> float | None:
        """Return the number of a cell without blanks around it; ``None``: it holds none."""

    @abstractmethod
    def refusal(self, cell: str) -> Refused:
        """Return what is said about a cell that holds none."""


class AsText(Reading):
    """No numbers: words such as unknown are levels as others are, and not missing."""

    def number(self, cell: str) -> float | None:
        """See `Reading`."""
        return None

    def refusal(self, cell: str) -> Refused:
        """See `Reading`."""
        return "not-a-number", f"{quoted(cell)} is text"


class Booleans(Reading):
    """True is 1 and false is 0, in small or capital letters."""

    def number(self, cell: str) -> float | None:
        """See `Reading`."""
        return {"true": 1.0, "false": 0.0}.get(cell.lower())

    def refusal(self, cell: str) -> Refused:
        """See `Reading`."""
        return "not-a-number", f"{quoted(cell)} is neither true nor false; correct it"


class Dates(Reading):
    """Days since 1970-01-01.

    Args:
        format: see ``TableOptions.date_format``.
    """

    def __init__(self, format: str | None) -> None:  # noqa: A002  (the field's word)
        self._format = format

    def number(self, cell: str) -> float | None:
        """See `Reading`; a time without a zone is taken as one without summer time."""
        try:
            if self._format is None:
                moment = datetime.fromisoformat(cell)
            else:
                moment = datetime.strptime(cell, self._format)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            since = moment - datetime(1970, 1, 1, tzinfo=UTC)
        except (ValueError, OverflowError):
            return None
        return since.days + (since.seconds + since.microseconds / 1e6) / 86_400

    def refusal(self, cell: str) -> Refused:
        """See `Reading`."""
        if self._format is not None:
            return "not-a-date", f"{quoted(cell)} is no date written {quoted(self._format)}"
        return (
            "not-a-date",
            f"{quoted(cell)} is no date like 2024-01-31; correct it, or say how the dates are "
            "written: --date-format %d.%m.%Y",
        )


_MONEY = (
    r"[$€£¥₹₽₩₺₫₴₦₱฿₪¢]|(?:US|A|C|NZ|HK|R)\$|USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|NZD|SEK|NOK|DKK"
    r"|PLN|CZK|HUF|BRL|MXN|RUB|KRW|ZAR|TRY|SGD|HKD|Rs\.?|kr\.?"
)
_SHARES = ("%", "‰")
NO_UNIT = r"st|nd|rd|th|[eEdD][23]?"
"""An ordinal, or what is left of an exponent."""

_WORD = r"[A-Za-zµμΩ]{1,8}(?:[²³]|\^?[23])?"
_UNIT = rf"{_MONEY}|%|‰|°[CFK]?|º[CF]?|{_WORD}(?:[/·*]{_WORD})?"
_BETWEEN = {".": ",", ",": "."}
_GAP = " \u00a0\u2007\u2009\u202f"


def _digits(mark: Mark) -> str:
    """Return the pattern of digits with marks between thousands, and with or without decimals."""
    point, comma = re.escape(mark), re.escape(_BETWEEN[mark])
    grouped = rf"[0-9]{{1,3}}(?:{comma}[0-9]{{2,3}})*{comma}[0-9]{{3}}"
    spaced = "|".join(rf"[0-9]{{1,3}}(?:{gap}[0-9]{{3}})+" for gap in ("'", "’", *_GAP))
    return rf"(?:(?:{grouped}|{spaced}|[0-9]+)(?:{point}[0-9]*)?|{point}[0-9]+)"


LOOSE: dict[Mark, str] = {
    mark: rf"\(?[+{MINUS}-]?(?:(?P<before>{_MONEY}|\#)[{_GAP}]?)?[+{MINUS}-]?"
    rf"(?P<digits>{_digits(mark)})(?:[{_GAP}]?(?P<behind>{_UNIT}))?\)?"
    for mark in (".", ",")
}
"""A number with something around it, or between its digits."""


class Loose(Reading):
    """Numbers as readr's ``parse_number`` reads them, but of one unit.

    One sign or unit may stand before or behind them, marks between thousands, and brackets for a
    minus. The first unit that comes is that of the column; numbers without one may stand among
    them, but not among percentages: 0.5 and 50% may be the same.

    Args:
        mark: the decimal mark.
    """

    def __init__(self, mark: Mark) -> None:
        self._mark: Mark = mark
        self._unit: str | None = None
        self._bare = False

    def number(self, cell: str) -> float | None:
        """See `Reading`."""
        number, unit = parted(cell, self._mark) or (as_number(cell, self._mark), "")
        if number is None:
            return None
        if unit and self._unit is None and not (unit in _SHARES and self._bare):
            self._unit = unit
        self._bare |= not unit and number != 0
        is_same = unit == self._unit or not (unit or (self._unit in _SHARES and number != 0))
        return number if is_same else None

    def refusal(self, cell: str) -> Refused:
        """See `Reading`."""
        _, unit = parted(cell, self._mark) or (as_number(cell, self._mark), "")
        if not unit and as_number(cell, self._mark) is None:
            return (
                "not-a-number",
                f"{quoted(cell)} is no number, with --loose-numbers either; correct it",
            )
        others = "are without" if self._unit is None else f"are in {quoted(self._unit)}"
        return "mixed-units", f"{quoted(cell)}, and cells above {others}; write all in one unit"


def parted(cell: str, mark: Mark) -> tuple[float, str] | None:
    """Return number and unit of a cell; ``None``: it is a number as it stands, or none at all."""
    text = cell.strip(BLANKS + _GAP)
    found = re.fullmatch(LOOSE[mark], text)
    if found is None or as_number(text, mark) is not None:
        return None
    before, behind = found["before"] or "", found["behind"] or ""
    signs = [sign for sign in text[: found.start("digits")] if sign in f"+-{MINUS}"]
    in_brackets = text.startswith("(")
    if (
        (before and behind)
        or len(signs) + in_brackets > 1
        or in_brackets != text.endswith(")")
        or re.fullmatch(NO_UNIT, behind)
    ):
        return None
    plain = re.sub(rf"['’{_GAP}{re.escape(_BETWEEN[mark])}]", "", found["digits"])
    number = float(plain.replace(mark, "."))
    is_minus = in_brackets or any(sign != "+" for sign in signs)
    return -number if is_minus else number, before or behind

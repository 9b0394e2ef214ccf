"""Numbers on the command line, written as they are everywhere here."""

from __future__ import annotations

from typing import Any

import click

from linreg_core import LinregError, parse_number, parse_whole


class Whole(click.types.IntParamType):
    """A whole number as it is written everywhere here: Python reads 1_000 and ٣ as numbers, too."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read what was typed; what is a number already stays."""
        try:
            return parse_whole(value, "the value") if isinstance(value, str) else int(value)
        except LinregError as error:
            self.fail(f"{error.message}.", param, ctx)


class Epochs(click.IntRange):
    """Such a number, of epochs."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read what was typed; what is a number already stays."""
        return int(super().convert(Whole().convert(value, param, ctx), param, ctx))


class Number(click.types.FloatParamType):
    """A number, likewise; nan and inf are ones here, and out of every range."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read what was typed; what is a number already stays."""
        if not isinstance(value, str) or value.strip().lower() in ("nan", "inf", "-inf"):
            return float(value)
        try:
            return parse_number(value, "the value")
        except LinregError as error:
            self.fail(f"{error.message}.", param, ctx)

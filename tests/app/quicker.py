"""Textual as it is, only quicker: hundreds of apps are started here, each with the same styles.

Set by importing this before the first app is made.
"""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

# Textual's own says the same, `id(self)`, in Python: two million times in ten seconds of tests.
RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]

_parse = Stylesheet._parse_rules
_parsed: dict[object, list[RuleSet]] = {}


def _parse_once(self: Stylesheet, css: str, read_from: Any, *more: Any, **named: Any) -> Any:
    """Give what the same text with the same variables has given before; nobody changes it."""
    variables = tuple(sorted(self._variables.items()))
    key = (css, read_from, more, tuple(sorted(named.items())), variables)
    if key not in _parsed:
        _parsed[key] = _parse(self, css, read_from, *more, **named)
    return _parsed[key]


Stylesheet._parse_rules = _parse_once  # type: ignore[method-assign]

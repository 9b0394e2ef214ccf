"""Textual as it is, only quicker: hundreds of apps are started here, each with the same styles.

Set by importing this before the first app is made.
"""

from __future__ import annotations

from typing import Any

import textual.screen
from textual.css.model import RuleSet
from textual.css.styles import RenderStyles
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

# Textual's own says the same, `id(self)`, in Python: two million times in ten seconds of tests.
RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]

# A screen is drawn when a test has waited for what it did, not sixty times a second until then.
textual.screen.UPDATE_PERIOD = 1.0  # type: ignore[misc]

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


class _Parts(dict[str, RenderStyles]):
    """The styles of a widget's parts, each found when it is asked for: most never are."""

    def __init__(self, sheet: Stylesheet, node: DOMNode, names: frozenset[str]) -> None:
        super().__init__()
        self._sheet, self._node, self._names = sheet, node, names

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __missing__(self, name: str) -> RenderStyles:
        part = DOMNode(classes=name)
        part._attach(self._node)
        self._sheet.apply(part, animate=False)
        self[name] = part.styles
        return part.styles


def _find_parts_later(self: Stylesheet, node: DOMNode) -> None:
    """Forget the styles of a widget's parts; draw it anew if one that was used is another now."""
    names = node._get_component_classes()
    if names:
        before, node._component_styles = node._component_styles, _Parts(self, node, names)
        if any(node._component_styles[name] != styles for name, styles in before.items()):
            node.refresh()


Stylesheet._process_component_classes = _find_parts_later  # type: ignore[method-assign]

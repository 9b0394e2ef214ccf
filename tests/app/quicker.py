"""Textual as it is, only quicker: hundreds of apps are started here, each with the same styles.

Set by importing this before the first app is made.
"""

from __future__ import annotations

from typing import Any

from textual._context import active_app
from textual.css.model import RuleSet
from textual.css.styles import RenderStyles, RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

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


_apply = Stylesheet.apply
_FLAGS = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")
_sheets: dict[object, int] = {}
_found: dict[object, tuple[list[Any], RulesMap]] = {}


def _number_of(sheet: Any) -> int:
    """The same number for sheets of the same rules."""
    if sheet.rules is not getattr(sheet, "numbered", None):
        sheet.numbered = sheet.rules
        sheet.number = _sheets.setdefault(tuple(map(id, sheet.rules)), len(_sheets))
    return int(sheet.number)


def _apply_once(
    self: Stylesheet,
    node: DOMNode,
    *,
    animate: bool = False,
    cache: dict[Any, RulesMap] | None = None,
) -> None:
    """Give a node what was found for one with the same path and the same rules, in any app."""
    app = active_app.get()
    looks = app.app_focus, app.current_theme.dark, app.native_ansi_color, app.no_color
    key = _number_of(self), looks, tuple(map(_asked_of, node.css_path_nodes))
    if key not in _found:
        new: dict[Any, RulesMap] = {}
        _apply(self, node, animate=animate, cache=new)
        for rules in new.values():  # none where a rule asks for a node's place among others
            _found[key] = [getattr(node, flag) for flag in _FLAGS], rules
        return
    flags, rules = _found[key]
    for flag, value in zip(_FLAGS, flags, strict=True):
        setattr(node, flag, value)
    if node.styles.base._rules != rules:
        self.replace_rules(node, rules, animate=animate)
    elif not animate:
        node.notify_style_update()
    self._process_component_classes(node)


def _asked_of(node: DOMNode) -> object:
    """What a rule may ask of a node, but for its place among others."""
    name = type(node), node._id, frozenset(node._classes)
    if isinstance(node, Widget):
        return name, node.mouse_hover, node.has_focus, node.disabled, node.allow_focus()
    return name


Stylesheet.apply = _apply_once  # type: ignore[method-assign]

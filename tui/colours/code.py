"""How code looks: what runs stands out, what explains it stands back."""

from __future__ import annotations

from functools import lru_cache

from pygments.token import Token  # type: ignore[import-untyped]
from textual.content import Content
from textual.highlight import HighlightTheme, highlight


class CodeColors(HighlightTheme):
    """Few colours, each of which can be read on the marked ground, too."""

    STYLES = {
        Token.Comment: "$text-muted italic",
        Token.Literal.String: "$hue-yellow",
        Token.Literal.String.Doc: "$text-muted italic",
        Token.Literal.Number: "$hue-blue",
        Token.Keyword: "bold",
        Token.Keyword.Constant: "$hue-blue",
        Token.Operator.Word: "bold",
        Token.Name.Function: "bold",
        Token.Name.Decorator: "$hue-blue",
    }


@lru_cache(maxsize=64)  # the phases of all backends: a fork has the code of its run
def highlighted(text: str) -> tuple[Content, ...]:
    """The lines of a piece of Python, in these colours."""
    return tuple(highlight(text, language="python", theme=CodeColors).split("\n"))

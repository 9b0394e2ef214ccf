"""How code looks: what runs stands out, what explains it stands back."""

from __future__ import annotations

from pygments.token import Token  # type: ignore[import-untyped]
from textual.highlight import HighlightTheme


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

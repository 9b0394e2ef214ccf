"""Every error a user can meet: one class, one line of text, a stable code.

Anything else that escapes the core is a fault of ours, not of the user's input.
"""

from __future__ import annotations

from typing import Any

from linreg_core.safe_text import brief, brief_path, shortened, visible

EXCERPT_CHARACTERS = 60

Advice = tuple[str, Any]
"""A field of ``TableOptions``, and its value."""


class LinregError(Exception):
    """An input was refused.

    The message says what was found and what to do, without the place; ``str(error)`` puts the
    place before it: ``FILE:LINE: column NAME: message``.

    Args:
        code: stable identifier in kebab-case, the same in every release ("missing-value").
        message: what is wrong and what to do, in one line; a very long one is cut.
        file: the file it was found in; ``None`` when no file is to blame.
        line: line of that file, counted from 1; ``None`` when no single line is to blame.
        column: name of the table's column; ``None`` when no single column is to blame.
        advice: what to set so that the table opens, or is refused for another reason: fields of
            ``TableOptions`` and what to put there, or to add to what a tuple holds. Where there
            are several, any of them; the message names their flags.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: str | None = None,
        advice: tuple[Advice, ...] = (),
    ) -> None:
        super().__init__(code, message, file, line, column, advice)
        self.code = code
        self.message = brief(message)
        self.file = file
        self.line = line
        self.column = column
        self.advice = advice

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle whole, so that the error survives the way from the engine's process."""
        return _rebuild, (self.code, self.message, vars(self))

    def __str__(self) -> str:
        prefix = ""
        if self.file is not None:
            prefix = brief_path(self.file) + ("" if self.line is None else f":{self.line}") + ": "
        if self.column is not None:
            prefix += f"column {shortened(self.column)}: "
        return prefix + self.message

    def at(self, *, file: str | None, column: str | None) -> LinregError:
        """The same refusal, with a file, and a column shown otherwise."""
        return LinregError(
            self.code,
            self.message,
            file=file,
            line=self.line,
            column=column,
            advice=self.advice,
        )


class ExpressionError(LinregError):
    """A condition that cannot be read.

    Args:
        message: what was expected.
        expression: what was written.
        position: where in it the fault is, from 0.
    """

    def __init__(self, message: str, expression: str, position: int) -> None:
        super().__init__("bad-condition", message)
        self.expression = expression
        self.position = position

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.message, self.expression, self.position)

    @property
    def excerpt(self) -> str:
        """Two lines: the expression, visible, or of a long one what stands around the fault; ^."""
        begin = max(0, self.position - EXCERPT_CHARACTERS)
        end = self.position + EXCERPT_CHARACTERS
        before = "…" * (begin > 0) + visible(self.expression[begin : self.position])
        behind = visible(self.expression[self.position : end]) + "…" * (end < len(self.expression))
        return f"{before}{behind}\n{' ' * len(before)}^"


def _rebuild(code: str, message: str, attributes: dict[str, Any]) -> LinregError:
    error = LinregError(code, message)
    vars(error).update(attributes)
    return error

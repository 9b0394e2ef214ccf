"""One epoch written out with its numbers, so that it can be checked by hand.

Every result is the number that the backend computed, rounded. The numbers put into a formula are
the backend's too, written with as many digits as it takes for the formula, worked out with the
numbers as written, to give the result as written. Where rounding in float32 makes that impossible
the result keeps fewer digits, and in the end "≈" stands for "=".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import partial

import numpy as np

from linreg_core.arrays import Floats

MOST_ROWS, MOST_FEATURES = 4, 3
"""What is written out; of more rows or features the rest is one number."""

MOST_DIGITS = {"float32": 7, "float64": 10}
LEAST_DIGITS = 4
OPERAND_DIGITS = range(3, 18)

EXACT = Context(prec=64, traps=[])
"""Numbers as written are worked out in these digits: in float64 the rounding errors of what cancels
would be the backend's own, and a line would seem to give a result that its reader does not find.
"""

Write = Callable[[float], str]


@dataclass(frozen=True, eq=False)
class Worksheet:
    """The formulas of one epoch.

    Args:
        epoch: the epoch whose weights go in; the update leads to the next.
        lines: for each phase by name, its lines; without numbers where it has not been run.
        done: how many phases have been run.
    """

    epoch: int
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    done: int


@dataclass(frozen=True, eq=False)
class Numbers:
    """What an epoch worked with; the arrays are in the run's dtype.

    Args:
        X: design matrix, shape (n, p), the bias column last if there is one.
        y: target, shape (n,).
        names: of the weights, p of them, made safe to show.
        gradient_names: what the backend calls their derivatives.
        lr: the learning rate.
        weights: before the update, shape (p,).
        prediction: shape (n,).
        residual: shape (n,).
        loss: mean squared error.
        gradient: shape (p,).
        updated: the weights after the update, shape (p,); ``None``: not updated yet.
    """

    X: Floats
    y: Floats
    names: Sequence[str]
    gradient_names: Sequence[str]
    lr: float
    weights: Floats
    prediction: Floats
    residual: Floats
    loss: float
    gradient: Floats
    updated: Floats | None

    @property
    def digits(self) -> int:
        """How many digits of a result are written at most."""
        return MOST_DIGITS[str(self.weights.dtype)]


FORMULAS = {
    "forward": "ŷ = X·w",
    "loss": "MSE = 1/n·Σ (ŷ − y)²",
    "gradient": "∂MSE/∂w = 2/n·Xᵀ·(ŷ − y)",
    "update": "w ← w − lr·∂MSE/∂w",
    "zero_grad": "the gradient ← 0, or the next adds to it",
}
"""What a phase does, in symbols."""


def write_phase(phase: str, numbers: Numbers) -> tuple[str, ...]:
    """The lines of a phase that has been run."""
    writers = {
        "forward": _forward,
        "loss": _loss,
        "gradient": _gradient,
        "update": _update,
    }
    writer = writers.get(phase)
    return (FORMULAS[phase],) if writer is None else tuple(writer(numbers))


def _forward(numbers: Numbers) -> list[str]:
    rows = min(len(numbers.y), MOST_ROWS)
    lines = []
    for row in range(rows):
        terms = _terms(numbers.X[row], numbers.weights, MOST_FEATURES)
        lines.append(
            written_out(f"ŷ{_low(row + 1)}", terms, float(numbers.prediction[row]), numbers.digits)
        )
    return lines + _more(len(numbers.y) - rows, "row")


def _loss(numbers: Numbers) -> list[str]:
    n = len(numbers.y)
    squares = Terms(
        [(None, float(value)) for value in numbers.residual[:MOST_ROWS]],
        rest=_dot(numbers.residual[MOST_ROWS:], numbers.residual[MOST_ROWS:]),
        more=n - MOST_ROWS,
        factor=(1, n),
        is_squares=True,
    )
    return [written_out("MSE", squares, numbers.loss, numbers.digits)]


def _gradient(numbers: Numbers) -> list[str]:
    n, p = numbers.X.shape
    lines = []
    for weight in range(min(p, MOST_FEATURES)):
        terms = _terms(numbers.X[:, weight], numbers.residual, MOST_ROWS, factor=(2, n))
        name = numbers.gradient_names[weight]
        result = float(numbers.gradient[weight])
        lines.append(written_out(name, terms, result, numbers.digits))
    return lines + _more(p - MOST_FEATURES, "weight")


def _update(numbers: Numbers) -> list[str]:
    if numbers.updated is None:
        return [FORMULAS["update"]]
    p = len(numbers.weights)
    lines = []
    for index in range(min(p, MOST_FEATURES)):
        evaluate = partial(
            _step_down, float(numbers.weights[index]), numbers.lr, float(numbers.gradient[index])
        )
        result = float(numbers.updated[index])
        lines.append(_fit(f"{numbers.names[index]} ←", evaluate, result, numbers.digits))
    return lines + _more(p - MOST_FEATURES, "weight")


def _step_down(w: float, lr: float, gradient: float, write: Write) -> tuple[str, Decimal]:
    one, rate, two = write(w), write(lr), write(gradient)
    return f"{one} − {rate}·{_bracketed(two)}", Decimal(one) - Decimal(rate) * Decimal(two)


@dataclass(frozen=True)
class Terms:
    """A sum to be written out.

    Args:
        pairs: factors of each term; ``None`` for a first factor that is not written.
        rest: the sum of the terms that are not written out.
        more: how many those are; <= 0: none.
        factor: numerator and denominator in front of the sum; (1, 1) is not written.
        is_squares: whether a term is the square of its second factor.
    """

    pairs: Sequence[tuple[float | None, float]]
    rest: float
    more: int
    factor: tuple[int, int] = (1, 1)
    is_squares: bool = False


def written_out(name: str, terms: Terms, result: float, most_digits: int) -> str:
    """A line like ``MSE = 1/3·[(−2)² + 1²] = 1.666667``."""
    numerator, denominator = terms.factor

    def evaluate(write: Write) -> tuple[str, Decimal]:
        texts, total = [], Decimal(0)
        for first, second in terms.pairs:
            one, two = "" if first is None else write(first), write(second)
            if terms.is_squares:
                texts.append(f"({two})²" if "e" in two or "-" in two else f"{two}²")
                total += Decimal(two) * Decimal(two)
            else:
                texts.append(f"{_bracketed(one)}·{_bracketed(two)}" if one else _bracketed(two))
                total += Decimal(one or 1) * Decimal(two)
        if terms.more > 0:
            rest = write(terms.rest)
            texts.append(f"… {terms.more:,} more: {_bracketed(rest)}")
            total += Decimal(rest)
        text = " + ".join(texts)
        if terms.factor != (1, 1):
            text = f"{numerator}/{denominator:,}·[{text}]"
        return text, total * numerator / denominator

    return _fit(f"{name} =", evaluate, result, most_digits)


def _fit(
    head: str, evaluate: Callable[[Write], tuple[str, Decimal]], result: float, most_digits: int
) -> str:
    """Choose the digits: most of the result first, then fewest of the numbers put in."""
    for result_digits in range(most_digits, LEAST_DIGITS - 1, -1):
        shown = write_number(result, result_digits)
        for digits in OPERAND_DIGITS:
            with localcontext(EXACT):
                text, value = evaluate(partial(write_number, digits=digits))
            if write_number(float(value), result_digits) == shown:
                return head + _minus(f" {text} = {shown}")
    text, _ = evaluate(partial(write_number, digits=LEAST_DIGITS))
    return head + _minus(f" {text} ≈ {shown}")


def write_number(value: float, digits: int) -> str:
    """A number rounded to so many significant digits, in the shortest form."""
    text = f"{value:.{digits}g}"
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    return f"{mantissa}e{int(exponent)}"


def _terms(first: Floats, second: Floats, most: int, factor: tuple[int, int] = (1, 1)) -> Terms:
    return Terms(
        [(float(a), float(b)) for a, b in zip(first[:most], second[:most], strict=True)],
        rest=_dot(first[most:], second[most:]),
        more=len(first) - most,
        factor=factor,
    )


def _dot(one: Floats, other: Floats) -> float:
    with np.errstate(all="ignore"):
        return float(np.dot(one.astype(np.float64), other.astype(np.float64)))


def _more(count: int, what: str) -> list[str]:
    return [f"… {count:,} more {what}{'s' if count > 1 else ''}"] if count > 0 else []


def _low(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _minus(text: str) -> str:
    """Write minus signs as such; those of exponents stay as they are typed."""
    return text.replace("(-", "(−").replace(" -", " −").replace("[-", "[−")

"""The problems that come with the program: what each teaches, and what of it can be chosen.

The numbers themselves are made in ``generate``; this imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from linreg_core.datasets.options import DEFAULT_MADE, FLAGS, MOST_NUMBERS, Made, MadeOptions
from linreg_core.errors import LinregError
from linreg_core.records import dataclass
from linreg_core.safe_text import quoted

if TYPE_CHECKING:
    from linreg_core.problem import Problem


@dataclass(frozen=True)
class BuiltinInfo:
    """A problem that comes with the program, before it is made.

    Args:
        name: what a user types.
        teaches: what there is to see in it, in one sentence.
        parameters: which fields of `MadeOptions` can be chosen.
        defaults: what these are unless chosen, and what they always are of the other fields.
    """

    name: str
    teaches: str
    parameters: tuple[str, ...]
    defaults: Made

    @property
    def flags(self) -> dict[str, int | float]:
        """The command line's option for each parameter, and its default."""
        return {FLAGS[name]: getattr(self.defaults, name) for name in self.parameters}


def make(name: str, made: MadeOptions = DEFAULT_MADE) -> Problem:
    """Return a built-in problem.

    Args:
        name: a key of `BUILTINS`.
        made: what was chosen of it.

    Raises:
        LinregError: "option-not-for-builtin" for what cannot be chosen of this problem;
            "bad-option" when rows times columns are more than `MOST_NUMBERS`.
    """
    info = BUILTINS[name]
    chosen = {field: value for field, value in asdict(made).items() if value is not None}
    for field in chosen:
        if field not in info.parameters:
            known = ", ".join(info.flags) or "no such option"
            raise LinregError(
                "option-not-for-builtin",
                f"{FLAGS[field]} is set, but {quoted(name)} knows {known}; leave it out",
            )
    options = replace(info.defaults, **chosen)
    if options.rows * options.columns > MOST_NUMBERS:
        raise LinregError(
            "bad-option",
            f"--rows times --columns must be at most {MOST_NUMBERS:,}, got {options.rows:,} times "
            f"{options.columns:,}",
        )
    # Here and not above: the command line lists these problems, and imports no NumPy for that.
    from linreg_core.datasets.builtin.generate import MAKERS  # noqa: PLC0415

    return MAKERS[name](name, options)


_DRAWN = ("rows", "noise", "seed")
_ANSCOMBE_S = (), Made(rows=11, columns=1)

_INFOS = (
    BuiltinInfo(
        "article",
        "The article's three rows have an exact answer: NumPy comes near it in a million epochs, "
        "float32 stops on the way.",
        (),
        Made(rows=3, columns=2),
    ),
    BuiltinInfo(
        "line",
        "With noise, the line of least squares is near the one that made the data, and not on it.",
        _DRAWN,
        Made(rows=100, columns=1, noise=1.0, seed=0),
    ),
    BuiltinInfo(
        "plane",
        "With several features, each weight is what its feature adds while the others stay the "
        "same.",
        ("rows", "columns", "noise", "seed"),
        Made(rows=100, columns=2, noise=1.0, seed=0),
    ),
    BuiltinInfo(
        "ill-conditioned",
        "Features that nearly agree make the loss a long narrow valley: a step that its sides "
        "allow hardly moves along its floor.",
        ("rows", "columns", "noise", "seed"),
        Made(rows=100, columns=2, noise=0.1, seed=0),
    ),
    BuiltinInfo(
        "collinear",
        "Where one feature follows from another, many weights are equally good, and the start "
        "decides which of them a run finds.",
        _DRAWN,
        Made(rows=100, columns=2, noise=1.0, seed=0),
    ),
    BuiltinInfo(
        "outlier",
        "One row far from the others turns the whole line, because its error counts squared.",
        _DRAWN,
        Made(rows=20, columns=1, noise=1.0, seed=0),
    ),
    BuiltinInfo(
        "anscombe-1",
        "Rows scattered about a line: of Anscombe's four, which share line and R², the one that "
        "these describe.",
        *_ANSCOMBE_S,
    ),
    BuiltinInfo(
        "anscombe-2",
        "A curve: the line and R² of anscombe-1, and the wrong model.",
        *_ANSCOMBE_S,
    ),
    BuiltinInfo(
        "anscombe-3",
        "An exact line but for one row, which turns the best line away from all the others.",
        *_ANSCOMBE_S,
    ),
    BuiltinInfo(
        "anscombe-4",
        "One row alone decides the slope: in all others x is the same.",
        *_ANSCOMBE_S,
    ),
)

BUILTINS: Mapping[str, BuiltinInfo] = MappingProxyType({info.name: info for info in _INFOS})
"""The built-in problems by the name that a user types."""

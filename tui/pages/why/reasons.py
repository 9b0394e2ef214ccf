"""What holds a run, or does not yet, in sentences: each a case that was measured. Pure.

Every function gives what is true of the facts it is given, or nothing.
"""

from __future__ import annotations

from linreg_core import Compared, Held, Side, Status, Trust, visible
from tui.digits import shortest
from tui.text import compact

MOSTLY = 0.995
"""The part of the squared distance from which on nothing is said of the rest of it."""

CLOSE = 0.9
"""A step of more than this part of half a gap is told in more digits, or it would look larger."""

SMALL = 0.1
"""Of lr · λ: then steps die out while the distance is still many gaps."""

UNITS = "in the run's standardised units"


def reason(side: Side, compared: Compared) -> str:
    """Why one of the weights stays as it is, or still moves."""
    held = side.held
    if held is None or side.status in (Status.DIVERGED, Status.CONVERGED):
        return ""
    if held.trust is Trust.ZERO:
        return f"lr·gradient is exactly 0 for {visible(held.name)}, and not by rounding."
    sentence = _doubt(held, side.dtype, compared)
    if not sentence:
        sentence = f"{_here(held, side.dtype, compared)} {_step(side, held)}"
    return f"{sentence} Nothing moves any more." if held.is_stuck else sentence


def contrast(side: Side, compared: Compared) -> str:
    """Why the other run goes on."""
    held, right = side.held, f"{side.digits[-1]:.1f} correct digits"
    if held is None:
        return f"In {side.dtype} the run is at epoch {side.epoch:,}, with {right}."
    if held.is_stuck:
        return f"In {side.dtype} the epoch after {side.epoch:,} changes nothing, with {right}."
    doubt = _doubt(held, side.dtype, compared)
    if doubt or held.trust is Trust.ZERO:
        moves = f"In {side.dtype} {visible(held.name)} still moves at epoch {side.epoch:,}"
        return f"{moves}, with {right}. {doubt}".strip()
    which = visible(held.name) + f", {UNITS}" * compared.is_scaled
    return (
        f"In {side.dtype} the numbers near {compact(held.weight)} ({which}) are "
        f"{_short(held.gap)} apart; lr·gradient, {_short(held.step)}, is "
        f"{_gaps(held.step / held.gap)} of these gaps: at epoch {side.epoch:,} the run has {right} "
        "and still moves."
    )


def what_is_left(side: Side, compared: Compared) -> str:
    """Along which direction the rest of the way lies, and why just there."""
    left = side.left
    if left is None or side.status is Status.DIVERGED:
        return ""
    mostly, share = "", ""
    if left.share < MOSTLY:
        mostly, share = " mostly", f" ({left.share:.0%} of the squared distance)"
    direction = visible(left.direction)
    where = f"What is left to go in {side.dtype} lies{mostly} along {direction}{share}"
    if left.eigenvalue is None:
        return (
            f"{where}. To go along it changes no prediction, so nothing pulls the weights back: "
            "rounding alone has moved them there."
        )
    flattest = ", where the loss is flattest" * left.is_flattest
    if not left.is_felt:
        return f"{where}{flattest}."
    dies = side.status is Status.FROZEN and compared.lr * left.eigenvalue <= SMALL
    fades = ", and the steps die out long before it does" * (left.is_flattest and dies)
    return (
        f"{where}{flattest}: there the gradient is {compact(left.eigenvalue)} (λ, the curvature of "
        f"the loss) times the distance{fades}."
    )


def _here(held: Held, dtype: str, compared: Compared) -> str:
    """A weight, and how fine the numbers are there."""
    which = "the largest weight" + " that moves" * (not held.is_stuck)
    units = f", {UNITS}" * compared.is_scaled
    return (
        f"Numbers lie widest apart at {which}: near {compact(held.weight)} ({visible(held.name)}"
        f"{units}), the numbers of {dtype} are {_exactly_enough(held, held.gap)} apart."
    )


def _step(side: Side, held: Held) -> str:
    """The step there, where the gradient is one."""
    step = f"lr·gradient is {_exactly_enough(held, held.step)} there"
    if held.is_stuck:
        return f"{step}, {_half(held)}"
    if side.status is Status.CYCLE:
        return f"{step}{_circle(side, held)}"
    return (
        f"{step}, {_gaps(held.step / held.gap)} of these gaps. It shrinks with the gradient; "
        "below half a gap it is rounded away."
    )


def _half(held: Held) -> str:
    """A step that is rounded away."""
    if held.is_tie:
        return (
            "exactly half of that: a tie, which goes to the neighbour whose last bit is 0. That "
            "is w itself: w − lr·gradient rounds back to w."
        )
    less = "less than half of that: " if held.step < held.gap / 2 else "and "
    return f"{less}w − lr·gradient rounds back to w."


def _circle(side: Side, held: Held) -> str:
    """A step of a turn that ends where it began."""
    if not side.gains:
        return f", {_gaps(held.step / held.gap)} of these gaps."
    return (
        ". In exact arithmetic the next epoch would lower the loss; here rounding takes back "
        "whatever a turn gains."
    )


def _doubt(held: Held, dtype: str, compared: Compared) -> str:
    """That the gradient is rounding, or may be; nothing where it is neither."""
    name, units = visible(held.name), f" ({UNITS})" * compared.is_scaled
    if held.trust is Trust.UNKNOWN:
        return (
            f"{dtype} knows its gradient for {name}{units}, {compact(held.gradient)}, only to "
            f"within {_short(held.noise)}: it may be mostly rounding."
        )
    if held.trust is not Trust.ROUNDING or held.exact is None:
        return ""
    return (
        f"A residual, prediction − target, is made of numbers as large as {compact(held.terms)}, "
        f"where those of {dtype} are {_short(held.terms_gap)} apart. The gradient is a "
        f"weighted sum of residuals, and rounding decides it: for {name}{units} it comes out as "
        f"{compact(held.gradient + 0.0)}, and would be {compact(held.exact)} without."
    )


def _exactly_enough(held: Held, value: float) -> str:
    """A step or a gap in two digits, or more where these would not show which is larger."""
    half = held.gap / 2
    is_close = held.is_stuck and not held.is_tie and held.step > CLOSE * half
    if not is_close:
        return _short(value)
    if value != held.step:
        return compact(value)
    numbers = (float(f"{value:.{digits}g}") for digits in range(4, 18))
    return shortest(next(number for number in numbers if number < half))


def _gaps(count: float) -> str:
    return f"{count:,.0f}" if count >= 10 else _short(count)


def _short(value: float) -> str:
    """A number >= 0 in two digits: 1.9e-6, 0.18."""
    return compact(float(f"{value:.1e}"))

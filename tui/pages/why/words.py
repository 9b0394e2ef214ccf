"""Why a run stops where it stops, in sentences made of measured and computed numbers. Pure."""

from __future__ import annotations

import math

import numpy as np

from linreg_core import BACKENDS, Compared, Forecast, Side, Status, visible
from tui.digits import rate, significant
from tui.pages.why.reasons import contrast, reason, what_is_left
from tui.text import MOST_NUMBER_WIDTH, UNKNOWN, compact, full_width, number

MOST_WEIGHTS = 4
"""Weights that stand in the table; of more, the digits are still those of the worst of all."""

NOTHING = "–"

GAIN = 0.2
"""Correct digits for which another learning rate is worth a sentence."""

GROWING = (Status.READY, Status.DIVERGED)
"""What becomes of a run whose learning rate is beyond the limit, unless it begins at its end."""

Row = tuple[str, str, str, str]


def table(compared: Compared, room: int = MOST_NUMBER_WIDTH) -> list[Row]:
    """The two runs side by side: what, float32, float64, and the best fit.

    Args:
        compared: the two runs.
        room: characters of a number, >= 9.
    """
    one, other = compared.sides
    rows: list[Row] = []
    limits = compared.reference.rounded_weights
    for index, name in list(enumerate(compared.names))[:MOST_WEIGHTS]:
        first, second = (_weight(side.weights[index], side.dtype, room) for side in (one, other))
        rows.append((visible(name), first, second, _solved(limits[index], room)))
    if len(compared.names) > MOST_WEIGHTS:
        rows.append((f"{len(compared.names) - MOST_WEIGHTS:,} more weights", "", "", ""))
    return [
        *rows,
        ("loss", _number(one.loss, 9), _number(other.loss, 9), _number(compared.floor, 9)),
        ("correct digits", digits(one), digits(other), ""),
        ("state", state(one), state(other), ""),
        ("at epoch", _state_epoch(one), _state_epoch(other), ""),
        ("forecast", end_forecast(one.forecast), end_forecast(other.forecast), _spread(compared)),
        ("  final digits", _digits_forecast(one.forecast), _digits_forecast(other.forecast), ""),
    ]


def digits(side: Side) -> str:
    """The correct digits of the worst weight, now."""
    return f"{side.digits[-1]:.1f}"


def state(side: Side) -> str:
    """What a run does, in a word or two."""
    if side.status is Status.READY:
        moves = side.held is None or not side.held.is_stuck
        return ("still moving" if moves else "still") if side.is_done else "running"
    if side.status is Status.DIVERGED:
        return f"diverged at {side.status_epoch:,}"
    return f"cycle of {side.cycle_length}" if side.status is Status.CYCLE else str(side.status)


def _state_epoch(side: Side) -> str:
    """The epoch from which on the weights are these, or where the run is."""
    has_stopped = side.status_epoch is not None and side.status is not Status.DIVERGED
    return f"{side.status_epoch if has_stopped else side.epoch:,}"


def end_forecast(forecast: Forecast | None) -> str:
    """Where theory told that a run ends; nothing without a closed form."""
    if forecast is None:
        return NOTHING
    if forecast.overflow_epoch is not None:
        return f"overflow at ~{forecast.overflow_epoch:,}"
    if forecast.drifts:
        return "none: may drift"
    if forecast.freeze_epoch is None:
        return "no end"
    return f"stops at ~{forecast.freeze_epoch:,}"


def _spread(compared: Compared) -> str:
    """The factor by which the epochs foretold may mostly be off."""
    spreads = [side.forecast.freeze_spread for side in compared.sides if side.forecast]
    known = [spread for spread in spreads if spread is not None]
    return f"mostly within ×{max(known):g}" if known else ""


def _digits_forecast(forecast: Forecast | None) -> str:
    if forecast is None or forecast.digits is None:
        return NOTHING
    return f"{forecast.digits:.1f}"


def intro(compared: Compared, origin: int = 0) -> str:
    """What is compared with what.

    Args:
        compared: the two runs.
        origin: the epoch at which the run on the screen was forked.
    """
    backend = BACKENDS[compared.backend].label
    twice = f"{backend}, lr {rate(compared.lr)}, twice from the same weights at epoch 0"
    fork = f"; the run on the screen was forked at {origin:,}" if origin else ""
    return f"{twice}{fork}."


def sentences(compared: Compared) -> list[str]:
    """The explanation, a paragraph each."""
    one, other = compared.sides
    if one.diverges and all(side.status in GROWING for side in compared.sides):
        return [_divergence(compared)]
    stopped = [side for side in (one, other) if side.status is not Status.READY]
    paragraphs = [
        f"{_outcome(side, compared)} {reason(side, compared)}".strip() for side in stopped or [one]
    ]
    if stopped == [one]:
        paragraphs.append(contrast(other, compared))
    left = what_is_left(stopped[0] if stopped else one, compared)
    return [*filter(None, [*paragraphs, left, _freedom(compared), _better_rate(compared)])]


def _outcome(side: Side, compared: Compared) -> str:
    """What became of one run."""
    right = f"{digits(side)} correct digits"
    match side.status:
        case Status.FROZEN:
            return (
                f"{side.dtype} stands still since epoch {side.status_epoch:,}, with {right}"
                f"{_for_ever(side, compared)}."
            )
        case Status.CYCLE:
            return (
                f"{side.dtype} goes in a circle since epoch {side.status_epoch:,}: the same "
                f"{side.cycle_length} states come back for ever, now with {right}."
            )
        case Status.CONVERGED:
            return (
                f"{side.dtype} was stopped at epoch {side.status_epoch:,}, with {right}: the "
                "gradient is as small as was asked for."
            )
        case Status.DIVERGED:
            most = compact(float(np.finfo(side.dtype).max))
            return (
                f"{side.dtype} ended at epoch {side.status_epoch:,}: the loss or a weight is "
                f"beyond {most}, where its numbers end."
            )
        case _:
            moves = side.held is None or not side.held.is_stuck
            return (
                f"{side.dtype} {'still moves' if moves else 'has come to a stop'} at epoch "
                f"{side.epoch:,}, with {right}."
            )


def _for_ever(side: Side, compared: Compared) -> str:
    """The worst weight, and where it should be."""
    weight = float(side.weights[side.worst])
    limit = float(compared.reference.rounded_weights[side.worst])
    known = compared.reference.known[side.worst]
    differs = math.isfinite(weight) and math.isfinite(limit) and weight != limit
    if not (differs and compared.is_unique) or side.digits[-1] >= known - 1:
        return ""
    value, best = _apart(weight, limit, side.dtype)
    which = ", the weight that is furthest off," * (len(compared.names) > 1)
    name = visible(compared.names[side.worst])
    return f": {name}{which} is {value} for ever and never {best}"


def _apart(weight: float, limit: float, dtype: str) -> tuple[str, str]:
    """A weight and another number; of both as many digits as tell them apart, if these are many."""
    digits = next(count for count in range(1, 18) if len(_alike(weight, limit, count)) == 2)
    if digits <= full_width(dtype) - len("-0.00"):  # they have at least so many
        return _weight(weight, dtype), _solved(limit)
    return significant(weight, digits), significant(limit, digits)


def _alike(one: float, other: float, digits: int) -> set[str]:
    return {significant(one, digits), significant(other, digits)}


def _freedom(compared: Compared) -> str:
    if compared.is_unique:
        return ""
    one, other = compared.sides
    can_move = Status.READY in (one.status, other.status)
    is_moved = can_move and one.forecast is not None and one.forecast.drifts
    drifts = ", and along the rest rounding may go on moving the weights" * is_moved
    return (
        "The data does not determine the weights, many are as good: the digits are those of what "
        f"it does determine{drifts}. Better compare the loss: "
        f"{_number(one.loss, 9)} in {one.dtype}, {_number(other.loss, 9)} in {other.dtype}, and "
        f"{_number(compared.floor, 9)} at best."
    )


def _better_rate(compared: Compared) -> str:
    """What float32 would reach with a larger learning rate, if that is more."""
    one = compared.sides[0]
    auto = next((found for found in compared.auto if found.dtype == one.dtype), None)
    if auto is None or auto.digits is None or compared.auto_lr is None:
        return ""
    has_stopped = one.status in (Status.FROZEN, Status.CYCLE)
    foretold = None if one.forecast is None else one.forecast.digits
    ends_with = float(one.digits[-1]) if has_stopped else foretold
    if ends_with is None or compared.auto_lr <= compared.lr or auto.digits < ends_with + GAIN:
        return ""
    return (
        f"A larger learning rate ends closer, for its steps are larger: with "
        f"{compact(compared.auto_lr)} (auto), {one.dtype} would stop near epoch "
        f"{auto.freeze_epoch:,}, mostly within a factor {auto.freeze_spread:g}, with about "
        f"{auto.digits:.1f} digits (forecast)."
    )


def _divergence(compared: Compared) -> str:
    """Both runs grow without end, and neither precision helps."""
    ends = [_outcome(side, compared) for side in compared.sides if side.status is not Status.READY]
    auto = compared.auto_lr
    remedy = [] if auto is None else [f"With {compact(auto)} (auto) it would settle."]
    beyond = (
        f"The learning rate {rate(compared.lr)} is beyond the limit at which a run settles, in "
        "any precision: along the steepest direction, where the loss curves most, every epoch "
        "makes the error larger."
    )
    return " ".join([beyond, *remedy, *ends])


def _weight(value: float, dtype: str, room: int = MOST_NUMBER_WIDTH) -> str:
    return _number(value, min(full_width(dtype), room))


def _solved(value: float, room: int = MOST_NUMBER_WIDTH) -> str:
    """A weight of the exact solution, rounded to the digits that are known of it."""
    return UNKNOWN if math.isnan(value) else _weight(value, "float64", room)


def _number(value: float, width: int) -> str:
    return number(float(value), width).strip() if math.isfinite(value) else NOTHING

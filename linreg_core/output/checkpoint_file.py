"""A checkpoint in a file: all that it takes to go on with a run, as JSON that holds every bit."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import field, fields, replace
from typing import Any

import numpy as np

from linreg_core.errors import LinregError
from linreg_core.output.files import write_whole
from linreg_core.output.recipes.recipe import Recipe, recipe_of
from linreg_core.precision import Recurrence
from linreg_core.records import dataclass
from linreg_core.safe_text import visible
from linreg_core.timeline.checkpoint import Checkpoint, End, Memory, Status
from linreg_core.timeline.curve import Curve

FORMAT = 1

MOST_BYTES = 2**28
"""Largest checkpoint read: 32 MiB of keyframes and as much of a path, written in base64."""


@dataclass(frozen=True, eq=False)
class StoredRun:
    """A run that can be gone on with.

    Args:
        recipe: what is run.
        data: the digest of what it is trained on.
        edits_done: how many of the recipe's edits are made.
        checkpoint: where it stands.
        seconds: spent in its epochs so far.
        machine: what ran it, in words by name.
    """

    recipe: Recipe
    data: str
    edits_done: int
    checkpoint: Checkpoint
    seconds: float = 0.0
    machine: Mapping[str, str] = field(default_factory=dict)


def write_checkpoint(path: str, stored: StoredRun, *, overwrite: bool) -> None:
    """Write it, whole or not at all.

    Raises:
        LinregError: see `write_whole`.
    """
    checkpoint, memory = stored.checkpoint, stored.checkpoint.memory
    recipe = stored.recipe
    if recipe.data.files:
        source, *more = map(os.path.abspath, recipe.data.names)
        recipe = replace(recipe, data=replace(recipe.data, source=source, more=tuple(more)))
    values = {
        "checkpoint": FORMAT,
        "machine": dict(stored.machine),
        "recipe": recipe.sections(""),
        "data": stored.data,
        "edits_done": stored.edits_done,
        "seconds": stored.seconds,
        "epoch": checkpoint.epoch,
        "state": _plain(checkpoint.state),
        "curve": _plain(checkpoint.curve),
        "memory": None if memory is None else _plain(replace(memory, past=None)),
    }
    write_whole(path, json.dumps(values), overwrite=overwrite, inputs=recipe.data.files)


def read_checkpoint(path: str) -> StoredRun:
    """Read what `write_checkpoint` wrote.

    Raises:
        LinregError: "no-such-file", "unreadable" and "bad-checkpoint", with the file.
    """
    try:
        if not os.path.isfile(path):
            raise LinregError("no-such-file", "there is no such checkpoint; check the path")
        with open(path, "rb") as file:
            values = json.loads(file.read(MOST_BYTES))
        if values["checkpoint"] != FORMAT:
            raise LinregError("bad-checkpoint", "it was written by another version")
        memory = values["memory"]
        checkpoint = Checkpoint(
            int(values["epoch"]),
            _array(values["state"]),
            _curve(values["curve"]),
            None if memory is None else _memory(memory),
        )
        recipe = recipe_of(values["recipe"], "")
        edits_done = int(values["edits_done"])
        if not 0 <= edits_done <= len(recipe.edits):
            raise ValueError(edits_done)
        return StoredRun(
            recipe,
            str(values["data"]),
            edits_done,
            checkpoint,
            float(values["seconds"]),
            {str(name): str(value) for name, value in values["machine"].items()},
        )
    except LinregError as error:
        raise LinregError(error.code, error.message, file=visible(path)) from None
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        raise LinregError("unreadable", reason, file=visible(path)) from None
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise LinregError(
            "bad-checkpoint",
            "this is no checkpoint of linreg-tui, or it is damaged",
            file=visible(path),
        ) from None


def _plain(value: Any) -> Any:
    """A value of a checkpoint as JSON has it: an array by its bits."""
    if isinstance(value, np.ndarray):
        bits = base64.b64encode(np.ascontiguousarray(value).data).decode("ascii")
        return {"dtype": value.dtype.str, "shape": list(value.shape), "bits": bits}
    if isinstance(value, Curve | Memory | Recurrence | End):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    return value


def _array(value: Any) -> Any:
    kind = np.dtype(value["dtype"])
    if kind.kind not in "fi":
        raise ValueError(kind)
    flat = np.frombuffer(base64.b64decode(value["bits"], validate=True), kind)
    return flat.reshape(value["shape"]).copy()


def _curve(value: Any) -> Curve:
    arrays = {name: _array(value[name]) for name in ("epoch", "low", "high", "last")}
    for array in arrays.values():
        array.setflags(write=False)
    return Curve(**arrays, end=int(value["end"]))


def _memory(value: Any) -> Memory:
    recurrence, end = value["recurrence"], value["end"]
    return Memory(
        int(value["origin"]),
        int(value["latest"]),
        _curve(value["inherited"]),
        _curve(value["curve"]),
        int(value["stride"]),
        _array(value["keyframes"]),
        _array(value["path_epochs"]),
        _array(value["path_states"]),
        None if recurrence is None else Recurrence(recurrence["start"], recurrence["length"]),
        None if end is None else End(Status(end["status"]), int(end["epoch"]), int(end["last"])),
    )

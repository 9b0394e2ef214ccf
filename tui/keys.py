"""The keys, as data: bindings, the line of keys, help page and command palette."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import replace

from textual.binding import Binding, BindingType

from linreg_core import BACKENDS, LinregError, quoted
from linreg_core.records import dataclass

SYMBOLS = {
    "right": "→",
    "left": "←",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "comma": ",",
    "full_stop": ".",
    "escape": "esc",
}
"""Textual's names of keys that a person knows by another."""

NAMES = {symbol: name for name, symbol in SYMBOLS.items()}
"""The other way."""

HELP_KEYS = Binding("question_mark,f1", "explain", "Help", show=False, priority=True)
"""On a page in which nobody types a question mark."""


@dataclass(frozen=True)
class Key:
    """One thing that keys do.

    Args:
        keys: Textual key names, joined by commas.
        action: what the screen is told to do.
        label: a word or two for the command palette.
        help: a sentence for the help page and the command palette.
    """

    keys: str
    action: str
    label: str
    help: str

    @property
    def shown(self) -> tuple[str, ...]:
        """The keys as a person reads them."""
        return tuple(SYMBOLS.get(key, key) for key in self.keys.split(","))


KEYS: tuple[Key, ...] = (
    Key(
        "n,right",
        "next_epoch",
        "Epoch",
        "Run one epoch, or finish the one in progress; after a divergence, see where it fails.",
    ),
    Key("s", "next_phase", "Phase", "Go inside the epoch: run its next phase."),
    Key("S", "last_phase", "Phase back", "Take the last phase back."),
    Key("b,left", "back", "Back", "Take the epoch in progress back, or the last one."),
    Key("space", "toggle_run", "Run", "Run at the chosen pace until paused; pause a running run."),
    Key(
        "comma",
        "change_pace(-1)",
        "Slower",
        "Fewer epochs a second, down to one; also while it runs.",
    ),
    Key(
        "full_stop",
        "change_pace(1)",
        "Faster",
        "More epochs a second, then accelerating, then full speed.",
    ),
    Key("N", "run_epochs", "Run N", "Run a number of epochs; it asks how many."),
    Key("g", "goto", "Go to", "Go to an epoch, past or future; it asks which."),
    Key("home", "first_epoch", "First", "Go to the first epoch of the run."),
    Key("end", "latest_epoch", "Latest", "Go to the latest epoch of the run."),
    Key("r", "reset", "Reset", "Forget the run: epoch 0, the same initial weights."),
    *(
        Key(
            str(number),
            f"backend('{info.name}')",
            info.label,
            f"Start backend {info.name} at epoch 0: {info.summary}.",
        )
        for number, info in enumerate(BACKENDS.values(), start=1)
    ),
    Key("o", "open", "Open", "Open a table or a built-in problem; so does dropping a file."),
    Key("O", "app.resume", "Go on", "Go on with the last session, where it stood."),
    Key(
        "c", "setup", "Setup", "Change backend, device, precision, learning rate, initial weights."
    ),
    Key("l", "learning_rate('auto')", "lr auto", "Restart with lr 1/λmax, half the limit."),
    Key("L", "best_rate", "lr best", "Restart with the best fixed lr for N epochs."),
    Key("left_parenthesis", "scale_rate(0.5)", "Halve lr", "Go on with half the learning rate."),
    Key("right_parenthesis", "scale_rate(2)", "Double lr", "Go on with twice the learning rate."),
    Key("w", "edit_weight", "Weight", "Change a weight by hand; goes on as a fork."),
    Key("B", "breakpoints", "Break", "Set breakpoints: conditions that stop a run."),
    Key("x", "toggle_log_x", "Log x", "Epochs of the plot on a logarithmic axis."),
    Key("y", "toggle_log_y", "Log y", "Losses of the plot on a logarithmic axis."),
    Key(
        "left_square_bracket",
        "move_readout(-1)",
        "Read left",
        "Read the plot out: the newest epoch, then further left.",
    ),
    Key(
        "right_square_bracket",
        "move_readout(1)",
        "Read right",
        "Move the plot's readout to the right.",
    ),
    Key("escape", "drop_readout", "Read none", "End the plot's readout."),
    Key(
        "plus,equals_sign",
        "zoom(1)",
        "Zoom in",
        "Fewer epochs in the plot, about its readout or else its newest.",
    ),
    Key("minus", "zoom(-1)", "Zoom out", "More epochs in the plot."),
    Key("less_than_sign", "pan(-1)", "Earlier", "Earlier epochs in a zoomed plot."),
    Key("greater_than_sign", "pan(1)", "Later", "Later epochs in a zoomed plot."),
    Key("0", "show_all", "All epochs", "All epochs in the plot, also those to come."),
    Key("t", "next_picture", "Picture", "Next picture: loss, fit, landscape, modes."),
    Key("T", "next_page", "Page", "Next page: worksheet, code, epoch, data."),
    Key("P", "toggle_presenter", "Presenter", "Few things, and those large, for the back row."),
    Key("d", "toggle_detail", "Detail", "All digits, what holds each weight, own units."),
    Key("u", "toggle_ulps", "ULP meter", "Weights: the next step against the last digit."),
    Key("v", "landscape_axes", "Axes", "Choose the axes of the landscape."),
    Key("a", "runs", "Runs", "All runs of the session: two side by side, and back to any one."),
    Key("W", "why", "Why", "Why float32 stops where it does: both precisions side by side."),
    Key("C", "copy", "Copy", "Copy the worksheet as plain text."),
    Key("e", "export", "Export", "Take history, weights, script, recipe or screen away."),
    Key(
        "R",
        "restart",
        "Restart",
        "Start a training process that does not answer again, at the epoch shown.",
    ),
    Key("question_mark,f1", "help", "Help", "This page; f1 also where a ? would be typed."),
    Key("q", "app.quit", "Quit", "Leave."),
)


Hint = tuple[str, str]
"""Keys as a person reads them, and a word or two on what they do at present."""

ALWAYS: tuple[Hint, ...] = (("?", "help"), ("q", "quit"))

STARTING: tuple[Hint, ...] = (("o", "open"), ("1-4", "backend"), ("c", "setup"))

READY: tuple[Hint, ...] = (
    *(("n", "epoch"), ("s", "phase"), ("space", "run"), ("o", "open"), ("1-4", "backend")),
    *(("N", "run N"), ("c", "setup"), ("( )", "lr ÷2 ×2"), ("w", "weight"), ("W", "why")),
    *(("B", "stop where"), ("e", "export"), ("ctrl+p", "all keys")),
)

PAUSED: tuple[Hint, ...] = (
    *(("n", "epoch"), ("s", "phase"), ("b", "back"), ("space", "run"), ("o", "open")),
    *(("1-4", "backend"), ("( )", "lr ÷2 ×2"), ("e", "export"), ("g", "go to"), ("N", "run N")),
    *(("c", "setup"), ("w", "weight"), ("W", "why"), ("B", "stop where"), ("P", "present")),
    ("r", "reset"),
    ("ctrl+p", "all keys"),
)

INSIDE: tuple[Hint, ...] = (
    *(("s", "next phase"), ("S", "phase back"), ("n", "finish epoch"), ("b", "leave epoch")),
    *(("C", "copy"), ("e", "export"), ("o", "open"), ("c", "setup")),
)

DIVERGED: tuple[Hint, ...] = (
    *(("(", "halve lr"), ("l", "lr ½ limit"), ("n", "where it fails"), ("s", "phase")),
    *(("b", "back"), ("g", "go to"), ("r", "reset")),
    *(("c", "setup"), ("e", "export"), ("o", "open")),
)

FAILING: tuple[Hint, ...] = (
    *(("s", "next phase"), ("S", "phase back"), ("n", "next that fails"), ("b", "come out")),
    *(("(", "halve lr"), ("l", "lr ½ limit"), ("C", "copy"), ("e", "export")),
)

RUNNING: tuple[Hint, ...] = (
    *(("space", "pause"), (", .", "slower faster"), ("n", "pause at the next epoch")),
)

PRESENTING: tuple[Hint, ...] = (
    *(("n", "epoch"), ("s", "phase"), ("b", "back"), ("space", "run"), ("t", "picture")),
    *(("P", "leave"), (", .", "slower faster"), ("( )", "lr ÷2 ×2")),
)

PRESENTING_RUN: tuple[Hint, ...] = (*RUNNING[:2], ("t", "picture"), ("P", "leave"))


HINTS = ("ALWAYS", "STARTING", "READY", "PAUSED", "INSIDE", "DIVERGED", "RUNNING", "PRESENTING")


def rebind(chosen: Mapping[str, str]) -> None:
    """Have actions on other keys, from now on: before the screen is made.

    Args:
        chosen: keys as of `Key`, by action; checked with `check_keys`.
    """
    renamed: dict[str, str] = {}
    changed = []
    for key in KEYS:
        new = replace(key, keys=chosen.get(key.action, key.keys))
        renamed |= dict.fromkeys(key.shown, new.shown[0]) if new != key else {}
        changed.append(new)
    module = globals()
    module["KEYS"] = tuple(changed)
    for name in (*HINTS, "PRESENTING_RUN"):
        module[name] = tuple(
            (" ".join(renamed.get(key, key) for key in keys.split(" ")), words)
            for keys, words in module[name]
        )


def check_keys(action: str, keys: object, chosen: Mapping[str, object]) -> None:
    """Refuse keys that cannot be chosen for an action.

    Args:
        action: as of `Key`.
        keys: what was chosen for it.
        chosen: all that was chosen.

    Raises:
        LinregError: "bad-setting".
    """
    actions = {key.action: key.keys for key in KEYS}
    if action not in actions:
        nearest = difflib.get_close_matches(action, actions, n=1)
        hint = f"; did you mean {nearest[0]}?" if nearest else ""
        raise LinregError("bad-setting", f"there is no action {quoted(action)}{hint}")
    if not isinstance(keys, str) or not all(re.fullmatch(KEY_NAME, k) for k in keys.split(",")):
        raise LinregError(
            "bad-setting",
            f"{action} needs names of keys such as 'n,right'; got {quoted(str(keys))}",
        )
    for other, taken in {**actions, **chosen}.items():
        shared = set(keys.split(",")) & set(str(taken).split(","))
        if other != action and shared:
            raise LinregError(
                "bad-setting", f"{action} cannot have {min(shared)}: that is the key of {other}"
            )


KEY_NAME = r"[^\W_]|[a-z][a-z0-9_+]+"
"""A letter or digit, or a name such as comma, f5 or ctrl+e."""


def bindings() -> list[BindingType]:
    """The table as Textual bindings."""
    return [
        Binding(key.keys, key.action, key.label, show=False, key_display=key.shown[0])
        for key in KEYS
    ]

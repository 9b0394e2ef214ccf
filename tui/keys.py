"""The keys, as data: bindings, footer, help page and command palette all come from this table."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding, BindingType

from linreg_core import BACKENDS


@dataclass(frozen=True)
class Key:
    """One thing that keys do.

    Args:
        keys: Textual key names, joined by commas.
        shown: the keys as a person reads them.
        action: what the screen is told to do.
        label: a word or two for the footer.
        help: a sentence for the help page and the command palette.
        in_footer: whether the footer has room for it.
    """

    keys: str
    shown: str
    action: str
    label: str
    help: str
    in_footer: bool = True


KEYS: tuple[Key, ...] = (
    Key("n,right", "n →", "next_epoch", "Epoch", "Run one epoch."),
    Key("space", "space", "toggle_run", "Run/Pause", "Run until paused; pause a running run."),
    Key("N", "N", "run_epochs", "Run N…", "Run a number of epochs; it asks how many."),
    Key("r", "r", "reset", "Reset", "Go back to epoch 0 and the same initial weights."),
    *(
        Key(
            str(place),
            str(place),
            f"backend('{info.name}')",
            info.label,
            f"Start backend {info.name} at epoch 0: {info.summary}.",
            in_footer=False,
        )
        for place, info in enumerate(BACKENDS.values(), start=1)
    ),
    Key("c", "c", "setup", "Setup", "Change backend, device, dtype, learning rate, start, seed."),
    Key(
        "x",
        "x",
        "toggle_log_x",
        "Log x",
        "Epochs of the plot on a logarithmic axis, or not.",
        False,
    ),
    Key(
        "y",
        "y",
        "toggle_log_y",
        "Log y",
        "Losses of the plot on a logarithmic axis, or not.",
        False,
    ),
    Key(
        "t", "t", "next_tab", "Tab", "On a small terminal: the plot, or the epoch's numbers.", False
    ),
    Key("question_mark", "?", "help", "Help", "This page."),
    Key("q", "q", "app.quit", "Quit", "Leave."),
)


def bindings() -> list[BindingType]:
    """The table as Textual bindings."""
    return [
        Binding(key.keys, key.action, key.label, show=key.in_footer, key_display=key.shown)
        for key in KEYS
    ]

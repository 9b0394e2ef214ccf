"""What is said of the settings of a form: what a word stands for, what has no effect. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

from linreg_core import BACKENDS, SETTINGS, LinregError, Prospect, RunInfo, Setting
from linreg_core.records import dataclass
from tui.text import compact, not_drawn

ON, OFF = "on", "off"

PREPARING = ("bias", "standardize")
"""What changes the problem itself, and with it what its weights mean."""

MATTERS_TO_BEST = ("backend", "dtype", "lr", "init", "seed", *PREPARING)
"""The settings on which the best learning rate for a number of epochs depends."""


@dataclass(frozen=True)
class Form:
    """A form as it stands, whether or not it can be taken.

    Args:
        written: the text of each setting, by name.
        is_fork: whether the run begins as a fork.
        prospect: what a run with this bias and standardising would have; ``None``: not known yet.
        present: as ``written``, of the present run.
        run: the present run; ``None``: there is none.
    """

    written: Mapping[str, str]
    is_fork: bool
    prospect: Prospect | None
    present: Mapping[str, str]
    run: RunInfo | None

    def value(self, name: str) -> object:
        """What a setting is written to be; ``None`` where it is the word for that, or wrong."""
        try:
            return parsed(SETTINGS[name], self.written[name])
        except LinregError:
            return None

    @property
    def backend(self) -> str:
        """The name of the backend."""
        return self.written["backend"]

    @property
    def dtype(self) -> str:
        """The precision that it gives."""
        return str(self.value("dtype") or BACKENDS[self.backend].dtype)


def parsed(setting: Setting, text: str) -> object:
    """What a text says; nothing, or the word for it, is ``None`` where a setting can be that.

    Raises:
        LinregError: "bad-value".
    """
    if setting.unset and text.strip() in ("", setting.unset):
        return None
    return setting.parse(text)


def stands_for(name: str, form: Form) -> str:
    """What a form gives where a field holds a word for it: "= 0.0788".

    Returns:
        Nothing where it holds the value itself, or where that is not known.
    """
    text = form.written[name].strip()
    if name == "dtype" and form.value(name) is None:
        return f"= {form.dtype}"
    if name == "init" and text == "article":
        return f"= {BACKENDS[form.backend].init}"
    rate = _rate(form) if name == "lr" else None
    return "" if rate is None else f"= {compact(rate)}"


def _rate(form: Form) -> float | None:
    """The learning rate that a rule, or the default, gives; ``None``: it is none, or not known."""
    chosen, text = form.value("lr"), form.written["lr"].strip()
    is_default = chosen is None and text in ("", SETTINGS["lr"].unset)
    if not (is_default or isinstance(chosen, str)):
        return None
    if is_default or chosen in SETTINGS["lr"].choices:
        rule = chosen if isinstance(chosen, str) else None
        return None if form.prospect is None else form.prospect.lr(rule, form.dtype)
    is_same = all(form.written[name] == form.present[name] for name in MATTERS_TO_BEST)
    return form.run.settings.lr if is_same and form.run is not None else None


def about(name: str, form: Form) -> str:
    """What the field is that has the focus: a setting, or where the run begins."""
    if name == "begin":
        return "From the first epoch, or on from the epoch where the present run stands."
    if name == "backend":
        return f"How an epoch is computed: {BACKENDS[form.backend].summary}."
    setting = SETTINGS.get(name)
    if setting is None:
        return ""
    sentences = [setting.help, f"Type {setting.hint}." * bool(setting.hint)]
    if name in PREPARING:
        sentences.append("The smaller the condition number, the fewer epochs a digit takes.")
    sentences.append(without_effect(name, form))
    return " ".join(filter(None, sentences))


def without_effect(name: str, form: Form) -> str:
    """That a setting changes nothing beside the others, and why; nothing where it does."""
    if form.is_fork and SETTINGS[name].only_begins:
        return "No effect in a fork, which goes on with the present weights."
    init = form.written["init"].strip()
    if name == "seed" and (why := not_drawn(form.backend, init)):
        return f"No effect here: {why}; random ones are."
    device = form.written["device"].strip()
    if name == "run_by" and form.written[name] == "compiled" and device != "cpu":
        return f"No effect on {device}, where no loop is compiled: the operations run directly."
    return ""


def condition_words(prospect: Prospect | None) -> str:
    """A condition number, or why there is none."""
    if prospect is None:
        return "…"
    number = prospect.condition_number
    if math.isinf(number):
        return "beyond float64"
    return "none (the features are too large)" if math.isnan(number) else compact(number)

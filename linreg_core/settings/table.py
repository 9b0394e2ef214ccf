"""Every setting of a run, once: its name, its words, what it may be, how it is typed.

From here follow the checks of `TrainConfig`, the options of the command line, the setup page and
what a new run is told to have different. The type of a field of `TrainConfig` says what a recipe
may hold.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from linreg_core.records import dataclass
from linreg_core.settings.catalogue import BACKENDS, DTYPES, RUN_BY
from linreg_core.settings.parsing import NUMBER, bad_value, check_name

MAX_SEED = 2**63 - 1

BEST_FOR = r"best:[1-9][0-9]{0,14}"
"""The best fixed learning rate for a number of epochs."""

_PATTERNS = {int: r"[0-9]{1,19}", float: NUMBER}


@dataclass(frozen=True)
class Setting:
    """One setting of a run.

    Args:
        name: the field of `TrainConfig`, which gives the default, and the key in a recipe.
        label: what it is called in a form.
        words: what it is called in a sentence.
        kind: of its values, but for words: bool, str, float, or int from 0 on.
        help: what it is, for the command line.
        metavar: what stands for its value there; ``None``: its kind.
        choices: the words that it may be -> what they are called. One of kind str that has some is
            nothing else.
        unset: what stands for ``None``; empty: it never is.
        fits: whether a value of its kind can be used.
        expected: which values those are, in words.
        number: the same beside the choices, where there are some.
        hint: what a person may type, in few words; empty: ``help`` tells.
        also: a pattern of further words, as the choices; empty: there are none.
        only_begins: whether it counts at epoch 0 only, so that a fork does not change it.
    """

    name: str
    label: str
    words: str
    kind: type
    help: str
    metavar: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    unset: str = ""
    fits: Callable[[Any], bool] = lambda _: True
    expected: str = ""
    number: str = ""
    hint: str = ""
    also: str = ""
    only_begins: bool = False

    @property
    def is_chosen(self) -> bool:
        """Whether it is one of a few words, or on or off; everything else is typed."""
        return self.kind is bool or (self.kind is str and bool(self.choices))

    def check(self, value: object) -> None:
        """Refuse a value that cannot be used.

        Raises:
            LinregError: "bad-value".
        """
        if value is None and self.unset:
            return
        if isinstance(value, str) and self.choices:
            if self.also and re.fullmatch(self.also, value):
                return
            check_name(self.words, value, self.choices, or_else=self.number)
        elif not self.fits(value):
            raise bad_value(self.words, value, self.expected)

    def parse(self, text: str) -> object:
        """Read a value as a person types it; ``None`` cannot be typed, nor what is on or off.

        Raises:
            LinregError: "bad-value".
        """
        typed, pattern = text.strip(), _PATTERNS.get(self.kind)
        if pattern is not None and re.fullmatch(pattern, typed):
            value: object = self.kind(typed)
            if not self.fits(value):
                raise bad_value(self.words, text, self.expected)
            return value
        if pattern is not None and not self.choices:
            raise bad_value(self.words, text, self.expected)
        self.check(typed)
        return typed

    def to_text(self, value: object) -> str:
        """A value as a person types it."""
        if value is None:
            return self.unset
        if isinstance(value, bool):
            return "on" if value else "off"
        return str(value)


SETTINGS: Mapping[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            "backend",
            label="Backend",
            words="backend",
            kind=str,
            choices={info.name: info.label for info in BACKENDS.values()},
            metavar="NAME",
            help=f"One of: {', '.join(BACKENDS)}.",
        ),
        Setting(
            "device",
            label="Device",
            words="device",
            kind=str,
            fits=lambda value: re.fullmatch(r"cpu|cuda(:[0-9]{1,3})?", value) is not None,
            expected="cpu, cuda or cuda:N",
            hint="cpu, cuda or cuda:N",
            metavar="cpu|cuda|cuda:N",
            help="Where torch computes.",
        ),
        Setting(
            "dtype",
            label="Precision",
            words="precision",
            kind=str,
            choices={dtype: dtype for dtype in DTYPES},
            unset="default",
            metavar="|".join(DTYPES),
            help="Bits of a number [float64 for NumPy, float32 for torch].",
        ),
        Setting(
            "lr",
            label="Learning rate",
            words="learning rate",
            kind=float,
            choices={rule: rule for rule in ("auto", "slow", "best")},
            unset="default",
            fits=lambda value: math.isfinite(value) and value > 0,
            expected="a finite number > 0, auto, slow, best or best:N",
            number="a number > 0, best:N",
            also=BEST_FOR,
            metavar="FLOAT|auto|slow|best[:N]",
            help="How long steps are [auto, or slow where auto is over at once; article: 1e-4]. "
            "auto: 1/λmax, half the limit; slow: a tenth of it; best:N: the best fixed one for N "
            "epochs; best: for the very long run, 2/(λmin+λmax).",
        ),
        Setting(
            "init",
            label="Initial weights",
            words="initial weights",
            kind=float,
            choices={rule: rule for rule in ("article", "zeros", "random")},
            fits=math.isfinite,
            expected="a finite number, zeros, article or random",
            number="a finite number",
            hint="a number, zeros or random",
            metavar="FLOAT|zeros|article|random",
            help="Where descent begins; article: 0.1 for NumPy, 0 for tensor, nn.Linear's own draw "
            "for nn.",
            only_begins=True,
        ),
        Setting(
            "seed",
            label="Seed",
            words="seed",
            kind=int,
            fits=lambda value: 0 <= value <= MAX_SEED,
            expected="a whole number from 0 to 2^63 - 1",
            help="Draws random initial weights, 0 to 2^63 - 1: another one draws others.",
            only_begins=True,
        ),
        Setting(
            "bias",
            label="Bias",
            words="bias",
            kind=bool,
            unset="default",
            help="Train a constant term [not for article].",
        ),
        Setting(
            "standardize",
            label="Standardise",
            words="standardising",
            kind=bool,
            unset="default",
            help="Bring features to one scale [not for article]; weights are told in both units.",
        ),
        Setting(
            "tol",
            label="Tolerance",
            words="tolerance",
            kind=float,
            unset="never",
            fits=lambda value: 0 < value < 1,
            expected="a number between 0 and 1",
            metavar="FLOAT",
            help="Stop when the largest |gradient| is at most this share of the first one [never].",
        ),
        Setting(
            "run_by",
            label="Run by",
            words="run by",
            kind=str,
            choices={way: way for way in RUN_BY},
            metavar="|".join(RUN_BY),
            help="How epochs are run, with the same bits each way: by the phases one reads, by "
            "their operations directly, or by a compiled loop; auto takes the fastest that is "
            "proved here.",
        ),
    )
}
"""The settings by name, in the order of the fields of `TrainConfig`."""

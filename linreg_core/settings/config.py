"""What a user may ask of a run, every value checked at construction."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass, replace
from typing import Literal, cast

from linreg_core.errors import LinregError
from linreg_core.safe_text import told
from linreg_core.settings.catalogue import BACKENDS, DTYPES

LR_RULES = ("auto", "best")
INIT_RULES = ("article", "zeros", "random")
ARTICLE_LR = 1e-4
MAX_SEED = 2**63 - 1
_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"

LearningRate = float | Literal["auto", "best"]
Init = float | Literal["article", "zeros", "random"]


@dataclass(frozen=True)
class TrainConfig:
    """The settings that were asked for. ``None`` always means: the default for this case.

    Args:
        backend: a key of `BACKENDS`.
        device: "cpu", "cuda" or "cuda:N"; the NumPy backends run on the cpu only.
        dtype: "float32" or "float64"; ``None``: the article's for the backend.
        lr: learning rate, > 0 and finite; "auto" is 1/λmax, "best" is 2/(λmin+λmax); ``None``:
            the article's 1e-4 for its own problem, "auto" for any other.
        init: one finite number for every weight; "article": the backend's own (0.1, 0, or
            nn.Linear's draw); "zeros"; "random": the same seeded draw for every backend.
        seed: for the draws, 0 to 2^63 - 1.
        bias: whether to train a constant term; ``None``: for all problems but the
            article's.
        standardize: whether to bring features to one scale; ``None``: for all problems
            but the article's.
        tol: stop when the largest absolute gradient is at most ``tol`` times that of epoch 0,
            0 < tol < 1; ``None``: never.

    Raises:
        LinregError: "bad-value" for a value that cannot be used.
    """

    backend: str = "numpy"
    device: str = "cpu"
    dtype: str | None = None
    lr: LearningRate | None = None
    init: Init = "article"
    seed: int = 0
    bias: bool | None = None
    standardize: bool | None = None
    tol: float | None = None

    def __post_init__(self) -> None:
        _check_name("backend", self.backend, tuple(BACKENDS))
        check_device_name(self.device)
        if self.dtype is not None:
            _check_name("dtype", self.dtype, DTYPES)
        if isinstance(self.lr, str):
            _check_name("learning rate", self.lr, LR_RULES, or_else="a number > 0")
        elif self.lr is not None and not (math.isfinite(self.lr) and self.lr > 0):
            raise _bad("learning rate", self.lr, "a finite number > 0, auto or best")
        if isinstance(self.init, str):
            _check_name("initial weights", self.init, INIT_RULES, or_else="a finite number")
        elif not math.isfinite(self.init):
            raise _bad("initial weights", self.init, "a finite number, zeros, article or random")
        if not 0 <= self.seed <= MAX_SEED:
            raise _bad("seed", self.seed, "a whole number from 0 to 2^63 - 1")
        if self.tol is not None and not 0 < self.tol < 1:
            raise _bad("tol", self.tol, "a number between 0 and 1")
        if self.device != "cpu" and not BACKENDS[self.backend].uses_torch:
            raise LinregError(
                "device-not-for-backend",
                f"backend {self.backend} runs on the cpu only; "
                f"for device {self.device} choose tensor or nn",
            )

    def with_backend(self, name: str) -> TrainConfig:
        """The same settings for another backend; on the cpu if that one knows no other device."""
        _check_name("backend", name, tuple(BACKENDS))
        device = self.device if BACKENDS[name].uses_torch else "cpu"
        return replace(self, backend=name, device=device)


def parse_lr(text: str) -> LearningRate:
    """Read a learning rate as a person types it: a number > 0, auto or best."""
    value = _number_or_word(text, LR_RULES, "learning rate", "a number > 0")
    if isinstance(value, float) and not 0 < value < math.inf:
        raise _bad("learning rate", text, "a finite number > 0, auto or best")
    return cast("LearningRate", value)


def parse_init(text: str) -> Init:
    """Read initial weights as a person types them: a number, zeros, article or random."""
    value = _number_or_word(text, INIT_RULES, "initial weights", "a finite number")
    if isinstance(value, float) and not math.isfinite(value):
        raise _bad("initial weights", text, "a finite number, zeros, article or random")
    return cast("Init", value)


def parse_seed(text: str) -> int:
    """Read a seed as a person types it."""
    if not re.fullmatch(r"[0-9]{1,19}", text.strip()):
        raise _bad("seed", text, "a whole number from 0 to 2^63 - 1")
    return TrainConfig(seed=int(text)).seed


def parse_number(text: str, what: str) -> float:
    """Read a finite number as a person types it; ``what`` names it in the refusal."""
    if not re.fullmatch(_NUMBER, text.strip()) or not math.isfinite(float(text)):
        raise _bad(what, text, "a finite number")
    return float(text)


def parse_whole(text: str, what: str) -> int:
    """Read a whole number as a person types it; ``what`` names it in the refusal."""
    if not re.fullmatch(r"[+-]?[0-9]{1,19}", text.strip()):
        raise _bad(what, text, "a whole number of at most 19 digits")
    return int(text)


def check_device_name(text: str) -> str:
    """Give back a well-formed device name; whether the device is there is another question."""
    if not re.fullmatch(r"cpu|cuda(:[0-9]{1,3})?", text):
        raise _bad("device", text, "cpu, cuda or cuda:N")
    return text


def _number_or_word(text: str, words: tuple[str, ...], what: str, or_else: str) -> float | str:
    text = text.strip()
    if re.fullmatch(_NUMBER, text):
        return float(text)
    _check_name(what, text, words, or_else=or_else)
    return text


def _check_name(what: str, value: str, known: tuple[str, ...], *, or_else: str = "") -> None:
    if value in known:
        return
    nearest = difflib.get_close_matches(value, known, n=1)
    hint = f" (did you mean {nearest[0]}?)" if nearest else ""
    expected = ", ".join((or_else, *known) if or_else else known)
    raise _bad(what, value, f"one of: {expected}{hint}")


def _bad(what: str, value: object, expected: str) -> LinregError:
    return LinregError("bad-value", f"{what} must be {expected}; got {told(value)}")

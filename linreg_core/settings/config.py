"""What a user may ask of a run, every value checked at construction."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from linreg_core.errors import LinregError
from linreg_core.records import dataclass
from linreg_core.settings.catalogue import BACKENDS
from linreg_core.settings.table import SETTINGS

LearningRate = float | str
"""A number, or a rule: "auto", "slow", "best" or "best:N"."""

Init = float | Literal["article", "zeros", "random"]


@dataclass(frozen=True)
class TrainConfig:
    """The settings that were asked for. ``None`` always means: the default for this case.

    Args:
        backend: a key of `BACKENDS`.
        device: "cpu", "cuda" or "cuda:N"; the NumPy backends run on the cpu only.
        dtype: "float32" or "float64"; ``None``: the article's for the backend.
        lr: learning rate, > 0 and finite; "auto" is 1/λmax, "slow" a tenth of it, "best" is
            2/(λmin+λmax), "best:N" is the best fixed one for N epochs from the initial weights;
            ``None``: the article's 1e-4 for its own problem; for any other "auto", or "slow" where
            auto takes at most a tenth of the error into the next epoch.
        init: one finite number for every weight; "article": the backend's own (0.1, 0, or
            nn.Linear's draw); "zeros"; "random": the same seeded draw for every backend.
        seed: for the draws, 0 to 2^63 - 1.
        bias: whether to train a constant term; ``None``: for all problems but the
            article's.
        standardize: whether to bring features to one scale; ``None``: for all problems
            but the article's.
        tol: stop when the largest absolute gradient is at most ``tol`` times that of epoch 0,
            0 < tol < 1; ``None``: never.
        run_by: how many epochs are run, with the same bits: "phases", as one steps through them;
            "direct", by the same operations with less around them; "compiled", by loops that were
            proved here to add alike; "auto": by the fastest that is proved.

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
    run_by: str = "auto"

    def __post_init__(self) -> None:
        for name, setting in SETTINGS.items():
            setting.check(getattr(self, name))
        if self.device != "cpu" and not BACKENDS[self.backend].uses_torch:
            raise LinregError(
                "device-not-for-backend",
                f"backend {self.backend} runs on the cpu only; "
                f"for device {self.device} choose tensor or nn",
            )

    def with_backend(self, name: str) -> TrainConfig:
        """The same settings for another backend; on the cpu if that one knows no other device."""
        SETTINGS["backend"].check(name)
        device = self.device if BACKENDS[name].uses_torch else "cpu"
        return replace(self, backend=name, device=device)

"""What there is to choose from: dtypes, ways to run, backends, as far as known without imports."""

from __future__ import annotations

from linreg_core.records import dataclass

DTYPES = ("float32", "float64")

RUN_BY = ("auto", "phases", "direct", "compiled")
"""By which way epochs may be run."""


@dataclass(frozen=True)
class BackendInfo:
    """What can be known of a backend without importing it.

    Args:
        name: the name on the command line.
        label: the name on screen.
        summary: one line on what it teaches.
        dtype: the article's precision for it, "float32" or "float64".
        init: the article's initial weights, in words.
        draws_article: whether the article's are drawn, and so depend on the seed.
        uses_torch: whether it needs torch, and so can run on other devices than the cpu.
        weights: the only number of weights it can train; ``None`` means any.
        location: module and class.
    """

    name: str
    label: str
    summary: str
    dtype: str
    init: str
    draws_article: bool
    uses_torch: bool
    weights: int | None
    location: tuple[str, str]

    def draws(self, init: object) -> bool:
        """Whether initial weights, as `TrainConfig` takes them, are drawn by the seed."""
        return init == "random" or (init == "article" and self.draws_article)


BACKENDS: dict[str, BackendInfo] = {
    info.name: info
    for info in (
        BackendInfo(
            name="numpy-two-weights",
            label="NumPy, two weights",
            summary="one derivative per weight, derived by hand",
            dtype="float64",
            init="0.1",
            draws_article=False,
            uses_torch=False,
            weights=2,
            location=("numpy_two_weights", "NumpyTwoWeights"),
        ),
        BackendInfo(
            name="numpy",
            label="NumPy",
            summary="the derivative by hand as one matrix product",
            dtype="float64",
            init="0.1",
            draws_article=False,
            uses_torch=False,
            weights=None,
            location=("numpy_matrix", "NumpyMatrix"),
        ),
        BackendInfo(
            name="tensor",
            label="torch tensor",
            summary="tensors, the derivative by autograd",
            dtype="float32",
            init="0",
            draws_article=False,
            uses_torch=True,
            weights=None,
            location=("torch_tensor", "TorchTensor"),
        ),
        BackendInfo(
            name="nn",
            label="torch nn",
            summary="nn.Linear, nn.MSELoss and optim.SGD",
            dtype="float32",
            init="nn.Linear's own, seeded",
            draws_article=True,
            uses_torch=True,
            weights=None,
            location=("torch_nn", "TorchNN"),
        ),
    )
}
"""Every backend by its name, in the article's order."""

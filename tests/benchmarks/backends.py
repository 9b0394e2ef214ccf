"""Each backend's `Trainer.run` beside the article's own loop, and what its time is made of.

    python -m tests.benchmarks.backends

"times as fast" is the article's time divided by ours, both per epoch, by the direct way, once it is
proved; what is compiled stands in ways.py. "bare calls" are the article's library calls of one
epoch in their order, nothing kept and nothing around them but a loop. The list after it says what
each of them costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from statistics import median
from timeit import Timer
from typing import Any

import numpy as np
import torch

from linreg_core import BACKENDS, Problem, TrainConfig, Trainer, load_problem
from linreg_core.arrays import Floats
from tests.benchmarks import article
from tests.benchmarks.measure import Figure, enough_epochs, interleave, median_ratio, show

ARTICLE_LOOPS: dict[str, Callable[[Any, Any, int], object]] = {
    "numpy-two-weights": article.numpy_two_weights,
    "numpy": article.numpy_general,
    "tensor": article.tensor,
    "nn": article.nn,
}

GOALS = {"numpy-two-weights": 2.0, "numpy": 2.0, "tensor": 1.0, "nn": 1.0}
"""How many times as fast as the article's loop a run on its problem should at least be."""

PROVED = 300
"""After so many epochs a way is proved, or is not taken."""

LARGE_SIZES = ((10_000, 20), (1_000_000, 3))
"""Rows and columns of the larger problems."""


@dataclass(frozen=True)
class BareCalls:
    """The library calls of one epoch.

    Args:
        prepare: statements that make what the calls work on, from X and y.
        calls: statement by name, in the order of an epoch.
    """

    prepare: str
    calls: dict[str, str]


_NUMPY = "w = np.full((2, 1), 0.1); product = np.empty((3, 1)); residual = X @ w[:, 0] - y;"
_TORCH = "X = torch.tensor(X).float(); y = torch.tensor(y).float().reshape(-1, 1);"
BARE_CALLS = {
    "numpy-two-weights": BareCalls(
        _NUMPY + "dot0, dot1, dot = X[:, 0].dot, X[:, 1].dot, X.dot; prediction = product[:, 0];"
        "w0, w1 = w[:, 0]; two_nths = 2 / 3; subtract = np.subtract",
        {
            "X₁·r": "df_w0 = two_nths * dot0(residual)",
            "X₂·r": "df_w1 = two_nths * dot1(residual)",
            "update": "w[0, 0] = w0 = w0 - 1e-4 * df_w0; w[1, 0] = w1 = w1 - 1e-4 * df_w1",
            "Xw": "dot(w, product)",
            "Xw - y": "subtract(prediction, y, residual)",
        },
    ),
    "numpy": BareCalls(
        _NUMPY + "dotT, dot = X.T.dot, X.dot; gradient, change = np.empty(2), np.empty((2, 1));"
        "change_row = change[:, 0]; prediction = product[:, 0];"
        "lr, two_nths = np.array(1e-4), np.array(2 / 3);"
        "multiply, subtract = np.multiply, np.subtract",
        {
            "Xᵀr": "dotT(residual, gradient)",
            "· 2/n": "multiply(two_nths, gradient, gradient)",
            "· lr": "multiply(lr, gradient, change_row)",
            "w - ": "subtract(w, change, w)",
            "Xw": "dot(w, product)",
            "Xw - y": "subtract(prediction, y, residual)",
        },
    ),
    "tensor": BareCalls(
        _TORCH + "w = torch.zeros(2, 1, requires_grad=True); lr = 1e-4; n = 3;"
        "matmul, sum, no_grad = torch.matmul, torch.sum, torch.no_grad",
        {
            "forward": "prediction = matmul(X, w)",
            "loss": "mse = sum((y - prediction) ** 2) / n",
            "backward": "mse.backward()",
            "update": "with no_grad():\n    w -= w.grad * lr",
            "zero_grad": "w.grad.zero_()",
        },
    ),
    "nn": BareCalls(
        _TORCH + "model = torch.nn.Linear(2, 1, bias=False); criterion = torch.nn.MSELoss();"
        "optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)",
        {
            "forward": "prediction = model(X)",
            "loss": "mse = criterion(prediction, y)",
            "backward": "mse.backward()",
            "step": "optimizer.step()",
            "zero_grad": "optimizer.zero_grad()",
        },
    ),
}
"""For the article's problem."""


def figures(repetitions: int = 31) -> Iterator[Figure]:
    """Measure every backend on the article's problem, then on the larger ones."""
    for name in BACKENDS:
        yield from _on_the_article(name, repetitions)
    for rows, columns in LARGE_SIZES:
        problem = drawn_problem(rows, columns)
        for name in BACKENDS:
            if BACKENDS[name].weights in (None, columns):
                yield _on_a_large_problem(name, problem, repetitions // 3)


def _on_the_article(name: str, repetitions: int) -> Iterator[Figure]:
    trainer = Trainer(load_problem("article"), TrainConfig(backend=name, run_by="direct"))
    trainer.run(PROVED)
    # The article writes its numbers without points: NumPy then trains on integers.
    X, y = np.array([[1, 2], [3, 4], [5, 6]]), np.array([50, 110, 170])
    timers = _prefix_timers(BARE_CALLS[name])
    epochs = enough_epochs(trainer.run)
    contenders: dict[str, Callable[[], object]] = {
        "article": partial(ARTICLE_LOOPS[name], *as_in_the_article(name, X, y), epochs),
        "ours": partial(trainer.run, epochs),
        **{calls: partial(timer.timeit, epochs) for calls, timer in timers.items()},
    }
    seconds = interleave(contenders, repetitions)
    ours, whole = seconds["ours"], seconds[list(timers)[-1]]
    micros = {what: median(taken) / epochs * 1e6 for what, taken in seconds.items()}
    yield _beside_the_article(
        f"{name}, article 3×2", micros["ours"], micros["article"], seconds, goal=GOALS[name]
    )
    prefixes = [0.0, *(micros[calls] for calls in timers)]
    costs = ", ".join(
        f"{call} {after - before:.2f}"
        for call, (before, after) in zip(BARE_CALLS[name].calls, pairwise(prefixes), strict=True)
    )
    yield Figure(
        what="  its bare calls",
        ours=f"{prefixes[-1]:.2f} µs/epoch: {costs}",
        yardstick=f"{micros['ours']:.2f} our run",
        ratio=f"{median_ratio(whole, ours):.0%} of our run",
    )


def _on_a_large_problem(name: str, problem: Problem, repetitions: int) -> Figure:
    config = TrainConfig(backend=name, lr=1e-4, bias=False, standardize=False, run_by="direct")
    trainer = Trainer(problem, config)
    trainer.run(PROVED)
    epochs = enough_epochs(trainer.run)
    loop = partial(ARTICLE_LOOPS[name], *as_in_the_article(name, problem.X, problem.y))
    seconds = interleave(
        {"article": partial(loop, epochs), "ours": partial(trainer.run, epochs)}, repetitions
    )
    ours, theirs = (median(seconds[who]) / epochs * 1e6 for who in ("ours", "article"))
    size = f"{problem.rows:,}×{len(problem.features)}"
    return _beside_the_article(f"{name}, {size}", ours, theirs, seconds)


def _beside_the_article(
    what: str,
    ours: float,
    theirs: float,
    seconds: dict[str, list[float]],
    *,
    goal: float | None = None,
) -> Figure:
    times = median_ratio(seconds["article"], seconds["ours"])
    return Figure(
        what=what,
        ours=f"{ours:,.2f} µs/epoch",
        yardstick=f"{theirs:,.2f} article's loop",
        ratio=f"{times:.2f}× as fast",
        goal="" if goal is None else f"≥ {goal:g}×",
        met=None if goal is None else times >= goal,
    )


def as_in_the_article(name: str, X: Floats, y: Floats) -> tuple[Any, Any]:
    """The data in the types and shapes that the article's loop has it in."""
    if not BACKENDS[name].uses_torch:
        return X, y
    return torch.tensor(X).float(), torch.tensor(y).float().reshape(-1, 1)


def drawn_problem(rows: int, columns: int) -> Problem:
    """A problem of a size, the same every time."""
    random = np.random.default_rng(0)
    X = random.normal(size=(rows, columns))
    y = X @ random.normal(size=columns)
    return Problem("drawn", X, y, tuple(f"x{i + 1}" for i in range(columns)), "y")


def _prefix_timers(bare: BareCalls) -> dict[str, Timer]:
    """A timer for the first call, one for the first two, ...: a call's cost is a difference.

    No call can be timed by itself: backward needs a forward before it.
    """
    statements = list(bare.calls.values())
    names = {
        "np": np,
        "torch": torch,
        "X": load_problem("article").X,
        "y": load_problem("article").y,
    }
    # timeit turns the garbage collector off; the loops it is compared with run with it.
    setup = f"import gc; gc.enable(); X, y = globals()['X'], globals()['y']; {bare.prepare}"
    return {
        f"first {count} calls": Timer("\n".join(statements[:count]), setup, globals=names)
        for count in range(1, len(statements) + 1)
    }


if __name__ == "__main__":
    show(figures())

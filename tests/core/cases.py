"""What the tests of the core share: the cases, problems drawn at random, comparing bits."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Evaluation
from linreg_core.backends.load import load_backend
from linreg_core.problem import Problem
from linreg_core.resolve import settle
from linreg_core.settings.catalogue import BACKENDS, DTYPES
from linreg_core.settings.config import TrainConfig
from linreg_core.theory.descent import ExactDescent
from linreg_core.trainer import Trainer
from linreg_core.views.snapshot import Snapshot
from tests.lengths import IS_LONG, examples

ARTICLE_X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
ARTICLE_Y = np.array([50.0, 110.0, 170.0])

steady = settings(max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow])

few = settings(steady, max_examples=examples(8))  # an epoch of torch costs 0.3 ms

CHUNKINGS = st.lists(st.integers(1, 40), min_size=1, max_size=5)
"""How a run may be split."""


@dataclass(frozen=True)
class Case:
    """One point of backend × dtype × device × seed."""

    backend: str
    dtype: str
    device: str
    seed: int

    def __str__(self) -> str:
        return f"{self.backend}-{self.dtype}-{self.device}-seed{self.seed}"

    @property
    def eps(self) -> float:
        """The spacing of the dtype's numbers at 1."""
        return float(np.finfo(self.dtype).eps)

    def config(self, **wishes: Any) -> TrainConfig:
        """The configuration of this case, with other wishes."""
        own = {"backend": self.backend, "dtype": self.dtype, "device": self.device}
        return TrainConfig(**{**own, "seed": self.seed, **wishes})

    def build(self, problem: Problem, **wishes: Any) -> Backend:
        """A fresh backend."""
        settled, spectrum = settle(self.config(**wishes), problem)
        return load_backend(self.backend)(spectrum.design, settled)


DEVICES, SEEDS = ("cpu", "cuda:0"), (0, 1)

EVERY_CASE = [
    Case(info.name, dtype, device, seed)
    for info in BACKENDS.values()
    for dtype, device, seed in itertools.product(
        DTYPES, DEVICES if info.uses_torch else DEVICES[:1], SEEDS
    )
]


def _is_quick(case: Case) -> bool:
    """Whether a case is of the half in which any two of its four choices still meet."""
    places = list(BACKENDS).index(case.backend), DTYPES.index(case.dtype)
    return sum((*places, DEVICES.index(case.device), case.seed)) % 2 == 0


CASES = [case for case in EVERY_CASE if IS_LONG or _is_quick(case)]
"""With --long all, otherwise each backend, dtype and device with one of the seeds."""

SEEDLESS = [case for case in CASES if case.seed == 0]
"""For a test in which the seed changes nothing; without --long each backend with one dtype."""


def problem_of(X: Any, y: Any, *, as_article: bool = True) -> Problem:
    """A problem without a story; a built-in one trains as it is, a file's is prepared."""
    X = np.asarray(X, dtype=np.float64)
    names = tuple(f"x{column + 1}" for column in range(X.shape[1]))
    return Problem("test", X, np.asarray(y, dtype=np.float64), names, "y", as_article=as_article)


def exact(trainer: Trainer) -> ExactDescent:
    """The run in exact arithmetic, of a rule that has a closed form."""
    assert trainer.descent is not None
    return trainer.descent


def article() -> Problem:
    """The article's problem: three rows made with w = (10, 20)."""
    return problem_of(ARTICLE_X, ARTICLE_Y)


def drawn_problem(case: Case, *, rows: int = 30, weights: int = 3, bias: bool = False) -> Problem:
    """A well-conditioned problem of the case's seed, with as many weights as the backend takes."""
    d = (BACKENDS[case.backend].weights or weights) - bias
    random = np.random.default_rng(case.seed)
    X = random.normal(size=(rows, d))
    return problem_of(X, X @ random.normal(size=d) + random.normal(size=rows))


@st.composite
def problems(draw: st.DrawFn, case: Case, *, bias: bool) -> Problem:
    """Problems of every shape the backend takes: n = 1, p = 1, and n past NumPy's summing blocks.

    NumPy sums up to 8 numbers one by one, up to 128 in eight strands and more in halves.
    """
    weights = BACKENDS[case.backend].weights
    d = weights - bias if weights else draw(st.integers(1, 20), label="d")
    n = draw(st.integers(1, 12) | st.integers(13, 300), label="n")
    random = np.random.default_rng(draw(st.integers(0, 2**32), label="numbers"))
    if draw(st.booleans(), label="whole numbers"):  # with zeros of both signs
        X, y = random.integers(-3, 4, size=(n, d)) * -1.0, random.integers(-3, 4, size=n) * -1.0
    else:
        X, y = random.normal(size=(n, d)), random.normal(size=n)
        X *= 10.0 ** random.uniform(-2, 2, size=d)
    return problem_of(X, y)


def walk(backend: Backend) -> Iterator[tuple[Floats, Evaluation]]:
    """Every state from epoch 0 on, by single epochs, and the backend's numbers there."""
    while True:
        yield backend.state(), backend.evaluate()
        backend.epoch()


def bits(values: Any, dtype: str = "float64") -> bytes:
    """The bits of numbers, shape and dtype included; every NaN is the same NaN."""
    array = np.asarray(values)
    assert array.dtype == dtype
    return repr(array.shape).encode() + np.where(np.isnan(array), np.nan, array).tobytes()


def run_in_chunks(trainer: Trainer, chunks: Sequence[int], epochs: int) -> None:
    """Run so many epochs, the last chunk as large as it must be."""
    for chunk in chunks:
        trainer.run(min(chunk, epochs - trainer.epoch))
    trainer.run(epochs - trainer.epoch)


def same(left: Snapshot, right: Snapshot) -> bool:
    """Whether two snapshots of runs of one case tell the same bits, the curve included."""
    if everything(left) != everything(right):
        return False
    return left.origin != right.origin or from_the_origin(left) == from_the_origin(right)


OF_THE_LINE = {"origin", "first", "forks", "keyframe_stride", "theory", "landscape", "test", "ran"}
"""What is not the same where a run was taken up later, by the names of a snapshot's fields."""


def everything(snapshot: Snapshot) -> tuple[tuple[str, object], ...]:
    """All that a snapshot tells but of its line, as values that compare by their bits."""
    told = {field.name: getattr(snapshot, field.name) for field in fields(snapshot)}
    return tuple((name, by_bits(told[name])) for name in told if name not in OF_THE_LINE)


def by_bits(value: object) -> object:
    """A value that compares by its bits, and all that is in it."""
    if isinstance(value, np.ndarray):
        return (str(value.dtype), value.shape, value.tobytes())
    if is_dataclass(value):
        return tuple(by_bits(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, tuple):
        return tuple(map(by_bits, value))
    return bits(np.array(value)) if isinstance(value, float) else value


def from_the_origin(snapshot: Snapshot) -> tuple[object, ...]:
    """What a snapshot tells of the whole line: not the same where the run was taken up later."""
    theory, landscape = snapshot.theory, snapshot.landscape
    arrays = (theory.limit, theory.start, landscape.epochs, landscape.path)
    told = (bits(array, str(array.dtype)) for array in arrays)
    return snapshot.origin, theory.origin, theory.forecasts, landscape.axes, *told

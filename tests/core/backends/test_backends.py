"""Where every backend starts, what it refuses and shows, and how it gets over little memory."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

import linreg_core
from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend
from linreg_core.backends.load import load_backend
from linreg_core.backends.numpy_matrix import NumpyMatrix
from linreg_core.backends.torch_tensor import TorchTensor
from linreg_core.errors import LinregError
from linreg_core.settings.catalogue import BACKENDS
from linreg_core.settings.config import TrainConfig
from linreg_core.trainer import Trainer
from tests.core.cases import (
    ARTICLE_X,
    ARTICLE_Y,
    Case,
    article,
    bits,
    drawn_problem,
    problem_of,
)

# --- initial weights


def test_the_article_s_initial_weights(case: Case) -> None:
    """0.1 for NumPy, 0 for the tensor, nn.Linear's own draw for nn (DESIGN section 2)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(case.seed)
        linear = torch.nn.Linear(1, 1, dtype=getattr(torch, case.dtype))
    drawn = [float(linear.weight.detach()), float(linear.bias.detach())]
    expected = {"0.1": [0.1, 0.1], "0": [0.0, 0.0], "nn.Linear's own, seeded": drawn}

    start = case.build(problem_of([[1.0], [2.0]], [1.0, 2.0]), bias=True).state()

    wanted = expected[BACKENDS[case.backend].init]
    assert bits(start, case.dtype) == bits(np.array(wanted, dtype=case.dtype), case.dtype)


@pytest.mark.parametrize("init", ["zeros", 0.25, -0.0, 1e300, "random"])
def test_other_initial_weights_are_the_same_for_every_backend(
    case: Case, init: float | str
) -> None:
    problem = drawn_problem(case, weights=2)
    with np.errstate(over="ignore"):
        wanted = {
            "zeros": np.zeros(2),
            # nn.Linear's rule: uniform between -1/sqrt(p) and 1/sqrt(p)
            "random": np.random.default_rng(case.seed).uniform(-(2**-0.5), 2**-0.5, 2),
        }.get(str(init), np.full(2, abs(float(init)) if not isinstance(init, str) else 0.0))
        expected = wanted.astype(case.dtype)
    if not np.isfinite(expected).all():
        with pytest.raises(LinregError) as refusal:
            case.build(problem, init=init)
        assert refusal.value.code == "overflow"
        return
    assert bits(case.build(problem, init=init).state(), case.dtype) == bits(expected, case.dtype)


# --- what a backend refuses


LARGEST = float(np.finfo(np.float32).max)


@pytest.mark.parametrize(
    ("X", "wishes"),
    [
        ([[LARGEST, 1.0], [1.0, 2 * LARGEST]], {}),
        ([[LARGEST, 1.0], [1.0, 1.0]], {"init": 2 * LARGEST}),
        ([[LARGEST, 1.0], [1.0, 1.0]], {"lr": 2 * LARGEST}),
    ],
    ids=["data", "initial weights", "learning rate"],
)
def test_what_does_not_fit_the_dtype_is_refused(
    seedless: Case, X: list[list[float]], wishes: dict[str, float]
) -> None:
    problem = problem_of(X, [1.0, 2.0])
    if seedless.dtype == "float64":
        assert np.isfinite(seedless.build(problem, **wishes).state()).all()
        return
    with pytest.raises(LinregError) as refusal:
        seedless.build(problem, **wishes)
    assert refusal.value.code == "overflow"
    assert "float32" in refusal.value.message
    assert "\n" not in refusal.value.message


@pytest.mark.parametrize(
    ("features", "bias"), [(1, False), (2, True), (3, False)], ids=["one", "two and bias", "three"]
)
def test_a_backend_for_two_weights_refuses_any_other_number(
    seedless: Case, features: int, bias: bool
) -> None:
    problem = problem_of(np.eye(4)[:, :features], np.ones(4))
    p = features + bias
    if BACKENDS[seedless.backend].weights in (None, p):
        assert seedless.build(problem, bias=bias).state().shape == (p,)
        return
    with pytest.raises(LinregError) as refusal:
        seedless.build(problem, bias=bias)
    assert refusal.value.code == "weights-not-two"
    assert f"this problem has {p} (x1" in refusal.value.message
    assert "use backend numpy" in refusal.value.message
    assert "\n" not in refusal.value.message


def test_one_feature_and_a_bias_are_two_weights(seedless: Case) -> None:
    problem = problem_of([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    backend = seedless.build(problem, bias=True, lr="best")
    backend.run(500)
    assert backend.state() == pytest.approx([2.0, 1.0], rel=100 * seedless.eps)


def test_a_missing_device_is_refused_with_the_reason_and_never_replaced(seedless: Case) -> None:
    if not BACKENDS[seedless.backend].uses_torch:
        with pytest.raises(LinregError) as refusal:
            seedless.config(device="cuda:99")
        assert refusal.value.code == "device-not-for-backend"
        return
    with pytest.raises(LinregError) as refusal:
        seedless.build(article(), device="cuda:99")
    assert refusal.value.code == "device-missing"
    with pytest.raises((RuntimeError, AssertionError)) as reason:
        torch.zeros(1, device="cuda:99")
    assert str(reason.value).splitlines()[0].rstrip(".") in refusal.value.message
    assert "there is: cpu" in refusal.value.message


# --- the code and the shapes that are shown


Shapes = dict[str, tuple[int, ...]]


def test_the_code_that_is_shown_is_that_of_the_phases_in_their_order(seedless: Case) -> None:
    backend = load_backend(seedless.backend)
    shown = Trainer(article(), seedless.config()).snapshot().run.code
    assert shown == backend.sources()
    assert [source.phase for source in shown] == [phase.name for phase in backend.PHASES]
    for source, phase in zip(shown, backend.PHASES, strict=True):
        method = getattr(backend, phase.method)
        assert source.text == textwrap.dedent(inspect.getsource(method)).rstrip()
        assert source.text.startswith(f"def {phase.method}(self) -> None:")
        path = Path(linreg_core.__file__).parent / source.file
        lines = path.read_text(encoding="utf-8").splitlines()[source.line - 1 :]
        assert [line.strip() for line in source.text.splitlines()] == [
            line.strip() for line in lines[: source.text.count("\n") + 1]
        ]


def test_the_code_that_is_shown_is_what_runs(seedless: Case) -> None:
    """One phase after the other runs its own method and no other."""
    backend = seedless.build(article())
    ran: list[str] = []

    def noted(name: str) -> Callable[[], None]:
        works = getattr(backend, name)

        def phase() -> None:
            ran.append(name)
            works()

        return phase

    names = [phase.method for phase in backend.PHASES]
    for name in names:
        setattr(backend, name, noted(name))
    for index, phase in enumerate(backend.PHASES):
        backend.run_phase(phase)
        assert ran == names[: index + 1]


@pytest.mark.parametrize("bias", [False, True])
def test_shapes_are_those_of_the_arrays_as_the_article_holds_them(
    seedless: Case, bias: bool
) -> None:
    by_numpy: Shapes = {"X": (3, 2), "w": (2, 1), "prediction": (3,), "y": (3,), "gradient": (2,)}
    of_backends: dict[str, Shapes] = {
        "numpy-two-weights": by_numpy,
        "numpy": by_numpy,
        "tensor": {"X": (3, 2), "w": (2, 1), "prediction": (3, 1), "y": (3, 1)},
        "nn": {"X": (3, 2), "weight": (1, 2), "prediction": (3, 1), "y": (3, 1)},
    }
    expected = of_backends[seedless.backend]
    problem = article()
    if bias:
        problem = problem_of(ARTICLE_X[:, :1], ARTICLE_Y)
        if seedless.backend == "nn":  # which has a bias of its own, and no column of ones
            expected = {
                "X": (3, 1),
                "weight": (1, 1),
                "bias": (1,),
                "prediction": (3, 1),
                "y": (3, 1),
            }
    trainer = Trainer(problem, seedless.config(bias=bias))
    for _ in range(7):
        assert trainer.snapshot().shapes == tuple(expected.items())
        trainer.phase()


# --- too little memory


@pytest.mark.parametrize("phase", ["forward", "loss", "gradient", "update", "zero_grad"])
@pytest.mark.parametrize("name", [info.name for info in BACKENDS.values() if info.uses_torch])
def test_after_too_little_memory_a_restored_state_goes_on_as_ever(name: str, phase: str) -> None:
    case = Case(name, "float32", "cpu", seed=0)
    problem = drawn_problem(case)
    backend = case.build(problem)
    start = backend.state()
    method = next(each.method for each in backend.PHASES if each.name == phase)
    works, calls = getattr(backend, method), 0

    def fails_once() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        works()

    setattr(backend, method, fails_once)
    with pytest.raises(LinregError) as refusal:
        backend.run(9, gradients=True)  # which calls the phases one by one
    assert refusal.value.code == "out-of-memory"
    assert "use fewer rows" in refusal.value.message

    backend.restore(start)
    expected = case.build(problem).run(9).states
    assert bits(backend.run(9).states, case.dtype) == bits(expected, case.dtype)


# --- states that are more than weights


class HeavyBall(NumpyMatrix):
    """A rule of descent with a velocity (Polyak, 1964): all that a new one has to say."""

    SLOTS = ("velocity",)
    velocity: Floats

    def update(self) -> None:
        """Pull at the velocity, and let it move the weights."""
        self.velocity[:] = 0.9 * self.velocity + self.df.reshape(self.w.shape)
        self.w -= self.lr * self.velocity


class NoZeroGrad(TorchTensor):
    """A mistake: without the last phase gradients pile up, and are part of the state."""

    PHASES = TorchTensor.PHASES[:-1]
    SLOTS = ("gradient",)

    def state(self) -> Floats:
        piled = torch.zeros_like(self.w) if self.w.grad is None else self.w.grad
        return torch.cat([self.w.detach(), piled]).numpy().ravel().copy()

    def restore(self, state: Floats) -> None:
        super().restore(self.weights_of(state))
        self.w.grad = torch.tensor(state[self.p :].reshape(-1, 1))


@pytest.mark.parametrize(
    ("rule", "backend", "first", "kept"),
    [(HeavyBall, "numpy", 0.1, 0.9), (NoZeroGrad, "tensor", 0, 1)],
)
def test_what_a_rule_keeps_beside_the_weights_goes_everywhere_with_them(
    monkeypatch: pytest.MonkeyPatch, rule: type[Backend], backend: str, first: float, kept: float
) -> None:
    monkeypatch.setattr("linreg_core.backends.load.load_backend", lambda _: rule)
    trainer = Trainer(article(), TrainConfig(backend=backend))
    assert trainer.descent is None, "the closed form is that of other phases"
    trainer.run(300)
    end, dtype = trainer.snapshot().committed_state, trainer.settings.dtype
    for epoch in (120, 7, 299):
        trainer.goto(epoch)
        trainer.snapshot()
        for _ in range(3):
            trainer.phase()
        trainer.back()
        trainer.run(300 - epoch)
        assert bits(trainer.snapshot().committed_state, dtype) == bits(end, dtype)
    w, beside = np.full(2, float(first)), np.zeros(2)
    for _ in range(300):  # the same by hand
        beside = kept * beside + 2 / 3 * ARTICLE_X.T @ (ARTICLE_X @ w - ARTICLE_Y)
        w -= 1e-4 * beside
    np.testing.assert_allclose(end, np.concatenate([w, beside]), rtol=1e-4)

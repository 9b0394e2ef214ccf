"""What every backend promises: DESIGN section 3, one test body over every case."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from linreg_core import objective
from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend
from linreg_core.backends.load import load_backend
from linreg_core.problem import Design
from linreg_core.resolve import settle
from linreg_core.theory.algebra.spectrum import Spectrum
from tests.core.cases import Case, bits, drawn_problem, problems, steady

LEARNING_RATES = (1e-4, 1e-2, 0.3, 1e9)
"""From the article's to one that diverges on nearly every drawn problem."""


# --- 1. the gradient


def by_finite_differences(X: Floats, w: Floats, y: Floats) -> Floats:
    """Central differences with step 1: the loss is quadratic, so only rounding is left."""
    steps = np.eye(len(w))
    return np.array(
        [(objective.loss(X, w + step, y) - objective.loss(X, w - step, y)) / 2 for step in steps]
    )


def by_autograd(X: Floats, w: Floats, y: Floats) -> Floats:
    """torch.func on the mean squared error written once more."""

    def mse(weights: torch.Tensor) -> torch.Tensor:
        return ((torch.tensor(X) @ weights - torch.tensor(y)) ** 2).mean()

    gradient: Floats = torch.func.grad(mse)(torch.tensor(w)).numpy()
    return gradient


@pytest.mark.parametrize("oracle", [objective.gradient, by_finite_differences, by_autograd])
@given(data=st.data())
@steady
def test_the_gradient_is_the_derivative_of_the_loss(
    case: Case, oracle: Callable[[Floats, Floats, Floats], Floats], data: st.DataObject
) -> None:
    bias = data.draw(st.booleans(), label="bias")
    problem = data.draw(problems(case, bias=bias))
    backend = case.build(problem, bias=bias, init="random")
    # The numbers that the backend holds, exactly: a float32 is a float64, too.
    X = Design.of(problem, bias=bias, standardize=False).X.astype(case.dtype).astype(np.float64)
    y = problem.y.astype(case.dtype).astype(np.float64)
    w = backend.state().astype(np.float64)

    found = backend.evaluate()

    # Rounding errors of sums of n and p terms (Higham, Accuracy and Stability, section 3.1).
    n, p = X.shape
    sizes = np.abs(X) @ np.abs(w) + np.abs(y)
    rounding = (n + p + 8) * case.eps
    gradient_error = rounding * 2 / n * np.abs(X).T @ sizes
    loss_error = rounding * np.mean(sizes**2)
    # What a loss one step away can lose in float64.
    oracle_error = (n + p + 8) * 2**-52 * np.mean((sizes[:, None] + np.abs(X)) ** 2, axis=0)
    assert (np.abs(found.gradient - oracle(X, w, y)) <= gradient_error + oracle_error).all()
    assert abs(found.loss - objective.loss(X, w, y)) <= loss_error
    assert (np.abs(found.residual - (X @ w - y)) <= rounding * sizes).all()
    assert (np.abs(found.prediction - X @ w) <= rounding * sizes).all()
    arrays = (backend.state(), found.gradient, found.prediction, found.residual)
    assert {str(array.dtype) for array in arrays} == {case.dtype}
    assert [array.shape for array in arrays] == [(p,), (p,), (n,), (n,)]


# --- 2. run(n) is n epochs


@given(data=st.data())
@steady
def test_run_leaves_and_tells_what_single_epochs_leave_in_any_chunking(
    case: Case, data: st.DataObject
) -> None:
    bias = data.draw(st.booleans(), label="bias")
    problem = data.draw(problems(case, bias=bias))
    wishes = {"bias": bias, "init": "random", "lr": data.draw(st.sampled_from(LEARNING_RATES))}
    chunks = data.draw(st.lists(st.integers(1, 12), min_size=1, max_size=4), label="chunks")

    states = by_single_epochs(case.build(problem, **wishes), sum(chunks))
    judge = case.build(problem, **wishes)
    losses, gradients = zip(*(evaluated(judge, state) for state in states), strict=True)

    chunked = case.build(problem, **wishes)
    done = 0
    for epochs in chunks:
        tape = chunked.run(epochs, gradients=True)
        before, after = slice(done, done + epochs), slice(done + 1, done + epochs + 1)
        done += epochs
        assert bits(tape.states, case.dtype) == bits(np.stack(states[after]), case.dtype)
        assert bits(tape.losses.astype(np.float64)) == bits(np.array(losses[after]))
        assert bits(tape.gradients, case.dtype) == bits(np.stack(gradients[before]), case.dtype)
        assert bits(chunked.state(), case.dtype) == bits(states[done], case.dtype)


def test_gradients_are_told_only_when_asked_for(seedless: Case) -> None:
    backend = seedless.build(drawn_problem(seedless))
    assert backend.run(3).gradients is None


def by_single_epochs(backend: Backend, epochs: int) -> list[Floats]:
    """The states from the present one on, by nothing but the article's phases."""
    states = [backend.state()]
    for _ in range(epochs):
        backend.epoch()
        states.append(backend.state())
    return states


def evaluated(backend: Backend, state: Floats) -> tuple[float, Floats]:
    """Loss and gradient at a state."""
    backend.restore(state)
    evaluation = backend.evaluate()
    return evaluation.loss, evaluation.gradient


# --- 3. state and restore


ACTIONS = st.sampled_from(["epoch", "run", "run telling gradients", "evaluate", "there and back"])


@given(data=st.data())
@steady
def test_looking_and_going_back_change_no_bit_of_what_follows(
    case: Case, data: st.DataObject
) -> None:
    bias = data.draw(st.booleans(), label="bias")
    problem = data.draw(problems(case, bias=bias))
    wishes = {"bias": bias, "init": "random", "lr": 1e-3}
    backend = case.build(problem, **wishes)
    epochs = 0
    for action in data.draw(st.lists(ACTIONS, min_size=1, max_size=8), label="actions"):
        if action == "epoch":
            backend.epoch()
            epochs += 1
        elif action == "evaluate":
            backend.evaluate()
        elif action == "there and back":
            kept = backend.state()
            backend.run(2)
            backend.restore(kept)
        else:
            backend.run(3, gradients="gradients" in action)
            epochs += 3
    undisturbed = by_single_epochs(case.build(problem, **wishes), epochs)
    assert bits(backend.state(), case.dtype) == bits(undisturbed[-1], case.dtype)


@given(data=st.data())
@steady
def test_restore_gives_back_every_bit_of_a_state(seedless: Case, data: st.DataObject) -> None:
    problem = drawn_problem(seedless)
    # Zeros of both signs, subnormals, infinities and NaN among them.
    numbers = st.floats(width=32 if seedless.dtype == "float32" else 64)
    p = len(problem.features)
    state = np.array(data.draw(st.lists(numbers, min_size=p, max_size=p)), dtype=seedless.dtype)
    state.setflags(write=False)
    backend = seedless.build(problem)
    backend.restore(state)
    assert bits(backend.state(), seedless.dtype) == bits(state, seedless.dtype)


def test_a_state_goes_on_alike_in_another_backend_of_its_kind(case: Case) -> None:
    problem = drawn_problem(case)
    first, second = case.build(problem), case.build(problem)
    first.run(7)
    second.restore(first.state())
    assert bits(first.run(9).states, case.dtype) == bits(second.run(9).states, case.dtype)


# --- 4. what goes in stays, what comes out stays, what is not finite is reported


@pytest.mark.parametrize("bias", [False, True])
def test_inputs_are_never_changed(case: Case, bias: bool) -> None:
    problem = drawn_problem(case, bias=bias)
    design = Design.of(problem, bias=bias, standardize=False)
    given_arrays = (problem.X, problem.y, design.X, design.y)
    before = [array.tobytes() for array in given_arrays]
    backend = load_backend(case.backend)(design, settle(case.config(bias=bias), problem)[0])
    backend.epoch()
    backend.run(5)
    backend.evaluate()
    assert [array.tobytes() for array in given_arrays] == before
    assert not any(array.flags.writeable for array in given_arrays)  # it was handed none to write


def test_what_was_told_is_not_changed_by_what_follows(case: Case) -> None:
    backend = case.build(drawn_problem(case))
    state, evaluation = backend.state(), backend.evaluate()
    told = (state, evaluation.gradient, evaluation.prediction, evaluation.residual)
    before = [array.tobytes() for array in told]
    start = backend.state()
    backend.restore(start)
    backend.run(5)
    backend.epoch()
    backend.evaluate()
    assert [array.tobytes() for array in told] == before
    assert start.tobytes() == state.tobytes()


def test_numbers_that_overflow_are_told_and_never_raised(seedless: Case) -> None:
    backend = seedless.build(drawn_problem(seedless), lr=1e9)
    tape = backend.run(200)
    backend.epoch()
    assert not np.isfinite(tape.states[-1]).any()
    assert not np.isfinite(tape.losses[-1])
    assert not np.isfinite(backend.evaluate().loss)
    assert not np.isfinite(backend.evaluate().gradient).any()


# --- the triad: equals a reference (1.), is deterministic, converges


@pytest.mark.parametrize("bias", [False, True])
def test_every_backend_converges_to_the_optimum(case: Case, bias: bool) -> None:
    problem = drawn_problem(case, bias=bias)
    backend = case.build(problem, bias=bias, lr="best", init="random")
    backend.run(200)
    optimum = Spectrum.of(problem, bias=bias, standardize=False).optimum
    error = np.abs(backend.state() - optimum.weights).max() / np.abs(optimum.weights).max()
    assert error <= 100 * case.eps
    assert backend.evaluate().loss == pytest.approx(optimum.loss, rel=100 * case.eps)


def test_a_seed_decides_every_bit(case: Case) -> None:
    problem = drawn_problem(case)

    def trained(seed: int) -> bytes:
        return bits(case.build(problem, init="random", seed=seed).run(20).states, case.dtype)

    first, again, other = trained(case.seed), trained(case.seed), trained(case.seed + 1)
    assert first == again, "built and run anew"
    assert first != other


def test_a_backend_leaves_the_random_numbers_of_others_alone(case: Case) -> None:
    def following() -> tuple[float, float]:
        return np.random.random(), float(torch.rand(1))

    np.random.seed(1)
    torch.manual_seed(1)
    expected = following()
    np.random.seed(1)
    torch.manual_seed(1)
    case.build(drawn_problem(case), init="article").run(2)
    case.build(drawn_problem(case), init="random").run(2)
    assert following() == expected

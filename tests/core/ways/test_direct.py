"""The direct ways: the bits of the phases, for every backend, dtype and shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core.backends.base import Backend
from linreg_core.settings.catalogue import BACKENDS
from linreg_core.ways import candidates
from tests.core.cases import Case, bits, drawn_problem, problems, steady
from tests.core.ways.ways import made, told

LEARNING_RATES = (1e-4, 1e-2, 0.3, 1e9)


@given(data=st.data())
@steady
def test_a_direct_way_leaves_and_tells_what_the_phases_do_in_any_chunking(
    case: Case, data: st.DataObject
) -> None:
    bias = data.draw(st.booleans(), label="bias")
    problem = data.draw(problems(case, bias=bias))
    wishes: dict[str, Any] = {
        "bias": bias,
        "init": "random",
        "lr": data.draw(st.sampled_from(LEARNING_RATES)),
    }
    chunks = data.draw(st.lists(st.integers(1, 12), min_size=1, max_size=4), label="chunks")
    reference, other = (made(case, problem, **wishes) for _ in range(2))
    way = candidates.direct(other.backend, other.settings)
    assert way is not None
    for epochs in chunks:
        expected = reference.backend.run(epochs, gradients=True)
        assert told(way.run(epochs, gradients=True), case.dtype) == told(expected, case.dtype)
        if expected.sound < epochs:
            return
        state = reference.backend.state()
        assert bits(other.backend.state(), case.dtype) == bits(state, case.dtype)
    # What it leaves can be gone on with by phases.
    other.backend.epoch()
    reference.backend.epoch()
    state = reference.backend.state()
    assert bits(other.backend.state(), case.dtype) == bits(state, case.dtype)


def test_gradients_are_told_only_when_asked_for(seedless: Case) -> None:
    found = made(seedless, drawn_problem(seedless))
    way = candidates.direct(found.backend, found.settings)
    assert way is not None
    assert way.run(3).gradients is None


@pytest.mark.parametrize("name", BACKENDS)
def test_a_way_is_there_only_for_the_phases_that_it_was_written_for(name: str) -> None:
    case = Case(name, BACKENDS[name].dtype, "cpu", seed=0)
    problem = drawn_problem(case)
    parent = type(made(case, problem).backend)

    def has_way(**members: object) -> bool:
        found = made(case, problem, type("Changed", (parent,), members))
        return candidates.direct(found.backend, found.settings) is not None

    assert has_way()
    assert has_way(SCRIPT_SETUP="pass")
    for phase in parent.PHASES:
        works = getattr(parent, phase.method)
        assert not has_way(**{phase.method: lambda self, works=works: works(self)}), phase
    assert not has_way(PHASES=parent.PHASES[:-1])
    assert not has_way(SLOTS=("velocity",))


@pytest.mark.parametrize("name", BACKENDS)
def test_a_phase_that_is_changed_in_one_backend_alone_is_seen(name: str) -> None:
    case = Case(name, BACKENDS[name].dtype, "cpu", seed=0)
    found = made(case, drawn_problem(case))
    backend: Backend = found.backend
    backend.loss = backend.loss  # type: ignore[attr-defined]
    assert candidates.direct(backend, found.settings) is None


def test_what_overflows_is_told_as_the_phases_tell_it(seedless: Case) -> None:
    problem = drawn_problem(seedless)
    reference, other = (made(seedless, problem, lr=1e9) for _ in range(2))
    way = candidates.direct(other.backend, other.settings)
    assert way is not None
    expected = told(reference.backend.run(200, gradients=True), seedless.dtype)
    tape = way.run(200, gradients=True)
    assert told(tape, seedless.dtype) == expected
    assert not np.isfinite(tape.losses[-1])

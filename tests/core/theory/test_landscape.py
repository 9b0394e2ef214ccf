"""The loss over one or two coordinates: the same loss as that of the weights it stands for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core import objective
from linreg_core.arrays import Floats
from linreg_core.errors import LinregError
from linreg_core.settings.config import TrainConfig
from linreg_core.theory.landscape import Axes
from linreg_core.timeline.travel import RECENT
from linreg_core.trainer import Trainer
from tests.core.cases import article, exact, problem_of, steady


def trainer_of(seed: int, d: int, *, bias: bool, standardize: bool) -> Trainer:
    random = np.random.default_rng(seed)
    X = random.normal(size=(9, d)) * 10.0 ** random.uniform(-1, 1, size=d) + 2
    problem = problem_of(X, random.normal(size=9))
    config = TrainConfig(
        lr="auto", bias=bias, standardize=standardize, init="random", seed=seed % 1000
    )
    return Trainer(problem, config)


def raw_loss(trainer: Trainer, raw: Floats) -> float:
    """The loss at weights in the problem's own units."""
    X = trainer.problem.X
    if trainer.settings.bias:
        X = np.column_stack([X, np.ones(len(X))])
    return objective.loss(X, raw, trainer.problem.y)


@given(
    seed=st.integers(0, 2**32),
    d=st.integers(1, 4),
    bias=st.booleans(),
    standardize=st.booleans(),
    data=st.data(),
)
@steady
def test_over_weights_it_is_the_loss_with_all_others_at_the_limit(
    seed: int, d: int, bias: bool, standardize: bool, data: st.DataObject
) -> None:
    trainer = trainer_of(seed, d, bias=bias, standardize=standardize)
    places = st.lists(st.integers(0, d + bias - 1), min_size=1, max_size=2, unique=True)
    indices = data.draw(places, label="axes")
    trainer.look_along(Axes("weights", tuple(indices)))
    found = trainer.snapshot().landscape
    assert found.names == tuple(trainer.snapshot().run.names[index] for index in indices)
    for step in np.random.default_rng(seed).normal(size=(5, len(indices))):
        raw = trainer.theory.limit.copy()
        raw[indices] += step
        loss = found.losses(*(found.optimum + step))
        assert loss == pytest.approx(raw_loss(trainer, raw), rel=1e-9, abs=1e-12)


@given(
    seed=st.integers(0, 2**32), d=st.integers(2, 4), bias=st.booleans(), standardize=st.booleans()
)
@steady
def test_over_directions_it_is_the_loss_along_them(
    seed: int, d: int, bias: bool, standardize: bool
) -> None:
    trainer = trainer_of(seed, d, bias=bias, standardize=standardize)
    indices = (1, 0)
    trainer.look_along(Axes("directions", indices))
    found, descent = trainer.snapshot().landscape, exact(trainer)
    assert found.optimum.tolist() == [0, 0]
    design = descent.spectrum.design
    for step in np.random.default_rng(seed).normal(size=(5, 2)):
        weights = descent.limit + descent.spectrum.directions[:, list(indices)] @ step
        loss = objective.loss(design.X, weights, design.y)
        assert found.losses(*step) == pytest.approx(loss, rel=1e-9, abs=1e-12)


@given(seed=st.integers(0, 2**32), bias=st.booleans(), standardize=st.booleans())
@steady
def test_with_as_many_weights_as_axes_the_path_lies_on_the_surface(
    seed: int, bias: bool, standardize: bool
) -> None:
    trainer = trainer_of(seed, 2 - bias, bias=bias, standardize=standardize)
    trainer.run(50)
    losses = trainer.snapshot().curve.last
    for kind in ("weights", "directions"):
        trainer.look_along(Axes(kind, (0, 1)))
        found = trainer.snapshot().landscape
        assert found.epochs[[0, -1]].tolist() == [0, 50]
        on_the_way = losses[found.epochs]
        np.testing.assert_allclose(
            found.losses(*found.path.T), on_the_way, rtol=1e-9, atol=1e-12 * losses[0]
        )


def test_the_present_epoch_is_the_last_of_the_path_also_in_the_past() -> None:
    trainer = Trainer(article(), TrainConfig())
    trainer.run(5000)
    for epoch in (5000, 4999, 17, 0, 5000):
        trainer.goto(epoch)
        snapshot = trainer.snapshot()
        found = snapshot.landscape
        assert found.epochs[-1] == epoch
        np.testing.assert_allclose(found.path[-1], snapshot.raw_weights, rtol=1e-14)


def test_two_weights_are_looked_along_themselves_and_more_along_directions() -> None:
    assert Trainer(article(), TrainConfig()).snapshot().landscape.axes == Axes("weights", (0, 1))
    one = Trainer(problem_of([[1.0], [2.0]], [1.0, 2.0]), TrainConfig())
    assert one.snapshot().landscape.axes == Axes("weights", (0,))
    more = trainer_of(3, 3, bias=True, standardize=False)
    assert more.snapshot().landscape.axes == Axes("directions", (0, 3)), "steepest and flattest"


def test_a_direction_along_which_the_run_has_nowhere_to_go_does_not_hold_it() -> None:
    X = np.diag([4.0, 2.0, 1.0])
    trainer = Trainer(problem_of(X, [4.0, 2.0, 0.0]), TrainConfig(init="zeros"))
    assert trainer.theory.start[2] == 0
    assert trainer.snapshot().landscape.axes == Axes("directions", (0, 1))
    arrived = Trainer(problem_of(X, [0.0, 0.0, 0.0]), TrainConfig(init="zeros"))
    assert arrived.snapshot().landscape.axes == Axes("directions", (0, 2))


@pytest.mark.parametrize("epoch", [0, 1, 5, 15, 16, 17, 40, 3_000, 9_999, 10_000])
@pytest.mark.parametrize("backend", ["numpy", "tensor"])
def test_the_last_epochs_of_the_path_are_known_one_by_one_whichever_way_one_came(
    backend: str, epoch: int
) -> None:
    config = TrainConfig(backend=backend)
    there, back = (Trainer(article(), config) for _ in range(2))
    there.run(epoch)
    back.run(10_000)
    back.goto(epoch)
    forth = Trainer(article(), config)
    for part in (epoch // 2, epoch - epoch // 2):
        forth.run(part)
    ways = [trainer.snapshot().landscape for trainer in (there, back, forth)]
    for way in ways:
        last = way.epochs[-RECENT - 1 :]
        assert last.tolist() == list(range(max(0, epoch - RECENT), epoch + 1))
        assert (way.epochs == ways[0].epochs).all()
        assert way.path.tobytes() == ways[0].path.tobytes()


def test_the_epoch_that_follows_is_known_also_inside_one() -> None:
    trainer = Trainer(article(), TrainConfig(lr=0.01))
    trainer.run(3)
    ahead = [trainer.snapshot().landscape.following]
    for _ in range(3):
        trainer.phase()
        ahead.append(trainer.snapshot().landscape.following)
    trainer.step()
    for following in ahead:
        assert following.tobytes() == trainer.snapshot().landscape.path[-1].tobytes()


@pytest.mark.parametrize(
    "axes",
    [
        Axes("weights", ()),
        Axes("weights", (0, 0)),
        Axes("weights", (0, 1, 2)),
        Axes("weights", (2,)),
        Axes("weights", (-1,)),
        Axes("directions", (2,)),
    ],
)
def test_axes_that_a_run_has_not_are_refused_and_the_old_ones_stay(axes: Axes) -> None:
    trainer = Trainer(article(), TrainConfig())
    trainer.look_along(Axes("directions", (1,)))
    with pytest.raises(LinregError) as refusal:
        trainer.look_along(axes)
    assert refusal.value.code == "bad-axes"
    assert trainer.snapshot().landscape.axes == Axes("directions", (1,))


def test_chosen_axes_outlive_a_reset() -> None:
    trainer = Trainer(article(), TrainConfig())
    trainer.look_along(Axes("weights", (1,)))
    trainer.run(5)
    trainer.reset()
    assert trainer.snapshot().landscape.axes == Axes("weights", (1,))
    trainer.look_along(None)
    assert trainer.snapshot().landscape.axes == Axes("weights", (0, 1))


def test_a_start_at_the_edge_of_float64_is_drawn_and_never_raised() -> None:
    X = np.eye(3) * 1e10
    trainer = Trainer(problem_of(X, np.ones(3)), TrainConfig(init=1e180, lr=1e-30))
    found = trainer.snapshot().landscape
    assert found.axes.kind == "directions"
    assert np.isinf(found.losses(*found.path.T)).all()

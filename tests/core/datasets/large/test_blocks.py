"""Runs by blocks: the bits of the run in memory, whoever computed which block."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info, threadpool_limits

from linreg_core.arrays import Floats
from linreg_core.branches import BranchTrainer
from linreg_core.datasets.large.condensed import condensed
from linreg_core.datasets.large.moments import MomentsSoFar
from linreg_core.datasets.large.options import LargeOptions
from linreg_core.datasets.request import DataRequest
from linreg_core.problem import Problem
from linreg_core.processes.group import Ranks
from linreg_core.settings.config import TrainConfig
from linreg_core.timeline.breakpoints import parse_breakpoints
from linreg_core.trainer import Trainer
from linreg_core.views.snapshot import Snapshot
from tests.core.datasets.large.tables import OneBlock, Seats, in_parts, large, values, write_csv
from tests.lengths import if_long

BACKENDS = ("numpy", "tensor", "nn")
DTYPES = ("float32", "float64")
EPOCHS = 1000

KINDS = ("plain", "wide", "one block short", "fewer blocks than ranks")
EVERY = list(product(KINDS, BACKENDS, DTYPES))
SOME = [
    (kind, backend, DTYPES[(place + other) % 2])
    for place, kind in enumerate(KINDS)
    for other, backend in enumerate(BACKENDS)
]
"""Of kinds, backends and dtypes any two."""

OTHERS = [each for each in EVERY if each not in SOME]


def told(snapshot: Snapshot) -> list[Any]:
    """What a run came to, to the last bit; when a cycle is noticed hangs on the time."""
    return [
        snapshot.epoch,
        snapshot.weights.tobytes(),
        snapshot.gradient.tobytes(),
        snapshot.backend_loss,
        [values.tobytes() for values in (snapshot.curve.low, snapshot.curve.high)],
        snapshot.metrics.mae,
        snapshot.run.settings.lr,
    ]


def ran(problem: Problem, config: TrainConfig, epochs: int) -> Snapshot:
    trainer = Trainer(problem, config)
    trainer.run(epochs)
    return trainer.snapshot()


def trained(
    names: list[str],
    cache: Path,
    config: TrainConfig,
    processes: Ranks,
    *,
    block_rows: int,
    epochs: int = EPOCHS,
) -> Snapshot:
    problem = large(*names, cache=cache, block_rows=block_rows).problem(processes=processes)
    try:
        trainer = Trainer(problem, config, clock=processes.clock)
        trainer.run(epochs)
        return trainer.snapshot()
    finally:
        if problem.blocks is not None:
            problem.blocks.close()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("backend", [*BACKENDS, "numpy-two-weights"])
@pytest.mark.parametrize("bias", [True, False])
def test_a_block_that_is_the_whole_table_has_the_bits_of_memory(
    backend: str, dtype: str, bias: bool
) -> None:
    features = 2 - bias if backend == "numpy-two-weights" else 3
    table, names = values(150, features), tuple("abc"[:features])
    config = TrainConfig(backend=backend, dtype=dtype, bias=bias, lr=0.05)
    whole = Problem("t", table[:, :-1], table[:, -1], names, "y")
    known = MomentsSoFar(features + 1)
    known.add(table)
    block = condensed("t", known.moments(), names, "y", blocks=OneBlock(table), digest="")
    theirs, ours = (ran(problem, config, 300) for problem in (whole, block))
    assert np.array_equal(ours.weights, theirs.weights)
    assert np.array_equal(ours.gradient, theirs.gradient)
    assert ours.backend_loss == theirs.backend_loss
    assert ours.curve.low.tobytes() == theirs.curve.low.tobytes()
    assert ours.metrics.mae == pytest.approx(theirs.metrics.mae, rel=1e-12)
    assert ours.metrics.r2 == pytest.approx(theirs.metrics.r2, rel=1e-12)
    assert ours.metrics.rows == 150


@pytest.mark.parametrize(("kind", "backend", "dtype"), [*SOME, *if_long(OTHERS)])
def test_one_two_and_four_ranks_have_the_same_bits(
    kind: str, backend: str, dtype: str, is_long: bool, tmp_path: Path
) -> None:
    table, block_rows = {
        "plain": (values(250, 3), 32),
        "wide": (values(90, 15, seed=1), 20),
        "one block short": (values(129, 2, seed=2), 64),
        "fewer blocks than ranks": (values(60, 1, seed=3), 30),
    }[kind]
    names = in_parts(tmp_path / "parts", table, 3)
    epochs = EPOCHS if is_long else EPOCHS // 20
    # Not by a draw: the generator of torch belongs to all threads, which are the ranks here.
    config = TrainConfig(backend=backend, dtype=dtype, lr="slow", init="zeros")

    def do(processes: Ranks) -> list[Any]:
        return told(
            trained(names, tmp_path, config, processes, block_rows=block_rows, epochs=epochs)
        )

    alone = do(Ranks())
    for size in (2, 4):
        assert Seats(size).each(do) == [alone] * size


def test_a_thousand_epochs_on_four_ranks_that_stop_and_go_on_with_three(tmp_path: Path) -> None:
    names = in_parts(tmp_path / "parts", values(300, 4), 2)
    config = TrainConfig(backend="tensor")
    alone = told(trained(names, tmp_path, config, Ranks(), block_rows=40))

    def begin(processes: Ranks) -> Any:
        problem = large(*names, cache=tmp_path, block_rows=40).problem(processes=processes)
        trainer = Trainer(problem, config, clock=processes.clock)
        trainer.run(377)
        return trainer.checkpoint()

    kept = Seats(4).each(begin)[3]

    def go_on(processes: Ranks) -> list[Any]:
        problem = large(*names, cache=tmp_path, block_rows=40).problem(processes=processes)
        trainer = Trainer(problem, config, clock=processes.clock)
        trainer.resume(kept)
        trainer.run(EPOCHS - 377)
        return told(trainer.snapshot())

    assert Seats(3).each(go_on) == [alone] * 3


def test_ranks_stop_at_the_same_epoch_whatever_the_time_and_the_condition(tmp_path: Path) -> None:
    names = in_parts(tmp_path / "parts", values(200, 2), 2)

    def do(processes: Ranks) -> list[Any]:
        problem = large(*names, cache=tmp_path, block_rows=50).problem(processes=processes)
        trainer = BranchTrainer(problem, TrainConfig(), clock=processes.clock)
        trainer.run(None, seconds=0.05)
        first = trainer.epoch
        trainer.set_breakpoints(parse_breakpoints(f"epoch == {first + 5} or frozen"))
        trainer.run(1000)
        trainer.goto(first - 1)
        trainer.run(20)
        return [first, *told(trainer.snapshot())]

    one, other = Seats(2).each(do)
    assert one == other
    assert one[1] <= one[0] + 5


def test_other_blocks_round_otherwise_but_lead_to_the_same_place(tmp_path: Path) -> None:
    names = in_parts(tmp_path / "parts", values(400, 3), 1)
    ends = [
        trained(names, tmp_path, TrainConfig(), Ranks(), block_rows=rows) for rows in (16, 100, 400)
    ]
    for end in ends:  # the last one is in memory
        assert end.raw_weights == pytest.approx(ends[0].raw_weights, rel=1e-10)
        assert end.raw_weights == pytest.approx(end.theory.optimum.weights, rel=1e-9)


def test_gram_goes_the_same_path_but_for_rounding(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", values(500, 3))
    config = TrainConfig(lr="slow")
    rows = trained([path], tmp_path, config, Ranks(), block_rows=64, epochs=40)
    problem = DataRequest(path, large=LargeOptions(reduce="gram")).load()
    trainer = Trainer(problem, config)
    trainer.run(40)
    gram = trainer.snapshot()
    assert gram.weights == pytest.approx(rows.weights, rel=1e-10)
    assert gram.loss == pytest.approx(rows.loss, rel=1e-10)
    assert gram.metrics.mae is None
    assert "reduced" in [note.code for note in gram.run.notes]
    assert problem.digest != large(path, cache=tmp_path).problem().digest


def test_a_table_of_one_block_is_the_table_in_memory(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", values(60, 2))
    problem, inside = large(path, cache=tmp_path).problem(), DataRequest(path).load()
    assert problem.blocks is None
    assert np.array_equal(problem.X, inside.X)
    assert np.array_equal(problem.y, inside.y)
    assert problem.digest == inside.digest


def test_a_run_by_blocks_diverges_where_the_run_in_memory_does(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", values(60, 2))
    config = TrainConfig(lr=50.0, dtype="float32")
    inside = ran(DataRequest(path).load(), config, 1000)
    ours = trained([path], tmp_path, config, Ranks(), block_rows=20)
    assert ours.status == inside.status == "diverged"
    assert ours.status_epoch is not None
    assert inside.status_epoch is not None
    # The squares of a block add up to less than those of all rows, and overflow later.
    assert 0 <= ours.status_epoch - inside.status_epoch <= 1


def test_phases_can_be_stepped_through_and_taken_back(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", values(100, 2))
    problem = large(path, cache=tmp_path, block_rows=30).problem()
    trainer = Trainer(problem, TrainConfig())
    trainer.run(3)
    before: Floats = trainer.snapshot().weights
    for _ in range(trainer.phase_count + 1):
        trainer.phase()
    assert trainer.epoch == 4
    trainer.goto(3)
    assert np.array_equal(trainer.snapshot().weights, before)


def test_libraries_use_one_thread_for_a_block_however_many_they_have(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", values(100, 2))
    with threadpool_limits(2):
        problem = large(path, cache=tmp_path, block_rows=30).problem()
        config = TrainConfig(backend="tensor")
        trainer = Trainer(problem, config)
        trainer.run(2)
        blas = [found for found in threadpool_info() if found["user_api"] == "blas"]
        assert {found["num_threads"] for found in blas} == {1}
        assert torch.get_num_threads() == 1

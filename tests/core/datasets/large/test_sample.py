"""Rows drawn at random, and what is known of the table beside them."""

import sys
from pathlib import Path

import numpy as np
import pytest

from linreg_core.datasets.large.options import LargeOptions, format_bytes, parse_bytes
from linreg_core.datasets.large.sample import Reservoir
from linreg_core.datasets.request import DataRequest
from linreg_core.errors import LinregError
from linreg_core.settings.config import TrainConfig
from linreg_core.trainer import Trainer
from tests.core.datasets.large.tables import in_parts, values, write_csv


def drawn(rows: int, count: int, seed: int, cut: int) -> list[float]:
    reservoir, numbers = Reservoir(count, 1, seed), np.arange(float(rows))[:, np.newaxis]
    for first in range(0, rows, cut):
        reservoir.add(numbers[first : first + cut])
    return [float(row[0]) for row in reservoir.rows()]


@pytest.mark.parametrize("cut", [1, 7, 1000])
def test_a_sample_does_not_depend_on_the_parts_and_keeps_their_order(cut: int) -> None:
    found = drawn(500, 40, 3, cut)
    assert found == drawn(500, 40, 3, 500)
    assert found == sorted(set(found))
    assert len(found) == 40
    assert found != drawn(500, 40, 4, 500)


def test_every_row_is_as_likely_as_another() -> None:
    counts = np.zeros(20)
    for seed in range(2000):
        counts[np.array(drawn(20, 5, seed, 6)).astype(int)] += 1
    # 500 each are expected, with a standard deviation of 19.4.
    assert np.abs(counts - 500).max() < 5 * 19.4


def test_a_table_with_fewer_rows_than_asked_for_is_taken_whole(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", values(30, 2))
    problem = DataRequest(path, large=LargeOptions(sample=100)).load()
    assert np.array_equal(problem.X, DataRequest(path).load().X)


def test_a_sample_knows_the_whole_table(tmp_path: Path) -> None:
    table = values(2000, 3)
    source, *more = in_parts(tmp_path / "parts", table, 4)
    request = DataRequest(source, more=tuple(more), large=LargeOptions(sample=50))
    run = Trainer(request.load(), TrainConfig()).snapshot().run
    all_of_it = Trainer(DataRequest(write_csv(tmp_path / "t.csv", table)).load(), TrainConfig())
    assert run.rows == 50
    assert run.whole is not None
    assert run.whole.rows == 2000
    optimum = all_of_it.theory.optimum
    assert run.whole.optimum.weights == pytest.approx(optimum.weights, rel=1e-9)
    assert run.whole.optimum.loss == pytest.approx(optimum.loss, rel=1e-9)
    X = np.column_stack([table[:, :-1], np.ones(2000)])
    loss = np.mean((X @ run.whole.of_sample - table[:, -1]) ** 2)
    assert run.whole.loss_of_sample == pytest.approx(loss, rel=1e-9)
    assert run.whole.loss_of_sample > run.whole.optimum.loss


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("800M", 800 * 2**20),
        ("1.5g", 3 * 2**29),
        ("2 GiB", 2**31),
        ("12", 12),
        ("9" * 400, sys.maxsize),
    ],
)
def test_sizes_as_they_are_typed(text: str, size: int) -> None:
    assert parse_bytes(text) == size


@pytest.mark.parametrize(
    ("size", "text"), [(10, "1 MiB"), (25 * 2**20, "25 MiB"), (3 * 2**29, "1.5 GiB")]
)
def test_sizes_as_they_are_told(size: int, text: str) -> None:
    assert format_bytes(size) == text


@pytest.mark.parametrize("text", ["", "much", "-1G", "1e9", "3 apples"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(LinregError):
        parse_bytes(text)


@pytest.mark.parametrize(
    "options",
    [
        {"block_rows": 0},
        {"memory": 10},
        {"reduce": "none"},
        {"sample": 1},
        {"sample_seed": -1},
    ],
)
def test_options_out_of_range(options: dict[str, object]) -> None:
    with pytest.raises(LinregError) as refusal:
        LargeOptions(**options)  # type: ignore[arg-type]
    assert refusal.value.code == "bad-option"

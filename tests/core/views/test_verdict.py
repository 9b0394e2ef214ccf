"""What a run has come to, in one line: true of the run, and with a remedy that helps."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from linreg_core.backends.base import Backend
from linreg_core.problem import Problem
from linreg_core.settings.config import TrainConfig
from linreg_core.timeline.checkpoint import Status
from linreg_core.trainer import Trainer
from linreg_core.views.snapshot import Snapshot
from tests.core.cases import article, problem_of

REMEDIES: dict[str, dict[str, Any]] = {
    "--lr auto": {"lr": "auto"},
    "--standardize": {"standardize": True, "bias": True, "lr": "auto"},
    "--dtype float64": {"dtype": "float64"},
}


def after(epochs: int, problem: Problem | None = None, **wishes: Any) -> Snapshot:
    trainer = Trainer(problem or article(), TrainConfig(**wishes))
    trainer.run(epochs)
    return trainer.snapshot()


SINGLE = {"dtype": "float32"}


@pytest.mark.parametrize(
    ("epochs", "problem", "wishes", "code", "message"),
    [
        (9_999, None, {"lr": 0.05}, "diverged", "at epoch 496: 0.05 is beyond the limit 0.03306"),
        (10, None, {"lr": 0.05}, "diverging", "diverging: 0.05 is beyond the limit 0.03306"),
        (
            500,
            None,
            {},
            "converging",
            "0.5 correct digits; 1 by epoch 72,313, then one every 130,578 epochs",
        ),
        (9_999, None, {"backend": "tensor", "lr": 0.03}, "held", "rounding holds x"),
        (99, problem_of([[2.0]], [6.0]), {"lr": 0.125}, "settled", "to be numbers of float64"),
        (99, problem_of([[2.0]], [6.0]), {**SINGLE, "lr": 0.125}, "settled", "numbers of float32"),
        (99, problem_of([[2.0]], [6.6]), {**SINGLE, "lr": 0.1}, "settled", "as many as float32"),
        (99, problem_of([[2.0]], [6.0]), {"lr": 0.25}, "standing", "the next one never comes"),
    ],
)
def test_each_verdict_is_of_such_a_run(
    epochs: int, problem: Problem | None, wishes: dict[str, Any], code: str, message: str
) -> None:
    snapshot = after(epochs, problem, **wishes)
    found = snapshot.verdict
    assert (found.code, message in found.message) == (code, True), found
    if found.remedy is not None:
        better = after(epochs, problem, **(wishes | REMEDIES[found.remedy]))
        assert better.verdict.code not in ("diverged", "diverging")
        assert (better.progress.digits or 0) >= (snapshot.progress.digits or 0)


def test_numbers_that_are_too_large_for_the_dtype_are_no_fault_of_the_rate() -> None:
    problem = problem_of([[1e30], [2e30]], [1e30, 5e30])
    found = after(5, problem, dtype="float32", lr=1e-62).verdict
    assert found.code == "diverged"
    assert "its numbers are beyond float32" in found.message
    assert found.remedy == "--dtype float64"


@pytest.mark.parametrize("wishes", [{"lr": 0.01}, {"lr": 0.001, "init": "zeros"}], ids=str)
def test_the_next_digit_is_there_by_the_epoch_that_is_told_and_not_before(
    wishes: dict[str, Any],
) -> None:
    """From the start on, where a digit takes longer than later ones do."""
    trainer = Trainer(article(), TrainConfig(**wishes))
    for _ in range(6):
        before = trainer.snapshot()
        assert before.progress.digits is not None
        words = before.verdict.message
        whole, by = re.findall(r"; (\d+) by epoch ([\d,]+), then one every", words)[0]
        assert int(whole) == math.floor(round(before.progress.digits, 1)) + 1
        trainer.run(int(by.replace(",", "")) - before.epoch - 1)
        assert (trainer.snapshot().progress.digits or 0) < int(whole) + 0.05
        trainer.run(1)
        after_it = trainer.snapshot()
        assert after_it.progress.digits == pytest.approx(int(whole), abs=0.05)
        assert after_it.status is Status.READY


def test_later_digits_come_as_often_as_is_told() -> None:
    trainer = Trainer(article(), TrainConfig(lr=0.01))
    trainer.run(9_000)
    before = trainer.snapshot()
    each = int(before.verdict.message.split("every ")[1].split()[0].replace(",", ""))
    trainer.run(each)
    after_it = trainer.snapshot()
    assert before.progress.digits is not None
    assert after_it.progress.digits == pytest.approx(before.progress.digits + 1, abs=0.01)


def test_a_digit_that_rounding_does_not_leave_is_not_promised() -> None:
    """Whatever is foretold at any epoch, no such run has the digit that was not promised."""
    trainer = Trainer(article(), TrainConfig(lr=0.01, dtype="float32"))
    trainer.run(100_000)
    end = trainer.snapshot()
    assert end.status in (Status.FROZEN, Status.CYCLE)
    assert end.progress.digits is not None
    for epoch in range(0, end.status_epoch or 0, 97):
        trainer.goto(epoch)
        words = trainer.snapshot().verdict.message
        for whole in re.findall(r"; (\d+) by epoch", words):
            assert int(whole) <= end.progress.digits + 0.1, words
    assert "rounding" in words


def test_no_digit_that_the_dtype_has_not_is_promised_where_no_end_is_foretold() -> None:
    """One row and two weights: rounding may move them for ever."""
    problem = problem_of([[3.0]], [4.1])
    trainer = Trainer(problem, TrainConfig(dtype="float32", bias=True, lr="best"))
    assert trainer.snapshot().theory.forecasts[0].freeze_epoch is None
    trainer.run(1)
    before = trainer.snapshot()
    assert before.progress.digits is not None
    assert before.progress.digits > 7
    assert before.verdict.message.endswith("about as many as rounding leaves")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("rows", "target"),
    [([[1.0, 2.0, 3.0], [2.0, 1.0, 5.0]], [4.0, 9.0]), ([[1.0, 2.0], [3.0, 5.0]], [4.1, 9.3])],
)
def test_while_rounding_keeps_it_behind_no_digit_more_is_promised(
    rows: list[list[float]], target: list[float], dtype: str
) -> None:
    """From the epoch that ends it until that is noticed, one cycle or some epochs later."""
    trainer = Trainer(
        problem_of(rows, target), TrainConfig(dtype=dtype, lr="auto", bias=True, standardize=True)
    )
    messages = []
    while (snapshot := trainer.snapshot()).status is Status.READY:
        messages.append(snapshot.verdict.message)
        trainer.run(1)
    assert snapshot.progress.digits is not None
    for words in messages:
        assert "one more" not in words
        for whole in re.findall(r"; (\d+) by epoch", words):
            assert int(whole) <= snapshot.progress.digits + 0.1, words
    assert messages[-1].endswith("about as many as rounding leaves")


def test_without_a_closed_form_only_what_is_measured_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Backend, "modes", lambda *_, **__: None)
    assert after(20_000).verdict.code == "measured"
    found = after(9_999, lr=0.05).verdict
    assert (found.code, found.message) == ("diverged", "diverged at epoch 496")

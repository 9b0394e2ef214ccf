"""A rule of descent without a closed form: what it does is measured, and nothing is foretold."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core import Snapshot, Trainer
from linreg_core.backends.base import Backend
from linreg_core.problem import Problem
from linreg_core.settings.config import TrainConfig
from tests.app.command import Capture, explain, explain_json, train, train_json
from tests.app.driver import LARGE, SMALL, driving, inline, lines_of
from tests.app.reports import after
from tests.core.cases import article, problem_of
from tui.panes.notice import describe_divergence
from tui.panes.pictures.modes_pane import mode_cells
from tui.panes.price import price_of_rate
from tui.panes.rate_gauge import gauge_row
from tui.panes.weight_columns import held_by

FORETOLD = (
    "exact arithmetic",
    "theory: exact",
    "correct digit at",
    "epochs/digit",
    "overflow",
    "stops at",
)
"""Words of what follows from a closed form alone."""


@pytest.fixture(autouse=True)
def _no_closed_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Backend, "modes", lambda *_, **__: None)


def dependent() -> Problem:
    return problem_of([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], [1.0, 2.0, 4.0])


@pytest.mark.parametrize("problem", [article(), dependent()])
def test_what_the_data_alone_tells_is_told(problem: Problem) -> None:
    trainer = Trainer(problem, TrainConfig(lr=0.01))
    trainer.run(100)
    theory, progress = trainer.theory, trainer.snapshot().progress
    assert (theory.modes, theory.forecasts, theory.diverges) == (None, (), False)
    assert [theory.lr_limit, theory.best_lr, theory.auto_lr, theory.growth] == [None] * 4
    assert theory.epochs_per_digit is theory.epochs_per_digit_at(0.01) is None
    assert np.isnan(theory.losses(np.arange(9))).all()
    eigenvalues = np.linalg.eigvalsh(2 / 3 * problem.X.T @ problem.X)[::-1]
    np.testing.assert_allclose(theory.eigenvalues, eigenvalues[: theory.rank], rtol=1e-9)
    np.testing.assert_array_equal(progress.to_go, theory.limit - trainer.snapshot().raw_weights)
    assert progress.digits is not None
    assert progress.digits > 0


def test_the_command_line_tells_no_forecast(capsys: Capture) -> None:
    code, text, _ = explain(capsys)
    assert code == 0
    assert "this rule of descent has no closed form" in text
    assert "in the end" in text
    assert not [words for words in ("forecast", "exact arithmetic  ", "limit") if words in text]
    told = explain_json(capsys)["theory"]
    assert told["leap"] is None
    assert (told["forecast"], told["epochs_to_digits"]) == ({}, {})
    assert {told["lr"][name] for name in ("limit", "best", "auto", "growth")} == {None}
    assert len(told["eigenvalues"]) == 2
    code, result = train_json(capsys, "--epochs", "100")
    assert code == 0
    assert result["theory"].items() <= told.items()
    code, result = train_json(capsys, "--epochs", "10000", "--lr", "0.05")
    assert (code, result["status"]) == (3, "diverged")
    assert "diverged at epoch 496; a smaller --lr" in train(capsys, "--lr", "0.05")[1]


def held(snapshot: Snapshot) -> list[str]:
    return [held_by(snapshot, index) for index in range(len(snapshot.weights))]


def test_panes_tell_what_is_measured() -> None:
    snapshot = after(100)
    assert [span.text for span in gauge_row(snapshot, 200)] == ["lr 0.0001"]
    assert price_of_rate(snapshot) == "No closed form: which learning rates work is not known."
    assert mode_cells(snapshot, 0)[3] == "–"
    assert held(snapshot) == ["mode 1", "mode 1"]
    assert held(after(20_000)) == ["mode 2", "mode 2"]
    assert "may be too large: c sets a smaller one" in describe_divergence(after(9_999, lr=0.05))


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_every_pane_page_and_picture_is_drawn(size: tuple[int, int]) -> None:
    async with driving(inline(epochs=300), size=size, epochs=500) as drive:
        for keys in ("", "t", "t", "t", "T", "T", "u", "c", "W", "v", "B", "e"):
            await drive.press(*keys)
            seen = "\n".join(lines_of(drive.app.screen))
            assert not [words for words in FORETOLD if words in seen], seen
            if drive.app.screen is not drive.main:
                await drive.press("escape")
        await drive.press("l", "L", "enter")
        assert drive.snapshot.theory.modes is None


async def test_page_w_compares_what_was_run() -> None:
    async with driving(inline(lr=0.01), size=LARGE, epochs=20_000) as drive:
        await drive.press("W")
        seen = "\n".join(lines_of(drive.app.screen))
        assert "float32" in seen
        assert "correct digits" in seen
        assert "exact arithmetic" not in seen
        (forecast,) = [line for line in seen.splitlines() if "forecast" in line]
        assert forecast.count("–") == 2

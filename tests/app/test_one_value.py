"""One value for one thing: what train and explain tell is what stands on the screen."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.app.command import Capture, explain, explain_json, train, train_json
from tests.app.driver import LARGE, Write, driving, inline
from tui.digits import few, shortest
from tui.panes.epoch_panel import EpochPanel
from tui.panes.pictures.modes_pane import ModesPane
from tui.panes.rate_gauge import RateGauge
from tui.panes.weights_table import WeightsTable
from tui.text import compact, number

TABLE = "a,b,y\n1,5,4\n2,3,7\n4,4,13\n7,1,23\n3,9,10\n8,2,25\n"

RUNS: dict[str, dict[str, Any]] = {
    "article": {},
    "frozen in float32": {"backend": "tensor", "lr": 0.03},
    "diverging": {"lr": 0.034},
    "a table": {},
    "not unique": {"bias": True, "lr": 0.01},
}


def options(settings: dict[str, Any]) -> list[str]:
    """The same settings on the command line."""
    given = []
    for name, value in settings.items():
        given += [f"--{name}"] if value is True else [f"--{name}", str(value)]
    return given


def shared_parts(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two objects have the same key and different values."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            place
            for key in one.keys() & other.keys()
            for place in shared_parts(one[key], other[key], f"{path}/{key}")
        ]
    return [] if one == other else [path]


@pytest.mark.parametrize("run", RUNS)
def test_train_and_explain_agree_on_all_that_both_tell(
    run: str, capsys: Capture, write: Write
) -> None:
    source = [str(write(TABLE))] if run == "a table" else []
    given = [*source, *options(RUNS[run])]
    _, trained = train_json(capsys, *given, "--epochs", "0")
    explained = explain_json(capsys, *given)
    assert not shared_parts(trained, explained)
    assert {"problem", "config", "verdict", "theory", "initial_weights"} <= (
        trained.keys() & explained.keys()
    )


@pytest.mark.parametrize("run", RUNS)
async def test_the_screen_tells_what_train_tells(run: str, capsys: Capture, write: Write) -> None:
    source = str(write(TABLE)) if run == "a table" else "article"
    _, told = train_json(capsys, source, *options(RUNS[run]), "--epochs", "400")
    async with driving(
        inline(source, epochs=400, **RUNS[run]), size=LARGE, always_painted=True
    ) as drive:
        snapshot = drive.snapshot
        await drive.press("d")
        weights = drive.seen(drive.main.query_one(WeightsTable)).split()
        for name, value in told["weights"].items():
            assert shortest(snapshot.weights.dtype.type(value)) in weights, name
        gauge = drive.main.query_one(RateGauge)
        assert f"limit {few(told['theory']['lr']['limit'])}" in drive.seen(gauge)
        panel = drive.seen(drive.main.query_one(EpochPanel))
        for title, key in (("loss (MSE)", "backend_loss"), ("mean |ŷ - y|", "mae"), ("R² ", "r2")):
            text = panel.partition(title)[2].split()[0]
            assert text == shortest(told[key]), title
        await drive.press("t", "t", "t")
        modes = drive.main.query_one(ModesPane)
        for value in told["theory"]["eigenvalues"]:
            assert number(value, 9).strip() in drive.seen(modes)
        assert compact(told["theory"]["condition_number"]) in modes.hint
        verdict = told["verdict"]
        assert (snapshot.verdict.code, snapshot.verdict.message) == (
            verdict["code"],
            verdict["message"],
        )
        assert verdict["message"] in panel
        if verdict["code"] == "diverging":
            assert verdict["message"].capitalize() in drive.notice
        if verdict["code"] == "held":
            assert f"{told['digits']:.1f} digits right" in drive.notice


@pytest.mark.parametrize("source", ["article", "line", "a table"])
async def test_the_least_loss_is_one_number(source: str, capsys: Capture, write: Write) -> None:
    """In the readout of the plot, on the page Why, in what train and explain print, and as JSON."""
    path = str(write(TABLE)) if source == "a table" else source
    _, trained = train_json(capsys, path, "--epochs", "9")
    least = explain_json(capsys, path)["theory"]["limit"]["loss"]
    assert least == trained["theory"]["limit"]["loss"] == trained["optimum"]["loss"]
    assert (least == 0) == (source == "article")
    for text in (train(capsys, path, "--epochs", "9")[1], explain(capsys, path)[1]):
        (row,) = (line for line in text.splitlines() if line.startswith("mean squared error"))
        assert row.split()[-1] == min(few(least), shortest(least), key=len)
    async with driving(inline(path, epochs=9), size=LARGE, epochs=9, always_painted=True) as drive:
        await drive.press("left_square_bracket")
        (told,) = re.findall(r"optimum (\S+)", drive.notice)
        assert float(told) == pytest.approx(least, rel=1e-4)
        await drive.press("W")
        (row,) = re.findall(r"│ loss +\S+ +\S+ +(\S+)", drive.text)
        assert float(row) == pytest.approx(least, rel=1e-6)

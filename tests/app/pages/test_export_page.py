"""The page that takes something away: what it writes, what it asks, and what it says is wrong."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from textual.widgets import Input, Select

from linreg_core import Export, LinregError, read_recipe
from tests.app.command import Capture, train_json
from tests.app.driver import AnyEngine, Drive, ScriptedEngine, Write, driving, inline
from tests.app.reports import after
from tui.engine.commands import Pause
from tui.engine.inline import InlineEngine
from tui.engine.report import Activity, Refusal
from tui.pages.export import KINDS, SHOWN_SUFFIXES, SUFFIXES, ExportScreen, Kind, proposed_name
from tui.sitting.start import requested_open


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where names without one lead to."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def reason(drive: Drive[AnyEngine]) -> str:
    """What the page says is wrong, as far as it can be seen."""
    return drive.seen(drive.app.screen.query_one("#reason"))


async def choose(drive: Drive[AnyEngine], kind: str) -> None:
    """Open the page and choose what to take away."""
    await drive.press("e")
    drive.app.screen.query_one(Select).value = kind
    await drive.settle()


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_is_written_under_the_name_that_is_proposed(
    kind: Kind, folder: Path
) -> None:
    async with driving(inline(epochs=1000)) as drive:
        await choose(drive, kind)
        await drive.press("ctrl+s")
        assert drive.app.screen is drive.main
        (name,) = os.listdir(folder)
        suffix = SUFFIXES[kind]
        assert name == f"article-numpy-epoch-1000{suffix}"
        assert kind in SHOWN_SUFFIXES or f"wrote {name}" in drive.notice
        assert drive.epoch == 1000


async def test_a_run_that_diverged_says_so_and_what_was_written(folder: Path) -> None:
    async with driving(inline(epochs=10_000, lr=0.05)) as drive:
        await choose(drive, "history")
        await drive.press("ctrl+s")
        assert "Diverged at epoch 496" in drive.notice
        assert "wrote article-numpy-epoch-495.csv: " in drive.notice
    assert os.listdir(folder) == ["article-numpy-epoch-495.csv"]


async def test_the_picture_is_of_the_screen_below(folder: Path) -> None:
    async with driving(inline(epochs=7)) as drive:
        await choose(drive, "screen")
        await drive.fill("#path", "a.svg")
        await drive.press("enter")
    picture = (folder / "a.svg").read_text(encoding="utf-8")
    assert picture.startswith("<svg")
    assert "Weights" in picture
    assert "Take" not in picture


async def test_a_range_of_epochs(folder: Path) -> None:
    async with driving(inline(epochs=100)) as drive:
        await choose(drive, "history")
        await drive.fill("#epochs", "20-29")
        await drive.fill("#path", "h.csv")
        await drive.press("enter")
        assert "10 rows, epochs 20 to 29" in drive.notice
    assert len((folder / "h.csv").read_text().splitlines()) == 11


@pytest.mark.parametrize(
    ("typed", "words"), [("5-4", "must go up"), ("x", "like 0-1000"), ("0-1000000", "at most")]
)
async def test_a_wrong_range_is_told_as_it_is_typed(typed: str, words: str, folder: Path) -> None:
    async with driving(inline(epochs=10)) as drive:
        await choose(drive, "history")
        await drive.fill("#epochs", typed)
        assert words in reason(drive)
        await drive.press("ctrl+s")
        assert isinstance(drive.app.screen, ExportScreen)
        drive.app.screen.query_one(Select).value = "script"
        await drive.settle()
        assert reason(drive) == "", "a script has no epochs"
    assert os.listdir(folder) == []


@pytest.mark.parametrize("kind", KINDS)
async def test_it_asks_before_it_writes_over_a_file(kind: str, folder: Path) -> None:
    (folder / "a").write_text("old")
    async with driving(inline(epochs=3)) as drive:
        await choose(drive, kind)
        await drive.fill("#path", "a")
        await drive.press("ctrl+o")
        assert (folder / "a").read_text() == "old", "nothing was asked yet"
        await drive.press("enter")
        assert "a exists. Write over it?" in reason(drive)
        await drive.press("enter")
        assert (folder / "a").read_text() == "old", "enter is no answer"
        await drive.fill("#path", "b")
        assert reason(drive) == ""
        await drive.press("ctrl+o")
        assert sorted(os.listdir(folder)) == ["a"]
        await drive.fill("#path", "a")
        await drive.press("enter", "ctrl+o")
        assert drive.app.screen is drive.main
    assert (folder / "a").read_text() != "old"
    assert os.listdir(folder) == ["a"]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_cannot_be_written_is_said_and_the_app_goes_on(kind: str, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    async with driving(inline(epochs=3)) as drive:
        await choose(drive, kind)
        for path, words in {
            "": "add the name of a file",
            "nowhere/a": "create it first",
            "pipe": "not an ordinary file",
            ".": "not an ordinary file",
            "[red]\x1b[2J/a": "create it first",
        }.items():
            await drive.fill("#path", path)
            await drive.press("ctrl+s")
            assert words in reason(drive)
        await drive.press("escape", "n")
        assert drive.epoch == 4
    assert os.listdir(folder) == ["pipe"]


async def test_the_home_folder_may_be_written_as_a_tilde(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(folder))
    async with driving(inline()) as drive:
        await choose(drive, "weights")
        await drive.fill("#path", "~/w.json")
        await drive.press("enter")
    assert os.listdir(folder) == ["w.json"]


async def test_a_run_stops_for_it_and_the_name_tells_where() -> None:
    engine = ScriptedEngine(replace(inline().latest, activity=Activity.RUNNING))
    async with driving(engine) as drive:
        await drive.press("e")
        assert engine.heard == [Pause()]
        engine.say(replace(engine.latest, activity=Activity.IDLE, snapshot=after(77)))
        await drive.settle()
        path = drive.app.screen.query_one("#path", Input)
        assert path.value == "article-numpy-epoch-77.csv"


async def test_a_long_export_tells_how_far_it_is_and_what_stopped_it() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("e", "ctrl+s", "ctrl+s")
        assert engine.heard == [Export("history", "article-numpy-epoch-0.csv")]
        engine.say(replace(ready, answered=2, written=0.25))
        await drive.settle()
        assert "writing: 25%" in reason(drive)
        refused = Refusal(2, LinregError("cannot-write", "[b]no room"))
        engine.say(replace(ready, answered=2, refusal=refused.error, refused=refused))
        await drive.settle()
        assert reason(drive) == "[b]no room"
        await drive.press("ctrl+s")
        assert len(engine.heard) == 2
        engine.say(replace(ready, answered=3, notice="wrote it"))
        await drive.settle()
        assert drive.app.screen is drive.main


async def test_a_name_is_made_of_safe_characters(write: Write) -> None:
    path = str(write("a,y\n1,2\n2,3\n3,5\n", "\x1b[31m /é;$(x)".replace("/", "_") + ".csv"))
    assert proposed_name(after(2, path), "weights") == "31m-_-x-numpy-epoch-2.json"


async def test_a_recipe_from_the_screen_ends_in_the_same_bits(
    write: Write, folder: Path, capsys: Capture
) -> None:
    table = write("a,b,y\n1,2,3\n4,5,7\n7,1,4\n9,9,1\n")
    engine = inline(str(table), backend="nn", lr="best", seed=5, tol=1e-9)
    async with driving(engine) as drive:
        await drive.press("n", "n", "n")
        await choose(drive, "recipe")
        await drive.fill("#path", "r.toml")
        await drive.press("enter")
        snapshot = drive.snapshot
    code, result = train_json(capsys, "--recipe", str(folder / "r.toml"))
    assert (code, result["epochs"], result["config"]["lr_rule"]) == (0, 3, "best")
    assert np.array([*result["weights"].values(), result["bias"]]).tobytes() == (
        snapshot.raw_weights.tobytes()
    )


async def test_a_fork_has_a_recipe_that_goes_on_from_where_it_was_saved(
    folder: Path, capsys: Capture
) -> None:
    async with driving(inline(epochs=10)) as drive:
        await drive.press("w", "ctrl+e", "ctrl+u", "5", "enter", "n", "2", "n", "(", "n", "t", "b")
        await drive.answer("B", "loss rises")
        await choose(drive, "recipe")
        await drive.fill("#path", "r.toml")
        await drive.press("enter")
        before = drive.snapshot
    _, trained = train_json(capsys, "--recipe", "r.toml")
    assert trained["epochs"] == before.epoch
    assert list(trained["weights"].values()) == before.raw_weights.tolist()
    recipe = read_recipe("r.toml")
    assert (len(recipe.edits), recipe.view["picture"]) == (1, "fit")
    engine = InlineEngine(requested_open(recipe))
    engine.start()
    async with driving(engine) as drive:
        assert drive.snapshot.epoch == before.epoch
        assert drive.snapshot.committed_state.tobytes() == before.committed_state.tobytes()
        assert drive.engine.latest.breakpoints == "loss rises"
        assert [run.number for run in drive.engine.latest.runs.runs] == [1]


async def test_the_worksheet_is_written_as_it_is_shown(folder: Path) -> None:
    async with driving(inline(epochs=1)) as drive:
        await choose(drive, "worksheet")
        await drive.fill("#path", "w.txt")
        await drive.press("enter")
        assert drive.app.screen is drive.main
    text = (folder / "w.txt").read_text(encoding="utf-8")
    assert "forward  ŷ = X·w" in text
    assert "update  w ← w - lr·gradient" in text


async def test_the_weights_are_those_that_train_prints(folder: Path, capsys: Capture) -> None:
    async with driving(inline(epochs=500)) as drive:
        await choose(drive, "weights")
        await drive.fill("#path", "w.json")
        await drive.press("enter")
    _, printed = train_json(capsys, "--epochs", "500")
    found = json.loads((folder / "w.json").read_text())
    measured = ("seconds", "epochs_per_second", "ran")
    assert {key: found[key] for key in found if key not in measured} == {
        key: printed[key] for key in printed if key not in measured
    }
    assert list(found) == list(printed)


async def test_phases_in_progress_are_left_out_and_stay(folder: Path) -> None:
    async with driving(inline(epochs=5)) as drive:
        await drive.press("s", "s", "s", "s")
        await drive.press("b", "s", "s")
        done = drive.snapshot.phases_done
        await choose(drive, "weights")
        await drive.fill("#path", "w.json")
        await drive.press("enter")
        assert drive.snapshot.phases_done == done == 2
        weights = list(json.loads((folder / "w.json").read_text())["weights"].values())
        assert weights == drive.snapshot.epoch_weights.tolist()


@pytest.mark.parametrize("kind", KINDS)
async def test_the_table_that_was_opened_is_never_written_over(
    kind: str, folder: Path, write: Write
) -> None:
    table = write("a,b,y\n1,2,3\n4,5,7\n7,1,4\n9,9,1\n")
    before = table.read_text()
    async with driving(inline(str(table), epochs=5)) as drive:
        await choose(drive, kind)
        await drive.fill("#path", str(table))
        await drive.press("ctrl+s", "ctrl+o", "ctrl+s")
        assert "this run was read from that file" in reason(drive)
    assert table.read_text() == before
    assert os.listdir(folder) == [table.name]

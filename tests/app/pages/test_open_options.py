"""What can be chosen of a problem on the page that opens it, by keys alone."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from linreg_core import BUILTINS, DataRequest, MadeOptions, Split, TableOptions, TrainConfig
from tests.app.driver import (
    COMPOSED_SIZES,
    MIDDLE,
    AnyEngine,
    Drive,
    ScriptedEngine,
    Write,
    driving,
    inline,
)
from tests.lengths import if_long
from tui.engine.commands import Open, Preview
from tui.engine.inline import InlineEngine
from tui.pages.open.column_table import ColumnTable
from tui.pages.open.problem_options import MADE, ProblemOptions
from tui.panes.epoch_panel import EpochPanel

CURVE = "x,y\n" + "".join(f"{x},{x * x + 1}\n" for x in range(8))
TWO = "x,z,y\n1,2,3\n2,1,4\n3,5,5\n4,4,7\n"


@pytest.fixture(autouse=True)
def _nothing_opened_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def on(opened: Open) -> InlineEngine:
    """A started engine."""
    engine = InlineEngine(opened)
    engine.start()
    return engine


def told(drive: Drive[AnyEngine]) -> str:
    """What is said of the problem, as far as it can be seen."""
    return drive.seen(drive.app.screen.query_one("#told"))


def offered(drive: Drive[AnyEngine]) -> str:
    """The fields as they are seen."""
    return drive.seen(drive.app.screen.query_one(ProblemOptions))


async def name(drive: Drive[AnyEngine], source: object) -> None:
    """Open the page and write what to open."""
    await drive.press("o")
    await drive.paste(str(source))
    await drive.app.workers.wait_for_complete()
    await drive.settle()


async def write_in(drive: Drive[AnyEngine], field: str, text: str) -> None:
    """Go to a field with tab, and replace what stands there."""
    for _ in range(20):
        if drive.app.focused is not None and drive.app.focused.id == field:
            break
        await drive.press("tab")
    focused = drive.app.focused
    assert isinstance(focused, Input)
    assert focused.id == field
    await drive.press("home", "ctrl+k", *text)


async def test_a_line_of_twenty_rows_without_noise() -> None:
    async with driving(inline()) as drive:
        await name(drive, "line")
        before = drive.snapshot.run
        await write_in(drive, "made-rows", "20")
        await write_in(drive, "made-noise", "0")
        assert drive.snapshot.run == before, "nothing has changed so far"
        await drive.press("enter")
        assert drive.app.screen is drive.main
        run = drive.snapshot.run
        assert (run.source, run.rows, run.features) == ("line", 20, ("x1",))
        assert drive.snapshot.theory.optimum.loss == pytest.approx(0, abs=1e-24)
        assert drive.engine.latest.opened == Open(
            DataRequest("line", made=MadeOptions(rows=20, noise=0))
        )


async def test_a_built_in_problem_offers_its_parameters_and_their_defaults() -> None:
    async with driving(inline()) as drive:
        for source, info in BUILTINS.items():
            await name(drive, source)
            shown = [f"{MADE[part]} {getattr(info.defaults, part):g}" for part in info.parameters]
            assert offered(drive) == " ".join([*shown, "test size none split seed 0"]), source
            await drive.press("escape")


async def test_the_rows_shown_are_those_that_are_made() -> None:
    async with driving(inline()) as drive:
        await name(drive, "line")
        await write_in(drive, "made-seed", "7")
        head = drive.engine.latest.preview
        await write_in(drive, "made-seed", "8")
        other = drive.engine.latest.preview
        assert head is not None
        assert other is not None
        assert head.request == DataRequest("line", made=MadeOptions(seed=7))
        assert other.request == DataRequest("line", made=MadeOptions(seed=8))
        assert head.rows != other.rows
        assert other.rows[0][0] in drive.text


@pytest.mark.parametrize("kind", ["a file", "a built-in problem"])
async def test_rows_are_held_out(write: Write, kind: str) -> None:
    async with driving(inline(), size=MIDDLE) as drive:
        await name(drive, write(CURVE) if kind == "a file" else "outlier")
        await write_in(drive, "test-size", "0.25")
        await write_in(drive, "split-seed", "3")
        assert "chosen by seed 3, are held out" in told(drive)
        await drive.press("enter")
        rows, held = (6, 2) if kind == "a file" else (15, 5)
        assert drive.snapshot.run.rows == rows
        assert drive.snapshot.test is not None
        assert drive.snapshot.test.metrics.rows == held
        while not drive.main.query_one(EpochPanel).display:
            await drive.press("T")
        assert f"{rows} rows {held} held out" in drive.seen(drive.main.query_one(EpochPanel))


async def test_the_present_problem_begins_with_what_it_was_opened_with(write: Write) -> None:
    path = write("a:b:c\n1:2:3\n2:1:4\n3::5\n4:4:7\n5:1:8\n")
    options = TableOptions("a", ("c",), degree=2, separator=":", missing="drop")
    request = DataRequest(os.path.relpath(path), options, split=Split(0.4, 5))
    async with driving(on(Open(request)), size=MIDDLE) as drive:
        await name(drive, path)
        for part in ("separator :", "left out", "degree 2", "test size 0.4", "split seed 5"):
            assert part in offered(drive)
        await drive.press("enter")
        assert drive.app.screen is drive.main
        assert drive.engine.latest.opened == Open(replace(request, source=str(path)))


async def test_a_built_in_problem_opened_again_keeps_its_parameters_and_another_has_its_own() -> (
    None
):
    opened = Open(
        DataRequest("line", made=MadeOptions(rows=30, noise=0.5, seed=2), split=Split(0.2))
    )
    async with driving(on(opened)) as drive:
        await name(drive, "line")
        assert offered(drive) == "rows 30 noise 0.5 data seed 2 test size 0.2 split seed 0"
        await drive.press("enter")
        assert drive.engine.latest.opened == opened
        await name(drive, "outlier")
        assert offered(drive) == "rows 20 noise 1 data seed 0 test size none split seed 0"
        await drive.press("enter")
        assert drive.engine.latest.opened == Open(DataRequest("outlier"))


WRONG: dict[str, list[tuple[str, str, str]]] = {
    "line": [
        ("made-rows", "many", "rows must be a whole number"),
        ("made-rows", "2.5", "rows must be a whole number"),
        ("made-rows", "1", "rows must be from 2 to 10,000,000, got 1 (bad-option)"),
        ("made-noise", "-1", "noise must be from 0 to 1,000,000, got -1"),
        ("made-noise", "nan", "noise must be a finite number"),
        ("made-seed", "-1", "data seed must be from 0"),
    ],
    "plane": [("made-columns", "0", "columns must be from 1 to 1,000, got 0")],
    "ill-conditioned": [("made-columns", "1", "columns 2 or more (bad-option)")],
    "article": [
        ("test-size", "1", "between 0 and 1, got 1"),
        ("test-size", "0.01", "leaves none to test on"),
        ("split-seed", "x", "split seed must be a whole number"),
    ],
    CURVE: [
        ("test-size", "0.01", "(bad-split)"),
        ("degree", "21", "the degree must be from 1 to 20, got 21 (bad-option)"),
        ("degree", "two", "the degree must be a whole number"),
    ],
}
"""By what is opened: a field, what is written there, and what is said of it."""


@pytest.mark.parametrize("source", WRONG)
async def test_a_bad_number_is_refused_as_it_is_typed_and_the_old_run_stays(
    write: Write, source: str
) -> None:
    async with driving(inline(epochs=2)) as drive:
        before = drive.snapshot
        await name(drive, source if source in BUILTINS else write(source))
        for field, text, words in WRONG[source]:
            right = drive.app.screen.query_one(f"#{field}", Input).value
            assert words not in told(drive)
            await write_in(drive, field, text)
            assert words in told(drive)
            await drive.press("enter")
            assert drive.app.screen is not drive.main
            assert words in told(drive)
            await drive.fill(f"#{field}", right)
        await drive.press("escape")
        assert drive.app.screen is drive.main
        assert drive.snapshot.run == before.run
        assert drive.epoch == 2


async def test_escape_forgets_what_was_typed() -> None:
    async with driving(inline(epochs=2)) as drive:
        opened = drive.engine.latest.opened
        await name(drive, "article")
        await write_in(drive, "test-size", "0.4")
        await drive.press("escape")
        assert (drive.engine.latest.opened, drive.epoch) == (opened, 2)
        await name(drive, "article")
        assert offered(drive) == "test size none split seed 0"


async def test_a_late_answer_does_not_hide_what_is_wrong_now() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await name(drive, "line")
        await write_in(drive, "made-rows", "x")
        looked = inline()
        looked.send(Preview(DataRequest("line")))
        engine.say(replace(ready, preview=looked.latest.preview, answered=engine.sent))
        await drive.settle()
        assert "rows must be a whole number" in told(drive)


async def test_one_feature_of_a_file_is_offered_a_degree(write: Write) -> None:
    async with driving(inline()) as drive:
        await name(drive, write(CURVE))
        assert "degree 1" in offered(drive)
        await write_in(drive, "degree", "3")
        await drive.press("enter")
        assert drive.snapshot.run.features == ("x", "(x - 3.5)^2", "(x - 3.5)^3")
        assert drive.engine.latest.config == TrainConfig()


async def test_several_features_are_offered_none_but_one_that_counts_is_never_hidden(
    write: Write,
) -> None:
    async with driving(inline()) as drive:
        await name(drive, write(TWO))
        assert "degree" not in offered(drive)
        await drive.press("down", "space")  # without x, z alone is left
        assert "degree 1" in offered(drive)
        await write_in(drive, "degree", "2")
        while not isinstance(drive.app.focused, ColumnTable):
            await drive.press("shift+tab")
        await drive.press("space")
        assert "degree 2" in offered(drive)
        assert "(degree-features)" in told(drive)
        await name_another(drive, "line")
        assert "degree" not in offered(drive)


async def name_another(drive: Drive[AnyEngine], source: str) -> None:
    """Go back to the path, and write another one."""
    await drive.press("shift+tab")
    await drive.press("home", "ctrl+k", *source)


KINDS = ["a file", "a built-in problem"]


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        *zip(KINDS * 2, COMPOSED_SIZES, strict=True),
        *if_long(zip(KINDS[::-1] * 2, COMPOSED_SIZES, strict=True)),
    ],
)
async def test_every_field_can_be_seen_and_used_at_every_size(
    write: Write, size: tuple[int, int], kind: str
) -> None:
    async with driving(inline(), size=size) as drive:
        await name(drive, write(CURVE) if kind == "a file" else "plane")
        fields = ["degree"] if kind == "a file" else [f"made-{part}" for part in MADE]
        for field in [*fields, "test-size", "split-seed"]:
            text = "0.5" if field == "test-size" else "3"
            await write_in(drive, field, text)
            assert drive.seen(drive.app.screen.query_one(f"#{field}")) == text
            assert "enter open" in drive.text
        await drive.press("enter")
        assert drive.app.screen is drive.main

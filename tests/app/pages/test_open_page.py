"""The page that opens another problem: driven by keys alone, and nothing changes before it does."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import OptionList

from linreg_core import BUILTINS, DataRequest, TableOptions, TrainConfig, visible
from tests.app.driver import (
    COMPOSED_SIZES,
    MIDDLE,
    AnyEngine,
    Drive,
    ScriptedEngine,
    Write,
    driving,
    inline,
    lines_of,
)
from tests.places import SHARED
from tui.engine.commands import CancelOpen, Open, Preview
from tui.engine.report import Activity, Quiet, Stage
from tui.host.recent import RecentFiles
from tui.pages.open.page import OpenScreen
from tui.pages.open.path_field import PathField

FAULTS = SHARED / "faults"

PARTS = 6
"""Of a long test, so that workers share it."""
HOUSES = "size,town,rooms,price\n" + "".join(
    f"{40 + 7 * row},{'north' if row % 3 else 'south'},{row % 4 + 1},{100 + 11 * row}\n"
    for row in range(12)
)


@pytest.fixture(autouse=True)
def _nothing_opened_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def is_open(drive: Drive[AnyEngine]) -> bool:
    """Whether the page is there."""
    return isinstance(drive.app.screen, OpenScreen)


def told(drive: Drive[AnyEngine]) -> str:
    """What is said of the table, as far as it can be seen."""
    return drive.seen(drive.app.screen.query_one("#told"))


def path_in(drive: Drive[AnyEngine]) -> str:
    return drive.app.screen.query_one(PathField).path


async def opened_page(drive: Drive[AnyEngine], path: object) -> None:
    """Open the page by a pasted path, and go to the columns."""
    await drive.paste(str(path))
    assert is_open(drive)
    await drive.app.workers.wait_for_complete()
    await drive.press("down")
    while drive.app.focused is not None and drive.app.focused.id != "columns":
        await drive.press("tab")


async def test_a_path_is_completed_and_its_columns_chosen_by_keys_alone(write: Write) -> None:
    path = write(HOUSES, "houses of a town.csv")
    async with driving(inline(), size=MIDDLE) as drive:
        await drive.press("n", "o")
        await drive.paste(f"{path.parent}/hou")
        await drive.press("tab")
        await drive.app.workers.wait_for_complete()
        await drive.settle()
        assert path_in(drive) == str(path)
        await drive.settle()
        for part in ("role", "type", "row 1", "north", "feature rooms", "target price", "· town"):
            assert part in " ".join(drive.text.split()), part
        assert "left out, for most cells are no numbers" in told(drive)
        assert "--" not in told(drive), "D37: no options of a command line on the screen"
        await drive.press("tab", "t", "down", "space", "down", "space")
        assert drive.epoch == 1, "nothing has changed so far"
        assert drive.engine.latest.run == 1
        await drive.press("enter")
        assert drive.app.screen is drive.main
        run = drive.snapshot.run
        assert (run.source, run.target) == (str(path), "size")
        assert run.features == ("town=south", "price")
        assert drive.epoch == 0
        assert "Opened houses of a town.csv: 12 rows, 2 features, target size" in drive.notice
        assert "one hot" in drive.notice


async def test_the_default_choice_is_that_of_the_command_line(write: Write) -> None:
    path = write(HOUSES)
    async with driving(inline(backend="tensor", lr=0.5, bias=False, dtype="float64")) as drive:
        await drive.paste(str(path))
        await drive.press("enter")
        opened = drive.engine.latest.opened
        config = TrainConfig(backend="tensor", dtype="float64")
        assert opened == Open(DataRequest(str(path)), config=config)
        assert drive.snapshot.run.features == ("size", "rooms")


async def test_escape_changes_nothing(write: Write) -> None:
    async with driving(inline(epochs=3)) as drive:
        before = drive.snapshot
        await opened_page(drive, write(HOUSES))
        await drive.press("t", "down", "h", "escape")
        assert drive.app.screen is drive.main
        assert drive.snapshot.run == before.run
        assert drive.snapshot.weights.tobytes() == before.weights.tobytes()
        assert drive.engine.latest.preview is None
        assert RecentFiles().load() == ()


ASKED_BY_KEYS = [
    (("t",), TableOptions(target="size")),
    (("space",), TableOptions(without=("size",))),
    (("space", "space"), TableOptions()),
    (("down", "down", "h"), TableOptions(one_hot=("rooms",))),
    (("down", "h"), TableOptions(one_hot=("town",))),
    (("down", "space", "space"), TableOptions()),
    (("down", "d"), TableOptions(dates=("town",))),
    (("space", "t"), TableOptions(target="size")),
    (("space", "down", "h", "a"), TableOptions()),
    (("down", "down", "down", "space", "h"), TableOptions()),
]


async def test_what_the_keys_of_the_columns_ask_for(write: Write) -> None:
    path = write(HOUSES)
    async with driving(inline()) as drive:
        for keys, options in ASKED_BY_KEYS:
            await opened_page(drive, path)
            await drive.press(*keys)
            head = drive.engine.latest.preview
            assert head is not None
            assert head.request == DataRequest(str(path), options), keys
            await drive.press("escape")


async def test_the_target_cannot_be_switched_off(write: Write) -> None:
    async with driving(inline()) as drive:
        await opened_page(drive, write(HOUSES))
        await drive.press("t", "space")
        assert "the target cannot be switched" in told(drive)


async def test_what_the_engine_refuses_is_said_and_the_old_run_stays(write: Write) -> None:
    path = write("x,y\n1,2\n3,\n5,6\n7,9\n")
    async with driving(inline(epochs=2)) as drive:
        await drive.paste(str(path))
        await drive.press("enter")
        assert is_open(drive)
        assert "no value here" in told(drive)
        assert "(missing-value)" in told(drive)
        assert (drive.epoch, drive.snapshot.run.source) == (2, "article")
        await drive.choose("#missing", 1)
        assert "left out" in told(drive)
        await drive.press("ctrl+s")
        assert drive.app.screen is drive.main
        assert drive.snapshot.run.rows == 3


async def test_how_the_text_is_read_can_be_said(write: Write) -> None:
    text = "größe;y\n1,5;2\n2,5;3\n4,5;7\n"
    path = write("x")
    path.write_bytes(text.encode("latin-1"))
    async with driving(inline()) as drive:
        await drive.paste(str(path))
        assert "(not-utf8)" in told(drive)
        await drive.fill("#encoding", "latin-9x")
        assert "(unknown-encoding)" in told(drive)
        await drive.fill("#encoding", "latin-1")
        assert "(decimal-comma)" in told(drive)
        await drive.choose("#separator", 2)
        await drive.choose("#decimal_comma", 1)
        await drive.press("ctrl+s")
        assert drive.snapshot.run.features == ("größe",)
        opened = drive.engine.latest.opened
        assert opened is not None
        wanted = TableOptions(encoding="latin-1", separator=";", decimal_comma=True)
        assert opened.data.options == wanted


async def test_a_table_without_names(write: Write) -> None:
    async with driving(inline()) as drive:
        await drive.paste(str(write("1,2\n3,4\n5,7\n")))
        assert "(header-looks-numeric)" in told(drive)
        await drive.choose("#header", 2)
        await drive.press("ctrl+s")
        assert drive.snapshot.run.features == ("c1",)
        assert drive.snapshot.run.rows == 3


async def test_what_is_no_ordinary_file_gets_its_refusal(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    async with driving(inline()) as drive:
        for path in (fifo, tmp_path):
            await drive.paste(str(path))
            await drive.press("enter")
            assert "(not-a-file)" in told(drive)
            await drive.press("escape")
            assert drive.app.screen is drive.main


async def test_a_path_that_is_still_being_typed_is_no_error(tmp_path: Path) -> None:
    async with driving(inline()) as drive:
        await drive.press("o")
        for path, words in ((tmp_path, "no file yet: a folder, which"), ("no", "no file of that")):
            await drive.fill("#path", str(path))
            await drive.app.workers.wait_for_complete()
            await drive.settle()
            assert told(drive).startswith(words)


async def test_a_built_in_problem_is_opened_by_its_name(write: Write) -> None:
    async with driving(inline(str(write(HOUSES)))) as drive:
        await drive.press("o")
        await drive.app.workers.wait_for_complete()
        assert "built in  article  " in drive.text
        await drive.paste("article")
        assert BUILTINS["article"].teaches in told(drive)
        await drive.press("enter")
        assert drive.app.screen is drive.main
        assert drive.snapshot.run.source == "article"


async def test_what_was_opened_is_offered_the_next_time(write: Write) -> None:
    path = write(HOUSES, "to remember.csv")
    async with driving(inline(), size=MIDDLE) as drive:
        await drive.paste(str(path))
        await drive.press("enter", "o")
        await drive.app.workers.wait_for_complete()
        await drive.settle()
        assert f"recent    {path}"[:80] in drive.text
        await drive.press("down", "enter")
        assert path_in(drive) == str(path)


async def test_a_folder_of_the_list_is_gone_into(tmp_path: Path, write: Write) -> None:
    (tmp_path / "inner").mkdir()
    write(HOUSES, "inner/deep.csv")
    async with driving(inline()) as drive:
        await drive.press("o")
        await drive.paste(str(tmp_path))
        for _ in ("the folder's slash", "the folder", "the file"):
            await drive.app.workers.wait_for_complete()
            await drive.settle()
            await drive.press("down", "enter")
        assert path_in(drive) == str(tmp_path / "inner" / "deep.csv")
        await drive.press("enter")
        assert drive.snapshot.run.target == "price"


async def test_a_paste_that_is_no_path_opens_nothing() -> None:
    async with driving(inline()) as drive:
        await drive.paste("some words")
        assert drive.app.screen is drive.main


async def test_a_dropped_file_replaces_what_is_written(write: Write) -> None:
    path = write(HOUSES, "two words.csv")
    async with driving(inline()) as drive:
        await drive.press("o", *"abc")
        await drive.paste(f"'{path}'")
        assert path_in(drive) == str(path)


async def test_an_odd_path_is_written_out_and_still_opened(write: Write) -> None:
    path = write(HOUSES, "\x1b[31m[@click=app.quit]\u202e\udcff.csv")
    async with driving(inline(), size=MIDDLE) as drive:
        await drive.press("o")
        await drive.paste(f"{path.parent}/")
        await drive.app.workers.wait_for_complete()
        await drive.settle()
        assert visible(path.name)[:20] in drive.seen(drive.app.screen.query_one("#places"))
        await drive.press("tab")
        assert path_in(drive) == str(path)
        assert visible(path.name)[:20] in drive.seen(drive.app.screen.query_one(PathField))
        assert all(line.isprintable() for line in drive.text.splitlines())
        await drive.press("enter")
        assert drive.snapshot.run.source == str(path)


async def test_names_and_cells_are_shown_as_they_are_written(write: Write) -> None:
    names = ["[/]", "x [/bold]", "[@click=app.quit]w[/]", "\x1b]0;x\x07", "a\u202eb", "$primary"]
    text = ",".join(names) + "\n" + ",".join(["[b]1", *"23456"]) + "\n"
    async with driving(inline(), size=MIDDLE) as drive:
        await opened_page(drive, write(text))
        for name in (*names, "[b]1"):
            assert visible(name)[:19] in drive.text
        await drive.press("t", "down", "space", "down", "h", "a")
        assert all(line.isprintable() for line in drive.text.splitlines())
        assert drive.app.is_running


@pytest.mark.parametrize("size", COMPOSED_SIZES)
async def test_it_can_be_used_at_every_size(write: Write, size: tuple[int, int]) -> None:
    path = write(HOUSES)
    async with driving(inline(), size=size) as drive:
        await opened_page(drive, path)
        assert [len(line) for line in lines_of(drive.app.screen)] == [size[0]] * size[1]
        for part in ("role", "size", "left out", "separator", "enter open"):
            assert part in " ".join(drive.text.split()), part
        await drive.press("down", "down", "down", "t", "ctrl+s")
        assert drive.snapshot.run.target == "price"


async def test_only_the_latest_wish_to_look_is_sent_while_one_is_awaited(write: Write) -> None:
    ready, path = inline().latest, write(HOUSES)
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("o", "a", "b", "c")
        assert engine.heard == [Preview(DataRequest("a"))]
        looked = inline()
        looked.send(Preview(DataRequest("a")))
        engine.say(replace(ready, preview=looked.latest.preview, answered=engine.sent))
        await drive.settle()
        assert engine.heard == [Preview(DataRequest("a")), Preview(DataRequest("abc"))]
        await drive.paste(str(path))
        looked.send(Preview(DataRequest("abc")))
        engine.say(replace(ready, preview=looked.latest.preview, answered=engine.sent))
        await drive.settle()
        assert engine.heard[2:] == [Preview(DataRequest(str(path)))]


WHILE_READING: list[tuple[dict[str, Any], str]] = [
    ({"stage": Stage("reading", 0.356)}, "reading abc 35 % … 0 s; esc gives it up"),
    ({"stage": Stage("putting the columns together")}, "abc: putting the columns together … "),
    ({"quiet": Quiet(silent=12)}, "no answer for 12 s while reading abc … "),
]


async def test_while_the_engine_reads_escape_gives_it_up() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("o", *"abc", "enter")
        wanted = Open(DataRequest("abc"))
        assert engine.heard[-1:] == [wanted]
        assert "reading abc" in told(drive)
        for changes, words in WHILE_READING:
            engine.say(replace(ready, activity=Activity.READING, **changes))
            await drive.settle()
            assert words in told(drive)
        await drive.press("enter", "escape")
        assert engine.heard.count(wanted) == 1
        assert engine.heard[-1:] == [CancelOpen()]
        assert is_open(drive)
        notice = "opening was given up; epoch 0 was kept"
        engine.say(replace(ready, activity=Activity.STARTING, notice=notice, lost=engine.sent))
        await drive.settle()
        assert notice in told(drive)
        await drive.press("escape")
        assert drive.app.screen is drive.main


async def test_the_death_of_the_engine_is_said() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("o", *"abc", "enter")
        notice = "the training process ended (killed by SIGKILL)"
        engine.say(replace(ready, activity=Activity.STOPPED, notice=notice, lost=engine.sent))
        await drive.settle()
        assert notice in told(drive)
        await drive.press("enter")
        assert engine.heard.count(Open(DataRequest("abc"))) == 2


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_fault_is_told_by_its_code_one_after_the_other(
    part: int, is_long: bool
) -> None:
    """With --long every file; else one of every code, and of every code with a result."""
    if not FAULTS.exists():
        pytest.skip(f"{FAULTS} is not part of the project")
    expected: dict[str, dict[str, Any]] = json.loads((FAULTS / "expected.json").read_text())
    if not is_long:
        last_of = {(told["outcome"], told["code"]): name for name, told in expected.items()}
        expected = {name: expected[name] for name in last_of.values()}
    async with driving(inline()) as drive:
        for name, outcome in list(expected.items())[part::PARTS]:
            before = drive.snapshot.run
            await drive.paste(str(FAULTS / name))  # on the main screen, or in place of the last one
            await drive.press("enter")
            if outcome["outcome"] == "error":
                assert is_open(drive), name
                assert f"({outcome['code']})" in told(drive)
                assert drive.snapshot.run == before
            else:
                assert drive.app.screen is drive.main, name
                assert drive.snapshot.run.source.endswith(name)
                assert outcome["code"].replace("-", " ") in drive.notice, name
            assert all(line.isprintable() for line in drive.text.splitlines())


async def test_a_path_that_was_chosen_is_taken_whatever_is_listed_by_now(
    write: Write,
) -> None:
    path = write(HOUSES)
    async with driving(inline(), size=MIDDLE) as drive:
        await drive.press("o")
        await drive.paste(f"{path.parent}/")
        await drive.app.workers.wait_for_complete()
        await drive.settle()
        listed = drive.app.screen.query_one("#places", OptionList)
        chosen = listed.get_option_at_index(0)
        listed.clear_options()
        listed.post_message(OptionList.OptionSelected(listed, chosen, 0))
        await drive.settle()
        assert path_in(drive) == str(path)


async def test_a_column_of_text_is_no_target(write: Write) -> None:
    path = write("hours,group,score\n1,a,3\n2,b,4\n3,a,6\n4,b,9\n")
    async with driving(inline(), size=MIDDLE) as drive:
        await drive.press("o")
        await opened_page(drive, path)
        await drive.press("home", "down", "t")
        assert "a target must be a column of numbers" in drive.text
        await drive.press("enter")
        assert drive.snapshot.run.target == "score"

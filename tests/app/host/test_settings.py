"""The user's settings: what the file says, what is refused with its line, what is remembered."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from linreg_core import LinregError
from tests.app.command import Capture, check_one_line, command, command_json
from tests.app.driver import driving, inline
from tui.app import TrainerApp
from tui.cli.commands.config import DEFAULTS
from tui.colours.themes import DARK
from tui.digits import FEW
from tui.engine.pace import FULL
from tui.host.preferences import Preferences
from tui.host.settings import MARKERS, UserSettings, chosen, read_settings, remember, settings_file
from tui.look import Look

ALL = """
theme = "linreg-light"
pace = "full speed"
detail = true
digits = 7
marker = "blocks"

[keys]
next_epoch = "n,right,j"
"change_pace(-1)" = "f5"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own: settings and state."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path


def write(text: str | bytes) -> Path:
    """Write the file."""
    path = settings_file()
    assert path is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_file_that_is_not_there_says_nothing(folder: Path) -> None:
    assert read_settings(settings_file()) == read_settings(None) == UserSettings()


def test_every_setting_is_read(folder: Path) -> None:
    found = read_settings(write(ALL))
    assert found == UserSettings(
        "linreg-light",
        "full speed",
        detail=True,
        digits=7,
        marker="blocks",
        keys={"next_epoch": "n,right,j", "change_pace(-1)": "f5"},
    )


@pytest.mark.parametrize(
    ("text", "pace"),
    [
        ("5", "5 epochs/s"),
        ("50.0", "50 epochs/s"),
        ('"10"', "10 epochs/s"),
        ('"2 epochs/s"', "2 epochs/s"),
        ('" accelerating"', "accelerating"),
    ],
)
def test_a_pace_is_a_number_or_words(folder: Path, text: str, pace: str) -> None:
    assert read_settings(write(f"pace = {text}")).pace == pace


@pytest.mark.parametrize("text", ["3", "true", "nan", '"5 s"', "[5]"])
def test_what_is_no_pace_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(LinregError, match="pace must be 1 or 2 or 5"):
        read_settings(write(f"pace = {text}"))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("\nteme = 'x'", 2, "there is no setting 'teme'; did you mean theme?"),
        (
            "theme = 'linreg-lihgt'",
            1,
            "there is no theme 'linreg-lihgt'; did you mean linreg-light?",
        ),
        ("theme = 3", 1, "theme must be a theme's name in quotes; got '3'"),
        ("digits = 2", 1, "digits must be a whole number from 3 to 17; got '2'"),
        ("digits = true", 1, "digits must be a whole number"),
        ("detail = 1", 1, "detail must be true or false"),
        ("a = 1\npace = 'fast'", 1, "there is no setting 'a'"),
        (
            "pace = 'fast'",
            1,
            "pace must be 1 or 2 or 5 or 10 or 50 or accelerating or full speed; got 'fast'",
        ),
        ("marker = ['ascii']", 1, "marker must be braille or blocks or ascii"),
        ("keys = 1", 1, "keys must be a section"),
        ("[keys]\nnext_epoh = 'j'", 2, "there is no action 'next_epoh'; did you mean next_epoch?"),
        ("[keys]\nnext_epoch = 's'", 2, "next_epoch cannot have s: that is the key of next_phase"),
        ("[keys]\nback = ''", 2, "back needs names of keys"),
        ("[keys]\nback = 3", 2, "back needs names of keys"),
        ("[keys]\nback = 'b'\n\nruns = 'b'", 2, "that is the key of runs"),
        ("theme = ", 1, "this is no TOML"),
        ("a = [\n", 1, "this is no TOML"),
        (b"\xff", None, "cannot be read: it is no text of settings"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    folder: Path, capsys: Capture, text: str | bytes, line: int | None, words: str
) -> None:
    path = write(text)
    with pytest.raises(LinregError) as caught:
        read_settings(path)
    assert words in caught.value.message
    assert caught.value.line == line
    code, out, err = command(capsys, "config")
    assert (code, out) == (2, "")
    check_one_line(err)
    assert str(path) in err


def test_the_command_shows_where_each_comes_from(folder: Path, capsys: Capture) -> None:
    code, out, _ = command(capsys, "config")
    assert code == 0
    assert "config.toml (not there: all is as it comes)" in out
    write('digits = 7\n[keys]\nback = "h"\n')
    remember({"theme": "nord"})
    _, out, _ = command(capsys, "config")
    lines = [line.split(maxsplit=2) for line in out.splitlines()[2:]]
    assert lines == [
        ["theme", '"nord"', "chosen on the screen"],
        ["pace", '"accelerating"', "default"],
        ["detail", "false", "default"],
        ["digits", "7", "file"],
        ["marker", '"braille"', "default"],
        ["keys", "back", "= h"],
    ]
    _, told = command_json(capsys, "config")
    assert (told["theme"], told["digits"], told["keys"]) == ("nord", 7, {"back": "h"})


async def test_what_is_chosen_on_the_screen_is_remembered_where_the_file_is_silent(
    folder: Path,
) -> None:
    preferences = Preferences(UserSettings(detail=True), chosen())
    engine = inline()
    app = TrainerApp(engine, epochs=7, view=preferences.view, preferences=preferences)
    async with app.run_test():
        assert app._trainer.look.detail
        await app._trainer.run_action("toggle_detail")
        await app._trainer.run_action("change_pace(1)")
        app.theme = "linreg-light"
        await app._trainer.run_action("toggle_log_x")
    assert chosen() == {"theme": "linreg-light", "pace": "full speed"}
    again = Preferences(UserSettings(), chosen())
    app = TrainerApp(inline(), epochs=7, view=again.view, preferences=again)
    async with app.run_test():
        assert app.theme == "linreg-light"
        assert app._trainer.look.pace == FULL


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"theme": 3, "pace": "fast", "x": 1}', "[" * 99_999]
)
def test_what_was_chosen_and_cannot_be_read_is_nothing(folder: Path, text: str) -> None:
    path = folder / "chosen.json"
    path.write_text(text)
    assert chosen(path) == {}


APPLIED = """
import tests.app.surroundings, asyncio
from tui.host.preferences import Preferences
from tui.host.settings import UserSettings
keys = {"next_epoch": "j", "back": "h,left"}
Preferences(UserSettings(digits=3, marker="ascii", keys=keys), {}).apply()
from tests.app.driver import driving, inline
async def main():
    async with driving(inline(epochs=20)) as drive:
        await drive.press("j", "n", "j", "h")
        print(drive.epoch)
        print(drive.text)
asyncio.run(main())
"""


def test_keys_digits_and_marker_are_as_they_are_set() -> None:
    """In a process of its own: they are set once, before the screen is made."""
    told = subprocess.run(
        [sys.executable, "-c", APPLIED], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    epoch, _, screen = told.partition("\n")
    assert epoch == "21"
    assert "j epoch" in screen
    assert "h back" in screen
    assert "loss 11574" not in screen
    assert not set(screen) & {*map(chr, range(0x2800, 0x2900))}
    chart = screen[screen.index("x y log y") : screen.index("epoch 0 ")]
    assert chart.isascii() or set(chart) - set(map(chr, range(128))) <= set("─")


def test_what_the_command_calls_default_is_what_comes() -> None:
    assert {
        "theme": DARK.name,
        "pace": str(Look().pace),
        "detail": Look().detail,
        "digits": FEW,
        "marker": MARKERS[0],
    } == DEFAULTS


async def test_without_preferences_nothing_is_remembered(folder: Path) -> None:
    async with driving(inline()) as drive:
        await drive.press("d")
    assert chosen() == {}

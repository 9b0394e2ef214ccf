"""What the README and the pages in the packages say is so: keys, options, files, commands."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from tests.app.command import Capture, command
from tests.places import ROOT
from tui.cli import without_screen
from tui.cli.commands.train import DIVERGED_EXIT
from tui.cli.options import REFUSED_EXIT, requested_recipe
from tui.cli.program import FAULT_EXIT, command_of
from tui.entry import WITHOUT_SCREEN
from tui.host.settings import CHECKS, read_settings
from tui.keys import KEYS

README, KEYS_PAGE, COMMANDS, TABLES = (
    ROOT / "README.md",
    ROOT / "tui" / "KEYS.md",
    ROOT / "tui" / "COMMANDS.md",
    ROOT / "linreg_core" / "TABLES.md",
)
PAGES = [README, KEYS_PAGE, COMMANDS, TABLES]

MOST_BYTES = 8000

HOUSES = "town,rooms,price\na,2,100\nb,3,170\na,4,180\nb,5,270\nc,3,150\n"

FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def fenced(page: Path, language: str = "") -> list[str]:
    """The blocks of a page in a language."""
    text = page.read_text(encoding="utf-8")
    return [block for kind, block in FENCED.findall(text) if kind == language]


def shown_commands(page: Path) -> list[str]:
    """The commands that a page shows in blocks of their own."""
    lines = [line for block in fenced(page) for line in block.splitlines()]
    return [line for line in lines if line.startswith("linreg-tui") and "[DATA]" not in line]


def test_the_readme_is_short() -> None:
    assert len(README.read_bytes()) < MOST_BYTES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert (page.parent / target.replace("%5B", "[").replace("%5D", "]")).exists(), target


def test_every_key_is_in_the_list_and_no_other() -> None:
    rows = re.findall(r"^\| ((?:`[^`]+` ?)+)\|", KEYS_PAGE.read_text(encoding="utf-8"), re.M)
    told = [key for row in rows for key in re.findall(r"`([^`]+)`", row)]
    shown = {name for key in KEYS for name in key.shown}
    assert len(told) == len(set(told))
    assert set(told) - shown == {"ctrl+p"}
    assert shown - set(told) <= {"=", "esc"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_that_is_named_is_one(page: Path) -> None:
    commands = [command_of(word) for word in ("", *WITHOUT_SCREEN)]
    options = {
        name
        for one in commands
        for param in one.params
        if isinstance(param, click.Option)
        for name in (*param.opts, *param.secondary_opts)
    }
    others = {"--help", "--long", "--minutes", "--snapshot-update"}  # of the tests
    others |= {"--nnodes", "--nproc-per-node", "--rdzv-backend", "--rdzv-endpoint"}  # of torchrun
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) <= options | others


def test_the_commands_without_a_screen_are_those_it_is_not_begun_for() -> None:
    assert tuple(without_screen.COMMANDS) == WITHOUT_SCREEN


def test_every_command_is_listed() -> None:
    text = COMMANDS.read_text(encoding="utf-8")
    for word in WITHOUT_SCREEN:
        assert f"\nlinreg-tui {word} " in text


def test_the_exit_codes_are_those_there_are() -> None:
    text = COMMANDS.read_text(encoding="utf-8")
    assert re.findall(r"^\| (\d+)", text, re.M) == [
        str(code) for code in (0, FAULT_EXIT, REFUSED_EXIT, DIVERGED_EXIT, 128)
    ]


def test_the_settings_are_those_there_are(tmp_path: Path) -> None:
    (block,) = fenced(COMMANDS, "toml")
    assert tomllib.loads(block).keys() == CHECKS.keys()
    (tmp_path / "config.toml").write_text(block)
    read_settings(tmp_path / "config.toml")


@pytest.mark.parametrize("page", [README, COMMANDS], ids=lambda page: page.name)
def test_every_command_that_is_shown_does_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "houses.csv").write_text(HOUSES)
    shown = shown_commands(page)
    assert len(shown) > 2
    for line in shown:
        words = shlex.split(re.sub(r"  +[a-z].*", "", line))[1:]
        if words and words[0] in WITHOUT_SCREEN:
            code, _, err = command(capsys, *words)
            assert (code, err) == (0, ""), line
        else:
            with command_of("").make_context("linreg-tui", words):
                requested_recipe().data.load()
    assert page is README or {"run.csv", "run.py", "run.toml"} <= set(os.listdir())


def test_the_python_that_is_shown_prints_what_it_says() -> None:
    (block,) = fenced(README, "python")
    printed = subprocess.run(
        [sys.executable, "-c", block], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    told = [float(number) for number in re.findall(r"# ([\d.]+), ([\d.]+)", block)[0]]
    found = [float(number) for number in re.findall(r"[\d.]+\d", printed)]
    assert found == pytest.approx(told, abs=1e-8)


def test_the_install_command_is_the_project_s_own() -> None:
    (block,) = [block for block in fenced(README) if "pip install .\n" in block]
    assert block == "python -m pip install .\nlinreg-tui\n"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["scripts"]["linreg-tui"] == "tui.entry:main"

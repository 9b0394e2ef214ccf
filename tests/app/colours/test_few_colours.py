"""On a terminal of 8 colours the screen has the terminal's own text and ground."""

from __future__ import annotations

import re

import pytest
from textual.color import Color

from tests.app.contrast import DARK, NAMED
from tests.app.terminal import Terminal
from tui.colours.contrast import LEAST, contrast

FEW = {"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "auto"}

LEVELS = {"3": 0, "4": 0, "9": 8, "10": 8}
"""The tens of a code of a colour -> what is added to its number: 31 is red, 91 bright red."""


@pytest.mark.parametrize("env", [FEW, {**FEW, "NO_COLOR": "1"}], ids=["8", "none"])
def test_every_colour_of_a_text_can_be_read_on_the_terminal_s_ground(env: dict[str, str]) -> None:
    with Terminal(env=env, size=(120, 36)) as terminal:
        terminal.until("READY")
        terminal.send("s", "t", "t")
        terminal.until("○ start")
        codes = re.findall(rb"\x1b\[([\d;]+)m", terminal.raw)
        terminal.send("q")
        terminal.end()  # which reads on: a program cannot end that is still writing
    numbers = {number for code in codes for number in code.decode().split(";")}
    assert not numbers & {"38", "48"}, "colours beyond the named ones"
    colors = {number for number in numbers if re.fullmatch(r"(3|4|9|10)[0-7]", number)}
    assert ("NO_COLOR" in env) == (not colors)
    for number in colors:
        named = Color(*NAMED[LEVELS[number[:-1]] + int(number[-1])])
        assert number[:-1] in ("3", "9"), f"a ground of a colour: {number}"
        assert contrast(named, DARK.ground) >= LEAST, number

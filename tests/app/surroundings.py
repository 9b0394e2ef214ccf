"""The surroundings of every test of the terminal, set by importing this before all else.

One look, one log folder; nothing of the user's counts.
"""

from __future__ import annotations

import atexit
import importlib
import os
import shutil
import tempfile

STATE = tempfile.mkdtemp(prefix="linreg-tui-tests-")
atexit.register(shutil.rmtree, STATE, ignore_errors=True)
os.environ.update(
    TEXTUAL_ANIMATIONS="none",
    TEXTUAL_COLOR_SYSTEM="truecolor",
    XDG_STATE_HOME=STATE,  # where the logs and sessions go
    XDG_CONFIG_HOME=STATE,
)
for name in ("NO_COLOR", "TEXTUAL_THEME", "COLUMNS", "LINES", "COLORTERM"):
    os.environ.pop(name, None)

# Textual reads its environment when it is imported, and pytest-textual-snapshot imports it before
# any conftest is read.
from textual import constants  # noqa: E402
from textual.app import App  # noqa: E402

importlib.reload(constants)
App.theme._default = constants.DEFAULT_THEME

# A cursor that blinks is in a picture or not, as the machine's speed has it.
from textual.widgets import Input  # noqa: E402

import tests.app.quicker  # noqa: E402, F401

Input.cursor_blink._default = False

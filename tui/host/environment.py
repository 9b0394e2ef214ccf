"""What of the environment counts for the screen: Textual heeds more than a user should meet."""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager

from linreg_core import LinregError

HEEDED = {
    "TEXTUAL_ALLOW_SIGNALS",
    "TEXTUAL_ANIMATIONS",
    "TEXTUAL_COLOR_SYSTEM",
    "TEXTUAL_DISABLE_KITTY_KEY",
    "TEXTUAL_FILTERS",
    "TEXTUAL_THEME",
}
"""What a user of any Textual program may want; the others are for Textual's developers: they press
keys, leave by themselves, write logs into the folder, or fail where such a log cannot be written.
"""

COLOR_SYSTEMS = {"auto", "standard", "256", "truecolor"}
"""Another one is a KeyError, and counts as none: so does a theme that Textual does not know."""

FRAMES = "TEXTUAL_FPS", "200"
"""Frames a second at most. After a long frame Textual leaves out up to two of its periods: with 60
of them a key waited up to 33 ms before its own frame began, with 200 up to 10. Nothing is drawn
more often for it: reports come ten times a second."""

SIZE = ("COLUMNS", "LINES")
"""The terminal itself says how large it is, also after it was resized; ² would be a ValueError."""

THREADS = "OPENBLAS_NUM_THREADS"

DRAWN = "╭─│█◆●⠁⣿→∂²"
"""Some of what the screen is drawn with."""


def check_encoding(encoding: str) -> None:
    """Refuse a terminal on which lines and curves would stand as question marks or numbers."""
    try:
        DRAWN.encode(encoding)
    except UnicodeEncodeError:
        raise LinregError(
            "no-unicode",
            f"the trainer is drawn with lines and dots that {encoding} does not have; set "
            "LC_ALL=C.UTF-8, and neither PYTHONUTF8=0 nor PYTHONIOENCODING, or use: "
            "linreg-tui train",
        ) from None


def tidy_environment(environ: MutableMapping[str, str] = os.environ) -> None:
    """Remove what does not count, and set what does; before Textual is imported, which reads it."""
    for name in [name for name in environ if name.split("_", 1)[0] == "TEXTUAL"]:
        if name not in HEEDED:
            del environ[name]
    environ.__setitem__(*FRAMES)
    for name in SIZE:
        environ.pop(name, None)
    if environ.get("TEXTUAL_COLOR_SYSTEM") not in COLOR_SYSTEMS:
        environ.pop("TEXTUAL_COLOR_SYSTEM", None)


@contextmanager
def one_thread_for_products(environ: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Have NumPy, imported inside, begin no threads: 25 ms, and a screen multiplies nothing large.

    What is started later finds the environment as it was.
    """
    before = environ.get(THREADS)
    environ[THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del environ[THREADS]
        else:
            environ[THREADS] = before

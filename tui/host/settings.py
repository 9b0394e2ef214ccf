"""The user's settings: a TOML file in their config folder; and what was chosen on the screen last.

    theme = "linreg-light"
    digits = 6

    [keys]
    next_epoch = "n,right,j"

What stands in the file holds. What does not is remembered as it was chosen on the screen: theme,
detail and pace, in `chosen.json` in the state folder.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from linreg_core import LinregError, quoted, visible
from linreg_core.records import dataclass
from tui.engine.pace import PACES
from tui.host.log import config_path, state_path

FILE, CHOSEN = "config.toml", "chosen.json"

MOST_BYTES = 2**16

DIGITS = range(3, 18)
"""Significant digits that the largest number of a column may have."""

MARKERS = ("braille", "blocks", "ascii")

REMEMBERED = ("theme", "detail", "pace")
"""What is remembered as it was chosen, where the file does not say it."""


@dataclass(frozen=True)
class UserSettings:
    """What the file says; ``None``: nothing.

    Args:
        theme: a theme's name.
        pace: of the key space, in words.
        detail: whether all digits are shown at first.
        digits: significant digits where few are shown.
        marker: what charts are drawn with: braille dots, blocks or ascii.
        keys: Textual key names, joined by commas, by the action of `tui.keys`.
    """

    theme: str | None = None
    pace: str | None = None
    detail: bool | None = None
    digits: int | None = None
    marker: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)


def _one_of(*words: str) -> tuple[Callable[[Any], bool], str]:
    return lambda value: value in words, " or ".join(words)


def _pace(value: Any) -> str | None:
    """A pace in words: as the screen has it, or the number of epochs a second alone."""
    if isinstance(value, bool):
        return None
    paces = {words: words for words in map(str, PACES)}
    paces |= {f"{pace.rate:g}": str(pace) for pace in PACES if not pace.doubles}
    return paces.get(f"{value:g}" if isinstance(value, int | float) else str(value).strip())


CHECKS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "theme": (lambda value: isinstance(value, str), "a theme's name in quotes"),
    "pace": (
        lambda value: _pace(value) is not None,
        " or ".join(str(pace).removesuffix(" epochs/s") for pace in PACES),
    ),
    "detail": (lambda value: isinstance(value, bool), "true or false"),
    "digits": (
        lambda value: type(value) is int and value in DIGITS,
        f"a whole number from {DIGITS[0]} to {DIGITS[-1]}",
    ),
    "marker": _one_of(*MARKERS),
    "keys": (lambda value: isinstance(value, dict), "a section, [keys]"),
}
"""Whether a value will do, and what would, by name."""


def settings_file() -> Path | None:
    """Where the file is to be; ``None``: the user has no home."""
    return config_path(FILE)


def read_settings(path: Path | None) -> UserSettings:
    """Read the file; one that is not there says nothing.

    Raises:
        LinregError: "bad-setting" with the file and the line.
    """
    try:
        if path is None or not path.is_file():
            return UserSettings()
        with open(path, "rb") as file:
            text = file.read(MOST_BYTES).decode("utf-8")
        return _checked(tomllib.loads(text), text)
    except LinregError as error:
        raise LinregError(
            error.code, error.message, file=visible(str(path)), line=error.line
        ) from None
    except tomllib.TOMLDecodeError as error:
        match = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        words = visible(re.sub(r" \(at [^()]*\)$", "", str(error)))
        line = int(match[1]) if match else text.rstrip("\n").count("\n") + 1
        raise _refusal(f"this is no TOML: {words}", path, line) from None
    except (OSError, RecursionError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text of settings"
        raise _refusal(f"cannot be read: {reason}", path) from None


def _refusal(message: str, path: Path | None = None, line: int | None = None) -> LinregError:
    file = None if path is None else visible(str(path))
    return LinregError("bad-setting", message, file=file, line=line)


def _unknown(what: str, name: str, known: Collection[str], line: int | None) -> LinregError:
    nearest = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else f"there are {', '.join(known)}"
    return _refusal(f"there is no {what} {quoted(name)}; {hint}", line=line)


def _checked(found: dict[str, Any], text: str) -> UserSettings:
    for name, value in found.items():
        line = _line_of(text, name)
        if name not in CHECKS:
            raise _unknown("setting", name, CHECKS, line)
        fits, expected = CHECKS[name]
        if not fits(value):
            raise _refusal(f"{name} must be {expected}; got {quoted(str(value))}", line=line)
    if "theme" in found:
        from tui.colours.themes import names  # noqa: PLC0415  (imports Textual)

        if found["theme"] not in names():
            raise _unknown("theme", found["theme"], names(), _line_of(text, "theme"))
    if "keys" in found:
        from tui.keys import check_keys  # noqa: PLC0415  (only where there are some)

        for action, keys in found["keys"].items():
            try:
                check_keys(action, keys, found["keys"])
            except LinregError as error:
                raise _refusal(error.message, line=_line_of(text, action)) from None
    return UserSettings(**found | ({"pace": _pace(found["pace"])} if "pace" in found else {}))


def _line_of(text: str, name: str) -> int | None:
    """The line where a name stands before an equals sign or in a heading."""
    pattern = re.compile(rf"""\s*\[?\s*["']?{re.escape(name)}["']?\s*[=\]]""")
    numbered = enumerate(text.split("\n"), start=1)
    return next((number for number, line in numbered if pattern.match(line)), None)


# What was chosen on the screen.


def chosen(path: Path | None = None) -> dict[str, Any]:
    """What was chosen last, as far as it can be read: it is a convenience."""
    path = path or state_path(CHOSEN)
    with contextlib.suppress(OSError, ValueError, RecursionError):
        if path is not None and path.is_file():
            found = json.loads(path.read_bytes()[:MOST_BYTES])
            if isinstance(found, dict):
                return {
                    name: found[name]
                    for name in REMEMBERED
                    if name in found and CHECKS[name][0](found[name])
                }
    return {}


def remember(values: Mapping[str, Any], path: Path | None = None) -> None:
    """Remember what was chosen, for the next start; where that cannot be, nothing is said."""
    path = path or state_path(CHOSEN)
    with contextlib.suppress(OSError, ValueError, LinregError):
        if path is not None:
            from linreg_core import write_whole  # noqa: PLC0415  (2 ms, and seldom needed)

            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(str(path), json.dumps(dict(values)), overwrite=True, mode=0o600)

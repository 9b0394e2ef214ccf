"""The text of a recipe: which keys it may hold, of which types, and where it is wrong."""

from __future__ import annotations

import codecs
import difflib
import os
import re
import stat
import tomllib
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from linreg_core.datasets.large.options import LargeOptions
from linreg_core.datasets.options import MadeOptions, Split, TableOptions
from linreg_core.errors import LinregError
from linreg_core.output.recipes.edit import Edit
from linreg_core.records import dataclass
from linreg_core.safe_text import quoted, shortened, visible
from linreg_core.settings.config import TrainConfig

MAX_BYTES = 2**20
"""Largest recipe read: room for the names of 10,000 features."""

Section = dict[str, Any]


def read_sections(path: str) -> dict[str, Any]:
    """Read the sections of a recipe by their names, all there are; "" is what stands before them.

    Raises:
        LinregError: with the line where it is known: what `read_toml` and `checked` refuse.
    """
    text = read_toml(path)
    return checked(parse_toml(text), text)


def read_toml(path: str) -> str:
    """Read the text of a file that is to be TOML.

    Raises:
        LinregError: "no-such-file", "not-a-file", "too-large", "unreadable" and "not-utf8".
    """
    try:
        status = os.stat(path)  # before opening: to open a FIFO waits, perhaps for ever
        if not stat.S_ISREG(status.st_mode):
            raise LinregError(
                "not-a-file", "not an ordinary file (a folder, pipe or device); name a recipe"
            )
        if status.st_size > MAX_BYTES:
            raise LinregError(
                "too-large",
                f"the file has {status.st_size:,} bytes, and a recipe at most {MAX_BYTES:,}",
            )
        with open(path, "rb") as file:
            raw = file.read(MAX_BYTES)
    except FileNotFoundError:
        raise LinregError("no-such-file", "there is no such recipe; check the path") from None
    except OSError as reason:
        raise LinregError("unreadable", f"cannot be read: {reason.strerror}") from None
    except ValueError as reason:  # a NUL in the path
        raise LinregError("unreadable", f"cannot be read: {visible(str(reason))}") from None
    try:
        return raw.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as reason:
        line = raw.count(b"\n", 0, reason.start) + 1
        raise LinregError("not-utf8", "a recipe is UTF-8 text", line=line) from None


# More names of sections within sections than there ever are; 20,000 in a key take tomllib 6 s, and
# its time grows with their square.
_DEEP_KEY = re.compile(r"""(?<![\w"'-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}""")


def parse_toml(text: str) -> Section:
    """Read TOML.

    Raises:
        LinregError: "bad-toml", with the line where it is known.
    """
    deep = _DEEP_KEY.search(text)
    if deep:
        line = text.count("\n", 0, deep.start()) + 1
        raise LinregError("bad-toml", "this is no recipe: a key has too many dots", line=line)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        match = re.search(r" \(at line (\d+), column \d+\)$", message)
        line = int(match[1]) if match else text.rstrip("\n").count("\n") + 1
        words = re.sub(r" \(at [^()]*\)$", "", message)
        raise LinregError("bad-toml", f"this is no TOML: {visible(words)}", line=line) from None
    except RecursionError:
        raise LinregError("bad-toml", "this is no recipe: its lists are too deep") from None
    except ValueError as error:  # a whole number of more than 4,300 digits
        words = visible(str(error)).partition(";")[0]
        raise LinregError("bad-toml", f"this is no recipe: {words}") from None


def _is_wide(value: object) -> bool:
    """Whether a value is a whole number beyond 64 bits, as TOML has none, or holds one."""
    values = [value]
    while values:
        value = values.pop()
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            return True
        if isinstance(value, list | dict):
            values += value.values() if isinstance(value, dict) else value
    return False


@dataclass(frozen=True)
class _Type:
    words: str
    kinds: tuple[type, ...]
    of: type | tuple[type, ...] | None = None
    """What a list holds; ``None``: it is no list."""

    def fits(self, value: object) -> bool:
        """Whether a value is of this type; true and false are no numbers."""
        if not isinstance(value, self.kinds) or (
            isinstance(value, bool) and bool not in self.kinds
        ):
            return False
        return self.of is None or (
            isinstance(value, list) and all(isinstance(item, self.of) for item in value)
        )


_TYPES = {
    frozenset({str}): _Type("text in quotes", (str,)),
    frozenset({tuple}): _Type("a list of names in quotes", (list,), of=str),
    frozenset({int}): _Type("a whole number", (int,)),
    frozenset({bool}): _Type("true or false", (bool,)),
    frozenset({float}): _Type("a number", (float, int)),
    frozenset({float, str}): _Type("a number, or a rule's name in quotes", (float, int, str)),
}
"""What TOML has for the types of a field's values; a setting that is ``None`` is left out."""


def _keys(part: type, without: str = "") -> dict[str, _Type]:
    """What a section may hold: the fields of a class, but for one."""
    hints = get_type_hints(part)
    return {name: _TYPES[_plain(hint)] for name, hint in hints.items() if name != without}


def _plain(hint: Any) -> frozenset[type]:
    """The types that a hint allows, without ``None``; a literal is text."""
    if isinstance(hint, type):
        return frozenset() if hint is NoneType else frozenset({hint})
    origin = get_origin(hint)
    if origin is tuple:
        return frozenset({tuple})
    if origin is Literal:
        return frozenset({str})
    return frozenset().union(*map(_plain, get_args(hint)))


EDITS, VIEW = "edits", "view"

KEYS: dict[str, dict[str, _Type]] = {
    "": {
        "data": _TYPES[frozenset({str})],
        "more": _TYPES[frozenset({tuple})],
        "epochs": _TYPES[frozenset({int})],
        "until": _TYPES[frozenset({str})],
    },
    "table": _keys(TableOptions),
    "made": _keys(MadeOptions),
    "split": _keys(Split),
    "large": _keys(LargeOptions),
    "run": _keys(TrainConfig),
}
"""What a recipe may hold, by section; the keys of a section are the fields of its class."""

EDIT_KEYS = _keys(Edit, without="config") | {
    "weights": _Type("a list of numbers", (list,), of=(int, float))
}
"""What each of the edits holds beside a section [edits.run]."""

VIEW_TYPE = _Type("text, a number, true or false", (str, int, float, bool))
"""What a key of the view holds; which keys there are, is known to whoever looks."""

SECTIONS = tuple(name for name in KEYS if name)


def checked(found: Section, text: str = "") -> dict[str, Any]:
    """The sections, every key known and every value of its type; changed in place.

    Args:
        found: what stands in a recipe.
        text: where it stands, to tell the line of what is wrong; empty: in no text.

    Raises:
        LinregError: "unknown-key", "bad-type" and "bad-value".
    """
    top = dict(found)
    sections: dict[str, Any] = {"": top}
    for name in (*SECTIONS, VIEW):
        sections[name] = _section(top.pop(name, {}), name, text)
    edits = top.pop(EDITS, [])
    if not isinstance(edits, list):
        raise LinregError(
            "bad-type", "edits must be sections, [[edits]] each", line=_line_of(text, "", EDITS)
        )
    for name, known in KEYS.items():
        _check_all(name, sections[name], known, text)
    for key, value in sections[VIEW].items():
        _check_type(VIEW, key, value, VIEW_TYPE, text)
    sections[EDITS] = [_section(edit, EDITS, text) for edit in edits]
    for edit in sections[EDITS]:
        run = _section(edit.pop("run", {}), f"{EDITS}.run", text)
        _check_all(f"{EDITS}.run", run, KEYS["run"], text)
        _check_all(EDITS, edit, EDIT_KEYS, text)
        edit["run"] = run
    return sections


def _section(value: object, name: str, text: str) -> Section:
    if isinstance(value, dict):
        return value
    raise LinregError(
        "bad-type", f"{name} must be a section, [{name}]", line=_line_of(text, "", name)
    )


def _check_all(name: str, section: Section, known: dict[str, _Type], text: str) -> None:
    for key, value in section.items():
        if key not in known:
            raise _unknown(name, key, known, text)
        _check_type(name, key, value, known[key], text)
        if isinstance(value, int) and float in known[key].kinds:
            section[key] = _as_float(key, value)


def _unknown(section: str, key: str, known: dict[str, _Type], text: str) -> LinregError:
    where = f"section [{section}]" if section else "a recipe, outside its sections,"
    names = [*known] if section else [*known, *SECTIONS, EDITS, VIEW]
    nearest = difflib.get_close_matches(key, names, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else f"it may have: {', '.join(names)}"
    message = f"{where} has no key {quoted(key)}; {hint}"
    return LinregError("unknown-key", message, line=_line_of(text, section, key))


def _check_type(section: str, key: str, value: object, kind: _Type, text: str) -> None:
    if _is_wide(value) and not (isinstance(value, int) and float in kind.kinds):
        code, message = "bad-value", f"{shortened(key)} holds a whole number beyond 64 bits"
    elif not kind.fits(value):
        got = quoted(str(value))
        code, message = "bad-type", f"{shortened(key)} must be {kind.words}; got {got}"
    else:
        return
    raise LinregError(code, message, line=_line_of(text, section, key))


def _as_float(key: str, value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        raise LinregError("bad-value", f"{key} is beyond float64") from None


def _line_of(text: str, section: str, key: str) -> int | None:
    """The line of a key or of a section's heading; ``None`` where it is written another way."""
    here = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("["):
            here = _bare(line.lstrip().lstrip("[").partition("]")[0])
            if not section and here == key:
                return number
        elif here == section and "=" in line and _bare(line.partition("=")[0]) == key:
            return number
    return None


def _bare(name: str) -> str:
    """A name without the blanks and quotes around it."""
    return name.strip().strip("\"'").strip()

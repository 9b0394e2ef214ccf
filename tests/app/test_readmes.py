"""What the READMEs say of the house is what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.places import ROOT

MOST_LINES = 45


@pytest.mark.parametrize("package", ["linreg_core", "tui"])
def test_a_package_s_readme_names_every_room_and_nothing_that_is_not_there(package: str) -> None:
    text = (ROOT / package / "README.md").read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES
    _, picture, _ = text.split("```")
    here: list[str] = []
    named = set()
    for line in picture.splitlines():
        for name in re.findall(r"^ *((?:[\w.]+/? )+|[\w.]+/)", line + " "):
            depth = (len(line) - len(line.lstrip())) // 2
            for one in name.split():
                here[depth:] = [one.rstrip("/")] if one.endswith("/") else []
                path = Path(package, *here) if one.endswith("/") else Path(package, one)
                if "." in one or one.endswith("/"):
                    assert (ROOT / path).exists(), line
                    named.add(path)
    rooms = {
        init.parent.relative_to(ROOT)
        for init in (ROOT / package).rglob("__init__.py")
        if init.parent.name != package
    }
    assert {path for path in named if not path.suffix} == rooms
    for told in re.findall(r"`([\w/]+\.(?:py|pyi|tcss))`", text):
        places = (ROOT / package / told, ROOT / told)
        assert any(place.exists() for place in places), told


def test_every_module_says_in_its_first_line_what_is_in_it() -> None:
    for package in ("linreg_core", "tui"):
        for module in (ROOT / package).rglob("*.py"):
            assert module.read_text(encoding="utf-8").startswith('"""'), module

"""Names from a file as code: whatever they are, what is written holds them as text alone."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import random
import runpy
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from linreg_core import (
    BACKENDS,
    DataRequest,
    Export,
    ExportKind,
    LinregError,
    Problem,
    Recipe,
    Result,
    TableOptions,
    TrainConfig,
    Trainer,
    write_export,
)
from tests.app.driver import LARGE, driving, inline

NAMES_IN_ALL, MOST_COLUMNS = 200, 25

PAYLOAD = "import builtins;builtins.pwned=1;open('pwned','w')"

COOKIES = (
    f"coding=utf-7 +AAo-{PAYLOAD}#",
    f"-*- coding: utf-7 -*- +AAo-{PAYLOAD}#",
    f"vim: set fileencoding=utf-7 : +AA0-{PAYLOAD}#",
    "coding: rot13",
    "coding:utf-16",
    "coding=cp037",
    f"coding: unicode_escape \\n{PAYLOAD}#",
    f"coding: raw_unicode_escape \\u000a{PAYLOAD}#",
    "coding: idna",
    "coding: no_such_encoding",
)
QUOTES = (
    f"'\n{PAYLOAD}\n'",
    f"'''\n{PAYLOAD}\n'''",
    f'"""\n{PAYLOAD}\n"""',
    f"'+{PAYLOAD!r}+'",
    "\\",
    "\\'",
    "'\\",
    f"\\N{{APOSTROPHE}}\n{PAYLOAD}",
    f"{{{PAYLOAD}}}",
    "{0}{name!r}%s%(x)s",
    f"]\n{PAYLOAD}\n[",
    f")\n{PAYLOAD}\n(",
)
MARKUP = (
    "<script>alert(1)</script>",
    "]]><script/>",
    "&lt;&#60;&entity;",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'>",
    "-->",
    "</text></svg>",
    "javascript:alert(1)",
    '" onload="alert(1)',
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "\ufeff",
)
LINE_ENDS = ("\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
CHARACTERS = (
    "\x00",
    "\x1b[31m",
    "\x7f",
    "\u202e",
    "\u2066",
    "\ufffe",
    "\U000e0041",
    "ß",
    "日本",
    "😀",
)


def hostile_names(count: int) -> list[str]:
    """Different names, each made of parts that some reader might obey."""
    chance = random.Random(7)
    names = [
        *COOKIES,
        *QUOTES,
        *MARKUP,
        *(f"x{end}{PAYLOAD}{end}" for end in LINE_ENDS),
        *(f"{end}# coding: utf-7" for end in LINE_ENDS),
        *(f"a{character}b" for character in CHARACTERS),
    ]
    parts = (*COOKIES, *QUOTES, *MARKUP, *LINE_ENDS, *CHARACTERS, "#", " ", "\t", "a")
    while len(set(names)) < count:
        names.append("".join(chance.choices(parts, k=chance.randint(2, 4))))
    return list(dict.fromkeys(names))[:count]


def problem(names: list[str], source: str, rows: int) -> Problem:
    """A problem whose columns have these names, the last of them the target's."""
    numbers = np.random.default_rng(3).normal(size=(rows, len(names)))
    return Problem(source, numbers[:, :-1], numbers[:, -1], tuple(names[:-1]), names[-1])


def harmless(names: list[str]) -> list[str]:
    """As many names that nobody would obey."""
    return [f"n{place}" for place in range(len(names))]


def written(kind: ExportKind, path: Path, what: Problem, backend: str, recipe: Recipe) -> Path:
    """Run a problem a little and export it."""
    bias = BACKENDS[backend].weights is None
    trainer = Trainer(what, TrainConfig(backend=backend, lr=1e-3, bias=bias, standardize=True))
    start = trainer.snapshot()
    trainer.run(5)
    result = Result.of(what, start, trainer.snapshot(), interrupted=False, seconds=1.0)
    for _ in write_export(Export(kind, str(path), overwrite=True), trainer, result, recipe):
        pass
    return path


def without_texts(code: bytes) -> str:
    """A script's syntax tree, every text in it left out."""
    tree = ast.parse(code)  # of bytes: what names an encoding is obeyed
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


NAMES = hostile_names(NAMES_IN_ALL)


@pytest.mark.parametrize("rows", [8, 140], ids=["data inside", "data beside"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_names_are_nothing_but_text_in_a_script(
    backend: str, rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    columns = (BACKENDS[backend].weights or MOST_COLUMNS - 1) + 1
    for first in range(0, len(NAMES) - columns + 1, columns):
        check_script(NAMES[first : first + columns], backend, rows, tmp_path)


def check_script(names: list[str], backend: str, rows: int, folder: Path) -> None:
    """A script under these names is the one under harmless names but for texts, and runs."""
    scripts = []
    for place, kind in enumerate((names, harmless(names))):
        path = folder / (f"{place}-{names[0][:20].replace('/', '').replace(chr(0), '')}.py")
        scripts.append(written("script", path, problem(kind, kind[0], rows), backend, Recipe()))
    codes = [path.read_bytes() for path in scripts]
    assert without_texts(codes[0]) == without_texts(codes[1]), names
    assert codes[0].isascii()
    first, second, *_ = codes[0].split(b"\n")
    assert first == b"# -*- coding: utf-8 -*-"
    assert second == codes[1].split(b"\n")[1]
    before, environment = set(os.listdir(folder)), dict(os.environ)
    runpy.run_path(str(scripts[0]))
    assert set(os.listdir(folder)) == before, names
    assert dict(os.environ) == environment
    assert not hasattr(__import__("builtins"), "pwned"), names
    for name in before:
        os.unlink(folder / name)


def test_a_script_runs_nothing_of_its_names_as_a_program(tmp_path: Path) -> None:
    for place, name in enumerate(COOKIES[:3]):
        path = tmp_path / f"{place}.py"
        written("script", path, problem([name, "b", name + "y"], name, 8), "numpy", Recipe())
        ended = subprocess.run(
            [sys.executable, "-I", str(path)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd=tmp_path,
        )
        assert (ended.returncode, ended.stderr) == (0, ""), name
        assert "pwned" not in os.listdir(tmp_path)


def test_names_come_back_as_they_were_from_json_csv_and_recipes(tmp_path: Path) -> None:
    for first in range(0, len(NAMES), MOST_COLUMNS):
        names = NAMES[first : first + MOST_COLUMNS]
        what = problem(names, names[0], 8)
        recipe = Recipe(
            DataRequest(f"./{names[0]}", TableOptions(target=names[-1], features=tuple(names[:-1])))
        )
        text = written("weights", tmp_path / "w", what, "numpy", recipe).read_text("ascii")
        assert list(json.loads(text)["weights"]) == names[:-1]
        with written("history", tmp_path / "h", what, "numpy", recipe).open(newline="") as file:
            head, *rows = csv.reader(io.StringIO(file.read(), newline=""))
        assert head[2 : MOST_COLUMNS + 1] == [f"weight_{name}" for name in names[:-1]]
        assert all(len(row) == len(head) for row in rows)
        assert not any(cell[0] in "=+@\t\r" for cell in head), "no formula of a spreadsheet's"
        told = tomllib.loads(written("recipe", tmp_path / "r", what, "numpy", recipe).read_text())
        assert (told["table"]["target"], told["table"]["features"]) == (names[-1], names[:-1])


def test_a_name_that_no_recipe_can_hold_is_refused() -> None:
    with pytest.raises(LinregError, match="rename") as caught:
        Recipe(DataRequest("table-\udcff.csv")).to_toml("")
    assert caught.value.code == "not-repeatable"


async def test_names_are_nothing_but_text_in_a_picture(tmp_path: Path) -> None:
    names = [f"{name} " for name in (*MARKUP, "y")]
    rows = [[row * place % 7 + row for place in range(len(names))] for row in range(1, 9)]
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([names, *rows])
    async with driving(inline(str(path)), size=LARGE) as drive:
        tree = ET.fromstring(drive.app.export_screenshot())
    tags = {element.tag.partition("}")[2] for element in tree.iter()}
    assert tags <= {"svg", "style", "defs", "clipPath", "rect", "g", "text", "circle"}, tags
    for element in tree.iter():
        assert not any(name.startswith("on") or "href" in name for name in element.attrib)

"""The command line, run here or in a process of its own: what it prints, and its exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import Any

import pytest

from tests.app.terminal import PROGRAM
from tui.cli.program import run

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What drives a terminal; not the end of a line."""

Capture = pytest.CaptureFixture[str]


def train(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    """Run ``linreg-tui train`` in this process: exit code, standard output, standard error."""
    return command(capsys, "train", *arguments)


def explain(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    """Run ``linreg-tui explain`` in this process: exit code, standard output, standard error."""
    return command(capsys, "explain", *arguments)


def command(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    """Run the program in this process: exit code, standard output, standard error."""
    code = run(list(arguments))
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def train_json(capsys: Capture, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The same with ``--json``: exit code and the one object on standard output."""
    return command_json(capsys, "train", *arguments)


def explain_json(capsys: Capture, *arguments: str) -> dict[str, Any]:
    """What ``linreg-tui explain --json`` prints when nothing is refused."""
    code, told = command_json(capsys, "explain", *arguments)
    assert code == 0
    return told


def command_json(capsys: Capture, *arguments: str) -> tuple[int, dict[str, Any]]:
    """A command with ``--json``: exit code and the one object on standard output."""
    code, out, err = command(capsys, *arguments, "--json")
    assert err == "" if code != 2 else err.startswith("error: ")
    assert out.endswith("}\n")
    return code, read_json(out)


def read_json(text: str) -> dict[str, Any]:
    """One JSON object and nothing else; no NaN, no key twice."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    found = json.loads(text, parse_constant=refuse, object_pairs_hook=unique)
    assert isinstance(found, dict)
    return found


def program(
    *arguments: str, env: dict[str, str] | None = None, **more: Any
) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own, without a terminal."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    env = os.environ | (env or {})
    options = {"text": True, "timeout": 60, "env": env, **pipes, **more}
    return subprocess.run([*PROGRAM, *arguments], check=False, **options)


def check_one_line(err: str) -> None:
    """A refusal: one line that begins with error, and drives no terminal."""
    assert err.startswith("error: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    assert not CONTROL.search(err[:-1])

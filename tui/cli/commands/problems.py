"""``linreg-tui problems``: the built-in problems, on standard output."""

from __future__ import annotations

import json
import textwrap

from linreg_core import BUILTINS, BuiltinInfo
from tui.cli.streams import print_result

WIDTH = 80


def list_problems(*, as_json: bool) -> None:
    """Print the name, the size, the parameters and the lesson of every built-in problem."""
    if as_json:
        print_result(json.dumps({"problems": [_as_json(info) for info in BUILTINS.values()]}))
    else:
        print_result("\n\n".join(map(_paragraph, BUILTINS.values())))


def _paragraph(info: BuiltinInfo) -> str:
    size = f"{info.defaults.rows}×{info.defaults.columns}"
    flags = "  ".join(f"{flag} {default:g}" for flag, default in info.flags.items())
    sentence = textwrap.fill(
        info.teaches, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )
    return f"{info.name:<17}{size:<8}{flags}".rstrip() + f"\n{sentence}"


def _as_json(info: BuiltinInfo) -> dict[str, object]:
    return {
        "name": info.name,
        "rows": info.defaults.rows,
        "columns": info.defaults.columns,
        "parameters": {name: getattr(info.defaults, name) for name in info.parameters},
        "teaches": info.teaches,
    }

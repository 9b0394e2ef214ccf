"""What importing costs: each promise in a fresh interpreter, because this one has it all loaded."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import linreg_core
from linreg_core.backends import BACKENDS

HEAVY = ("numpy", "torch", "polars", "textual", "rich", "plotext", "click")


def heavy_modules_after(statement: str) -> set[str]:
    """Which of the heavy modules a fresh interpreter has loaded after a statement."""
    program = f"{statement}\nimport sys\nprint(*sorted(set(sys.modules) & {set(HEAVY)!r}))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


NUMPY_RUN = """
from linreg_core import TrainConfig, Trainer
from linreg_core.problem import Problem
problem = Problem("test", [[1.0], [2.0]], [1.0, 2.0], ("x1",), "y")
for backend in ("numpy-two-weights", "numpy"):
    trainer = Trainer(problem, TrainConfig(backend=backend))
    trainer.run(3)
    trainer.snapshot()
"""


@pytest.mark.parametrize(
    ("statement", "loaded"),
    [
        ("import linreg_core", set()),
        ("from linreg_core import BACKENDS, DTYPES, TrainConfig, LinregError", set()),
        ("from linreg_core import parse_lr; parse_lr('1e-3')", set()),
        ("from linreg_core import BUILTINS, MadeOptions, Split, TableOptions", set()),
        ("from linreg_core import Problem, Result, Snapshot, Trainer", {"numpy"}),
        ("from linreg_core import load_problem; load_problem('article')", {"numpy"}),
        (NUMPY_RUN, {"numpy"}),
    ],
    ids=["the package", "settings", "parsing", "names of data", "training", "article", "NumPy"],
)
def test_nothing_is_imported_before_it_is_needed(statement: str, loaded: set[str]) -> None:
    assert heavy_modules_after(statement) <= loaded


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_backend_s_module_imports_torch_only_if_it_uses_it(backend: str) -> None:
    statement = f"from linreg_core.backends import load_backend; load_backend({backend!r})"
    assert ("torch" in heavy_modules_after(statement)) == BACKENDS[backend].uses_torch


# --- the public names


def names_for_type_checkers() -> dict[str, str]:
    """Name → module, as the ``if TYPE_CHECKING`` block of the package imports them."""
    source = Path(linreg_core.__file__).read_text(encoding="utf-8")
    block = next(node for node in ast.parse(source).body if isinstance(node, ast.If))
    assert ast.unparse(block.test) == "TYPE_CHECKING"
    homes = {}
    for statement in block.body:
        assert isinstance(statement, ast.ImportFrom)
        for name in statement.names:
            assert name.asname == name.name, "re-exported only under `as` its own name"
            homes[name.name] = str(statement.module)
    return homes


def test_the_names_offered_are_those_that_type_checkers_see() -> None:
    assert linreg_core.__all__ == sorted(names_for_type_checkers())


@pytest.mark.parametrize("name", linreg_core.__all__)
def test_every_public_name_can_be_imported_from_where_it_is_said_to_be(name: str) -> None:
    home = import_module(names_for_type_checkers()[name])
    assert getattr(linreg_core, name) is getattr(home, name)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = linreg_core.nonsense

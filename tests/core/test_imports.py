"""What importing costs: each promise in a fresh interpreter, because this one has it all loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

import linreg_core
from linreg_core.settings.catalogue import BACKENDS
from tests.lengths import IS_LONG

HEAVY = ("numpy", "numba", "torch", "polars", "textual", "rich", "plotext", "click")


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
        ("from linreg_core import SETTINGS; SETTINGS['lr'].parse('1e-3')", set()),
        ("from linreg_core import BUILTINS, MadeOptions, Split, TableOptions", set()),
        ("from linreg_core import Problem, Result, Snapshot, Trainer", {"numpy"}),
        ("from linreg_core import load_problem; load_problem('article')", {"numpy"}),
        (NUMPY_RUN, {"numpy"}),
    ],
    ids=["the package", "settings", "parsing", "names of data", "training", "article", "NumPy"],
)
def test_nothing_is_imported_before_it_is_needed(statement: str, loaded: set[str]) -> None:
    assert heavy_modules_after(statement) <= loaded


@pytest.mark.parametrize("backend", [name for name in BACKENDS if name != "nn" or IS_LONG])
def test_a_backend_s_module_imports_torch_only_if_it_uses_it(backend: str) -> None:
    statement = f"from linreg_core.backends.load import load_backend; load_backend({backend!r})"
    assert ("torch" in heavy_modules_after(statement)) == BACKENDS[backend].uses_torch


# --- the public names


@pytest.mark.parametrize("name", dir(linreg_core))
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(linreg_core, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="No linreg_core attribute nonsense"):
        _ = linreg_core.nonsense  # type: ignore[attr-defined]

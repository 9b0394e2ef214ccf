"""Errors are one line of a sensible length, whatever was typed."""

from __future__ import annotations

import pickle

import pytest

from linreg_core.datasets.options import MadeOptions, Split, TableOptions
from linreg_core.errors import ExpressionError, LinregError
from linreg_core.native_settings import drop_odd_settings, for_polars
from linreg_core.output.recipes.recipe import Recipe
from linreg_core.safe_text import MESSAGE_CHARACTERS, brief, brief_path
from linreg_core.settings.config import TrainConfig


def test_a_long_message_is_cut_in_its_middle() -> None:
    error = LinregError("usage", "first " + "x" * 10_000 + " last")
    assert len(error.message) == MESSAGE_CHARACTERS
    assert error.message.startswith("first x")
    assert error.message.endswith("x last")
    assert "…" in error.message
    assert pickle.loads(pickle.dumps(error)).message == error.message
    assert brief("short") == "short"


def test_a_long_path_keeps_its_end() -> None:
    error = LinregError("unreadable", "no", file="/a" * 2000 + "/t.csv", line=3, column="c" * 5000)
    assert error.file == "/a" * 2000 + "/t.csv"
    assert "/a/t.csv:3: column ccc" in str(error)
    assert len(str(error)) < 300
    assert brief_path("t.csv") == "t.csv"


@pytest.mark.parametrize(
    ("expression", "position", "excerpt"),
    [
        ("los < 1", 0, "los < 1\n^"),
        ("loss < 1 x", 9, "loss < 1 x\n         ^"),
        ("\x1b < 1 x", 6, "\\x1b < 1 x\n         ^"),
        ("a" * 100 + "b" * 100, 100, "…" + "a" * 60 + "b" * 60 + "…\n" + " " * 61 + "^"),
    ],
)
def test_of_a_long_expression_the_place_of_the_fault_is_shown(
    expression: str, position: int, excerpt: str
) -> None:
    assert ExpressionError("expected", expression, position).excerpt == excerpt


HUGE = 16**5000


@pytest.mark.parametrize(
    "make",
    [
        lambda: TrainConfig(seed=HUGE),
        lambda: Recipe(epochs=HUGE),
        lambda: MadeOptions(rows=HUGE),
        lambda: MadeOptions(columns=-HUGE),
        lambda: MadeOptions(seed=HUGE),
        lambda: Split(seed=HUGE),
        lambda: TableOptions(degree=HUGE),
    ],
)
def test_numbers_that_python_does_not_write_are_refused(make: type) -> None:
    with pytest.raises(LinregError, match="4,300 digits"):
        make()


@pytest.mark.parametrize(
    ("name", "value", "stays"),
    [
        ("POLARS_MAX_THREADS", "1", True),
        ("POLARS_MAX_THREADS", "0", False),
        ("POLARS_MAX_THREADS", "3000000", False),
        ("POLARS_MAX_THREADS", "abc", False),
        ("POLARS_VERBOSE", "1", False),
        ("OMP_NUM_THREADS", "2", True),
        ("OMP_NUM_THREADS", "2,1", True),
        ("OMP_NUM_THREADS", "0", False),
        ("OMP_NUM_THREADS", "abc", False),
        ("OMP_STACKSIZE", "16M", True),
        ("OMP_STACKSIZE", "abc", False),
        ("OMP_PROC_BIND", "close", True),
        ("GOMP_CPU_AFFINITY", "0-1", True),
        ("GOMP_CPU_AFFINITY", "abc", False),
        ("TORCH_LOGS", "xx", False),
        ("PATH", "abc", True),
    ],
)
def test_settings_that_end_native_libraries_are_dropped(name: str, value: str, stays: bool) -> None:
    environ = {name: value}
    drop_odd_settings(environ)
    assert (name in environ) == stays


def test_a_process_of_its_own_uses_few_threads() -> None:
    alone = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    assert for_polars({"A": "b", "POLARS_VERBOSE": "1"}, 1) == {"A": "b", **alone}

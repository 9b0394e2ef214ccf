"""A request for data: one value that compares, travels, and loads what its parts say."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from linreg_core import (
    BUILTINS,
    DataRequest,
    LargeOptions,
    LinregError,
    MadeOptions,
    Split,
    TableOptions,
    load_problem,
)
from tests.core.tables import Write


def test_requests_are_equal_by_all_their_parts() -> None:
    made, split, options = MadeOptions(rows=9), Split(0.5), TableOptions("y")
    request = DataRequest("line", options, made, split)
    assert request == DataRequest("line", TableOptions("y"), MadeOptions(rows=9), Split(0.5))
    assert hash(request) == hash(pickle.loads(pickle.dumps(request)))
    others = [
        DataRequest("plane", options, made, split),
        DataRequest("line", TableOptions("x"), made, split),
        DataRequest("line", options, MadeOptions(rows=8), split),
        DataRequest("line", options, made, Split(0.4)),
    ]
    assert request not in others


@pytest.mark.parametrize("name", BUILTINS)
def test_a_name_that_is_built_in_is_no_file(name: str) -> None:
    assert DataRequest(name).is_builtin
    assert DataRequest(name).files == ()
    assert DataRequest(f"./{name}").files == (f"./{name}",)
    assert not DataRequest(f"./{name}").is_builtin


def test_standard_input_is_neither_built_in_nor_a_file() -> None:
    assert not DataRequest("-").is_builtin
    assert DataRequest("-").files == ()


def test_loading_a_name_is_loading_its_request(write: Write) -> None:
    path = str(write("a;b\n1;2\n2;1\n3;5\n4;1\n"))
    options, split = TableOptions("a", separator=";"), Split(0.25, seed=2)
    one, other = load_problem(path, options, split=split), DataRequest(path, options, split=split)
    again = other.load()
    assert (one.features, one.target, one.notes) == (again.features, again.target, again.notes)
    assert np.array_equal(one.X, again.X)
    assert len(again.X) == 3


def test_nothing_is_refused_before_it_is_loaded() -> None:
    request = DataRequest("line", TableOptions("y"))
    with pytest.raises(LinregError, match="target is set") as refusal:
        request.load()
    assert refusal.value.code == "option-not-for-builtin"


@pytest.mark.parametrize("source", ["line", "-"])
def test_what_is_in_no_file_is_not_trained_by_blocks(source: str) -> None:
    with pytest.raises(LinregError) as refusal:
        DataRequest(source, large=LargeOptions(block_rows=9)).load()
    assert refusal.value.code == "not-in-files"
    assert "--block-rows" in refusal.value.message

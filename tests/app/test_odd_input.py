"""Odd tables: a result or a refusal in one line; never a traceback, never nan or inf."""

from __future__ import annotations

import itertools
import re

import pytest

from tests.app.command import Capture, check_one_line, command, explain_json, read_json
from tests.app.driver import Write

TABLES = {
    "one row": "a,b,y\n1,2,3\n",
    "one feature": "a,y\n1,2\n3,2\n4,5\n",
    "constant column": "a,b,y\n1,5,1\n2,5,3\n4,5,4\n",
    "only a constant": "a,y\n5,1\n5,3\n5,4\n",
    "constant target": "a,y\n1,2\n3,2\n4,2\n",
    "collinear": "a,b,y\n1,2,1\n2,4,3\n4,8,4\n",
    "more features than rows": "a,b,c,d,y\n1,2,5,1,1\n2,4,3,3,3\n",
    "zeros": "a,b,y\n0,0,1\n0,0,2\n0,0,3\n",
    "1e150": "a,b,y\n1e150,2,3\n3e150,4,2\n-1e150,4,9\n2e150,1,1\n",
    "1e200": "a,b,y\n1e200,2,3\n3e200,4,2\n-1e200,4,9\n2e200,1,1\n",
    "collinear and 1e200": "a,b,y\n1e200,2e200,3\n3e200,4e200,2\n-1e200,4e200,9\n",
    "1.7e308": "a,y\n1.7e308,1\n-1.7e308,2\n1.6e308,3\n",
    "constant and 1.7e308": "a,b,y\n1.7e308,1.7e308,1\n1.7e308,-1.7e308,2\n",
    "1e-200": "a,b,y\n1e-200,2,3\n3e-200,4,2\n-1e-200,4,9\n2e-200,1,1\n",
    "1e-155": "a,y\n1e-155,2\n3e-155,4\n-1e-155,4\n2e-155,1\n",
    "subnormal": "a,y\n1e-310,2\n3e-310,4\n-1e-310,4\n2e-310,1\n",
    "target of 1e300": "a,y\n1,1e300\n3,2e300\n4,-5e300\n",
}

RATES = {"float32": ("auto", "1e300"), "float64": ("best", "1e-300")}
"""What is tried with each dtype; with --long, all of it with both, and more."""


def rate_of(name: str, dtype: str) -> str:
    """One of a dtype's two, in turn of the tables."""
    return RATES[dtype][list(TABLES).index(name) % 2]


NOT_FINITE = re.compile(r"\b(nan|inf|infinity)\b", re.IGNORECASE)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", TABLES)
def test_an_odd_table_gives_a_result_or_a_refusal(
    name: str, dtype: str, is_long: bool, write: Write, capsys: Capture
) -> None:
    table = str(write(TABLES[name]))
    rates = dict.fromkeys((*sum(RATES.values(), ()), "0.5")) if is_long else [rate_of(name, dtype)]
    for bias, standardize, lr, word in itertools.product(
        ("--bias", "--no-bias"),
        ("--standardize", "--no-standardize"),
        rates,
        ("explain", "train"),
    ):
        given = [word, table, bias, standardize, "--lr", lr, "--dtype", dtype, "--epochs", "200"]
        code, text, err = command(capsys, *given)
        assert code in (0, 2, 3), (given, err)
        if code == 2:
            check_one_line(err)
            assert text == ""
            continue
        assert (err, NOT_FINITE.findall(text)) == ("", []), (given, text)
        if not (is_long or bias == standardize.replace("standardize", "bias")):
            continue  # the same numbers, once more
        same_code, told, err = command(capsys, *given, "--json")
        assert (same_code, err) == (code, "")
        assert set(read_json(told)) > {"problem", "config"}


@pytest.mark.parametrize("name", ["one row", "one feature", "collinear", "constant column"])
@pytest.mark.parametrize("share", [0.99, 1.01])
def test_one_per_cent_around_the_limit(
    share: float, name: str, write: Write, capsys: Capture
) -> None:
    table = str(write(TABLES[name]))
    limit = explain_json(capsys, table)["theory"]["lr"]["limit"]
    given = [table, "--lr", repr(share * limit), "--epochs", "200000"]
    told = explain_json(capsys, *given)["theory"]
    code, out, err = command(capsys, "train", *given, "--json")
    result = read_json(out)
    assert err == ""
    assert told["lr"]["diverges"] == (share > 1)
    if told["forecast"]["float64"]["overflow_epoch"] is None:
        assert (code, share) == (0, 0.99)
        assert result["loss"] == pytest.approx(told["limit"]["loss"], abs=1e-12)
    else:
        assert (code, share) == (3, 1.01)
        foretold = told["forecast"]["float64"]["overflow_epoch"]
        assert foretold == pytest.approx(result["status_epoch"], rel=0.01)

"""Recipes: written and read back they are the same run; what is wrong is named, with its line."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core import (
    DataRequest,
    LinregError,
    MadeOptions,
    Recipe,
    Split,
    TableOptions,
    TrainConfig,
    read_recipe,
    write_whole,
)
from linreg_core.output.recipes.toml_schema import KEYS, MAX_BYTES
from linreg_core.settings.table import MAX_SEED
from tests.core.cases import steady


def read(tmp_path: Path, text: str | bytes) -> Recipe:
    """Read the text of a recipe."""
    path = tmp_path / "r.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_recipe(str(path))


def refused(tmp_path: Path, text: str | bytes) -> LinregError:
    """The refusal of a text: one line with the file's name."""
    with pytest.raises(LinregError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path}/r.toml:")
    assert "\n" not in str(caught.value)
    return caught.value


def test_its_keys_are_the_settings_there_are() -> None:
    assert set(KEYS["table"]) == {option.name for option in fields(TableOptions)}
    assert set(KEYS["made"]) == {option.name for option in fields(MadeOptions)}
    assert set(KEYS["split"]) == {option.name for option in fields(Split)}
    assert set(KEYS["run"]) == {setting.name for setting in fields(TrainConfig)}


@pytest.mark.parametrize(
    ("section", "key", "words"),
    [
        ("table", "target", "text in quotes"),
        ("table", "features", "a list of names in quotes"),
        ("table", "one_hot", "a list of names in quotes"),
        ("table", "missing", "text in quotes"),
        ("table", "header", "true or false"),
        ("made", "rows", "a whole number"),
        ("made", "noise", "a number"),
        ("split", "seed", "a whole number"),
        ("run", "dtype", "text in quotes"),
        ("run", "lr", "a number, or a rule's name in quotes"),
        ("run", "init", "a number, or a rule's name in quotes"),
        ("run", "bias", "true or false"),
        ("run", "tol", "a number"),
    ],
)
def test_what_a_key_holds_follows_from_its_field(section: str, key: str, words: str) -> None:
    assert KEYS[section][key].words == words


def test_an_empty_recipe_is_the_article(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Recipe() == Recipe(DataRequest("article"))


names = st.text(st.characters(codec="utf-8"), max_size=8)
floats = st.floats(min_value=1e-300, max_value=1e300)
configs = st.builds(
    TrainConfig,
    backend=st.sampled_from(["tensor", "nn"]),
    device=st.sampled_from(["cpu", "cuda", "cuda:1"]),
    dtype=st.sampled_from([None, "float32", "float64"]),
    lr=st.none() | floats | st.sampled_from(["auto", "best"]),
    init=st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(["article", "zeros"]),
    seed=st.integers(0, MAX_SEED),
    bias=st.none() | st.booleans(),
    standardize=st.none() | st.booleans(),
    tol=st.none() | st.floats(1e-300, 0.5),
)
tables = st.builds(
    TableOptions,
    target=st.none() | names,
    features=st.none() | st.lists(names, max_size=3).map(tuple),
    one_hot=st.lists(names, max_size=2).map(tuple),
    missing=st.sampled_from(["refuse", "drop"]),
    separator=st.none() | st.sampled_from([",", "\t", " ", "\x1f"]),
    decimal_comma=st.booleans(),
    encoding=st.sampled_from(["utf-8", "latin-1"]),
    header=st.booleans(),
)
requests = st.builds(
    DataRequest,
    source=st.sampled_from(["article", "-", "/data/table.csv"]),
    options=tables,
    made=st.builds(
        MadeOptions,
        rows=st.none() | st.integers(2, 100),
        noise=st.none() | st.floats(0, 10),
        seed=st.none() | st.integers(0, MAX_SEED),
    ),
    split=st.builds(
        Split, test_size=st.none() | st.floats(0.1, 0.5), seed=st.integers(0, MAX_SEED)
    ),
)
recipes = st.builds(
    Recipe,
    data=requests,
    config=configs,
    epochs=st.integers(0, 10**15),
    until=st.sampled_from(["", 'loss < 1e-3 or "x"', "frozen"]),
)


@steady
@given(recipe=recipes)
def test_a_recipe_is_read_back_as_it_was(
    recipe: Recipe, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("recipe") / "r.toml"
    write_whole(str(path), recipe.to_toml(str(path.parent)))
    again = read_recipe(str(path))
    assert again == recipe
    assert repr(again) == repr(recipe), "bit for bit: 0.0 and -0.0 are equal"


@pytest.mark.parametrize(
    ("folder", "source", "named"),
    [
        ("", "t.csv", "t.csv"),
        ("", "./article", "./article"),
        ("", "./-", "./-"),
        ("out", "t.csv", "../t.csv"),
        ("", "out/t.csv", "out/t.csv"),
        ("out", "out/t.csv", "t.csv"),
        ("out", "out/article", "./article"),
        ("out", "article", "article"),
        ("out", "-", "-"),
        ("out", "/t.csv", "/t.csv"),
        ("out", "link/t.csv", "deep/t.csv"),
    ],
)
def test_paths_are_relative_to_the_recipe(
    folder: str, source: str, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("out/deep")
    monkeypatch.chdir(tmp_path)
    path = os.path.join(folder, "r.toml")
    write_whole(path, Recipe(DataRequest(source)).to_toml(folder))
    assert f'data = "{named}"\n' in Path(path).read_text()
    found = read_recipe(path).data.source
    assert os.path.realpath(found) == os.path.realpath(source)
    assert (found in ("article", "-")) == (source in ("article", "-"))


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("epohcs = 5", "unknown-key", 1, "did you mean epochs?"),
        ("\n[runs]\nlr = 1", "unknown-key", 2, "did you mean run?"),
        ('[run]\nlr = 1.0\nbakend = "nn"', "unknown-key", 3, "did you mean backend?"),
        ('[run]\ntarget = "y"\n[table]', "unknown-key", 2, "section [run] has no key 'target'"),
        ('[table]\n"tar\\u001bget" = "y"', "unknown-key", None, r"'tar\x1bget'"),
        ("epochs = 1.5", "bad-type", 1, "epochs must be a whole number; got '1.5'"),
        ("epochs = true", "bad-type", 1, "whole number"),
        ("[run]\nlr = true", "bad-type", 2, "a number, or a rule's name"),
        ("[run]\n\n'seed' = '5'", "bad-type", 3, "seed must be a whole number"),
        ("[run]\nbias = 1", "bad-type", 2, "true or false"),
        ('[table]\nfeatures = "a"', "bad-type", 2, "a list of names"),
        ("[table]\nfeatures = ['a', 1]", "bad-type", 2, "a list of names"),
        ("run = 5", "bad-type", 1, "run must be a section"),
        ("data = 2020-01-01", "bad-type", 1, "data must be text"),
        ("[run]\nlr = -1", "bad-value", None, "learning rate must be"),
        ("[run]\nlr = nan", "bad-value", None, "learning rate must be"),
        ("[run]\ninit = inf", "bad-value", None, "initial weights must be"),
        ("[run]\ntol = 1" + "0" * 400, "bad-value", None, "beyond float64"),
        ("epochs = -1", "bad-value", None, "epochs must be"),
        ("[run]\nbackend = 'numpi'", "bad-value", None, "did you mean numpy?"),
        ("[table]\nmissing = 'guess'", "bad-option", None, "missing must be"),
        ("a = ", "bad-toml", 1, "no TOML: "),
        ("a = 1\nb = [1,\n", "bad-toml", 2, "no TOML: "),
        ("a = 1\na = 2\n", "bad-toml", 2, "no TOML: "),
        ("[run]\nlr = 1e\n", "bad-toml", 2, "no TOML: "),
        ("a = " + "[" * 100_000, "bad-toml", None, "too deep"),
        ("epochs = " + "9" * 5000, "bad-toml", None, "no recipe"),
        (b"data = '\xff'", "not-utf8", 1, "UTF-8"),
        ("# " + "x" * MAX_BYTES, "too-large", None, "at most"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    text: str | bytes, code: str, line: int | None, words: str, tmp_path: Path
) -> None:
    error = refused(tmp_path, text)
    assert (error.code, error.line) == (code, line)
    assert words in error.message


def test_only_ordinary_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, code in {
        tmp_path / "pipe": "not-a-file",
        tmp_path: "not-a-file",
        tmp_path / "none": "no-such-file",
        tmp_path / ("a" * 300): "unreadable",
        f"{tmp_path}/\0": "unreadable",
    }.items():
        with pytest.raises(LinregError) as caught:
            read_recipe(str(path))
        assert caught.value.code == code, path

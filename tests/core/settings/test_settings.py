"""The table of settings: every setting is there, and all that follows from it holds together."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from linreg_core.errors import LinregError
from linreg_core.output.json_parts import CONFIG_KEYS, config_as_json
from linreg_core.problem import Problem
from linreg_core.resolve import Prospect, settle
from linreg_core.settings.catalogue import BACKENDS
from linreg_core.settings.config import TrainConfig
from linreg_core.settings.settings import Settings
from linreg_core.settings.table import SETTINGS, Setting
from linreg_core.trainer import Trainer
from tests.core.cases import article, exact, problem_of

NAMES = [field.name for field in fields(TrainConfig)]

PATIENCE = Setting(
    "patience",
    label="Patience",
    words="patience",
    kind=int,
    help="Epochs to wait.",
    unset="for ever",
    fits=lambda value: value > 0,
    expected="a whole number > 0",
)
"""A setting that there is not."""


def test_every_field_of_a_configuration_is_in_the_table_and_nothing_else() -> None:
    assert list(SETTINGS) == NAMES
    assert [setting.name for setting in SETTINGS.values()] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_whatever_can_be_unset_has_a_word_for_it(name: str) -> None:
    takes_none = "None" in str(TrainConfig.__annotations__[name])
    assert bool(SETTINGS[name].unset) == takes_none


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("backend", "nn", "nn"),
        ("device", "cuda:1", "cuda:1"),
        ("dtype", "float32", "float32"),
        ("lr", 0.1 + 0.2, "0.30000000000000004"),
        ("lr", "best", "best"),
        ("init", -2.0, "-2.0"),
        ("init", "article", "article"),
        ("seed", 7, "7"),
        ("tol", 1e-9, "1e-09"),
    ],
)
def test_a_value_is_written_as_it_is_read(name: str, value: object, text: str) -> None:
    setting = SETTINGS[name]
    assert setting.to_text(value) == text
    assert setting.parse(text) == value


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("bias", True, "on"),
        ("standardize", False, "off"),
        ("bias", None, "default"),
        ("tol", None, "never"),
        ("dtype", None, "default"),
        ("lr", None, "default"),
    ],
)
def test_switches_and_what_is_unset_have_words(name: str, value: object, text: str) -> None:
    assert SETTINGS[name].to_text(value) == text


def test_a_new_setting_is_checked_and_read_by_its_row_alone() -> None:
    PATIENCE.check(None)
    PATIENCE.check(3)
    assert PATIENCE.parse(" 12 ") == 12
    with pytest.raises(LinregError, match=r"^patience must be a whole number > 0; got 0$"):
        PATIENCE.check(0)
    for typed in ("0", "1.5", "-1", "for ever", ""):
        with pytest.raises(LinregError, match="patience must be a whole number > 0; got "):
            PATIENCE.parse(typed)


# --- what is run


def test_what_is_run_has_every_setting_and_the_rule_of_its_rate() -> None:
    assert [field.name for field in fields(Settings)] == [*NAMES, "lr_rule"]


def test_what_is_run_cannot_be_made_with_anything_left_open() -> None:
    with pytest.raises(TypeError, match=r"dtype.*lr.*bias.*standardize.*lr_rule"):
        Settings()  # type: ignore[call-arg]


def test_whatever_was_asked_for_is_run_as_it_was_asked() -> None:
    asked = TrainConfig("tensor", dtype="float64", lr=0.5, init="zeros", seed=3, bias=True, tol=0.1)
    asked = replace(asked, standardize=False)
    settings, _ = settle(asked, article())
    assert {name: getattr(settings, name) for name in NAMES} == vars(asked)
    assert settings.lr_rule is None


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_rate_is_rounded_to_the_dtype_of_the_run(dtype: str) -> None:
    settings, _ = settle(TrainConfig(dtype=dtype, lr=0.1), article())
    assert settings.lr == 0.1
    assert settings.rate == float(np.dtype(dtype).type(0.1))
    trainer = Trainer(article(), TrainConfig(dtype=dtype, lr=0.1))
    assert exact(trainer).modes.lr == settings.rate


def test_a_rate_beyond_its_dtype_is_infinite() -> None:
    settings, _ = settle(TrainConfig(dtype="float32", lr=1e39), article())
    assert settings.rate == np.inf


def alike() -> Problem:
    """A feature of which auto is over at once, so that the default is slow."""
    return replace(problem_of([[1.0], [2.0], [4.0]], [1.0, 2.0, 3.0]), as_article=False)


@pytest.mark.parametrize("problem", [article(), alike(), replace(article(), as_article=False)])
@pytest.mark.parametrize("lr", [None, "auto", "slow", "best"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_prospect_has_the_rate_that_a_run_takes(
    problem: Problem, lr: str | None, dtype: str
) -> None:
    for bias in (False, True):
        for standardize in (False, True):
            told = Prospect.of(problem, bias=bias, standardize=standardize)
            asked = TrainConfig(dtype=dtype, lr=lr, bias=bias, standardize=standardize)
            settings, spectrum = settle(asked, problem)
            assert told.lr(lr, dtype) == settings.lr
            assert told.condition_number == spectrum.condition_number


def test_where_no_rate_follows_a_prospect_has_none() -> None:
    nothing = replace(problem_of([[0.0], [0.0]], [1.0, 2.0]), as_article=False)
    zeros = Prospect.of(nothing, bias=False, standardize=False)
    assert [zeros.lr(rule, "float64") for rule in (None, "auto", "slow", "best")] == [None] * 4
    huge = problem_of([[1.7e308], [-1.7e308], [1.7e308]], [1.0, 2.0, 3.0])
    beyond = Prospect.of(huge, bias=True, standardize=True)
    assert np.isnan(beyond.condition_number)
    assert beyond.lr(None, "float64") is None
    assert Prospect.of(article(), bias=True, standardize=True).lr("best:9", "float64") is None


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("init", ["article", "zeros", "random", 0.25])
def test_weights_that_are_drawn_are_others_with_another_seed(
    backend: str, init: str | float
) -> None:
    one, other = (
        Trainer(article(), TrainConfig(backend, init=init, seed=seed)).snapshot().weights  # type: ignore[arg-type]
        for seed in (0, 1)
    )
    assert BACKENDS[backend].draws(init) is not np.array_equal(one, other)


def test_results_tell_all_settings_the_old_ones_in_their_order() -> None:
    told = config_as_json(Trainer(article(), TrainConfig(tol=0.5)).snapshot().run)
    assert tuple(told)[: len(CONFIG_KEYS)] == CONFIG_KEYS
    assert set(told) == {*NAMES, "lr_rule"}
    assert (told["tol"], told["lr"], told["lr_rule"]) == (0.5, 1e-4, None)

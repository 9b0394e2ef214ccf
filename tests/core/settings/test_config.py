"""Settings: what is taken, what is refused, and that a refusal names the value and the remedy."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from linreg_core.errors import LinregError
from linreg_core.settings.catalogue import BACKENDS
from linreg_core.settings.config import TrainConfig
from linreg_core.settings.parsing import parse_whole
from linreg_core.settings.table import SETTINGS

parse_lr, parse_init, parse_seed, parse_tol = (
    SETTINGS[name].parse for name in ("lr", "init", "seed", "tol")
)


def rows(text: str) -> int:
    """A whole number that is called rows."""
    return parse_whole(text, "rows")


def refusal_of(action: Callable[[], object]) -> LinregError:
    with pytest.raises(LinregError) as refusal:
        action()
    return refusal.value


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("backend", "numpi", "numpy-two-weights, numpy, tensor, nn (did you mean numpy?)"),
        ("backend", "", "numpy-two-weights, numpy, tensor, nn"),
        ("backend", "NN", "numpy-two-weights, numpy, tensor, nn"),
        ("backend", "nn\n", "(did you mean nn?)"),
        ("device", "gpu", "cpu, cuda or cuda:N"),
        ("device", "", "cpu, cuda or cuda:N"),
        ("device", "cuda:", "cpu, cuda or cuda:N"),
        ("device", "cuda:-1", "cpu, cuda or cuda:N"),
        ("device", "cuda:1000", "cpu, cuda or cuda:N"),
        ("device", "cuda:\u0663", "cpu, cuda or cuda:N"),
        ("device", "cpu\n", "cpu, cuda or cuda:N"),
        ("device", "CUDA", "cpu, cuda or cuda:N"),
        ("dtype", "float16", "float32, float64"),
        ("dtype", "double", "float32, float64"),
        ("lr", 0.0, "a finite number > 0, auto, slow, best or best:N"),
        ("lr", -0.0, "a finite number > 0, auto, slow, best or best:N"),
        ("lr", -1.0, "a finite number > 0, auto, slow, best or best:N"),
        ("lr", math.nan, "a finite number > 0, auto, slow, best or best:N"),
        ("lr", math.inf, "a finite number > 0, auto, slow, best or best:N"),
        ("lr", "fast", "a number > 0, best:N, auto, slow, best"),
        ("init", math.nan, "a finite number, zeros, article or random"),
        ("init", -math.inf, "a finite number, zeros, article or random"),
        ("init", "zero", "a finite number, article, zeros, random (did you mean zeros?)"),
        ("seed", -1, "a whole number from 0 to 2^63 - 1"),
        ("seed", 2**63, "a whole number from 0 to 2^63 - 1"),
        ("tol", 0.0, "a number between 0 and 1"),
        ("tol", 1.0, "a number between 0 and 1"),
        ("tol", -0.1, "a number between 0 and 1"),
        ("tol", math.nan, "a number between 0 and 1"),
        ("tol", math.inf, "a number between 0 and 1"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_in_one_line(
    setting: str, value: Any, remedy: str
) -> None:
    error = refusal_of(lambda: TrainConfig(**{setting: value}))
    name = SETTINGS[setting].words
    assert error.code == "bad-value"
    assert error.message.startswith(f"{name} must be ")
    assert remedy in error.message
    assert f"got {value!r}" in error.message
    assert "\n" not in error.message


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *(("backend", name) for name in BACKENDS),
        *(("dtype", name) for name in ("float32", "float64")),
        *(("lr", value) for value in (5e-324, 1e-4, 1, 1e308, "auto", "best")),
        *(("init", value) for value in (0, -3.5, 1e308, "zeros", "article", "random")),
        *(("seed", value) for value in (0, 2**63 - 1)),
        *(("tol", value) for value in (5e-324, 0.5, 1 - 2**-53)),
    ],
)
def test_values_up_to_the_limits_are_taken(setting: str, value: Any) -> None:
    assert getattr(TrainConfig(**{setting: value}), setting) == value


@pytest.mark.parametrize("name", ["cpu", "cuda", "cuda:0", "cuda:15"])
def test_well_formed_device_names_are_taken(name: str) -> None:
    assert SETTINGS["device"].parse(f" {name} ") == name
    assert TrainConfig("tensor", device=name).device == name


@pytest.mark.parametrize("backend", BACKENDS)
def test_only_torch_computes_on_other_devices(backend: str) -> None:
    def asked() -> TrainConfig:
        return TrainConfig(backend=backend, device="cuda:1")

    if BACKENDS[backend].uses_torch:
        assert asked().device == "cuda:1"
        return
    error = refusal_of(asked)
    assert error.code == "device-not-for-backend"
    assert error.message == (
        f"backend {backend} runs on the cpu only; for device cuda:1 choose tensor or nn"
    )


# --- another backend


@pytest.mark.parametrize("backend", BACKENDS)
def test_another_backend_keeps_all_settings_but_a_device_it_does_not_know(backend: str) -> None:
    first = TrainConfig(
        backend="tensor",
        device="cuda",
        dtype="float64",
        lr=0.5,
        init=2.0,
        seed=7,
        bias=True,
        standardize=False,
        tol=0.25,
    )
    second = first.with_backend(backend)
    assert second.backend == backend
    assert second.device == ("cuda" if BACKENDS[backend].uses_torch else "cpu")
    for name in ("dtype", "lr", "init", "seed", "bias", "standardize", "tol"):
        assert getattr(second, name) == getattr(first, name), name
    assert first.backend == "tensor"


def test_another_backend_must_exist() -> None:
    error = refusal_of(lambda: TrainConfig(device="cpu").with_backend("tensors"))
    assert error.code == "bad-value"
    assert "(did you mean tensor?)" in error.message


# --- as a person types it


NUMBERS = {
    "1e-3": 1e-3,
    " 1e-3 ": 1e-3,
    "1E-3": 1e-3,
    "+2": 2.0,
    ".5": 0.5,
    "5.": 5.0,
    "007": 7.0,
    "1e308": 1e308,
    "5e-324": 5e-324,
}

NO_NUMBERS = [
    "",
    " ",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "1_000",
    "1,5",
    "\u0661\u0662",  # Arabic-Indic digits: float() takes them
    "\u0967\u0968",  # so it does Devanagari
    "\uff11",  # and a full-width 1
    "1e",
    "e5",
    ".",
    "+",
    "--1",
    "1 000",
    "0x10",
    "1e-3f",
    "1e1.5",
    "True",
    "AUTO",
]


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        *(
            (parse, text, value)
            for parse in (parse_lr, parse_init)
            for text, value in NUMBERS.items()
        ),
        (parse_lr, "auto", "auto"),
        (parse_lr, " best ", "best"),
        (parse_init, "zeros", "zeros"),
        (parse_init, " article", "article"),
        (parse_init, "random\n", "random"),
        (parse_init, "0", 0.0),
        (parse_init, "-0", 0.0),
        (parse_init, "-1.5", -1.5),
        (parse_init, "1e-400", 0.0),
        (parse_seed, "0", 0),
        (parse_seed, " 42 ", 42),
        (parse_seed, "007", 7),
        (parse_seed, "9223372036854775807", 2**63 - 1),
        (parse_tol, " 1e-6 ", 1e-6),
        (rows, " 20 ", 20),
        (rows, "-007", -7),
        (rows, "+9999999999999999999", 10**19 - 1),
    ],
)
def test_what_a_person_may_type(parse: Callable[[str], object], text: str, value: object) -> None:
    assert parse(text) == value
    assert type(parse(text)) is type(value)


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        *(
            (parse, text)
            for parse in (parse_lr, parse_init, parse_seed, parse_tol, rows)
            for text in NO_NUMBERS
        ),
        *((parse_lr, text) for text in ("0", "-0", "-1", "1e-400", "-1e400", "zeros", "autos")),
        *((parse_init, text) for text in ("-1e400", "auto", "zero")),
        *((parse_seed, text) for text in ("-1", "-0", "+1", "1.0", "1e3", "9223372036854775808")),
        (parse_seed, "99999999999999999999999"),
        *((parse_tol, text) for text in ("0", "1", "-0.1", "1e-400", "never")),
        *((rows, text) for text in ("1.0", "1e3", "10000000000000000000")),
    ],
)
def test_what_a_person_types_by_mistake_is_refused_by_its_name(
    parse: Callable[[str], object], text: str
) -> None:
    error = refusal_of(lambda: parse(text))
    what: dict[Callable[[str], object], str]
    what = {parse_lr: "learning rate", parse_init: "initial weights", parse_seed: "seed"}
    what |= {parse_tol: "tolerance", rows: "rows"}
    assert error.code == "bad-value"
    assert error.message.startswith(f"{what[parse]} must be ")
    assert text.strip() in error.message.partition("; got ")[2]  # as it was typed
    assert "\n" not in error.message

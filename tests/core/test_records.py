"""Classes of values: what is made late is what the standard library makes at once."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, field
from typing import Any, Generic, TypeVar

import pytest

from linreg_core import records

T = TypeVar("T")

Decorator = Callable[..., Any]

OPTIONS: list[dict[str, bool]] = [
    {"frozen": True},
    {"frozen": True, "eq": False},
    {"frozen": True, "kw_only": True},
    {},
]


def pair_of_classes(dataclass: Decorator, **options: bool) -> tuple[Any, Any]:
    """A class and one that inherits from it, with all that ours have."""

    @dataclass(**options)
    class Base(Generic[T]):
        first: int
        second: T | None = None
        third: list[int] = field(default_factory=list)

        def __post_init__(self) -> None:
            object.__setattr__(self, "first", abs(self.first))

        @property
        def doubled(self) -> int:
            return 2 * self.first

    @dataclass(**options)
    class Derived(Base[str]):
        fourth: float = 0.5

        def __repr__(self) -> str:
            return f"derived {self.fourth}"

    return Base, Derived


def told(value: Any) -> list[object]:
    """What there is to be told of a value of `pair_of_classes`."""
    cls = type(value)
    other = dataclasses.replace(value, first=7)
    return [
        repr(value),
        repr(other),
        dataclasses.asdict(other),
        [(each.name, each.kw_only) for each in dataclasses.fields(cls)],
        cls.__match_args__,
        str(inspect.signature(cls)),
        value == dataclasses.replace(value),
        value == other,
        value.doubled,
        "third" in vars(cls),
        vars(cls).get("second", "none"),
    ]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_it_is_what_the_standard_library_makes(options: dict[str, bool]) -> None:
    for ours, theirs in zip(
        pair_of_classes(records.dataclass, **options),
        pair_of_classes(dataclasses.dataclass, **options),
        strict=True,
    ):
        assert told(ours(first=-3)) == told(theirs(first=-3))
        assert dataclasses.is_dataclass(ours)


@pytest.mark.parametrize("first", ["fields", "repr", "hash", "equal", "derived", "signature"])
def test_whatever_is_asked_for_first_makes_all_of_it(first: str) -> None:
    base, derived = pair_of_classes(records.dataclass, frozen=True)
    value = object.__new__(base)  # as an unpickled one: nothing of its class has been called
    vars(value).update(first=3, second=None, third=())
    asked: dict[str, Callable[[], object]] = {
        "fields": lambda: dataclasses.fields(base),
        "repr": lambda: repr(value),
        "hash": lambda: hash(value),
        "equal": lambda: value == base(3),
        "derived": lambda: derived(1),
        "signature": lambda: inspect.signature(base),
    }
    asked[first]()
    assert not any(isinstance(each, records._Late) for each in vars(base).values())
    assert repr(value).endswith("Base(first=3, second=None, third=())")
    assert hash(value) == hash((3, None, ()))


def test_nothing_is_made_before_it_is_asked_for() -> None:
    base, derived = pair_of_classes(records.dataclass, frozen=True)
    for cls in (base, derived):
        assert isinstance(vars(cls)["__init__"], records._Late)


def test_a_value_cannot_be_changed() -> None:
    base, _ = pair_of_classes(records.dataclass, frozen=True)
    value = base(1)
    with pytest.raises(FrozenInstanceError, match="assign to field 'first'"):
        value.first = 2
    with pytest.raises(FrozenInstanceError, match="assign to field 'other'"):
        value.other = 2
    with pytest.raises(FrozenInstanceError, match="delete field 'first'"):
        del value.first


def test_a_class_without_equality_compares_by_identity() -> None:
    base, _ = pair_of_classes(records.dataclass, frozen=True, eq=False)
    assert base(1) != base(1)
    assert len({base(1), base(1)}) == 2


@records.dataclass(frozen=True)
class Sent:
    """A value that goes to another process."""

    number: int


def test_a_value_is_pickled() -> None:
    assert pickle.loads(pickle.dumps(Sent(3))) == Sent(3)


def test_two_threads_may_be_first() -> None:
    for _ in range(20):
        _, derived = pair_of_classes(records.dataclass, frozen=True)
        begin = threading.Barrier(4)

        def make(_: int, cls: Any = derived, begin: threading.Barrier = begin) -> int:
            begin.wait()
            return int(cls(-2).first)

        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(make, range(4))) == [2, 2, 2, 2]

"""`dataclass` as in the standard library, but that what it makes is made when it is first used.

The standard one compiles six methods for every frozen class, which takes half a millisecond. Before
a screen can be seen a hundred such classes are imported, of which most are never made there: what
the engine reports is unpickled, and that needs none of the methods.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING, Any, NoReturn

MADE = ("__init__", "__repr__", "__dataclass_fields__", "__dataclass_params__", "__match_args__")
MADE_TO_COMPARE = ("__eq__", "__hash__")

_LOCK = RLock()
"""Two threads may be first; and to make a class makes those that it inherits from."""


class _Late:
    """What is not made yet of a class: to ask for it makes all of it.

    Args:
        cls: the class.
        name: of the attribute.
        make: makes what the class lacks.
    """

    def __init__(self, cls: type, name: str, make: Callable[[], None]) -> None:
        self._cls, self._name, self._make = cls, name, make

    def __get__(self, instance: object, owner: type) -> Any:
        with _LOCK:
            if vars(self._cls)[self._name] is self:
                self._make()
        made = vars(self._cls)[self._name]
        return made.__get__(instance, owner) if hasattr(made, "__get__") else made


def _late(cls: type, options: dict[str, Any]) -> type:
    written = {n: value for n, value in vars(cls).items() if n not in ("__dict__", "__weakref__")}
    names = [n for n in (*MADE, *MADE_TO_COMPARE * options.get("eq", True)) if n not in written]

    def make() -> None:
        twin = type(cls)(cls.__name__, cls.__bases__, dict(written))
        dataclasses.dataclass(**options)(twin)
        for field in dataclasses.fields(twin):
            if isinstance(written.get(field.name), dataclasses.Field):
                if field.default is dataclasses.MISSING:
                    delattr(cls, field.name)
                else:
                    setattr(cls, field.name, field.default)
        for name in names:  # one at a time, each of them whole: another thread may ask meanwhile
            setattr(cls, name, vars(twin)[name])

    for name in names:
        setattr(cls, name, _Late(cls, name, make))
    cls.__setattr__ = cls.__delattr__ = _refuse  # type: ignore[assignment]
    return cls


def _refuse(_: object, name: str, *value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot {'assign to' if value else 'delete'} field {name!r}")


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414  (so that it may be imported)
else:

    def dataclass(cls: type | None = None, /, **options: Any) -> Any:
        """Make a class of values; see the module. Only a frozen one is made late."""
        if cls is None:
            return partial(dataclass, **options)
        if not options.get("frozen"):
            return dataclasses.dataclass(**options)(cls)
        return _late(cls, options)

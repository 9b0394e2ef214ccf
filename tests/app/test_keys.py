"""The table of keys: every one is a key that Textual knows, and does something."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character

from linreg_core import BACKENDS
from tui.app import TrainerApp
from tui.keys import KEYS, Key, bindings
from tui.main_screen import TrainerScreen

NAMED = {key.value for key in Keys} | set(KEY_NAME_REPLACEMENTS.values())
SINGLE = [(key, name) for key in KEYS for name in key.keys.split(",")]


@pytest.mark.parametrize(("key", "name"), SINGLE, ids=lambda part: getattr(part, "action", part))
def test_every_key_is_one_that_textual_can_send(key: Key, name: str) -> None:
    letter_or_digit = len(name) == 1 and name.isalnum()
    assert letter_or_digit or name in NAMED or key_to_character(name) is not None


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.action)
def test_every_action_exists(key: Key) -> None:
    name = key.action.partition("(")[0]
    place: type = TrainerScreen
    if name.startswith("app."):
        place, name = TrainerApp, name.removeprefix("app.")
    assert callable(getattr(place, f"action_{name}", None))


def test_no_key_does_two_things() -> None:
    names = [name for _, name in SINGLE]
    assert sorted(names) == sorted(set(names))


def test_no_key_is_one_that_textual_needs() -> None:
    taken = {
        name
        for binding in App.BINDINGS
        for name in (binding.key if isinstance(binding, Binding) else binding[0]).split(",")
    }
    assert taken.isdisjoint(name for _, name in SINGLE)


def test_every_key_is_explained() -> None:
    for key in KEYS:
        assert key.help.endswith(".")
        assert key.label
        assert len(key.shown) == len(key.keys.split(","))


def test_each_backend_has_the_key_of_its_place() -> None:
    actions = {key.keys: key.action for key in KEYS}
    for place, name in enumerate(BACKENDS, start=1):
        assert actions[str(place)] == f"backend('{name}')"


def test_the_bindings_are_the_table() -> None:
    made = [binding for binding in bindings() if isinstance(binding, Binding)]
    assert [(b.key, b.action, b.description, b.show, b.key_display) for b in made] == [
        (key.keys, key.action, key.label, False, key.shown[0]) for key in KEYS
    ]

"""How pictures are compared: what is taken for the same, and what is not."""

from __future__ import annotations

import pytest

from tests.app.last_digits import is_same_picture, is_same_text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.1  –     +19.9   mode 1", "0.1  – +19.90000   mode 1"),
        ("loss −5.84e-15 at 3", "loss 0 at 3"),
        ("8.846e-16 8.415e-29", "8.846e-16 6.732e-29"),
        ("+0.101979047", "+0.101979077"),
        ("epoch 1,000,000", "epoch 1,000,000"),
    ],
)
def test_last_digits_may_differ(one: str, other: str) -> None:
    assert is_same_text(one, other)
    assert is_same_picture(f"<text>{one}</text>", f"<text>{other}</text>")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+19.9", "+19.8"),
        ("+19.9", "19.9 x"),
        ("+19.9", ""),
        ("epoch 1,000,000", "epoch 1,000,010"),
        ("x1 2", "x2 2"),
        ("1e-11", "2e-11"),
        ("⠈⠢", "⠈⠤"),
    ],
)
def test_nothing_else_may(one: str, other: str) -> None:
    assert not is_same_text(one, other)
    assert not is_same_picture(f"<text>{one}</text>", f"<text>{other}</text>")


def test_all_but_texts_is_the_same() -> None:
    assert not is_same_picture('<text x="1">a</text>', '<text x="2">a</text>')

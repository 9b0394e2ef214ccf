"""A recipe with edits run again: what it says is done, at the epochs it says, or refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from linreg_core import (
    Edit,
    LinregError,
    Recipe,
    Repetition,
    TrainConfig,
    Trainer,
    parse_breakpoints,
    read_recipe,
    write_whole,
)
from linreg_core.output.recipes.recipe import ARTICLE_DATA

PROBLEM = ARTICLE_DATA.load()

LR = TrainConfig(lr=0.001, dtype="float32")

EDITED = Recipe(
    ARTICLE_DATA,
    TrainConfig(lr=0.01),
    epochs=90,
    edits=(
        Edit(20, LR),
        Edit(20, LR, weight=1, value=-3.5),
        Edit(50, LR, weights=(1.5, -2.25)),
        Edit(90),
    ),
)


def test_it_is_what_was_done_by_hand() -> None:
    trainer = Trainer(PROBLEM, EDITED.config)
    trainer.run(20)
    trainer = trainer.fork(LR)
    weights = trainer.snapshot().weights.astype(np.float64)
    trainer = trainer.fork(LR, np.array([weights[0], -3.5]))
    trainer.run(30)
    trainer = trainer.fork(LR, np.array([1.5, -2.25]))
    trainer.run(90 - trainer.epoch)
    trainer = trainer.fork(TrainConfig())
    for seconds in (None, 0.001):
        again = Repetition(PROBLEM, EDITED)
        while not again.is_done:
            again.advance(seconds)
        assert again.trainer.epoch == 90
        assert again.trainer.config == TrainConfig()
        found = again.trainer.snapshot()
        assert found.weights.tobytes() == trainer.snapshot().weights.tobytes()
        assert again.start.epoch == 90


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    view = {"picture": "fit", "detail": True, "epoch": 7}
    recipe = Recipe(ARTICLE_DATA, epochs=90, edits=EDITED.edits, view=view)
    path = tmp_path / "r.toml"
    write_whole(str(path), recipe.to_toml(str(tmp_path)))
    assert read_recipe(str(path)) == recipe


def test_conditions_stop_what_follows_the_last_edit() -> None:
    until = parse_breakpoints("epoch == 10 or epoch == 60")
    again = Repetition(PROBLEM, Recipe(epochs=90, edits=(Edit(50),)), until=until)
    again.advance(None)
    assert again.trainer.epoch == 60


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Edit(2000), "there is an edit at epoch 2,000, and the run ends at 997"),
        (Edit(5, weight=9, value=1.0), "there is no weight 9; there are 2"),
        (Edit(5, weights=(1.0,)), "weights must be 2 finite numbers"),
        (Edit(5, TrainConfig(bias=True)), "a fork keeps bias"),
    ],
)
def test_an_edit_that_cannot_be_made_is_refused(edit: Edit, words: str) -> None:
    again = Repetition(PROBLEM, Recipe(config=TrainConfig(lr=0.04), epochs=5000, edits=(edit,)))
    with pytest.raises(LinregError, match=words):
        again.advance(None)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("edits = 3", 1, "edits must be sections, [[edits]] each"),
        ("[[edits]]\nepohc = 3", 2, "did you mean epoch?"),
        ("[[edits]]\nepoch = 'x'", 2, "epoch must be a whole number"),
        ("[[edits]]\n", None, "an edit needs its epoch"),
        ("[[edits]]\nepoch = -1", None, "an edit's epoch must be >= 0"),
        ("[[edits]]\nepoch = 3\nweight = 1", None, "a weight and its value, or neither"),
        ("[[edits]]\nepoch = 3\nweight = 1\nvalue = nan", None, "must be finite"),
        ("[[edits]]\nepoch = 3\nweights = ['x']", 3, "weights must be a list of numbers"),
        ("[[edits]]\nepoch = 3\nweights = [inf, 1]", None, "must be finite"),
        ("[[edits]]\nepoch = 3\n[edits.run]\nlr = 'fast'", None, "learning rate must be"),
        ("[[edits]]\nepoch = 3\n[edits.run]\nrate = 1", 4, "section [edits.run] has no key"),
        ("[[edits]]\nepoch = 9\n[[edits]]\nepoch = 3", None, "in the order of their epochs"),
        ("epochs = 2\n[[edits]]\nepoch = 9", None, "there is an edit at epoch 9, and epochs is 2"),
        ("[view]\nzoom = [1]", 2, "zoom must be text, a number, true or false"),
        ("view = 1", 1, "view must be a section"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(
    tmp_path: Path, text: str, line: int | None, words: str
) -> None:
    (tmp_path / "r.toml").write_text(text)
    with pytest.raises(LinregError) as caught:
        read_recipe(str(tmp_path / "r.toml"))
    assert words in caught.value.message
    assert caught.value.line == line

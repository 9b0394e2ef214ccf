"""The help: what to try, where it opens, every key, every pane, every word of the screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from textual.widgets import Input, OptionList

from linreg_core import SETTINGS, Status, TrainConfig, Trainer, load_problem
from tests.app.driver import (
    LARGE,
    MIDDLE,
    SMALL,
    SMALLEST,
    AnyEngine,
    Drive,
    Write,
    driving,
    inline,
)
from tests.lengths import if_long
from tui.keys import KEYS
from tui.pages.help.also import ALSO
from tui.pages.help.page import HelpScreen
from tui.pages.help.search import found
from tui.pages.help.sections import FIRST, Section, asking, sections_of
from tui.pages.help.topics import TOPICS
from tui.pages.help.try_this import TRY_THIS
from tui.pages.help.words import WORDS
from tui.panes.catalogue import PANES, name_of
from tui.panes.key_line import KeyLine
from tui.panes.kit.head import Head
from tui.panes.notice import Notice
from tui.panes.pictures.modes_pane import STAYS
from tui.panes.presenter import PhaseFormula
from tui.panes.source_pane import SourcePane
from tui.panes.weights_table import WeightsTable

SECTIONS = sections_of([(name_of(pane), pane.HELP) for pane in PANES])

SENTENCES = (SourcePane, Notice, KeyLine, PhaseFormula)
"""Panes of code, of whole sentences, and of keys."""

SCREENS = (
    *((), ("s", "s"), ("d",), ("u",), ("d", "u"), ("t",), ("t", "t"), ("t", "t", "t")),
    *(("T",), ("2", "n"), ("x", "y"), ("3", "s"), ("P",)),
)
"""Keys that lead from one screen to the next."""

EVERYDAY = (
    "a add about and are article as at beyond by copy data equally endlessly good in is it less "
    "log many more next not of on one or out over run runs shown so text the there to two was with "
    "another apply back complete far from help list setup no none off open same screen side "
    "this twice does why"
)
"""Words that need no entry."""

PAGES = {"W": "Why it stops", "a": "Runs", "c": "Setup", "o": "Open"}
"""Keys of pages over the screen."""

TOLD = {"answer", "sentences", "about", "list", "places"}
"""What stands on a page in whole sentences, or is the user's own: files of late."""


async def section_of(drive: Drive[AnyEngine]) -> str:
    """The name of the section that the help opens at."""
    await drive.press("question_mark")
    name = shown_section(drive)
    assert name in drive.seen(drive.app.screen.query_one("#section"))
    await drive.press("escape")
    return name


async def test_it_opens_at_what_to_try_and_later_at_what_is_looked_at() -> None:
    async with driving(inline(), size=SMALL) as drive:
        assert await section_of(drive) == FIRST
        await drive.press("n")
        assert await section_of(drive) == "Weights"
        for name in ("Fit", "Landscape", "Modes"):
            await drive.press("t")
            assert await section_of(drive) == name
        for name in ("Worksheet", "Code", "Epoch", "Data"):
            await drive.press("T")
            assert await section_of(drive) == name
        await drive.resize(*MIDDLE)
        await drive.press("tab")
        assert await section_of(drive) == "Data"


async def test_a_search_finds_words_first_and_escape_ends_it() -> None:
    async with driving(inline(), size=SMALL) as drive:
        await drive.press("question_mark", "slash", *"held by")
        shown = drive.seen(drive.app.screen.query_one("#section"))
        assert shown.startswith("Found held by What keeps the weight")
        await drive.press("escape")
        assert drive.app.screen.query_one(Input).value == ""
        assert drive.seen(drive.app.screen.query_one("#section")).startswith(FIRST)
        await drive.press("slash", *"zebra", "enter")
        assert "Nothing here tells of zebra" in drive.text
        await drive.press("escape", "escape")
        assert drive.app.screen is drive.main


@pytest.mark.parametrize("size", [SMALLEST, SMALL, MIDDLE])
async def test_what_to_try_is_seen_at_every_size(size: tuple[int, int]) -> None:
    async with driving(inline(), size=size) as drive:
        await drive.press("question_mark")
        assert "Go inside an epoch" in drive.seen(drive.app.screen.query_one("#section"))


def test_what_to_try_is_few_things_that_keys_do() -> None:
    actions = {key.action for key in KEYS}
    assert 3 <= len(TRY_THIS) <= 5
    for wanted, text in TRY_THIS:
        assert {*wanted, *re.findall("{(.+?)}", text)} <= actions
    assert "{" not in str(SECTIONS[0])


def test_every_key_is_told_once_and_no_topic_is_a_wall() -> None:
    told = [entry for name in TOPICS for entry in named(name).entries]
    for key in KEYS:
        assert told.count((" ".join(key.shown), key.help)) == 1, key.action
    assert max(len(named(name).entries) for name in TOPICS) <= 12


def test_every_pane_and_every_word_has_its_section() -> None:
    names = [section.name for section in SECTIONS]
    assert len(set(names)) == len(names)
    assert set(WORDS) <= set(names)
    for pane in PANES:
        assert named(name_of(pane)).words == pane.HELP
    for setting in SETTINGS.values():
        assert setting.label in dict(named("Setup").entries)


@pytest.mark.parametrize("name", ["Setup", "Open"])
def test_what_a_field_is_called_is_not_said_twice(name: str) -> None:
    for word, text in named(name).entries:
        assert not text.casefold().startswith(word.casefold()), text


def test_every_explanation_is_one_plain_sentence() -> None:
    for section in SECTIONS[1:]:
        for word, text in section.entries:
            assert re.fullmatch(r"[^a-z].*[^?][.]", text, re.DOTALL), (word, text)
    for words in WORDS.values():
        assert all(len(text) <= 100 for text in words.values())


@pytest.mark.parametrize("state", [*(status.upper() for status in Status), "RUNNING", "INSIDE"])
def test_every_state_is_explained(state: str) -> None:
    assert state in WORDS["Status bar"]


async def test_every_word_of_the_screen_is_explained() -> None:
    known = tokens(EVERYDAY)
    for words in WORDS.values():
        known.update(*map(tokens, words))
    missing = set()
    for more in ({"epochs": 30}, {"epochs": 2_000, "lr": 0.034}, {"epochs": 30, "bias": True}):
        async with driving(inline(**more), size=LARGE) as drive:
            for keys in SCREENS:
                await drive.press(*keys)
                for widget in drive.main.query("*"):
                    is_shown = widget.display and widget.region
                    is_read = isinstance(widget, (*PANES, Head))
                    if is_shown and is_read and not isinstance(widget, SENTENCES):
                        text = drive.seen(widget).replace(STAYS, "")
                        missing |= tokens(text) - known - {"x1", "x2", "matrix", "py"}
    assert not missing


@pytest.mark.parametrize("page", PAGES)
async def test_every_word_of_a_page_is_explained(page: str) -> None:
    known = tokens(EVERYDAY)
    for section in SECTIONS:
        known.update(*(tokens(word) for word, _ in section.entries))
    missing: dict[str, set[str]] = {}
    for more in ({"epochs": 30}, {"epochs": 2_000, "lr": 0.034}, {"epochs": 30, "bias": True}):
        async with driving(inline(**more), size=LARGE, epochs=3_000) as drive:
            await drive.press(page)
            dialog = drive.app.screen.query_one(".dialog")
            texts = {"title": str(dialog.border_title or "")}
            for widget in dialog.query("*"):
                if widget.region and widget.id not in TOLD and not widget.children:
                    texts[f"{type(widget).__name__} {widget.id}"] = drive.seen(widget)
            assert len(texts) >= 4, "there is something to read"
            for name, text in texts.items():
                if unknown := tokens(text) - known:
                    missing.setdefault(name, set()).update(unknown)
    assert not missing


@pytest.mark.parametrize(
    ("word", "entry"),
    [
        ("centre", "standardised"),
        ("1/n", "2/n"),
        ("standard error", "standard error, p-value"),
        ("epoch budget", "N"),
        ("intercept", "bias"),
        ("coefficient", "weight, w"),
        ("step size", "lr"),
        ("Cost", "loss"),
        ("OLS", "best fit"),
        ("polynomial", "degree"),
        ("undo", "b ←"),
        ("momentum", "momentum, Adam"),
        ("learning rate too large", "limit"),
        ("too big", "limit"),
        ("rate limit learning", "limit"),
        ("compare", "a"),
        ("two runs", "a"),
        ("sklearn", "best fit"),
        ("scikit", "best fit"),
        ("LinearRegression", "best fit"),
        ("how good", "R²"),
        ("how good is my model", "R²"),
        ("loss function", "loss"),
        ("scale features", "standardised"),
        ("feature scaling", "standardised"),
        ("collinear columns", "collinear"),
        ("RMSE", "√loss"),
        ("residuals", "ŷ - y"),
        ("mean", "min, mean, max"),
        ("error standard", "standard error, p-value"),
        ("stochastic gradient descent", "mini-batch, SGD"),
        ("overfitting", "held out"),
        ("interc", "bias"),
        ("½ulp", "½ulp"),
    ],
)
def test_a_word_of_the_classroom_is_found(word: str, entry: str) -> None:
    heads = [re.sub(r" \(.*\)$", "", head) for head, _ in found(SECTIONS, word).entries[:4]]
    assert entry in heads


@pytest.mark.parametrize(
    ("loss", "words", "share", "slope"),
    [
        ("1/(2n)", "half its rate", lambda n: 0.5, lambda n: 1 / n),
        ("plain sum", "n times", lambda n: n, lambda n: 2),
        ("half a sum", "n/2 times", lambda n: n / 2, lambda n: 1),
    ],
)
def test_a_rate_of_a_book_is_turned_into_one_that_takes_the_same_steps(
    loss: str, words: str, share: Callable[[int], float], slope: Callable[[int], float]
) -> None:
    """Its own descent, with the derivative of its own loss, and the backend's."""
    text = WORDS["Worksheet"]["2/n"].casefold()
    told = next(part for part in re.split(r"[.] ?", text) if loss in part)
    assert words in told
    problem, book, epochs = load_problem("article"), 1e-3, 50
    ours = Trainer(problem, TrainConfig(lr=book * share(problem.rows), init="zeros"))
    ours.run(epochs)
    w = np.zeros(2)
    for _ in range(epochs):
        w -= book * slope(problem.rows) * problem.X.T @ (problem.X @ w - problem.y)
    assert ours.snapshot().weights == pytest.approx(w, rel=1e-12)
    assert abs(w).max() > 1, "it has moved"


def test_all_words_are_found_in_any_order_and_each_by_its_beginning() -> None:
    for text in ("descent gradient stoch", "  GRADIENT, stochastic"):
        assert found(SECTIONS, text).entries[0][0] == "mini-batch, SGD"
    assert not found(SECTIONS, "stochastic zebra").entries
    assert "held out" in dict(found(SECTIONS, "rows trained").entries)
    assert not found(SECTIONS, "ained").entries, "no word begins so"


def test_what_has_the_word_itself_comes_before_what_only_begins_so() -> None:
    heads = [head for head, _ in found(SECTIONS, "mean").entries]
    assert heads[:3] == ["min, mean, max", "MSE, mean of", "mean |ŷ - y|"]
    assert "means missing" in heads
    assert found(SECTIONS, "target").entries[0][0].startswith("target")


def test_two_of_one_name_are_told_apart_by_their_sections() -> None:
    for text in ("target", "best fit", "correct digits", "epoch", "mean", "digits"):
        heads = [head for head, _ in found(SECTIONS, text).entries]
        words = [head.casefold() for head in heads if len(head) > 1]
        assert len(set(heads)) == len(heads), text
        assert len(set(words)) == len(words), text
    heads = [head for head, _ in found(SECTIONS, "best fit").entries]
    assert heads[:2] == ["best fit (Weights)", "best fit (Why it stops)"]
    assert "rank" in [head for head, _ in found(SECTIONS, "rank").entries], "it is there once"


async def test_tab_goes_between_the_contents_and_the_text_also_after_a_search() -> None:
    async with driving(inline(), size=SMALL) as drive:
        await drive.press("question_mark")
        page = drive.app.screen
        contents, text = page.query_one(OptionList), page.query_one("#section")
        for keys in (("tab",), ("shift+tab", "slash", *"loss", "enter"), ("tab", "slash", "tab")):
            await drive.press(*keys)
            assert text.has_focus
            assert "↑ ↓ scroll  tab sections" in drive.text
        assert "Found" in drive.seen(text)
        await drive.press("tab")
        assert contents.has_focus
        assert "tab to scroll" in drive.text
        await drive.press("down")
        assert page.query_one(Input).value == ""
        assert drive.seen(text).startswith(shown_section(drive))
        await drive.press("slash")
        assert "enter to scroll" in drive.text


async def test_up_and_down_scroll_and_the_other_arrows_go_through_epochs(write: Write) -> None:
    assert "← → stay back and epoch" in dict(named("Look").entries)["tab"]
    rows = [[str((3 * row + 5 * place) % 17) for place in range(21)] for row in range(30)]
    names = [f"c{number}" for number in range(20)] + ["y"]
    path = write("\n".join(map(",".join, [names, *rows])))
    async with driving(inline(str(path)), size=SMALL) as drive:
        table = drive.main.query_one(WeightsTable)
        table.focus()
        await drive.press("down", "j", "up")
        assert table.scroll_offset.y == 1
        await drive.press("right", "right", "left")
        assert drive.epoch == 1
        assert table.scroll_offset.y == 1


def test_what_is_looked_for_under_another_name_is_there() -> None:
    entries = {word for section in SECTIONS for word, _ in section.entries}
    assert set(ALSO) <= entries
    assert all(words == words.casefold() for words in ALSO.values())


def tokens(text: str) -> set[str]:
    """The words of a text, without numbers, names of weights, and keys; of several, as of one."""
    words = re.findall(r"[^\W\d_][^\W_]*|½ulp|÷", text.replace("²", ""))
    told = {word.casefold() for word in words if not re.fullmatch(r"[a-zA-Z]|[ex]\d+|[ŷy]\d", word)}
    return {re.sub(r"(?<=[a-z]{3})s$", "", word) for word in told}


def named(name: str) -> Section:
    """A section by its name."""
    return next(section for section in SECTIONS if section.name == name)


def test_what_is_found_names_the_word_before_it_mentions_it() -> None:
    hits = found(SECTIONS, "LIMIT").entries
    assert hits[0][0] == "limit"
    assert any("limit" not in word and "limit" in text for word, text in hits)


@pytest.mark.parametrize(
    ("page", "section", "key"),
    [
        ("c", "Setup", "f1"),
        ("o", "Open", "question_mark"),
        ("o", "Open", "f1"),
        ("W", "Why it stops", "question_mark"),
        ("", "Weights", "question_mark"),
        *if_long(
            [
                ("c", "Setup", "question_mark"),
                ("W", "Why it stops", "f1"),
                ("", "Weights", "f1"),
            ]
        ),
    ],
)
async def test_on_a_page_it_opens_at_that_page(key: str, page: str, section: str) -> None:
    """And leads back to it, as it was."""
    async with driving(inline(epochs=3), size=SMALL) as drive:
        await drive.press(*([page] if page else []))
        before, types = drive.app.screen, page == "o" and key == "question_mark"
        if page == "c":
            await drive.fill("#lr", "0.02")
        await drive.press(*["tab"] * types, key)
        assert shown_section(drive) == section
        await drive.press("escape")
        assert drive.app.screen is before
        if page == "c":
            assert drive.app.screen.query_one("#lr", Input).value == "0.02"


def shown_section(drive: Drive[AnyEngine]) -> str:
    """The name of the section that is shown."""
    assert isinstance(drive.app.screen, HelpScreen)
    contents = drive.app.screen.query_one(OptionList)
    assert contents.highlighted is not None
    return str(contents.get_option_at_index(contents.highlighted).prompt)


async def test_letters_move_as_the_arrows_do() -> None:
    """J and k, where nothing is typed."""
    async with driving(inline(), size=SMALL) as drive:
        await drive.press("question_mark", "j", "j", "k")
        contents = drive.app.screen.query_one(OptionList)
        assert contents.highlighted == 1
        await drive.press("slash", "j")
        assert drive.app.screen.query_one(Input).value == "j"


def test_a_word_stands_above_all_in_the_section_that_is_asked_for() -> None:
    for word, preferred, first in (
        ("to go", "Modes", "Weights"),
        ("Target", "Open", "Open"),
        ("target", "", "Data"),
        ("R²", "", "Status bar"),
    ):
        sections, name = asking(SECTIONS, word, preferred)
        assert name == first
        shown = next(section for section in sections if section.name == name)
        assert shown.looked_up is not None
        assert word.casefold() in shown.looked_up[0].casefold()
        assert shown.entries == named(name).entries
    assert asking(SECTIONS, "zebra") == (SECTIONS, "")

"""One screen, one truth: two panes, or pages over it, never tell two values for one thing.

Names and values are read from the text that is drawn. A value may stand there with more digits or
with fewer, but each text must be a number that is nearest to one and the same value.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from fractions import Fraction
from itertools import combinations

import pytest
from textual.widget import Widget

from linreg_core import BACKENDS
from tests.app.driver import (
    LARGE,
    MIDDLE,
    SMALL,
    AnyEngine,
    Drive,
    Write,
    driving,
    inline,
    lines_of,
)
from tui.engine.commands import Goto, Phase
from tui.panes.epoch_panel import EpochPanel
from tui.panes.notice import Notice
from tui.panes.phase_strip import PhaseStrip
from tui.panes.rate_gauge import RateGauge
from tui.panes.source_pane import SourcePane
from tui.panes.status_bar import StatusBar
from tui.panes.timeline import Timeline
from tui.panes.weights_table import WeightsTable
from tui.panes.worksheet_pane import WorksheetPane

SEEDS = 12

NUMBER = r"-?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?|-?inf|nan"
"""As it is drawn, with separators in counts."""

TABLE = "x1,x2,y\n1,2.5,50.25\n3,4,110\n5,6.125,171\n2,9,80\n7,1,31.5\n"

Told = dict[str, set[str]]
"""Texts, by what they are said to be."""


def shown_lines(drive: Drive[AnyEngine], widget: Widget) -> list[str]:
    """What the terminal shows of a widget, line by line; nothing of one that is hidden."""
    area = widget.content_region.intersection(drive.app.screen.region)
    lines = lines_of(drive.app.screen)[area.y : area.bottom] if area.area else []
    return [line[area.x : area.right] for line in lines]


def read_screen(drive: Drive[AnyEngine]) -> Told:
    """All that the screen says, by name."""
    told: Told = defaultdict(set)

    def pane(kind: type[Widget]) -> list[str]:
        return shown_lines(drive, drive.main.query_one(kind))

    _find(told, pane(StatusBar), epoch=r"epoch (N)", loss=r"loss (N)", r2=r"R² (N)")
    read_out = re.search(rf"^epoch ({NUMBER}) · loss ({NUMBER})", "\n".join(pane(Notice)))
    if read_out and {read_out[1].replace(",", "")} == told["epoch"]:
        told["loss"].add(read_out[2])
    _find(told, drive.text.splitlines(), epoch=r"(?:Weights|Worksheet) at epoch (N)")
    _find(told, pane(RateGauge), lr=r"lr (N)")
    _find(told, pane(EpochPanel), loss=r"^loss \(MSE\) +(N)", r2=r"^R² +(N)")
    _find(told, pane(EpochPanel), steepest=r"^largest \|gradient\| +(N)")
    _find(told, pane(EpochPanel), digits=r"^(N) correct digits")
    for line in pane(EpochPanel):
        if row := re.match(rf" +(\d+) +({NUMBER}) +({NUMBER}) +({NUMBER})$", line.rstrip()):
            _add_row(told, row[1], prediction=row[3], target=row[2], residual=row[4])
    _read_table(told, pane(WeightsTable))
    _read_worksheet(told, pane(WorksheetPane))
    methods = {
        re.findall(r"def (\w+)", code.text)[0]: code.phase for code in drive.snapshot.run.code
    }
    for kind in (PhaseStrip, WorksheetPane, SourcePane):
        found = re.findall(r"● (?:def )?(\w+)", "\n".join(pane(kind)))
        told["phase"] |= {methods.get(name, name) for name in found}
    if drive.snapshot.epoch == drive.snapshot.latest:
        _find(told, pane(Timeline), epoch=r"[●┤] +(N)")
    return told


def in_own_units(told: Told, *, is_scaled: bool) -> None:
    """Tell weights by names that are the same on pages, which have them in own units."""
    for title, own in (("own units", "own weight"), *([] if is_scaled else OWN.items())):
        for name in [name for name in told if name.startswith(f"{title} of ")]:
            told[name.replace(f"{title} of", f"{own} of")] |= told[name]


OWN = {"w": "own weight", "best fit": "own best"}


def page_lines(drive: Drive[AnyEngine]) -> list[str]:
    """What the page says that is open over the screen."""
    return shown_lines(drive, drive.app.screen.query_one(".dialog"))


def read_why(drive: Drive[AnyEngine]) -> Told:
    """The page Why, where the run on the screen is one of its two: it has run as far."""
    told: Told = defaultdict(set)
    lines, snapshot = page_lines(drive), drive.snapshot
    dtype = snapshot.run.settings.dtype
    _find(told, lines, lr=r"lr (N), twice")
    head = next(line for line in lines if "float32 ●" in line)
    own, best = (head.index(title) for title in (dtype, "best fit"))
    for name in ("loss", "correct digits", *snapshot.run.names):
        line = next(line for line in lines if line.startswith(f"{name} "))
        title = {"loss": "loss", "correct digits": "digits"}.get(name, f"own weight of {name}")
        told[title].add(line[own:best].split()[0].replace(",", ""))
        if name in snapshot.run.names:
            told[f"own best of {name}"].add(line[best:].split()[0])
    return told


def read_runs(drive: Drive[AnyEngine]) -> Told:
    """The row of the present run on the page Runs."""
    told: Told = defaultdict(set)
    head, row = page_lines(drive)[:2]
    for title in ("loss", "digits", *drive.snapshot.run.names):
        if (found := re.search(rf" ({title})(?= )", head)) is not None:
            name = title if title in ("loss", "digits") else f"own weight of {title}"
            told[name].add(row[: found.end()].split()[-1])
    return told


def read_setup(drive: Drive[AnyEngine]) -> Told:
    """The page Setup."""
    told: Told = defaultdict(set)
    _find(told, page_lines(drive), lr=r"Learning rate .*?(N)")
    return told


PAGES = {"W": read_why, "a": read_runs, "c": read_setup}
"""By its key, what a page says of the run on the screen."""


async def judge_pages(drive: Drive[AnyEngine], told: Told) -> set[str]:
    """Hold pages to what the screen below them says; return what they say."""
    names: set[str] = set()
    for key, read in PAGES.items():
        await drive.press(key)
        said = read(drive)
        names |= said.keys()
        both = {name: told[name] | texts for name, texts in said.items()}
        assert disagreements(both) == [], f"{both}\n{drive.text}"
        await drive.press("escape")
    return names


def _find(told: Told, lines: list[str], **patterns: str) -> None:
    for name, pattern in patterns.items():
        for line in lines:
            found = re.findall(pattern.replace("N", f"(?:{NUMBER})"), line)
            told[name] |= {text.replace(",", "") for text in found}


def _add_row(told: Told, row: str, **texts: str) -> None:
    for name, text in texts.items():
        told[f"{name} of row {row}"].add(text)


def _read_table(told: Told, lines: list[str]) -> None:
    """Cells end where their titles end; detail has more than one heading."""
    columns: list[tuple[str, int, int]] = []
    for line in lines:
        if line.startswith("  "):
            titles = list(re.finditer(r"\S+(?: \S+)*", line))
            starts = [0, *(title.end() for title in titles)]
            columns = [
                (title[0], start, title.end()) for title, start in zip(titles, starts, strict=False)
            ]
        elif line.strip():
            name = line.split()[0]
            for title, start, end in columns:
                if text := line[max(start, len(name)) : end].strip():
                    told[f"{title} of {name}"].add(text)


def _read_worksheet(told: Told, lines: list[str]) -> None:
    """Results of equations, and what is put in where it has a name of its own."""
    text = re.sub(r"\n {4}\s*", " ", "\n".join(line.rstrip() for line in lines))
    for line in text.splitlines():
        if row := re.match(rf"  row (\d+) +({NUMBER}) - +\(?({NUMBER})\)? = +({NUMBER})", line):
            _add_row(told, row[1], prediction=row[2], target=row[3], residual=row[4])
        elif row := re.match(rf"  row (\d+)  .* [=≈] ({NUMBER})$", line):
            _add_row(told, row[1], prediction=row[2])
        elif found := re.match(rf"  MSE = ({NUMBER})$", line):
            told["loss"].add(found[1])
        elif found := re.match(rf"  (\w+)  2/.* [=≈] ({NUMBER})$", line):
            told[f"gradient of {found[1]}"].add(found[2])
        elif found := re.match(
            rf"  (\w+)  ({NUMBER}) - ({NUMBER})·\(?({NUMBER})\)? [=≈] ({NUMBER})$", line
        ):
            name, w, lr, slope, following = found.groups()
            told["lr"].add(lr)
            for title, value in (("w", w), ("gradient", slope), ("next w", following)):
                told[f"{title} of {name}"].add(value)


def nearest_to(text: str) -> tuple[Fraction, Fraction]:
    """The numbers to which a text is the nearest, from one to another."""
    digits, _, exponent = text.partition("e")
    half = Fraction(10) ** (int(exponent or 0) - len(digits.partition(".")[2])) / 2
    return Fraction(text) - half, Fraction(text) + half


def disagreements(told: Told) -> list[tuple[str, str, str]]:
    """Two texts for one thing that no number is nearest to."""
    found = []
    for name, texts in told.items():
        for one, other in combinations(sorted(texts), 2):
            if "phase" in name or not {one, other}.isdisjoint({"inf", "-inf", "nan"}):
                found.append((name, one, other))
                continue
            (low, high), (least, most) = nearest_to(one), nearest_to(other)
            if max(low, least) >= min(high, most):
                found.append((name, one, other))
    return found


async def judge(drive: Drive[AnyEngine], size: tuple[int, int]) -> set[str]:
    """Hold the screen to it on each of its pages; return the names that were read."""
    names: set[str] = set()
    for _ in range(4 if size == SMALL else 3):
        told = read_screen(drive)
        assert disagreements(told) == [], drive.text
        names |= told.keys()
        await drive.press("T")
    return names


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_no_pane_tells_another_value_for_the_same_thing(seed: int, write: Write) -> None:
    chance = random.Random(seed)
    backend = list(BACKENDS)[seed % len(BACKENDS)]
    config = {"backend": backend, "lr": chance.choice(["auto", 1e-4, 0.01, 1e-3])}
    if backend != "numpy-two-weights":
        config |= {"bias": chance.random() < 0.5, "dtype": chance.choice(["float32", "float64"])}
    source = str(write(TABLE)) if seed % 2 else "article"
    if seed % 2:
        config |= {"standardize": chance.random() < 0.5}
    size = chance.choice([SMALL, MIDDLE, LARGE])
    epochs = round(10 ** chance.uniform(0, 4))
    async with driving(inline(source, epochs=epochs, **config), size=size) as drive:
        if chance.random() < 0.5:
            drive.engine.send(Goto(chance.randint(0, drive.snapshot.latest)))
        if chance.random() < 0.3:
            await drive.press("d")
        await drive.press("left_square_bracket")
        names = await judge(drive, size)
        assert {"epoch", "loss", "r2", "lr", "w of x1", "next w of x1"} <= names
        assert {"prediction of row 1", "target of row 1", "gradient of x1"} <= names
        for _ in range(chance.randint(1, len(drive.snapshot.run.code) - 1)):
            drive.engine.send(Phase())
        await drive.settle()
        assert "phase" in await judge(drive, size)


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_no_page_tells_another_value_than_the_screen_below_it(
    seed: int, write: Write
) -> None:
    chance = random.Random(seed)
    config: dict[str, object] = {"dtype": ["float32", "float64"][seed % 2]}
    config |= {"lr": chance.choice(["auto", 1e-4, 0.01]), "standardize": chance.random() < 0.5}
    source = str(write(TABLE)) if chance.random() < 0.7 else "article"
    epochs = round(10 ** chance.uniform(0, 4))
    engine = inline(source, epochs=epochs, **config)
    assert engine.latest.snapshot is not None
    async with driving(engine, size=LARGE, epochs=engine.latest.snapshot.epoch) as drive:
        await drive.press("d")
        told = read_screen(drive)
        in_own_units(told, is_scaled=drive.snapshot.run.is_scaled)
        names = await judge_pages(drive, told)
        assert {"loss", "digits", "own weight of x1", "own best of x1", "lr"} <= names
        assert all(told[name] for name in ("loss", "digits", "own weight of x1", "lr"))


def test_what_disagrees_is_found() -> None:
    told = {"loss": {"377.39", "377.4"}, "w of x1": {"0.1", "0.2"}, "phase": {"loss"}}
    assert disagreements(told) == [("w of x1", "0.1", "0.2")]
    assert disagreements({"phase": {"loss", "gradient"}}) == [("phase", "gradient", "loss")]
    assert disagreements({"epoch": {"300", "301"}}) == [("epoch", "300", "301")]

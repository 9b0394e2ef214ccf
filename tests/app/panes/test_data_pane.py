"""The page of the data: ranges in the file's own units, and the notes in full."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from linreg_core import (
    DataRequest,
    LargeOptions,
    Summary,
    TableOptions,
    TrainConfig,
    Trainer,
    load_problem,
    visible,
)
from tests.app.driver import COMPOSED_SIZES, Write, driving, inline, text_of
from tests.app.reports import trainer
from tests.core.datasets.large.tables import in_parts, values
from tui.panes.data_pane import DataPane, data_lines
from tui.text import in_screen_words


def lines(source: str, width: int) -> list[str]:
    return data_lines(trainer(source).snapshot().run, Summary.of(load_problem(source)), width)


def test_the_article_s_data() -> None:
    assert lines("article", 50) == [
        "article",
        "3 rows · 2 features",
        "",
        "target                 min        mean         max",
        "  y                     50         110         170",
        "features",
        "  x1                     1           3           5",
        "  x2                     2           4           6",
        "",
        "nothing was noted",
    ]


def test_rows_left_out_and_notes_in_full(write: Write) -> None:
    path = str(write("name,x,y\nann,1,2\nbob,,3\ncid,4,5\ndan,5,5\n"))
    problem = load_problem(path, TableOptions(missing="drop"))
    run = trainer("article").snapshot().run
    shown = data_lines(replace(run, notes=problem.notes), Summary.of(problem), 300)
    assert "3 rows · 1 feature · 1 row left out" in shown
    for note in problem.notes:
        assert f"  {note.code}: {in_screen_words(note.message)}" in shown


@pytest.mark.parametrize("width", [42, 60, 100])
def test_no_line_is_wider_than_the_pane(write: Write, width: int) -> None:
    names = ["\x1b[2J[/]", "線" * 40, "w" * 300, "a", "b"]
    rows = [[row * column % 7 + 0.1 for column in range(len(names))] for row in range(3)]
    text = "\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)])
    shown = lines(str(write(text, "f" * 200)), width)
    assert all(cell_len(line) <= width for line in shown)
    assert all(line.isprintable() for line in shown)


def test_of_many_features_the_others_are_counted(write: Write) -> None:
    text = "\n".join(",".join(f"{name}{place}" for place in range(300)) for name in ("x", 1, 2))
    assert "  … and 99 more features" in lines(str(write(text)), 60)


@pytest.mark.parametrize("size", COMPOSED_SIZES)
async def test_it_is_a_page_at_every_size_and_follows_what_is_opened(
    write: Write, size: tuple[int, int]
) -> None:
    path = write("[@click=app.quit]x,y\n1,2\n3,5\n4,9\n")
    async with driving(inline(), size=size) as drive:
        pane = drive.main.query_one(DataPane)
        for _ in range(4):
            await drive.press("T")
            if pane.display:
                break
        assert "3 rows · 2 features" in drive.seen(pane)
        await drive.paste(str(path))
        await drive.press("enter")
        assert drive.app.screen is drive.main
        text = text_of(pane.query_one("Static"))
        assert visible("[@click=app.quit]x")[:10] in text
        assert "3 rows · 1 feature\n" in text


def test_a_sample_shows_what_all_rows_of_its_table_come_to(tmp_path: Path) -> None:
    source, *more = in_parts(tmp_path / "parts", values(400, 2), 4)
    request = DataRequest(source, more=tuple(more), large=LargeOptions(sample=40))
    problem = request.load()
    run = Trainer(problem, TrainConfig()).snapshot().run
    assert run.whole is not None
    lines = data_lines(run, Summary.of(problem), 60)
    start = lines.index("exact answer (400 rows in all)")
    told = [line.split() for line in lines[start + 2 : start + 6]]
    assert [row[0] for row in told] == ["a", "b", "bias", "MSE"]
    for row, whole in zip(told, run.whole.optimum.weights, strict=False):
        assert float(row[-1]) == pytest.approx(float(whole), rel=1e-6)
    assert float(told[-1][-1]) == pytest.approx(run.whole.optimum.loss, rel=1e-6)
    assert float(told[-1][-2]) == pytest.approx(run.whole.loss_of_sample, rel=1e-6)

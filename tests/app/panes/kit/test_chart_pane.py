"""What all panes that are one chart have in common: when they draw, and what they paint."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.reactive import reactive
from textual.strip import Strip
from textual.widgets import Static

from tests.app.driver import lines_of
from tui.charts.kit.canvas import ChartRow, Span
from tui.panes.kit.chart_pane import ChartPane


class Counting(ChartPane[Span]):
    """Rows of one letter, and how often they were drawn and a style was looked up."""

    COMPONENT_CLASSES = {"chart--data"}

    DEFAULT_CSS = "Counting > .chart--data { color: #010203; }"

    letter: reactive[str | None] = reactive[str | None](None)
    unseen: reactive[int] = reactive(0)

    drawn = 0

    def key(self) -> object:
        return self.letter

    def rows(self) -> tuple[ChartRow, ...]:
        self.drawn += 1
        width, height = self.size
        row = Span(f"{self.letter}" * (width // 2), "axis"), Span(f"{self.letter}", "data")
        return (row,) * (height - 1)


class Scrolled(App[None]):
    """A chart that is taller than the terminal's other half."""

    CSS = "Counting { height: 8; } Static { height: 30; }"

    def __init__(self, chart: Counting) -> None:
        super().__init__()
        self.chart = chart

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield self.chart
            yield Static()


def content(chart: Counting) -> list[Strip]:
    return [chart.render_line(y) for y in range(chart.size.height)]


async def test_it_is_drawn_once_for_a_key_and_a_size() -> None:
    chart = Counting(braille=True)
    async with Scrolled(chart).run_test(size=(30, 10)) as pilot:
        await pilot.pause()
        assert chart.drawn == 0, "there is nothing to draw yet"
        assert {strip.text.strip() for strip in content(chart)} == {""}
        for letter, drawn in (("a", 1), ("b", 2), (None, 2), ("b", 2)):
            chart.letter = letter
            await pilot.pause()
            chart.unseen += 1
            await pilot.pause()
            assert chart.drawn == drawn
        await pilot.resize_terminal(40, 10)
        assert chart.drawn == 3


async def test_rows_are_painted_by_their_roles_and_fill_the_pane() -> None:
    chart = Counting()
    async with Scrolled(chart).run_test(size=(30, 10)) as pilot:
        chart.letter = "a"
        await pilot.pause()
        strips = content(chart)
        assert {strip.cell_length for strip in strips} == {chart.size.width}
        assert strips[-1].text.strip() == "", "a row that was not drawn is blank"
        axis, data, *_ = strips[0]
        assert (axis.text, data.text) == ("a" * (chart.size.width // 2), "a")
        assert data.style is not None
        assert data.style.color is not None
        assert data.style.color.name == "#010203"


async def test_a_chart_of_which_the_top_is_out_of_sight_is_drawn_all_the_same() -> None:
    chart = Counting()
    async with Scrolled(chart).run_test(size=(30, 10)) as pilot:
        chart.letter = "a"
        await pilot.pause()
        page = pilot.app.query_one(VerticalScroll)
        page.scroll_to(y=3, animate=False)
        await pilot.pause()
        chart.letter = "b"
        await pilot.pause()
        assert "bbb" in lines_of(pilot.app.screen)[0]
        page.scroll_to(y=0, animate=False)
        await pilot.pause()
        assert "aaa" not in "\n".join(lines_of(pilot.app.screen))

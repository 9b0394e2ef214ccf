"""The help page: contents at the left, one section at the right, a search above."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import DescendantFocus
from textual.widgets import Input, OptionList, Static

from tui.pages.help.search import found
from tui.pages.help.sections import FIRST, Section, asking, sections_of
from tui.pages.page import Page

KEYS_AT = {
    "contents": "↑ ↓ section  tab to scroll  / search  esc back",
    "section": "↑ ↓ scroll  tab sections  / search  esc back",
    "search": "enter to scroll  esc back",
}
"""What keys do where the focus is, by the id of what has it."""


class HelpScreen(Page[None]):
    """One section at a time, or what a search finds.

    Args:
        panes: name and words of each pane.
        section: the one to begin with; empty: that of the word, or what to try.
        word: the one that is looked up: it stands above all in its section; empty: none is.
    """

    BINDINGS = [
        ("escape", "leave", "Back"),
        ("question_mark", "dismiss(None)", "Back"),
        ("q", "dismiss(None)", "Back"),
        ("slash", "search", "Search"),
        ("tab", "change_side", "Contents or text"),
        ("shift+tab", "change_side", "Contents or text"),
    ]

    AUTO_FOCUS = "#contents"

    DEFAULT_CSS = """
    HelpScreen #contents { width: 20; height: 1fr; border: none; padding: 0; margin-right: 2; }
    HelpScreen #contents { background: $surface; scrollbar-size-vertical: 1; }
    HelpScreen #section { width: 1fr; height: 1fr; scrollbar-size-vertical: 1; }
    HelpScreen #section { scrollbar-gutter: stable; }
    HelpScreen #section Static { width: 1fr; padding-right: 1; }
    HelpScreen #search { margin-bottom: 1; }
    """

    def __init__(self, panes: Sequence[tuple[str, str]], section: str = "", word: str = "") -> None:
        super().__init__()
        self._sections = sections_of(panes)
        if word:
            self._sections, found_in = asking(self._sections, word, section)
            section = found_in or section
        self._first = section or FIRST

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog help") as page:
            page.border_title = "Help"
            yield Input(placeholder="/ to search", id="search", compact=True)
            with Horizontal():
                yield OptionList(
                    *(section.name for section in self._sections),
                    id="contents",
                    compact=True,
                    markup=False,
                )
                with VerticalScroll(id="section"):
                    yield Static()

    def on_mount(self) -> None:
        """Begin with the section that was asked for."""
        names = [section.name for section in self._sections]
        self.query_one(OptionList).highlighted = names.index(self._first)

    @on(OptionList.OptionHighlighted)
    def show_section(self, event: OptionList.OptionHighlighted) -> None:
        """Show what the cursor is on."""
        search = self.query_one(Input)
        with search.prevent(Input.Changed):
            search.value = ""
        self._show(self._sections[event.option_index])

    @on(Input.Changed)
    def show_found(self, event: Input.Changed) -> None:
        """Show what is found, as it is typed."""
        contents = self.query_one(OptionList)
        if event.value.strip():
            self._show(found(self._sections, event.value.strip()))
        elif contents.highlighted is not None:
            self._show(self._sections[contents.highlighted])

    @on(Input.Submitted)
    def read_found(self) -> None:
        """Scroll through what was found."""
        self.query_one("#section").focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say what keys do there."""
        self.query_one(".dialog").border_subtitle = KEYS_AT[event.widget.id or ""]

    def action_change_side(self) -> None:
        """Go from the contents, or the search, to the text, and from there to the contents."""
        text = self.query_one("#section")
        (self.query_one(OptionList) if text.has_focus else text).focus()

    def action_search(self) -> None:
        """Ask for a word."""
        self.query_one(Input).focus()

    def action_leave(self) -> None:
        """Leave the search, or the page."""
        search = self.query_one(Input)
        if search.value or search.has_focus:
            search.value = ""
            self.query_one(OptionList).focus()
        else:
            self.dismiss(None)

    def _show(self, section: Section) -> None:
        self.query_one("#section Static", Static).update(_drawn(section))
        self.query_one("#section").scroll_home(animate=False)


def _drawn(section: Section) -> Table:
    """A section as rows of text: what it is, what is said of it, and its entries."""
    page = Table.grid(expand=True)
    page.add_row(Text(section.name, style="bold underline"))
    if section.looked_up is not None:
        word, text = section.looked_up
        page.add_row(Text(f"\n{word}", style="bold").append(f"  {text}", "not bold"))
    if section.words:
        page.add_row(Text(f"\n{section.words}"))
    entries = Table.grid(padding=(0, 2, 0, 0))
    entries.add_column(style="bold", max_width=18)
    entries.add_column()
    for word, text in section.entries:
        entries.add_row(Text(word), Text(text))
    page.add_row("")
    page.add_row(entries)
    return page

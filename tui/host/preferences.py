"""What a user chose for every run: taken up at the start, and remembered as it is chosen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from tui.host.settings import (
    REMEMBERED,
    UserSettings,
    chosen,
    read_settings,
    remember,
    settings_file,
)

if TYPE_CHECKING:  # not before the screen
    from textual.app import App
    from textual.screen import Screen

    from tui.look import Look


class Preferences:
    """The settings of the file, and beside them what was chosen on the screen.

    Args:
        settings: what the file says.
        remembered: what was chosen last.
    """

    def __init__(self, settings: UserSettings, remembered: Mapping[str, Any]) -> None:
        self._settings = settings
        self._chosen = dict(remembered)

    @classmethod
    def of_user(cls) -> Preferences:
        """Those of whoever runs the program.

        Raises:
            LinregError: see `read_settings`.
        """
        return cls(read_settings(settings_file()), chosen())

    def apply(self) -> None:
        """Have keys, digits and marker as they are set; before the screen is imported."""
        if self._settings.keys:
            from tui.keys import rebind  # noqa: PLC0415  (only where there are some)

            rebind(self._settings.keys)
        if self._settings.digits is not None:
            from tui.digits import show_digits  # noqa: PLC0415

            show_digits(self._settings.digits)
        if self._settings.marker is not None:
            from tui.panes.kit.chart_pane import ChartPane  # noqa: PLC0415

            ChartPane.MARKER = self._settings.marker

    def get(self, name: str) -> Any:
        """A setting: what the file says, or what was chosen last; ``None``: neither."""
        value = getattr(self._settings, name)
        return self._chosen.get(name) if value is None and name in REMEMBERED else value

    @property
    def theme(self) -> str | None:
        """The theme to begin with; ``None``: what suits the terminal, or the environment says."""
        return None if os.environ.get("TEXTUAL_THEME") else self.get("theme")

    @property
    def view(self) -> dict[str, Any]:
        """How a run is looked at first; see `Look.to_view`."""
        values = {name: self.get(name) for name in ("detail", "pace")}
        return {name: value for name, value in values.items() if value is not None}

    def follow(self, app: App[None], screen: Screen[None]) -> None:
        """Remember what is chosen on the screen from now on."""
        app.watch(app, "theme", partial(self.choose, "theme"), init=False)
        app.watch(screen, "look", self._choose_look, init=False)

    def _choose_look(self, look: Look) -> None:
        self.choose("detail", look.detail)
        self.choose("pace", str(look.pace))

    def choose(self, name: str, value: object) -> None:
        """Remember what was chosen on the screen, unless the file says it."""
        if getattr(self._settings, name) is None and self._chosen.get(name) != value:
            self._chosen[name] = value
            remember(self._chosen)

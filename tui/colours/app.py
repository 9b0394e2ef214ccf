"""An app in which all that is written can be read, in any theme and without colours."""

from __future__ import annotations

import os

from textual.app import App
from textual.filter import Monochrome, NoColor

from tui.colours import themes
from tui.colours.variables import readable_variables


class ReadableApp(App[None]):
    """It begins with a theme that suits the terminal; its widgets' looks are in `widgets.tcss`."""

    def __init__(self) -> None:
        super().__init__()
        # Textual would send greys to a terminal that is to show no colour.
        self._filters = [NoColor() if isinstance(f, Monochrome) else f for f in self._filters]
        for theme in themes.OWN:
            self.register_theme(theme)
        self.theme = themes.first(os.environ.get("TEXTUAL_THEME"), colors=self.console.color_system)
        self._styled_with = self.get_css_variables()
        self.stylesheet.set_variables(self._styled_with)

    def get_css_variables(self) -> dict[str, str]:
        self.theme_variables = readable_variables(self.current_theme, super().get_css_variables())
        return self.theme_variables

    def refresh_css(self, animate: bool = True) -> None:
        """Parse the styles anew where a theme has other colours; at the start it has not."""
        variables = self.get_css_variables()
        if variables == self._styled_with:
            self.stylesheet.update(self, animate=animate)
        else:
            self._styled_with = variables
            super().refresh_css(animate)

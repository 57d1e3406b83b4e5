"""An app in the theme that the chat begins with: its widgets know no other variables than those of our themes."""

from __future__ import annotations

from typing import Any

from textual.app import App

from glmchat.tui.theming import themes

OTHER = "paper"  # a theme to change to


class ThemedApp(App[None]):
    """An app for a test of single widgets."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name in (OTHER, themes.DEFAULT):
            self.register_theme(themes.named(name).theme)
        self.set_reactive(App.theme, themes.DEFAULT)
        self.stylesheet.set_variables(self.get_css_variables())

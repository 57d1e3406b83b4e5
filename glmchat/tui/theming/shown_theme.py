"""The theme that the app shows: taken before the first style is worked out, and changed while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App

from glmchat.tui.theming import themes
from glmchat.tui.widgets.text_view import TextView


class ShownTheme:
    """Shows themes on an app; texts that keep the colours that they were drawn in are drawn anew."""

    def __init__(self, app: App[Any], say: Callable[[str, str], None]) -> None:
        self._app = app
        self._say = say

    @property
    def name(self) -> str:
        """The name of the theme that is shown."""
        return self._app.theme

    def begin(self, name: str) -> list[str]:
        """Take a theme before any style is worked out, else the default; returns what is wrong with it."""
        problems: list[str] = []
        for each in (name, themes.DEFAULT):
            try:
                theme = themes.named(each).theme
            except themes.ThemeRefused as error:
                problems.append(str(error))
                continue
            self._app.register_theme(theme)
            self._app.set_reactive(App.theme, theme.name)
            self._app.stylesheet.set_variables(self._app.get_css_variables())
            break
        return problems

    def take(self, name: str) -> None:
        """Show a theme by its name; one that is missing or broken changes nothing."""
        try:
            self.show(themes.named(name))
        except themes.ThemeRefused as error:
            self._say(str(error), "warning")

    def show(self, theme: themes.ThemeFile) -> None:
        """Show a theme that was read; one of the same name as now is applied anew."""
        again = theme.name == self.name
        self._app.register_theme(theme.theme)
        if again:
            self._app.mutate_reactive(App.theme)
        else:
            self._app.theme = theme.name
        for screen in self._app.screen_stack:
            for widget in screen.query(TextView):
                widget.theme_changed()

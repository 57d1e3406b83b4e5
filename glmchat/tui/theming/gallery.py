"""The themes side by side on the command line, each in its own colours."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.style import Style
from rich.text import Text

from glmchat.tui.platform import few_colors
from glmchat.tui.theming import themes

# What is shown of a theme: words, and the variables of their ink and their ground.
_SAMPLES = (
    (" Text ", "foreground", "background"), (" quiet ", "text-muted", "background"),
    (" you ", "text-primary", "background"), (" model ", "text-accent", "background"),
    (" done ", "text-success", "background"), (" note ", "text-warning", "background"),
    (" error ", "text-error", "background"), (" pane ", "foreground", "surface"),
    (" prompt ", "foreground", "panel"), (" chosen ", "foreground", "selected"),
)  # fmt: skip


def gallery(system: str | None = None) -> list[Text]:
    """A line a theme that can be used: its name, and words in its colours, or in those of a `system` that has few."""
    good, _ = themes.read_all(themes.directories())
    widest = max(len(each.name) for each in good)
    return [Text.assemble(f"  {each.name:<{widest}}  ", *_samples(each, system)) for each in good]


def _samples(theme: themes.ThemeFile, system: str | None) -> list[tuple[str, Style]]:
    known = {**theme.theme.to_color_system().generate(), **theme.theme.variables}
    styles = ((words, Style(color=known[ink], bgcolor=known[ground])) for words, ink, ground in _SAMPLES)
    turn = few_colors.turning(system, known)
    return [(words, turn(style)) for words, style in styles]


def show(stream: TextIO) -> None:
    """Write the gallery to a terminal, in as many colours as it has."""
    console = Console(file=stream, highlight=False, soft_wrap=True)
    for line in gallery(console.color_system):
        console.print(line)

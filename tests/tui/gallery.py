"""The picture of all themes that README shows: `python -m tests.tui.gallery` draws it anew."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from glmchat.tui.theming import gallery

PICTURE = Path(__file__).parent / "pictures" / "themes.svg"


def picture() -> str:
    """What `glmchat help themes` shows, three cards beside each other."""
    console = Console(
        file=StringIO(), record=True, width=114, color_system="truecolor", force_terminal=True, _environ={}
    )
    gallery.write(console, gallery.gallery())
    return console.export_svg(title="glmchat help themes", unique_id="themes")


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")

"""A bare Textual app that shows one input: what a start costs at the least (``python -m tests.benchmarks.bare``)."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Input


class Bare(App[None]):
    """One input, and nothing that answers."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        """The input alone."""
        yield Input()


if __name__ == "__main__":
    Bare().run()

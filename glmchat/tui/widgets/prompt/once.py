"""The mark over the prompt: what holds for the next message alone."""

from __future__ import annotations

from glmchat.support.text import safe_line
from glmchat.tui.widgets.bars.line import Part, PartLine


class OnceMark(PartLine):
    """Says how much is thought about the next message alone; a click takes that back."""

    DEFAULT_CSS = """
    OnceMark { display: none; background: $panel; padding: 0 1; border-left: outer $accent; }
    """

    def show(self, depth: str) -> None:
        """Say another depth; an empty one takes no room."""
        self.display = bool(depth)
        if depth:
            self.put(
                [Part(f"This message alone: thinking {safe_line(depth)}", "bold $text-accent", "once")],
                [Part("× not so", "$text-muted", "once", 1)],
            )

"""The mark over the prompt: what holds for the next message alone."""

from __future__ import annotations

from glmchat.support.text import safe_line
from glmchat.tui.widgets.bars.line import Part, PartLine


class OnceMark(PartLine):
    """Says how much is thought about the next message alone and how its reply begins; a click takes that back."""

    DEFAULT_CSS = """
    OnceMark { display: none; background: $panel; padding: 0 1; border-left: outer $accent; }
    """

    def show(self, depth: str, prefill: str) -> None:
        """Say other things; nothing takes no room."""
        self.display = bool(depth or prefill)
        parts = (
            [Part(f"This message alone: thinking {safe_line(depth)}", "bold $text-accent", "once")]
            if depth
            else []
        )
        if prefill:
            parts.append(Part(f"The reply begins: {safe_line(prefill)}", "bold $text-accent", "prefill"))
        if parts:
            self.put(parts, [Part("× undo", "$text-muted", parts[0].command, 1)])

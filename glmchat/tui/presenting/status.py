"""What a running reply does, in words: from the moment it is asked for until it ends."""

from __future__ import annotations

from glmchat.core import pricing
from glmchat.tui.widgets.bars.line import Part
from glmchat.workspace.session import Running

# After so many seconds without a piece of text that is told, and before as many of text no rate is.
SILENT_S, RATE_S = 5.0, 1.0


def doing(running: Running) -> str:
    """What a reply does, in a word or two."""
    if running.waiting is not None:
        return "waiting to retry"
    if running.reply.answering:
        return "writing"
    return "thinking" if running.reply.thinking else "waiting"


def status(running: Running | None) -> list[Part]:
    """The line that shows that a reply is under way; nothing where none is."""
    if running is None:
        return []
    reply = running.reply
    if running.waiting is not None:
        return [Part(doing(running)), _STOP]
    timing = reply.timing
    total = timing.total_s or 0.0
    seconds = reply.thinking_s() if reply.thinking else total
    parts = [Part(f"{doing(running)} {_seconds(seconds)}")]
    tokens = reply.reasoning_tokens + reply.content_tokens
    if timing.first_token_s is not None and tokens:
        parts.append(Part(f"≈{pricing.tokens(tokens)}", "$text-muted", rank=2))
        if (streamed := total - timing.first_token_s) >= RATE_S:
            parts.append(Part(f"{tokens / streamed:,.0f} tokens/s", "$text-muted", rank=3))
        if (silent := reply.silent_s()) >= SILENT_S:
            parts.append(Part(f"no text for {_seconds(silent)}", "$text-warning", rank=1))
    return [*parts, _STOP]


_STOP = Part("Esc stops", "$text-muted", "stop", rank=4)


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"

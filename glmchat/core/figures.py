"""How fast a reply came, and how much of its prompt came from a cache; None for what is not known."""

from __future__ import annotations

from glmchat.core.conversation import Message


def first_token_s(message: Message) -> float | None:
    """Seconds from the request to the first token of thought or answer."""
    return None if message.timing is None else message.timing.first_token_s


def tokens_per_s(message: Message) -> float | None:
    """Tokens in a second, from the first one on; None where they came all at once."""
    first, tokens = first_token_s(message), message.completion_tokens
    total = None if message.timing is None else message.timing.total_s
    if first is None or total is None or not tokens or total - first < 0.05:
        return None
    return tokens / (total - first)


def words(message: Message) -> list[str]:
    """The figures in a few words each: time to the first token, speed, cached share."""
    first, speed, cached = first_token_s(message), tokens_per_s(message), message.counts.cached_share
    out = [f"first {first:.1f} s"] if first is not None and first >= 0.05 else []
    if speed is not None:
        out.append(f"{speed:,.0f} tokens/s")
    if cached:
        out.append(f"{cached:.0%} cached")
    return out

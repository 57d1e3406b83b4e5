"""What a thought took, as well as it is known."""

from __future__ import annotations

from glmchat.analysis.token_estimate import rough
from glmchat.core.conversation import Message


def thought_tokens(message: Message) -> tuple[int, bool]:
    """Tokens of a reply's thought, and whether they are estimated: its share of the text where only all was counted."""
    counts = message.counts
    if counts.reasoning or (counts.reasoning is not None and not message.reasoning):
        return counts.reasoning, message.estimated
    thought, said = rough(message.reasoning), rough(message.content)
    if counts.completion is None or not thought:
        return round(thought), True
    return round(counts.completion * thought / (thought + said)), True


def thought_s(message: Message) -> float | None:
    """Seconds of thought: from its first token to the answer's, or to the end where there is no answer."""
    timing = message.timing
    if timing is None or timing.first_token_s is None:
        return None
    end = timing.first_answer_s if timing.first_answer_s is not None else timing.total_s
    return None if end is None else end - timing.first_token_s

"""The token lens in lines: how sure the model was of its words, and what else it might have said."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from glmchat.analysis import lens
from glmchat.core.conversation import Role
from glmchat.core.refused import Refused
from glmchat.support.text import safe_line
from glmchat.workspace.slash import replies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glmchat.plain.command import Chat

ALL = "all"
_SHOWN, _BEFORE, _OTHERS = 10, 24, 3
_HOW = "A reply brings them where logprobs is on: /set logprobs on, /set top_logprobs 5, /retry."


async def show(chat: Chat, argument: str) -> str:
    """Print the tokens that the model was least sure of, or all, or one with everything that it might have been."""
    message = replies.last_of(chat.session, Role.ASSISTANT)
    reading = await asyncio.to_thread(lens.read, await chat.workspace.probabilities.of(chat.session, message))
    tokens = reading.tokens
    if not tokens:
        raise Refused(f"This reply has no log-probabilities. {_HOW}")
    if argument.isascii() and argument.isdigit() and 1 <= int(argument) <= len(tokens):
        return "\n".join(_one(chat, tokens, int(argument) - 1))
    if argument not in ("", ALL):
        raise Refused(f"/lens takes all, or the number of a token, 1 to {len(tokens)}, not {argument!r}.")
    places = range(len(tokens)) if argument else sorted(lens.most_uncertain(tokens, _SHOWN))
    for place in places:
        chat.console.say(_line(tokens, place))
    perplexity = lens.perplexity(tokens)
    spread = "" if perplexity is None else f", perplexity {perplexity:.2f}"
    which = "" if argument else f" Above are the {len(places)} least certain; /lens all prints all."
    return f"{len(tokens)} tokens{spread}.{which} /lens NUMBER shows all that was possible there."


def _line(tokens: Sequence[lens.Token], place: int) -> str:
    """A token with the words before it, how likely it was, and the likeliest others."""
    token = tokens[place]
    before = "".join(each.text for each in tokens[:place])[-_BEFORE:]
    others = [each for each in token.alternatives if each.data != token.data][:_OTHERS]
    instead = ", ".join(f"{_name(each.text)} {_percent(each.probability)}" for each in others)
    said = f"{place + 1}. {safe_line(before)}[{safe_line(token.text)}] {_percent(token.probability)}"
    return f"{said}; else {instead}" if instead else said


def _one(chat: Chat, tokens: Sequence[lens.Token], place: int) -> list[str]:
    """Everything that came back for one place, and what the values of the next request make of it."""
    rows, _ = lens.outcomes(tokens, place, chat.session.values.plain())
    lines = [_line(tokens, place).partition("; else")[0]]
    for row in rows:
        was = _percent(row.alternative.probability)
        now = f"dropped by {row.dropped_by} now" if row.dropped_by else f"{_percent(row.probability)} now"
        mark = " (taken)" if row.chosen else ""
        lines.append(f"   {_name(row.alternative.text)} {was}, {now}{mark}")
    left = 1 - lens.known_share(tokens[place])
    return [*lines, f"   all others together {_percent(left)}"]


def _name(text: str) -> str:
    return f"“{safe_line(text)}”"


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.1 else f"{share:.1%}" if share >= 0.001 else "under 0.1%"

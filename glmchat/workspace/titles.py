"""A session's title by a small request to the model, where the user turned that on."""

from __future__ import annotations

from dataclasses import replace

from glmchat.api.client import ChatClient
from glmchat.api.learning.learned import Learned
from glmchat.core import titles
from glmchat.core.conversation import Message, State
from glmchat.core.depth import OFF, least, unthinking
from glmchat.core.parameters import BY_NAME, Group
from glmchat.core.session_names import named
from glmchat.core.thinking import Thinking
from glmchat.history.records import FIRST_MESSAGE
from glmchat.turn.request import TurnRequest
from glmchat.turn.run import Finished, run
from glmchat.workspace.changes import SessionsChanged
from glmchat.workspace.models import Models
from glmchat.workspace.requests import Requests
from glmchat.workspace.session import OpenSession, Running, Variant
from glmchat.workspace.shared import Shared
from glmchat.workspace.spending import Spending

_ASK = (
    "Name this conversation in at most six words, in its own language. Answer with the name alone: "
    "no quotation marks, no full stop."
)
_EXCERPT = 1000
# For a model that thinks before it names anything.
_ROOM_TO_THINK = 2048
_VALUES = {"temperature": 0.0, "max_tokens": 64}


class Titles:
    """Asks for titles, gives them to sessions, and counts what they cost."""

    def __init__(self, shared: Shared, models: Models, requests: Requests, spending: Spending) -> None:
        self._shared = shared
        self._models = models
        self._requests = requests
        self._spending = spending
        self._told: set[str] = set()  # models that think before they name anything, which was said

    async def give(self, session: OpenSession, running: Running, reply: Message) -> None:
        """Ask for a session's title after a reply; the budget holds it back without a word."""
        variant = running.variant
        if variant.endpoint.demo or running.parent_id is None:
            return
        session.title_asked = True
        prompt = session.conversation.loaded[running.parent_id].content
        known = self._models.ladder(variant)
        request = request_of(
            replace(variant, values=named(variant.values, session.id)),
            self._models.learned_of(variant),
            known.thinking,
            self._requests.token_ratio,
            prompt,
            reply.content,
        )
        if await self._spending.hold(session, request.reply_id, request, allowed=False) is not None:
            return
        answer = await ask(self._shared.client, request)
        if answer is None:
            return
        await self._spending.apart(session, answer)
        title = title_in(answer)
        if not title:
            return
        if (lowest := least(known.thinking)) != OFF and known.name not in self._told:
            self._told.add(known.name)
            level = f"at its lowest level, {lowest}" if lowest else "as it is"
            self._shared.notice(f"{known.name} cannot stop thinking: titles are asked for {level}.")
        if session.title_source == FIRST_MESSAGE:  # else the user gave one meanwhile
            session.conversation.title, session.title_source = title, "model"
            await self._shared.archive_of(session).rename(session.id, title, "model")
            self._shared.announce(SessionsChanged())


def request_of(
    variant: Variant, learned: Learned, thinking: Thinking, token_ratio: float, prompt: str, reply: str
) -> TurnRequest:
    """The request for a title, with what the session says of itself.

    `thinking` is what is known of how the model thinks there: as little as it can is asked for.
    """
    messages = [
        {"role": "user", "content": prompt[:_EXCERPT]},
        {"role": "assistant", "content": reply[:_EXCERPT]},
        {"role": "user", "content": _ASK},
    ]
    values = unthinking(_VALUES, thinking)
    if least(thinking) != OFF:
        values["max_tokens"] = _ROOM_TO_THINK
    about = {name: each for name, each in variant.values.items() if BY_NAME[name].group is Group.REQUEST}
    model = variant.model
    return TurnRequest(
        variant.endpoint, model.wire_id, messages, {**values, **about}, learned, retries=0, price=model.price,
        token_ratio=token_ratio, thinking=model.thinking,
    )  # fmt: skip


async def ask(client: ChatClient, request: TurnRequest) -> Message | None:
    """What the model answers, None where nothing came of it: a title is not worth an error."""
    async for event in run(client, request):
        if isinstance(event, Finished):
            return event.message
    return None


def title_in(message: Message) -> str | None:
    """The title that an answer gives, None for none."""
    if message.state is not State.COMPLETE:
        return None
    text = message.content.strip().strip('"“”「」『』《》').rstrip(".。")
    return titles.given(text, titles.LONGEST_TAKEN) or None

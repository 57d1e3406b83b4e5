"""One reply from request to end: what is sent, what comes, who is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from glmchat import turn
from glmchat.api import dialects, events
from glmchat.api.alternation import arrange
from glmchat.api.messages import wire_messages
from glmchat.conversation import Message, Role, State, new_id
from glmchat.parameters import REASONING
from glmchat.reply import Reply
from glmchat.workspace.budget import REPLY_ROOM, oldest_to_drop, reserved, turns_of
from glmchat.workspace.changes import (
    MessageChanged,
    ReplyFinished,
    ReplyGrew,
    ReplyResorted,
    ReplyStarted,
    RetryWaited,
    SessionsChanged,
)
from glmchat.workspace.keeping import Keeping, Tap
from glmchat.workspace.session import OpenSession, Running, Variant

# What wraps a message in the model's own format, in tokens.
PER_MESSAGE = 4
CONTINUE = "Your last message was cut off. Go on exactly where it stopped, and repeat nothing of it."


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The messages of a request, how many of the oldest were dropped, and what else was done, in sentences."""

    messages: list[dict[str, Any]]
    dropped: int
    told: tuple[str, ...] = ()


class Asking(Keeping):
    """The part of the workspace that sends a request and takes in the reply."""

    def ask(
        self,
        session: OpenSession,
        parent_id: int | None,
        variant: Variant | None = None,
        continues: Message | None = None,
    ) -> Running:
        """Start a reply to the branch that ends at `parent_id`; a variant changes how it is asked."""
        if session.own is not None:  # what this run was told is the session's own from its first request on
            session.own = None
            self.save_session(session)
        variant = variant or session.variant()
        reply = Reply(new_id(), parent_id)
        if continues is not None:
            reply.resume(continues)
        running = Running(reply.id, parent_id, variant, reply)
        session.runs[running.message_id] = running
        message = _described(running, State.STREAMING)
        session.conversation.append(message)
        self.announce(MessageChanged(session.id, message))
        self.announce(ReplyStarted(session.id, running.message_id))
        self.announce(SessionsChanged())
        running.task = self.spawn(self._run(session, running, continues))
        return running

    async def _run(self, session: OpenSession, running: Running, continues: Message | None) -> None:
        archive = self.archive_of(session)
        recorder = Tap(archive.recorder(session.id))
        state = State.CUT
        try:
            await archive.flush()  # what the user typed is on disk before the request leaves
            request = await self._request(session, running, continues)
            async with aclosing(turn.run(self.client, request, recorder, reply=running.reply)) as stream:
                async for event in stream:
                    self._take(session, running, event)
        except asyncio.CancelledError:
            state = State.STOPPED
        finally:
            session.runs.pop(running.message_id, None)
            if recorder.last is None:
                # The request never left, or the turn broke; what follows needs its parent on disk all the same.
                recorder.last = _described(running, state)
                self.keep(session, recorder.last)
            self._end(session, running, recorder.last)

    async def _request(
        self, session: OpenSession, running: Running, continues: Message | None
    ) -> turn.TurnRequest:
        variant = running.variant
        await self.load_learned(variant)
        more: list[Message] = []
        if continues is not None:
            more = [continues, Message(0, continues.id, Role.USER, CONTINUE)]
        outgoing = await self.outgoing(session, running.parent_id, variant, more)
        return turn.TurnRequest(
            endpoint=variant.endpoint,
            model=variant.model.wire_id,
            messages=outgoing.messages,
            values=variant.values,
            learned=self.learned_of(variant),
            retries=self.preferences.retries,
            max_retry_after_s=self.preferences.retry_after_limit_s,
            parent_id=running.parent_id,
            reply_id=running.message_id,
            settings=dict(variant.values),
            system=variant.system or None,
            dropped=outgoing.dropped,
            price=variant.model.price,
        )

    async def outgoing(
        self, session: OpenSession, leaf_id: int | None, variant: Variant, more: Sequence[Message]
    ) -> Outgoing:
        """A branch and `more` after it as they go on the wire."""
        nodes = session.conversation.path(leaf_id) if leaf_id is not None else []
        await self.need([node.id for node in nodes], session)
        path = [*(session.conversation.loaded[node.id] for node in nodes), *more]
        dropped = self._turns_to_drop(path, variant) if session.drop_oldest else 0
        kept = [message for each in turns_of(path)[dropped:] for message in each]
        endpoint = variant.endpoint
        wire = wire_messages(dialects.of(endpoint), kept, variant.system or None, endpoint.name)
        arranged = arrange(wire, leave_out=self.preferences.unanswered == "leave-out")
        return Outgoing(arranged.messages, len(path) - len(kept), arranged.told)

    def _turns_to_drop(self, path: list[Message], variant: Variant) -> int:
        """How many of the oldest turns would not fit into the model's window."""
        window = variant.model.context
        if window is None:
            return 0
        room = reserved(int(variant.values.get("max_tokens", REPLY_ROOM)), window)
        sizes = [self.tokens_of(message.content for message in each) for each in turns_of(path)]
        return oldest_to_drop(sizes, window - room - self.tokens_of([variant.system]))

    def tokens_of(self, texts: Iterable[str]) -> int:
        """Estimate the tokens of messages, by what endpoints counted so far."""
        return sum(self.estimator.estimate(text) + PER_MESSAGE for text in texts)

    def _take(self, session: OpenSession, running: Running, event: turn.TurnEvent) -> None:
        running.waiting = None
        match event:
            case events.ContentDelta(text, tokens):
                self.announce(ReplyGrew(session.id, running.message_id, text, "", tokens))
            case events.ReasoningDelta(text, tokens):
                self.announce(ReplyGrew(session.id, running.message_id, "", text, tokens))
            case events.Resorted(reasoning, content):
                self.announce(ReplyResorted(session.id, running.message_id, content, reasoning))
            case turn.RetryScheduled():
                failure = event.failure
                running.waiting = RetryWaited(
                    session.id,
                    running.message_id,
                    event.delay_s,
                    event.attempt,
                    event.attempts,
                    failure.message,
                )
                self.announce(running.waiting)
            case turn.LearnedSomething(learned):
                self.remember(running.variant, learned)

    def _end(self, session: OpenSession, running: Running, message: Message) -> None:
        if running.given_up:
            message = replace(message, attempt=True)
            self.keep(session, message)
        session.conversation.put(message)
        session.add_cost(message)
        self._learn_ratio(message)
        if message.id != session.conversation.leaf_id:
            # The archive took the message that was written last for the one that is read.
            self.save_session(session)
        self.announce(ReplyFinished(session.id, message))
        self.spawn(self._listed(session))
        self.after_reply(session, running, message)

    async def _listed(self, session: OpenSession) -> None:
        """Tell the list of a reply that ended; one in a session that nobody looks at is unread."""
        if session is not self.current:
            await self.archive_of(session).update_session(session.id, unread=True)
        self.announce(SessionsChanged())

    def _learn_ratio(self, message: Message) -> None:
        counted = message.completion_tokens
        if counted is not None and message.state is State.COMPLETE:
            self.estimator.correct(message.content + message.reasoning, counted)

    def after_reply(self, session: OpenSession, running: Running, message: Message) -> None:
        """What follows a reply: the next prompt that waits, or the same question without thinking."""
        raise NotImplementedError


def _described(running: Running, state: State) -> Message:
    """A reply whose request has not left yet, with what it is asked with."""
    variant = running.variant
    return replace(
        running.reply.message(state),
        model=variant.model.id,
        provider=variant.endpoint.name,
        settings=dict(variant.values),
        system=variant.system or None,
    )


def without_thinking(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values with the thought switched off."""
    kept = {name: value for name, value in values.items() if name not in REASONING}
    return {**kept, "reasoning": False}

"""One reply from request to end: what is sent, what comes, where it is kept, who is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from glmchat import turn
from glmchat.api import dialects, events
from glmchat.api.messages import wire_messages
from glmchat.conversation import Message, Role, State, new_id
from glmchat.history import Session
from glmchat.history.archive import Recorder
from glmchat.kinds import reply_error
from glmchat.reply import Reply
from glmchat.workspace.base import Base
from glmchat.workspace.budget import REPLY_ROOM, oldest_to_drop, turns_of
from glmchat.workspace.changes import (
    MessageChanged,
    ReplyFinished,
    ReplyGrew,
    ReplyResorted,
    ReplyStarted,
    RetryWaited,
    SessionsChanged,
)
from glmchat.workspace.session import OpenSession, Running, Variant
from glmchat.workspace.values import Source

# What wraps a message in the model's own format, in tokens.
PER_MESSAGE = 4
_CHANGING = (
    "title", "title_source", "model", "provider", "base_url", "system", "values", "unset", "leaf_id",
)  # fmt: skip
CONTINUE = "Your last message was cut off. Go on exactly where it stopped, and repeat nothing of it."


class Tap:
    """A recorder that also remembers what it kept last, so that a stopped reply is known here too."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.last: Message | None = None

    def save_soon(self, message: Message) -> None:
        """Pass it on."""
        self._recorder.save_soon(message)

    async def save(self, message: Message) -> None:
        """Remember it, then pass it on."""
        self.last = message
        await self._recorder.save(message)


class Asking(Base):
    """The part of the workspace that sends a request and takes in the reply."""

    def keep(self, session: OpenSession, message: Message) -> None:
        """Put a message on disk, in the order of the calls; the session comes there with its first message."""
        archive = self.archive_of(session)
        if not session.stored:
            session.stored = True
            archive.create(self.record(session))
        self.spawn(archive.save(session.id, message))

    def record(self, session: OpenSession) -> Session:
        """What the archive keeps of a session beside its messages."""
        values, unset, own = session.values.own(), session.values.withheld, session.own
        if own is not None:
            flags = [name for name in values if session.values.source(name) is Source.FLAG]
            values = {name: value for name, value in values.items() if name not in flags}
            values |= {name: own.values[name] for name in flags if name in own.values}
        return Session(
            session.id,
            session.title,
            "user" if session.titled else "first_message",
            model=session.model.id if own is None else own.model,
            provider=session.endpoint.name if own is None else own.provider,
            base_url=session.endpoint.base_url if own is None else own.base_url,
            system=session.system,
            values=values,
            unset=tuple(sorted(unset)),
            leaf_id=session.conversation.leaf_id,
            tags=session.tags,
        )

    def save_session(self, session: OpenSession) -> None:
        """Keep what belongs to a session beside its messages, once it has any; never blocks."""
        if session.stored and not session.saving:
            session.saving = True
            self.spawn(self._save_session(session))

    async def _save_session(self, session: OpenSession) -> None:
        await asyncio.sleep(0.2)  # a drag of a slider is one write
        session.saving = False
        record = self.record(session)
        fields = {name: getattr(record, name) for name in _CHANGING}
        await self.archive_of(session).update_session(session.id, **fields)

    async def need(self, ids: list[int], session: OpenSession | None = None) -> None:
        """Read messages from disk that are not in memory yet, and announce each."""
        session = session or self.current
        missing = [
            id for id in ids if id in session.conversation.nodes and id not in session.conversation.loaded
        ]
        for start in range(0, len(missing), 100):
            for message in await self.archive_of(session).messages(missing[start : start + 100]):
                if message.id not in session.conversation.loaded:
                    session.conversation.put(message)
                    self.announce(MessageChanged(session.id, message))

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
        variant = variant or Variant(
            "", session.values.plain(), session.endpoint, session.model, session.system
        )
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
        nodes = session.conversation.path(running.parent_id) if running.parent_id is not None else []
        await self.need([node.id for node in nodes], session)
        path = [session.conversation.loaded[node.id] for node in nodes]
        if continues is not None:
            path += [continues, Message(0, continues.id, Role.USER, CONTINUE)]
        dropped = self.turns_to_drop(path, variant) if session.drop_oldest else 0
        kept = [message for each in turns_of(path)[dropped:] for message in each]
        dialect = dialects.of(variant.endpoint)
        return turn.TurnRequest(
            endpoint=variant.endpoint,
            model=variant.model.id or variant.model.name,
            messages=wire_messages(dialect, kept, variant.system or None),
            values=variant.values,
            learned=self.learned_of(variant),
            retries=self.preferences.retries,
            max_retry_after_s=self.preferences.retry_after_limit_s,
            parent_id=running.parent_id,
            reply_id=running.message_id,
            settings=dict(variant.values),
            system=variant.system or None,
            dropped=len(path) - len(kept),
            price=variant.model.price,
        )

    def turns_to_drop(self, path: list[Message], variant: Variant) -> int:
        """How many of the oldest turns would not fit into the model's window."""
        window = variant.model.context
        if window is None:
            return 0
        room = min(int(variant.values.get("max_tokens", REPLY_ROOM)), window // 2)
        sizes = [self.tokens_of(message.content for message in each) for each in turns_of(path)]
        return oldest_to_drop(sizes, window - room - self.tokens_of([variant.system]))

    def tokens_of(self, texts: Iterable[str]) -> int:
        """Estimate the tokens of messages, by what endpoints counted so far."""
        return sum(self.estimator.estimate(text) + PER_MESSAGE for text in texts)

    def _take(self, session: OpenSession, running: Running, event: turn.TurnEvent) -> None:
        running.waiting = None
        match event:
            case events.ContentDelta(text, tokens):
                running.count(tokens, 0)
                self.announce(ReplyGrew(session.id, running.message_id, text, "", tokens))
            case events.ReasoningDelta(text, tokens):
                running.count(0, tokens)
                self.announce(ReplyGrew(session.id, running.message_id, "", text, tokens))
            case events.Resorted(reasoning, content):
                running.resort(bool(content))
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
            self.save_session(
                session
            )  # the archive took the message that was written last for the one that is read
        self.announce(ReplyFinished(session.id, message))
        self._check_format(session, message)
        self.spawn(self._listed(session))
        self.after_reply(session, running, message)

    async def _listed(self, session: OpenSession) -> None:
        """Tell the list of a reply that ended; one in a session that nobody looks at is unread."""
        if session is not self.current:
            await self.archive_of(session).update_session(session.id, unread=True)
        self.announce(SessionsChanged())

    def _learn_ratio(self, message: Message) -> None:
        counted = (message.usage or {}).get("completion_tokens")
        if isinstance(counted, int) and message.state is State.COMPLETE:
            self.estimator.correct(message.content + message.reasoning, counted)

    def _check_format(self, session: OpenSession, message: Message) -> None:
        """Hold a reply to the JSON that was asked for; what is wrong becomes a warning on it."""
        wanted = (message.settings or {}).get("response_format")
        if message.state is not State.COMPLETE or message.tool_calls or not isinstance(wanted, dict):
            return
        if wanted.get("type") == "json_schema":
            self.spawn(self._hold_to(session, message, wanted["json_schema"]["schema"]))
        elif wanted.get("type") == "json_object":
            self.spawn(self._hold_to(session, message, {"type": "object"}))

    async def _hold_to(self, session: OpenSession, message: Message, schema: Any) -> None:
        wrong = await asyncio.to_thread(reply_error, schema, message.content)
        if wrong is not None:
            sentence = f"This reply is not what response_format asked for: {wrong}."
            message = replace(message, warnings=(*message.warnings, sentence))
            session.conversation.put(message)
            self.keep(session, message)
            self.announce(MessageChanged(session.id, message))

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
    kept = {name: value for name, value in values.items() if not name.startswith("reasoning")}
    return {**kept, "reasoning": False}

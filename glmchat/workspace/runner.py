"""Runs one reply from request to end, and announces what happens to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

from glmchat.api import events
from glmchat.api.learning.learned import Limit
from glmchat.core.conversation import Message, Role, State, new_id
from glmchat.core.parameters import BY_NAME
from glmchat.turn import run
from glmchat.turn.reply import Reply
from glmchat.turn.request import TurnRequest
from glmchat.workspace import cache_loss, continuing
from glmchat.workspace.changes import (
    MessageChanged,
    ReplyFinished,
    ReplyGrew,
    ReplyRead,
    ReplyResorted,
    ReplyStarted,
    RetryWaited,
    SessionsChanged,
    ValuesChanged,
)
from glmchat.workspace.journal import Journal, Recording
from glmchat.workspace.models import Models
from glmchat.workspace.quotas import Quotas
from glmchat.workspace.requests import Requests
from glmchat.workspace.session import OpenSession, Running, Variant
from glmchat.workspace.shared import Shared
from glmchat.workspace.spending import Spending


class Runner:
    """Sends a request and takes in the reply; `ended` is called with each reply that ended."""

    def __init__(
        self,
        shared: Shared,
        journal: Journal,
        models: Models,
        requests: Requests,
        spending: Spending,
        ended: Callable[[OpenSession, Running, Message], None],
    ) -> None:
        self._shared = shared
        self._journal = journal
        self._models = models
        self._requests = requests
        self._spending = spending
        self._ended = ended
        self._quotas = Quotas(shared)

    def start(
        self,
        session: OpenSession,
        parent_id: int | None,
        variant: Variant | None = None,
        continues: Message | None = None,
        beside: int | None = None,
    ) -> Running:
        """Start a reply to the branch that ends at `parent_id`; a variant changes how it is asked.

        With `beside`, its identifier, it does not become the end of the branch that is read.
        """
        if (
            session.own is not None
        ):  # what flags of this run said is the session's own from its first request on
            session.own = None
            self._journal.save_session(session)
        variant = variant or session.variant()
        reply = Reply(new_id() if beside is None else beside, parent_id)
        if continues is not None:
            reply.resume(continues)
        running = Running(reply.id, parent_id, variant, reply)
        session.runs[running.message_id] = running
        message = running.message(State.STREAMING)
        session.conversation.put(message) if beside else session.conversation.append(message)
        self._shared.announce(MessageChanged(session.id, message))
        self._shared.announce(ReplyStarted(session.id, running.message_id))
        self._shared.announce(SessionsChanged())
        running.task = self._shared.spawn(self._run(session, running, continues))
        return running

    def stop(self, message_id: int, session: OpenSession | None = None) -> bool:
        """Stop one running reply and keep what came."""
        running = (session or self._shared.current).runs.get(message_id)
        if running is None or running.task is None or running.task.done():
            return False
        if running.task.cancelling():
            return True
        # A task that is cancelled before its first step runs nothing at all, not even its ending.
        asyncio.get_running_loop().call_soon(running.task.cancel)
        return True

    async def _run(self, session: OpenSession, running: Running, continues: Message | None) -> None:
        archive = self._shared.archive_of(session)
        recorder = Recording(archive.recorder(session.id))
        state = State.CUT
        try:
            await archive.flush()  # what the user typed is on disk before the request leaves
            request = await self._build(session, running, continues)
            failure = await self._spending.hold(session, running.message_id, request, running.over_budget)
            if failure is not None:
                recorder.last = replace(running.message(State.FAILED), failure=failure)
                self._journal.keep(session, recorder.last)
                return
            async with aclosing(
                run.run(self._shared.client, request, recorder, reply=running.reply)
            ) as stream:
                async for event in stream:
                    self._take(session, running, event)
        except asyncio.CancelledError:
            state = State.STOPPED
        finally:
            session.runs.pop(running.message_id, None)
            if recorder.last is None:
                # The request never left, or the turn broke; what follows needs its parent on disk all the same.
                recorder.last = running.message(state)
                self._journal.keep(session, recorder.last)
            self._end(session, running, recorder.last)

    async def _build(self, session: OpenSession, running: Running, continues: Message | None) -> TurnRequest:
        variant = running.variant
        await self._models.load_learned(variant)
        if continues is None:
            outgoing = await self._requests.outgoing(session, running.parent_id, variant, [])
            return self._requests.turn(session, running, outgoing)
        asked = Message(0, continues.id, Role.USER, continuing.IN_WORDS)
        words = await self._requests.outgoing(session, running.parent_id, variant, [continues, asked])
        in_words = self._requests.turn(session, running, words)
        thinking = self._models.ladder(variant).thinking
        found = continuing.beginning(continues, variant, in_words.learned, thinking)
        if found is None:
            return in_words
        text, values = found
        outgoing = await self._requests.outgoing(session, running.parent_id, variant, [])
        messages = [*outgoing.messages, {"role": "assistant", "content": text}]
        return replace(
            in_words, messages=messages, values=values, prefill=text, resumed=True, otherwise=in_words
        )

    def _take(self, session: OpenSession, running: Running, event: run.TurnEvent) -> None:
        running.waiting = None
        match event:
            case events.Opened(quotas):
                self._quotas.take(running.variant.endpoint, quotas)
            case events.ContentDelta(text):
                self._shared.announce(ReplyGrew(session.id, running.message_id, text))
            case events.ReasoningDelta(text):
                thought = running.reply.reasoning_tokens
                self._shared.announce(ReplyGrew(session.id, running.message_id, "", text, thought))
            case events.Finish():
                self._shared.announce(ReplyRead(session.id, running.message_id))
            case events.Resorted(reasoning, content):
                self._shared.announce(ReplyResorted(session.id, running.message_id, content, reasoning))
            case run.RetryScheduled():
                failure = event.failure
                running.waiting = RetryWaited(
                    session.id,
                    running.message_id,
                    event.delay_s,
                    event.attempt,
                    event.attempts,
                    failure.sentence,
                )
                self._shared.announce(running.waiting)
            case run.LearnedSomething(learned, sentence):
                self._models.remember(running.variant, learned)
                if sentence:
                    self._shared.notice(sentence, "warning")

    def _end(self, session: OpenSession, running: Running, message: Message) -> None:
        if running.given_up:
            message = replace(message, attempt=True)
            self._journal.keep(session, message)
        session.conversation.put(message)
        session.add_cost(message)
        self._spending.ended(session, message)
        if sentence := cache_loss.told(session.conversation, message, running.variant.model.price):
            self._shared.notice(sentence)
        self._requests.learn_ratio(message)
        if running.without and message.state is State.COMPLETE:
            self._taken_without(session, running)
        if message.id != session.conversation.leaf_id:
            # The archive took the message that was written last for the one that is read.
            self._journal.save_session(session)
        self._shared.announce(ReplyFinished(session.id, message))
        self._shared.spawn(self._listed(session))
        if (
            message.failure is not None
            and message.failure.kind == "not_found"
            and not running.variant.endpoint.demo
        ):
            self._shared.spawn(self._suggest(session, running, message))
        self._ended(session, running, message)

    async def _suggest(self, session: OpenSession, running: Running, message: Message) -> None:
        """Name the models nearest to one that the endpoint does not have, by its own list."""
        near = await self._models.nearest(running.variant)
        failure = message.failure
        if not near or failure is None or message.id not in session.conversation.nodes:
            return
        words = f"The endpoint lists {', '.join(near)}: /model {near[0]} takes the nearest."
        message = replace(message, failure=replace(failure, advice=f"{failure.advice} {words}".strip()))
        session.conversation.put(message)
        self._journal.keep(session, message)
        self._shared.announce(MessageChanged(session.id, message))

    async def _listed(self, session: OpenSession) -> None:
        """Announce to the list that a reply ended; one in a session that is not shown is unread."""
        if session is not self._shared.current:
            await self._shared.archive_of(session).update_session(session.id, unread=True)
        self._shared.announce(SessionsChanged())

    def _taken_without(self, session: OpenSession, running: Running) -> None:
        """The request was taken without some values: a single one is not sent there again, several are unset."""
        without, variant = running.without, running.variant
        listed = " and ".join(f"{name} = {BY_NAME[name].format(value)}" for name, value in without.items())
        if len(without) == 1:
            learned = self._models.learned_of(variant)
            for name, value in without.items():
                learned = learned.limit(name, Limit(refused=(value,)))
            self._models.remember(variant, learned)
            what = "so that is not sent here again. /check forgets it."
        else:
            for name, value in without.items():
                if session.values.get(name) == value:
                    session.values.unset(name, f"without {running.message_id}")
            session.preset = None
            self._journal.save_session(session)
            self._shared.announce(ValuesChanged(session.id, tuple(without)))
            what = "so they are unset. Set them again one at a time to see which it is."
        self._shared.notice(f"Without {listed} it was taken, {what}")

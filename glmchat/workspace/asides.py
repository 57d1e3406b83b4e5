"""Side questions: answered from the present context, and no part of the conversation unless they are taken over."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace

from glmchat.api import events
from glmchat.core.conversation import Message, Role, State, new_id
from glmchat.core.refused import Refused
from glmchat.turn import run
from glmchat.turn.reply import Reply
from glmchat.workspace.changes import AsideChanged, AsideGrew, RetryWaited, ValuesChanged
from glmchat.workspace.models import Models
from glmchat.workspace.replies import Replies
from glmchat.workspace.requests import Requests
from glmchat.workspace.resuming import held_sentence
from glmchat.workspace.session import OpenSession, Running
from glmchat.workspace.shared import Shared
from glmchat.workspace.spending import Spending

# Nobody runs a tool for a side question, and its answer is read by a person.
_LEFT_OUT = frozenset(
    ("tools", "tool_choice", "parallel_tool_calls", "response_format", "structured_outputs")
)


@dataclass(slots=True)
class Aside:
    """A side question and its answer; `message` is there once that has ended."""

    question: str
    session: OpenSession
    running: Running
    message: Message | None = None
    taken: bool = False

    @property
    def id(self) -> int:
        """By which changes name it."""
        return self.running.message_id

    @property
    def answer(self) -> Message:
        """The answer as far as it came."""
        return self.message or self.running.message()


class Asides:
    """Asks side questions, and keeps the last of each session."""

    def __init__(
        self, shared: Shared, models: Models, requests: Requests, replies: Replies, spending: Spending
    ) -> None:
        self._shared = shared
        self._models = models
        self._requests = requests
        self._replies = replies
        self._spending = spending
        self._last: dict[int, Aside] = {}

    def last(self) -> Aside | None:
        """The last side question of the current session that was not taken over."""
        found = self._last.get(self._shared.current.id)
        return found if found is not None and not found.taken else None

    def ask(self, question: str, over_budget: bool = False) -> Aside:
        """Ask from the branch that is read, with as much of its reply as came; raises Refused where nothing may go."""
        session = self._shared.current
        if session.held:
            raise Refused(held_sentence(session))
        variant = session.variant()
        values = {name: value for name, value in variant.values.items() if name not in _LEFT_OUT}
        id, parent = new_id(), session.conversation.leaf_id
        running = Running(id, parent, replace(variant, values=values), Reply(id, parent))
        running.over_budget = over_budget
        self._last[session.id] = aside = Aside(question, session, running)
        more: list[Message] = []
        if (unfinished := session.running) is not None and unfinished.message_id == parent:
            running.parent_id = unfinished.parent_id
            more = [unfinished.message(State.STOPPED)]
        more.append(Message(0, parent, Role.USER, question))
        running.task = self._shared.spawn(self._run(aside, more))
        return aside

    def stop(self, aside: Aside) -> bool:
        """Stop the answer and keep what came; returns whether it ran."""
        task = aside.running.task
        if aside.message is not None or task is None or task.done():
            return False
        asyncio.get_running_loop().call_soon(task.cancel)  # not before its first step
        return True

    def take(self, aside: Aside) -> None:
        """Make question and answer the next turn of the conversation; raises Refused where there is none to make."""
        session, message = aside.session, aside.message
        if message is None or session.runs:
            raise Refused("A reply is running. Use this one when it has ended.")
        if not message.content:
            raise Refused("There is no answer to be taken over.")
        question = self._replies.say(session, aside.question)
        # Under an id of its own, for messages are in the order of their ids.
        self._replies.add(session, replace(message, id=new_id(), parent_id=question.id))
        aside.taken = True
        if not session.incognito:  # it counts as a message from here on
            self._shared.spawn(self._shared.archive.spending.add(message, -1, session.id))

    async def _run(self, aside: Aside, more: list[Message]) -> None:
        session, running = aside.session, aside.running
        state = State.CUT
        try:
            await self._models.load_learned(running.variant)
            outgoing = await self._requests.outgoing(session, running.parent_id, running.variant, more)
            request = self._requests.turn(session, running, outgoing)
            failure = await self._spending.hold(session, aside.id, request, running.over_budget)
            if failure is not None:
                aside.message = replace(running.message(State.FAILED), failure=failure)
                return
            async with aclosing(run.run(self._shared.client, request, reply=running.reply)) as stream:
                async for event in stream:
                    self._take(aside, event)
        except asyncio.CancelledError:
            state = State.STOPPED
        finally:
            self._end(aside, aside.message or running.message(state))

    def _take(self, aside: Aside, event: run.TurnEvent) -> None:
        running, session_id = aside.running, aside.session.id
        running.waiting = None
        match event:
            case events.ContentDelta(text):
                self._shared.announce(AsideGrew(session_id, aside.id, text))
            case events.Resorted():
                self._shared.announce(AsideChanged(session_id, aside.id))
            case run.RetryScheduled():
                running.waiting = RetryWaited(
                    session_id, aside.id, event.delay_s, event.attempt, event.attempts, event.failure.sentence
                )
                self._shared.announce(AsideChanged(session_id, aside.id))
            case run.LearnedSomething(learned, sentence):
                self._models.remember(running.variant, learned)
                if sentence:
                    self._shared.notice(sentence, "warning")
            case run.Finished(message):
                aside.message = message

    def _end(self, aside: Aside, message: Message) -> None:
        session, aside.message = aside.session, message
        self._requests.learn_ratio(message)
        self._shared.spawn(self._paid(session, message))
        self._shared.announce(AsideChanged(session.id, aside.id))

    async def _paid(self, session: OpenSession, message: Message) -> None:
        await self._spending.apart(session, message, replies=1)
        self._shared.announce(ValuesChanged(session.id))  # so that what was spent is shown

"""The line mode itself: reads a prompt, sends it or runs a command, waits for the reply, reads the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from inspect import iscoroutine
from typing import Any

from glmchat.api.errors.tree import ApiError
from glmchat.core.conversation import Failure
from glmchat.core.parameters.kind import ValueRefused
from glmchat.core.refused import Refused
from glmchat.history.problems import ArchiveError
from glmchat.lessons import Course
from glmchat.plain.acts import learning
from glmchat.plain.acts.conversation import show
from glmchat.plain.command import Command
from glmchat.plain.console import Console
from glmchat.plain.reading import Interrupted
from glmchat.plain.scribe import Scribe
from glmchat.plain.table import BY_NAME, FORMERLY, SCREEN_ONLY, TABLE
from glmchat.support.suggestions import nearest
from glmchat.support.text import safe_line
from glmchat.workspace import OpenSession, Workspace
from glmchat.workspace.resuming import held_sentence

PROMPT = "You: "
DRAFT_S = 0.3


@dataclass(frozen=True, slots=True)
class Start:
    """What the line mode begins with."""

    resume: int | None = None
    newest: bool = False
    incognito: bool = False
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: the session to go on with, what the last reply failed with, and whether a signal came."""

    session: int | None = None
    failure: Failure | None = None
    interrupted: bool = False


class LineChat:
    """The chat in lines, over one workspace; `held_back` is what holds while no prompt is read."""

    def __init__(
        self, workspace: Workspace, console: Console, held_back: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self.workspace = workspace
        self.console = console
        self.commands: Sequence[Command] = TABLE
        self.scribe = Scribe(console, workspace, workspace.preferences.thinking_open)
        self.ended = False
        self.listed: list[int] = []  # the sessions of the last list that was printed
        self.deleted: list[int] = []
        self.course: Course | None = None
        self._held_back = held_back
        self._interrupted = False
        self._pressed = False  # Ctrl+C on an empty prompt: once more ends
        self._work: asyncio.Task[None] | None = None
        self._draft: asyncio.TimerHandle | None = None

    @property
    def session(self) -> OpenSession:
        """The session that is open."""
        return self.workspace.current

    # -- from beginning to end

    async def run(self, start: Start) -> Ended:
        """Chat until the end of what is typed."""
        self.workspace.watch(self.scribe.take)
        try:
            await self.workspace.start(start.resume, start.newest, start.incognito)
            for notice in start.notices:
                self.console.tell(safe_line(notice))
            self._greet()
            if self.session.conversation.nodes:
                await show(self, "")
            with self._held_back():
                while not (self.ended or self.console.closed):
                    await self._turn()
        finally:
            self._keep_draft()
            resumable = self.session.stored and not self.session.incognito and not self.workspace.unsaved
            await self.workspace.aclose()
        last = self.scribe.last
        failure = last.failure if last is not None and not self.console.asks else None
        return Ended(self.session.id if resumable else None, failure, self._interrupted)

    def _greet(self) -> None:
        self.opened()
        if self.session.endpoint.demo:
            self.console.say(
                "This is the built-in model: a small language model that runs inside glmchat and knows only its "
                "manual. /key adds an API key for a real one."
            )
        if self.console.asks:
            self.console.say("Ask anything. /help lists the commands, Ctrl+D ends.")

    def opened(self) -> None:
        """Say which session is open, and who answers."""
        session = self.session
        title = f"“{safe_line(session.title)}”" if session.title else "New session"
        kept = ", not kept on disk" if session.incognito else ""
        self.console.say(
            f"{title}{kept}: {safe_line(session.model.wire_id)} at {safe_line(session.endpoint.title)}."
        )
        for each in session.attached:
            self.console.say(f"Attached to the next prompt: {safe_line(each.attached.attachment.line)}")

    async def _turn(self) -> None:
        try:
            returned, self.scribe.returned = self.scribe.returned, ""
            draft = returned or self.session.draft
            self.console.write("\n")
            text = await self.console.read(PROMPT, draft)
        except EOFError:
            self.console.write("\n")
            self.ended = True
            return
        except Interrupted:
            self._cleared()
            return
        self._pressed = False
        text = text if text.strip() else learning.asks(self)
        if text:
            self._work = asyncio.ensure_future(self._act(text))
            await asyncio.wait([self._work])
            if not self._work.cancelled():
                self._work.result()
            self._work = None

    def _cleared(self) -> None:
        """Ctrl+C was pressed at the prompt: what stood there is gone, and on an empty one a second ends."""
        had_text, self.session.draft = bool(self.session.draft), ""
        self._keep_draft("")
        if had_text or not self._pressed:
            self.console.say("Press Ctrl+C once more, or Ctrl+D, to end.")
            self._pressed = True
        else:
            self.ended = True

    # -- what is typed

    def typed(self) -> None:
        """The prompt has changed: keep it soon."""
        if self._draft is not None:
            self._draft.cancel()
        self._draft = asyncio.get_running_loop().call_later(DRAFT_S, self._keep_draft)

    def _keep_draft(self, text: str | None = None) -> None:
        if self._draft is not None:
            self._draft.cancel()
            self._draft = None
        text = self.console.reader.typed() if text is None else text
        if text or self.session.draft:
            # A key may have been pasted there, which is kept nowhere.
            self.workspace.journal.set_draft("" if text.lstrip().startswith("/key") else text)

    def offers(self, typed: str) -> list[str]:
        """The whole lines that may be meant by what was typed so far."""
        if not typed.startswith("/"):
            return []
        name, space, _ = typed[1:].partition(" ")
        if not space:
            return [f"/{row.name} " if row.arguments else f"/{row.name}" for row in TABLE]
        row = BY_NAME.get(name)
        return [f"/{name} {each}" for each in row.offers(self)] if row is not None and row.offers else []

    async def _act(self, text: str) -> None:
        """Carry out a command or send a prompt, and wait for what comes of it; what cannot be done is told."""
        self._keep_draft("")
        try:
            await self._do(text)
            await self.follow()
            await self._ask_all_the_same()
            await learning.look(self, text)
        except (Refused, ValueRefused, OSError) as error:
            self.console.tell(str(error), "warning")
        except ApiError as error:
            self.console.tell(error.failure.full_message(), "error")
        except ArchiveError as error:
            self.console.tell(str(error), "error")

    async def _do(self, text: str) -> None:
        if not text.startswith("/") or text.startswith("//"):
            await self._send(text[1:] if text.startswith("//") else text)
            return
        name, _, argument = text[1:].partition(" ")
        if "/" in name or "\n" in name or not name:
            await self._send(text)
            return
        row = BY_NAME.get(FORMERLY.get(name.lower(), name.lower()))
        if row is None:
            raise Refused(_unknown(name.lower()))
        said: Any = row.run(self, argument.strip())
        said = await said if iscoroutine(said) else said
        if said:
            self.console.say(said)

    async def _send(self, text: str) -> None:
        """Send a prompt; what has to be asked first is asked: where it goes, and whether it may be so long."""
        workspace = self.workspace
        await workspace.other_processes.poll()
        if self.session.held and not await self._may_go_on_here():
            self.scribe.returned = text
            return
        use = workspace.requests.context()
        use = replace(use, tokens=use.tokens + workspace.requests.tokens_of([text]))
        if use.would_overflow and not use.dropping:
            about = (
                f"The request takes about {use.tokens:,} tokens, and the model's window is {use.window:,}."
            )
            if not self.console.asks:
                self.console.tell(about, "warning")
            else:
                answer = await self.console.choose(
                    f"{about} What now?", ("all", "drop the oldest turns", "not send")
                )
                if answer not in ("all", "drop the oldest turns"):
                    self.scribe.returned = text
                    return
                workspace.tuning.drop_oldest(answer != "all")
        workspace.replies.send(text)

    async def _may_go_on_here(self) -> bool:
        session = self.session
        question = f"{held_sentence(session)} Go on at {safe_line(session.endpoint.title)}?"
        if await self.console.choose(question, ("yes", "no")) == "yes":
            self.workspace.replies.go_on_here()
            return True
        self.console.tell(f"{held_sentence(session)} Choose where it goes on with /model.", "warning")
        return False

    async def follow(self) -> None:
        """Wait until nothing runs in this session any more."""
        while self.session.runs:
            self.scribe.changed.clear()
            await self.scribe.changed.wait()
            if self.console.closed:
                self.workspace.replies.stop()

    async def _ask_all_the_same(self) -> None:
        """Where the budget held a reply back, let the person decide."""
        held = self.scribe.held_back
        if held is None or not self.console.asks:
            return
        self.scribe.held_back = None
        if await self.console.choose("Ask anyway?", ("yes", "no")) == "yes":
            self.workspace.replies.retry_over_budget(held)
            await self.follow()

    # -- signals

    def interrupt(self) -> None:
        """Ctrl+C: stop the reply, else what a command does, else clear the prompt; without a person there, end."""
        if not self.console.asks:
            self.end()
        elif self.session.runs:
            self.workspace.replies.stop()
        elif not self.console.reader.interrupt() and self._work is not None:
            self._work.cancel()

    def end(self) -> None:
        """A signal says that this is the end: stop what runs and keep what came."""
        self.ended = self._interrupted = True
        if self.session.runs:
            self.workspace.replies.stop()
        elif self._work is not None:
            self._work.cancel()
        else:
            self._keep_draft()
            self.console.reader.interrupt()


def _unknown(name: str) -> str:
    if name in SCREEN_ONLY:
        return f"/{name} needs the screen. {SCREEN_ONLY[name]}"
    return f"There is no command /{name}.{nearest(name, BY_NAME)} To send this as a message, begin it with two slashes."

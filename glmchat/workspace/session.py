"""One open session: its conversation, its values, the reply that runs and the prompts that wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glmchat.api.endpoint import Endpoint
from glmchat.catalogue import Model
from glmchat.conversation import Conversation, Message, Removed, Role, State, ToolCall, new_id
from glmchat.text import safe_line
from glmchat.workspace.changes import RetryWaited
from glmchat.workspace.values import Values

if TYPE_CHECKING:
    from glmchat.reply import Reply
    from glmchat.workspace.compare import Comparison

TITLE_LENGTH = 60


@dataclass(slots=True)
class Queued:
    """A prompt that waits for the running reply."""

    text: str
    id: int = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Variant:
    """How a reply is asked for: values by name, endpoint, model and system prompt; `label` tells it apart."""

    label: str
    values: Mapping[str, Any]
    endpoint: Endpoint
    model: Model
    system: str = ""


@dataclass(slots=True)
class Running:
    """A reply that is on its way; times are of the monotonic clock."""

    message_id: int
    parent_id: int | None
    variant: Variant
    reply: Reply
    started: float = field(default_factory=time.monotonic)
    task: asyncio.Task[None] | None = None
    waiting: RetryWaited | None = None
    first_reasoning: float | None = None
    first_answer: float | None = None
    reasoning_tokens: int = 0
    content_tokens: int = 0
    given_up: bool = False  # for "answer now": what came is kept as an attempt

    def count(self, content: int, reasoning: int) -> None:
        """Note that this many more tokens of answer and of thought came."""
        now = time.monotonic()
        if content and self.first_answer is None:
            self.first_answer = now
        if reasoning and self.first_reasoning is None:
            self.first_reasoning = now
        self.content_tokens += content
        self.reasoning_tokens += reasoning

    def resort(self, answering: bool) -> None:
        """Note that what looked like an answer was thought."""
        self.first_reasoning = self.first_reasoning or self.first_answer
        self.first_answer = time.monotonic() if answering else None
        self.reasoning_tokens += self.content_tokens
        self.content_tokens = 0

    def content_text(self) -> str:
        """The answer so far."""
        return self.reply.message(State.STREAMING).content

    def reasoning_text(self) -> str:
        """The thought so far."""
        return self.reply.message(State.STREAMING).reasoning

    def thinking_s(self) -> float:
        """Seconds of thought so far: up to the first answer token where there is one."""
        if self.first_reasoning is None:
            return 0.0
        return (self.first_answer or time.monotonic()) - self.first_reasoning

    @property
    def first_answer_s(self) -> float | None:
        """Seconds from the request to the first token of the answer, None while there is none."""
        return None if self.first_answer is None else self.first_answer - self.started


@dataclass(frozen=True, slots=True)
class Own:
    """What a session has on disk where this run was told otherwise; `values` are those that flags hide."""

    provider: str | None
    base_url: str | None
    model: str | None
    values: Mapping[str, Any]


@dataclass(slots=True)
class OpenSession:
    """A session that is open, whether it is the one on the screen or not.

    `held` is where it was held until now, as long as nobody said that it may go to `endpoint`: nothing is sent then.
    `own` stays on disk until something is sent.
    """

    conversation: Conversation
    values: Values
    endpoint: Endpoint
    model: Model
    system: str = ""
    draft: str = ""
    incognito: bool = False
    titled: bool = False  # the title is the user's own, or the model's
    stored: bool = False
    drop_oldest: bool = False
    saving: bool = False
    scroll: tuple[int, int] | None = None  # message id, character in its text; None at the end
    tags: tuple[str, ...] = ()
    removed: list[Removed] = field(default_factory=list)  # branches that can be brought back
    queue: list[Queued] = field(default_factory=list)
    runs: dict[int, Running] = field(default_factory=dict)  # by the message that grows
    costs: dict[str, float] = field(default_factory=dict)
    preset: str | None = None
    comparison: Comparison | None = None  # the last one
    held: str = ""
    own: Own | None = None

    @property
    def id(self) -> int:
        """The session's identifier."""
        return self.conversation.id

    @property
    def title(self) -> str:
        """The session's title; empty until something was said."""
        return self.conversation.title

    @property
    def running(self) -> Running | None:
        """The reply that runs: the one that is being read where several do, None where none does."""
        leaf = self.conversation.leaf_id
        if leaf in self.runs:
            return self.runs[leaf]
        return next(iter(self.runs.values()), None)

    def last_reply(self) -> Message | None:
        """The last finished reply of the branch that is read, None where there is none in memory."""
        for node in reversed(self.conversation.path()):
            message = self.conversation.loaded.get(node.id)
            if node.role is Role.ASSISTANT and message is not None and message.state is not State.STREAMING:
                return message
        return None

    def open_calls(self) -> list[ToolCall]:
        """Tool calls at the end of the branch that have no result yet, in the model's order."""
        answered: set[str | None] = set()
        for node in reversed(self.conversation.path()):
            message = self.conversation.loaded.get(node.id)
            if message is None:
                return []
            if message.role is Role.TOOL:
                answered.add(message.tool_call_id)
            else:
                return [call for call in message.tool_calls if call.id not in answered]
        return []

    def add_cost(self, message: Message) -> None:
        """Count a reply's cost, where it is known."""
        if message.cost is not None:
            currency = message.cost.currency
            self.costs[currency] = self.costs.get(currency, 0.0) + message.cost.amount


def title_of(text: str) -> str:
    """A title from the first message: its first line, cut at a word where there is one."""
    line = safe_line(text.strip().split("\n", 1)[0]).strip()
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[:TITLE_LENGTH]
    return (cut.rsplit(" ", 1)[0] if " " in cut[TITLE_LENGTH // 2 :] else cut) + "…"

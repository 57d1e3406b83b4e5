"""One open session: its conversation, its values, the reply that runs and the prompts that wait."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from glmchat.api.endpoint import Endpoint
from glmchat.core.attached import Attached
from glmchat.core.conversation import Conversation, Message, Removed, Role, State, ToolCall, new_id
from glmchat.core.depth import UNSENT
from glmchat.core.model import Model
from glmchat.history.records import FIRST_MESSAGE
from glmchat.workspace.changes import RetryWaited
from glmchat.workspace.values import Values

if TYPE_CHECKING:
    from glmchat.turn.reply import Reply


@dataclass(slots=True)
class Chosen:
    """What goes with the next prompt: what the person named it by, and what it was when it was read last."""

    given: str
    attached: Attached
    id: int = field(default_factory=new_id)


@dataclass(slots=True)
class Queued:
    """A prompt that waits for the running reply, with what goes with it."""

    text: str
    id: int = field(default_factory=new_id)
    once: str = ""  # the depth of thought that it alone is asked with
    prefill: str = ""  # how the reply to it begins
    attached: tuple[Chosen, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """How a reply is asked for: values by name, endpoint, model and system prompt; `label` tells it apart.

    `prefill` is how the person has the reply begin.
    """

    label: str
    values: Mapping[str, Any]
    endpoint: Endpoint
    model: Model
    system: str = ""
    prefill: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reply of a comparison that is asked for when another has ended; its message has its identifier already."""

    message_id: int
    parent_id: int
    variant: Variant


@dataclass(slots=True)
class Running:
    """A reply that is on its way."""

    message_id: int
    parent_id: int | None
    variant: Variant
    reply: Reply
    task: asyncio.Task[None] | None = None
    waiting: RetryWaited | None = None
    over_budget: bool = False  # the person asked for it though it may cross a limit
    given_up: bool = False  # for "answer now": what came is kept as an attempt
    without: Mapping[str, Any] = field(
        default_factory=dict
    )  # left out to see whether the refused one is among them

    def message(self, state: State = State.STREAMING) -> Message:
        """The reply as it stands; until its request leaves, with what it is asked with."""
        message, variant = self.reply.message(state), self.variant
        if message.model:
            return message
        return replace(
            message,
            model=variant.model.id,
            provider=variant.endpoint.name,
            settings=dict(variant.values),
            system=variant.system or None,
        )


@dataclass(frozen=True, slots=True)
class Own:
    """What a session has on disk where flags of this run say otherwise; `values` are those that flags hide."""

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
    attached: list[Chosen] = field(default_factory=list)  # goes with the next prompt
    incognito: bool = False
    title_source: str = FIRST_MESSAGE
    title_asked: bool = False  # the model was asked for one, whatever it said
    stored: bool = False
    drop_oldest: bool = False
    saving: bool = False
    scroll: tuple[int, int] | None = None  # message id, character in its text; None at the end
    tags: tuple[str, ...] = ()
    forked: bool = False
    removed: list[Removed] = field(default_factory=list)  # branches that can be brought back
    queue: list[Queued] = field(default_factory=list)
    runs: dict[int, Running] = field(default_factory=dict)  # by the message that grows
    waiting: list[Waiting] = field(default_factory=list)  # repeats that are asked when others have ended
    costs: dict[str, float] = field(default_factory=dict)
    preset: str | None = None
    once: str = ""  # the depth of thought for the next message alone
    prefill: str = ""  # how the next reply is to begin
    warned: str = ""  # of too little room for the thought, the last sentence that was said
    woken: str = UNSENT  # the depth that holds again when thinking is switched back on
    held: str = ""
    own: Own | None = None
    lesson: str = ""  # the name of the lesson that it is

    @property
    def id(self) -> int:
        """The session's identifier."""
        return self.conversation.id

    @property
    def title(self) -> str:
        """The session's title; empty until something was said."""
        return self.conversation.title

    @property
    def wants_title(self) -> bool:
        """Whether nobody gave the session a title yet, nor was the model asked for one."""
        return self.title_source == FIRST_MESSAGE and not self.title_asked

    @property
    def running(self) -> Running | None:
        """The reply that runs: the one that is being read where several do, None where none does."""
        leaf = self.conversation.leaf_id
        if leaf in self.runs:
            return self.runs[leaf]
        return next(iter(self.runs.values()), None)

    def variant(self) -> Variant:
        """How the session would ask now."""
        return Variant("", self.values.plain(), self.endpoint, self.model, self.system)

    def last_of(self, role: Role) -> int | None:
        """The last message of the branch that is read with this role, None where there is none."""
        return next((node.id for node in reversed(self.conversation.path()) if node.role is role), None)

    def last_reply(self) -> Message | None:
        """The last finished reply of the branch that is read, None where there is none in memory."""
        for node in reversed(self.conversation.path()):
            message = self.conversation.loaded.get(node.id)
            if node.role is Role.ASSISTANT and message is not None and message.state is not State.STREAMING:
                return message
        return None

    def unanswered(self) -> int | None:
        """The message at the end of the branch that waits for a reply nobody asked for, None where there is none."""
        leaf = self.conversation.nodes.get(self.conversation.leaf_id or 0)
        waits = leaf is not None and leaf.role in (Role.USER, Role.TOOL) and not self.open_calls()
        return leaf.id if leaf is not None and waits else None

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

"""What was said: messages, and the tree they make; pure values that know no disk and no screen."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from glmchat.core.attached import Attachment
from glmchat.core.usage import Counts, counts_of, is_estimated

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> int:
    """Make an identifier that sorts by time and is unique across processes.

    63 bits: milliseconds since 1970 in the upper 43, random in the lower 20; it fits SQLite's INTEGER.
    """
    return (time.time_ns() // 1_000_000) << 20 | secrets.randbits(20)


def format_id(number: int) -> str:
    """Write an identifier the way people see and type it: base 32 without i, l, o, u (Crockford)."""
    out = ""
    while number:
        number, digit = divmod(number, 32)
        out = _DIGITS[digit] + out
    return out or "0"


def parse_id(text: str) -> int:
    """Read what `format_id` wrote; raises ValueError for anything else."""
    number = 0
    for char in text.strip().lower():
        number = number * 32 + _DIGITS.index(char)
    if not text.strip() or number >= 1 << 63:
        raise ValueError("not an identifier")
    return number


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class State(StrEnum):
    """How a message stands."""

    COMPLETE = "complete"
    STREAMING = "streaming"
    STOPPED = "stopped"  # the user pressed Esc
    CUT = "cut"  # the stream or the process ended early
    FAILED = "failed"  # an error before any text


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model asks for; `arguments` is a string holding JSON, ``{}`` for none.

    `extra` are the members of the call that the API does not name, such as a signature, which go back with it; those
    of its function stand under ``function``.
    """

    id: str
    name: str
    arguments: str = "{}"
    extra: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a reply failed, in values that can be stored.

    `kind` is one of the error kinds of `glmchat.api.errors.tree`; `message` holds the server's own words, `advice`
    what it means and what to do; `parameter` names the request parameter that was refused, if one was, `value` says
    that only its value was. `unnamed` says that some parameter was refused, and not which.
    """

    kind: str
    message: str
    advice: str = ""
    status: int | None = None
    retryable: bool = False
    parameter: str | None = None
    value: bool = False
    unnamed: bool = False

    def full_message(self, then: str | None = None) -> str:
        """The server's words, then what they mean and what to do, or `then`; each ends like a sentence."""
        more = self.advice if then is None else then
        return f"{self.sentence} {more}".strip() if more else self.message.strip()

    @property
    def sentence(self) -> str:
        """The server's words, which end like a sentence."""
        words = self.message.strip()
        return words + "." if words and words[-1] not in ".!?。！？…:：" else words


@dataclass(frozen=True, slots=True)
class Cost:
    """What a reply cost: `amount` in `currency` (ISO 4217, such as CNY)."""

    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds since the request left; None for what never came."""

    first_event_s: float | None = None
    first_token_s: float | None = None
    first_answer_s: float | None = None
    total_s: float | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the tree, as it is shown, stored and sent.

    `sent` is the request body of a reply without its `messages` (those are the path above, the system prompt
    included as `system`); `dropped` counts the oldest messages that were left out of the request; `usage` and
    `logprobs` are as the server sent them. `settings` on a reply are the parameter values by name at that time.
    `attachments` are what a person sends with the text. `images` and `annotations` are what came beside it, as
    `glmchat.core.attachments` describes them; `served_by` is who answered behind a gateway.
    """

    id: int
    parent_id: int | None
    role: Role
    content: str = ""
    reasoning: str = ""
    reasoning_details: tuple[Any, ...] = ()
    refusal: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    state: State = State.COMPLETE
    failure: Failure | None = None
    finish_reason: str | None = None
    native_finish_reason: str | None = None
    logprobs: dict[str, Any] | None = None
    usage: dict[str, Any] | None = None
    attachments: tuple[Attachment, ...] = ()
    images: tuple[dict[str, Any], ...] = ()
    annotations: tuple[dict[str, Any], ...] = ()
    cost: Cost | None = None
    model: str | None = None
    provider: str | None = None
    served_by: str | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None
    response_id: str | None = None
    created: int | None = None
    sent: dict[str, Any] | None = None
    settings: dict[str, Any] | None = None
    system: str | None = None
    dropped: int = 0
    timing: Timing | None = None
    warnings: tuple[str, ...] = ()
    compared: dict[str, Any] | None = (
        None  # on a question that several variants were asked: which, and their replies
    )
    attempt: bool = False  # a reply given up for another way of asking ("answer now"), kept beside it
    created_at: float = field(default_factory=time.time)

    @property
    def size(self) -> int:
        """Characters of text that a reader would see."""
        return len(self.content) + len(self.refusal or "")

    @property
    def attached_tokens(self) -> int:
        """An estimate of the tokens of what is attached and sent."""
        return sum(each.tokens for each in self.attachments if not each.left_out)

    @property
    def prompt_tokens(self) -> int | None:
        """The tokens of the request as the endpoint counted them."""
        return counts_of(self.usage).prompt

    @property
    def completion_tokens(self) -> int | None:
        """The tokens of the reply as the endpoint counted them, thought included."""
        return counts_of(self.usage).completion

    @property
    def reasoning_tokens(self) -> int | None:
        """The tokens of the thought as the endpoint counted them."""
        return counts_of(self.usage).reasoning

    @property
    def counts(self) -> Counts:
        """All that the endpoint counted."""
        return counts_of(self.usage)

    @property
    def estimated(self) -> bool:
        """Whether counts and cost are estimates, since the endpoint counted nothing."""
        return is_estimated(self.usage)

    def node(self) -> Node:
        """What the tree needs to know of this message."""
        return Node(self.id, self.parent_id, self.role, self.size, self.state)


@dataclass(frozen=True, slots=True)
class Node:
    """A message's place in the tree: enough to lay out a conversation whose text is not in memory."""

    id: int
    parent_id: int | None
    role: Role
    size: int = 0
    state: State = State.COMPLETE


@dataclass(frozen=True, slots=True)
class Removed:
    """A branch that was taken out of a tree: all that `Conversation.restore` needs to put it back where it was."""

    nodes: tuple[Node, ...]
    messages: tuple[Message, ...]
    siblings: tuple[int, ...]  # the versions of the first message, itself included, in their order
    leaf_id: int | None

    @property
    def ids(self) -> list[int]:
        """Identifiers of the messages, the first one first."""
        return [node.id for node in self.nodes]


class Conversation:
    """A tree of messages and the branch that is being read.

    Holds every message's `Node`, and of the messages themselves those that were `put`; the rest stay on disk.
    """

    def __init__(self, id: int | None = None, title: str = "") -> None:
        self.id = new_id() if id is None else id
        self.title = title
        self.nodes: dict[int, Node] = {}
        self.loaded: dict[int, Message] = {}
        self.leaf_id: int | None = None
        self._children: dict[int | None, list[int]] = {}

    def add_node(self, node: Node) -> None:
        """Add a place to the tree, or renew what is known of it."""
        if node.id not in self.nodes:
            self._children.setdefault(node.parent_id, []).append(node.id)
        self.nodes[node.id] = node

    def put(self, message: Message) -> None:
        """Add a message, or replace it with a newer value of itself."""
        self.add_node(message.node())
        self.loaded[message.id] = message

    def append(self, message: Message) -> None:
        """Put a message and make it the end of the branch that is read."""
        self.put(message)
        self.leaf_id = message.id

    def children(self, id: int | None) -> list[int]:
        """Identifiers of the messages that follow `id`, oldest first; None asks for the first messages."""
        return list(self._children.get(id, ()))

    def siblings(self, id: int) -> list[int]:
        """All versions of a message, itself included, oldest first."""
        return self.children(self.nodes[id].parent_id)

    def path(self, leaf_id: int | None = None) -> list[Node]:
        """The branch from the first message to `leaf_id` (to the chosen leaf when None)."""
        out: list[Node] = []
        id = self.leaf_id if leaf_id is None else leaf_id
        while id is not None and id in self.nodes:
            out.append(self.nodes[id])
            id = self.nodes[id].parent_id
        out.reverse()
        return out

    def select(self, id: int) -> None:
        """Make the branch through `id` the one that is read, down to the newest leaf below it."""
        while below := self._children.get(id):
            id = below[-1]
        self.leaf_id = id

    def walk(self, id: int | None = None) -> Iterator[Node]:
        """Every node below `id`, depth first; None walks the whole tree."""
        stack = list(reversed(self._children.get(id, ())))
        while stack:
            node = self.nodes[stack.pop()]
            yield node
            stack.extend(reversed(self._children.get(node.id, ())))

    def remove(self, id: int) -> Removed:
        """Take a message and all below it out of the tree; the newest version beside it is read instead."""
        parent = self.nodes[id].parent_id
        nodes = (self.nodes[id], *self.walk(id))
        messages = tuple(self.loaded[node.id] for node in nodes if node.id in self.loaded)
        removed = Removed(nodes, messages, tuple(self.children(parent)), self.leaf_id)
        on_path = any(node.id == id for node in self.path())
        self._children[parent].remove(id)
        for each in removed.ids:
            self.nodes.pop(each, None)
            self.loaded.pop(each, None)
            self._children.pop(each, None)
        if on_path:
            rest = self._children.get(parent)
            if rest:
                self.select(rest[-1])
            else:
                self.leaf_id = parent
        return removed

    def restore(self, removed: Removed) -> None:
        """Put back what `remove` took out, and read it; raises KeyError where its place is gone as well."""
        parent = removed.nodes[0].parent_id
        if parent is not None and parent not in self.nodes:
            raise KeyError(parent)
        for node in removed.nodes:
            self.add_node(node)
        for message in removed.messages:
            self.loaded[message.id] = message
        order = {id: place for place, id in enumerate(removed.siblings)}
        self._children[parent].sort(key=lambda child: order.get(child, len(order)))
        self.select(removed.nodes[0].id)
        if removed.leaf_id in self.nodes:
            self.leaf_id = removed.leaf_id

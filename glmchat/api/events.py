"""The events that a stream yields, in the order in which they came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from glmchat.core.conversation import ToolCall
from glmchat.core.quotas import Quota


@dataclass(frozen=True, slots=True)
class Opened:
    """The endpoint answered with a success; text may follow. `quotas` is what its headers tell of limits."""

    quotas: tuple[Quota, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """What the reply says about itself; sent again when more of it is known. `served_by` is who a gateway asked."""

    id: str | None = None
    model: str | None = None
    created: int | None = None
    served_by: str | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of the thought; `events` counts the server-sent events that it was folded from."""

    text: str
    events: int = 1


@dataclass(frozen=True, slots=True)
class ReasoningFrom:
    """Which field of the wire carries the thought; sent once, where it is a field and not a tag in the content."""

    field: str


@dataclass(frozen=True, slots=True)
class ContentDelta:
    """A piece of the answer; `events` counts the server-sent events that it was folded from."""

    text: str
    events: int = 1


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """A piece of a refusal, which is an answer too."""

    text: str


@dataclass(frozen=True, slots=True)
class Resorted:
    """What was shown as content so far was thought: a lone closing mark turned up.

    `reasoning` and `content` replace everything that came before.
    """

    reasoning: str
    content: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A tool call in the making, as far as it is known; `index` is its place in the reply."""

    index: int
    call: ToolCall


@dataclass(frozen=True, slots=True)
class ToolCallsFinished:
    """All tool calls of the reply, complete; never sent for a reply that was cut."""

    calls: tuple[ToolCall, ...]


@dataclass(frozen=True, slots=True)
class ReasoningDetails:
    """`reasoning_details` as sent, assembled; some endpoints want them back on a tool turn."""

    details: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Attached:
    """All pictures and annotations so far, as `glmchat.core.attachments` describes them."""

    images: tuple[dict[str, Any], ...]
    annotations: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Logprobs:
    """More entries of `logprobs.content` (and `.refusal`), as sent."""

    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Usage:
    """`usage` as sent."""

    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finish:
    """The server's own words on why it ended."""

    finish_reason: str | None
    native_finish_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Warned:
    """Something in the reply had to be skipped or changed; a sentence for the person."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Done:
    """The reply is complete; nothing follows."""


Event = (
    Opened
    | Described
    | ReasoningDelta
    | ReasoningFrom
    | ContentDelta
    | RefusalDelta
    | Resorted
    | ToolCallDelta
    | ToolCallsFinished
    | ReasoningDetails
    | Attached
    | Logprobs
    | Usage
    | Finish
    | Warned
    | Done
)

"""What the workspace announces to its listeners: plain values, named in the past tense."""

from __future__ import annotations

from dataclasses import dataclass

from glmchat.core.conversation import Message


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """Another session is the current one."""

    session_id: int


@dataclass(frozen=True, slots=True)
class SessionsChanged:
    """The list of sessions is not what it was: a title, a new one, a running mark."""


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """A message was added to the branch that is read, or has a newer value."""

    session_id: int
    message: Message


@dataclass(frozen=True, slots=True)
class PathChanged:
    """The branch that is read is another one: draw it anew."""

    session_id: int


@dataclass(frozen=True, slots=True)
class ReplyStarted:
    """A request was sent; its reply will be message `message_id`."""

    session_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class ReplyGrew:
    """A piece of a running reply; both texts may be empty. `thought_tokens` are those of the thought so far."""

    session_id: int
    message_id: int
    content: str = ""
    reasoning: str = ""
    thought_tokens: int = 0


@dataclass(frozen=True, slots=True)
class ReplyRead:
    """The text of a running reply has come to its end; what the server counted may follow, then it is kept."""

    session_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class ReplyResorted:
    """All text of a running reply was sorted anew into thought and answer."""

    session_id: int
    message_id: int
    content: str
    reasoning: str


@dataclass(frozen=True, slots=True)
class RetryWaited:
    """The request failed and is sent again in `delay_s` seconds, as attempt `attempt` of `attempts`."""

    session_id: int
    message_id: int
    delay_s: float
    attempt: int
    attempts: int
    sentence: str


@dataclass(frozen=True, slots=True)
class ReplyFinished:
    """A reply ended, well or badly; `message` is its last value."""

    session_id: int
    message: Message


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """The prompts that wait for the running reply are others."""

    session_id: int


@dataclass(frozen=True, slots=True)
class AttachmentsChanged:
    """What goes with the next prompt is something else."""

    session_id: int


@dataclass(frozen=True, slots=True)
class ValuesChanged:
    """Parameter values, the system prompt, the model or the provider are others; `names` says which, if few."""

    session_id: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Noticed:
    """A notice for the person; `severity` is ``information``, ``warning`` or ``error``."""

    sentence: str
    severity: str = "information"


@dataclass(frozen=True, slots=True)
class DraftRestored:
    """A text goes back into the prompt: a withdrawn message, or a draft from before."""

    session_id: int
    text: str


@dataclass(frozen=True, slots=True)
class AsideGrew:
    """A piece of the answer to a side question."""

    session_id: int
    aside_id: int
    content: str


@dataclass(frozen=True, slots=True)
class AsideChanged:
    """A side question has ended, waits, or its answer is another text."""

    session_id: int
    aside_id: int


Change = (
    SessionOpened
    | SessionsChanged
    | MessageChanged
    | PathChanged
    | ReplyStarted
    | ReplyGrew
    | ReplyRead
    | ReplyResorted
    | RetryWaited
    | ReplyFinished
    | AsideGrew
    | AsideChanged
    | QueueChanged
    | AttachmentsChanged
    | ValuesChanged
    | Noticed
    | DraftRestored
)

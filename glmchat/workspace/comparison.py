"""A comparison as it stands: its columns, the replies of each, and their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glmchat.analysis.samples import Sample, Table, tabulate
from glmchat.core.conversation import Cost, Message, State, Timing
from glmchat.turn.ending_notes import departure
from glmchat.workspace.session import OpenSession, Running, Variant

FORMAT, ENDED, VOTES = "format kept", "ended by itself", "votes"


@dataclass(slots=True)
class Repeat:
    """One reply of a variant, which is message `message_id` of the conversation once it was asked for."""

    message_id: int
    variant: Variant
    voted: bool = False


@dataclass(slots=True)
class Column:
    """One variant and its replies; that at `shown` is the one that is read."""

    variant: Variant
    repeats: list[Repeat]
    prompt_id: int
    shown: int = 0

    @property
    def message_id(self) -> int:
        """The reply that is read."""
        return self.repeats[self.shown].message_id

    def in_order(self) -> list[int]:
        """The places of its replies, that of the one that is read first."""
        return [self.shown, *(at for at in range(len(self.repeats)) if at != self.shown)]

    @property
    def votes(self) -> int:
        """How many of its replies the person voted for."""
        return sum(each.voted for each in self.repeats)


@dataclass(slots=True)
class Comparison:
    """Several replies to the same message of the user; they are siblings in the tree.

    `before` is the end of the branch that was read, until one of the replies is picked or none. `prompt_id` is the
    message that began it; where it was gone on with, each column has a history of its own.
    """

    session: OpenSession
    prompt_id: int
    columns: list[Column]
    before: int | None = None
    resumed: bool = False  # it was begun before the program was started

    @property
    def ids(self) -> set[int]:
        """The messages that are its replies now."""
        return {repeat.message_id for column in self.columns for repeat in column.repeats}

    @property
    def size(self) -> int:
        """How many replies it has, those that are still to be asked for among them."""
        return sum(len(column.repeats) for column in self.columns)

    def running(self, column: Column) -> Running | None:
        """The reply of a column that is read, while it runs."""
        return self.session.runs.get(column.message_id)

    def message(self, column: Column) -> Message:
        """The reply of a column that is read, as it is known."""
        return self.session.conversation.loaded[column.message_id]

    def history(self, column: Column) -> list[Message]:
        """What was said in a column between the message that began the comparison and the reply that is read."""
        conversation = self.session.conversation
        path = [node.id for node in conversation.path(column.prompt_id)]
        start = path.index(self.prompt_id) + 1 if self.prompt_id in path else len(path)
        return [conversation.loaded[id] for id in path[start:] if id in conversation.loaded]

    def asked(self, repeat: Repeat) -> bool:
        """Whether a reply was asked for, and is still there."""
        return repeat.message_id in self.session.conversation.loaded

    def busy(self, column: Column) -> bool:
        """Whether replies of a column run or wait."""
        ids = {repeat.message_id for repeat in column.repeats}
        return any(id in ids for id in self.session.runs) or any(
            each.message_id in ids for each in self.session.waiting
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """How fast a compared reply came, and what came of it; None for what is not known yet."""

    first_token_s: float | None
    total_s: float | None
    tokens: int | None
    tokens_per_s: float | None
    cost: Cost | None
    finish_reason: str | None


def figures(comparison: Comparison, column: Column) -> Figures:
    """The figures of a column: of the reply that runs, else of the message that it became."""
    message = comparison.message(column)
    running = comparison.running(column)
    if running is not None:
        timing: Timing | None = running.reply.timing
        tokens = running.reply.content_tokens + running.reply.reasoning_tokens or None
    else:
        timing = message.timing
        tokens = message.completion_tokens
    first = timing.first_token_s if timing is not None else None
    total = timing.total_s if timing is not None else None
    streamed = total - first if first is not None and total is not None else None
    speed = tokens / streamed if tokens and streamed else None
    return Figures(first, total, tokens, speed, message.cost, message.finish_reason)


@dataclass(frozen=True, slots=True)
class Repeated:
    """The replies of a column that came, with the votes; a value of its own, so that another thread may add it up."""

    replies: tuple[tuple[Message, bool], ...]


def repeated(comparison: Comparison) -> list[Repeated]:
    """The replies of each column that came whole."""
    loaded = comparison.session.conversation.loaded
    return [
        Repeated(
            tuple(
                (message, each.voted)
                for each in column.repeats
                if (message := loaded.get(each.message_id)) is not None and message.state is State.COMPLETE
            )
        )
        for column in comparison.columns
    ]


def added_up(columns: Sequence[Repeated]) -> Table:
    """The figures of each column by its number; takes its time where replies are many and long."""
    voted = any(vote for column in columns for _, vote in column.replies)
    return tabulate(
        {
            str(number): {"": [_sample(message, vote if voted else None) for message, vote in column.replies]}
            for number, column in enumerate(columns)
        }
    )


def _sample(message: Message, vote: bool | None) -> Sample:
    numbers, shares = {}, {ENDED: float(message.finish_reason != "length")}
    if message.completion_tokens is not None:
        numbers["tokens"] = float(message.completion_tokens)
    if message.timing is not None and message.timing.total_s is not None:
        numbers["seconds"] = message.timing.total_s
    if message.cost is not None:
        numbers[f"cost in {message.cost.currency}"] = message.cost.amount
    values = message.settings or {}
    if isinstance(values.get("response_format"), dict) and values["response_format"].get("type") != "text":
        shares = {FORMAT: float(departure(values, message) is None), **shares}
    if vote is not None:
        shares[VOTES] = float(vote)
    return Sample(message.content or message.refusal or "", numbers, shares)

"""The next request: the messages that go out, its body, its place in the context window, what it may cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from glmchat.analysis.token_estimate import PER_MESSAGE, Estimator
from glmchat.api import dialects
from glmchat.api.alternation import arrange
from glmchat.api.messages import is_own, wire_messages
from glmchat.core.attached import Contents, contents_of
from glmchat.core.conversation import Message, Role, State
from glmchat.core.session_names import named
from glmchat.support.address import CHAT_PATH, below
from glmchat.turn.request import TurnRequest
from glmchat.workspace.budget import REPLY_ROOM, ContextUse, oldest_to_drop, reserved, turns_of
from glmchat.workspace.journal import Journal
from glmchat.workspace.models import Models
from glmchat.workspace.session import OpenSession, Running, Variant
from glmchat.workspace.shared import Shared
from glmchat.workspace.values import Difference, differences

if TYPE_CHECKING:
    from glmchat.turn.endpoint_check import Check


@dataclass(frozen=True, slots=True)
class Preview:
    """The request that would be sent now, and the one before it.

    `omitted` maps parameter names to the reason why they are not sent though set; `changed` says what differs from
    the values of the last reply; `previous` is the last reply's body without its messages. `notes` say how the
    messages differ from those of the conversation, a sentence each.
    """

    body: dict[str, Any]
    url: str
    omitted: dict[str, str] = field(default_factory=dict)
    changed: list[Difference] = field(default_factory=list)
    previous: dict[str, Any] | None = None
    dropped: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The messages of a request, how many of the oldest were dropped, and what else was done, in sentences."""

    messages: list[dict[str, Any]]
    dropped: int
    notes: tuple[str, ...] = ()


class Requests:
    """The next request: its messages, its body, its size and its price."""

    def __init__(self, shared: Shared, journal: Journal, models: Models) -> None:
        self._shared = shared
        self._journal = journal
        self._models = models
        self._estimator = Estimator()

    async def outgoing(
        self,
        session: OpenSession,
        leaf_id: int | None,
        variant: Variant,
        more: Sequence[Message],
        held: Contents | None = None,
    ) -> Outgoing:
        """A branch and `more` after it as they go on the wire; `held` is attached and not stored yet."""
        nodes = session.conversation.path(leaf_id) if leaf_id is not None else []
        await self._journal.need([node.id for node in nodes], session)
        path = [*(session.conversation.loaded[node.id] for node in nodes), *more]
        dropped = self._turns_to_drop(path, variant) if session.drop_oldest else 0
        kept = [message for each in turns_of(path)[dropped:] for message in each]
        digests = [each.digest for message in kept for each in message.attachments if not each.left_out]
        contents = await self._shared.archive_of(session).contents(digests) if digests else {}
        contents |= held or {}
        endpoint, model = variant.endpoint, variant.model.wire_id
        preserve = dialects.preserves(endpoint, variant.values)
        wire = wire_messages(
            dialects.of(endpoint), kept, variant.system or None, endpoint.name, contents, model, preserve
        )
        arranged = arrange(wire, leave_out=self._shared.preferences.unanswered == "leave-out")
        notes = (*arranged.notes, *(self._thought_note(kept, variant) if preserve else ()))
        return Outgoing(arranged.messages, len(path) - len(kept), notes)

    def _thought_note(self, path: Sequence[Message], variant: Variant) -> list[str]:
        """What earlier thought that goes back costs, a sentence; nothing where none does."""
        tokens = self.preserved_tokens(path, variant)
        return [f"Earlier thought goes back with the request: about {tokens:,} tokens."] if tokens else []

    def preserved_tokens(self, path: Iterable[Message], variant: Variant) -> int:
        """Tokens of the thoughts of a branch that go back to who thought them: as counted, else estimated."""
        name, model = variant.endpoint.name, variant.model.wire_id
        own = (each for each in path if each.reasoning and each.provider == name and is_own(each, model))
        return sum(each.reasoning_tokens or self.tokens_of([each.reasoning]) for each in own)

    def _turns_to_drop(self, path: list[Message], variant: Variant) -> int:
        """How many of the oldest turns would not fit into the model's window."""
        window = variant.model.context
        if window is None:
            return 0
        room = reserved(int(variant.values.get("max_tokens", REPLY_ROOM)), window)
        sizes = [sum(map(self._size, each)) for each in turns_of(path)]
        return oldest_to_drop(sizes, window - room - self.tokens_of([variant.system]))

    def turn(self, session: OpenSession, running: Running, outgoing: Outgoing) -> TurnRequest:
        """The request of a reply of a session, as its variant asks for it."""
        variant = running.variant
        begun = [{"role": "assistant", "content": variant.prefill}] if variant.prefill else []
        return TurnRequest(
            endpoint=variant.endpoint,
            model=variant.model.wire_id,
            messages=[*outgoing.messages, *begun],
            values=named(variant.values, session.id),
            learned=self._models.learned_of(variant),
            retries=self._shared.preferences.retries,
            max_retry_after_s=self._shared.preferences.retry_after_limit_s,
            parent_id=running.parent_id,
            reply_id=running.message_id,
            settings=dict(variant.values),
            system=variant.system or None,
            dropped=outgoing.dropped,
            price=variant.model.price,
            token_ratio=self.token_ratio,
            thinking=variant.model.thinking,
            prefill=variant.prefill,
        )

    def tokens_of(self, texts: Iterable[str]) -> int:
        """Estimate the tokens of messages, by what endpoints counted so far."""
        return sum(self._estimator.estimate(text) + PER_MESSAGE for text in texts)

    def _size(self, message: Message) -> int:
        """Estimate the tokens of a message with what is attached."""
        return self.tokens_of([message.content]) + message.attached_tokens

    @property
    def token_ratio(self) -> float:
        """How many tokens endpoints counted so far for one that is estimated by the text alone."""
        return self._estimator.ratio

    def learn_ratio(self, message: Message) -> None:
        """Correct the estimate of tokens by what an endpoint counted."""
        counted = message.completion_tokens
        if counted is not None and message.state is State.COMPLETE:
            self._estimator.correct(message.content + message.reasoning, counted)

    async def preview(self, prompt: str = "") -> Preview:
        """The request that would be sent now, with `prompt` as the user's next message where it is not empty."""
        session = self._shared.current
        variant = session.variant()
        attached = [each.attached for each in session.attached]
        files = tuple(each.attachment for each in attached)
        leaf = session.conversation.leaf_id
        typed = [Message(0, leaf, Role.USER, prompt, attachments=files)] if prompt or files else []
        begun = [{"role": "assistant", "content": session.prefill}] if session.prefill else []
        outgoing = await self.outgoing(session, leaf, variant, typed, contents_of(attached))
        built = dialects.build(
            session.endpoint,
            session.model.wire_id,
            [*outgoing.messages, *begun],
            named(variant.values, session.id),
            self._models.learned_of(session),
            session.model.thinking,
        )
        last = session.last_reply()
        settings = last.settings if last is not None else None
        changed = differences(settings, variant.values) if settings is not None else []
        endpoint = dialects.for_prefill(session.endpoint) if begun else session.endpoint
        url = below(endpoint.base_url, CHAT_PATH)
        previous = last.sent if last is not None else None
        return Preview(built.body, url, built.omitted, changed, previous, outgoing.dropped, outgoing.notes)

    def check(self) -> Check:
        """The questions that tell what the current endpoint and model really do, ready to be asked."""
        from glmchat.turn.endpoint_check import Check

        session = self._shared.current
        model = session.model
        spending = self._shared.archive.spending
        pay = None if session.incognito else partial(spending.add, replies=1)
        return Check(self._shared.client, session.endpoint, model.wire_id, model.price, model.thinking, pay)

    def context(self) -> ContextUse:
        """How full the model's context window is with the branch that is read."""
        session = self._shared.current
        tokens, estimated = self._context_tokens(session)
        tokens += self._attached_tokens()
        room = session.values.get("max_tokens") or REPLY_ROOM
        return ContextUse(tokens, session.model.context, estimated, int(room), session.drop_oldest)

    def _attached_tokens(self) -> int:
        return sum(each.attached.attachment.tokens for each in self._shared.current.attached)

    def _context_tokens(self, session: OpenSession) -> tuple[int, bool]:
        """Tokens of the branch: the last count of an endpoint, and an estimate of what came after it."""
        total = 0
        texts: list[str] = []
        for node in reversed(session.conversation.path()):
            message = session.conversation.loaded.get(node.id)
            if message is None:
                total += node.size // 3
                continue
            prompt, reply = message.prompt_tokens, message.completion_tokens
            if message.role is Role.ASSISTANT and prompt is not None and reply is not None:
                kept = dialects.preserves(session.endpoint, session.values.plain())
                total += prompt + reply - (0 if kept else message.reasoning_tokens or 0)
                return total + self.tokens_of(texts), bool(texts) or message.estimated
            texts.append(message.content)
            total += message.attached_tokens
        return total + self.tokens_of([*texts, session.system] if session.system else texts), True

    def expected_cost(self, variants: list[Variant], prompt: str) -> dict[str, float] | None:
        """What asking all variants would cost at the least (the prompt alone), per currency; None if unknown."""
        costs: dict[str, float] = {}
        files = self._attached_tokens() if prompt else 0
        for variant in variants:
            price = variant.model.price
            if price is None or price.input is None:
                return None
            tokens = self._context_tokens(self._shared.current)[0] + self.tokens_of([prompt]) + files
            rate = price.at(tokens).input or 0.0
            costs[price.currency] = costs.get(price.currency, 0.0) + tokens * rate / 1000
        return costs

    def session_cost(self) -> dict[str, float]:
        """What the current session cost so far, per currency."""
        return dict(self._shared.current.costs)

"""What can be asked about the next request: its body, its place in the context window, what it may cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glmchat.address import CHAT_PATH, below
from glmchat.api import dialects
from glmchat.conversation import Message, Role
from glmchat.history.trouble import Mode
from glmchat.workspace.budget import REPLY_ROOM, ContextUse
from glmchat.workspace.session import OpenSession, Variant
from glmchat.workspace.tuning import Tuning
from glmchat.workspace.values import Difference, differences

if TYPE_CHECKING:
    from glmchat.check import Check


@dataclass(frozen=True, slots=True)
class Preview:
    """The request that would be sent now, and the one before it.

    `omitted` maps parameter names to the reason why they are not sent though set; `changed` says what differs from
    the values of the last reply; `previous` is the last reply's body without its messages. `told` says how the
    messages differ from those of the conversation, a sentence each.
    """

    body: dict[str, Any]
    url: str
    omitted: dict[str, str] = field(default_factory=dict)
    changed: list[Difference] = field(default_factory=list)
    previous: dict[str, Any] | None = None
    dropped: int = 0
    told: tuple[str, ...] = ()


class Knowing(Tuning):
    """The part of the workspace that answers questions."""

    async def preview(self, prompt: str = "") -> Preview:
        """The request that would be sent now, with `prompt` as the user's next message where it is not empty."""
        session = self.current
        variant = session.variant()
        typed = [Message(0, session.conversation.leaf_id, Role.USER, prompt)] if prompt else []
        outgoing = await self.outgoing(session, session.conversation.leaf_id, variant, typed)
        built = dialects.build(
            session.endpoint,
            session.model.wire_id,
            outgoing.messages,
            variant.values,
            self.learned_of(session),
        )
        last = session.last_reply()
        settings = last.settings if last is not None else None
        changed = differences(settings, variant.values) if settings is not None else []
        url = below(session.endpoint.base_url, CHAT_PATH)
        previous = last.sent if last is not None else None
        return Preview(built.body, url, built.omitted, changed, previous, outgoing.dropped, outgoing.told)

    def check(self) -> Check:
        """The questions that tell what the current endpoint and model really do, ready to be asked."""
        from glmchat.check import Check

        session = self.current
        model = session.model
        return Check(self.client, session.endpoint, model.wire_id, self.learned_of(session), model.price)

    @property
    def saving(self) -> bool:
        """Whether what is said in the current session reaches the disk at present."""
        return not self.current.incognito and self.archive.mode is Mode.DISK

    @property
    def unsaved(self) -> bool:
        """Whether something that was said is in memory only because the disk did not take it."""
        if self.archive.mode is Mode.MEMORY:
            return any(each.stored and not each.incognito for each in self.open_sessions.values())
        return self.archive.unsaved > 0

    def omitted(self) -> dict[str, str]:
        """Parameters that this endpoint does not take, by name, with the reason."""
        session = self.current
        refused = {**dialects.of(session.endpoint).refuses, **self.learned_of(session).refused}
        return dict(refused)

    def context(self) -> ContextUse:
        """How full the model's context window is with the branch that is read."""
        session = self.current
        tokens, estimated = self._context_tokens(session)
        room = session.values.get("max_tokens") or REPLY_ROOM
        return ContextUse(tokens, session.model.context, estimated, int(room), session.drop_oldest)

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
                total += prompt + reply - (message.reasoning_tokens or 0)
                return total + self.tokens_of(texts), bool(texts)
            texts.append(message.content)
        return total + self.tokens_of([*texts, session.system] if session.system else texts), True

    def expected_cost(self, variants: list[Variant], prompt: str) -> dict[str, float] | None:
        """What asking all variants would cost at the least (the prompt alone), per currency; None if unknown."""
        costs: dict[str, float] = {}
        for variant in variants:
            price = variant.model.price
            if price is None or price.input is None:
                return None
            tokens = self._context_tokens(self.current)[0] + self.tokens_of([prompt])
            costs[price.currency] = costs.get(price.currency, 0.0) + tokens * price.input / 1000
        return costs

    def session_cost(self) -> dict[str, float]:
        """What the current session cost so far, per currency."""
        return dict(self.current.costs)

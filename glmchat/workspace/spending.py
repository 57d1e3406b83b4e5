"""The budget: what a reply may cost is reckoned with before it is asked for, and corrected when it came."""

from __future__ import annotations

from glmchat.core.budget import judge, midnight
from glmchat.core.conversation import Cost, Failure, Message
from glmchat.turn.request import TurnRequest
from glmchat.workspace.session import OpenSession
from glmchat.workspace.shared import Shared

ADVICE = "Ask anyway, or raise the limit: /preferences, or [budget] in config.toml."


class Spending:
    """Holds replies to the limits of the configuration.

    A day's sum is that of the history, which other processes add to, and of what is said here without a trace. Replies
    that run count with what they are expected to cost.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._held: dict[int, tuple[int, Cost]] = {}  # by reply: its session, and what it is expected to cost
        self._untraced: dict[str, float] = {}
        self._told: set[str] = set()

    async def hold(
        self, session: OpenSession, reply_id: int, request: TurnRequest, allowed: bool
    ) -> Failure | None:
        """Reckon with a reply; the failure that it ends with where it would cross a limit and was not `allowed` to."""
        limits = self._shared.dependencies.budget
        if not limits or request.endpoint.demo:
            return None
        cost = request.expected_cost
        if cost is None:
            name = f"{request.model} at {request.endpoint.name}"
            self._tell(name, f"The price of {name} is unknown, so the budget does not hold for it.")
            return None
        today = await self._shared.archive.spending.by_currency(midnight())
        currency = cost.currency
        day = today.get(currency, 0.0) + self._untraced.get(currency, 0.0) + self._expected(currency)
        spent = session.costs.get(currency, 0.0) + self._expected(currency, session.id)
        verdict = judge(limits, cost, spent, day)
        if verdict is not None and verdict.crossed and not allowed:
            return Failure("budget", verdict.sentence, ADVICE)
        self._held[reply_id] = (session.id, cost)
        if verdict is not None and not verdict.crossed:
            self._tell(verdict.key, verdict.sentence)
        return None

    def ended(self, session: OpenSession, message: Message) -> None:
        """A reply came: what it really cost takes the place of what was expected."""
        self._held.pop(message.id, None)
        if session.incognito and message.cost is not None:
            currency = message.cost.currency
            self._untraced[currency] = self._untraced.get(currency, 0.0) + message.cost.amount

    async def apart(self, session: OpenSession, message: Message, replies: int = 0) -> None:
        """An answer came that is no message of the session, such as a title: what it cost counts like a reply's."""
        session.add_cost(message)
        self.ended(session, message)
        if not session.incognito:
            await self._shared.archive.spending.add(message, replies, session.id)

    def _expected(self, currency: str, session_id: int | None = None) -> float:
        """What the replies that run are expected to cost, in all sessions or in one."""
        return sum(
            cost.amount
            for id, cost in self._held.values()
            if cost.currency == currency and session_id in (None, id)
        )

    def _tell(self, key: str, sentence: str) -> None:
        """Say something once."""
        if key not in self._told:
            self._told.add(key)
            self._shared.notice(sentence, "warning")

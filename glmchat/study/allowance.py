"""What a study may spend: its own limit of cost, and the budget that it shares with all that is asked here.

Both are held before a request leaves: those on their way count with what they are expected to cost.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from glmchat.core.budget import Limits, judge, midnight
from glmchat.core.conversation import Cost, Message
from glmchat.study.progress import Progress
from glmchat.turn.request import TurnRequest


class Book(Protocol):
    """Where all who share a budget write down what they pay."""

    async def by_currency(self, since: float) -> dict[str, float]:
        """What was paid since a moment, by currency."""

    async def add(self, message: Message, replies: int = 0) -> bool:
        """Write down what a message cost, which counts as so many replies."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of the configuration, the book of what was paid, and who is told that one is near."""

    limits: Limits = field(default_factory=Limits)
    book: Book | None = None
    tell: Callable[[str], None] = lambda _: None


class Allowance:
    """Lets requests leave as long as what they are expected to cost fits; a study counts as a session.

    The budget is never crossed knowingly, the limit of the study by one reply at the most.
    """

    def __init__(self, progress: Progress, limit: float, budget: Budget) -> None:
        self._progress, self._limit, self._budget = progress, limit, budget
        self._on_their_way: Counter[str] = Counter()  # by currency, in how many requests
        self._reserved: dict[str, float] = {}
        self._told: set[str] = set()
        self._ended = asyncio.Condition()

    @asynccontextmanager
    async def held(self, request: TurnRequest) -> AsyncIterator[bool]:
        """Wait until a request fits beside those on their way, and count it among them; False where it never will."""
        cost = None if request.endpoint.demo else request.expected_cost
        if cost is None or not (self._limit or self._budget.limits):
            yield True
            return
        async with self._ended:
            while not (fits := await self._fits(cost)) and not self._progress.stopped:
                await self._ended.wait()
            if fits:
                self._count(cost, 1)
        try:
            yield fits
        finally:
            if fits:
                self._count(cost, -1)
            async with self._ended:
                self._ended.notify_all()

    async def paid(self, message: Message) -> None:
        """A reply came: what it cost takes the place of what was expected, here and for all who share the budget."""
        if message.cost is None:
            return
        self._progress.spend(message.cost.amount, message.cost.currency)
        if self._budget.book is not None:
            await self._budget.book.add(message, replies=1)

    def _count(self, cost: Cost, requests: int) -> None:
        self._on_their_way[cost.currency] += requests
        alone = not self._on_their_way[cost.currency]  # no rest of rounding stays
        before = self._reserved.get(cost.currency, 0.0)
        self._reserved[cost.currency] = 0.0 if alone else before + requests * cost.amount

    async def _fits(self, cost: Cost) -> bool:
        """Whether a request may leave now; the study is stopped where it may not though nothing is on its way."""
        reserved = self._reserved.get(cost.currency, 0.0)
        spent = self._progress.costs.get(cost.currency, 0.0) + reserved
        if self._limit and reserved and spent + cost.amount > self._limit:
            return False
        if not self._budget.limits:
            return True
        book = self._budget.book
        today = {} if book is None else await book.by_currency(midnight())
        day = today.get(cost.currency, 0.0) + reserved
        verdict = judge(self._budget.limits, cost, spent, day)
        if verdict is None:
            return True
        if verdict.crossed and not reserved:
            self._progress.stop(verdict.sentence, "budget")
        elif not verdict.crossed and verdict.key not in self._told:
            self._told.add(verdict.key)
            self._budget.tell(verdict.sentence)
        return not verdict.crossed

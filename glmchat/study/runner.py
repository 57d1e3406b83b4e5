"""Runs a study: asks what has no reply yet, some at once, within its limits, and keeps each reply as it comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from glmchat.analysis.token_estimate import PER_MESSAGE, rough
from glmchat.api.endpoint import Endpoint
from glmchat.core.budget import expected
from glmchat.core.conversation import Message
from glmchat.core.model import Price
from glmchat.study import checks
from glmchat.study.plan import Ask, Plan
from glmchat.study.store import Row, Store
from glmchat.turn.request import TurnRequest
from glmchat.turn.run import ChatSource, Finished, run

# Failures after which no other request of the same endpoint will do better.
_HOPELESS = ("auth", "credit", "forbidden")
# A judge grades the same reply the same way, as far as its model can.
_JUDGING: Mapping[str, float] = {"temperature": 0.0}


@dataclass(frozen=True, slots=True)
class Route:
    """Where the requests of a variant or of a judge go."""

    endpoint: Endpoint
    model: str
    price: Price | None = None
    retries: int = 2


@dataclass(slots=True)
class Progress:
    """How far a study is: replies that are there, failed ones, what they cost, and why it stopped early, if it did.

    `costs` are by currency, those of grading among them; `ungraded` counts replies that lack a check.
    """

    size: int
    done: int = 0
    failed: int = 0
    asked: int = 0
    ungraded: int = 0
    costs: dict[str, float] = field(default_factory=dict)
    stopped: str = ""
    started: float = field(default_factory=time.monotonic)

    @property
    def left_s(self) -> float | None:
        """Seconds until the end at the pace so far."""
        passed = time.monotonic() - self.started
        return passed / self.asked * (self.size - self.done) if self.asked else None

    def spend(self, amount: float, currency: str) -> None:
        """Count what something cost."""
        self.costs[currency] = self.costs.get(currency, 0.0) + amount


class Runner:
    """One run over a plan; `run` may be cancelled at any time, and what had come is kept."""

    def __init__(
        self,
        plan: Plan,
        routes: Mapping[str, Route],
        client: ChatSource,
        store: Store,
        judges: Mapping[str, Route] | None = None,
        watch: Callable[[Progress], None] = lambda _: None,
        checks_only: bool = False,
    ) -> None:
        """`routes` are by the variant's name, `judges` by that of their check.

        With `checks_only` nothing is asked but judges, of replies that came in another way.
        """
        self._plan, self._routes, self._client, self._store = plan, routes, client, store
        self._judges, self._watch = judges or {}, watch
        self._checks_only = checks_only
        self._next_start = 0.0
        self._reserved = 0.0  # what is on its way is expected to cost
        self._ended = asyncio.Condition()
        self.progress = Progress(plan.size)

    async def run(self) -> Progress:
        """Ask until all is there, or a limit is reached."""
        progress = self.progress
        done = self._store.done()
        progress.done = sum(ask.key in done for ask in self._plan.asks())
        progress.costs = self._store.spent()
        self._watch(progress)
        pending = self._pending(done)
        async with asyncio.TaskGroup() as group:
            for _ in range(int(self._plan.limits["concurrency"])):
                group.create_task(self._work(pending))
        return progress

    def _pending(self, done: set[str]) -> Iterator[tuple[Ask, Row | None]]:
        """What lacks a check, with its reply, then what has no reply."""
        names = {check.name for check in self._plan.checks}
        lacking = [
            row for row in self._store.rows_of(self._plan) if not row.error and not names <= set(row.checks)
        ] if names else []  # fmt: skip
        asks = {ask.key: ask for ask in self._plan.asks()} if lacking else {}
        for row in lacking:
            yield asks[row.key], row
        for ask in self._plan.asks() if not self._checks_only else ():
            if ask.key not in done:
                yield ask, None

    async def _work(self, pending: Iterator[tuple[Ask, Row | None]]) -> None:
        while not self._over():
            ask, row = next(pending, (None, None))
            if ask is None:
                return
            if row is None:
                row = await self._ask(ask)
                if row is None:
                    return
            if not row.error:
                await self._check(ask, row)

    def _over(self) -> bool:
        progress, limits = self.progress, self._plan.limits
        if progress.stopped:
            return True
        most = max(progress.costs, key=lambda each: progress.costs[each], default="")
        if limits["cost"] and most and progress.costs[most] >= limits["cost"]:
            progress.stopped = f"the limit of cost, {limits['cost']:g} {most}, is reached"
        elif limits["seconds"] and time.monotonic() - progress.started >= limits["seconds"]:
            progress.stopped = f"the limit of time, {limits['seconds']:g} s, is reached"
        return bool(progress.stopped)

    async def _wait_turn(self) -> None:
        """Keep to the limit of requests a minute, each start a place of its own in time."""
        rate = self._plan.limits["per_minute"]
        if rate:
            now = time.monotonic()
            start = max(now, self._next_start)
            self._next_start = start + 60 / rate
            await asyncio.sleep(start - now)

    async def _ask(self, ask: Ask) -> Row | None:
        """Ask for a reply and keep it at once, before it is checked; None where a limit is reached first."""
        message = await self._turn(_request(self._routes[ask.variant.name], ask))
        if message is None:
            return None
        row = _row(ask, message)
        self._store.keep(row)
        progress = self.progress
        progress.asked += 1
        progress.done += not row.error
        progress.failed += bool(row.error)
        self._watch(progress)
        return row

    async def _turn(self, request: TurnRequest) -> Message | None:
        """One request under all limits; None where one is reached before it leaves."""
        async with self._within_cost(request) as may:
            await self._wait_turn()
            if not may or self._over():
                return None
            message = await self._asked(request)
            if message.cost is not None:
                self.progress.spend(message.cost.amount, message.cost.currency)
            if message.failure is not None and message.failure.kind in _HOPELESS:
                self.progress.stopped = message.failure.full_message()
            return message

    async def _asked(self, request: TurnRequest) -> Message:
        async with aclosing(run(self._client, request)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.message
        raise AssertionError("a turn ends with its message")

    @asynccontextmanager
    async def _within_cost(self, request: TurnRequest) -> AsyncIterator[bool]:
        """Wait until a request, with those on their way, is not expected to cross the limit of cost.

        One alone may leave as long as the limit is not reached; so it is crossed by one reply at the most.
        """
        limit, cost = self._plan.limits["cost"], _expected(request) if self._plan.limits["cost"] else 0.0
        if not limit or not cost:
            yield True
            return
        async with self._ended:
            await self._ended.wait_for(lambda: self._over() or not self._reserved or self._fits(cost, limit))
            self._reserved += cost
        try:
            yield not self._over()
        finally:
            self._reserved -= cost
            if self._reserved < cost * 1e-9:
                self._reserved = 0.0
            async with self._ended:
                self._ended.notify_all()

    def _fits(self, cost: float, limit: float) -> bool:
        return max(self.progress.costs.values(), default=0.0) + self._reserved + cost <= limit

    async def _check(self, ask: Ask, row: Row) -> None:
        """Make the checks that a reply lacks, and keep what they say."""
        known = dict(row.checks)
        lacking = [check for check in self._plan.checks if check.name not in known]
        for check in lacking:
            judge = self._judges.get(check.name)
            grade = None if judge is None else partial(self._grade, judge)
            score = await checks.passed(check, ask.text, row.content, grade)
            if score is not None:
                known[check.name] = score
        if lacking:
            self._store.keep(replace(row, checks=known))
            self.progress.ungraded += len(known) < len(self._plan.checks)

    async def _grade(self, judge: Route, question: str) -> str:
        """What a judge says; empty where it said nothing, or a limit is reached."""
        messages = [{"role": "user", "content": question}]
        message = await self._turn(
            TurnRequest(
                judge.endpoint, judge.model, messages, _JUDGING, retries=judge.retries, price=judge.price
            )
        )
        if message is None:
            return ""
        if message.cost is not None:
            self._store.keep_grading(message.cost.amount, message.cost.currency)
        return "" if message.failure is not None else message.content


def _expected(request: TurnRequest) -> float:
    """What a request is expected to cost; 0 where its price is unknown."""
    tokens = sum(round(rough(str(each.get("content") or ""))) + PER_MESSAGE for each in request.messages)
    cost = expected(request.price, tokens, request.values.get("max_tokens"))
    return cost.amount if cost is not None else 0.0


def _request(route: Route, ask: Ask) -> TurnRequest:
    values = dict(ask.values)
    return TurnRequest(
        route.endpoint, route.model, ask.messages, values, retries=route.retries, settings=values,
        system=ask.variant.system, price=route.price,
    )  # fmt: skip


def _row(ask: Ask, message: Message) -> Row:
    failure = message.failure
    return Row(
        ask.key, ask.prompt, ask.variant.name, ask.repeat,
        message.content or message.refusal or "", message.reasoning, message.finish_reason,
        message.counts.completion, message.timing.total_s if message.timing else None,
        message.cost.amount if message.cost else None, message.cost.currency if message.cost else None,
        error=failure.full_message() if failure else "",
    )  # fmt: skip

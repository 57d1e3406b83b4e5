"""Runs a study: asks what has no reply yet, some at once, within its limits, and keeps each reply as it comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from glmchat.api.endpoint import Endpoint
from glmchat.core.conversation import Message
from glmchat.core.model import Price
from glmchat.study import checks
from glmchat.study.plan import Ask, Plan
from glmchat.study.store import Row, Store
from glmchat.turn.request import TurnRequest
from glmchat.turn.run import ChatSource, Finished, run

# Failures after which no other request of the same endpoint will do better.
_HOPELESS = ("auth", "credit", "forbidden")


@dataclass(frozen=True, slots=True)
class Route:
    """Where the requests of a variant go."""

    endpoint: Endpoint
    model: str
    price: Price | None = None
    retries: int = 2


@dataclass(slots=True)
class Progress:
    """How far a study is: replies that are there, failed ones, what they cost, and why it stopped early, if it did."""

    size: int
    done: int = 0
    failed: int = 0
    asked: int = 0
    cost: float = 0.0
    currency: str = ""
    stopped: str = ""
    started: float = field(default_factory=time.monotonic)

    @property
    def left_s(self) -> float | None:
        """Seconds until the end at the pace so far."""
        passed = time.monotonic() - self.started
        return passed / self.asked * (self.size - self.done) if self.asked else None


class Runner:
    """One run over a plan; `run` may be cancelled at any time, and what had come is kept."""

    def __init__(
        self,
        plan: Plan,
        routes: Mapping[str, Route],
        client: ChatSource,
        store: Store,
        judge: Route | None = None,
        watch: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        """`routes` are by the variant's name; `judge` is asked where a check is a judge's."""
        self._plan, self._routes, self._client, self._store = plan, routes, client, store
        self._judge, self._watch = judge, watch
        self._next_start = 0.0
        self.progress = Progress(plan.size)

    async def run(self) -> Progress:
        """Ask until all is there, or a limit is reached."""
        progress, limits = self.progress, self._plan.limits
        keys = {ask.key for ask in self._plan.asks()}
        done = self._store.done() & keys
        progress.done = sum(ask.key in done for ask in self._plan.asks())
        for row in self._store.rows(keys):
            self._spend(row)
        self._watch(progress)
        await self._recheck(keys)
        pending = (ask for ask in self._plan.asks() if ask.key not in done)
        async with asyncio.TaskGroup() as group:
            for _ in range(int(limits["concurrency"])):
                group.create_task(self._work(pending))
        return progress

    async def _work(self, pending: Iterator[Ask]) -> None:
        while not self._over():
            ask = next(pending, None)
            if ask is None:
                return
            await self._wait_turn()
            row = await self._ask(ask)
            self._store.keep(row)
            self._spend(row)
            self.progress.asked += 1
            self.progress.done += not row.error
            self.progress.failed += bool(row.error)
            self._watch(self.progress)

    def _over(self) -> bool:
        progress, limits = self.progress, self._plan.limits
        if limits["cost"] and progress.cost >= limits["cost"]:
            progress.stopped = f"the limit of cost, {limits['cost']:g} {progress.currency}, is reached"
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

    async def _ask(self, ask: Ask) -> Row:
        route = self._routes[ask.variant.name]
        message = await self._turn(_request(route, ask))
        row = _row(ask, message)
        if message.failure is not None:
            if message.failure.kind in _HOPELESS:
                self.progress.stopped = message.failure.full_message()
            return row
        return replace(row, checks=await self._check(ask, row, {}))

    async def _turn(self, request: TurnRequest) -> Message:
        async with aclosing(run(self._client, request)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.message
        raise AssertionError("a turn ends with its message")

    async def _check(self, ask: Ask, row: Row, known: Mapping[str, float]) -> dict[str, float]:
        """The checks of a reply; those that are known are not made again."""
        out = dict(known)
        for check in self._plan.checks:
            if check.name not in out:
                score = await checks.passed(
                    check, ask.text, row.content, self._grade if self._judge else None
                )
                if score is not None:
                    out[check.name] = score
        return out

    async def _grade(self, question: str) -> str:
        assert self._judge is not None  # noqa: S101  (it is asked only where there is one)
        route = self._judge
        messages = [{"role": "user", "content": question}]
        message = await self._turn(TurnRequest(route.endpoint, route.model, messages, retries=route.retries))
        return message.content

    async def _recheck(self, keys: set[str]) -> None:
        """Make the checks that replies of an earlier run lack, since the plan has more of them now."""
        names = {check.name for check in self._plan.checks}
        lacking = [row for row in self._store.rows(keys) if not row.error and not names <= set(row.checks)]
        asks = {ask.key: ask for ask in self._plan.asks()} if lacking else {}
        for row in lacking:
            self._store.keep(replace(row, checks=await self._check(asks[row.key], row, row.checks)))

    def _spend(self, row: Row) -> None:
        if row.cost:
            self.progress.cost += row.cost
            self.progress.currency = row.currency or self.progress.currency


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

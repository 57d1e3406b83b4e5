"""Runs a study: asks what has no reply yet, some at once, within its limits, and keeps each reply as it comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from glmchat.api.endpoint import Endpoint
from glmchat.core.conversation import Message
from glmchat.core.model import Price
from glmchat.study import checks
from glmchat.study.allowance import Allowance, Budget
from glmchat.study.plan import Ask, Plan
from glmchat.study.progress import Progress
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
        budget: Budget | None = None,
    ) -> None:
        """`routes` are by the variant's name, `judges` by that of their check; `budget` is one that holds beside it.

        With `checks_only` nothing is asked but judges, of replies that came in another way.
        """
        self._plan, self._routes, self._client, self._store = plan, routes, client, store
        self._judges, self._watch = judges or {}, watch
        self._checks_only = checks_only
        self._next_start = 0.0
        self.progress = Progress(plan.size)
        self._allowance = Allowance(self.progress, plan.limits["cost"], budget or Budget())

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
            progress.stop(f"the limit of cost, {limits['cost']:g} {most}, is reached")
        elif limits["seconds"] and time.monotonic() - progress.started >= limits["seconds"]:
            progress.stop(f"the limit of time, {limits['seconds']:g} s, is reached")
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
        async with self._allowance.held(request) as may:
            await self._wait_turn()
            if not may or self._over():
                return None
            message = await self._asked(request)
            await self._allowance.paid(message)
            if message.failure is not None and message.failure.kind in _HOPELESS:
                self.progress.stop(message.failure.full_message(), message.failure.kind)
            return message

    async def _asked(self, request: TurnRequest) -> Message:
        async with aclosing(run(self._client, request)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.message
        raise AssertionError("a turn ends with its message")

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

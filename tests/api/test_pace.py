"""How often a stream is read: what comes little and often is taken several pieces at a time."""

from __future__ import annotations

from types import SimpleNamespace

import httpcore
import pytest

from glmchat.api.network.attempt import WatchedStream

PLACE = "glmchat.api.network.attempt"


class Source(httpcore.AsyncNetworkStream):
    """A connection on which something has always come."""

    def __init__(self) -> None:
        self.piece = b"data: x\n\n"

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.piece

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        pass


class Clock:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.slept = 100.0, 0
        monkeypatch.setattr(f"{PLACE}.time", SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr(f"{PLACE}.asyncio", SimpleNamespace(sleep=self.sleep))

    async def sleep(self, seconds: float) -> None:
        self.slept += 1
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


async def test_the_first_pieces_of_each_answer_wait_for_nothing(clock: Clock) -> None:
    stream = WatchedStream(Source(), None)
    for _ in range(3):
        await stream.write(b"a request")
        for _ in range(6):
            await stream.read(100)
    assert clock.slept == 0


async def test_pieces_that_come_often_are_read_at_a_pace(clock: Clock) -> None:
    stream = WatchedStream(Source(), None)
    for _ in range(107):
        await stream.read(100)
    assert clock.slept == 100 and clock.now == pytest.approx(100.8)


async def test_pieces_that_come_seldom_wait_for_nothing(clock: Clock) -> None:
    stream = WatchedStream(Source(), None)
    for _ in range(50):
        await stream.read(100)
        clock.now += 0.05
    assert clock.slept == 0


async def test_what_comes_in_bulk_waits_for_nothing(clock: Clock) -> None:
    source = Source()
    stream = WatchedStream(source, None)
    source.piece = b"x" * 5000
    for _ in range(50):
        await stream.read(10_000)
    assert clock.slept == 0

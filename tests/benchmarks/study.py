"""How fast a study asks, and whether its memory stays flat: ``python -m tests.benchmarks.study [--requests 10000]``.

A loopback server answers; a bare loop of httpx asks for the same replies with as many at once in the same run, before
and after. Both read the stream to its end; the study also keeps each reply in its file.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import httpx

from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.study.plan import Plan, Variant
from glmchat.study.progress import Progress
from glmchat.study.runner import Route, Runner
from glmchat.study.store import Store
from tests.benchmarks.measure import Server, serving

_PROMPT = "bench:tokens=20,rate=0,kind=markdown,id=S"


def rss_mib() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


async def bare(server: Server, requests: int, at_once: int) -> float:
    """Requests a second of a bare loop of httpx that reads each stream to its end."""
    body = {"model": "bench-model", "messages": [{"role": "user", "content": _PROMPT}], "stream": True}
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    left = iter(range(requests))
    async with httpx.AsyncClient(limits=limits, timeout=60) as client:

        async def work() -> None:
            for _ in left:
                async with client.stream("POST", f"{server.base}/chat/completions", json=body) as response:
                    async for _ in response.aiter_bytes():
                        pass

        start = time.monotonic()
        await asyncio.gather(*(work() for _ in range(at_once)))
        return requests / (time.monotonic() - start)


async def study(server: Server, requests: int, at_once: int, folder: Path) -> tuple[float, list[float]]:
    """Requests a second of a study, and its memory at each tenth."""
    limits = {"concurrency": at_once, "per_minute": 0, "cost": 0, "seconds": 0}
    plan = Plan("bench", (_PROMPT,), (Variant("v"),), repeats=requests, limits=limits)
    route = Route(Endpoint("bench", server.base, "wcode"), "bench-model", retries=0)
    memory: list[float] = []

    def watch(progress: Progress) -> None:
        if progress.asked * 10 >= requests * (len(memory) + 1):
            memory.append(rss_mib())

    with Store(folder / "s.db") as store:
        start = time.monotonic()
        progress = await Runner(plan, {"v": route}, ChatClient(), store, watch=watch).run()
        passed = time.monotonic() - start
    assert progress.done == requests, f"{progress.failed} failed"
    return requests / passed, memory


def measured(requests: int, at_once: int, rounds: int) -> Iterator[tuple[float, float, list[float]]]:
    """Each round: requests a second of the bare loop and of the study, and the study's memory."""
    with serving() as server:
        # Its log of requests must be read, for a full pipe would hold it up.
        threading.Thread(target=lambda: deque(server.process.stdout or (), 0), daemon=True).start()
        for _ in range(rounds):
            first = asyncio.run(bare(server, requests, at_once))
            with tempfile.TemporaryDirectory() as folder:
                rate, memory = asyncio.run(study(server, requests, at_once, Path(folder)))
            second = asyncio.run(bare(server, requests, at_once))
            yield (first + second) / 2, rate, memory


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    for loop, rate, memory in measured(options.requests, options.at_once, options.rounds):
        print(f"bare httpx {loop:,.0f} requests/s, study {rate:,.0f} requests/s: {rate / loop:.2f} of it")
        print(f"memory MiB at each tenth: {' '.join(f'{each:.0f}' for each in memory)}", flush=True)


if __name__ == "__main__":
    main()

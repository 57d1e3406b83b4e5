"""A comparison of six columns that stream at once: what it takes of a core."""

from __future__ import annotations

import time

from tests.benchmarks.measure import Server, running, warm

COLUMNS = 6
_SETTLE_S = 2.0


def share_of_a_core(server: Server, rate: float, seconds: float) -> float:
    """The share of a core that a sweep over six values takes while each column streams at `rate` tokens a second."""
    with running("glmchat", server.base) as terminal:
        warm(terminal, server)
        mark = server.new_mark()
        values = " ".join(f"{each / 5:g}" for each in range(COLUMNS))
        tokens = int(rate * (seconds + 3 * _SETTLE_S))
        asked = f"bench:tokens={tokens},rate={rate:g},kind=markdown,id={mark}"
        terminal.type(f"/sweep temperature {values} -- {asked}".encode())
        terminal.pump(0.5)
        terminal.type(b"\r")
        terminal.shows("Send them", 10)
        terminal.type(b"\r")
        terminal.pump(_SETTLE_S)
        used, begun = terminal.usage().cpu_s, time.monotonic()
        terminal.pump(seconds)
        return (terminal.usage().cpu_s - used) / (time.monotonic() - begun)

"""What a server does at random, and how much of its text a client must have at the end."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field

from glmchat.core.conversation import State
from tests.wire.server import DONE, Reply, chunk, plain

# How long a client has patience with a server that stalls.
IDLE_S = 0.15


@dataclass
class Plan:
    """What the server will do, and how much of the text a client must have at the end."""

    name: str
    reply: Reply
    content: str = ""
    states: tuple[State, ...] = (State.COMPLETE,)
    refuse: bool = False
    cancel: bool = False
    received: list[str] = field(default_factory=list)


def words(rng: random.Random) -> list[str]:
    alphabet = ["one ", "二", "🚀", "\u2028", "\n", "`x`", "\x1b[2J", "ä", "tail"]
    return ["begin ", *(rng.choice(alphabet) for _ in range(rng.randrange(30)))]


def good(rng: random.Random) -> tuple[str, list[bytes]]:
    pieces = words(rng)
    return "".join(pieces), [chunk({"content": piece}) for piece in pieces]


def slices(rng: random.Random, data: bytes, most: int) -> list[bytes]:
    places = sorted(rng.randrange(len(data)) for _ in range(rng.randrange(most)))
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


END = [chunk({}, "stop"), DONE]


def plan(rng: random.Random, *, big: bool) -> Plan:  # noqa: PLR0912  (one branch a misbehaviour)
    text, events = good(rng)
    whole = b"".join([*events, *END])
    part = b"".join(events)
    match rng.randrange(13):
        case 0:
            return Plan("good", Reply(slices(rng, whole, 20)), text)
        case 1:
            return Plan("refuses", Reply(), states=(State.FAILED,), refuse=True)
        case 2:
            stalls = Reply(slices(rng, part, 5), linger_s=60)
            return Plan("stalls", stalls, text, (State.CUT,))
        case 3:
            return Plan("resets", Reply(slices(rng, part, 5), reset=True), text, (State.CUT,))
        case 4:
            return Plan("cuts", Reply(slices(rng, part, 5), cut=True), text, (State.CUT,))
        case 5:
            garbage = [rng.randbytes(rng.randrange(1, 200)) + b"\n\n" for _ in range(3)]
            mixed = [*garbage[:1], *events, *garbage[1:], *END]
            return Plan("garbles", Reply(slices(rng, b"".join(mixed), 9)), text)
        case 6:
            flood = "x" * (1_000_000 if big else 200_000)
            return Plan("floods", Reply([chunk({"content": flood}), *END]), flood)
        case 7:
            count = 100_000 if big else 3_000
            tiny = (b": " + b"." * 50 + b"\n\n") * (count // 60) + whole
            return Plan("dribbles", Reply([tiny[k : k + 1] for k in range(len(tiny))]), text)
        case 8:
            return Plan("no reply", Reply([rng.randbytes(60)], raw=True), states=(State.FAILED,))
        case 9:
            status = rng.choice([400, 401, 429, 500, 503])
            return Plan("fails", plain(status, rng.randbytes(40).decode("latin-1")), states=(State.FAILED,))
        case 10:
            error = b"data: " + json.dumps({"error": {"message": "died", "code": 500}}).encode() + b"\n\n"
            return Plan("dies", Reply([*events, error]), text, (State.CUT,))
        case 11:
            return Plan("lingers", Reply([whole], linger_s=60), text)
        case _:
            return Plan("is left", Reply([part], linger_s=60), text, (State.STOPPED,), cancel=True)

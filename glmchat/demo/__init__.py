"""The built-in model: an httpx transport that answers like the real endpoint, in process, without a socket.

Small n-gram language models, one over the manual and one over texts that tell and describe. No key and no network is
needed, and every parameter is honoured.

Stands on `core`, `analysis` and `manual`; imported by `commands` only, which hands it on as a transport.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.core.catalogue import DEMO_BASE_URL as BASE_URL
from glmchat.core.catalogue import DEMO_CONTEXT as CONTEXT
from glmchat.core.catalogue import DEMO_MODEL_ID as MODEL_ID

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import httpx

__all__ = ["BASE_URL", "CONTEXT", "MODEL_ID", "TOKENS_PER_SECOND", "logprobs", "transport"]

# Like a real model under light load.
TOKENS_PER_SECOND = 50.0


def transport(tokens_per_second: float | None = TOKENS_PER_SECOND) -> httpx.AsyncBaseTransport:
    """Make a transport that answers for `BASE_URL`; None writes as fast as it can."""
    from glmchat.demo.server import DemoTransport

    return DemoTransport(tokens_per_second)


def logprobs(body: Mapping[str, Any], id: str, content: str) -> dict[str, Any] | None:
    """The log-probabilities of a reply of the built-in model, by its request, its id and its text; it takes a while."""
    from glmchat.demo import replay

    return replay.logprobs(body, id, content)

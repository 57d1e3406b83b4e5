"""The built-in model: an httpx transport that answers like the real endpoint, in process, without a socket.

A small n-gram language model over the manual. It needs no key and no network, and honours every parameter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

MODEL_ID = "glmchat/demo"
# A name that can never be a host on the network (RFC 2606); https, though nothing is ever sent.
BASE_URL = "https://demo.invalid/v1"
CONTEXT = 32_768
# Like a real model under light load.
TOKENS_PER_SECOND = 50.0


def transport(tokens_per_second: float | None = TOKENS_PER_SECOND) -> httpx.AsyncBaseTransport:
    """Make a transport that answers for `BASE_URL`; None writes as fast as it can."""
    from glmchat.demo.server import DemoTransport

    return DemoTransport(tokens_per_second)

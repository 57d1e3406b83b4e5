"""Whatever is sent, the built-in model answers or refuses; it never breaks."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from glmchat import demo
from glmchat.core import parameters
from glmchat.demo.server import DemoTransport

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS = [*dict.fromkeys(row.keys[0] for row in parameters.TABLE), "stream", "stream_options", "n", "user"]
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["system", "user", "assistant", "tool"])},
        optional={"content": st.text() | JSON, "tool_calls": JSON, "tool_call_id": JSON},
    ),
    max_size=4,
)
SCHEMAS = st.recursive(
    st.fixed_dictionaries({"type": st.sampled_from(["string", "integer", "number", "boolean", "null"])}),
    lambda inner: (
        st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(st.text(max_size=5), inner, max_size=3)}
        )
        | st.fixed_dictionaries({"type": st.just("array"), "items": inner})
    ),
    max_leaves=5,
)


def status(body: Any) -> int:
    async def post() -> httpx.Response:
        request = httpx.Request("POST", demo.BASE_URL + "/chat/completions", content=json.dumps(body))
        response = await DemoTransport(None).handle_async_request(request)
        await response.aread()
        return response

    response = asyncio.run(post())
    if response.status_code != 200:
        assert set(response.json()["error"]) == {"message", "type", "param", "code"}
    return response.status_code


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=3), MESSAGES | JSON)
def test_any_values_and_messages_are_answered_or_refused(values: dict[str, Any], messages: Any) -> None:
    assert status({**values, "model": demo.MODEL_ID, "messages": messages, "max_tokens": 40}) in (200, 400)


@settings(max_examples=60)
@given(SCHEMAS, st.text(max_size=30))
def test_simple_schemas_are_filled(schema: dict[str, Any], question: str) -> None:
    wrapped = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}
    messages = [{"role": "user", "content": question}]
    body = {"model": demo.MODEL_ID, "messages": messages, "response_format": wrapped}
    assert status(body) == 200

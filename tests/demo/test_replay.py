"""The built-in model tells the probabilities of a reply afterwards, though nobody had asked for them."""

from __future__ import annotations

from typing import Any

import pytest

from glmchat import demo
from tests.demo.conftest import Demo

ASKED: list[dict[str, Any]] = [
    {},
    {"temperature": 1.5},
    {"seed": 7, "reasoning": {"enabled": False}},
    {"verbosity": "high", "max_tokens": 40, "reasoning": {"enabled": False}},
    {"stop": ["."], "frequency_penalty": 1.0},
]


@pytest.mark.parametrize(
    "prompt", ["Tell me a short story about a fox.", "给我讲一个故事。", "What is min_p?"]
)
@pytest.mark.parametrize("values", ASKED, ids=str)
async def test_a_reply_is_written_again_as_it_was(model: Demo, prompt: str, values: dict[str, Any]) -> None:
    reply = await model.ask(prompt, **values)
    content = reply["choices"][0]["message"]["content"]
    found = demo.logprobs(model.body(prompt, **values), reply["id"], content)
    assert found is not None
    assert "".join(each["token"] for each in found["content"]).startswith(content)
    assert {len(each["top_logprobs"]) for each in found["content"]} <= {0, 1, 20}


async def test_they_are_what_the_reply_itself_would_have_carried(model: Demo) -> None:
    asked = {"seed": 5, "reasoning": {"enabled": False}}
    with_them = await model.ask("Tell me a story.", logprobs=True, top_logprobs=20, **asked)
    without = await model.ask("Tell me a story.", **asked)
    content = without["choices"][0]["message"]["content"]
    found = demo.logprobs(model.body("Tell me a story.", **asked), without["id"], content)
    assert found is not None
    assert found["content"] == with_them["choices"][0]["logprobs"]["content"]


async def test_of_a_reply_that_was_stopped_there_are_those_that_came(model: Demo) -> None:
    reply = await model.ask("Tell me a story.")
    begun = reply["choices"][0]["message"]["content"][:60]
    found = demo.logprobs(model.body("Tell me a story."), reply["id"], begun)
    assert found is not None
    text = "".join(each["token"] for each in found["content"])
    assert text.startswith(begun)
    assert len(text) < len(begun) + 20


async def test_of_what_it_did_not_write_it_tells_nothing(model: Demo) -> None:
    reply = await model.ask("Tell me a story.")
    body = model.body("Tell me a story.")
    content = reply["choices"][0]["message"]["content"]
    assert demo.logprobs(body, reply["id"], content + "!") is None
    assert demo.logprobs(body, reply["id"], "Something else.") is None
    assert demo.logprobs(body, "chatcmpl-1", content) is None
    assert demo.logprobs(body, reply["id"], "") is None
    assert demo.logprobs({}, reply["id"], content) is None

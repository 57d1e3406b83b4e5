"""Whatever stands where, no shape of a chunk ends a reply with anything but an error of ours."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from glmchat.commands.ask import report
from glmchat.core import attachments
from glmchat.history.codec import from_json, to_json
from glmchat.turn import ending_notes
from tests.wire.helpers import assemble
from tests.wire.server import DONE

KEYS = [
    "id", "model", "created", "provider", "usage", "choices", "error", "data", "x_groq", "index", "delta",
    "message", "text",
    "finish_reason", "logprobs", "content", "reasoning", "reasoning_content", "thinking",
    "reasoning_details", "refusal",
    "tool_calls", "function_call", "function", "name", "arguments", "images", "image_url", "url", "annotations",
    "url_citation", "citations", "search_results", "context", "web_search", "type", "title", "extra_content", "done",
]  # fmt: skip
WORDS = [
    "",
    "a",
    "stop",
    "abort",
    "text",
    "thinking",
    "image_url",
    "tool_use",
    "http://[",
    "data:,x",
    "{}",
    "\ud83d",
    "<think>",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.floats(allow_nan=True) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)
DELTAS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5)
CHUNKS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3) | st.builds(
    lambda chunk, choice, delta: {**chunk, "choices": [{**choice, "delta": delta}]}, DELTAS, DELTAS, DELTAS
)


@settings(max_examples=400)
@given(st.lists(CHUNKS | VALUES, max_size=4), st.booleans())
def test_any_shape_makes_a_message_that_can_be_told_kept_and_shown(
    chunks: list[object], stream: bool
) -> None:
    if stream:
        message = assemble([*(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks), DONE])
    else:
        message = assemble(
            [json.dumps(chunks[0] if len(chunks) == 1 else chunks).encode()], "application/json"
        )
    assert message.failure is None or message.failure.advice
    told = json.dumps(report(message, None))
    assert json.loads(told)["content"] == message.content
    kept = json.loads(json.dumps(to_json(message)))
    assert json.dumps(to_json(from_json(kept))) == json.dumps(kept)
    ending_notes.note(message)
    for image in message.images:
        attachments.picture_line(image)
        attachments.raw(image)

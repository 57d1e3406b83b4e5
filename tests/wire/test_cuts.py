"""Wherever the network cuts a stream, nothing changes."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wire.helpers import assemble, endpoint, essence, request, run_turn
from tests.wire.server import DONE, Case, Reply, case, cases, chunk, resliced, serving

ODD = {
    "carriage returns": [chunk({"content": "a\u2028b\x85c"}), chunk({}, "stop"), DONE],
    "tags": [chunk({"content": "<think>x <b"}), chunk({"content": "> y</think>\n\n</think> z"}), DONE],
    "lone tag": [
        chunk({"content": "thought `a`\n```\n</think>\n```\n</think>\nanswer"}),
        chunk({}, "stop"),
        DONE,
    ],
    "late backtick": [
        chunk({"content": "see `x </think> y"}),
        chunk({"content": " z` end"}),
        chunk({}, "stop"),
    ],
    "never closed": [chunk({"content": "a ` b </think> c"}), chunk({}, "stop"), DONE],
    "quotation marks": [chunk({"content": 'say "</think>" and go'}), chunk({}, "stop"), DONE],
    "surrogates": [
        b'data: {"choices":[{"delta":{"content":"x\\ud83d"}}]}\n\n',
        b'data: {"choices":[{"delta":{"content":"\\ude00y\\ud83d"}}]}\n\n',
        b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n',
    ],
    "two data lines": [
        b'data: {"choices": [{"delta":\ndata: {"content": "a"}, "finish_reason": "stop"}]}\n\n',
        DONE,
    ],
    "no blank lines": [chunk({"content": "a"})[:-1], chunk({"content": "b"}, "stop")[:-1], DONE],
    "begins like JSON": [b"[{damaged\n\n", chunk({"content": "a"}), chunk({}, "stop"), DONE],
    "a mark, and no UTF-8": [
        b"\xef\xbb\xbf" + chunk({"content": "a"}),
        b"data: \xff\n\n",
        chunk({}, "stop"),
        DONE,
    ],
}


def variants() -> dict[str, Case]:
    made = {name: Case(name, Reply(pieces), {}) for name, pieces in ODD.items()}
    for name, pieces in ODD.items():
        whole = b"".join(pieces)
        made[name + ", CR"] = Case(name, Reply([whole.replace(b"\n", b"\r")]), {})
        made[name + ", CRLF"] = Case(name, Reply([whole.replace(b"\n", b"\r\n")]), {})
    for name in cases():
        recorded = case(name)
        if recorded.reply.status == 200:
            made[name] = recorded
    return made


VARIANTS = variants()


def body(recorded: Case) -> bytes:
    return b"".join(recorded.reply.chunks)


def content_type(recorded: Case) -> str:
    return recorded.reply.headers.get("content-type", "")


@pytest.mark.parametrize("name", VARIANTS)
def test_a_byte_at_a_time_is_the_same_as_all_at_once(name: str) -> None:
    recorded = VARIANTS[name]
    whole = body(recorded)
    at_once = assemble([whole], content_type(recorded))
    single = assemble([whole[k : k + 1] for k in range(len(whole))], content_type(recorded))
    assert essence(single) == essence(at_once)


def test_line_ends_make_no_difference() -> None:
    for name in ODD:
        plain = essence(assemble([body(VARIANTS[name])]))
        if "\\u2028" not in name:
            assert essence(assemble([body(VARIANTS[name + ", CR"])])) == plain
            assert essence(assemble([body(VARIANTS[name + ", CRLF"])])) == plain


@settings(max_examples=200)
@given(st.data())
def test_any_cuts_are_the_same_as_none(data: st.DataObject) -> None:
    recorded = VARIANTS[data.draw(st.sampled_from(sorted(VARIANTS)), label="stream")]
    whole = body(recorded)
    cuts = data.draw(st.lists(st.integers(0, max(0, len(whole))), max_size=12), label="cuts")
    cut = resliced(recorded.reply, cuts)
    assert essence(assemble(cut.chunks, content_type(recorded))) == essence(
        assemble([whole], content_type(recorded))
    )


async def over_sockets(seed: int, turns: int) -> None:
    rng = random.Random(seed)
    # One head is no HTTP, of which the bodies that are read here say nothing.
    odd = "bad_header_line"
    names = [name for name in sorted(VARIANTS) if not VARIANTS[name].reply.linger_s and odd not in name]
    for _ in range(turns):
        recorded = VARIANTS[rng.choice(names)]
        whole = body(recorded)
        cut = resliced(recorded.reply, [rng.randrange(len(whole) + 1) for _ in range(rng.randrange(1, 30))])
        async with serving(cut) as server:
            _, message = await run_turn(request(endpoint(server.base_url), retries=0))
        expected = essence(assemble([whole], content_type(recorded)))
        got = essence(message)
        if recorded.reply.reset:
            assert got.pop("failure").kind == expected.pop("failure").kind
        elif expected["failure"] is not None and not expected["content"]:
            # A turn advises otherwise where nothing came.
            got["failure"], expected["failure"] = (
                replace(each["failure"], advice="") for each in (got, expected)
            )
        assert got == expected


async def test_cuts_over_real_sockets_are_the_same_as_none() -> None:
    await over_sockets(1, 40)


@pytest.mark.full
async def test_many_cuts_over_real_sockets_are_the_same_as_none() -> None:
    await over_sockets(2, 1000)

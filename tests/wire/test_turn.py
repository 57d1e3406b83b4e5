import asyncio

import pytest

from glmchat.api import events as ev
from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Timeouts
from glmchat.core.conversation import Cost, State
from glmchat.core.model import Price
from glmchat.turn import run
from glmchat.turn.reply import Reply as Growing
from tests.waiting import until
from tests.wire.helpers import Memory, Sleeper, endpoint, request, run_turn
from tests.wire.server import DONE, Received, Reply, chunk, free_port, plain, serving, stream

GOOD = stream("hello")
BUSY = plain(503, {"error": {"message": "busy"}})


async def test_a_good_turn_ends_with_its_message_and_is_saved() -> None:
    recorder = Memory()
    price = Price(0.0055, 0.02, "CNY")
    async with serving(stream("a", "b", reasoning=["r"])) as server:
        asked = request(
            endpoint(server.base_url), values={"top_p": 0.9}, price=price, parent_id=7, system="s", dropped=2
        )
        events, message = await run_turn(asked, recorder=recorder)
    assert (message.content, message.reasoning, message.state) == ("ab", "r", State.COMPLETE)
    assert recorder.saved == [message]
    assert message.id == asked.reply_id
    assert (message.parent_id, message.system, message.dropped) == (7, "s", 2)
    assert message.sent == {
        "model": "z-ai/glm-4.5",
        "top_p": 0.9,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert server.received[0].body["messages"] == asked.messages
    assert message.cost == Cost(10 * 0.0055 / 1000 + 7 * 0.02 / 1000, "CNY")
    timing = message.timing
    assert timing is not None
    assert timing.first_token_s is not None
    assert timing.first_answer_s is not None
    assert timing.total_s is not None
    assert 0 <= timing.first_token_s <= timing.first_answer_s <= timing.total_s
    assert sum(event.events for event in events if isinstance(event, ev.ContentDelta)) == 2


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 524, 529])
async def test_a_passing_fault_is_tried_again(status: int) -> None:
    sleeper = Sleeper()
    async with serving([plain(status, "x"), GOOD]) as server:
        events, message = await run_turn(request(endpoint(server.base_url), retries=2), sleep=sleeper)
        assert len(server.received) == 2
    assert message.state is State.COMPLETE
    scheduled = [event for event in events if isinstance(event, run.RetryScheduled)]
    assert [(each.attempt, each.attempts) for each in scheduled] == [(2, 3)]
    assert sleeper.waits == [scheduled[0].delay_s]
    assert scheduled[0].failure.status == status


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422, 501])
async def test_other_faults_are_not(status: int) -> None:
    async with serving([plain(status, "x"), GOOD]) as server:
        _, message = await run_turn(request(endpoint(server.base_url)), sleep=Sleeper())
        assert len(server.received) == 1
    assert message.state is State.FAILED
    assert message.failure is not None


async def test_a_429_about_money_is_not_tried_again() -> None:
    arrears = plain(429, {"error": {"code": "1113", "message": "欠费"}})
    async with serving([arrears, GOOD]) as server:
        _, message = await run_turn(request(endpoint(server.base_url)), sleep=Sleeper())
        assert len(server.received) == 1
    assert message.failure is not None
    assert message.failure.kind == "credit"


async def test_waits_grow_and_attempts_end() -> None:
    sleeper = Sleeper()
    async with serving(BUSY) as server:
        _, message = await run_turn(request(endpoint(server.base_url), retries=4), sleep=sleeper)
        assert len(server.received) == 5
    assert message.state is State.FAILED
    assert len(sleeper.waits) == 4
    for place, wait in enumerate(sleeper.waits):
        assert 0.75 * 0.5 * 2**place <= wait <= 1.25 * 0.5 * 2**place


async def test_no_retries_means_one_attempt() -> None:
    async with serving([BUSY, GOOD]) as server:
        await run_turn(request(endpoint(server.base_url), retries=0), sleep=Sleeper())
        assert len(server.received) == 1


async def test_a_refused_connection_is_tried_again() -> None:
    sleeper = Sleeper()
    nobody = endpoint(f"http://127.0.0.1:{free_port()}/v1")
    _, message = await run_turn(request(nobody, retries=1), sleep=sleeper)
    assert message.failure is not None
    assert (message.failure.kind, message.failure.retryable) == ("network", True)
    assert len(sleeper.waits) == 1


async def test_retry_after_is_honoured_up_to_a_limit() -> None:
    sleeper = Sleeper()
    async with serving([plain(429, "slow", **{"retry-after": "7"}), GOOD]) as server:
        await run_turn(request(endpoint(server.base_url)), sleep=sleeper)
    assert sleeper.waits == [7.0]
    async with serving([plain(429, "slow", **{"retry-after": "3700"}), GOOD]) as server:
        _, message = await run_turn(request(endpoint(server.base_url)), sleep=sleeper)
        assert len(server.received) == 1
    assert message.failure is not None
    assert "61 min 40 s" in message.failure.advice
    assert message.failure.message == "slow"


@pytest.mark.parametrize("delta", [{"content": "part"}, {"reasoning": "part"}, {"refusal": "part"}])
async def test_after_the_first_visible_token_nothing_is_tried_again(delta: dict[str, str]) -> None:
    broken = Reply([chunk(delta), b'data: {"error": {"code": 503, "message": "died"}}\n\n'])
    async with serving([broken, GOOD]) as server:
        _, message = await run_turn(request(endpoint(server.base_url)), sleep=Sleeper())
        assert len(server.received) == 1
    assert message.state is State.CUT
    assert "part" in (message.content, message.reasoning, message.refusal)


@pytest.mark.parametrize(
    ("came", "advice"), [([], "Nothing of it arrived"), ([chunk({"content": "a"})], "is kept")]
)
async def test_what_a_cut_says_is_kept_is_there(came: list[bytes], advice: str) -> None:
    async with serving(Reply(came)) as server:
        _, message = await run_turn(request(endpoint(server.base_url), retries=0), sleep=Sleeper())
    assert message.failure is not None and message.failure.kind == "cut"
    assert advice in message.failure.advice


async def test_a_fault_in_the_stream_before_any_token_is_tried_again() -> None:
    broken = Reply(
        [chunk({"role": "assistant", "content": ""}), b'data: {"error": {"code": 503, "message": "x"}}\n\n']
    )
    async with serving([broken, GOOD]) as server:
        _, message = await run_turn(request(endpoint(server.base_url)), sleep=Sleeper())
        assert len(server.received) == 2
    assert (message.content, message.state, message.failure) == ("hello", State.COMPLETE, None)


@pytest.mark.parametrize("key", ["stream_options", "stream"])
async def test_an_endpoint_that_refuses_to_stream_is_asked_once_more_without(key: str) -> None:
    def answer(received: Received) -> Reply:
        if key in received.body:
            return plain(400, {"error": {"message": f"Unknown parameter: '{key}'", "param": key}})
        return (
            GOOD
            if "stream" in received.body
            else plain(200, {"choices": [{"message": {"content": "hello"}}]})
        )

    async with serving(answer) as server:
        events, message = await run_turn(request(endpoint(server.base_url), retries=2))
        assert len(server.received) == 2
    assert (message.content, message.state) == ("hello", State.COMPLETE)
    learned = [event.learned for event in events if isinstance(event, run.LearnedSomething)]
    assert [getattr(each, f"no_{key}") for each in learned] == [True]
    async with serving(answer) as server:
        await run_turn(request(endpoint(server.base_url), learned=learned[0]))
        assert len(server.received) == 1


async def test_an_endpoint_that_refuses_both_is_asked_twice_more() -> None:
    def answer(received: Received) -> Reply:
        for key in ("stream_options", "stream"):
            if key in received.body:
                return plain(422, {"detail": [{"loc": ["body", key], "msg": "extra fields not permitted"}]})
        return plain(200, {"choices": [{"message": {"content": "hello"}, "finish_reason": "stop"}]})

    async with serving(answer) as server:
        _, message = await run_turn(request(endpoint(server.base_url), retries=2))
        assert len(server.received) <= 3
    assert message.content == "hello"


async def test_a_refused_parameter_is_named_and_not_dropped_unasked() -> None:
    refusal = plain(400, {"error": {"message": "Unsupported parameter: top_a", "param": "top_a"}})
    async with serving([refusal, GOOD]) as server:
        _, message = await run_turn(request(endpoint(server.base_url), values={"top_a": 0.1}))
        assert len(server.received) == 1
    assert message.failure is not None
    assert message.failure.parameter == "top_a"


async def test_cancelling_keeps_what_came_and_hangs_up() -> None:
    recorder = Memory()
    seen: list[run.TurnEvent] = []
    client = ChatClient()

    async with serving(Reply([chunk({"content": "part"})], linger_s=30)) as server:

        async def consume() -> None:
            async for event in run.run(client, request(endpoint(server.base_url)), recorder):
                seen.append(event)

        task = asyncio.create_task(consume())
        await until(lambda: any(isinstance(event, ev.ContentDelta) for event in seen))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: server.open_connections == 0)
    await client.aclose()
    assert [(m.content, m.state) for m in recorder.saved] == [("part", State.STOPPED)]


async def test_cancelling_a_wait_ends_it() -> None:
    recorder = Memory()
    waiting = asyncio.Event()

    async def wait(_seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async with serving(BUSY) as server:
        task = asyncio.create_task(
            run_turn(request(endpoint(server.base_url)), recorder=recorder, sleep=wait)
        )
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [m.state for m in recorder.saved] == [State.STOPPED]


async def test_leaving_the_iterator_early_hangs_up_and_keeps_what_came() -> None:
    recorder = Memory()
    client = ChatClient()
    async with serving(Reply([chunk({"content": "part"})], linger_s=30)) as server:
        events = run.run(client, request(endpoint(server.base_url)), recorder)
        async for event in events:
            if isinstance(event, ev.ContentDelta):
                break
        await events.aclose()
        await until(lambda: server.open_connections == 0)
    await client.aclose()
    assert [(m.content, m.state) for m in recorder.saved] == [("part", State.STOPPED)]


async def test_an_idle_stream_is_cut_and_comments_keep_it_open() -> None:
    silent = Reply([chunk({"content": "part"})], linger_s=30)
    where = Timeouts(connect=5, idle=0.2)
    async with serving(silent) as server:
        _, message = await run_turn(request(endpoint(server.base_url, timeouts=where)))
    assert message.failure is not None
    assert (message.content, message.failure.kind) == ("part", "cut")
    kept = Reply(
        [*([b": still here\n\n"] * 6), chunk({"content": "x"}), chunk({}, "stop"), DONE], pause_s=0.1
    )
    async with serving(kept) as server:
        _, message = await run_turn(request(endpoint(server.base_url, timeouts=where)))
    assert (message.content, message.state) == ("x", State.COMPLETE)


async def test_a_server_that_answers_nothing_at_all_is_a_network_fault() -> None:
    mute = Reply([], raw=True, linger_s=30)
    async with serving(mute) as server:
        where = endpoint(server.base_url, timeouts=Timeouts(connect=5, idle=0.2))
        _, message = await run_turn(request(where), sleep=Sleeper())
        assert len(server.received) == 1
    assert message.failure is not None
    assert message.failure.kind == "network"


async def test_a_reply_that_has_finished_does_not_wait_for_a_silent_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("glmchat.api.replies.body.GRACE_S", 0.05)
    silent = Reply([chunk({"content": "x"}), chunk({}, "stop")], linger_s=3600)
    async with serving(silent) as server, asyncio.timeout(60):
        where = endpoint(server.base_url, timeouts=Timeouts(connect=5, idle=3600))
        _, message = await run_turn(request(where))
    assert (message.content, message.state, message.failure) == ("x", State.COMPLETE, None)


async def test_a_connection_is_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glmchat.api.replies.body.DRAIN_S", 60)
    client = ChatClient()
    # The end of the body comes a moment after the last event.
    async with serving(stream("x", keep_alive=True, pause_s=0.01)) as server:
        for _ in range(3):
            await run_turn(request(endpoint(server.base_url)), client)
        assert len(server.received) == 3
        assert server.connections == 1
    await client.aclose()


@pytest.mark.parametrize(
    ("every_s", "least", "most"), [(0.0, 2, 62), (3600.0, 0, 0)], ids=["at once", "later"]
)
async def test_a_growing_reply_is_kept_now_and_then_but_not_for_every_token(
    monkeypatch: pytest.MonkeyPatch, every_s: float, least: int, most: int
) -> None:
    monkeypatch.setattr("glmchat.turn.run.SAVE_EVERY_S", every_s)
    recorder = Memory()
    pieces = [chunk({"content": "x"}) for _ in range(60)]
    async with serving(Reply([*pieces, chunk({}, "stop"), DONE], pause_s=0.001)) as server:
        _, message = await run_turn(request(endpoint(server.base_url)), recorder=recorder, clock=lambda: 5.0)
    assert least <= len(recorder.soon) <= most
    sizes = [len(kept.content) for kept in recorder.soon]
    assert sizes == sorted(sizes)
    assert all(kept.state is State.STREAMING for kept in recorder.soon)
    assert recorder.saved == [message]


async def test_what_came_is_kept_in_time_also_when_nothing_more_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("glmchat.turn.run.SAVE_EVERY_S", 0.02)
    recorder = Memory()
    async with serving(
        Reply([chunk({"reasoning": "hm"}), chunk({"content": "part"})], linger_s=30)
    ) as server:
        task = asyncio.create_task(run_turn(request(endpoint(server.base_url)), recorder=recorder))
        await until(lambda: any(kept.content == "part" for kept in recorder.soon))
        task.cancel()
        await asyncio.wait([task])


async def test_a_continued_reply_stands_after_its_beginning() -> None:
    reply = Growing(5, 4)
    part = Growing(1).message(State.CUT)
    from dataclasses import replace

    reply.resume(replace(part, content="begin ", reasoning="why"))
    async with serving([BUSY, stream("end")]) as server:
        asked = request(endpoint(server.base_url))
        _, message = await run_turn(asked, reply=reply, sleep=Sleeper())
    assert (message.content, message.reasoning, message.id, message.parent_id) == ("begin end", "why", 5, 4)


async def test_a_provider_configured_wrongly_is_an_error_with_a_sentence() -> None:
    _, message = await run_turn(request(endpoint("http://127.0.0.1:1/v1", dialect="klingon")))
    assert message.failure is not None
    assert message.failure.kind == "bad_request"
    assert "klingon" in message.failure.message

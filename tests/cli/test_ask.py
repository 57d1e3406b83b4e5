import json
import os
import stat
from pathlib import Path

import pytest

from glmchat.commands.errors import Exit
from tests.cli.conftest import Run
from tests.wire.server import Reply, case, cases, chunk, plain, serving_in_thread, stream

KEYS = {
    "content", "reasoning", "refusal", "finish_reason", "native_finish_reason", "tool_calls", "logprobs", "usage",
    "cost", "id", "model", "created", "provider", "request", "timing", "warnings", "error", "annotations", "images",
    "served_by", "service_tier", "system_fingerprint",
}  # fmt: skip
STATUS = {"auth": 3, "credit": 3, "forbidden": 3}


@pytest.mark.parametrize("name", cases())
def test_json_tells_every_recorded_reply_as_it_was(run: Run, name: str) -> None:
    recorded = case(name)
    with serving_in_thread(recorded.reply) as server:
        ran = run("ask", "--json", "--no-history", "--retries", "0", "--base-url", server.base_url, "hello")
    told, want = ran.json, recorded.expect
    assert set(told) == KEYS
    for key in ("content", "reasoning", "finish_reason", "usage", "tool_calls"):
        assert told[key] == want[key]
    assert told["request"]["messages"] == [{"role": "user", "content": "hello"}]
    assert bool(told["warnings"]) == bool(want.get("warnings"))
    if want["error"] is None:
        assert (told["error"], ran.status) == (None, 0)
        return
    assert set(told["error"]) == {"kind", "message", "status", "retryable"}
    for key in ("kind", "retryable", "status"):
        if key in want["error"]:
            assert told["error"][key] == want["error"][key]
    assert want["error"].get("message_contains", "") in told["error"]["message"]
    assert ran.status == STATUS.get(told["error"]["kind"], 75 if told["error"]["retryable"] else 4)


def test_the_answer_alone_reaches_standard_output(run: Run) -> None:
    with serving_in_thread(stream("\n\nHello", " there.\n\n", reasoning=["Hm."])) as server:
        ran = run("ask", "--base-url", server.base_url, "hi")
    assert (ran.status, ran.out, ran.err) == (0, "Hello there.\n", "")


def test_show_reasoning_prints_the_thought_on_standard_error(run: Run) -> None:
    with serving_in_thread(stream("Yes.", reasoning=["Let me", " think."])) as server:
        ran = run("ask", "--show-reasoning", "--base-url", server.base_url, "hi")
    assert (ran.out, ran.err) == ("Yes.\n", "Let me think.\n")


def test_control_characters_become_symbols_and_raw_keeps_them(run: Run) -> None:
    with serving_in_thread(stream("a\x1b[31m", "b\u202e\r", "\nc")) as server:
        shown = run("ask", "--base-url", server.base_url, "hi").out
        raw = run("ask", "--raw", "--base-url", server.base_url, "hi").out
    assert shown == "a␛[31mb⇆\nc\n"
    assert raw == "a\x1b[31mb\u202e\r\nc\n"


def test_a_refusal_is_an_answer(run: Run) -> None:
    refusing = Reply(
        [chunk({"refusal": "I will"}), chunk({"refusal": " not."}), chunk({}, "stop"), b"data: [DONE]\n\n"]
    )
    with serving_in_thread(refusing) as server:
        ran = run("ask", "--base-url", server.base_url, "hi")
        told = run("ask", "--json", "--base-url", server.base_url, "hi")
    assert (ran.status, ran.out) == (0, "I will not.\n")
    assert (told.status, told.json["refusal"], told.json["content"]) == (0, "I will not.", "")


def test_a_cut_reply_keeps_what_came_and_says_so(run: Run) -> None:
    with serving_in_thread(Reply([chunk({"content": "Half a"})])) as server:
        ran = run("ask", "--base-url", server.base_url, "hi")
    assert (ran.status, ran.out) == (Exit.RETRYABLE, "Half a\n")
    assert ran.err.startswith("glmchat: ")


def test_a_thought_that_was_printed_as_answer_is_told(run: Run) -> None:
    with serving_in_thread(stream("I wonder.", "</think>", "The answer.")) as server:
        ran = run("ask", "--base-url", server.base_url, "hi")
    assert ran.out.endswith("The answer.\n")
    assert "thought" in ran.err


def test_tool_calls_are_shown_on_standard_error(run: Run) -> None:
    with serving_in_thread(case("tool_calls").reply) as server:
        ran = run("ask", "--base-url", server.base_url, "hi")
    for call in case("tool_calls").expect["tool_calls"]:
        assert call["name"] in ran.err


def test_retries_are_counted_and_announced(run: Run) -> None:
    busy = plain(503, {"error": {"message": "busy"}}, **{"retry-after": "0"})
    with serving_in_thread([busy, stream("Here.")]) as server:
        ran = run("ask", "--base-url", server.base_url, "hi")
        assert (ran.status, ran.out, len(server.received)) == (0, "Here.\n", 2)
        assert ran.err == "glmchat: busy. Trying again in 0.0 s (attempt 2 of 3).\n"
    with serving_in_thread(busy) as server:
        ran = run("ask", "--retries", "0", "--base-url", server.base_url, "hi")
        assert (ran.status, ran.out, len(server.received)) == (75, "", 1)


@pytest.mark.parametrize("given", ["-1", "many", "1.5", "101"])
def test_a_wrong_count_of_retries_is_refused(run: Run, given: str) -> None:
    assert run("ask", f"--retries={given}", "hi").status == 2


def test_values_that_are_set_are_sent_and_no_others(run: Run) -> None:
    with serving_in_thread(stream("ok")) as server:
        run(
            "ask", "--base-url", server.base_url, "--temperature", "0.2", "--top-logprobs", "3", "--stop", "a",
            "--stop", "b", "--reasoning", "--reasoning-effort", "low", "--system", "Be brief.", "hi",
        )  # fmt: skip
        body = server.received[0].body
    assert body == {
        "model": "z-ai/glm-4.5",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}],
        "temperature": 0.2,
        "stop": ["a", "b"],
        "logprobs": True,
        "top_logprobs": 3,
        "reasoning": {"enabled": True, "effort": "low"},
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_no_flag_about_reasoning_sends_nothing_about_it(run: Run) -> None:
    with serving_in_thread(stream("ok")) as server:
        run("ask", "--base-url", server.base_url, "hi")
        assert "reasoning" not in server.received[0].body


def test_what_the_endpoint_does_not_take_is_left_out_and_told(run: Run) -> None:
    with serving_in_thread(stream("ok")) as server:
        ran = run(
            "ask",
            "--json",
            "--provider",
            "openai",
            "--base-url",
            server.base_url,
            "--model",
            "m",
            "--top-k",
            "5",
            "x",
        )
        assert "top_k" not in server.received[0].body
    assert any("top_k" in sentence for sentence in ran.json["warnings"])
    assert "top_k" in ran.err


def test_cost_is_computed_from_the_price_that_the_endpoint_states(run: Run) -> None:
    listed = {
        "id": "z-ai/glm-4.5",
        "pricing": {"prompt": "0.0000055", "completion": "0.00002", "currency": "CNY"},
    }
    reply = case("openrouter_plain").reply
    with serving_in_thread([reply, plain(200, {"data": [listed]}), reply, reply]) as server:
        untold = run("ask", "--json", "--base-url", server.base_url, "hi").json["cost"]
        run("models", "--base-url", server.base_url)
        known = run("ask", "--json", "--base-url", server.base_url, "hi").json["cost"]
        other = run("ask", "--json", "--base-url", server.base_url, "--model", "other", "hi").json["cost"]
    assert other is None
    assert untold == known and known["currency"] == "CNY"
    assert known["amount"] == pytest.approx(10 * 0.0055 / 1000 + 7 * 0.02 / 1000)


def test_check_tells_the_price_that_the_endpoint_states(run: Run) -> None:
    listed = {
        "id": "z-ai/glm-4.5",
        "pricing": {"prompt": "0.0000055", "completion": "0.00002", "currency": "CNY"},
    }
    with serving_in_thread(
        [plain(200, {"data": [listed]}), plain(401, {"error": {"message": "No."}})]
    ) as server:
        run("models", "--base-url", server.base_url)
        assert "CNY" in run("check", "--base-url", server.base_url).err


def test_without_a_key_it_says_where_to_get_one(run: Run) -> None:
    ran = run("ask", "hi")
    assert ran.status == 3
    assert "https://wcode.net/get-apikey" in ran.err
    told = run("ask", "--json", "hi")
    assert (told.status, told.json["error"]["kind"], set(told.json)) == (3, "auth", KEYS)


def test_nothing_to_ask_is_a_usage_error_without_json(run: Run) -> None:
    ran = run("ask", "--json", "--demo")
    assert (ran.status, ran.out) == (2, "")


def test_the_built_in_model_answers_when_it_is_asked_for(run: Run) -> None:
    ran = run("ask", "--demo", "--json", "--temperature", "0", "What is top_p?")
    assert ran.status == 0
    assert (ran.json["provider"], ran.json["error"]) == ("demo", None)
    assert ran.json["content"]


def test_the_question_and_its_reply_are_kept_privately(run: Run, home: Path) -> None:
    old = os.umask(0)
    try:
        with serving_in_thread(stream("Kept.")) as server:
            run("ask", "--base-url", server.base_url, "Remember this")
    finally:
        os.umask(old)
    listed = run("sessions", "list", "--json").json
    assert [(row["title"], row["messages"]) for row in listed] == [("Remember this", 2)]
    for path in (home / "data" / "glmchat").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert stat.S_IMODE((home / "data" / "glmchat").stat().st_mode) == 0o700


def test_no_history_leaves_nothing_behind(run: Run, home: Path) -> None:
    with serving_in_thread(stream("Gone.")) as server:
        run("ask", "--no-history", "--base-url", server.base_url, "Forget this")
    assert not (home / "data").exists()


def test_a_number_that_json_does_not_have_becomes_null(run: Run) -> None:
    odd = chunk({"content": "x"}).replace(
        b'"finish_reason": null',
        b'"finish_reason": null, "logprobs": {"content": [{"token": "x", "logprob": -Infinity}]}',
    )
    with serving_in_thread(Reply([odd, chunk({}, "stop"), b"data: [DONE]\n\n"])) as server:
        ran = run("ask", "--json", "--base-url", server.base_url, "hi")
    assert ran.json["content"] == "x"
    assert "Infinity" not in ran.out


def test_json_keeps_strings_as_they_were_received(run: Run) -> None:
    with serving_in_thread(
        Reply(
            [b'data: {"choices": [{"delta": {"content": "a\\u001b\\ud83d b"}, "finish_reason": "stop"}]}\n\n']
        )
    ) as server:
        ran = run("ask", "--json", "--base-url", server.base_url, "hi")
    assert json.loads(ran.out)["content"] == "a\x1b\ud83d b"


def test_an_ending_without_an_answer_is_told_on_standard_error(run: Run) -> None:
    thought = Reply([chunk({"reasoning": "Hm."}), chunk({}, "length"), b"data: [DONE]\n\n"])
    with serving_in_thread(thought) as server:
        ran = run("ask", "--max-tokens", "9", "--base-url", server.base_url, "hi")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.startswith("glmchat: The thought used up all 9 tokens")
    with serving_in_thread(Reply([b"data: [DONE]\n\n"])) as server:
        ran = run("ask", "--base-url", server.base_url, "hi")
    assert (ran.status, ran.out) == (0, "")
    assert "without any text" in ran.err


def test_an_answer_that_came_as_thought_is_told_with_the_way_to_print_it(run: Run) -> None:
    with serving_in_thread(case("answer_in_thought").reply) as server:
        ran = run("ask", "--base-url", server.base_url, "hi")
        shown = run("ask", "--show-reasoning", "--base-url", server.base_url, "hi")
        told = run("ask", "--json", "--base-url", server.base_url, "hi")
    assert (ran.status, ran.out) == (0, "")
    assert "came as thought" in ran.err
    assert "--show-reasoning" in ran.err
    assert ran.err.count("\n") == 1
    assert shown.err.startswith("The capital is Oslo.\n")
    assert "--show-reasoning" in told.json["warnings"][0]


def test_pictures_and_sources_are_told_on_standard_error(run: Run) -> None:
    source = {"url": "https://a.example/\x1b[31m", "title": "A\nB"}
    reply = [
        chunk({"content": "Look.", "images": [{"url": "data:image/png;base64,iVBORw0KGgo="}]}),
        chunk({"annotations": [{"type": "url_citation", "url_citation": source}]}, "stop", provider="Novita"),
    ]
    with serving_in_thread(Reply([*reply, b"data: [DONE]\n\n"])) as server:
        ran = run("ask", "--base-url", server.base_url, "hi")
        told = run("ask", "--json", "--base-url", server.base_url, "hi").json
    assert (ran.status, ran.out) == (0, "Look.\n")
    assert ran.err.count("\n") == 2
    assert "image/png, 8 bytes" in ran.err
    assert "https://a.example/" in ran.err
    assert "\x1b" not in ran.err
    assert len(told["warnings"]) == 2
    assert told["images"][0] == {
        "type": "image/png", "bytes": 8, "address": None, "data": "data:image/png;base64,iVBORw0KGgo=",
    }  # fmt: skip
    assert told["annotations"] == [{"type": "url_citation", "url_citation": source}]
    assert (told["served_by"], told["service_tier"], told["system_fingerprint"]) == ("Novita", None, None)


@pytest.mark.parametrize(
    "where", ["id", "model", "provider", "system_fingerprint", "finish_reason", "native_finish_reason"]
)
def test_half_a_surrogate_pair_anywhere_never_costs_the_object(run: Run, where: str) -> None:
    body = {"id": "a", "model": "m", "choices": [{"delta": {"content": "whole"}, "finish_reason": "stop"}]}
    place = body["choices"][0] if "finish" in where else body
    place[where] = "fin\ud83d"  # type: ignore[index]
    text = b"data: " + json.dumps(body).encode() + b"\n\n"
    with serving_in_thread(Reply([text])) as server:
        ran = run("ask", "--json", "--base-url", server.base_url, "hi")
        plain_run = run("ask", "--base-url", server.base_url, "hi")
    assert (ran.status, ran.json["content"], ran.err) == (0, "whole", "")
    assert "fin\ud83d" in json.loads(ran.out).values()
    assert (plain_run.status, plain_run.out) == (0, "whole\n")
    listed = run("sessions", "list", "--json")
    assert len(listed.json) == 2


@pytest.mark.parametrize("broken", ["save", "learned", "close"])
def test_a_fault_of_the_history_never_costs_the_object(
    run: Run, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    import sqlite3

    from glmchat.history import Archive
    from glmchat.history.endpoints import Endpoints

    owner = Endpoints if broken == "learned" else Archive
    real = getattr(owner, broken)

    async def fail(self: object, *arguments: object, **more: object) -> None:
        if broken == "close":
            await real(self, *arguments, **more)
        raise sqlite3.IntegrityError("a mistake\nof SQLite")

    monkeypatch.setattr(owner, broken, fail)
    with serving_in_thread(stream("Here.")) as server:
        ran = run("ask", "--json", "--base-url", server.base_url, "hi")
        plain_run = run("ask", "--base-url", server.base_url, "hi")
    assert (ran.status, ran.json["content"], ran.json["error"]) == (0, "Here.", None)
    assert (plain_run.status, plain_run.out) == (0, "Here.\n")
    assert "a mistake" in plain_run.err
    assert plain_run.err.count("glmchat:") == 1


def test_a_question_goes_by_the_id_of_its_session_where_it_is_to(run: Run) -> None:
    with serving_in_thread(stream("ok")) as server:
        assert (
            run("ask", "--session-id", "auto", "--base-url", server.base_url, "--model", "m", "hi").status
            == 0
        )
        (request,) = server.received
    assert [each["id"] for each in run("sessions", "list", "--json").json] == [request.body["session_id"]]

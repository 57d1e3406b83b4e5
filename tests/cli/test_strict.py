"""What was written is taken for what it says, or refused: contradictions, words too many, odd choices of a tool."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.wire.server import serving_in_thread, stream

TOOLS = json.dumps([{"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}])


def test_an_explicit_off_wins_over_what_the_config_implies(
    run: Run, write_config: Callable[[str], Path]
) -> None:
    write_config("[parameters]\ntop_logprobs = 5\n")
    with serving_in_thread(stream("ok")) as server:
        ran = run("ask", "--no-logprobs", "--base-url", server.base_url, "hi")
        body = server.received[0].body
    assert (body["logprobs"], "top_logprobs" in body) == (False, False)
    assert (ran.status, "top_logprobs" in ran.err) == (0, True)


def test_a_flag_implies_its_switch_also_where_the_config_has_it_off(
    run: Run, write_config: Callable[[str], Path]
) -> None:
    write_config("[parameters]\nlogprobs = false\n")
    with serving_in_thread(stream("ok")) as server:
        ran = run("ask", "--top-logprobs", "2", "--base-url", server.base_url, "hi")
        body = server.received[0].body
    assert (ran.status, body["logprobs"], body["top_logprobs"], ran.err) == (0, True, 2, "")


def test_two_flags_that_contradict_each_other_are_refused(run: Run) -> None:
    ran = run("ask", "--demo", "--no-logprobs", "--top-logprobs", "2", "hi")
    assert (ran.status, ran.out) == (2, "")
    assert "--no-logprobs" in ran.err
    assert "--top-logprobs" in ran.err


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("auto", "auto"),
        ('"auto"', "auto"),
        ("Auto", "auto"),
        ("REQUIRED", "required"),
        ("look_up", {"type": "function", "function": {"name": "look_up"}}),
        ('"look_up"', {"type": "function", "function": {"name": "look_up"}}),
        (
            '{"type": "function", "function": {"name": "look_up"}}',
            {"type": "function", "function": {"name": "look_up"}},
        ),
    ],
)
def test_a_choice_of_a_tool_is_sent_as_it_was_meant(run: Run, given: str, sent: object) -> None:
    with serving_in_thread(stream("ok")) as server:
        ran = run("ask", "--tools", TOOLS, "--tool-choice", given, "--base-url", server.base_url, "hi")
        assert (ran.status, server.received[0].body["tool_choice"]) == (0, sent)


@pytest.mark.parametrize(
    "given",
    [
        '["auto"]',
        '{"type": "function"}',
        "two words",
        "näme",
        "x" * 65,
        '"',
        "another",
        '"another"',
        "42",
        "null",
    ],
)
def test_a_choice_that_names_no_tool_is_refused(run: Run, given: str) -> None:
    ran = run("ask", "--demo", "--tools", TOOLS, "--tool-choice", given, "hi")
    assert (ran.status, ran.out) == (2, "")


def test_a_choice_of_a_function_without_tools_is_refused(run: Run) -> None:
    for command in (("ask", "--demo"), ("code", "curl")):
        ran = run(*command, "--tool-choice", "look_up", "hi")
        assert (ran.status, ran.out) == (2, "")
        assert "tools" in ran.err


def test_the_title_of_a_schema_becomes_a_name_that_is_allowed(run: Run, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text(json.dumps({"title": "My reply: 数 (v2)" + "x" * 99, "type": "object"}))
    with serving_in_thread(stream("{}")) as server:
        run("ask", "--response-format", f"@{schema}", "--base-url", server.base_url, "hi")
        name = server.received[0].body["response_format"]["json_schema"]["name"]
    assert name.startswith("My_reply_v2")
    assert len(name) == 64


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        (("sessions", "remove"), "delete"),
        (("sessions", "ls"), "list"),
        (("sessions", "bin", "empty"), "purge"),
        (("sessions", "serch"), "search"),
        (("help", "temprature"), "temperature"),
        (("code", "crul"), "curl"),
    ],
)
def test_an_unknown_word_names_the_one_that_was_meant(run: Run, command: tuple[str, ...], meant: str) -> None:
    ran = run(*command)
    assert (ran.status, ran.out, f"Did you mean {meant}?" in ran.err) == (2, "", True)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("foo",), "no command 'foo'. There are ask, sessions,"),
        (("qqq",), "no command 'qqq'. There are ask, sessions,"),
        (("sessions", "zzz"), "no verb 'zzz'. There are list, show"),
        (("config", "xq"), "no verb 'xq'. There are path, init"),
        (("help", "foo"), "no page 'foo'. `glmchat help`"),
        (("code", "foo"), "no code form 'foo'. There are curl"),
    ],
)
def test_a_word_that_is_like_none_is_told_all_there_are_and_no_guess(
    run: Run, command: tuple[str, ...], told: str
) -> None:
    ran = run(*command)
    assert (ran.status, ran.out, "Did you mean" in ran.err) == (2, "", False)
    assert told in ran.err


@pytest.mark.parametrize(
    "command",
    [
        ("models", "extra"),
        ("check", "--demo", "please", "spend", "money"),
        ("config", "path", "extra"),
        ("config", "show", "extra"),
        ("sessions", "verify", "a", "b"),
        ("sessions", "backup", "a", "b"),
        ("sessions", "restore", "a", "b"),
        ("sessions", "bin", "list", "extra"),
    ],
)
def test_words_too_many_are_refused(run: Run, command: tuple[str, ...]) -> None:
    ran = run(*command)
    assert (ran.status, ran.out) == (2, "")


@pytest.mark.parametrize("given", ["99999999999999999999", "-99999999999999999999"])
def test_a_number_that_is_too_large_is_told_its_range(run: Run, given: str) -> None:
    ran = run("ask", "--demo", f"--seed={given}", "hi")
    assert ran.status == 2
    assert str((1 << 63) - 1) in ran.err


def test_no_key_for_a_host_that_is_not_known_names_the_host(run: Run) -> None:
    ran = run("ask", "--base-url", "https://llm.example.org/v1", "hi")
    assert ran.status == 3
    assert "llm.example.org" in ran.err
    assert "wcode" not in ran.err


def test_a_log_goes_to_standard_error_for_a_dash_and_a_new_directory_is_told(
    run: Run, tmp_path: Path
) -> None:
    ran = run("models", "--demo", "--log", "-")
    assert (ran.status, "DEBUG" in ran.err, Path("-").exists()) == (0, True, False)
    ran = run("models", "--demo", "--log", str(tmp_path / "mistyped" / "glm.log"))
    assert (ran.status, str(tmp_path / "mistyped") in ran.err) == (0, True)


def test_code_names_the_variable_of_its_provider(run: Run) -> None:
    assert "ZAI_API_KEY" in run("code", "curl", "--provider", "zai", "hi").out
    assert "GLMCHAT_API_KEY" in run("code", "curl", "--base-url", "https://llm.example.org/v1", "hi").out


def test_a_scheme_in_capitals_is_a_scheme(run: Run) -> None:
    with serving_in_thread(stream("ok")) as server:
        ran = run("ask", "--base-url", server.base_url.replace("http", "HTTP"), "hi")
    assert (ran.status, ran.out) == (0, "ok\n")


@pytest.mark.parametrize("kind", ["bytes", "directory"])
@pytest.mark.parametrize(
    "command",
    [
        ("list",),
        ("list", "--json"),
        ("export", "--format", "json"),
        ("search", "x"),
        ("bin",),
        ("show", "abc"),
    ],
)
def test_a_history_that_cannot_be_read_is_not_an_empty_one(
    run: Run, home: Path, kind: str, command: tuple[str, ...]
) -> None:
    place = home / "data" / "glmchat" / "history.db"
    place.parent.mkdir(parents=True)
    if kind == "bytes":
        place.write_bytes(bytes(range(256)) * 64)
    else:
        place.mkdir()
    ran = run("sessions", *command)
    assert (ran.status, ran.out) == (4, "")
    assert ran.err.count("\n") == 1


def test_code_leaves_out_what_the_endpoint_has_refused(run: Run) -> None:
    import asyncio

    from glmchat.api.learning.learned import Learned, key_of
    from glmchat.history import Archive
    from glmchat.support import paths

    base_url = "http://127.0.0.1:1/v1"

    async def teach() -> None:
        archive = await Archive.open(paths.database_file())
        learned = Learned(no_stream_options=True).refuse("top_k", "This endpoint refuses it.")
        await archive.endpoints.save_learned(key_of(base_url, "m"), learned.to_json())
        await archive.close()

    asyncio.run(teach())
    flags = ("--base-url", base_url, "--model", "m", "--top-k", "5", "hi")
    ran = run("code", "curl", *flags)
    assert (ran.status, "top_k" in ran.out, "refuses it" in ran.err) == (0, False, True)


def test_a_flag_that_the_chat_does_not_take_names_its_help_with_one_space(run: Run) -> None:
    assert "`glmchat --help`" in run("--raw").err

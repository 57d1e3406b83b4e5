"""Whom a command talks to: flags before the environment, each host in its own style, secrets at home."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glmchat.commands.parsing import parse
from glmchat.commands.target import Target, settings_of, target_of
from tests.cli.conftest import Run
from tests.wire.server import serving_in_thread, stream

Write = Callable[[str], Path]
NOWHERE = "http://127.0.0.1:9/v1"


def chosen(*arguments: str, **environment: str) -> Target:
    call = parse(arguments)
    return target_of(call, settings_of(call), environment)


@pytest.mark.parametrize(
    ("arguments", "dialect"),
    [
        (("--provider", "zai", "--base-url", "https://openrouter.ai/api/v1"), "wcode"),
        (("--provider", "vllm", "--base-url", "https://wcode.net/api/gpt/v1"), "wcode"),
        (("--provider", "openrouter", "--base-url", "https://api.z.ai/api/paas/v4"), "zai"),
        (("--provider", "sglang", "--base-url", "http://gpu.example:30000/v1"), "sglang"),
        (("--base-url", "http://gpu.example:30000/v1"), "wcode"),
    ],
)
def test_a_known_host_is_spoken_to_in_its_own_style(arguments: tuple[str, ...], dialect: str) -> None:
    assert chosen(*arguments).row.dialect == dialect


def test_a_provider_that_a_flag_names_is_asked_at_its_own_address() -> None:
    target = chosen("--provider", "zai", GLMCHAT_BASE_URL=NOWHERE)
    assert (target.provider, target.row.base_url) == ("zai", "https://api.z.ai/api/paas/v4")
    assert target.notices == [
        "GLMCHAT_BASE_URL is not used, because --provider zai names another address: https://api.z.ai/api/paas/v4."
    ]
    both = chosen("--provider", "zai", "--base-url", "http://127.0.0.1:8/v1", GLMCHAT_BASE_URL=NOWHERE)
    assert (both.row.base_url, both.notices) == ("http://127.0.0.1:8/v1", [])
    named = chosen(GLMCHAT_PROVIDER="sglang", GLMCHAT_BASE_URL=NOWHERE)
    assert (named.provider, named.row.base_url, named.notices) == ("sglang", NOWHERE, [])


def test_an_address_of_nobody_is_named_by_itself(write_config: Write) -> None:
    write_config('[chat]\nprovider = "nobody"\nmodel = "m"\n')
    target = chosen("--base-url", NOWHERE)
    assert (target.provider, target.endpoint().title, target.model) == ("127.0.0.1:9", "127.0.0.1:9", "m")


@pytest.mark.parametrize(
    ("arguments", "environment", "stated"),
    [
        ((), {}, (None, None)),
        (("--demo",), {}, ("demo", None)),
        (("--model", "x"), {}, (None, "x")),
        ((), {"GLMCHAT_MODEL": "x"}, (None, "x")),
        ((), {"GLMCHAT_PROVIDER": "zai"}, ("zai", None)),
        ((), {"GLMCHAT_BASE_URL": NOWHERE}, ("127.0.0.1:9", None)),
        (("--base-url", "https://openrouter.ai/api/v1", "--model", "x"), {}, ("openrouter", "x")),
    ],
)
def test_what_was_said_is_told_from_what_is_only_configured(
    write_config: Write, arguments: tuple[str, ...], environment: dict[str, str], stated: Any
) -> None:
    write_config('[chat]\nprovider = "vllm"\nmodel = "m"\n')
    assert chosen(*arguments, **environment).stated == stated


def test_secrets_of_a_providers_body_stay_with_its_host(run: Run, write_config: Write) -> None:
    with serving_in_thread(stream("ok")) as mine, serving_in_thread(stream("ok")) as other:
        write_config(
            f"""
            [providers.mine]
            base_url = "{mine.base_url}"
            model = "m"
            headers = {{ Authorization = "Bearer sk-header-1" }}
            [providers.mine.extra_body]
            user = "me"
            api_token = "sk-body-1"
            max_tokens = 5
            stop_token_ids = [1, 2]
            [providers.mine.extra_body.nested]
            kept = 1
            list = [{{ secret = "sk-body-2", kept = 2 }}]
            """
        )
        home = run("ask", "--provider", "mine", "hi")
        away = run("ask", "--provider", "mine", "--base-url", other.base_url, "hi")
        at_home, abroad = mine.received[0].body, other.received[0].body
    assert (home.status, away.status) == (0, 0)
    assert (at_home["api_token"], at_home["nested"]["list"][0]["secret"]) == ("sk-body-1", "sk-body-2")
    assert "sk-" not in str(abroad)
    assert {key: abroad[key] for key in ("user", "max_tokens", "stop_token_ids", "nested")} == {
        "user": "me",
        "max_tokens": 5,
        "stop_token_ids": [1, 2],
        "nested": {"kept": 1, "list": [{"kept": 2}]},
    }
    assert home.err == ""
    for name in ("headers.Authorization", "extra_body.api_token", "extra_body.nested.list.secret"):
        assert name in away.err


def test_prices_hold_only_where_their_shop_is(write_config: Write) -> None:
    write_config('[providers.mine]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "z-ai/glm-4.5"\n')
    assert chosen().price is not None
    for arguments in (
        ("--provider", "mine"),
        ("--provider", "openrouter"),
        ("--base-url", "https://shop.invalid/v1"),
        ("--provider", "wcode", "--base-url", "http://127.0.0.1:8/v1"),
    ):
        assert chosen(*arguments, "--model", "z-ai/glm-4.5").price is None
    # What stands in for the endpoint on this machine is asked as if it were that one.
    assert chosen("--base-url", "http://127.0.0.1:8/v1", "--model", "z-ai/glm-4.5").price is not None


def test_a_providers_name_makes_it_no_stand_in_for_the_shop(write_config: Write) -> None:
    write_config('[providers.my-localhost]\nbase_url = "http://localhost:9/v1"\nmodel = "z-ai/glm-4.5"\n')
    assert chosen("--provider", "my-localhost").price is None
    assert chosen("--base-url", "http://localhost:8/v1", "--model", "z-ai/glm-4.5").price is not None
    assert chosen("--base-url", "http://[::1]:8/v1", "--model", "z-ai/glm-4.5").price is not None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:99999/v1", "http://127.0.0.1:-1/v1", "http://[::1", ":abc", "http://a\x1b[31m/"]
)
def test_a_mistyped_address_is_refused_with_its_place_and_without_an_object(
    run: Run, write_config: Write, url: str
) -> None:
    for ran, place in (
        (run("ask", "--json", "--base-url", url, "--model", "m", "hi"), "--base-url"),
        (run("ask", "--json", "hi", environment={"GLMCHAT_BASE_URL": url}), "GLMCHAT_BASE_URL"),
        (run("models", "--base-url", url), "--base-url"),
        (run("check", "--base-url", url), "--base-url"),
    ):
        assert (ran.status, ran.out) == (2, "")
        assert f"{place} takes a URL such as" in ran.err
        assert "\x1b" not in ran.err
    path = write_config(f"[providers.mine]\nbase_url = {json.dumps(url)}\n")
    for command in ("check", "show"):
        ran = run("config", command)
        assert (ran.status, f"{path}:2: providers.mine.base_url takes" in ran.err) == (2, True)


def test_quotation_marks_of_the_environment_are_taken_off_and_told(run: Run) -> None:
    with serving_in_thread(stream("ok")) as server:
        quoted = {
            "GLMCHAT_BASE_URL": f'"{server.base_url}"', "GLMCHAT_MODEL": "'m'", "GLMCHAT_API_KEY": '"sk-quoted-1"'
        }  # fmt: skip
        ran = run("ask", "hi", environment=quoted)
    assert (ran.status, ran.out) == (0, "ok\n")
    assert server.received[0].body["model"] == "m"
    assert server.received[0].headers["authorization"] == "Bearer sk-quoted-1"
    for name in quoted:
        assert f"{name} had" in ran.err or f"in {name} had" in ran.err
    assert "sk-quoted-1" not in ran.err


@pytest.mark.parametrize("name", ["key", "api_key", "token", "access_token", "sig"])
def test_a_secret_of_the_address_is_sent_and_kept_nowhere(run: Run, home: Path, name: str) -> None:
    with serving_in_thread(stream("ok")) as server:
        ran = run(
            "ask",
            "--json",
            "--log",
            str(home / "log"),
            "--base-url",
            f"{server.base_url}?v=1&{name}=SECRET0",
            "hi",
        )
    assert (ran.status, ran.json["error"]) == (0, None)
    assert server.received[0].path == f"/v1/chat/completions?v=1&{name}=SECRET0"
    assert run("sessions", "export", "--output", str(home / "all.json"), "--format", "json").status == 0
    kept = [path for path in home.rglob("*") if path.is_file()]
    assert home / "all.json" in kept
    assert not [path for path in kept if b"SECRET0" in path.read_bytes()]
    assert "SECRET0" not in ran.out + ran.err


def test_a_secret_of_a_configured_address_is_in_no_listing(run: Run, write_config: Write) -> None:
    write_config('[providers.gate]\nbase_url = "https://gate.example/v1?key=SECRET0"\nmodel = "m"\n')
    ran = run("config", "show")
    assert (ran.status, "https://gate.example/v1 " in ran.out) == (0, True)
    assert "SECRET0" not in ran.out + ran.err
    away = chosen("--provider", "gate", "--base-url", "https://other.example/v1")
    assert (chosen("--provider", "gate").endpoint().secret_query, away.row.secret_query) == (
        "key=SECRET0",
        "",
    )


@pytest.mark.parametrize(
    ("arguments", "temperature"),
    [((), 0.8), (("--reasoning",), 1.0), (("--reasoning-effort", "max"), 1.0), (("--no-reasoning",), 0.6),
     (("--no-reasoning", "--temperature", "0.1"), 0.1)],
)  # fmt: skip
def test_a_model_has_values_for_thinking_and_for_not_thinking(
    write_config: Write, arguments: tuple[str, ...], temperature: float
) -> None:
    write_config(
        '[chat]\nmodel = "m"\n[models.m]\ntemperature = 0.8\n'
        "[models.m.thinking_on]\ntemperature = 1.0\n[models.m.thinking_off]\ntemperature = 0.6\n"
    )
    call = parse(["ask", *arguments, "hi"])
    assert target_of(call, settings_of(call), {}).values["temperature"] == temperature

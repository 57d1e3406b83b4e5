"""Whom a command talks to: flags before the environment, each host in its own style, secrets at home."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glmchat.commands.choice import Choice, choose, settings_of
from glmchat.commands.parsing import parse
from tests.cli.conftest import Run
from tests.wire.server import serving_in_thread, stream

Write = Callable[[str], Path]
NOWHERE = "http://127.0.0.1:9/v1"


def chosen(*arguments: str, **environment: str) -> Choice:
    call = parse(arguments)
    return choose(call, settings_of(call), environment)


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
    choice = chosen("--provider", "zai", GLMCHAT_BASE_URL=NOWHERE)
    assert (choice.provider, choice.row.base_url) == ("zai", "https://api.z.ai/api/paas/v4")
    assert choice.notices == [
        "GLMCHAT_BASE_URL is not used, because --provider zai names another address: https://api.z.ai/api/paas/v4."
    ]
    both = chosen("--provider", "zai", "--base-url", "http://127.0.0.1:8/v1", GLMCHAT_BASE_URL=NOWHERE)
    assert (both.row.base_url, both.notices) == ("http://127.0.0.1:8/v1", [])
    named = chosen(GLMCHAT_PROVIDER="sglang", GLMCHAT_BASE_URL=NOWHERE)
    assert (named.provider, named.row.base_url, named.notices) == ("sglang", NOWHERE, [])


def test_an_address_of_nobody_is_named_by_itself(write_config: Write) -> None:
    write_config('[chat]\nprovider = "nobody"\nmodel = "m"\n')
    choice = chosen("--base-url", NOWHERE)
    assert (choice.provider, choice.endpoint().title, choice.model) == ("127.0.0.1:9", "127.0.0.1:9", "m")


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

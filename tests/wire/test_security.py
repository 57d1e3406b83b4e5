import base64
import io
import logging
import traceback
from pathlib import Path

import pytest
from rich.console import Console
from rich.traceback import Traceback

from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint, Secret
from glmchat.api.errors.tree import ApiError, AuthError
from glmchat.api.network import requests
from glmchat.core.conversation import Message
from glmchat.turn import run
from tests.wire.helpers import KEY, Sleeper, collect, endpoint, keyed, request, run_turn
from tests.wire.server import Reply, plain, serving, stream

BODY = {"model": "m", "messages": [], "stream": True}


async def failure_of(client: ChatClient, where: Endpoint) -> ApiError:
    _, error = await collect(client.stream(where, BODY))
    await client.aclose()
    assert error is not None
    return error


async def test_the_key_goes_to_the_endpoint() -> None:
    async with serving(stream("x")) as server:
        await run_turn(request(keyed(server.base_url)))
        assert server.received[0].headers["authorization"] == f"Bearer {KEY}"


async def test_headers_and_extra_body_of_a_provider_pass_through() -> None:
    async with serving(stream("x")) as server:
        where = endpoint(
            server.base_url, headers={"X-Title": "glmchat"}, extra_body={"provider": {"sort": "price"}}
        )
        await run_turn(request(where))
        assert server.received[0].headers["x-title"] == "glmchat"
        assert server.received[0].body["provider"] == {"sort": "price"}


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "10.0.0.5",
        "127.0.0.1.example.org",
        "localhost.example.org",
        "localhost:80@example.org",
        "user:pw@example.org",
    ],
)
async def test_the_key_does_not_travel_readable(host: str) -> None:
    error = await failure_of(ChatClient(), keyed(f"http://{host}/v1"))
    assert error.failure.kind == "auth"
    assert "http://" in error.failure.message
    assert not error.failure.retryable


async def test_a_key_in_a_header_of_ones_own_does_not_travel_readable_either() -> None:
    error = await failure_of(ChatClient(), endpoint("http://example.org/v1", headers={"X-Api-Key": KEY}))
    assert error.failure.kind == "auth"


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.8.9.1", "[::1]", "glm.localhost", "LOCALHOST"]
)
def test_this_machine_may_be_reached_over_plain_http(host: str) -> None:
    requests.check_key_may_go(keyed(f"http://{host}:8000/v1"))


async def test_a_redirect_is_not_followed() -> None:
    async with serving(stream("stolen")) as thief:
        moved = Reply([], 307, {"location": f"{thief.base_url}/chat/completions"})
        async with serving(moved) as server:
            error = await failure_of(ChatClient(), keyed(server.base_url))
        assert thief.received == []
    assert (error.failure.kind, error.failure.status) == ("protocol", 307)


async def test_the_key_is_in_no_message_no_matter_what_the_server_echoes() -> None:
    echoes = [
        plain(401, {"error": {"message": f"Incorrect API key provided: {KEY}"}}),
        plain(400, f"bad header Authorization: Bearer {KEY}"),
        plain(200, f"<html>{KEY}</html>"),
        Reply([f'data: {{"error": {{"message": "{KEY}", "code": 500}}}}\n\n'.encode()]),
        Reply([], 302, {"location": f"http://{KEY}.example.org/"}),
        Reply([KEY.encode() + b"\r\n\r\n"], raw=True),
    ]
    for echo in echoes:
        async with serving(echo) as server:
            error = await failure_of(ChatClient(), keyed(server.base_url))
        assert KEY not in str(error)
        assert KEY not in repr(error.failure)


async def test_the_key_is_in_no_traceback_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = ChatClient()
    async with serving(Reply([], reset=True, raw=True)) as server:
        where = keyed(server.base_url, headers={"X-Api-Key": "second-" + KEY})
        try:
            async for _ in client.stream(where, BODY):
                pass
        except ApiError as error:
            shown = io.StringIO()
            picture = Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True)
            Console(file=shown, width=200).print(picture)
            assert KEY not in shown.getvalue()
            assert KEY not in "".join(traceback.format_exception(error))
        else:
            pytest.fail("a reset connection is an error")
    await client.aclose()
    assert KEY not in caplog.text
    assert KEY not in repr(where)
    assert "glmchat.api.network.connections" in caplog.text


async def test_the_key_is_in_nothing_that_a_turn_keeps() -> None:
    kept: list[Message] = []

    class ConfigStore:
        def save_soon(self, message: Message) -> None:
            kept.append(message)

        async def save(self, message: Message) -> None:
            kept.append(message)

    async with serving([plain(503, f"upstream said {KEY}"), stream("x")]) as server:
        events, _ = await run_turn(request(keyed(server.base_url)), recorder=ConfigStore(), sleep=Sleeper())
    assert KEY not in repr(kept)
    assert KEY not in repr(events)
    assert any(isinstance(event, run.RetryScheduled) for event in events)


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel", "tab\t", "", "zero\x00"])
async def test_a_key_that_no_header_may_hold_is_refused_without_showing_it(key: str) -> None:
    error = await failure_of(ChatClient(), endpoint("http://127.0.0.1:9/v1", key=Secret(key)))
    assert isinstance(error, AuthError)
    assert not key or key not in str(error)


async def test_the_query_of_a_base_url_is_kept() -> None:
    async with serving(stream("x")) as server:
        await run_turn(request(endpoint(server.base_url + "?api-version=1")))
        assert server.received[0].path == "/v1/chat/completions?api-version=1"


async def test_a_header_with_a_line_break_is_refused() -> None:
    where = endpoint("http://127.0.0.1:9/v1", headers={"x-a": "1\r\nx-b: 2"})
    assert (await failure_of(ChatClient(), where)).failure.kind == "bad_request"


@pytest.mark.parametrize(
    "url", ["", "example.org/v1", "ftp://example.org/v1", "https://", "http://[bad", "http://a:x/"]
)
async def test_a_base_url_that_is_none_is_named(url: str) -> None:
    error = await failure_of(ChatClient(), endpoint(url))
    assert error.failure.kind == "bad_request"
    assert "https://" in error.failure.advice


async def test_proxies_of_the_environment_are_used_but_not_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving(plain(502, "the proxy says no")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        async with serving(stream("direct")) as server:
            _, message = await run_turn(request(keyed(server.base_url)))
        assert message.content == "direct"
        assert proxy.received == []
        error = await failure_of(ChatClient(), endpoint("http://example.invalid/v1"))
        assert error.failure.message == "the proxy says no"
        assert proxy.received[0].path.startswith("http://example.invalid/")


async def test_a_socks_proxy_without_the_extra_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    error = await failure_of(ChatClient(), endpoint("https://example.invalid/v1"))
    assert error.failure.kind == "network"
    assert "glmchat[socks]" in error.failure.advice
    assert not error.failure.retryable


async def test_a_proxy_that_is_no_address_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://127.0.0.1:9")
    error = await failure_of(ChatClient(), endpoint("https://example.invalid/v1"))
    assert "proxy" in error.failure.message


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret(KEY)
    assert KEY not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == KEY


def test_nothing_in_the_wire_writes_to_disk_by_itself() -> None:
    source = Path(requests.__file__).parent
    assert not [path.name for path in source.glob("*.py") if "open(" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize(
    "encoded",
    [
        base64.b64encode(f"Bearer {KEY}".encode()).decode(),
        KEY.encode().hex(),
        "".join(f"%{ord(char):02X}" for char in KEY),
        "".join(f"\\u{ord(char):04x}" for char in KEY),
        KEY[::-1],
    ],
)
async def test_a_key_that_comes_back_encoded_is_in_no_message_and_no_list(encoded: str) -> None:
    async with serving(plain(401, {"error": {"message": f"no: {encoded}"}})) as server:
        _, message = await run_turn(request(keyed(server.base_url), retries=0))
        assert message.failure is not None
        assert "[key]" in message.failure.message
        assert encoded not in message.failure.message
    listed = Reply([f'{{"data": [{{"id": "m-{encoded}"}}, {{"id": "n"}}]}}'.encode()], headers={})
    client = ChatClient()
    async with serving(listed) as server:
        listed_models = await client.get_json(keyed(server.base_url), "/models")
    assert (encoded in str(listed_models), "[key]" in listed_models["data"][0]["id"]) == (False, True)
    await client.aclose()

"""The way to an endpoint: proxies, certificates and names, and what is told where it breaks."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint, Timeouts, Trust
from glmchat.api.errors.tree import ApiError, SettingFault
from glmchat.api.network.route import route_to
from glmchat.core.conversation import Failure, Message
from glmchat.turn import run
from tests.wire.helpers import KEY, Sleeper, endpoint, keyed, request, run_turn
from tests.wire.proxies import Handler, certificate, listening, saying, server_context, socks, tunnelling
from tests.wire.server import DONE, Server, chunk, serving, stream

SOON = Timeouts(connect=0.3, idle=0.3)
LLM = "https://llm.example/v1"
PLAIN = "http://llm.example/v1"
EVENTS = chunk({"content": "hello"}) + chunk({}, "stop") + DONE
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + EVENTS


def client(environment: Mapping[str, str]) -> ChatClient:
    """A client in another environment than this process's."""
    return ChatClient(environment=environment)


async def ask(where: Endpoint, environment: Mapping[str, str], **more: Any) -> Message:
    asked = client(environment)
    try:
        _, message = await run_turn(request(where, **{"retries": 0, **more}), asked, sleep=Sleeper())
    finally:
        await asked.aclose()
    return message


async def failure(where: Endpoint, environment: Mapping[str, str]) -> Failure:
    message = await ask(where, environment)
    assert message.failure is not None, message.content
    assert message.failure.advice.endswith(".")
    return message.failure


BROKEN = {
    "HTTPS_PROXY": "http://user:p#ss@proxy.invalid:8080", "HTTP_PROXY": "http://127.0.0.1:9:9",
    "NO_PROXY": "[::1", "SSL_CERT_FILE": "/nonexistent", "SSLKEYLOGFILE": "/nonexistent/keys",
}  # fmt: skip


async def test_nothing_of_the_environment_matters_to_plain_http_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in BROKEN.items():
        monkeypatch.setenv(name, value)
    async with serving(stream("hello")) as server:
        message = await ask(keyed(server.base_url), os.environ)
        assert message.content == "hello"
        named = server.base_url.replace("127.0.0.1", "localhost")
        assert (await ask(keyed(named), os.environ)).content == "hello"


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "SSL_CERT_FILE", "SSLKEYLOGFILE"])
async def test_a_variable_that_cannot_be_used_fails_the_turn_and_is_named(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, BROKEN[variable])
    told = await failure(keyed(LLM), {variable: BROKEN[variable]})
    assert (told.kind, told.retryable) == ("network", False)
    assert variable in told.message
    assert "p#ss" not in repr(told)
    with pytest.raises(SettingFault):
        client({variable: BROKEN[variable]}).prepare(keyed(LLM))
    message = await ask(keyed(LLM), {variable: BROKEN[variable]})
    assert message.sent is None


# Proxies that fail by themselves: what they do, the address that is asked, and what is told.
FAULTY: dict[str, tuple[Handler, str, bool, str]] = {
    "hangs": (saying(hang=True), LLM, True, "did not open the way to llm.example within 0.3 seconds"),
    "drips": (saying(*[b"H"] * 40, pause_s=0.05), LLM, True, "did not open the way"),
    "hangs up": (saying(), LLM, True, "closed the connection"),
    "garbage": (saying(b"\x00\xff what\r\n\r\n"), LLM, False, "does not speak HTTP"),
    "ssh": (saying(b"SSH-2.0-x\r\n"), LLM, False, "does not speak HTTP"),
    "407": (saying(b"HTTP/1.1 407 Who\r\n\r\n"), LLM, False, "asks for the user name"),
    "403": (saying(b"HTTP/1.1 403 Forbidden\r\n\r\n"), LLM, False, "403 Forbidden"),
    "502": (saying(b"HTTP/1.1 502 Bad Gateway\r\n\r\n"), LLM, True, "could not open the way to llm.example: 502"),
    "plain hangs": (saying(hang=True), PLAIN, True, "sent nothing for 0.3 seconds"),
    "plain hangs up": (saying(), PLAIN, True, "closed the connection"),
    "plain garbage": (saying(b"hello\r\n\r\n"), PLAIN, False, "does not speak HTTP"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTY)
async def test_a_fault_of_the_proxy_is_told_of_the_proxy(name: str) -> None:
    handler, url, retryable, words = FAULTY[name]
    async with listening(handler) as proxy:
        place = f"127.0.0.1:{proxy.port}"
        environment = {"ALL_PROXY": f"http://{place}"}
        told = await failure(endpoint(url, timeouts=SOON), environment)
    assert told.message.startswith(f"The proxy {place} (ALL_PROXY) ")
    assert words in told.message
    assert (told.kind, told.retryable) == ("network", retryable)


async def test_a_proxy_that_nobody_runs_is_told_of_the_proxy() -> None:
    async with listening(saying()) as gone:
        port = gone.port
    told = await failure(endpoint(LLM), {"https_proxy": f"http://127.0.0.1:{port}"})
    assert told.message.startswith(f"No connection to the proxy 127.0.0.1:{port} (https_proxy)")
    assert "refused" in told.message.lower()


async def test_an_account_that_the_proxy_refuses_is_told_without_it() -> None:
    async with listening(saying(b"HTTP/1.1 407 dXNlcjpzM2NyZXQtcGFzcw== s3cret-pass\r\n\r\n")) as proxy:
        told = await failure(
            endpoint(LLM), {"HTTPS_PROXY": f"http://user:s3cret-pass@127.0.0.1:{proxy.port}"}
        )
    assert "does not accept the user name" in told.message
    assert "s3cret-pass" not in repr(told)


async def test_a_status_that_a_proxy_may_have_given_names_it() -> None:
    busy = saying(b"HTTP/1.1 502 Bad\r\ncontent-length: 4\r\n\r\nbusy")
    async with listening(busy) as proxy:
        told = await failure(endpoint(PLAIN), {"HTTP_PROXY": f"http://127.0.0.1:{proxy.port}"})
    assert (told.kind, told.message, told.status) == ("server", "busy", 502)
    assert f"127.0.0.1:{proxy.port} (HTTP_PROXY)" in told.advice


async def test_an_endpoint_is_reached_through_a_tunnel_that_is_kept() -> None:
    heard: list[bytes] = []
    server = Server(stream("hello", keep_alive=True))
    async with (
        listening(server.handle, server_context()) as there,
        listening(tunnelling(there.port, heard)) as proxy,
    ):
        environment = {
            "HTTPS_PROXY": f"http://me:pa%40ss@127.0.0.1:{proxy.port}", "SSL_CERT_FILE": certificate("ca")
        }  # fmt: skip
        asked = client(environment)
        for _ in range(2):
            _, message = await run_turn(request(keyed(LLM), retries=0), asked)
            assert message.content == "hello", message.failure
        await asked.aclose()
    assert len(heard) == 1
    assert heard[0].startswith(b"CONNECT llm.example:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic bWU6cGFAc3M=" in heard[0]
    assert KEY.encode() not in heard[0]
    assert server.received[0].headers["authorization"] == f"Bearer {KEY}"


async def test_a_proxy_may_be_spoken_to_in_tls() -> None:
    server = Server(stream("hello"))
    async with (
        listening(server.handle, server_context()) as there,
        listening(tunnelling(there.port), server_context()) as proxy,
    ):
        url = f"https://localhost:{proxy.port}"
        environment = {"HTTPS_PROXY": url, "SSL_CERT_FILE": certificate("ca")}
        assert (await ask(keyed(LLM), environment)).content == "hello"
        told = await failure(keyed(LLM), {"HTTPS_PROXY": url})
    assert (
        f"The certificate of the proxy localhost:{proxy.port} (HTTPS_PROXY) was not accepted" in told.message
    )


async def test_an_endpoint_is_reached_through_socks() -> None:
    async with serving(stream("hello")) as server, listening(socks(server.port)) as proxy:
        for scheme in ("socks5", "socks5h"):
            message = await ask(endpoint(PLAIN), {"ALL_PROXY": f"{scheme}://127.0.0.1:{proxy.port}"})
            assert message.content == "hello", message.failure


FAULTY_SOCKS: dict[str, tuple[Handler, bool, str]] = {
    "hangs": (saying(hang=True), True, "did not open the way"),
    "hangs later": (saying(b"\x05\x00", hang=True), True, "did not open the way"),
    "hangs up": (saying(), True, "closed the connection"),
    "hangs up later": (saying(b"\x05\x00"), False, "does not speak SOCKS"),
    "speaks HTTP": (saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"), False, "does not speak SOCKS"),
    "garbage": (saying(b"\x00"), False, "does not speak SOCKS"),
    "wants a password": (saying(b"\x05\xff"), False, "asks for the user name"),
    "refuses": (socks(0, b"\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00"), False, "ruleset"),
    "finds nothing": (socks(0, b"\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00"), True, "Host unreachable"),
}


@pytest.mark.parametrize("url", [LLM, PLAIN])
@pytest.mark.parametrize("name", FAULTY_SOCKS)
async def test_a_fault_of_a_socks_proxy_is_told_of_the_proxy(name: str, url: str) -> None:
    handler, retryable, words = FAULTY_SOCKS[name]
    async with listening(handler) as proxy:
        place = f"127.0.0.1:{proxy.port}"
        told = await failure(endpoint(url, timeouts=SOON), {"ALL_PROXY": f"socks5://{place}"})
    assert told.message.startswith(f"The proxy {place} (ALL_PROXY) ")
    assert words in told.message
    assert (told.kind, told.retryable) == ("network", retryable)


async def test_what_is_wrong_behind_an_open_way_is_the_endpoints() -> None:
    async with listening(saying(hang=True)) as there, listening(socks(there.port)) as proxy:
        told = await failure(
            endpoint(PLAIN, timeouts=SOON), {"ALL_PROXY": f"socks5://127.0.0.1:{proxy.port}"}
        )
    assert told.message == "llm.example accepted the connection but sent nothing for 0.3 seconds."


# Answers that are no HTTP, or not over this port.
STRANGE: dict[str, tuple[Handler, str]] = {
    "ssh": (saying(b"SSH-2.0-OpenSSH_9.6\r\n", at_once=True), "speaks SSH"),
    "smtp": (saying(b"220 mail.example ESMTP ready\r\n", b"500 what\r\n", hang=True), "speaks SMTP"),
    "amqp": (saying(b"AMQP\x00\x00\x09\x01"), "speaks AMQP"),
    "nats": (saying(b'INFO {"server_id":"x"}\r\n', at_once=True), "speaks the protocol of NATS"),
    "rtsp": (saying(b"RTSP/1.0 400 Bad Request\r\n\r\n"), "speaks RTSP or SIP"),
    "telnet": (saying(b"\xff\xfd\x18\xff\xfd\x20login: ", at_once=True, hang=True), "speaks Telnet"),
    "ftp": (saying(b"220 the FTP server\r\n", hang=True), "speaks FTP"),
    "redis": (saying(b"-ERR unknown command\r\n"), "speaks the protocol of Redis"),
    "mysql": (
        saying(b"J\x00\x00\x00\x0a8.0.36\x00", at_once=True, hang=True),
        "speaks the protocol of MySQL",
    ),
    "grpc": (saying(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18, hang=True), "speaks HTTP/2"),
    "tls": (saying(b"\x15\x03\x01\x00\x02\x02\x46"), "speaks TLS"),
    "words": (saying(b"who are you\x1b[2J?\r\n", hang=True), "did not answer in HTTP"),
}


@pytest.mark.parametrize("name", STRANGE)
async def test_what_speaks_no_http_is_told_as_what_it_is(name: str) -> None:
    handler, words = STRANGE[name]
    async with listening(handler) as server:
        told = await failure(endpoint(f"http://127.0.0.1:{server.port}/v1", timeouts=SOON), {})
    assert (told.kind, told.retryable) == ("protocol", False)
    assert words in told.message
    assert told.message.isprintable()


@pytest.mark.parametrize(
    "words",
    [
        "<h1>400 Bad Request</h1> The plain HTTP request was sent to HTTPS port",
        "Client sent an HTTP request to an HTTPS server.",
    ],
)
async def test_plain_http_on_a_port_of_https_is_told(words: str) -> None:
    refusal = saying(b"HTTP/1.1 400 Bad\r\nconnection: close\r\n\r\n" + words.encode())
    async with listening(refusal) as server:
        told = await failure(endpoint(f"http://127.0.0.1:{server.port}/v1"), {})
    assert (told.kind, told.status, told.retryable) == ("protocol", 400, False)
    assert "https://" in told.advice


async def test_tls_on_a_port_of_plain_http_is_told() -> None:
    async with listening(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        told = await failure(endpoint(f"https://127.0.0.1:{server.port}/v1"), {})
    assert (told.kind, told.retryable) == ("protocol", False)
    assert "does not speak TLS" in told.message
    assert "http://" in told.advice


async def test_headers_that_drip_come_to_an_end() -> None:
    drip = saying(b"HTTP/1.1 200 OK\r\nx: ", *[b"y"] * 200, pause_s=0.05)
    async with listening(drip) as server:
        told = await failure(endpoint(f"http://127.0.0.1:{server.port}/v1", timeouts=SOON), {})
    assert told.message == "127.0.0.1 accepted the connection but sent no whole answer for 0.3 seconds."
    assert (told.kind, told.retryable) == ("network", True)


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n", id="the size of a chunk"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n5;", id="what a chunk says of itself"),
        pytest.param(
            b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\0\0\0\0\0\xff", id="the head of a compression"
        ),
    ],
)
async def test_a_body_of_which_only_the_frame_drips_comes_to_an_end(start: bytes) -> None:
    drip = saying(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + start, *[b"0"] * 200, pause_s=0.05
    )
    async with listening(drip) as server:
        told = await failure(endpoint(f"http://127.0.0.1:{server.port}/v1", timeouts=SOON), {})
    assert told.message == "The reply stopped: nothing came for 0.3 seconds."
    assert (told.kind, told.retryable) == ("cut", True)


async def test_an_error_whose_words_drip_is_told_with_what_came() -> None:
    drip = saying(b"HTTP/1.1 404 No\r\n\r\nno such model", *[b"."] * 200, pause_s=0.05)
    async with listening(drip) as server:
        told = await failure(endpoint(f"http://127.0.0.1:{server.port}/v1", timeouts=SOON), {})
    assert (told.kind, told.status) == ("not_found", 404)
    assert told.message.startswith("no such model.")


async def test_a_reply_in_one_piece_is_waited_for_as_long_as_is_said() -> None:
    async with listening(saying(hang=True)) as server:
        where = endpoint(f"http://127.0.0.1:{server.port}/v1", timeouts=Timeouts(connect=5, idle=0.05))
        asked = client({})
        with pytest.raises(ApiError, match=r"sent nothing for 0\.25 seconds"):
            async for _ in asked.stream(where, {"model": "m", "messages": []}):
                pass
        await asked.aclose()


async def test_certificates_of_the_environment_hold_on_this_machine_too() -> None:
    server = Server(stream("hello"))
    async with listening(server.handle, server_context()) as there:
        url = f"https://localhost:{there.port}/v1"
        assert (await ask(keyed(url), {"SSL_CERT_FILE": certificate("ca")})).content == "hello"
        told = await failure(keyed(url), {})
        assert (told.kind, told.retryable) == ("network", False)
        assert "SSL_CERT_FILE" in told.advice
        assert "ca_file" in told.advice
        own = keyed(url, trust=Trust(ca_file=certificate("ca")))
        assert (await ask(own, {"SSL_CERT_FILE": "/nonexistent"})).content == "hello"


async def test_a_certificate_is_shown_where_the_endpoint_asks_for_one() -> None:
    server = Server(stream("hello"))
    async with listening(server.handle, server_context(wants_client=True)) as there:
        url = f"https://localhost:{there.port}/v1"
        trust = Trust(certificate("ca"), certificate("client"))
        assert (await ask(keyed(url, trust=trust), {})).content == "hello"
        told = await failure(keyed(url, trust=Trust(certificate("ca"))), {})
    assert "client_cert_file" in told.advice


@pytest.mark.parametrize(
    ("trust", "name"),
    [
        (Trust(ca_file="/nonexistent"), "ca_file"),
        (Trust(ca_file=__file__), "ca_file"),
        (Trust(ca_file=str(Path(__file__).parent)), "ca_file"),
        (Trust(ca_file="x" * 5000), "ca_file"),
        (Trust(client_cert_file="/nonexistent"), "client_cert_file"),
        (Trust(client_cert_file=certificate("ca")), "client_cert_file"),
        (Trust(client_cert_file=certificate("client-encrypted")), "client_cert_file"),
        (Trust(client_cert_file=certificate("client"), client_key_file="/nonexistent"), "client_key_file"),
    ],
)
def test_a_file_of_certificates_that_cannot_be_used_is_named(trust: Trust, name: str) -> None:
    with pytest.raises(SettingFault) as caught:
        client({}).prepare(endpoint(LLM, trust=trust))
    assert name in caught.value.sentence


def test_a_variable_with_certificates_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (empty, pipe, tmp_path, Path(__file__), tmp_path / "none"):
        with pytest.raises(SettingFault, match="SSL_CERT_FILE") as caught:
            client({"SSL_CERT_FILE": str(path)}).prepare(endpoint(LLM))
        assert str(path) in str(caught.value)
    for path in (tmp_path, pipe, tmp_path / "none" / "keys"):
        monkeypatch.setenv("SSLKEYLOGFILE", str(path))
        with pytest.raises(SettingFault, match="SSLKEYLOGFILE"):
            client({"SSLKEYLOGFILE": str(path)}).prepare(endpoint(LLM))


def test_a_directory_of_certificates_that_is_gone_is_left_out() -> None:
    client({"SSL_CERT_DIR": "/nonexistent"}).prepare(endpoint(LLM))


def resolver(*addresses: str) -> Any:
    return lambda *_, **__: [(2, 1, 6, "", (address, 0)) for address in addresses]


def gone(*_: object, **__: object) -> Any:
    raise socket.gaierror(-2, "Name or service not known")


PROXIED = {"ALL_PROXY": "http://127.0.0.1:9"}


@pytest.mark.parametrize(
    ("resolve", "here"),
    [
        (resolver("127.0.0.1"), True),
        (resolver("127.0.0.1", "::1"), True),
        (resolver("192.0.2.7"), False),
        (resolver("127.0.0.1", "192.0.2.7"), False),
        (resolver(), False),
        (gone, False),
    ],
)
def test_a_name_below_localhost_is_this_machine_only_where_it_leads_there(resolve: Any, here: bool) -> None:
    route = route_to(endpoint("http://llm.localhost:8000/v1"), PROXIED, resolve)
    assert (route.here, route.proxy is None) == (here, here)
    assert route.address == ("127.0.0.1" if here else "")
    assert route_to(endpoint("https://llm.localhost/v1"), {}, resolve).address == ""


async def test_a_key_stays_here_where_a_name_below_localhost_leads_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("glmchat.api.network.route.socket.getaddrinfo", gone)
    monkeypatch.setattr("glmchat.api.network.route.route_to.__defaults__", (resolver("192.0.2.7"),))
    told = await failure(keyed("http://llm.localhost:8000/v1"), {})
    assert told.kind == "auth"
    assert "llm.localhost does not lead to this machine" in told.message


async def test_a_name_below_localhost_is_asked_where_it_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glmchat.api.network.route.route_to.__defaults__", (resolver("127.0.0.1"),))
    async with serving(stream("hello")) as server:
        message = await ask(keyed(f"http://llm.localhost:{server.port}/v1"), {})
        assert message.content == "hello"
        assert server.received[0].headers["host"] == f"llm.localhost:{server.port}"


async def test_every_fault_of_the_way_is_a_failure_of_the_turn_and_no_exception() -> None:
    async with listening(saying()) as proxy:
        for environment in ({"ALL_PROXY": f"http://127.0.0.1:{proxy.port}"}, BROKEN):
            events, _ = await run_turn(request(keyed(LLM), retries=1), client(environment), sleep=Sleeper())
            assert isinstance(events[-1], run.Finished)

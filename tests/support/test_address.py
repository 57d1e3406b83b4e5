from dataclasses import replace

import pytest

from glmchat.api import dialects
from glmchat.api.endpoint import Endpoint, Secret
from glmchat.api.errors.tree import AuthError
from glmchat.api.network import requests
from glmchat.api.network.route import Resolve, route_to
from glmchat.config.reading import provider_of_host
from glmchat.config.values import SHIPPED
from glmchat.support.address import (
    CHAT_PATH,
    below,
    fault_of,
    host_of,
    is_loopback,
    place_of,
    split_secrets,
)

HERE = [
    "localhost", "LOCALHOST", "localhost.", "glm.localhost", "glm.localhost.", "127.0.0.1", "127.8.9.1",
    "[::1]", "[::ffff:127.0.0.1]", "[::FFFF:127.0.0.1]",
]  # fmt: skip
ELSEWHERE = [
    "10.0.0.1", "example.org", "localhost.example.org", "127.0.0.1.example.org", "notlocalhost", "[::2]",
    "[::ffff:10.0.0.1]",
]  # fmt: skip


def resolved(*addresses: str) -> Resolve:
    """A resolver that gives these addresses for any name."""
    return lambda *_, **__: [(2, 1, 6, "", (address, 0)) for address in addresses]


@pytest.mark.parametrize("host", HERE)
def test_this_machine_is_known_everywhere(host: str) -> None:
    url = f"http://{host}:8000/v1"
    endpoint = Endpoint("mine", url, key=Secret("key-0123456789"))
    assert is_loopback(host)
    assert is_loopback(host_of(url))
    requests.check_key_may_go(endpoint)
    assert provider_of_host(url, SHIPPED) is None
    assert route_to(endpoint, {"ALL_PROXY": "http://127.0.0.1:9"}, resolved("127.0.0.1")).proxy is None


@pytest.mark.parametrize("host", ELSEWHERE)
def test_other_machines_are_not_this_one(host: str) -> None:
    assert not is_loopback(host)
    assert not is_loopback(host_of(f"http://{host}:8000/v1"))


@pytest.mark.parametrize("host", ["api.z.ai", "API.Z.AI", "api.z.ai.", "user:pw@api.z.ai", "api.z.ai:443"])
def test_a_host_is_the_same_however_it_is_written(host: str) -> None:
    url = f" https://{host}/x"
    assert host_of(url) == Endpoint("mine", url).host == "api.z.ai"
    assert place_of(url) == "api.z.ai:443"
    assert dialects.dialect_for(url) == "zai"
    assert provider_of_host(url, SHIPPED) == "zai"


def test_hosts_are_compared_with_their_ports() -> None:
    assert place_of("http://api.z.ai") != place_of("https://api.z.ai")
    assert place_of("http://a:99999999/") == place_of("nothing") == place_of("http://[::1") == ""
    assert provider_of_host("https://openrouter.ai/api/v1", SHIPPED) == "openrouter"


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("https://a.example/v1", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/chat/completions", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/chat/completions/", "https://a.example/v1/chat/completions"),
        ("https://a.example", "https://a.example/chat/completions"),
        ("https://a.example/v1?version=2", "https://a.example/v1/chat/completions?version=2"),
        ("https://a.example/v1#part", "https://a.example/v1/chat/completions"),
    ],
)
def test_the_chat_is_below_the_base_url(base: str, address: str) -> None:
    assert below(base, CHAT_PATH) == address
    assert str(requests.address(Endpoint("mine", base), CHAT_PATH)) == address


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/v1", "http://127.0.0.1:8000/v1", "http://[::1]:8000/v1", "HTTP://HOST", "http://a:/v1",
        "https://gate_way.docker/v1?api-version=1", "https://例え.jp/v1", "https://1.2.3.4.", "http://[fe80::1%25eth0]/",
    ],
)  # fmt: skip
def test_a_base_url_that_can_be_asked_has_no_fault(url: str) -> None:
    assert fault_of(url) == ""


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:99999/v1", "port"),
        ("http://127.0.0.1:-1/v1", "port"),
        ("http://127.0.0.1:0/v1", "port"),
        ("http://127.0.0.1:80a/v1", "port"),
        ("http://127.0.0.1:٣/v1", "port"),
        ("http://a:1:2/v1", "port"),
        ("http://[::1", "brackets"),
        ("http://[::1/v1", "brackets"),
        ("http://[::g]/v1", "brackets"),
        ("http://[::1]x/v1", "brackets"),
        ("http://::1/v1", "host"),
        (":abc", "https://"),
        (":1:2", "https://"),
        ("example.com/v1", "https://"),
        ("localhost:8000/v1", "https://"),
        ("//example.com/v1", "https://"),
        ("", "https://"),
        ("ftp://example.com", "another scheme"),
        ("https://", "no host"),
        ("http://http://a/v1", "second"),
        ("https://HTTP//a/v1", "second"),
        ("https:///v1", "no host"),
        ("https://?key=x", "no host"),
        ("https://me:pw@example.com", "user name"),
        ("https://a b/", "space"),
        ("https://a\x1b[31m/", "control character"),
        ("https://a/\n", "control character"),
        ("https://a..b/", "no name"),
        ("https://" + "a" * 64 + ".com/", "no name"),
        ("https://-a.com/", "no name"),
        ("https://a%20b/", "no name"),
        ("https://{host}/v1", "no name"),
    ],
)
def test_what_keeps_a_text_from_being_a_base_url_is_said(url: str, words: str) -> None:
    assert words in fault_of(url)


@pytest.mark.parametrize(
    ("url", "shown", "secret"),
    [
        ("https://h/v1", "https://h/v1", ""),
        ("https://h/v1?api-version=2", "https://h/v1?api-version=2", ""),
        ("https://h/v1?key=S", "https://h/v1", "key=S"),
        ("https://h?api_key=S&v=1", "https://h?v=1", "api_key=S"),
        ("https://h/v1?v=1&access_token=S&sig=T#part", "https://h/v1?v=1", "access_token=S&sig=T"),
        ("https://h/v1?code=a%2Bb", "https://h/v1", "code=a%2Bb"),
        ("https://h/v1?%6Bey=S", "https://h/v1", "%6Bey=S"),
        ("https://h/v1#token=S", "https://h/v1", ""),
    ],
)
def test_the_secrets_of_a_query_are_told_from_the_rest(url: str, shown: str, secret: str) -> None:
    assert split_secrets(url) == (shown, secret)


def test_a_secret_of_the_query_is_sent_and_shown_nowhere() -> None:
    endpoint = Endpoint("mine", "https://h.example/v1?v=1", secret_query="key=a%2Bbcd&sig=T0123")
    assert str(requests.address(endpoint, CHAT_PATH)).endswith("?v=1&key=a%2Bbcd&sig=T0123")
    assert "T0123" not in repr(endpoint)
    assert {"a+bcd", "T0123"} <= set(requests.secrets_of(endpoint))
    with pytest.raises(AuthError):
        requests.check_key_may_go(replace(endpoint, base_url="http://h.example/v1"))

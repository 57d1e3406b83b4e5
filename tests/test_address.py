import pytest

from glmchat.address import CHAT_PATH, below, host_of, is_loopback, place_of
from glmchat.api import dialects, requests
from glmchat.api.connections import Connections
from glmchat.api.endpoint import Endpoint, Secret
from glmchat.settings.reading import provider_of_host
from glmchat.settings.values import SHIPPED

HERE = [
    "localhost", "LOCALHOST", "localhost.", "glm.localhost", "glm.localhost.", "127.0.0.1", "127.8.9.1",
    "[::1]", "[::ffff:127.0.0.1]", "[::FFFF:127.0.0.1]",
]  # fmt: skip
ELSEWHERE = [
    "10.0.0.1", "example.org", "localhost.example.org", "127.0.0.1.example.org", "notlocalhost", "[::2]",
    "[::ffff:10.0.0.1]",
]  # fmt: skip


@pytest.mark.parametrize("host", HERE)
def test_this_machine_is_known_everywhere(host: str) -> None:
    url = f"http://{host}:8000/v1"
    endpoint = Endpoint("mine", url, key=Secret("key-0123456789"))
    assert is_loopback(host)
    assert is_loopback(host_of(url))
    requests.check_key_may_go(endpoint)
    assert provider_of_host(url, SHIPPED) is None
    connections = Connections()
    connections.prepare(endpoint)
    assert list(connections._clients) == ["direct"]


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

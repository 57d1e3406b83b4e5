"""Which proxy holds for an address, and what is said of one that cannot be used."""

import sys

import pytest

from glmchat.api.errors.tree import SettingFault
from glmchat.api.network.proxies import Proxy, bypassed, proxy_for

LLM = "https://llm.example/v1"


@pytest.mark.parametrize(
    ("no_proxy", "host", "direct"),
    [
        ("*", "llm.example", True),
        ("localhost, *", "llm.example", True),
        ("", "llm.example", False),
        (",, ,", "llm.example", False),
        ("llm.example", "llm.example", True),
        ("example", "llm.example", True),
        (".example", "llm.example", True),
        (".llm.example", "llm.example", True),
        ("*.example", "llm.example", True),
        ("LLM.Example.", "llm.example", True),
        ("lm.example", "llm.example", False),
        ("llm.example.org", "llm.example", False),
        ("other.org llm.example", "llm.example", True),
        ("llm.example:443", "llm.example", True),
        ("llm.example:8443", "llm.example", False),
        ("https://llm.example", "llm.example", True),
        ("http://llm.example", "llm.example", False),
        ("all://llm.example/", "llm.example", True),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3:443", "10.1.2.3", True),
        ("10.1.2.3:80", "10.1.2.3", False),
        ("10.1.2", "10.1.2.3", False),
        ("2.3", "10.1.2.3", False),
        ("10.0.0.0/8", "10.99.0.1", True),
        ("10.9.9.9/8", "10.99.0.1", True),
        ("10.0.0.0/8", "11.0.0.1", False),
        ("192.168.0.0/16,172.16.0.0/12", "172.31.255.255", True),
        ("172.16.0.0/12", "172.32.0.1", False),
        ("10.0.0.0/99", "10.0.0.1", False),
        ("10.0.0.0/", "10.0.0.1", False),
        ("10.0.0.0/8", "ten.example", False),
        ("0.0.0.0/0", "8.8.8.8", True),
        ("fd07:b51a:cc66:f0::/64", "fd07:b51a:cc66:f0::7", True),
        ("[fd07::]/16", "fd07::7", True),
        ("fd07::/16", "fd08::7", False),
        ("fd07::/16", "10.0.0.1", False),
        ("::1", "::1", True),
        ("[::1]", "::1", True),
        ("localhost,[::1]", "llm.example", False),
        ("[fd07::7]", "fd07:0:0::7", True),
        ("[fd07::7]:443", "fd07::7", True),
        ("[fd07::7]:80", "fd07::7", False),
        ("fe80::1%eth0", "fe80::1", True),
        ("10.0.0.1", "::ffff:10.0.0.1", True),
        ("[::1", "llm.example", False),
        ("[]", "llm.example", False),
        (":::", "llm.example", False),
        ("\x1b[31m", "llm.example", False),
    ],
)
def test_hosts_that_need_no_proxy_are_known(no_proxy: str, host: str, direct: bool) -> None:
    assert bypassed("https", host, 443, no_proxy) is direct
    shown = f"[{host}]" if ":" in host else host
    found = proxy_for(f"https://{shown}/v1", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": no_proxy})
    assert (found is None) is direct


@pytest.mark.parametrize(
    ("environment", "url", "expected"),
    [
        ({}, LLM, ""),
        ({"HTTPS_PROXY": "http://p:1"}, LLM, "p:1 (HTTPS_PROXY)"),
        ({"HTTPS_PROXY": "http://p:1", "https_proxy": "http://q:2"}, LLM, "q:2 (https_proxy)"),
        ({"HTTPS_PROXY": "http://p:1", "https_proxy": " "}, LLM, "p:1 (HTTPS_PROXY)"),
        ({"HTTP_PROXY": "http://p:1"}, LLM, ""),
        ({"HTTP_PROXY": "http://p:1"}, "http://llm.example/", "p:1 (HTTP_PROXY)"),
        ({"HTTP_PROXY": "http://p:1", "REQUEST_METHOD": "GET"}, "http://llm.example/", ""),
        ({"ALL_PROXY": "socks5://p"}, LLM, "p:1080 (ALL_PROXY)"),
        ({"ALL_PROXY": "nonsense\x1b", "HTTPS_PROXY": "p:1"}, LLM, "p:1 (HTTPS_PROXY)"),
        ({"HTTPS_PROXY": "proxy.example:3128"}, LLM, "proxy.example:3128 (HTTPS_PROXY)"),
        ({"HTTPS_PROXY": "https://p"}, LLM, "p:443 (HTTPS_PROXY)"),
        ({"HTTPS_PROXY": "http://[::1]:3128/"}, LLM, "[::1]:3128 (HTTPS_PROXY)"),
        ({"HTTPS_PROXY": "http://p:1\n"}, LLM, "p:1 (HTTPS_PROXY)"),
        ({"HTTPS_PROXY": "http://p:1/path?x#y"}, LLM, "p:1 (HTTPS_PROXY)"),
    ],
)
def test_the_variable_that_holds_is_found(environment: dict[str, str], url: str, expected: str) -> None:
    found = proxy_for(url, environment)
    assert ("" if found is None else str(found)) == expected


@pytest.mark.parametrize(
    ("value", "user", "password"),
    [
        ("http://user:p%23ss@p:1", "user", "p#ss"),
        ("http://user:p@ss@p:1", "user", "p@ss"),
        ("http://user:p%ss@p:1", "user", "p%ss"),
        ("http://user:p%40s%2Fs@p:1", "user", "p@s/s"),
        ("user:pw@p:1", "user", "pw"),
        ("http://user@p:1", "user", ""),
        ("http://user:a:b@p:1", "user", "a:b"),
    ],
)
def test_the_account_of_a_proxy_is_read_and_not_shown(value: str, user: str, password: str) -> None:
    found = proxy_for(LLM, {"HTTPS_PROXY": value})
    assert found == Proxy("http", "p", 1, "HTTPS_PROXY", user, password)
    assert "user" not in f"{found!r}{found}"
    assert not password or password not in f"{found!r}{found}"


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("http://user:s3cret#x@p:1", "%23"),
        ("http://user:s3cret/x@p:1", "%2F"),
        ("http://user:s3cret?x@p:1", "%3F"),
        ("user:s3cret#x@p:1", "%23"),
        ("http://user:s3cret@p:99999", "port"),
        ("http://127.0.0.1:9:9", "port"),
        ("http://user:s3cret@p:-1", "port"),
        ("http://user:s3cret@p:port", "port"),
        ("http://user:s3cret@", "no host"),
        ("http://", "no host"),
        ("http://[::1", "brackets"),
        ("http://user:s3cret@::1:9", "host"),
        ("http://p\x1b[31m:1", "control character"),
        ("\x1b[31m", "control character"),
        ("http://user:s3cret x@p:1", "space"),
        ("gopher://user:s3cret@p:1", "another scheme"),
        ("socks4://p:1", "another scheme"),
        ("socks://p:1", "socks5://"),
        ("http://" + "a" * 64 + ":1", "host"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_told_by_its_variable_and_without_its_secret(
    variable: str, value: str, words: str
) -> None:
    with pytest.raises(SettingFault) as caught:
        proxy_for(LLM, {variable: value})
    said = str(caught.value)
    assert variable in said
    assert words in said
    assert "s3cret" not in said
    assert said.isprintable()


def test_a_socks_proxy_needs_what_speaks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    with pytest.raises(SettingFault, match=r"glmchat\[socks\]"):
        proxy_for(LLM, {"ALL_PROXY": "socks5h://p:1"})

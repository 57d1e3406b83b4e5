import pytest

from glmchat import snippets
from glmchat.api.endpoint import Endpoint
from glmchat.api.errors.tree import AuthError
from glmchat.api.network import requests
from glmchat.support.secret_names import is_secret_name

SECRET = ["Authorization", "Proxy-Authorization", "x-api-key", "X-Auth-Token", "Cookie", "X-Auth", "password"]
HARMLESS = ["X-Title", "X-Author", "HTTP-Referer", "Accept-Language"]
VALUE = "tok-0123456789"


@pytest.mark.parametrize("name", SECRET)
def test_a_secret_is_known_by_its_name(name: str) -> None:
    assert is_secret_name(name)
    assert is_secret_name(name.upper())


@pytest.mark.parametrize("name", HARMLESS)
def test_other_names_are_no_secrets(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize("name", SECRET)
def test_the_wire_hides_a_secret_header_and_does_not_send_it_readable(name: str) -> None:
    endpoint = Endpoint("mine", "http://example.org/v1", headers={name: VALUE})
    assert requests.secrets_of(endpoint) == (VALUE,)
    with pytest.raises(AuthError):
        requests.check_key_may_go(endpoint)


@pytest.mark.parametrize("name", HARMLESS)
def test_the_wire_takes_other_headers_as_they_are(name: str) -> None:
    endpoint = Endpoint("mine", "http://example.org/v1", headers={name: VALUE})
    assert requests.secrets_of(endpoint) == ()
    requests.check_key_may_go(endpoint)


def test_code_holds_no_secret_header() -> None:
    headers = dict.fromkeys(SECRET, VALUE) | {"X-Author": "me"}
    code = snippets.render("curl", "https://example.org/v1/chat/completions", {"model": "m"}, headers=headers)
    assert VALUE not in code
    assert "X-Author: me" in code

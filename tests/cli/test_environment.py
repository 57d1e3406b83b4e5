"""What the environment brings, through the command line: told before anything leaves, or not in the way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.wire.proxies import certificate
from tests.wire.server import plain, serving_in_thread, stream

Write = Callable[[str], Path]
LLM = "https://llm.invalid/v1"
BROKEN = {
    "HTTPS_PROXY": "http://user:s3cret#x@proxy.invalid:8080",
    "https_proxy": "http://user:s3cret/x@proxy.invalid:8080",
    "ALL_PROXY": "http://user:s3cret@127.0.0.1:9:9",
    "SSL_CERT_FILE": "/nonexistent/cacert.pem",
    "SSLKEYLOGFILE": "/nonexistent/keys",
}
COMMANDS = (("ask", "hi"), ("ask", "--json", "hi"), ("models",), ("check",))


@pytest.mark.parametrize("variable", BROKEN)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_variable_that_is_visibly_wrong_ends_a_verb_before_it_sends(
    run: Run, home: Path, variable: str, command: tuple[str, ...]
) -> None:
    environment = {variable: BROKEN[variable], "GLMCHAT_API_KEY": "sk-0123456789"}
    ran = run(*command, "--base-url", LLM, "--model", "m", environment=environment)
    assert (ran.status, ran.out) == (2, "")
    assert variable in ran.err
    assert "s3cret" not in ran.err
    assert "Traceback" not in ran.err
    assert run("sessions", "list").out.strip() in ("", "There are no sessions yet.")


@pytest.mark.parametrize("variable", BROKEN)
def test_none_of_it_matters_to_plain_http_on_this_machine(run: Run, variable: str) -> None:
    with serving_in_thread(stream("hello")) as server:
        ran = run("ask", "--base-url", server.base_url, "hi", environment={variable: BROKEN[variable]})
    assert (ran.status, ran.out) == (0, "hello\n")


@pytest.mark.parametrize(
    "no_proxy", ["localhost,[::1]", "10.0.0.0/8,fd07:b51a:cc66:f0::/64", "[fd07::]/16", "*.example", "::1"]
)
def test_hosts_without_a_proxy_are_read_in_every_form(run: Run, no_proxy: str) -> None:
    with serving_in_thread(plain(502, "no")) as proxy:
        environment = {"NO_PROXY": no_proxy, "HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"}
        ran = run(
            "ask",
            "--json",
            "--retries",
            "0",
            "--base-url",
            LLM,
            "hi",
            environment={**environment, "GLMCHAT_API_KEY": "sk-0123456789"},
        )
    assert (ran.status, ran.json["error"]["kind"]) == (75, "network")
    assert "HTTPS_PROXY" in ran.json["error"]["message"]


def test_a_proxy_is_used_for_what_no_range_covers(run: Run, write_config: Write) -> None:
    write_config('[providers.far]\nbase_url = "http://10.99.0.1:9/v1"\nmodel = "m"\nneeds_key = false\n')
    with serving_in_thread(stream("proxied")) as proxy:
        environment = {"NO_PROXY": "172.16.0.0/12,[::1]", "HTTP_PROXY": f"http://127.0.0.1:{proxy.port}"}
        assert run("ask", "--provider", "far", "hi", environment=environment).out == "proxied\n"


def test_without_a_key_nothing_goes_to_the_proxy_of_what_a_range_covers(run: Run) -> None:
    with serving_in_thread(stream("proxied")) as proxy:
        ranges = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16"
        environment = {"NO_PROXY": ranges, "HTTP_PROXY": f"http://127.0.0.1:{proxy.port}"}
        ran = run(
            "ask", "--retries", "0", "--base-url", "http://10.99.0.1:8000/v1", "hi", environment=environment
        )
    assert ran.status == 3 and "There is no API key for 10.99.0.1:8000" in ran.err
    assert proxy.received == []


def test_the_files_of_a_provider_are_checked_with_the_config(
    run: Run, write_config: Write, home: Path
) -> None:
    place = f'[providers.mine]\nbase_url = "{LLM}"\nmodel = "m"\n'
    path = write_config(place + 'ca_file = "none.pem"\n')
    ran = run("config", "check")
    assert (ran.status, f"{path}:4: providers.mine" in ran.err, "none.pem" in ran.err) == (2, True, True)
    assert (
        run("ask", "--json", "--provider", "mine", "hi", environment={"GLMCHAT_API_KEY": "k-123456"}).status
        == 2
    )
    (path.parent / "none.pem").write_text(Path(certificate("ca")).read_text())
    assert run("config", "check").status == 0
    write_config(place + f'client_cert_file = "{certificate("client-encrypted")}"\n')
    ran = run("config", "check")
    assert (ran.status, f"{path}:4: " in ran.err, "encrypted" in ran.err) == (2, True, True)
    write_config(place + 'client_key_file = "me.key"\n')
    ran = run("config", "check")
    assert (ran.status, "needs the certificate" in ran.err) == (2, True)


def test_check_tells_of_variables_that_do_not_count(run: Run) -> None:
    environment = {"SSL_CERT_DIR": "/nonexistent/certs", "REQUESTS_CA_BUNDLE": "/nonexistent/ca.pem"}
    with serving_in_thread(stream("hello")) as server:
        ran = run("check", "--base-url", server.base_url, "--model", "m", environment=environment)
    assert "SSL_CERT_DIR is not used: there is no directory /nonexistent/certs." in ran.err
    assert (
        "REQUESTS_CA_BUNDLE is not read here; SSL_CERT_FILE is. There is no /nonexistent/ca.pem." in ran.err
    )

"""Keys that a command prints: fetched once, once more where they have expired, and told where they do not come."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.wire.server import Received, Reply, plain, serving_in_thread, stream

Write = Callable[[str], Path]
COUNTING = """
import pathlib, sys
path = pathlib.Path(sys.argv[1])
count = int(path.read_text()) + 1 if path.exists() else 1
path.write_text(str(count))
print(f"sk-token-{min(count, int(sys.argv[2]))}")
"""


def configured(write_config: Write, base_url: str, *command: str) -> None:
    write_config(
        f'[providers.cloud]\nbase_url = "{base_url}"\nmodel = "m"\napi_key_command = {json.dumps(command)}\n'
    )


def wants(token: str) -> Callable[[Received], Reply]:
    """A server that takes one token and no other."""

    def answer(received: Received) -> Reply:
        if received.headers["authorization"] == f"Bearer {token}":
            return stream("hello")
        return plain(401, {"error": {"message": "token expired"}})

    return answer


@pytest.mark.parametrize(
    ("token", "different", "status", "requests", "runs"),
    [
        ("sk-token-1", 9, 0, 1, 1),
        ("sk-token-2", 9, 0, 2, 2),
        ("sk-none", 9, 3, 2, 2),
        ("sk-none", 1, 3, 1, 2),
    ],
)
def test_a_key_is_fetched_once_and_once_more_where_it_is_refused(
    run: Run,
    write_config: Write,
    home: Path,
    token: str,
    different: int,
    status: int,
    requests: int,
    runs: int,
) -> None:
    count = home / "count"
    with serving_in_thread(wants(token)) as server:
        configured(write_config, server.base_url, sys.executable, "-c", COUNTING, str(count), str(different))
        ran = run("ask", "--provider", "cloud", "--retries", "0", "--json", "hi")
        assert (ran.status, len(server.received), count.read_text()) == (status, requests, str(runs))
    assert "sk-token" not in ran.out + ran.err


@pytest.mark.parametrize("code", ["raise SystemExit(3)", "pass", "print('two words')"])
def test_a_command_that_fails_is_a_failure_like_any_other(run: Run, write_config: Write, code: str) -> None:
    with serving_in_thread(stream("hello")) as server:
        configured(write_config, server.base_url, sys.executable, "-c", code)
        ran = run("ask", "--provider", "cloud", "--json", "hi")
        assert (ran.status, ran.json["error"]["kind"]) == (3, "auth")
        assert "api_key_command" in ran.json["error"]["message"]
        told = run("ask", "--provider", "cloud", "hi")
        assert (told.status, "api_key_command" in told.err, told.out) == (3, True, "")
        listed = run("models", "--provider", "cloud", "--refresh")
        assert (listed.status, "api_key_command" in listed.err) == (3, True)
        assert server.received == []
    shown = run("config", "show")
    assert (shown.status, "from api_key_command" in shown.out) == (0, True)

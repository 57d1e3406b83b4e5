"""What only a process of its own can show: pipes, signals, closed streams, and that the key is written nowhere."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import DIRECTORIES, Run
from tests.wire.server import Reply, chunk, plain, serving_in_thread, stream

KEY = "sk-grep-me-7f3a9c1e5b"


def start(*arguments: str, **more: object) -> subprocess.Popen[bytes]:
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    return subprocess.Popen([sys.executable, "-m", "glmchat", *arguments], **pipes)  # type: ignore[call-overload,no-any-return]


def finish(process: subprocess.Popen[bytes], given: bytes | None = None) -> tuple[int, str, str]:
    out, err = process.communicate(given, timeout=60)
    return process.returncode, (out or b"").decode(), err.decode()


def test_standard_input_follows_the_prompt_after_a_blank_line(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_text("from a file")
    with serving_in_thread(stream("ok")) as server:
        flags = ("ask", "--no-history", "--base-url", server.base_url)
        assert finish(start(*flags, "Sum up:", stdin=subprocess.PIPE), "first\n你好\n".encode())[0] == 0
        assert finish(start(*flags, stdin=subprocess.PIPE), b"alone")[0] == 0
        with file.open() as opened:
            assert finish(start(*flags, "Read", "this", stdin=opened))[0] == 0
        assert finish(start(*flags, stdin=subprocess.PIPE), "\ufeff你好".encode())[0] == 0
        assert finish(start(*flags, stdin=subprocess.PIPE), "你好".encode("utf-16"))[0] == 0
        prompts = [received.body["messages"][-1]["content"] for received in server.received]
    assert prompts == ["Sum up:\n\nfirst\n你好\n", "alone", "Read this\n\nfrom a file", "你好", "你好"]


def test_a_silent_pipe_is_told_after_a_while() -> None:
    with serving_in_thread(stream("ok")) as server:
        process = start("ask", "--no-history", "--base-url", server.base_url, "hi", stdin=subprocess.PIPE)
        assert process.stderr is not None
        assert b"standard input" in process.stderr.readline()
        assert finish(process, b"")[:2] == (0, "ok\n")


def test_a_reader_that_leaves_early_ends_it_quietly() -> None:
    pieces = [chunk({"content": "line\n"}) for _ in range(2000)]
    with serving_in_thread(Reply(pieces, pause_s=0.001)) as server:
        process = start("ask", "--no-history", "--base-url", server.base_url, "hi")
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"line\n"
        process.stdout.close()
        err = process.stderr.read()
        process.stderr.close()
        process.wait(timeout=60)
    assert (process.returncode, err) == (0, b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("as_json", [False, True])
def test_an_interrupt_keeps_what_came(as_json: bool, number: signal.Signals, run: Run) -> None:
    flags = ["--json"] if as_json else []
    with serving_in_thread(
        Reply([chunk({"content": "Half a "}), chunk({"content": "reply"})], linger_s=60)
    ) as server:
        process = start("ask", "--base-url", server.base_url, *flags, "hi")
        if as_json:
            wait_for_history(run)
        else:
            assert process.stdout is not None
            assert process.stdout.read(len("Half a reply")) == b"Half a reply"
        process.send_signal(number)
        status, out, err = finish(process)
    assert status == 130
    assert "Traceback" not in err
    if as_json:
        told = json.loads(out)
        assert (told["content"], told["error"]["kind"], told["error"]["retryable"]) == (
            "Half a reply",
            "interrupted",
            False,
        )
    else:
        assert out.endswith("\n")
        assert "interrupted" in err
    status, out, err = finish(start("sessions", "search", "--json", "Half"))
    assert [hit["snippet"] for hit in json.loads(out)] == ["Half a reply"]


def wait_for_history(run: Run) -> None:
    """Wait until the reply that is streaming has reached the disk."""
    for _ in range(600):
        if "Half a reply" in run("sessions", "export", "--format", "json").out:
            return
        time.sleep(0.1)
    raise AssertionError("the reply did not reach the disk")


def test_an_interrupt_while_waiting_for_input_is_told_in_json() -> None:
    process = start("ask", "--json", "--demo", stdin=subprocess.PIPE)
    assert process.stderr is not None
    assert b"standard input" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    status, out, _ = finish(process)
    assert (status, json.loads(out)["error"]["kind"]) == (130, "interrupted")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize(
    "command",
    [
        ("ask", "--demo", "hi"),
        ("ask", "--demo", "--json", "hi"),
        ("models", "--demo"),
        ("--version",),
        ("--help",),
        ("help",),
    ],
)
def test_output_that_cannot_be_written_is_told_in_a_sentence(command: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        status, _, err = finish(start(*command, stdout=full))
    assert (status, err.splitlines()[-1]) == (
        4,
        "glmchat: Standard output cannot be written: No space left on device.",
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_log_that_cannot_be_written_costs_no_answer() -> None:
    status, out, err = finish(start("ask", "--demo", "--json", "--log", "/dev/full", "hi"))
    told = json.loads(out)
    assert (status, told["error"], bool(told["content"])) == (0, None, True)
    assert err == "glmchat: The log /dev/full could not be written to its end.\n"


def test_closed_streams_do_not_break_it() -> None:
    command = (
        f"exec {sys.executable} -m glmchat ask --demo --no-history --no-reasoning --max-tokens 5 hi <&- 2>&-"
    )
    done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, timeout=60, check=False)
    assert (done.returncode, done.stdout[-1:]) == (0, b"\n")


def test_a_terminal_of_another_encoding_gets_what_it_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    with serving_in_thread(stream("你 fine")) as server:
        status, out, _ = finish(start("ask", "--no-history", "--base-url", server.base_url, "hi"))
    assert (status, out) == (0, "? fine\n")


def test_raw_is_ignored_where_standard_output_is_a_terminal() -> None:
    master, slave = pty.openpty()
    with serving_in_thread(stream("a\x1b]0;title\x07b")) as server:
        process = start("ask", "--raw", "--no-history", "--base-url", server.base_url, "hi", stdout=slave)
        os.close(slave)
        _, err = process.communicate(timeout=60)
    shown = os.read(master, 4096)
    os.close(master)
    assert b"\x1b" not in shown
    assert "␛]0;title␇" in shown.decode()
    assert b"--raw is ignored" in err


@pytest.fixture
def echoing() -> Reply:
    """An endpoint that repeats the key in its error."""
    return plain(401, {"error": {"message": f"Bad key {KEY}"}}, **{"x-echo": KEY})


def run_scenario(run: Run, base_url: str, log: Path) -> list[str]:
    """Use every command with a key; returns all that was printed."""
    flags = ("--base-url", base_url, "--log", str(log), "--log-content")
    calls: Sequence[tuple[str, ...]] = (
        ("ask", "hello"),
        ("ask", "--json", "hello"),
        ("models", "--refresh"),
        ("check",),
        ("check", "--json"),
        ("code", "curl", "hello"),
        ("config", "show"),
        ("config", "check"),
        ("config", "init"),
        ("sessions", "list"),
        ("sessions", "export", "--format", "json"),
        ("ask", "--top-p", "9"),
    )
    done = [run(*call, *flags) for call in calls]
    return [text for each in done for text in (each.out, each.err)]


@pytest.mark.parametrize("good", [True, False])
def test_the_key_is_written_nowhere(
    good: bool, echoing: Reply, home: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("GLMCHAT_API_KEY", KEY)
    with serving_in_thread(stream("Here.", reasoning=["Hm."]) if good else echoing) as server:
        printed = run_scenario(run, server.base_url, home / "debug.log")
        sent = [received.headers.get("authorization") for received in server.received]
    assert set(sent) == {f"Bearer {KEY}"}
    assert (home / "debug.log").stat().st_size > 0
    files = [path for path in home.rglob("*") if path.is_file()]
    assert {path.relative_to(home).parts[0] for path in files} >= {"data", "config", "debug.log"}
    assert set(DIRECTORIES)
    for path in files:
        assert KEY.encode() not in path.read_bytes(), path
    for text in printed:
        assert KEY not in text
        assert "Traceback" not in text

"""Ctrl+C, SIGTERM and a hang-up at every moment, however often: always 130, and with --json always an object."""

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.test_process import finish, start
from tests.wire.server import Reply, chunk, serving_in_thread

SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
GAPS = (0.0, 0.002, 0.01, 0.03, 0.1)
HANGING = Reply([chunk({"content": "Half"})], linger_s=60)


def wait_until_asked(received: list[object]) -> None:
    for _ in range(3000):
        if received:
            return
        time.sleep(0.01)
    raise AssertionError("nothing was asked")


def interrupted(process: subprocess.Popen[bytes]) -> None:
    status, out, err = finish(process)
    assert (status, "Traceback" in err) == (130, False), err
    assert json.loads(out)["error"]["kind"] == "interrupted"


@pytest.mark.full
@SIGNALS
@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("flags", [(), ("--no-history",)])
def test_several_at_any_distance_still_give_the_whole_object(
    number: signal.Signals, gap: float, flags: tuple[str, ...]
) -> None:
    interrupted_by_several(number, gap, flags)


@SIGNALS
@pytest.mark.parametrize("flags", [(), ("--no-history",)])
def test_several_in_quick_succession_still_give_the_whole_object(
    number: signal.Signals, flags: tuple[str, ...]
) -> None:
    interrupted_by_several(number, GAPS[number % len(GAPS)], flags)


def interrupted_by_several(number: signal.Signals, gap: float, flags: tuple[str, ...]) -> None:
    with serving_in_thread(HANGING) as server:
        process = start("ask", "--json", *flags, "--base-url", server.base_url, "hi")
        wait_until_asked(server.received)  # type: ignore[arg-type]
        for _ in range(3):
            if process.poll() is None:
                process.send_signal(number)
            time.sleep(gap)
        interrupted(process)


@SIGNALS
def test_one_while_standard_input_is_waited_for_gives_the_object(number: signal.Signals) -> None:
    process = start("ask", "--json", "--demo", stdin=subprocess.PIPE)
    assert process.stderr is not None
    assert b"standard input" in process.stderr.readline()
    process.send_signal(number)
    interrupted(process)


@SIGNALS
def test_one_while_a_file_of_a_flag_is_waited_for_gives_the_object(
    number: signal.Signals, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = start("ask", "--json", "--demo", "--tools", f"@{pipe}", "hi")
    writer = None
    while writer is None:
        assert process.poll() is None
        with suppress(OSError):  # nobody reads it yet
            writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.01)
    process.send_signal(number)
    interrupted(process)
    os.close(writer)


@SIGNALS
def test_one_in_the_first_moments_gives_the_object(number: signal.Signals) -> None:
    """The object comes from the moment on at which glmchat's own code runs; before that Python itself starts."""
    code = (
        "import os, signal, sys\n"
        "import glmchat.cli\n"
        "def meet(frame, event, argument):\n"
        "    if event == 'call' and frame.f_code.co_name == 'run' and 'cli' in frame.f_code.co_filename:\n"
        "        sys.setprofile(None)\n"
        f"        os.kill(os.getpid(), {int(number)})\n"
        "sys.argv = ['glmchat', 'ask', '--json', '--demo', 'hi']\n"
        "sys.setprofile(meet)\n"
        "raise SystemExit(glmchat.cli.main())\n"
    )
    done = subprocess.run(
        [os.sys.executable, "-c", code],  # type: ignore[attr-defined]
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (130, False), done.stderr
    assert json.loads(done.stdout)["error"]["kind"] == "interrupted"


@SIGNALS
@pytest.mark.parametrize("command", ["check", "models"])
def test_other_commands_end_quietly(number: signal.Signals, command: str) -> None:
    with serving_in_thread(Reply([], linger_s=60)) as server:
        process = start(command, "--base-url", server.base_url)
        wait_until_asked(server.received)  # type: ignore[arg-type]
        process.send_signal(number)
        status, _, err = finish(process)
    assert (status, "Traceback" in err) == (130, False), err


def test_a_hang_up_that_the_process_was_told_to_ignore_ends_nothing() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with serving_in_thread(
            Reply([chunk({"content": "Half"}), chunk({"content": " more"})], linger_s=2)
        ) as server:
            process = start("ask", "--json", "--no-history", "--base-url", server.base_url, "hi")
            wait_until_asked(server.received)  # type: ignore[arg-type]
            process.send_signal(signal.SIGHUP)
            _, out, _ = finish(process)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert json.loads(out)["error"]["kind"] != "interrupted"

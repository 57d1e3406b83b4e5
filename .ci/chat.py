"""Run a command that opens the chat in a terminal, see the built-in model labelled there, and leave with Ctrl+Q."""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

LIMIT_S = 300
LABEL = b"DEMO"
LEAVE = b"\x11"
CONTROLS = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[^\[]")


def main(command: list[str]) -> int:
    """Run the command; returns its status, or 1 where the chat did not show up."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen, left, end = b"", False, time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the terminal closes with its last process
            piece = b""
        if not piece:
            break
        seen += piece
        if not left and LABEL in CONTROLS.sub(b"", seen):
            left = True
            os.write(terminal, LEAVE)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    print(f"the chat {'opened' if left else 'did not open'} and ended with status {status}")
    if not left:
        print(CONTROLS.sub(b"", seen).decode("utf-8", "replace")[-4000:])
    return status if left else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

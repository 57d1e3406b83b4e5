"""What a command prints, and what it reads: text made safe, streams that may be closed or broken."""

from __future__ import annotations

import os
import select
import stat
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from glmchat.commands.errors import CommandError
from glmchat.support.text import safe, safe_line
from glmchat.support.text_files import NotText, decode, encoding_of

WAIT_S = 1.0
# Values of TERM for what prints lines and no more: terminfo's generic and hard-copy types, buffers of editors.
_LINES_ONLY = frozenset(
    {
        "", "unknown", "network", "dialup", "switch", "patch", "plugboard", "ethernet", "arpanet", "bussed", "du",
        "lpr", "printer", "print", "printing", "teletype", "tty33", "tty35", "tty37", "tty43", "glasstty", "hardcopy",
    }
)  # fmt: skip
_LINES_ONLY_BEGIN = ("dumb", "emacs")


def say(sentence: str) -> None:
    """Tell the person something on standard error, under the program's name."""
    complain(f"glmchat: {sentence}")


def complain(text: str) -> None:
    """Write a line to standard error; one that is closed is no reason to fail."""
    write(sys.stderr, safe(text) + "\n")


def show(text: str) -> None:
    """Print text of several lines on standard output, made safe."""
    put(safe(text) + "\n")


def put(text: str) -> None:
    """Print text as it is, at once.

    Raises BrokenPipeError where nobody reads any more, and CommandError where the text cannot be written.
    """
    out = sys.stdout
    if out is None:
        return
    try:
        try:
            out.write(text)
        except UnicodeEncodeError:
            out.write(text.encode(out.encoding or "utf-8", "replace").decode(out.encoding or "utf-8"))
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"Standard output cannot be written: {error.strerror}.") from None


def write(stream: TextIO | None, text: str) -> None:
    """Write to a stream that may be missing, closed, broken or of a narrow encoding."""
    if stream is None:
        return
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            stream.write(
                text.encode(stream.encoding or "utf-8", "backslashreplace").decode(stream.encoding or "utf-8")
            )
        stream.flush()
    except (OSError, ValueError):
        return


def put_json(value: Any) -> None:
    """Print a value as one JSON document in pure ASCII."""
    import json

    try:
        text = json.dumps(value, allow_nan=False)
    except ValueError:  # a server's NaN or Infinity, which JSON does not have
        text = json.dumps(_finite(value), allow_nan=False)
    put(text + "\n")


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list | tuple) else value


def table(rows: Sequence[tuple[str, ...]], head: tuple[str, ...]) -> str:
    """Rows as columns of equal width, each cell one safe line."""
    from glmchat.support.text import width

    cells = [head, *(tuple(safe_line(cell) for cell in row) for row in rows)]
    widths = [max(width(row[column]) for row in cells) for column in range(len(head))]
    lines = ["  ".join(cell + " " * (widths[i] - width(cell)) for i, cell in enumerate(row)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def moves_cursor() -> bool:
    """Whether the terminal, by its TERM, can move its cursor; systems without one know no TERM."""
    if os.name != "posix":
        return True
    kind = os.environ.get("TERM", "").strip().lower()
    return kind not in _LINES_ONLY and not kind.startswith(_LINES_ONLY_BEGIN)


def piped_bytes() -> bytes | None:
    """All of standard input where it is a pipe or a file, else None; says what it waits for after a second."""
    try:
        descriptor = sys.stdin.fileno()
        mode = os.fstat(descriptor).st_mode
    except (AttributeError, OSError, ValueError):
        return None
    if not (stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)):
        return None
    if os.name == "posix" and not select.select([descriptor], [], [], WAIT_S)[0]:
        say(
            "Waiting for standard input, which is a pipe that has sent nothing yet; close it to go on without."
        )
    return sys.stdin.buffer.read()


def piped_input() -> str:
    """The text of standard input where it is a pipe or a file, else nothing."""
    data = piped_bytes()
    if data is None:
        return ""
    try:
        return decode(data, guess=False)
    except NotText as error:
        say(f"Standard input {error}; what cannot be read stands as U+FFFD in the prompt.")
        encoding, mark = encoding_of(data, guess=False)
        return data[mark:].decode(encoding, "replace")


def close_output() -> None:
    """Flush what is written; one that cannot be written is pointed at the null device, so that Python ends quietly."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except ValueError:
            continue

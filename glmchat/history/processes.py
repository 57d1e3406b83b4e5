"""The processes that have the database open: which sessions they show, and which of them died.

A process is known by machine, number and start time, so that a number used again is not mistaken for the old one.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import time
from pathlib import Path

from glmchat.core.conversation import new_id

# On another machine or in another container nothing tells whether a process lives, except that it writes.
SILENT_S = 60.0


def _file(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def machine() -> str:
    """This machine since its start, and where process numbers are counted anew (a container), that too."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        namespace = ""
    return f"{socket.gethostname()} {_file('/proc/sys/kernel/random/boot_id')} {namespace}".strip()


def started(pid: int) -> str:
    """When a process started, in the system's own count; empty where the system does not tell."""
    if not Path("/proc/self/stat").exists():
        return _started_by_ps(pid)
    # The name in the second field may hold spaces and brackets; the start time is the 20th field after it.
    rest = _file(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return rest[19] if len(rest) > 19 else ""


def _started_by_ps(pid: int) -> str:
    """The start of a process where there is no /proc, as on macOS."""
    try:
        done = subprocess.run(  # noqa: S603 - a program by its full name, and a number
            ["/bin/ps", "-o", "lstart=", "-p", str(pid)],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
            env={"LC_ALL": "C"},
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _lives(pid: int, start: str) -> bool:
    if pid == os.getpid():
        return started(pid) == start
    if os.name != "posix":  # where asking like this would end it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    now = started(pid)
    return not now or now == start


def register(connection: sqlite3.Connection) -> int:
    """Write down this process; returns its number among those that have the database open."""
    id = new_id()
    pid = os.getpid()
    connection.execute(
        "INSERT INTO processes (id, machine, pid, started, opened) VALUES (?, ?, ?, ?, ?)",
        (id, machine(), pid, started(pid), time.time()),
    )
    return id


def known(connection: sqlite3.Connection, id: int) -> bool:
    """Whether a process is written down."""
    return connection.execute("SELECT 1 FROM processes WHERE id = ?", (id,)).fetchone() is not None


def leave(connection: sqlite3.Connection, id: int) -> None:
    """Forget a process."""
    connection.execute("DELETE FROM processes WHERE id = ?", (id,))


def dead(connection: sqlite3.Connection) -> list[int]:
    """The processes that ended without leaving, as far as can be told."""
    here = machine()
    host = here.split(" ")[0]
    out = []
    for id, where, pid, start in connection.execute(
        "SELECT id, machine, pid, started FROM processes"
    ).fetchall():
        if where == here:
            gone = not _lives(pid, start)
        else:
            # The same host with another boot: it was restarted.
            gone = where.split(" ")[0] == host and where.split(" ")[1:2] != here.split(" ")[1:2]
        if gone:
            out.append(id)
    return out


def orphans(connection: sqlite3.Connection) -> list[int]:
    """`seq` of the replies that nobody streams any more."""
    gone = set(dead(connection))
    rows = connection.execute(
        "SELECT m.seq, m.owner, m.saved_at, p.machine FROM messages m LEFT JOIN processes p ON p.id = m.owner"
        " WHERE m.state = 'streaming'"
    ).fetchall()
    here, now = machine(), time.time()
    return [
        seq
        for seq, owner, saved_at, where in rows
        if where is None or owner in gone or (where != here and now - saved_at > SILENT_S)
    ]


def enter(connection: sqlite3.Connection, process_id: int, session_id: int) -> int:
    """Note that a session is shown here; returns how many other living processes show it."""
    connection.execute("INSERT OR IGNORE INTO presence VALUES (?, ?)", (process_id, session_id))
    gone = set(dead(connection))
    others = connection.execute(
        "SELECT process_id FROM presence WHERE session_id = ? AND process_id <> ?", (session_id, process_id)
    ).fetchall()
    return sum(id not in gone for (id,) in others)


def exit(connection: sqlite3.Connection, process_id: int, session_id: int) -> None:
    """Note that a session is not shown here any more."""
    connection.execute(
        "DELETE FROM presence WHERE process_id = ? AND session_id = ?", (process_id, session_id)
    )

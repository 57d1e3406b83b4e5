"""The command line: read what was asked for, then call the one function that does it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from glmchat import __version__

# What a machine may have no more of.
_SCARCE = {
    "threads": "This machine allows no more threads to you. End other programs, or raise the limit: `ulimit -u`, "
    "or the limit of processes of the container.",
    "memory": "There is not enough memory. End other programs, or raise the limit: `ulimit -v`, or the container's.",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status; `arguments` are those of the process where None."""
    given = sys.argv[1:] if arguments is None else arguments
    if list(given) in (["--version"], ["-V"]):  # answered before anything is imported
        with suppress(OSError):  # one that cannot be written is tried again below, and told
            print(f"glmchat {__version__}", flush=True)
            return 0
    from glmchat.support import signals

    if arguments is None:
        signals.arm()
    try:
        return _ended(run, given)
    except KeyboardInterrupt:
        signals.ignore()
        return _ended(_interrupted, given)
    finally:
        signals.ignore()
        from glmchat.commands.terminal import close_output

        close_output()


def _ended(work: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> int:
    """Do the work; what ends it early becomes a sentence and a status."""
    from glmchat.commands.errors import CommandError, Exit, UsageError
    from glmchat.commands.terminal import say
    from glmchat.support.paths import NoPlaceError

    try:
        return work(arguments)
    except UsageError as error:
        say(str(error))
        return Exit.USAGE
    except CommandError as error:
        say(str(error))
        return error.status
    except NoPlaceError as error:
        say(f"There is no place to keep anything: {error.strerror}.")
        return Exit.USAGE
    except BrokenPipeError:  # the reader had enough
        return Exit.OK
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "new thread" not in str(error):
            raise
        say(_SCARCE["memory" if isinstance(error, MemoryError) else "threads"])
        return Exit.RETRYABLE


def _interrupted(arguments: Sequence[str]) -> int:
    """The status of an interrupted run; one that was asked for JSON says so, however early it was."""
    from glmchat.commands.errors import Exit
    from glmchat.commands.parsing import asks_for_an_object

    if asks_for_an_object(arguments):
        from glmchat.commands.ask import tell_interrupted

        tell_interrupted()
    return Exit.INTERRUPTED


def run(arguments: Sequence[str]) -> int:
    """Read the arguments and run their command; raises UsageError and CommandError."""
    from importlib import import_module

    from glmchat.commands.parsing import parse
    from glmchat.commands.terminal import put
    from glmchat.support import signals

    call = parse(arguments)
    if call.has("version"):
        put(f"glmchat {__version__}\n")
        return 0
    if call.has("help"):
        from glmchat.commands.usage import usage

        put(usage(call.command))
        return 0
    from glmchat.commands.debuglog import debug_log

    name = call.command.name or "chat"
    if name not in ("ask", "chat"):  # which have a reply to keep
        signals.usual()
    with debug_log(call.given("log"), call.has("log_content")) as log:
        log.debug("glmchat %s, Python %s, %s: %s", __version__, sys.version.split()[0], sys.platform, name)
        status = int(import_module(f"glmchat.commands.{name}").run(call))
        log.debug("%s ends with status %d", name, status)
        return status

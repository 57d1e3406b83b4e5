"""The command line: read what was asked for, then call the one function that does it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from glmchat import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status; `arguments` are those of the process where None."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if list(arguments) in (["--version"], ["-V"]):  # answered before anything is imported
        print(f"glmchat {__version__}")
        return 0
    from glmchat.commands.errors import CommandError, Exit, UsageError
    from glmchat.commands.terminal import close_output, say

    try:
        return run(arguments)
    except UsageError as error:
        say(str(error))
        return Exit.USAGE
    except CommandError as error:
        say(str(error))
        return error.status
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # the reader had enough
        return Exit.OK
    finally:
        close_output()


def run(arguments: Sequence[str]) -> int:
    """Read the arguments and run their command; raises UsageError and CommandError."""
    from importlib import import_module

    from glmchat.commands.parsing import parse

    call = parse(arguments)
    if call.has("version"):
        print(f"glmchat {__version__}")
        return 0
    if call.has("help"):
        from glmchat.commands.usage import usage

        print(usage(call.command), end="")
        return 0
    from glmchat.commands.debuglog import debug_log

    name = call.command.name or "chat"
    with debug_log(call.given("log"), call.has("log_content")) as log:
        log.debug("glmchat %s, Python %s, %s: %s", __version__, sys.version.split()[0], sys.platform, name)
        status = int(import_module(f"glmchat.commands.{name}").run(call))
        log.debug("%s ends with status %d", name, status)
        return status

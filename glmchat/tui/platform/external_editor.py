"""The person's own editor: the text goes into a file that only its owner can read, and comes back from it."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from glmchat.support import signals
from glmchat.support.text_files import NotText, read_text
from glmchat.tui.commands.dispatch import Refused

if TYPE_CHECKING:
    from textual.app import App


def command() -> list[str]:
    """The editor's command line: $VISUAL, else $EDITOR, else what the system has."""
    given = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    return shlex.split(given) if given else ["notepad" if os.name == "nt" else "vi"]


def edit(app: App[Any], text: str) -> str:
    """Let the person edit a text in the editor while the screen is away; raises Refused where that is impossible."""
    words = command()
    descriptor, name = tempfile.mkstemp(prefix="glmchat-", suffix=".md")  # made with mode 0600
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        with app.suspend(), signals.left_to_child():
            ended = subprocess.run([*words, name], check=False)  # noqa: S603 - the person's own command
        if ended.returncode != 0:
            raise Refused(f"{words[0]} ended with status {ended.returncode}; the text is as it was.")
        after = read_text(path)
    except FileNotFoundError:
        raise Refused(f"{words[0]} was not found. Name your editor in $VISUAL or $EDITOR.") from None
    except SuspendNotSupported:
        raise Refused("The screen cannot make room for an editor here.") from None
    except NotText as error:
        raise Refused(f"What the editor left {error}; the text is as it was.") from None
    finally:
        path.unlink(missing_ok=True)
    return after.removesuffix("\n") if not text.endswith("\n") else after

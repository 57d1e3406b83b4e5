"""THE registry: every action once; keys, palette, slash commands and help all read this table.

To add a command, add a row to its group in `rows`, and a function in a module of `actions`; the module is imported when
it is first used. A row's `run` is called with the app and the text after the slash command.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from glmchat.tui.commands import keys
from glmchat.tui.commands.rows import conversation, program, prompt, sessions, tuning, view

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.commands.command import Command

_GROUPS = (conversation, tuning, sessions, view, prompt, program)
TABLE: tuple[Command[ChatApp], ...] = tuple(row for each in _GROUPS for row in each.ROWS)

BY_NAME: Mapping[str, Command[ChatApp]] = {row.name: row for row in TABLE}
BY_SLASH: Mapping[str, Command[ChatApp]] = {row.slash: row for row in TABLE if row.slash}
# What commands were called before; the old names go on working.
FORMERLY: Mapping[str, Command[ChatApp]] = {row.formerly: row for row in TABLE if row.formerly}


def keymap(overrides: Mapping[str, tuple[str, ...]]) -> keys.Keymap:
    """The keys in force where the person has given these."""
    return keys.resolve(overrides, TABLE)

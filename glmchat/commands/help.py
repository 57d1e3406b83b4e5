"""``glmchat help``: the manual, page by page."""

from __future__ import annotations

import sys

from glmchat import manual
from glmchat.commands.errors import Exit, UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.table import COMMANDS
from glmchat.commands.target import settings_of
from glmchat.commands.terminal import is_terminal, show
from glmchat.support.suggestions import question


def run(call: Call) -> int:
    """Print a page of the manual, or the list of its pages; raises UsageError that names the nearest page."""
    language = _language(call)
    name = " ".join(call.words)
    if not name:
        show(_contents(language))
        return Exit.OK
    if name in COMMANDS and name != "help" and manual.normal(name) == name:
        try:
            manual.page(name, language)
        except KeyError:
            from glmchat.commands.usage import usage

            show(usage(COMMANDS[name]).rstrip())
            return Exit.OK
    try:
        page = manual.page(name, language)
    except KeyError:
        hint = question(manual.nearest(name))
        raise UsageError(f"The manual has no page {name!r}.{hint} `glmchat help` lists the pages.") from None
    show(page.rstrip())
    if page == manual.page("themes", language) and is_terminal(sys.stdout):
        from glmchat.tui.theming import gallery

        show("")
        gallery.show(sys.stdout)
    return Exit.OK


def _language(call: Call) -> str:
    """The language of the settings; help is there also where they have mistakes."""
    try:
        return settings_of(call).screen.language
    except UsageError:
        return "en"


def _contents(language: str) -> str:
    lines = [
        manual.first_steps(language),
        "",
        "glmchat help TOPIC shows a page; glmchat --help the command line.",
    ]
    group = ""
    for topic in manual.topics(language):
        if topic.group != group:
            group = topic.group
            lines += ["", group]
        lines.append(f"  {topic.name.ljust(22)} {topic.title}")
    return "\n".join(lines)

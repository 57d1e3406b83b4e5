"""One prompt to several variants, by slash command."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from glmchat.support.suggestions import nearest
from glmchat.tui.commands.actions import compare_setup
from glmchat.tui.commands.actions.variants import KINDS, confirm, model_variants_of, preset_variants_of, show
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.workspace.comparisons import UNSET
from glmchat.workspace.slash.tune import row_of

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp


def split(argument: str) -> tuple[list[str], str]:
    """Part the words of a command from the prompt after ``--``; quotes hold a word together."""
    words, dashes, prompt = f" {argument}".partition(" --")
    if dashes and prompt and not prompt[0].isspace():
        raise Refused("Put a space after the two dashes that begin the prompt.")
    return words_of(words), prompt.strip()


def words_of(text: str) -> list[str]:
    """The words of a text; raises `Refused` where a quote is not closed."""
    try:
        return shlex.split(text)
    except ValueError:
        raise Refused("A quotation mark is not closed.") from None


def repeats_of(words: list[str]) -> tuple[list[str], int]:
    """Part the words of a command from how often each variant is asked, as the last word says it: ``x8``."""
    if words and (found := re.fullmatch(r"[xX×](\d{1,4})", words[-1])):
        return words[:-1], int(found[1])
    return words, 1


async def sweep(app: ChatApp, argument: str) -> None:
    """Ask with several values of one parameter at once."""
    words, prompt = split(argument)
    words, repeats = repeats_of(words)
    if not words:
        raise Refused("/sweep needs a parameter and its values, such as /sweep temperature 0 0.7 1.4.")
    row = row_of(words[0])
    workspace = presenter_of(app).workspace
    if len(words) == 1 and repeats > 1:  # the value that is sent now, several times
        value = workspace.current.values.get(row.name)
        words.append(UNSET if value is None else row.format(value))
    if len(words) == 1:
        await compare_setup.values(app, row)
        return
    variants = workspace.comparisons.sweep(row.name, words[1:])
    await confirm(app, variants, prompt, repeats)


async def compare(app: ChatApp, argument: str) -> None:
    """Ask several ways at once; without words, go back to the last comparison."""
    words, prompt = split(argument)
    words, repeats = repeats_of(words)
    workspace = presenter_of(app).workspace
    if not words:
        last = workspace.comparisons.last()
        await (show(app, last) if last is not None else compare_setup.ask(app))
    elif words[0] == "reasoning":
        await confirm(app, workspace.comparisons.reasoning_variants(), prompt, repeats)
    elif words[0] == "presets":
        await (
            confirm(app, preset_variants_of(workspace, words[1:]), prompt, repeats)
            if words[1:]
            else compare_setup.presets(app)
        )
    elif words[0] == "models":
        await (
            confirm(app, model_variants_of(workspace, words[1:]), prompt, repeats)
            if words[1:]
            else compare_setup.models(app)
        )
    else:
        guess = nearest(words[0], KINDS)
        raise Refused(f"/compare takes reasoning, presets or models, not {words[0]!r}.{guess}")

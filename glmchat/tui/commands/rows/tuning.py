"""Commands on the model, the parameters and comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.tui.commands import actions
from glmchat.tui.commands.command import Command, Group

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp

_IN = Group.TUNE

ROWS: tuple[Command[ChatApp], ...] = (
    Command(
        "toggle-reasoning", _IN, "Thinking on or off",
        "Turns the model's thinking on or off for the next request; where it cannot stop, to its lowest level.",
        lambda app, words: actions.thinking.toggle(app, words), ("ctrl+r",), "think", "on|off|LEVEL|unset",
        lambda app, typed: actions.thinking.complete_think(app, typed), hint="thinking", alone=True,
    ),
    Command(
        "effort", _IN, "Choose how much the model thinks",
        "Sets how much the model thinks: off, on, one of its levels, or unset; alone, it shows what there is.",
        lambda app, words: actions.thinking.effort(app, words), (), "effort", "LEVEL",
        lambda app, typed: actions.thinking.complete_effort(app, typed),
    ),
    Command(
        "think-more", _IN, "Think more", "Goes one level up in how much the model thinks.",
        lambda app, _: actions.thinking.step(app, 1), ("alt+up",),
    ),
    Command(
        "think-less", _IN, "Think less", "Goes one level down in how much the model thinks.",
        lambda app, _: actions.thinking.step(app, -1), ("alt+down",),
    ),
    Command(
        "once", _IN, "Set thinking for one message",
        "Sets how much the model thinks for the next message only; alone, it takes that back.",
        lambda app, words: actions.thinking.once(app, words), (), "once", "LEVEL",
        lambda app, typed: actions.thinking.complete_once(app, typed), alone=True,
    ),
    Command(
        "prefill", _IN, "Start the reply yourself",
        "Has the next reply begin with a text, from which the model goes on; alone, it takes that back.",
        lambda app, words: actions.tune.prefill(app, words), (), "prefill", "TEXT", alone=True,
    ),
    Command(
        "model", _IN, "Choose the model", "Opens the list of models and providers, or takes the model that is named.",
        lambda app, words: actions.models.choose(app, words), ("ctrl+l",), "model", "MODEL [@ PROVIDER]",
        lambda app, typed: actions.models.complete(app, typed), hint="model",
    ),
    Command(
        "key", _IN, "Add an API key", "Checks an API key with one small request, stores it, and switches over.",
        lambda app, words: actions.models.add_key(app, words), (), "key", "PROVIDER",
        lambda app, typed: actions.models.complete_provider(app, typed),
        alone=True,
    ),
    Command(
        "set", _IN, "Set a parameter", "Sets a parameter for the next requests; alone, it shows what is sent.",
        lambda app, words: actions.tune.set_value(app, words), (), "set", "NAME VALUE",
        lambda app, typed: actions.tune.complete_set(app, typed),
    ),
    Command(
        "unset", _IN, "Unset a parameter", "Stops sending a parameter.",
        lambda app, words: actions.tune.unset(app, words), (), "unset", "NAME",
        lambda app, typed: actions.tune.complete_unset(app, typed),
    ),
    Command(
        "reset", _IN, "Reset all parameters", "Stops sending all parameters; undo brings them back.",
        lambda app, _: actions.tune.reset(app), (), "reset",
    ),
    Command(
        "undo", _IN, "Undo the last parameter change", "Undoes the last change of a parameter.",
        lambda app, _: actions.tune.undo(app), (), "undo",
    ),
    Command(
        "redo", _IN, "Redo the parameter change", "Makes the change again that was undone.",
        lambda app, _: actions.tune.redo(app), (), "redo",
    ),
    Command(
        "code", _IN, "The request as code", "Shows the request that would be sent now as code, to be copied.",
        lambda app, words: actions.inspect.code(app, words), (), "code", "FORM [stream]",
        lambda app, typed: actions.inspect.complete_code(app, typed),
    ),
    Command(
        "check", _IN, "Check the endpoint", "Tests what the endpoint and the model really do, and remembers it.",
        lambda app, _: actions.inspect.check(app), (), "check",
    ),
    Command(
        "preset", _IN, "Apply a preset", "Applies the values of a preset.",
        lambda app, words: actions.tune.preset(app, words), (), "preset", "NAME",
        lambda app, typed: actions.tune.complete_preset(app, typed),
    ),
    Command(
        "asked-with", _IN, "What a reply was asked with",
        "Shows under the selected or last reply what it was asked with.",
        lambda app, _: actions.provenance.show(app), (), "asked-with", formerly="settings",
    ),
    Command(
        "differs", _IN, "What differs from a reply",
        "Shows how the next request differs from what the selected or last reply was asked with.",
        lambda app, _: actions.provenance.differs(app), (), "differs",
    ),
    Command(
        "use", _IN, "Use a reply's settings again",
        "Asks with the settings of the selected or last reply from now on.",
        lambda app, _: actions.provenance.use(app), (), "use",
    ),
    Command(
        "sweep", _IN, "Compare values of a parameter",
        "Sends the prompt with two to six values of a parameter at once, with x8 each of them eight times.",
        lambda app, words: actions.compare.sweep(app, words), (), "sweep", "NAME VALUE .. [x8] [-- PROMPT]",
        lambda app, typed: actions.compare_setup.complete_sweep(app, typed),
        palette=False,
    ),
    Command(
        "compare", _IN, "Back to the comparison",
        "Sends the prompt several ways at once; alone, it goes back to the last comparison.",
        lambda app, words: actions.compare.compare(app, words), (), "compare", "reasoning|presets ..|models ..",
        lambda app, typed: actions.compare_setup.complete_compare(app, typed),
    ),
    Command(
        "compare-setup", _IN, "Compare…", "Asks what should differ, then sends the prompt several ways at once.",
        lambda app, _: actions.compare_setup.ask(app),
    ),
    Command(
        "system", _IN, "System prompt", "Opens the system prompt in an editor, or sets it to the text that follows.",
        lambda app, words: actions.tune.system(app, words), (), "system", "TEXT",
    ),
)  # fmt: skip

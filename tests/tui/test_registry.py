"""The registry of commands: everything that reads it agrees with it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from glmchat.support.suggestions import nearest
from glmchat.tui.commands import keys
from glmchat.tui.commands.actions.prompt import slash_words
from glmchat.tui.commands.actions.typed import command_offers
from glmchat.tui.commands.fixed_keys import EDITING
from glmchat.tui.commands.registry import BY_NAME, BY_SLASH, TABLE, keymap
from glmchat.tui.screens.help import keys_page
from glmchat.tui.widgets.bars.footer import hints
from glmchat.tui.widgets.prompt.edit_keys import OWN
from glmchat.tui.widgets.prompt.prompt import Prompt


def test_what_no_function_carries_out_is_the_prompts_own() -> None:
    assert {row.name for row in TABLE if row.run is None} == set(OWN)
    assert all(hasattr(Prompt, method) for method in OWN.values())


def test_names_and_slash_names_are_unique() -> None:
    assert len(BY_NAME) == len(TABLE)
    assert len(BY_SLASH) == sum(bool(row.slash) for row in TABLE)


def test_sentences_are_whole() -> None:
    for row in TABLE:
        assert row.help[0].isupper()
        assert row.help.endswith(".")
        assert not row.title.endswith(".")


def test_default_keys_do_not_clash_with_each_other_or_with_line_editing() -> None:
    given = keymap({})
    assert given.problems == ()
    assert all(given.keys[row.name] == row.keys for row in TABLE)
    assert not set(given.command) & set(EDITING)
    assert all(keys.normal(key) == key for row in TABLE for key in row.keys)


def test_the_keys_that_the_design_names_run_what_it_says() -> None:
    named = {
        "escape": "stop", "ctrl+r": "toggle-reasoning", "ctrl+t": "thinking", "ctrl+g": "answer-now", "f2": "sessions",
        "f3": "parameters", "ctrl+n": "new", "ctrl+l": "model", "ctrl+p": "palette", "f1": "help", "f4": "request",
        "ctrl+f": "find", "ctrl+c": "interrupt", "ctrl+d": "leave", "ctrl+q": "quit", "ctrl+z": "suspend",
        "ctrl+o": "editor", "ctrl+j": "newline", "alt+enter": "newline", "shift+enter": "newline",
    }  # fmt: skip
    command = keymap({}).command
    assert {key: command[key].name for key in named} == named


def test_rebinding_takes_the_key_and_leaves_the_old_one_free() -> None:
    given = keymap({"new": ("F5", "Ctrl-B")})
    assert given.keys["new"] == ("f5", "ctrl+b")
    assert "ctrl+n" not in given.command
    assert "no longer edits the prompt" in given.problems[0]


def test_a_key_taken_from_another_command_is_reported_and_the_user_wins() -> None:
    given = keymap({"new": ("ctrl+l",)})
    assert given.command["ctrl+l"].name == "new"
    assert given.keys["model"] == ()
    assert given.problems == ("[keys] gives Ctrl+L to new; it no longer runs model.",)


def test_a_key_given_twice_runs_the_first_and_is_reported() -> None:
    given = keymap({"new": ("f9",), "model": ("f9",)})
    assert given.command["f9"].name == "model"
    assert given.problems == ("[keys] gives F9 to both model and new; it runs model.",)


def test_swapping_two_keys_is_no_clash() -> None:
    given = keymap({"new": ("ctrl+l",), "model": ("ctrl+n",)})
    assert given.problems == ()
    assert (given.command["ctrl+l"].name, given.command["ctrl+n"].name) == ("new", "model")


@pytest.mark.parametrize("given", ["x", "space", "?", "ctrl+", "ctrl+ctrl+x", "hello", "shift+a"])
def test_a_key_that_types_or_does_not_exist_is_refused(given: str) -> None:
    assert keys.normal(given) is None
    assert "no key that can run a command" in keymap({"new": (given,)}).problems[0]


def test_an_unknown_command_is_reported() -> None:
    assert "there is no such command" in keymap({"nwe": ("f5",)}).problems[0]


@pytest.mark.parametrize(
    ("given", "normal"),
    [("Ctrl+X", "ctrl+x"), ("control-x", "ctrl+x"), ("Esc", "escape"), ("pgup", "pageup"), ("ctrl+i", "tab"),
     ("shift+ctrl+k", "ctrl+shift+k"), ("F12", "f12"), ("alt+enter", "alt+enter")],
)  # fmt: skip
def test_keys_are_understood_as_people_write_them(given: str, normal: str) -> None:
    assert keys.normal(given) == normal


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/set top_p 0.9", ("set", "top_p 0.9")),
        ("/NEW", ("new", "")),
        ("/usr/bin is a path", None),
        ("//set", None),
        ("/", None),
        ("hello /set", None),
        ("/foo\nbar", None),
        ("/system one\ntwo", ("system", "one\ntwo")),
    ],
)
def test_slash_commands_are_told_from_messages(text: str, words: tuple[str, str] | None) -> None:
    assert slash_words(text) == words


def test_a_mistyped_slash_command_has_a_guess() -> None:
    assert "modle" not in BY_SLASH
    assert "model" in nearest("modle", BY_SLASH)
    assert not nearest("foo", BY_SLASH)
    assert not nearest("--foo", ["--tools", "--form"])


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("clear", "new"),
        ("exit", "quit"),
        ("bye", "quit"),
        ("regenerate", "retry"),
        ("image", "file"),
        ("attach", "file"),
        ("params", "parameters"),
        ("temp", "set"),
        ("config", "preferences"),
        ("login", "key"),
        ("reasoning", "think"),
        ("resume", "last"),
        ("usage", "cost"),
        ("colors", "theme"),
        ("cancel", "stop"),
        ("list", "sessions"),
    ],
)
def test_a_command_of_another_program_leads_to_ours(given: str, meant: str) -> None:
    assert given not in BY_SLASH
    assert nearest(given, BY_SLASH) == f" Did you mean {meant}?"


def test_help_names_every_command_with_its_keys_in_force() -> None:
    page = keys_page(keymap({"new": ("f9",)}))
    for row in TABLE:
        assert f"`{row.name}`" in page
        assert row.help in page
    assert "| F9 | `/new` |" in page
    assert all(keys.display(key) in page for key in EDITING)


def test_offers_hold_every_slash_command() -> None:
    assert len(command_offers("")) == len(BY_SLASH)
    assert [offer.text for offer in command_offers("req")] == ["/request"]
    first = [offer.text.strip() for offer in command_offers("")[:12]]
    assert first[:3] == ["/new", "/model", "/set"]
    assert {"/preset", "/compare", "/lens"} <= set(first)


def test_hints_show_the_keys_in_force() -> None:
    left, right = hints(keymap({"toggle-reasoning": ("f8",), "help": ()}))
    assert "F8 thinking" in [part.text for part in left]
    assert left[0].text == "Enter send"
    assert right[0].text == "/help"
    assert all(a.rank < b.rank for a, b in pairwise(left))


def test_the_command_of_just_that_name_comes_first_and_runs() -> None:
    for row in TABLE:
        if row.slash:
            first = command_offers(row.slash)[0]
            assert (first.text.rstrip(), first.complete) == (f"/{row.slash}", True)


def test_the_old_name_of_a_command_goes_on_working_in_the_keys() -> None:
    map = keymap({"settings": ("f9",)})
    assert map.keys["asked-with"] == ("f9",)
    assert map.problems == ()
    assert map.renamed == ("settings in [keys] is called asked-with now; it goes on working.",)

"""Every key that is bound anywhere, on every screen and dialog, with and without content: none is a fault."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from textual.binding import BindingsMap
from textual.screen import Screen
from textual.widget import Widget

from glmchat.analysis import lens
from glmchat.core.conversation import State, ToolCall
from glmchat.core.parameters import BY_NAME
from glmchat.tui import screens
from glmchat.tui.screens.aside import AsideScreen
from glmchat.tui.screens.bias_table import bias_table
from glmchat.tui.screens.bin import BinScreen
from glmchat.tui.screens.choose import ChooseScreen, TakeOffScreen
from glmchat.tui.screens.compare_setup import PickScreen, ValuesScreen
from glmchat.tui.screens.confirm import Choice, ConfirmScreen
from glmchat.tui.screens.editor import EditorScreen
from glmchat.tui.screens.form import FormScreen
from glmchat.tui.screens.importing import ImportScreen
from glmchat.tui.screens.json_editor import JsonEditorScreen
from glmchat.tui.screens.key import KeyScreen
from glmchat.tui.screens.lens import LensScreen
from glmchat.tui.screens.line import LineScreen
from glmchat.tui.screens.parameters_pane import ParametersPane
from glmchat.tui.screens.presets import PresetsScreen
from glmchat.tui.screens.report import ReportScreen
from glmchat.tui.screens.search import SearchScreen
from glmchat.tui.screens.settings import PressKeyScreen, SettingsScreen
from glmchat.tui.screens.stop_list import stop_list
from glmchat.tui.screens.text_value import TextValueScreen
from glmchat.tui.screens.tool_result import ToolResultScreen
from glmchat.tui.screens.tree import TreeScreen
from glmchat.tui.widgets.lists.choices import Row
from glmchat.workspace.asides import Aside
from tests.scripted import delta, reply
from tests.tui.stage import Stage, hurried, staged

# What widgets take by themselves, without a binding.
PLAIN = (
    *("a", "9", "minus", "full_stop", "slash", "space", "enter", "escape", "tab", "shift+tab", "delete", "backspace"),
    *("up", "down", "left", "right", "shift+up", "shift+down", "shift+left", "shift+right"),
    *("home", "end", "pageup", "pagedown", "ctrl+home", "ctrl+end"),
)  # fmt: skip
# What is pressed before each key in the transcript, so that a message is selected or none.
BEFORE = ((), ("down",), ("shift+up",))


@dataclass(frozen=True)
class Scene:
    """A screen, and how it is opened with and without content."""

    kind: str
    open: Callable[[Stage, bool], Awaitable[None]]


def pushed(make: Callable[[Stage, bool], Screen[Any]]) -> Callable[[Stage, bool], Awaitable[None]]:
    async def opens(stage: Stage, full: bool) -> None:
        stage.app.push_screen(make(stage, full))

    return opens


def pressed(key: str) -> Callable[[Stage, bool], Awaitable[None]]:
    async def opens(stage: Stage, full: bool) -> None:
        await stage.press(key)

    return opens


def told(line: str) -> Callable[[Stage, bool], Awaitable[None]]:
    async def opens(stage: Stage, full: bool) -> None:
        await stage.command(line)

    return opens


async def no_other(stage: Stage, full: bool) -> None:
    pass


async def comparing(stage: Stage, full: bool) -> None:
    await stage.command("/sweep temperature 0 0.7 -- How is it?")
    await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
    await stage.press("enter")


def asked(*_: object) -> None:
    """Stand for what the owner of a screen does when it is asked."""


def _aside(stage: Stage, full: bool) -> Aside:
    aside = stage.workspace.asides.ask("Where?")
    aside.message = stage.messages()[-1] if full else aside.running.message(State.FAILED)
    return aside


def _lens(stage: Stage, full: bool) -> Screen[Any]:
    tops = [{"token": "Yes", "logprob": -0.1}, {"token": "No", "logprob": -9999.0}]
    tokens = [
        {"token": "Yes", "logprob": -0.1, "top_logprobs": tops},
        {"token": ".", "logprob": float("-inf")},
    ]
    reading = lens.read({"content": tokens if full else tokens[1:]})
    return LensScreen(stage.workspace, stage.messages()[-1], reading, ParametersPane(stage.app, "token"))


def _pick(stage: Stage, full: bool) -> Screen[Any]:
    rows = [("on", ""), ("off", "not thinking")] if full else []
    return PickScreen("Compare", "Hello", lambda chosen: [], lambda variants: "", rows)


def _values(stage: Stage, full: bool) -> Screen[Any]:
    sweep = stage.workspace.comparisons.sweep
    return ValuesScreen(
        "Compare",
        "Hello",
        lambda texts: sweep("temperature", texts),
        lambda variants: f"{len(variants)}",
        "0 1" if full else "",
        str.split,
    )


def _presets(stage: Stage, full: bool) -> Screen[Any]:
    workspace = stage.workspace
    presets = workspace.presets if full else []
    values = workspace.current.values.plain()
    return PresetsScreen(
        presets,
        values,
        workspace.current.system,
        workspace.tuning.preset_values,
        take=asked,
        keep=asked,
        forget=asked,
    )


def _settings(stage: Stage, full: bool) -> Screen[Any]:
    rows: list[Row[tuple[str, ...]]] = [
        Row(("chat", name), f"chat.{name}", "A key.", "2") for name in ("retries", "notify")
    ]
    return SettingsScreen((), "config.toml", rows[: 2 * full], lambda keys: "About it.", asked, asked)


USER = BY_NAME["user"]
STOP, BIAS, TOOLS = BY_NAME["stop"], BY_NAME["logit_bias"], BY_NAME["tools"]
ROWS = [Row("a", "A"), Row("b", "B")]
TEXT = "# Words\n\n- `more` 你好\n\n[a](http://b)"
CALL = ToolCall("c", "look_up", '{"a": 1}')

SCENES = (
    Scene("ChatScreen", no_other),
    Scene("HelpScreen", pressed("f1")),
    Scene("ModelScreen", pressed("ctrl+l")),
    Scene("RequestScreen", pressed("f4")),
    Scene("ThemeScreen", told("/theme")),
    Scene("CompareScreen", comparing),
    Scene("AsideScreen", pushed(lambda stage, full: AsideScreen(stage.workspace, _aside(stage, full)))),
    Scene("TreeScreen", pushed(lambda stage, full: TreeScreen(stage.workspace, asked))),
    Scene("SearchScreen", pushed(lambda stage, full: SearchScreen(stage.workspace, "Yes" * full))),
    Scene("BinScreen", pushed(lambda stage, full: BinScreen(stage.workspace, asked))),
    Scene("LensScreen", pushed(_lens)),
    Scene("ChooseScreen", pushed(lambda stage, full: ChooseScreen("Which?", ROWS if full else []))),
    Scene(
        "TakeOffScreen",
        pushed(lambda stage, full: TakeOffScreen("Off?", ROWS if full else [], lambda _: None)),
    ),
    Scene(
        "ConfirmScreen",
        pushed(lambda stage, full: ConfirmScreen("Sure?", "Say.", [Choice("yes", "Yes")][:full])),
    ),
    Scene("FormScreen", pushed(lambda stage, full: FormScreen("A form", {"a": None, "b": TEXT * full}))),
    Scene("LineScreen", pushed(lambda stage, full: LineScreen("A line", TEXT * full))),
    Scene("EditorScreen", pushed(lambda stage, full: EditorScreen("A text", TEXT * full))),
    Scene("ReportScreen", pushed(lambda stage, full: ReportScreen("A page", TEXT * full))),
    Scene(
        "KeyScreen",
        pushed(lambda stage, full: KeyScreen(stage.workspace, stage.workspace.endpoints["other"])),
    ),
    Scene("ImportScreen", pushed(lambda stage, full: ImportScreen(stage.workspace, Path("any.json")))),
    Scene("PresetsScreen", pushed(_presets)),
    Scene("PickScreen", pushed(_pick)),
    Scene("ValuesScreen", pushed(_values)),
    Scene("EntriesScreen", pushed(lambda stage, full: stop_list(STOP, ["END", "\n"] if full else None))),
    Scene("EntriesScreen", pushed(lambda stage, full: bias_table(BIAS, {"17": -3.0} if full else None))),
    Scene("TextValueScreen", pushed(lambda stage, full: TextValueScreen(USER, "u-1" if full else None))),
    Scene("JsonEditorScreen", pushed(lambda stage, full: JsonEditorScreen(TOOLS, [{}] if full else None))),
    Scene("ToolResultScreen", pushed(lambda stage, full: ToolResultScreen(CALL, 1, 1 + full))),
    Scene("SettingsScreen", pushed(_settings)),
    Scene("PressKeyScreen", pushed(lambda stage, full: PressKeyScreen("Stop", ["escape"] * full))),
)
ABSTRACT = {"Dialog", "FullScreen", "ValueDialog", "SetupScreen"}


def kinds() -> set[str]:
    for module in pkgutil.iter_modules(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)

    def below(kind: type[Any]) -> Iterable[type[Any]]:
        for each in kind.__subclasses__():
            yield from (each, *below(each))

    return {each.__name__ for each in below(Screen) if each.__module__.startswith(f"{screens.__name__}.")}


def test_every_screen_has_a_scene() -> None:
    assert kinds() - ABSTRACT == {scene.kind for scene in SCENES}


async def fill(stage: Stage) -> None:
    """Two sessions, versions, a thought, log-probabilities, a table of values, and one session in the bin."""
    await stage.send("Throw this away")
    await stage.command("/delete")
    if isinstance(stage.app.screen, ConfirmScreen):
        await stage.press("enter")
    await stage.command("/new")
    stage.script.scripts = [
        [
            delta(reasoning="Hm.\n\nWell."),
            delta(content="# Yes\n\n```py\nx = 1\n```\n\n[a](http://b)"),
            *reply(),
        ]
    ]
    await stage.send("Hello")
    await stage.command("/retry")
    await stage.until(lambda: not stage.workspace.current.runs)
    for line in ("/set temperature 0.5", "/set stop END", "/system Be brief."):
        await stage.command(line)


def _focusable(screen: Screen[Any]) -> list[str]:
    """The kinds of widgets of a screen that can have the keyboard."""
    return list(dict.fromkeys(type(each).__name__ for each in screen.query("*") if each.focusable))


def _at(screen: Screen[Any], place: str) -> Widget:
    """The first widget of a kind, or the screen itself where it is there no more."""
    return next((each for each in screen.query("*") if type(each).__name__ == place), screen)


def _keys_of(widget: Widget, screen: Screen[Any] | None, stock: bool) -> list[str]:
    """The keys that a widget does something with, and the screen and the app where it is the first there.

    What Textual's own widgets bind is left out unless `stock` keys are wanted.
    """
    bound = set(PLAIN)
    if stock or not type(widget).__module__.startswith("textual."):
        bound |= set(widget._bindings.key_to_bindings)
    for above in (screen, screen.app) if screen is not None else ():
        bound |= set(above._bindings.key_to_bindings)
    return sorted(bound)


async def settle(stage: Stage, scene: Scene, full: bool) -> None:
    """Come back to the scene: close what a key opened over it, or open it again where a key closed it."""
    app = stage.app
    for _ in range(5):
        if type(app.screen).__name__ == scene.kind:
            return
        if any(type(each).__name__ == scene.kind for each in app.screen_stack):
            app.screen.dismiss()
        else:
            while app.screen is not app.chat:
                app.screen.dismiss()
                await stage.pilot.pause()
            app.chat.prompt.focus()
            app.chat.prompt.put("")
            await scene.open(stage, full)
        await stage.pilot.pause()
    await stage.until(lambda: type(app.screen).__name__ == scene.kind)


scenes = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.kind)
contents = pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])


# These show the same whatever the conversation holds.
SAME = {"HelpScreen", "ModelScreen", "ThemeScreen", "KeyScreen", "ImportScreen"}
PRESSED = [
    pytest.param(scene, full, id=f"{scene.kind}-{'full' if full else 'empty'}")
    for scene in SCENES
    for full in (False, True)
    if full or scene.kind not in SAME
]


@pytest.mark.parametrize(("scene", "full"), PRESSED)
async def test_no_key_is_a_fault(
    scene: Scene, full: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The panes beside the conversation need their place; all else is opened on a small screen.
    size = (140, 40) if scene.kind == "ChatScreen" else (80, 24)
    await press_all(scene, full, size, False, tmp_path, monkeypatch)


@pytest.mark.full
@contents
@scenes
async def test_no_key_is_a_fault_of_textuals_own_and_on_a_large_screen(
    scene: Scene, full: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await press_all(scene, full, (140, 40), True, tmp_path, monkeypatch)


async def press_all(
    scene: Scene,
    full: bool,
    size: tuple[int, int],
    stock: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)  # some keys write files
    monkeypatch.setenv("EDITOR", "true")
    hurried(monkeypatch)

    async def stay() -> None:
        pass

    async with staged(tmp_path, size, faulty=True) as stage:
        app = stage.app
        monkeypatch.setattr(app, "leave", stay)
        if full or scene.kind == "LensScreen":
            await fill(stage)
        await settle(stage, scene, full)
        await stage.until(lambda: app.focused is not None or not _focusable(app.screen))
        for number, place in enumerate(_focusable(app.screen) or [""]):
            for key in _keys_of(_at(app.screen, place), app.screen if number == 0 else None, stock):
                for before in BEFORE if full and place == "Transcript" else BEFORE[:1]:
                    await settle(stage, scene, full)
                    _at(app.screen, place).focus()
                    await stage.pilot.press(*before, key)
                    assert not app.faults, (place, before, key, list(app.faults))
                    assert app.is_running


def letters() -> list[tuple[str, str]]:
    """Each letter that a class of the screen binds, by the class's name."""
    kinds()
    found: dict[type[Any], list[str]] = {}

    def below(kind: type[Any]) -> Iterable[type[Any]]:
        for each in kind.__subclasses__():
            yield from (each, *below(each))

    for kind in below(Widget):
        if kind.__module__.startswith("glmchat."):
            bound = BindingsMap(vars(kind).get("BINDINGS", ())).key_to_bindings
            found[kind] = [key for key in bound if len(key) == 1 and key.isalpha() and key.islower()]
    return sorted((f"{kind.__module__}.{kind.__name__}", key) for kind, keys in found.items() for key in keys)


@pytest.mark.parametrize(("kind", "letter"), letters())
def test_a_letter_does_as_a_capital_what_it_does_in_lower_case(kind: str, letter: str) -> None:
    module, _, name = kind.rpartition(".")
    bound = BindingsMap(getattr(importlib.import_module(module), name).BINDINGS).key_to_bindings

    def acts(key: str) -> list[tuple[str, bool]]:
        return [(each.action, each.priority) for each in bound.get(key, [])]

    assert acts(letter.upper()) == acts(letter)

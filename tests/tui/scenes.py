"""The screens and dialogs of the chat as a person comes to them, with something on them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from glmchat.tui.screens.compare import CompareScreen
from glmchat.tui.screens.confirm import ConfirmScreen
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.screens.lens import LensScreen
from glmchat.tui.screens.search import SearchScreen
from glmchat.tui.widgets.text_view.selection import Point
from tests.lens_screen.test_lens_screen import ENTRIES, answered
from tests.scripted import delta, held, reply
from tests.sidebar.stage import focus_parameter
from tests.tui.stage import Stage

RICH = """# Heading

## Second

### Third

Plain, **strong**, *emphasis*, ~~struck~~, `code`, [a link](https://example.org), <b>html</b>.

> A quotation with `code`

1. one
2. two

---

| a | b |
|---|---|
| c | d |

```python
# A comment
@cached
def f(x: int = 5) -> str:
    return "text\\n" + None
```

```diff
-gone
+came
```
"""
Act = Callable[[Stage], Awaitable[object]]


def keys(*names: str) -> Act:
    """Press keys."""
    return lambda stage: stage.press(*names)


def line(text: str) -> Act:
    """Run a slash command."""
    return lambda stage: stage.command(text)


async def with_siblings(stage: Stage) -> None:
    await stage.command("/retry")
    await stage.until(lambda: "2/2" in stage.screen_text and not stage.workspace.current.runs)
    await stage.press("f7", "down")


async def searching(stage: Stage) -> None:
    await stage.press("f5")
    await stage.until(lambda: isinstance(stage.app.screen, SearchScreen))
    screen = stage.app.screen
    assert isinstance(screen, SearchScreen)
    screen.input.value = "question"
    await stage.until(lambda: len(screen.list.hits) > 1)


async def in_the_bin(stage: Stage) -> None:
    await stage.press("ctrl+n")
    await stage.send("To be thrown away")
    await stage.command("/delete")
    await stage.until(lambda: "bin" in stage.notices)
    await stage.command("/bin")


async def parameters(stage: Stage) -> None:
    stage.workspace.tuning.set_value("temperature", 1.3)
    stage.workspace.tuning.set_value("stop", ["END"])
    unfold(stage)
    focus_parameter(stage.app.chat.sidebar, "temperature")
    await stage.pilot.pause()


async def parameters_filtered(stage: Stage) -> None:
    stage.app.chat.sidebar.focus()
    await stage.press("slash", "t", "o", "p")


def unfold(stage: Stage) -> None:
    for heading in stage.app.chat.sidebar.controls.outline.headings:
        heading.folded, heading.by_hand = False, True


async def editor_of(stage: Stage, name: str) -> None:
    unfold(stage)
    focus_parameter(stage.app.chat.sidebar, name)
    await stage.press("enter")
    await stage.until(lambda: isinstance(stage.app.screen, Dialog))


async def schema(stage: Stage) -> None:
    unfold(stage)
    focus_parameter(stage.app.chat.sidebar, "response_format")
    await stage.press("enter", "down", "down", "down", "enter")
    await stage.until(lambda: isinstance(stage.app.screen, Dialog))


async def lens(stage: Stage) -> None:
    stage.script.scripts = [answered(ENTRIES)]
    await stage.send("Tokens")
    await stage.press("f6")
    await stage.until(lambda: isinstance(stage.app.screen, LensScreen))
    await stage.press("right", "right")


async def distribution(stage: Stage) -> None:
    stage.script.scripts = [answered(ENTRIES)]
    await stage.send("Tokens")
    stage.workspace.tuning.set_value("top_k", 2)
    focus_parameter(stage.app.chat.sidebar, "top_k")
    await stage.until(lambda: "cut" in stage.screen_text)


async def lesson(stage: Stage) -> None:
    await stage.command("/learn temperature")
    await stage.until(lambda: "→ Press Enter" in stage.screen_text)
    await stage.press("enter")
    await stage.until(lambda: "✓ Each word" in stage.screen_text)


async def compare(stage: Stage) -> None:
    stage.script.scripts = [reply(RICH), reply("Not the same."), reply("Another.")]
    await stage.command("/sweep temperature 0 0.7 1.4 -- How is it?")
    await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
    await stage.press("enter")
    await stage.until(lambda: isinstance(stage.app.screen, CompareScreen))
    await stage.until(lambda: not stage.workspace.current.runs)
    await stage.press("d")


async def repeats(stage: Stage) -> None:
    stage.script.scripts = [
        reply(f"{'Again. ' * number}End.", tokens=number) for number in (1, 2, 3, 5, 8, 13)
    ]
    await stage.command("/sweep temperature 0 1 x3 -- How is it?")
    await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
    await stage.press("enter")
    await stage.until(lambda: isinstance(stage.app.screen, CompareScreen))
    await stage.until(lambda: not stage.workspace.current.runs)
    await stage.press("v")
    await stage.until(lambda: "agreement" in stage.screen_text)


async def aside(stage: Stage) -> None:
    stage.script.scripts = [reply(RICH)]
    await stage.command("/aside Where is it?")
    await stage.until(lambda: "20 tokens" in stage.screen_text)


async def brackets(stage: Stage) -> None:
    await stage.type("f(a[1], (b)")


async def vim_modes(stage: Stage) -> None:
    stage.app.chat.prompt.edit_by("vim")
    await stage.type("Some words")
    await stage.press("escape", "b", "v")


async def running(stage: Stage) -> None:
    pieces, _ = held(delta(reasoning="Thought. "), delta(content="Part."))
    stage.script.scripts = [pieces]
    await stage.begin("Run")
    await stage.until(lambda: "Part." in stage.screen_text)
    stage.app.chat.prompt.put("Next in the queue")
    await stage.press("enter")


async def failed(stage: Stage) -> None:
    refusal = {
        "status": 400,
        "body": {"error": {"message": "Unsupported parameter: top_a", "param": "top_a"}},
    }
    stage.script.scripts = [[refusal]]
    stage.app.chat.prompt.put("Fail")
    await stage.press("enter")
    await stage.until(lambda: "Unsupported parameter" in stage.screen_text)


async def tool_call(stage: Stage) -> None:
    call = {
        "index": 0,
        "id": "c1",
        "type": "function",
        "function": {"name": "weather", "arguments": '{"a": 1}'},
    }
    stage.script.scripts = [[delta(tool_calls=[call]), *reply(reason="tool_calls")]]
    await stage.send("Weather?")
    await stage.command("/results")


async def text_selected(stage: Stage) -> None:
    transcript = stage.app.chat.transcript
    transcript.selection.begin(Point(0, 0))
    transcript.selection.extend(Point(3, 1 << 20))
    await stage.until(lambda: "text\\n" in transcript.selection.text())


async def found_in_what_is_selected(stage: Stage) -> None:
    """A word that was found, in a message that the keyboard selected and in text that the mouse did."""
    await stage.press("ctrl+f", "e", "enter", "escape")
    await stage.press("tab", "shift+up")
    await text_selected(stage)


async def attached(stage: Stage) -> None:
    """A selected message with a file."""
    await stage.workspace.attaching.choose(__file__)
    await stage.send("A file")
    await stage.press("tab", "shift+up", "up")
    await stage.until(lambda: "scenes.py (UTF-8" in stage.screen_text)


async def prompt_selected(stage: Stage) -> None:
    await stage.type("Some words")
    await stage.press("shift+home", "shift+left")


async def notices(stage: Stage, severity: str) -> None:
    stage.app.say("Something happened.", severity)
    await stage.pilot.pause()


SCENES: dict[str, Act] = {
    "conversation": keys(),
    "message": keys("tab", "shift+up"),
    "own message": keys("tab", "shift+up", "up"),
    "long message": keys("tab", "shift+up", "up", "up", "home"),
    "text selected": text_selected,
    "prompt selected": prompt_selected,
    "thinking": keys("ctrl+t"),
    "found": keys("ctrl+f", "q", "u", "enter"),
    "found in what is selected": found_in_what_is_selected,
    "attached": attached,
    "sessions": keys("shift+tab", "down"),
    "sessions filtered": keys("shift+tab", "q"),
    "parameters": parameters,
    "parameters filtered": parameters_filtered,
    "running": running,
    "failed": failed,
    "incognito": line("/incognito"),
    "empty": keys("ctrl+n"),
    "first page": keys("ctrl+n", "down"),
    "notice": lambda stage: notices(stage, "information"),
    "warning": lambda stage: notices(stage, "warning"),
    "error": lambda stage: notices(stage, "error"),
    "slash": keys("slash", "s", "down"),
    "palette": keys("ctrl+p", "down"),
    "help": keys("f1"),
    "models": keys("ctrl+l"),
    "request": keys("f4"),
    "tree": with_siblings,
    "search": searching,
    "bin": in_the_bin,
    "themes": line("/theme"),
    "key": line("/key other"),
    "system prompt": line("/system"),
    "code": line("/code curl"),
    "export": line("/export"),
    "import": line("/import"),
    "rename": line("/rename"),
    "compare setup": line("/compare"),
    "aside": aside,
    "vim modes": vim_modes,
    "brackets": brackets,
    "compare": compare,
    "repeats": repeats,
    "lens": lens,
    "distribution": distribution,
    "lesson": lesson,
    "provenance": line("/settings"),
    "tool result": tool_call,
    "question": keys("tab", "shift+up", "a"),
    "stop texts": lambda stage: editor_of(stage, "stop"),
    "bias table": lambda stage: editor_of(stage, "logit_bias"),
    "JSON": schema,
}


async def prepared(stage: Stage) -> None:
    """Have a conversation on the screen that shows all kinds of text."""
    stage.script.scripts = [reply(RICH, reasoning="A thought with `code`."), reply("Short.")]
    await stage.send("A question")
    await stage.send("Another question")

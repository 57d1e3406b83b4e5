"""Pictures of the main screens, compared with stored ones; the first is the one that README shows.

`pytest tests/tui/test_snapshots.py --snapshot-update` draws them anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from glmchat.api.endpoint import Endpoint
from glmchat.core.conversation import Cost, Failure, Message, Role, State, Timing, ToolCall, new_id
from glmchat.history import Archive, Session
from glmchat.support import times
from glmchat.tui.app import Start
from glmchat.tui.presenting import first_page
from glmchat.tui.widgets.lists import sessions_pane
from glmchat.tui.widgets.text_view import TextView
from glmchat.workspace import Preferences
from tests.transcript.frames import drawn
from tests.tui.stage import Stage, build

Snap = Callable[..., bool]

ANSWER = """A sort is **stable** when equal keys keep their order:

```python
rows.sort(key=by_name)
rows.sort(key=by_city)  # within a city, names stay sorted
```

| algorithm | stable |
|---|---|
| merge sort | yes |
| quicksort | no |

It matters when you sort by *several* keys, such as 城市 and then 姓名."""
THOUGHT = "The user asks what stability means for a sort. I should define it, then show why it matters."


def conversation() -> list[Message]:
    """A question and its answer, with everything that a reply can say about itself."""
    question = Message(new_id(), None, Role.USER, "What is a stable sort, and when does it matter?")
    usage = {
        "prompt_tokens": 3100,
        "completion_tokens": 214,
        "completion_tokens_details": {"reasoning_tokens": 312},
    }
    answer = Message(
        new_id(), question.id, Role.ASSISTANT, ANSWER, THOUGHT, finish_reason="stop", model="z-ai/glm-4.5",
        provider="wcode", usage=usage, cost=Cost(0.0213, "CNY"), timing=Timing(0.3, 0.4, 8.4, 12.1),
        settings={"temperature": 0.6},
    )  # fmt: skip
    return [question, answer]


def problem() -> list[Message]:
    """A failed reply, and a tool call that waits."""
    question = Message(new_id(), None, Role.USER, "北京的天气怎么样?")
    failure = Failure("bad_request", "Unsupported parameter: top_a", "Leave it out.", 400, False, "top_a")
    failed = Message(
        new_id(), question.id, Role.ASSISTANT, state=State.FAILED, failure=failure, model="z-ai/glm-4.5"
    )
    again = Message(new_id(), failed.id, Role.USER, "And now?")
    call = ToolCall("call_1", "get_weather", '{"city": "北京", "unit": "celsius"}')
    asks = Message(new_id(), again.id, Role.ASSISTANT, tool_calls=(call,), model="z-ai/glm-4.5")
    return [question, failed, again, asks]


def noon() -> float:
    """A moment whose day is the same a while before and after."""
    return datetime.now().replace(hour=12, minute=0, second=0, microsecond=0).timestamp()


async def fill(folder: Path, messages: list[Message]) -> int:
    """Put sessions into the history; returns the one that holds the messages."""
    archive = await Archive.open(folder / "history.db")
    now = noon() - 60
    titles = ["Regex for dates", "北京 itinerary", "Why is the sky blue?"]
    sessions = [
        Session(title=title, created=now, updated=now - 60 * place) for place, title in enumerate(titles)
    ]
    main = Session(title="Stable sorting, explained", created=now, values={"temperature": 1.2}, provider="wcode",
                   model="z-ai/glm-4.5", title_source="user")  # fmt: skip
    for session in sessions:
        archive.create(session)
        await archive.save(session.id, Message(new_id(), None, Role.USER, session.title))
    archive.create(main)
    for message in messages:
        await archive.save(main.id, message)
    for place, session in enumerate(sessions, 1):
        await archive.update_session(session.id, updated=now - 60 * place)
    await archive.update_session(main.id, updated=now)
    await archive.close()
    return main.id


async def know_heights(stage: Stage) -> None:
    """Draw all of the conversation once: the scroll bar would show how much of it was ever drawn at this width."""
    transcript = stage.app.chat.transcript
    for go in (transcript.action_scroll_home, transcript.action_scroll_end):
        go()
        await drawn(stage.pilot, transcript)


@pytest.fixture
def shows(tmp_path: Path, snap_compare: Snap, monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    """Opens the app on a conversation, does something, and compares the screen, whose clock says noon."""
    monkeypatch.setattr(sessions_pane, "age", lambda moment: times.age(moment, noon()))
    monkeypatch.setattr(first_page, "ago", lambda moment: times.ago(moment, noon()))

    def compare(
        act: Callable[[Stage], Awaitable[Any]] | None = None,
        size: tuple[int, int] = (120, 40),
        theme: str = "dusk",
        messages: list[Message] | None = None,
        **means: Any,
    ) -> bool:
        id = asyncio.run(fill(tmp_path, conversation() if messages is None else messages))
        app, script, saved = build(tmp_path, Start(resume=id), Preferences(theme=theme), **means)

        async def before(pilot: Pilot[None]) -> None:
            stage = Stage(app, pilot, script, saved)
            await stage.until(lambda: app.presenter is not None and app.presenter.ready)
            await stage.until(lambda: app.chat.sessions.rows.count == 4)
            await know_heights(stage)
            if act is not None:
                await act(stage)
            await drawn(pilot, *app.screen.query(TextView))

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


def press(*keys: str) -> Callable[[Stage], Awaitable[None]]:
    """Press keys one after the other."""

    async def act(stage: Stage) -> None:
        await stage.press(*keys)

    return act


async def open_thought(stage: Stage) -> None:
    await stage.press("ctrl+t")
    await stage.until(lambda: "The user asks" in stage.screen_text)


def test_the_picture_in_readme(shows: Snap) -> None:
    real = Endpoint("wcode", "https://wcode.net/api/gpt/v1")  # nothing is sent to it
    assert shows(open_thought, endpoints={"wcode": real})


def test_light_at_80_by_24(shows: Snap) -> None:
    assert shows(size=(80, 24), theme="dawn")


def test_high_contrast_at_60_by_16(shows: Snap) -> None:
    assert shows(size=(60, 16), theme="contrast")


def test_parameters_over_a_narrow_conversation(shows: Snap) -> None:
    assert shows(press("f3"), size=(80, 30), theme="safe-light")


def test_sessions_over_a_narrow_conversation(shows: Snap) -> None:
    assert shows(press("f2"), size=(80, 24), theme="ink")


def test_errors_and_tool_calls(shows: Snap) -> None:
    assert shows(theme="paper", messages=problem())


def test_slash_commands(shows: Snap) -> None:
    assert shows(press("slash", "s"), theme="fjord")


def test_palette(shows: Snap) -> None:
    assert shows(press("ctrl+p"))


def test_help(shows: Snap) -> None:
    assert shows(press("f1"), theme="dawn")


def test_model_picker(shows: Snap) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("ctrl+l")
        await stage.until(lambda: "z-ai/glm-4.6" in stage.screen_text and "Asking" not in stage.screen_text)

    assert shows(act)


def test_request(shows: Snap) -> None:
    assert shows(press("f4"), theme="contrast-light")


def test_themes(shows: Snap) -> None:
    async def act(stage: Stage) -> None:
        await stage.command("/theme")

    assert shows(act)


def test_key(shows: Snap) -> None:
    async def act(stage: Stage) -> None:
        await stage.command("/key other")

    assert shows(act, theme="safe")


def test_tool_result(shows: Snap) -> None:
    async def act(stage: Stage) -> None:
        await stage.command("/results")

    assert shows(act, messages=problem())


def test_an_empty_conversation(shows: Snap) -> None:
    assert shows(press("ctrl+n"), theme="dawn")

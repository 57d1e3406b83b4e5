"""The chat itself: streaming, stopping, queueing, errors, tool calls, the panes around it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from glmchat.core.conversation import Role, State
from glmchat.tui.app import Start
from glmchat.tui.commands.actions import messages, sessions
from glmchat.tui.widgets.transcript import Act, Action
from glmchat.workspace import Preferences
from tests.scripted import Script, delta, finish, held, reply
from tests.tui.stage import staged


async def test_a_reply_streams_into_the_transcript(tmp_path: Path) -> None:
    script = Script()
    pieces, gate = held(delta(content="The first part."))
    script.scripts = [pieces]
    async with staged(tmp_path, script=script) as stage:
        await stage.begin()
        await stage.until(lambda: "The first part." in stage.screen_text)
        gate.set()
        await stage.until(lambda: "The first part. And the rest." in stage.screen_text)
        await stage.until(lambda: "20 tokens" in stage.screen_text)


async def test_escape_stops_the_reply_and_keeps_what_came(tmp_path: Path) -> None:
    script = Script()
    pieces, _ = held(delta(content="Kept."))
    script.scripts = [pieces]
    async with staged(tmp_path, script=script) as stage:
        await stage.begin()
        await stage.until(lambda: "Kept." in stage.screen_text)
        await stage.press("escape")
        await stage.until(lambda: not stage.workspace.current.runs)
        assert stage.messages()[-1].content == "Kept."
        assert stage.messages()[-1].state is State.STOPPED
        await stage.until(lambda: "You stopped this reply." in stage.screen_text)
        assert "Continue" in stage.screen_text


async def test_what_is_sent_while_a_reply_runs_waits_visibly(tmp_path: Path) -> None:
    script = Script()
    pieces, gate = held(delta(content="One."))
    script.scripts = [pieces, reply("Two.")]
    async with staged(tmp_path, script=script) as stage:
        await stage.begin()
        stage.app.chat.prompt.put("next question")
        await stage.press("enter")
        assert "queued: next question" in stage.screen_text
        assert len(script.bodies) == 1
        gate.set()
        await stage.until(lambda: len(stage.messages()) == 4 and not stage.workspace.current.runs)
        await stage.pilot.pause()
        assert "waits:" not in stage.screen_text
        assert script.bodies[1]["messages"][-1]["content"] == "next question"


async def test_a_waiting_message_is_edited_and_withdrawn_by_mouse(tmp_path: Path) -> None:
    script = Script()
    pieces, gate = held(delta(content="One."))
    script.scripts = [pieces]
    async with staged(tmp_path, script=script) as stage:
        await stage.begin()
        for text in ("one", "two"):
            stage.app.chat.prompt.put(text)
            await stage.press("enter")
        await stage.pilot.click("#queue", offset=(5, 0))
        await stage.until(lambda: len(stage.app.screen_stack) == 2)
        await stage.press("X", "ctrl+s")
        assert [queued.text for queued in stage.workspace.current.queue] == ["oneX", "two"]
        width = stage.app.chat.queue.size.width
        await stage.pilot.click("#queue", offset=(width - 2, 1))
        await stage.until(lambda: stage.prompt == "two")
        assert [queued.text for queued in stage.workspace.current.queue] == ["oneX"]
        gate.set()


async def test_escape_gives_waiting_messages_back(tmp_path: Path) -> None:
    script = Script()
    pieces, _ = held(delta(content="One."))
    script.scripts = [pieces]
    async with staged(tmp_path, script=script) as stage:
        await stage.begin()
        stage.app.chat.prompt.put("waiting")
        await stage.press("enter")
        await stage.type("typed")
        await stage.press("escape")
        await stage.until(lambda: not stage.workspace.current.runs)
        assert stage.prompt == "waiting\n\ntyped"


async def test_waiting_messages_survive_leaving(tmp_path: Path) -> None:
    script = Script()
    pieces, _ = held(delta(content="One."))
    script.scripts = [pieces]
    async with staged(tmp_path, script=script) as stage:
        await stage.begin()
        stage.app.chat.prompt.put("waiting")
        await stage.press("enter")
        await stage.type("typed")
        await stage.press("ctrl+q")
    async with staged(tmp_path, start=Start(newest=True)) as stage:
        assert stage.prompt == "waiting\n\ntyped"


@pytest.mark.parametrize(("place", "title"), [("message", "thought"), ("panel", "Thinking")])
async def test_a_thought_is_shown_live_and_folds_when_the_answer_starts(
    place: str, title: str, tmp_path: Path
) -> None:
    script = Script()
    answer, end = asyncio.Event(), asyncio.Event()
    script.scripts = [[delta(reasoning="Let me see."), answer, delta(content="Here."), end, *reply(".")]]
    async with staged(tmp_path, script=script, preferences=Preferences(thought_place=place)) as stage:
        await stage.begin()
        await stage.until(lambda: "Let me see." in stage.screen_text)
        assert "answer now" in stage.screen_text
        answer.set()
        await stage.until(lambda: "Let me see." not in stage.screen_text)
        assert "▸ " + title in stage.screen_text
        await stage.press("ctrl+t")
        await stage.until(lambda: "Let me see." in stage.screen_text)
        end.set()
        await stage.until(lambda: not stage.workspace.current.runs)
        assert "Let me see." in stage.screen_text


async def test_a_thought_that_the_user_opened_stays_open(tmp_path: Path) -> None:
    script = Script()
    answer = asyncio.Event()
    script.scripts = [[delta(reasoning="Let me see."), answer, *reply("Here.")]]
    async with staged(tmp_path, script=script, preferences=Preferences(thinking_open=False)) as stage:
        await stage.begin()
        await stage.until(lambda: "▸ thinking" in stage.screen_text)
        await stage.press("ctrl+t")
        answer.set()
        await stage.until(lambda: not stage.workspace.current.runs)
        await stage.until(lambda: "Here." in stage.screen_text)
        assert "Let me see." in stage.screen_text


async def test_answer_now_asks_again_without_thinking(tmp_path: Path) -> None:
    script = Script()
    script.scripts = [[delta(reasoning="Hm."), asyncio.Event()], reply("At once.")]
    async with staged(tmp_path, script=script) as stage:
        await stage.begin()
        await stage.until(lambda: "answer now" in stage.screen_text)
        await stage.press("ctrl+g")
        await stage.until(
            lambda: stage.messages()[-1].content == "At once." and not stage.workspace.current.runs
        )
        assert script.bodies[1]["reasoning"] == {"enabled": False}
        await stage.until(lambda: "At once." in stage.screen_text)
        assert "2/2" in stage.screen_text


async def test_ctrl_r_turns_thinking_off_and_on_and_the_header_says_so(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        assert "thinking auto" in stage.screen_text
        await stage.press("ctrl+r")
        assert "thinking off" in stage.screen_text
        await stage.send("Hi")
        assert stage.script.bodies[-1]["reasoning"] == {"enabled": False}
        await stage.press("ctrl+r")
        assert "thinking on" in stage.screen_text
        await stage.command("/think unset")
        assert "thinking auto" in stage.screen_text


async def test_an_error_stands_beside_its_message_and_asking_again_works(tmp_path: Path) -> None:
    script = Script()
    script.scripts = [
        [{"status": 401, "body": {"error": {"message": "No [bold]such[/] key."}}}],
        reply("Now."),
    ]
    async with staged(tmp_path, script=script) as stage:
        await stage.begin()
        await stage.until(lambda: "No [bold]such[/] key." in stage.screen_text)
        assert "Ask again" in stage.screen_text
        await stage.command("/retry")
        await stage.until(lambda: "Now." in stage.screen_text)


async def test_a_refused_parameter_can_be_left_out(tmp_path: Path) -> None:
    script = Script()
    refusal = {"error": {"message": "Unsupported parameter: top_a", "param": "top_a"}}
    script.scripts = [[{"status": 400, "body": refusal}], reply("Better.")]
    async with staged(tmp_path, script=script) as stage:
        stage.workspace.tuning.set_value("top_a", 0.3)
        await stage.begin()
        await stage.until(lambda: "Send again without top_a" in stage.screen_text)
        failed = stage.messages()[-1]
        stage.app.perform(messages.act, failed.id, Action(Act.WITHOUT, ("top_a",)))
        await stage.until(lambda: "Better." in stage.screen_text)
        assert "top_a" in script.bodies[0]
        assert "top_a" not in script.bodies[1]


async def test_a_cut_reply_is_kept_and_continued(tmp_path: Path) -> None:
    script = Script()
    script.scripts = [reply("Half", reason="length"), reply(" and whole.")]
    async with staged(tmp_path, script=script) as stage:
        await stage.send("Go")
        await stage.until(lambda: "Stopped at" in stage.screen_text)
        await stage.command("/continue")
        await stage.until(lambda: stage.messages()[-1].content == "Half and whole.")


CALL = {"index": 0, "id": "call_1", "function": {"name": "get_weather", "arguments": '{"city": "北京"}'}}
SECOND = {"index": 1, "id": "call_2", "function": {"name": "get_time", "arguments": "{}"}}


async def test_tool_calls_show_their_arguments_and_take_results_or_a_no(tmp_path: Path) -> None:
    script = Script()
    call = [delta(tool_calls=[CALL, SECOND]), *reply(reason="tool_calls")]
    script.scripts = [call, reply("Sunny.")]
    async with staged(tmp_path, script=script) as stage:
        await stage.begin("Weather?")
        await stage.until(lambda: "2 tool calls wait for their results." in stage.screen_text)
        assert "get_weather" in stage.screen_text
        assert "北京" in stage.screen_text
        await stage.command("/results")
        await stage.until(lambda: "The model calls get_weather (1 of 2)" in stage.screen_text)
        await stage.press("2", "5", "ctrl+s")
        await stage.until(lambda: "The model calls get_time (2 of 2)" in stage.screen_text)
        await stage.press("ctrl+n")
        await stage.until(lambda: "Sunny." in stage.screen_text)
        assert "Tool result: get_weather" in stage.screen_text
        assert "Tool result: get_time" in stage.screen_text
        assert "waits for its result" not in stage.screen_text and "wait for their" not in stage.screen_text
        results = [message for message in stage.messages() if message.role is Role.TOOL]
        assert [each.content for each in results] == ["25", "The user declined to run this tool."]
        assert [each["role"] for each in script.bodies[1]["messages"]] == [
            "user",
            "assistant",
            "tool",
            "tool",
        ]


async def test_a_tool_call_that_is_left_for_later_stays_open(tmp_path: Path) -> None:
    script = Script()
    script.scripts = [[delta(tool_calls=[CALL]), *reply(reason="tool_calls")]]
    async with staged(tmp_path, script=script) as stage:
        await stage.begin()
        await stage.until(lambda: "One tool call waits for its result." in stage.screen_text)
        await stage.command("/results")
        await stage.until(lambda: len(stage.app.screen_stack) == 2)
        await stage.press("escape")
        assert len(stage.workspace.current.open_calls()) == 1


async def test_editing_the_last_prompt_makes_another_version(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Frist")
        await stage.command("/edit")
        await stage.until(lambda: len(stage.app.screen_stack) == 2)
        await stage.press("ctrl+s")
        assert len(stage.script.bodies) == 1
        await stage.command("/edit")
        await stage.until(lambda: len(stage.app.screen_stack) == 2)
        await stage.press("exclamation_mark", "ctrl+s")
        await stage.until(lambda: len(stage.script.bodies) == 2 and not stage.workspace.current.runs)
        assert stage.messages()[0].content == "Frist!"
        await stage.until(lambda: "2/2" in stage.screen_text)


async def test_ctrl_y_copies_the_last_reply_and_ctrl_c_a_selection(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Hi")
        await stage.press("ctrl+y")
        await stage.until(lambda: stage.app.clipboard == "Yes.")
        assert "The last reply" in stage.notices
        await stage.type("some words")
        await stage.press("shift+left", "shift+left", "ctrl+c")
        await stage.until(lambda: stage.app.clipboard == "ds")
        assert stage.prompt == "some words"


async def test_ctrl_c_stops_then_clears_then_leaves(tmp_path: Path) -> None:
    script = Script()
    pieces, _ = held(delta(content="One."))
    script.scripts = [pieces]
    async with staged(tmp_path, script=script) as stage:
        await stage.begin()
        await stage.type("typed")
        await stage.press("ctrl+c")
        await stage.until(lambda: not stage.workspace.current.runs)
        assert stage.prompt == "typed"
        stage.app.interrupted = 0.0
        await stage.press("ctrl+c")
        assert stage.prompt == ""
        await stage.press("ctrl+c")
        await stage.until(lambda: stage.app._exit)


async def test_ctrl_d_leaves_only_an_empty_prompt(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("ab")
        await stage.press("ctrl+a", "ctrl+d")
        assert stage.prompt == "b"
        await stage.press("ctrl+d")
        assert stage.prompt == ""
        assert not stage.app._exit
        await stage.press("ctrl+d")
        await stage.until(lambda: stage.app._exit)


async def test_a_draft_survives_a_session_switch_and_a_restart(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Hi")
        first = stage.workspace.current.id
        await stage.type("unsent")
        await stage.press("ctrl+n")
        assert stage.prompt == ""
        await stage.type("other")
        stage.app.perform(sessions.open_session, first)
        await stage.until(lambda: stage.prompt == "unsent")
        await stage.press("ctrl+q")
    async with staged(tmp_path, start=Start(newest=True)) as stage:
        assert stage.prompt == "unsent"
    async with staged(tmp_path) as stage:
        assert stage.prompt == "other"


async def test_a_second_start_finds_the_session_again(tmp_path: Path) -> None:
    script = Script()
    script.scripts = [reply("An answer.", reasoning="A thought.")]
    async with staged(tmp_path, script=script) as stage:
        await stage.send("A question")
        stage.workspace.tuning.set_value("temperature", 0.3)
        id = stage.workspace.current.id
        await stage.press("ctrl+q")
        assert stage.presenter.resumable == id
    async with staged(tmp_path, start=Start(resume=id)) as stage:
        await stage.until(lambda: "An answer." in stage.screen_text)
        await stage.until(lambda: "▸ thought" in stage.screen_text)
        assert stage.workspace.current.values.get("temperature") == 0.3


async def test_a_session_that_is_gone_is_told(tmp_path: Path) -> None:
    async with staged(tmp_path, start=Start(resume=12345)) as stage:
        assert "There is no such session any more." in stage.notices
        await stage.send("Hi")


async def test_an_incognito_session_is_in_the_list_until_the_program_ends(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Public words")
        await stage.command("/incognito")
        await stage.send("Secret words")
        secret = stage.workspace.current.id
        await stage.press("ctrl+n")
        pane = stage.app.chat.sessions
        await stage.until(lambda: pane.rows.find(secret) == 0 and "Incognito" in stage.screen_text)
        line = next(n for n, text in enumerate(stage.screen_text.split("\n")) if "Secret words" in text)
        await stage.pilot.click(offset=(6, line))
        await stage.until(lambda: stage.workspace.current.id == secret)
        assert [message.content for message in stage.messages()] == ["Secret words", "Yes."]
        await stage.workspace.sessions.rename(secret, "Renamed")
        await stage.until(lambda: "Renamed" in stage.screen_text)
        await stage.workspace.sessions.delete(secret)
        await stage.until(lambda: pane.rows.find(secret) is None)
    assert b"Secret" not in (tmp_path / "history.db").read_bytes()


async def test_nothing_of_an_incognito_session_is_resumable(tmp_path: Path) -> None:
    async with staged(tmp_path, start=Start(incognito=True)) as stage:
        assert "not saved" in stage.screen_text
        await stage.send("Hi")
        await stage.press("ctrl+q")
        assert stage.presenter.resumable is None
    async with staged(tmp_path) as stage:
        await stage.until(lambda: "No sessions yet." in stage.screen_text)


@pytest.mark.parametrize("notify", ["none", "bell"])
async def test_the_bell_rings_if_it_is_wanted(
    tmp_path: Path, notify: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[None] = []
    async with staged(tmp_path, preferences=Preferences(notify=notify)) as stage:
        monkeypatch.setattr(stage.app, "bell", lambda: rung.append(None))
        await stage.send("Hi")
        assert bool(rung) is (notify == "bell")


async def test_a_request_that_would_overflow_is_asked_about_and_the_choice_shows(tmp_path: Path) -> None:
    script = Script()
    usage = {"choices": [], "usage": {"prompt_tokens": 29_000, "completion_tokens": 10}}
    script.scripts = [reply("One."), [*reply("Two."), usage]]
    async with staged(tmp_path, script=script) as stage:
        await stage.send("word " * 20_000)
        await stage.send("word " * 20_000)
        stage.workspace.current.model = replace(stage.workspace.current.model, context=30_000)
        stage.presenter.facts_changed()
        await stage.until(lambda: "too long" in stage.screen_text)
        stage.app.chat.prompt.put("And now?")
        await stage.press("enter")
        await stage.until(lambda: "Leave the oldest turns out" in stage.screen_text)
        await stage.press("escape")
        assert stage.prompt == "And now?"
        await stage.press("enter")
        await stage.until(lambda: len(stage.app.screen_stack) == 2)
        await stage.press("enter")
        await stage.until(lambda: len(stage.script.bodies) == 3 and not stage.workspace.current.runs)
        assert len(stage.script.bodies[2]["messages"]) < 5
        await stage.until(lambda: "left out" in stage.screen_text)


async def test_a_first_message_that_was_typed_slowly_is_no_draft_at_the_next_start(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.type("What is top_p?")
        await stage.until(lambda: stage.workspace.current.draft == "What is top_p?")
        await stage.press("enter")
        await stage.until(lambda: len(stage.messages()) == 2 and not stage.workspace.current.runs)
        await stage.press("ctrl+q")
    async with staged(tmp_path) as stage:
        assert stage.prompt == ""


async def test_a_reply_has_one_line_of_figures_and_names_its_model_once(tmp_path: Path) -> None:
    script = Script()
    counts = {
        "prompt_tokens": 100,
        "completion_tokens": 1234,
        "prompt_tokens_details": {"cached_tokens": 62},
    }
    script.scripts = [[delta(content="Yes."), finish(), {"choices": [], "usage": counts}]]
    async with staged(tmp_path, script=script, size=(160, 40)) as stage:
        await stage.send("Hello")
        await stage.until(lambda: "62% cached" in stage.screen_text)
        line = next(each for each in stage.screen_text.split("\n") if "62% cached" in each)
        assert line.index("1,234 tokens") < line.index("cached") < line.index("¥")
        middle = [each.split("▌")[1] for each in stage.screen_text.split("\n") if "▌" in each]
        assert sum("glm-4.5" in each for each in middle) == 1


async def test_only_the_last_the_selected_and_the_message_under_the_mouse_have_buttons(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path) as stage:
        for text in ("One", "Two"):
            await stage.send(text)
        await stage.until(lambda: stage.screen_text.count("Copy") == 1)
        before = stage.app.chat.transcript.item_layout.total
        lines = stage.screen_text.split("\n")
        y = next(y for y, line in enumerate(lines) if "▌ One" in line)
        await stage.pilot.hover(offset=(lines[y].rindex("One"), y))
        await stage.until(lambda: stage.screen_text.count("Copy") == 2)
        assert stage.app.chat.transcript.item_layout.total == before  # nothing moves
        head = stage.screen_text.split("\n")[y - 1]
        assert "You" in head and "Fork" in head
        await stage.pilot.click(offset=(head.index("Edit"), y - 1))
        await stage.until(lambda: type(stage.app.screen).__name__ == "EditorScreen")
        await stage.press("escape")
        await stage.pilot.hover(offset=(1, 1))
        await stage.until(lambda: stage.screen_text.count("Copy") == 1)

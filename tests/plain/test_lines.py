"""A chat in lines: replies as they stream, commands, what is refused, and how it ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from glmchat.core.budget import Limits
from glmchat.core.conversation import State
from glmchat.core.preferences import Preferences
from glmchat.plain.chat import Start
from glmchat.plain.table import BY_NAME, SCREEN_ONLY, TABLE
from glmchat.tui.commands.registry import BY_SLASH
from tests.plain.conftest import INTERRUPT, Chatting
from tests.scripted import Script, delta, finish, held, reply
from tests.waiting import until


def test_every_slash_command_of_the_screen_is_here_or_is_told_why_not() -> None:
    assert not set(BY_NAME) & set(SCREEN_ONLY)
    assert set(BY_SLASH) - set(BY_NAME) == set(SCREEN_ONLY)
    assert set(BY_NAME) - set(BY_SLASH) == {"open", "show", "pick"}
    assert len(BY_NAME) == len(TABLE)


async def test_a_reply_is_printed_with_its_thought_and_its_figures(chatting: Chatting) -> None:
    chatting.script.scripts.append(reply("Four", ", I think.", reasoning="Two and two."))
    ended = await chatting("What is 2+2?")
    assert "z-ai/glm-4.5:\nThinking:\nTwo and two.\n" in chatting.out
    assert ":\nFour, I think.\n(20 tokens, " in chatting.out
    assert ended.session is not None
    assert chatting.script.bodies[0]["messages"] == [{"role": "user", "content": "What is 2+2?"}]


async def test_thoughts_are_kept_and_not_printed_where_nobody_wants_them(chatting: Chatting) -> None:
    chatting.script.scripts += [reply("A", reasoning="secret") for _ in range(2)]
    await chatting("one", "/thinking on", "two", preferences=Preferences(thinking_open=False))
    first, second = chatting.out.split("Thoughts are printed.")
    assert "Thinking …" in first
    assert "secret" not in first
    assert "Thinking:\nsecret" in second


async def test_how_much_is_thought_is_chosen_for_good_or_for_one_message(chatting: Chatting) -> None:
    await chatting("/once off", "one", "/effort on", "two", "/effort", "/once on", "/once")
    assert [body.get("reasoning") for body in chatting.script.bodies] == [
        {"enabled": False},
        {"enabled": True},
    ]
    for line in (
        "Thinking is off for the next message alone.",
        "Thinking is on from the next request on.",
        "Thinking is on. The levels: off, on, not sent.",
        "The next message is asked like the others.",
    ):
        assert line in chatting.out


async def test_a_session_goes_on_where_it_ended_and_shows_what_was_said(chatting: Chatting) -> None:
    await chatting("My name is Ada.")
    ended = await chatting("Who am I?", start=Start(newest=True))
    assert "You:\nMy name is Ada.\n" in chatting.out
    assert [each["content"] for each in chatting.script.bodies[-1]["messages"]] == [
        "My name is Ada.", "Yes.", "Who am I?",
    ]  # fmt: skip
    again = await chatting(start=Start(resume=ended.session))
    assert "Who am I?" in chatting.out
    assert again.session == ended.session


async def test_what_comes_from_outside_cannot_move_the_cursor(chatting: Chatting) -> None:
    evil = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\r"
    chatting.script.scripts += [
        reply(f"a{evil}", "b", reasoning=f"t{evil}"),
        [{"status": 400, "body": {"error": {"message": f"no {evil}"}}}],
        [
            delta(tool_calls=[{"index": 0, "id": evil, "function": {"name": evil, "arguments": evil}}]),
            finish("tool_calls"),
        ],
    ]
    await chatting(
        "one", "two", "three", "/rename " + evil, "/sessions", "/show", "/tree", "/results", "", evil
    )
    assert not set(chatting.out) & {
        chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0x202E)
    } - {"\n", "\t"}


async def test_a_failed_reply_says_what_to_do_and_tells_a_script_by_the_status(chatting: Chatting) -> None:
    chatting.script.scripts.append([{"status": 402, "body": {"error": {"message": "Insufficient balance"}}}])
    ended = await chatting("hi", asks=False)
    assert "Error: " in chatting.out
    assert "Insufficient balance" in chatting.out
    assert ended.failure is not None
    assert ended.failure.kind == "credit"
    chatting.script.scripts.append([{"status": 402, "body": {"error": {"message": "Insufficient balance"}}}])
    assert (await chatting("hi", "/retry", asks=False)).failure is None


async def test_ctrl_c_stops_a_reply_and_keeps_what_came(chatting: Chatting) -> None:
    script, _ = held(delta(content="Half of it"))
    chatting.script.scripts.append(script)
    running = asyncio.create_task(chatting("go on", "/continue"))
    async with asyncio.timeout(30):
        while "Half of it" not in chatting.out:
            await asyncio.sleep(0.001)
    chatting.chat.interrupt()
    ended = await running
    assert "You stopped this reply. What came is kept" in chatting.out
    assert not ended.interrupted
    sent = chatting.script.bodies[-1]["messages"]
    assert any(each["content"] == "Half of it" for each in sent)


async def test_a_signal_ends_it_and_what_came_is_on_disk(chatting: Chatting) -> None:
    script, _ = held(delta(content="Half of it"))
    chatting.script.scripts.append(script)
    running = asyncio.create_task(chatting("go on", "never sent"))
    async with asyncio.timeout(30):
        while "Half of it" not in chatting.out:
            await asyncio.sleep(0.001)
    chatting.chat.end()
    ended = await running
    assert ended.interrupted
    assert len(chatting.script.bodies) == 1
    await chatting(start=Start(resume=ended.session))
    message = chatting.chat.session.conversation.loaded[chatting.chat.session.conversation.leaf_id or 0]
    assert (message.content, message.state) == ("Half of it", State.STOPPED)


async def test_ctrl_c_twice_on_an_empty_prompt_ends(chatting: Chatting) -> None:
    await chatting(INTERRUPT, "hi", INTERRUPT, INTERRUPT, "never")
    assert chatting.out.count("Press Ctrl+C once more") == 2
    assert len(chatting.script.bodies) == 1


async def test_a_reader_who_had_enough_ends_it(chatting: Chatting) -> None:
    def put(text: str) -> None:
        if "Yes" in text:
            raise BrokenPipeError

    await chatting("one", "two", put=put)
    assert len(chatting.script.bodies) == 1


async def test_parameters_are_set_and_sent(chatting: Chatting) -> None:
    await chatting(
        "/set temperature 1.3",
        "/think off",
        "hi",
        "/settings",
        "/unset temperature",
        "/differs",
        "/undo",
        "/set",
    )
    assert chatting.script.bodies[0]["temperature"] == 1.3
    assert chatting.script.bodies[0]["reasoning"] == {"enabled": False}
    assert "Asked with temperature 1.30" in chatting.out
    assert "temperature 1.30 → not sent" in chatting.out
    assert "Sent with the next request: temperature 1.30, reasoning off." in chatting.out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/themes", "Did you mean"),
        ("/theme", "/theme needs the screen. The terminal's own colours hold."),
        ("/set temperature 9", "temperature"),
        ("/set temprature 1", "Did you mean temperature?"),
        ("/think maybe", "/think takes on, off or unset"),
        ("/drop maybe", "/drop takes on or off"),
        ("/model x @ nobody", "There is no provider nobody. They are: test."),
        ("/preset nothing", "There is no preset nothing."),
        ("/code perl6", "perl6"),
        ("/compare -- Say hello", "Say what is compared: reasoning, presets or models"),
        ("/compare x2", "Say what is compared"),
        ("/results", "No tool call waits for a result."),
        ("/continue", "There is no reply yet."),
        ("/undelete", "No branch of this session was deleted"),
        ("/tree", "There is no tree yet"),
        ("/open 7", "No session has the number or id '7'."),
        ("/export", "Nothing was said in this session yet."),
        ("/import /no/such/file", "cannot be read"),
        ("/fork", "There is nothing to fork yet."),
        ("/delete", "Nothing was said in this session yet."),
        ("/help zzzzqqqq", "The manual has no page 'zzzzqqqq'"),
        ("/search", "/search needs words"),
    ],
)
async def test_what_cannot_be_done_is_told_and_nothing_is_sent(
    chatting: Chatting, line: str, said: str
) -> None:
    await chatting(line)
    assert said in chatting.out
    assert "Warning: " in chatting.out or "Error: " in chatting.out
    assert not chatting.script.bodies


async def test_a_path_and_two_slashes_are_messages(chatting: Chatting) -> None:
    await chatting("/usr/bin is what?", "//help")
    assert [body["messages"][-1]["content"] for body in chatting.script.bodies] == [
        "/usr/bin is what?",
        "/help",
    ]


async def test_asking_again_editing_and_branches(chatting: Chatting) -> None:
    chatting.script.scripts += [reply("first"), reply("second"), reply("third")]
    await chatting("one", "/retry", "/edit uno", "/tree", "/tree 1", "/delete-branch", "/undelete", "/show")
    assert [body["messages"][-1]["content"] for body in chatting.script.bodies] == ["one", "one", "uno"]
    assert "1. z-ai/glm-4.5, 2 messages: first" in chatting.out
    assert "2. z-ai/glm-4.5, 2 messages: second" in chatting.out
    assert "3. z-ai/glm-4.5, 2 messages (this one): third" in chatting.out
    assert "Your message “one” and what follows it are deleted." in chatting.out
    assert chatting.out.rstrip().splitlines()[-2] == "first"


async def test_tool_calls_are_answered_and_the_conversation_goes_on(chatting: Chatting) -> None:
    calls = [
        {"index": number, "id": f"c{number}", "function": {"name": "look", "arguments": "{}"}}
        for number in range(2)
    ]
    chatting.script.scripts.append([delta(tool_calls=calls), finish("tool_calls")])
    await chatting("look", "/results", "found", "")
    tools = [each for each in chatting.script.bodies[1]["messages"] if each["role"] == "tool"]
    assert [each["content"] for each in tools] == ["found", "The user declined to run this tool."]


async def test_sessions_are_listed_opened_tagged_deleted_and_brought_back(chatting: Chatting) -> None:
    await chatting(
        "about bees",
        "/tag zoo",
        "/new",
        "about ants",
        "/sessions",
        "/open 2",
        "/delete",
        "/restore",
        "/search bees",
    )
    assert "1. about ants (this one)" in chatting.out
    assert "2. about bees #zoo" in chatting.out
    assert "is in the bin" in chatting.out
    assert chatting.chat.session.title == "about bees"
    assert "1. about bees: about bees" in chatting.out


async def test_the_session_before_is_gone_on_with(chatting: Chatting) -> None:
    await chatting("about bees", "/new", "/last", "/last")
    assert chatting.chat.session.title == "about bees"
    assert "There is no other session yet." in chatting.out


async def test_files_go_with_the_next_prompt(chatting: Chatting, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Bees dance.")
    await chatting(
        f"/file {file}", "/files", "What do they do?", "/files", f"/file {file}", "/files none", "And?"
    )
    first, second = chatting.script.bodies
    assert "Bees dance." in str(first["messages"][-1])
    assert "Bees dance." not in str(second["messages"][-1])
    assert "notes.txt" in chatting.out
    await chatting(f"/file {tmp_path}/*.txt", "Again?", "/file /no/such/file")
    assert "Bees dance." in str(chatting.script.bodies[-1]["messages"][-1])
    assert "Attached: 1 file, 11 bytes, about" in chatting.out
    assert "Warning: " in chatting.out


async def test_nothing_of_an_incognito_session_is_kept(chatting: Chatting) -> None:
    ended = await chatting("a secret", start=Start(incognito=True))
    assert ended.session is None
    await chatting("/sessions")
    assert "No sessions yet." in chatting.out


async def test_an_export_overwrites_nothing_unasked(chatting: Chatting, tmp_path: Path) -> None:
    file = tmp_path / "out.md"
    await chatting("hi", f"/export markdown {file}", f"/export {file}", "no")
    assert "hi" in file.read_text()
    assert "Nothing was written." in chatting.out
    await chatting("hi", f"/export {file}", asks=False)
    assert "is there already; name another file" in chatting.out


async def test_a_key_is_asked_for_in_a_terminal_only(chatting: Chatting) -> None:
    await chatting("/key", asks=False)
    assert "No provider is configured." in chatting.out


async def test_a_prompt_that_may_be_too_long_is_asked_about(chatting: Chatting) -> None:
    long = "word " * 200_000
    await chatting(long, "n")
    assert "The request takes about" in chatting.reader.asked[1][0]
    assert not chatting.script.bodies
    assert chatting.reader.asked[-1] == ("You: ", long)
    await chatting(long, "all")
    assert len(chatting.script.bodies) == 1


def test_what_may_follow_is_offered(tmp_path: Path) -> None:
    async def run() -> None:
        chatting = Chatting(tmp_path, Script())
        await chatting("hi")
        offers = chatting.chat.offers
        assert "/set " in offers("/se")
        assert "/set temperature" in offers("/set te")
        assert "/model z-ai/glm-4.5 @ test" in offers("/model ")
        assert offers("no command") == []
        assert offers("/nothing ") == []

    asyncio.run(run())


async def test_a_side_question_is_answered_beside_the_conversation_and_taken_over_when_asked(
    chatting: Chatting,
) -> None:
    chatting.script.scripts += [reply("One."), reply("Beside ", "it."), reply("Two.")]
    await chatting("first", "/aside What is that?", "/aside", "second", "/aside take")
    assert chatting.out.count("\nAside:\nBeside it.\n(20 tokens") == 2
    sent = [[message["content"] for message in body["messages"]] for body in chatting.script.bodies]
    assert sent == [["first"], ["first", "One.", "What is that?"], ["first", "One.", "second"]]
    assert "are the last turn of the conversation now" in chatting.out
    await chatting("/show", "/aside", start=Start(newest=True))
    assert chatting.out.index("Two.") < chatting.out.index("What is that?") < chatting.out.index("Beside it.")
    assert "Nothing was asked aside yet" in chatting.out


async def test_ctrl_c_stops_a_side_answer_and_keeps_what_came(chatting: Chatting) -> None:
    script, _ = held(delta(content="Half of"))
    chatting.script.scripts.append(script)
    task = asyncio.ensure_future(chatting("/aside Why?", "/aside"))
    await until(lambda: "Half of" in chatting.out)
    chatting.chat.interrupt()
    await task
    assert chatting.out.count("\nAside:\nHalf of") == 2


async def test_what_the_budget_held_back_is_asked_all_the_same_after_a_yes(chatting: Chatting) -> None:
    chatting.limits = Limits(reply={"CNY": 0.01})
    await chatting("one", "no", "two", "yes", "/quit")
    assert [body["messages"][-1]["content"] for body in chatting.script.bodies] == ["one\n\ntwo"]
    assert "Ask anyway? (yes, no): " in [prompt for prompt, _ in chatting.reader.asked]
    assert "may cross the budget" in chatting.out


async def test_without_a_person_a_word_goes_beyond_the_budget(chatting: Chatting) -> None:
    chatting.limits = Limits(reply={"CNY": 0.01})
    await chatting("one", "/retry", "/retry anyway", "/retry please", asks=False)
    assert len(chatting.script.bodies) == 1
    assert chatting.out.count("/retry anyway asks all the same.") == 2
    assert "/retry takes anyway, which goes beyond the budget, not 'please'." in chatting.out

"""Comparing and the token lens in lines: whole replies in their order, and how to go on with one."""

from __future__ import annotations

import asyncio
import math
from typing import Any

from glmchat.core.preferences import Preferences
from tests.plain.conftest import Chatting
from tests.scripted import Script, delta, finish, reply
from tests.waiting import until


def answers(chatting: Chatting) -> list[str]:
    """The replies of the branch that is read."""
    conversation = chatting.chat.session.conversation
    return [conversation.loaded[node.id].content for node in conversation.path()][1::2]


def said(*words: str) -> dict[str, Any]:
    """A chunk with log-probabilities: each word was taken with a half, else the first letter of it."""
    half = math.log(0.5)
    return {
        "id": "gen-1",
        "choices": [
            {
                "index": 0,
                "delta": {"content": "".join(words)},
                "logprobs": {
                    "content": [
                        {
                            "token": word,
                            "logprob": half,
                            "top_logprobs": [
                                {"token": word, "logprob": half},
                                {"token": word.strip()[:1] + "…", "logprob": math.log(0.3)},
                            ],
                        }
                        for word in words
                    ]
                },
            }
        ],
    }


async def test_a_sweep_prints_each_reply_under_its_value_and_one_is_picked(chatting: Chatting) -> None:
    chatting.script.scripts += [reply("Cold."), reply("Warm."), reply("Cold."), reply("Next.")]
    await chatting(
        "/sweep temperature 0 0.7 1.4 -- What is heat?", "/pick 2 settings", "/set", "Go on", "/compare"
    )
    assert sorted(body["temperature"] for body in chatting.script.bodies[:3]) == [0, 0.7, 1.4]
    out = chatting.out
    places = [
        out.index(f"\n{n}: temperature {value}:\n") for n, value in ((1, "0.00"), (2, "0.70"), (3, "1.40"))
    ]
    assert places == sorted(places)
    assert "1, 3 say the same. /pick NUMBER goes on with a reply" in out
    assert "The conversation goes on with temperature 0.70, and with its settings." in out
    assert "Sent with the next request: temperature 0.70." in out
    assert [each["content"] for each in chatting.script.bodies[3]["messages"]] == [
        "What is heat?",
        "Warm.",
        "Go on",
    ]
    assert out.count("2: temperature 0.70:\nWarm.") == 2


async def test_replies_come_in_order_and_whole_however_they_end(chatting: Chatting) -> None:
    gate = asyncio.Event()
    slow = [delta(content="slow"), gate, *reply(" one")]
    chatting.script.scripts += [slow, [delta(content="quick"), finish()]]

    async def open_gate() -> None:
        await until(lambda: chatting.script.closed == 1)
        assert "quick" not in chatting.out
        gate.set()

    opening = asyncio.ensure_future(open_gate())
    await chatting("/sweep seed 1 2 -- Count")
    await opening
    assert chatting.out.index("1: seed 1:\nslow one") < chatting.out.index("2: seed 2:\nquick")


async def test_one_variant_is_asked_several_times_and_a_reply_is_picked_by_two_numbers(
    chatting: Chatting,
) -> None:
    chatting.script.scripts += [reply("a"), reply("b"), reply("c")]
    await chatting("/sweep temperature 1 x3 -- Say", "/pick 1.3")
    for number, text in enumerate("abc", 1):
        assert f"\n1.{number}: temperature 1.00:\n{text}" in chatting.out
    assert answers(chatting) == ["c"]


async def test_a_comparison_asks_the_last_question_again_and_leaves_the_branch_as_it_was(
    chatting: Chatting,
) -> None:
    chatting.script.scripts += [reply("First."), reply("Thought."), reply("Unthought.")]
    await chatting("Question", "/compare reasoning")
    assert answers(chatting) == ["First."]
    assert "1: thinking on:" in chatting.out
    assert "2: thinking off:" in chatting.out


async def test_what_makes_no_comparison_is_refused_with_what_does(chatting: Chatting) -> None:
    await chatting(
        "/sweep", "/sweep heat 1 2", "/sweep temperature", "/sweep temperature 1", "/sweep temperature 1 9",
        "/compare", "/compare presents", "/compare models", "/pick 1", "/sweep top_p 0.1 0.2",
        "/sweep temperature 0 1 --oops", "/lens",
    )  # fmt: skip
    for words in (
        "/sweep needs a parameter and its values", "There is no parameter heat.",
        "/sweep temperature needs values; it takes", "A comparison takes 2 to 6 variants, not 1.",
        "Nothing was compared in this session yet", "/compare takes reasoning, presets or models, not 'presents'.",
        "/compare models needs their names", "There is nothing to compare yet", "Put a space after the two dashes",
    ):  # fmt: skip
        assert words in chatting.out, words
    assert chatting.script.bodies == []


async def test_a_number_that_is_no_reply_is_refused(chatting: Chatting) -> None:
    await chatting("/sweep top_p 0.1 0.2 -- Say", "/pick 3", "/pick", "/pick 1 please")
    assert "/pick takes the number of a reply, such as /pick 1, not '3'." in chatting.out
    assert "After the number /pick takes settings, not 'please'." in chatting.out


async def test_a_comparison_that_is_stopped_prints_what_came(chatting: Chatting, script: Script) -> None:
    script.scripts += [[delta(content="part"), asyncio.Event()], [delta(content="piece"), asyncio.Event()]]

    async def stop() -> None:
        await until(lambda: len(script.bodies) == 2)
        await until(lambda: all(each.reply.content for each in chatting.chat.session.runs.values()))
        chatting.chat.interrupt()

    stopping = asyncio.ensure_future(stop())
    await chatting("/sweep seed 1 2 -- Count", preferences=Preferences())
    await stopping
    assert "1: seed 1:\npart" in chatting.out
    assert "2: seed 2:\npiece" in chatting.out


async def test_the_lens_prints_the_least_certain_tokens_one_and_all(chatting: Chatting) -> None:
    chatting.script.scripts.append([said(*(f" word{number}" for number in range(12))), finish()])
    await chatting(
        "/set logprobs on", "/set top_logprobs 2", "Say", "/lens", "/lens 2", "/lens all", "/lens 13"
    )
    out = chatting.out
    assert out.count("2.  word0[ word1] 50%; else “w…” 30%") == 2
    assert out.count("12. ") == 1
    assert "12 tokens, perplexity 2.00. Above are the 10 least certain; /lens all prints all." in out
    assert "2.  word0[ word1] 50%\n   “ word1” 50%, 50% now (taken)\n   “w…” 30%, 30% now\n" in out
    assert "   all others together 20%" in out
    assert "/lens takes all, or the number of a token, 1 to 12, not '13'." in out

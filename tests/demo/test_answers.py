"""What the built-in model answers: useful at temperature 0, wandering at 2, in the language asked."""

from __future__ import annotations

import pytest

from glmchat.core.attached import Attachment, Kind, block
from glmchat.demo.sections import Library
from glmchat.demo.terms import language_of, terms
from tests.demo.conftest import Demo

QUESTIONS = [
    ("What does temperature do?", "how varied the words"),
    ("what is top-p", "top_p the model chooses only among"),
    ("What is the formula of min_p?", "p >= min_p * p_max"),
    ("How do I turn off thinking?", "Ctrl+R"),
    ("Where are my sessions stored?", "history.db"),
    ("how do I add an API key?", "/key"),
    ("how can I stop a reply", "Press Esc"),
    ("How do I use Ollama?", "ollama pull"),
    ("What does error 429 mean?", "slow down"),
    ("How do I uninstall it?", "pip uninstall"),
    ("How do I break a line in the prompt?", "Ctrl+J"),
    ("Can I import my ChatGPT conversations?", "conversations.json"),
    ("How can I make replies the same every time?", "seed"),
    ("how do I quit?", "Ctrl+Q"),
    ("what is the token lens", "how sure the model was"),
    ("Who are you?", "built into glmchat"),
    ("temperature 有什么作用？", "用词的多样程度"),
    ("怎么关闭思考？", "Ctrl+R"),
    ("会话保存在哪里？", "history.db"),
    ("怎样添加密钥？", "/key"),
    ("如何停止回复？", "Esc"),
    ("频率惩罚和存在惩罚有什么区别？", "frequency_penalty"),
    ("怎么卸载？", "pip uninstall"),
    ("429 错误是什么意思？", "慢一点"),
    ("什么是词元透镜？", "多大把握"),
    ("有哪些快捷键？", "Ctrl+N"),
    ("你好", "内置模型"),
]


@pytest.mark.parametrize(("question", "part"), QUESTIONS)
async def test_at_temperature_zero_it_answers_questions_about_glmchat(
    model: Demo, question: str, part: str
) -> None:
    assert part in await model.say(question, temperature=0)


@pytest.mark.parametrize(
    "question", ["What is the capital of France?", "Tell me a joke", "法国的首都是哪里？"]
)
async def test_it_says_that_it_knows_nothing_but_the_manual(model: Demo, question: str) -> None:
    answer = await model.say(question, temperature=0)
    assert "https://wcode.net/get-apikey" in answer
    assert language_of(answer) == language_of(question)


async def test_at_temperature_zero_it_quotes_a_section_of_the_manual(model: Demo) -> None:
    texts = [section.text for section in Library.read("en").sections]
    assert await model.say("What does temperature do?", temperature=0) in texts


async def test_the_higher_the_temperature_the_further_it_wanders(model: Demo) -> None:
    question = "How do I turn off thinking?"
    steady = await model.say(question, temperature=0)

    async def different(temperature: float) -> int:
        replies = [await model.say(question, temperature=temperature, seed=seed) for seed in range(10)]
        return sum(reply != steady for reply in replies)

    assert await different(0.3) <= 1
    assert 1 <= await different(1.0) <= 9
    assert await different(2.0) >= 9


@pytest.mark.parametrize("temperature", [0.7, 1.0, 2.0])
async def test_the_same_seed_gives_the_same_reply(model: Demo, temperature: float) -> None:
    replies = {await model.say("What is a preset?", temperature=temperature, seed=11) for _ in range(3)}
    assert len(replies) == 1


async def test_without_a_seed_replies_differ(model: Demo) -> None:
    replies = {await model.say("What is a preset?", temperature=1.5) for _ in range(10)}
    assert len(replies) > 1


async def test_an_earlier_question_gives_a_short_one_its_sense(model: Demo) -> None:
    talk = [
        {"role": "user", "content": "What is min_p?"},
        {"role": "assistant", "content": "It drops unlikely tokens."},
        {"role": "user", "content": "And the formula?"},
    ]
    assert "min_p * p_max" in await model.say(talk, temperature=0)


async def test_a_story_asked_for_before_does_not_turn_a_question(model: Demo) -> None:
    talk = [
        {"role": "user", "content": "Tell me a short story about a fox."},
        {"role": "assistant", "content": "Once upon a time there was a fox."},
        {"role": "user", "content": "What does temperature do?"},
    ]
    assert "how varied the words" in await model.say(talk, temperature=0)
    thought = (await model.ask(talk, reasoning={"enabled": True}))["choices"][0]["message"]["reasoning"]
    assert "fox" not in thought


async def test_the_thought_does_not_take_earlier_words_for_those_of_the_question(model: Demo) -> None:
    talk = [
        {"role": "user", "content": "What is min_p?"},
        {"role": "assistant", "content": "It drops unlikely tokens."},
        {"role": "user", "content": "And the formula?"},
    ]
    thought = (await model.ask(talk, reasoning={"enabled": True}))["choices"][0]["message"]["reasoning"]
    assert "its own and those said before it, are formula" in thought


async def test_a_file_that_came_with_a_question_is_not_taken_for_it(model: Demo) -> None:
    notes = block(Attachment(Kind.TEXT, "my notes.md", "a", 9, part="lines 1-3"), "ship\n```\nanchor\n")
    empty = block(Attachment(Kind.TEXT, "Makefile", "b", 0), "")
    asked = f"{notes}\n\n{empty}\n\nWhat does temperature do?"
    answer = (await model.ask(asked, temperature=0))["choices"][0]["message"]
    assert "how varied the words" in answer["content"]
    assert "anchor" not in answer["reasoning"]
    assert 'in English: "What does temperature do?"' in answer["reasoning"]
    assert "my notes.md, Makefile" in answer["reasoning"]


async def test_code_in_a_question_is_part_of_it(model: Demo) -> None:
    answer = await model.ask("What does this temperature do:\n```json\n{}\n```\n\nin words")
    assert "What does this temperature do" in answer["choices"][0]["message"]["reasoning"]


@pytest.mark.parametrize(("question", "seed"), [
    ("有哪些快捷键？", 1), ("怎么导入 ChatGPT 的对话？", 1), ("怎么把对话导出成 Markdown？", 1),
])  # fmt: skip
async def test_an_answer_does_not_go_back_to_what_it_said(model: Demo, question: str, seed: int) -> None:
    said = await model.say(question, temperature=1.0, seed=seed)
    beginnings = [said[at : at + 16] for at in range(len(said) - 15)]
    assert len(set(beginnings)) == len(beginnings)


@pytest.mark.parametrize("wish", ["Your last message was cut off. Go on exactly where it stopped.", "继续"])
async def test_a_cut_reply_is_continued_where_it_stopped(model: Demo, wish: str) -> None:
    for question in ("What does temperature do?", "会话保存在哪里？"):
        whole = await model.say(question, temperature=0)
        cut = await model.say(question, temperature=0, max_tokens=25)
        talk = [
            {"role": "user", "content": question},
            {"role": "assistant", "content": cut},
            {"role": "user", "content": wish},
        ]
        assert cut + await model.say(talk, temperature=0) == whole


async def test_a_reply_that_was_whole_is_continued_with_more(model: Demo) -> None:
    whole = await model.say("What does temperature do?", temperature=0)
    talk = [
        {"role": "user", "content": "What does temperature do?"},
        {"role": "assistant", "content": whole},
        {"role": "user", "content": "Please go on."},
    ]
    more = await model.say(talk, temperature=0)
    assert more.strip()
    assert more.strip() not in whole


@pytest.mark.parametrize(
    ("question", "begun", "goes_on"),
    [
        ("Tell me a story", "Once upon a", " time"),
        ("What does temperature do?", "The temperature says how varied", " the words"),
        ("讲个故事", "从前有", "一"),
    ],
)
async def test_a_reply_that_is_begun_goes_on_from_there(
    model: Demo, question: str, begun: str, goes_on: str
) -> None:
    talk = [{"role": "user", "content": question}, {"role": "assistant", "content": begun}]
    assert (await model.say(talk, temperature=0)).startswith(goes_on)


async def test_who_it_is_can_be_asked_at_any_time(model: Demo) -> None:
    talk = [
        {"role": "user", "content": "What is min_p?"},
        {"role": "assistant", "content": "It drops unlikely tokens."},
        {"role": "user", "content": "Who are you?"},
    ]
    assert "built into glmchat" in await model.say(talk, temperature=0)


async def test_the_system_prompt_may_choose_the_language(model: Demo) -> None:
    talk = [
        {"role": "system", "content": "Answer in Chinese."},
        {"role": "user", "content": "What does temperature do?"},
    ]
    assert language_of(await model.say(talk, temperature=0)) == "zh"


@pytest.mark.parametrize("prompt", ["", "?", "\x00\x1b[31m", "🙂🙂", "a" * 20_000, "\\ud800", "<think>"])
async def test_any_prompt_gets_an_answer(model: Demo, prompt: str) -> None:
    assert await model.say(prompt, temperature=0)


def test_parameter_names_are_one_term_however_they_are_spelled() -> None:
    for spelled in ("top_p", "top-p", "Top P"):
        assert list(terms(f"what is {spelled}?")) == ["top_p"]


def test_the_language_is_that_of_most_words() -> None:
    assert language_of("top_p 是什么意思") == "zh"
    assert language_of("What does 温度 mean in English?") == "en"
    assert language_of("42?", "zh") == "zh"

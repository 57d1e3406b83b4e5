"""The second voice: what it is asked for, how it varies, and what each sampling parameter does to it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from glmchat.demo.model import load
from glmchat.demo.request import Request, Turn
from glmchat.demo.terms import language_of
from glmchat.demo.voice import wishes
from glmchat.demo.voice.kneser_ney import KneserNey
from glmchat.demo.voice.texts import KINDS, texts
from tests.benchmarks import voice
from tests.demo.conftest import Demo

LANGUAGES = ("en", "zh")
# Enough for a figure that does not depend on luck, and no more: the benchmark prints all.
FEW = (1, 2, 3)


def replies(language: str, **values: Any) -> list[list[int]]:
    prompts = voice.PROMPTS[language][::2]
    return [voice.say(prompt, seed=seed, max_tokens=70, **values) for prompt in prompts for seed in FEW]


def loaded(prompt: str) -> Any:
    model = load()
    return model.writer(model.focus(Request((Turn("user", prompt),), {})))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_learned_from_enough_words_and_has_a_number_for_each(language: str) -> None:
    known = load().words[language].ids
    words = [word for kind in KINDS for text in texts(language, kind) for word in text]
    assert len(words) >= 40_000
    assert set(words) <= set(known)


def test_after_what_it_saw_comes_what_followed_and_nothing_is_impossible() -> None:
    model = KneserNey([[1, 2, 3, 4], [1, 2, 3, 5], [6, 2, 3, 4], [1, 2, 7]])
    shares = model.next([1, 2])
    assert math.fsum(shares.values()) == pytest.approx(1)
    assert max(shares, key=shares.__getitem__) == 3
    assert min(shares.values()) > 0
    assert shares[3] > shares[7] > shares[4]


def test_a_word_that_stands_in_one_context_only_is_no_likely_guess_elsewhere() -> None:
    # "Francisco" of the literature: 9 comes often, always after 8; 5 comes less often, after many words.
    model = KneserNey([[8, 9, 1], [8, 9, 2], [8, 9, 3], [1, 5, 2], [2, 5, 3], [3, 4, 1]])
    shares = model.next([4, 4])
    assert shares[5] > shares[9]


@pytest.mark.parametrize("language", LANGUAGES)
def test_probabilities_sum_to_one(language: str) -> None:
    writer = loaded(voice.PROMPTS[language][1])
    for word in voice.say(voice.PROMPTS[language][1], temperature=1.0, seed=1)[:20]:
        distribution = writer.distribution()
        others = len(distribution.pool) - len(distribution.seen)
        assert math.fsum(distribution.seen.values()) + others * distribution.floor == pytest.approx(
            1, abs=1e-6
        )
        writer.write(word)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_model_is_as_unsure_as_a_real_one(language: str) -> None:
    assert not set(voice.HELD_OUT[language]) & set(voice.PROMPTS[language])
    found = voice.sureness(voice.PROMPTS[language][::3], [1, 2])
    assert 0.35 <= found.top <= 0.6
    assert 1.5 <= found.bits <= 3.5
    assert found.candidates >= 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_higher_the_temperature_the_more_replies_differ(language: str) -> None:
    prompt = voice.PROMPTS[language][0]
    assert len({tuple(voice.say(prompt, temperature=0, seed=seed, max_tokens=30)) for seed in FEW}) == 1
    warmed = {tuple(voice.say(prompt, temperature=0.7, seed=seed, max_tokens=30)) for seed in range(8)}
    assert len(warmed) >= 7
    cold, warm, hot = (voice.distinct_words(replies(language, temperature=t)) for t in (0, 0.5, 1.5))
    assert cold < warm < hot


@pytest.mark.parametrize("language", LANGUAGES)
def test_heat_brings_pairs_that_no_text_has_and_filters_take_them_away(language: str) -> None:
    def share(**values: Any) -> float:
        return voice.known(replies(language, **values), language)

    assert share(temperature=0.3) > 0.98
    wild = share(temperature=2.0)
    assert wild < 0.6
    assert share(temperature=2.0, min_p=0.1) > 0.9
    assert share(temperature=2.0, top_k=10) > wild + 0.2
    assert share(temperature=2.0, top_p=0.9) > wild + 0.03


@pytest.mark.parametrize("prompt", ["Tell me a story.", "写一首短诗。"])
def test_at_temperature_zero_it_goes_in_circles_until_a_penalty_breaks_them(prompt: str) -> None:
    assert voice.loops(voice.say(prompt, temperature=0))
    assert not voice.loops(voice.say(prompt, temperature=0, frequency_penalty=0.5))


@pytest.mark.parametrize(("prompt", "word"), [("Tell me a story.", "fox"), ("给我讲个故事。", "狐狸")])
async def test_a_word_is_forbidden_and_forced(model: Demo, prompt: str, word: str) -> None:
    for seed in FEW:
        forced = await model.say(prompt, seed=seed, logit_bias={word: 100}, max_tokens=6)
        assert forced.lower().count(word) == 6
    banned = [await model.say(prompt + word, seed=seed, logit_bias={word: -100}) for seed in range(3)]
    plain = [await model.say(prompt + word, seed=seed) for seed in range(3)]
    assert any(word in reply.lower() for reply in plain)
    assert not any(word in reply.lower() for reply in banned)


async def test_the_lens_shows_what_is_drawn_from(model: Demo) -> None:
    answer = await model.ask(
        "Tell me a story.", seed=1, logprobs=True, top_logprobs=5, reasoning={"enabled": False}
    )
    entries = answer["choices"][0]["logprobs"]["content"]
    assert "".join(entry["token"] for entry in entries) == answer["choices"][0]["message"]["content"]
    assert all(entry["logprob"] < 0 for entry in entries)


@pytest.mark.parametrize("temperature", [0.7, 2.0])
async def test_the_same_seed_gives_the_same_text(model: Demo, temperature: float) -> None:
    told = {await model.say("Write a poem.", temperature=temperature, seed=7) for _ in range(2)}
    assert len(told) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_comes_to_an_end(language: str) -> None:
    for seed in FEW:
        assert 20 <= len(voice.say(voice.PROMPTS[language][0], temperature=1.0, seed=seed)) <= 200


WISHES = [
    ("Tell me a story", "tale"), ("Can you tell me a bedtime story about a bear?", "tale"), ("a poem, please", "poem"),
    ("Write a short poem about rain", "poem"), ("I'd like a recipe for soup", "recipe"), ("poem", "poem"),
    ("Please describe the weather in the mountains.", "weather"), ("weather report please", "weather"),
    ("Write a dialogue between two friends", "dialogue"), ("Describe an old harbour at night", "place"),
    ("讲个故事吧", "tale"), ("请写一首诗", "poem"), ("给我一份菜谱", "recipe"), ("来一段天气预报", "weather"),
    ("写一段两个朋友的对话", "dialogue"), ("描写一下清晨的港口", "place"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "kind"), WISHES)
def test_what_is_asked_for_is_found(question: str, kind: str) -> None:
    found = wishes.find(question, language_of(question))
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "question",
    ["What does temperature do?", "How do I write a story?", "What is the weather in Paris?", "Describe top_p",
     "Tell me about the French revolution", "Tell me a joke", "I want to report a bug",
        "How do I export a conversation?",
     "Make the dialogs bigger", "温度有什么作用？", "我要导出对话", "今天天气怎么样？", "怎么写诗？", "描述一下 top_p"],
)  # fmt: skip
def test_a_question_is_no_wish(question: str) -> None:
    assert wishes.find(question, language_of(question)) is None


@pytest.mark.parametrize(
    ("prompt", "word"),
    [("Tell me a story about a fox", "fox"), ("讲一个狐狸的故事", "狐狸"), ("讲一个小熊的故事", "小熊")],
)
async def test_it_keeps_to_what_it_was_asked_about(model: Demo, prompt: str, word: str) -> None:
    told = [await model.say(prompt, temperature=0.7, seed=seed) for seed in range(8)]
    assert sum(word in each for each in told) >= 7


async def test_it_goes_on_from_a_beginning(model: Demo) -> None:
    more = await model.say("Continue: In a large", temperature=0, max_tokens=1)
    assert more.strip() in {
        "pot",
        "pan",
        "bowl",
        "oven",
        "dish",
        "saucepan",
        "kettle",
        "wok",
        "tray",
        "casserole",
        "basin",
    }


async def test_a_text_that_was_cut_is_continued(model: Demo) -> None:
    cut = await model.say("Tell me a story", temperature=0, max_tokens=20)
    whole = await model.say("Tell me a story", temperature=0, max_tokens=40)
    talk = [
        {"role": "user", "content": "Tell me a story"},
        {"role": "assistant", "content": cut},
        {"role": "user", "content": "Go on."},
    ]
    assert (cut + await model.say(talk, temperature=0)).startswith(whole)


async def test_it_tells_in_json_too(model: Demo) -> None:
    assert '"tale"' in await model.say("Tell me a story", response_format={"type": "json_object"}, seed=1)


async def test_the_thought_says_that_it_tells(model: Demo) -> None:
    answer = await model.ask("Tell me a story", seed=1)
    assert "tell" in answer["choices"][0]["message"]["reasoning"]

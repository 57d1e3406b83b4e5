"""Every request parameter does to the built-in model what it says."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

import pytest

from glmchat.analysis import sampling
from glmchat.analysis.sampling import Candidate, Rest
from glmchat.core import parameters
from glmchat.core.parameters import schemas
from glmchat.demo.model import load
from glmchat.demo.request import Request, Turn
from tests.demo.conftest import Demo
from tests.demo.tools import WEATHER

QUESTION = "How do I turn off thinking?"

CLOCK = {"type": "function", "function": {"name": "get_time", "description": "Time in a city."}}


async def entries(model: Demo, **values: Any) -> list[dict[str, Any]]:
    answer = await model.ask(QUESTION, logprobs=True, reasoning={"enabled": False}, **values)
    found: list[dict[str, Any]] = answer["choices"][0]["logprobs"]["content"]
    return found


@pytest.mark.parametrize("values", [{"top_k": 1}, {"top_p": 0}, {"min_p": 1}, {"temperature": 0}])
async def test_what_leaves_one_token_gives_the_likeliest_reply(model: Demo, values: dict[str, Any]) -> None:
    steady = await model.say(QUESTION, temperature=0)
    assert await model.say(QUESTION, **{"temperature": 2.0, "seed": 3, **values}) == steady


async def test_filters_tame_a_high_temperature(model: Demo) -> None:
    async def unlikely(**values: Any) -> int:
        replies = [await entries(model, temperature=2, seed=seed, **values) for seed in range(4)]
        return sum(entry["logprob"] < -7 for reply in replies for entry in reply)

    wild = await unlikely()
    for values in ({"top_p": 0.5}, {"min_p": 0.3}, {"top_a": 0.9}, {"top_k": 2}):
        assert await unlikely(**values) < wild / 2, values


LENGTH = 30
PENALTIES = [
    ("frequency_penalty", 2.0, -2.0),
    ("presence_penalty", 2.0, -2.0),
    ("repetition_penalty", 2.0, 0.3),
]


async def test_penalties_make_words_come_less_often_and_their_opposites_more(model: Demo) -> None:
    def repeated(tokens: list[int]) -> float:
        return 1 - len(set(tokens)) / len(tokens)

    async def mean(**values: Any) -> float:
        replies = [
            load().vocabulary.encode(
                await model.say("Tell me a story.", seed=seed, max_tokens=36, temperature=1.0, **values)
            )
            for seed in range(8)
        ]
        # The same length of each, for a longer text repeats more of itself whatever it is asked with.
        starts = [tokens[:LENGTH] for tokens in replies if len(tokens) >= LENGTH]
        return sum(map(repeated, starts)) / len(starts)

    plain = await mean()
    for name, high, low in PENALTIES:
        assert await mean(**{name: high}) < plain < await mean(**{name: low}), name


async def test_a_bias_bans_a_token_or_forces_it(model: Demo) -> None:
    vocabulary = load().vocabulary
    (comma,) = vocabulary.encode(",")
    assert "," in await model.say(QUESTION, temperature=0)
    assert "," not in await model.say(QUESTION, temperature=0, logit_bias={str(comma): -100})
    forced = await model.say(QUESTION, temperature=0, logit_bias={str(comma): 100}, max_tokens=5)
    assert forced == ",,,,,"
    assert await model.say(QUESTION, temperature=0, logit_bias={"99999999": 100}), "an id of no token"


async def test_max_tokens_cuts_the_reply_and_says_so(model: Demo) -> None:
    answer = await model.ask(QUESTION, max_tokens=5, temperature=0, reasoning={"enabled": False})
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 5
    whole = await model.say(QUESTION, temperature=0)
    assert whole.startswith(answer["choices"][0]["message"]["content"])


async def test_max_tokens_as_long_as_the_reply_cuts_nothing(model: Demo) -> None:
    whole = await model.ask(QUESTION, temperature=0)
    again = await model.ask(QUESTION, temperature=0, max_tokens=whole["usage"]["completion_tokens"])
    assert again["choices"][0]["finish_reason"] == "stop"


async def test_the_thought_counts_towards_max_tokens(model: Demo) -> None:
    answer = await model.ask(QUESTION, max_tokens=10)
    choice = answer["choices"][0]
    assert (choice["finish_reason"], choice["message"]["content"]) == ("length", "")
    assert answer["usage"]["completion_tokens_details"]["reasoning_tokens"] == 10


@pytest.mark.parametrize("stop", [["/think"], ["the", " off or"], "thinking on", ["never comes", "decides."]])
async def test_the_reply_ends_before_the_first_stop_text(model: Demo, stop: Any) -> None:
    whole = await model.say(QUESTION, temperature=0)
    texts = [stop] if isinstance(stop, str) else stop
    end = min(whole.find(text) for text in texts if text in whole)
    answer = await model.ask(QUESTION, temperature=0, stop=stop, reasoning={"enabled": False})
    assert answer["choices"][0]["message"]["content"] == whole[:end]
    assert answer["choices"][0]["finish_reason"] == "stop"


async def test_the_beginning_of_a_stop_text_is_not_lost(model: Demo) -> None:
    whole = await model.say(QUESTION, temperature=0)
    assert await model.say(QUESTION, temperature=0, stop=["decides.!", "Press Ctrl+X"]) == whole
    chunks = await model.chunks(QUESTION, temperature=0, stop=["decides.!"], reasoning={"enabled": False})
    streamed = "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks if chunk["choices"])
    assert streamed == whole


async def test_verbosity_sets_the_length(model: Demo) -> None:
    sizes = [
        len(await model.say(QUESTION, temperature=0, verbosity=each)) for each in ("low", "medium", "high")
    ]
    assert sizes == sorted(set(sizes))


async def test_a_short_answer_is_a_whole_sentence(model: Demo) -> None:
    for question in (QUESTION, "What is GLM-4.5?", "Where are my sessions stored?", "怎么关闭思考？"):
        short = await model.say(question, temperature=0, verbosity="low")
        assert short.endswith((".", "。"))
        rest = (await model.say(question, temperature=0)).removeprefix(short)
        assert rest == "" or rest.startswith(" ") or short.endswith("。")


async def test_logprobs_are_those_of_the_model_before_sampling(model: Demo) -> None:
    raw = await entries(model, temperature=0, top_logprobs=5)
    cold = await entries(model, temperature=0, top_logprobs=5, top_k=1, min_p=0.5)
    assert raw == cold
    assert "".join(entry["token"] for entry in raw) == await model.say(QUESTION, temperature=0)
    for entry in raw:
        assert bytes(entry["bytes"]).decode() == entry["token"]
        tops = [top["logprob"] for top in entry["top_logprobs"]]
        assert len(tops) == 5
        assert tops == sorted(tops, reverse=True)
        assert sum(map(math.exp, tops)) <= 1 + 1e-9
        assert entry["logprob"] <= tops[0]


async def test_what_is_drawn_agrees_with_the_logprobs_and_the_filters(model: Demo) -> None:
    values = {"temperature": 1.7, "top_k": 6, "top_p": 0.95}
    first: Counter[str] = Counter()
    for seed in range(300):
        (entry,) = await entries(model, seed=seed, max_tokens=1, top_logprobs=20, **values)
        first[entry["token"]] += 1
    tops = entry["top_logprobs"]
    fates = sampling.survivors([Candidate(top["logprob"]) for top in tops], values).fates
    expected = {top["token"]: fate.probability for top, fate in zip(tops, fates, strict=True)}
    assert set(first) <= {token for token, share in expected.items() if share}
    for token, share in expected.items():
        assert first[token] / 300 == pytest.approx(share, abs=0.1)


async def test_twenty_alternatives_give_what_the_whole_distribution_gives(model: Demo) -> None:
    writer = load().opened(load().focus(Request((Turn("user", QUESTION),))))
    distribution = writer.distribution()
    order = sorted(distribution.seen, key=lambda token: -distribution.seen[token])
    rest = Rest(len(load().vocabulary) - len(order), math.log(distribution.floor))
    everything = [Candidate(distribution.logprob(id)) for id in order]
    (entry,) = await entries(model, max_tokens=1, top_logprobs=20)
    returned = [Candidate(top["logprob"]) for top in entry["top_logprobs"]]
    values = {"temperature": 1.4, "top_k": 12, "top_p": 0.99, "min_p": 0.01, "top_a": 0.1}
    whole = sampling.survivors(everything, values, rest)
    part = sampling.survivors(returned, values)
    for one, other in zip(whole.fates[:20], part.fates, strict=False):
        assert one.probability == pytest.approx(other.probability, abs=1e-9)


async def test_it_thinks_unless_it_is_told_not_to(model: Demo) -> None:
    def thought(answer: dict[str, Any]) -> Any:
        return answer["choices"][0]["message"]["reasoning"]

    assert "Reasoning and the thinking panel" in thought(await model.ask(QUESTION))
    assert thought(await model.ask(QUESTION, reasoning={"enabled": True}))
    assert thought(await model.ask(QUESTION, reasoning={"enabled": False})) is None
    assert "手册" in thought(await model.ask("怎么关闭思考？"))


async def test_effort_and_budget_set_the_length_of_the_thought(model: Demo) -> None:
    async def tokens(**reasoning: Any) -> int:
        answer = await model.ask(QUESTION, reasoning=reasoning)
        return int(answer["usage"]["completion_tokens_details"]["reasoning_tokens"])

    sizes = [await tokens(effort=effort) for effort in ("minimal", "low", "medium", "high")]
    assert sizes == sorted(set(sizes))
    assert await tokens(max_tokens=12) == 12


async def test_an_excluded_thought_is_counted_and_not_sent(model: Demo) -> None:
    answer = await model.ask(QUESTION, reasoning={"exclude": True}, temperature=0)
    assert answer["choices"][0]["message"]["reasoning"] is None
    assert answer["usage"]["completion_tokens_details"]["reasoning_tokens"] > 0
    for chunk in await model.chunks(QUESTION, reasoning={"exclude": True}):
        assert not any(choice["delta"].get("reasoning") for choice in chunk["choices"])


async def test_json_mode_gives_json(model: Demo) -> None:
    value = json.loads(await model.say(QUESTION, response_format={"type": "json_object"}))
    assert isinstance(value, dict)


async def test_a_schema_is_kept(model: Demo) -> None:
    schema = {
        "type": "object",
        "properties": {
            "answer": {"type": "string", "maxLength": 60},
            "kind": {"enum": ["key", "page"]},
            "score": {"type": "number", "minimum": 0, "maximum": 1},
            "tags": {"type": "array", "items": {"type": "string"}, "minItems": 3},
            "sure": {"type": "boolean"},
        },
        "required": ["answer", "kind", "score", "tags", "sure"],
        "additionalProperties": False,
    }
    wrapped = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}
    text = await model.say(QUESTION, response_format=wrapped, temperature=0)
    assert schemas.reply_error(schema, text) is None


async def test_a_schema_that_it_cannot_fill_is_refused(model: Demo) -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}
    wrapped = {"type": "json_schema", "json_schema": {"name": "endless", "schema": schema}}
    error = await model.refuse(model.body(QUESTION, response_format=wrapped))
    assert error["param"] == "response_format"


async def calls(model: Demo, prompt: Any = "What is the weather?", **values: Any) -> list[dict[str, Any]]:
    answer = await model.ask(prompt, tools=[WEATHER, CLOCK], **values)
    choice = answer["choices"][0]
    made: list[dict[str, Any]] = choice["message"].get("tool_calls", [])
    assert choice["finish_reason"] == ("tool_calls" if made else "stop")
    return made


async def test_a_demanded_tool_is_called_with_arguments_that_fit(model: Demo) -> None:
    (call,) = await calls(model, tool_choice={"type": "function", "function": {"name": "get_weather"}})
    assert call["type"] == "function"
    assert call["id"]
    assert call["function"]["name"] == "get_weather"
    assert schemas.reply_error(WEATHER["function"]["parameters"], call["function"]["arguments"]) is None


async def test_tools_count_as_part_of_the_prompt(model: Demo) -> None:
    plain = (await model.ask(QUESTION))["usage"]["prompt_tokens"]
    assert (await model.ask(QUESTION, tools=[WEATHER]))["usage"]["prompt_tokens"] > plain + 50


async def test_tool_choice_is_kept(model: Demo) -> None:
    assert await calls(model, tool_choice="none") == []
    assert await calls(model, "What does temperature do?", tool_choice="auto") == []
    assert len(await calls(model, "What does temperature do?", tool_choice="required")) == 1
    (call,) = await calls(model, tool_choice="auto")
    assert call["function"]["name"] == "get_weather"


async def test_several_tools_are_called_only_where_that_is_allowed(model: Demo) -> None:
    prompt = "Tell me the weather and the time in the city."
    assert len(await calls(model, prompt)) == 2
    assert len(await calls(model, prompt, parallel_tool_calls=False)) == 1


async def test_a_tool_result_is_reported(model: Demo) -> None:
    (call,) = await calls(model)
    talk: list[dict[str, Any]] = [
        {"role": "user", "content": "What is the weather?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": '{"sky": "overcast"}'},
    ]
    answer = await model.ask(talk, tools=[WEATHER])
    assert '{"sky": "overcast"}' in answer["choices"][0]["message"]["content"]
    assert answer["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize("row", [row for row in parameters.TABLE if row.numeric], ids=lambda row: row.name)
async def test_values_out_of_range_are_refused_by_name(model: Demo, row: parameters.Parameter) -> None:
    wrong: list[Any] = ["much", True]
    wrong += [row.minimum - 1] if row.minimum is not None else []
    wrong += [row.maximum + 1] if row.maximum is not None else []
    for value in wrong:
        body = model.body(QUESTION)
        place = body
        for key in row.keys[:-1]:
            place = place.setdefault(key, {})
        place[row.keys[-1]] = value
        error = await model.refuse(body)
        assert error["param"] == ".".join(row.keys)
        assert row.name in error["message"]


@pytest.mark.parametrize(
    ("values", "param"),
    [
        ({"repetition_penalty": 0}, "repetition_penalty"),
        ({"top_logprobs": 5}, "top_logprobs"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tools": [CLOCK], "tool_choice": {"type": "function", "function": {"name": "no"}}}, "tool_choice"),
        ({"verbosity": "loud"}, "verbosity"),
        ({"reasoning": True}, "reasoning"),
        ({"stop": [1]}, "stop"),
        ({"logit_bias": {"word": 101}}, "logit_bias"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "owner", "content": "?"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "messages.0.content"),
        ({"messages": [{"role": "tool", "content": "4", "tool_call_id": "x"}]}, "messages.0.tool_call_id"),
        ({"messages": [{"role": "user", "content": "word " * 40_000}]}, "messages"),
        ({"model": None}, "model"),
    ],
)
async def test_what_does_not_fit_together_is_refused(model: Demo, values: dict[str, Any], param: str) -> None:
    error = await model.refuse({**model.body(QUESTION), **values})
    assert error["param"] == param
    assert error["type"] == "invalid_request_error"


async def test_null_is_not_sent(model: Demo) -> None:
    assert await model.say(QUESTION, temperature=0, top_p=None, stop=None, tools=None)

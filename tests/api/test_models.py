from typing import Any

import pytest

from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.api.errors.tree import ApiError
from glmchat.api.models import merge, read_models
from glmchat.core import catalogue
from glmchat.core.model import Model, Price
from tests.wire.helpers import endpoint
from tests.wire.server import plain, serving

HOME = Endpoint("wcode", "https://wcode.net/api/gpt/v1")
ROUTER = Endpoint("openrouter", "https://openrouter.ai/api/v1")
LOCAL = Endpoint("local", "http://127.0.0.1:8000/v1", "vllm")

OPENROUTER = {
    "data": [
        {
            "id": "z-ai/glm-4.6",
            "name": "Z.AI: GLM 4.6",
            "context_length": 202752,
            "architecture": {"modality": "text->text", "input_modalities": ["text"]},
            "pricing": {"prompt": "0.0000006", "completion": "0.0000022", "request": "0"},
            "supported_parameters": ["temperature", "top_a", "reasoning", "max_completion_tokens", "zzz"],
        }
    ]
}


def only(body: Any, where: Endpoint) -> Model:
    listed = read_models(body)
    assert len(listed) == 1
    return merge(listed, where)[0]


def test_openrouter_prices_are_dollars_a_token() -> None:
    model = only(OPENROUTER, ROUTER)
    assert (model.id, model.name, model.abilities) == ("z-ai/glm-4.6", "Z.AI: GLM 4.6", ("text", "reasoning"))
    assert (model.context, model.price) == (202752, Price(0.0006, 0.0022, "USD"))
    assert model.parameters == (
        "temperature", "top_a", "max_tokens", "reasoning", "reasoning_effort", "reasoning_max_tokens",
        "reasoning_preserve",
        "reasoning_exclude", "reasoning_mode", "reasoning_context",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pricing", "price"),
    [
        ({"pricing": {"prompt": 0.0055, "completion": 0.02}}, Price(0.0055, 0.02, "CNY")),
        ({"pricing": {"input": "5.5", "output": "20", "unit": "1M tokens", "currency": "cny"}},
         Price(0.0055, 0.02, "CNY")),
        ({"price": {"input_per_1k_tokens": 0.0001, "output_per_1k_tokens": 0.0002, "currency": "USD"}},
         Price(0.0001, 0.0002, "USD")),
        ({"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}, Price(0.001, 0.002, "USD")),
        ({"pricing": {"prompt": "0.000003", "completion": "0.000015", "input_cache_read": "0.0000003",
                      "input_cache_write": "0.00000375", "audio": "0.0001", "web_search": "0.01"}},
         Price(0.003, 0.015, "USD", 0.0003, 0.00375, 0.1)),
        ({"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6, "cache_read_input_token_cost": 1e-7,
          "cache_read_input_token_cost_above_200k_tokens": 2e-7, "cached": 3},
         Price(0.001, 0.002, "USD", 0.0001)),
        # OpenRouter: a zero beside prices says that there is no price of its own, not that it is free.
        ({"pricing": {"prompt": "0.000003", "completion": "0.000015", "request": "0", "image": "0", "audio": "0",
                      "internal_reasoning": "0", "input_cache_read": "0.0000003", "input_cache_write": "0.00000375",
                      "input_cache_write_1h": "0.000006", "input_audio_cache": "0.0000004"}},
         Price(0.003, 0.015, "USD", 0.0003, 0.00375, cache_write_1h=0.006)),
        ({"pricing": {"prompt": "0.000003", "completion": "0.000015", "audio": "0.0001", "audio_output": "0.0002",
                      "internal_reasoning": "0.00006"}},
         Price(0.003, 0.015, "USD", audio=0.1, audio_output=0.2, reasoning=0.06)),
        # LiteLLM
        ({"input_cost_per_token": 3e-6, "output_cost_per_token": 1.5e-5, "cache_creation_input_token_cost": 3.75e-6,
          "cache_creation_input_token_cost_above_1hr": 6e-6, "cache_read_input_token_cost": 3e-7,
          "input_cost_per_audio_token": 1e-4, "output_cost_per_audio_token": 2e-4, "input_cost_per_image_token": 5e-6,
          "output_cost_per_image_token": 3e-5, "output_cost_per_reasoning_token": 6e-5, "input_cost_per_image": 0.01},
         Price(0.003, 0.015, "USD", 0.0003, 0.00375, 0.1, (), 0.006, 0.005, 0.06, 0.2, 0.03)),
        ({"pricing": {"prompt": "-1", "completion": "-1"}}, None),
        ({"pricing": {"prompt": "0", "completion": "0"}}, Price(0.0, 0.0, "USD")),
        ({"pricing": {"prompt": "free"}}, None),
        ({"pricing": {"prompt": 10**400, "completion": "1e999"}}, None),
        ({"pricing": None}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_prices_are_for_a_thousand_tokens_and_never_guessed(
    pricing: dict[str, Any], price: Price | None
) -> None:
    assert only([{"id": "m", **pricing}], LOCAL).price == price


def test_one_dear_price_tells_the_unit_of_the_whole_list() -> None:
    listed = [
        {"id": "cheap", "pricing": {"prompt": 0.0005, "completion": 0.0005}},
        {"id": "dear", "pricing": {"prompt": 0.0055, "completion": 0.02}},
    ]
    assert merge(listed, LOCAL)[0].price == Price(0.0005, 0.0005, "CNY")


@pytest.mark.parametrize(
    ("entry", "context"),
    [
        ({"max_model_len": 32768}, 32768),
        ({"context_window": "128K"}, 128000),
        ({"context_length": None, "top_provider": {"context_length": 4096}}, 4096),
        ({"context_length": "many"}, None),
        ({"context_length": True}, None),
    ],
)
def test_the_context_is_found_where_servers_put_it(entry: dict[str, Any], context: int | None) -> None:
    assert only([{"id": "m", **entry}], LOCAL).context == context


def test_abilities_are_read_and_unknown_ones_stay_unknown() -> None:
    assert only([{"id": "m", "architecture": {"modality": "text+image->text"}}], LOCAL).abilities == (
        "text",
        "vision",
    )
    assert only([{"id": "m", "capabilities": ["completion", "thinking"]}], LOCAL).abilities == (
        "text",
        "reasoning",
    )
    assert only([{"id": "m", "object": "model"}], LOCAL).abilities == ()


@pytest.mark.parametrize(
    "body", [{"data": None}, {"data": []}, {}, [], None, "nonsense", 3, {"data": [{}, 3, None, {"id": 7}]}]
)
def test_an_empty_or_broken_list_is_harmless(body: Any) -> None:
    assert read_models(body) == []
    assert merge(read_models(body), HOME) == list(catalogue.MODELS)
    assert merge(read_models(body), LOCAL) == []


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"data": [{"id": "a"}, {"id": "b"}]}},
        {"code": 200, "msg": "ok", "data": {"models": ["a", "b"], "total": 2}},
        {"success": True, "result": {"items": [{"name": "a"}, {"name": "b"}]}},
        {"data": {"a": {"object": "model"}, "b": {"id": "b"}}},
        {"data": [], "models": [{"model": "a"}, {"model": "b"}]},
        {"items": [{"id": "a"}, {"id": "b"}]},
    ],
)
def test_a_list_is_found_where_gateways_put_it(body: Any) -> None:
    assert [model.id for model in merge(read_models(body), LOCAL)] == ["a", "b"]


@pytest.mark.parametrize(
    "body", [{"error": {"message": {"id": "x"}}}, {"data": {"total": 3}}, {"data": {"data": {"data": {}}}}]
)
def test_what_is_no_list_is_not_taken_for_one(body: Any) -> None:
    assert read_models(body) == []


def test_the_list_is_laid_over_the_catalogue_at_home() -> None:
    kimi = {"id": "moonshotai/kimi-k2-thinking", "context_length": 9}
    models = merge(read_models([{"id": "z-ai/glm-4.5"}, kimi, "new/one"]), HOME)
    assert [model.id for model in models[:3]] == ["z-ai/glm-4.5", "moonshotai/kimi-k2-thinking", "new/one"]
    assert models[0].price == Price(0.0055, 0.02, "CNY")
    assert models[0].context == 128_000
    assert models[1].context == 9
    assert "reasoning" in models[1].abilities
    names = [model.name for model in models]
    assert "Kimi K2 Thinking" not in names
    assert "GLM 4.6" in names
    assert len(models) == len(catalogue.MODELS) + 1


def test_prices_of_one_shop_do_not_hold_in_another() -> None:
    assert only([{"id": "z-ai/glm-4.5"}], ROUTER).price is None
    assert only([{"id": "z-ai/glm-4.5"}], LOCAL).price is None
    assert only([{"id": "z-ai/glm-4.5"}], LOCAL).context == 128_000


def test_the_family_is_known_by_name_wherever_it_is_listed() -> None:
    zai = Endpoint("zai", "https://api.z.ai/api/paas/v4", "zai")
    plan = Endpoint("zai-plan", "https://api.z.ai/api/coding/paas/v4", "zai")
    flash = only(["glm-5.3-flash"], zai)
    assert (flash.context, flash.output, flash.price) == (
        1_048_576,
        128_000,
        Price(0.00015, 0.0005, "USD", 0.00003),
    )
    assert flash.thinking is not None
    assert (flash.thinking.optional, flash.thinking.rungs) == (False, ("low", "high", "max"))
    assert only(["glm-5.3-flash"], plan).price is None
    listed = {"id": "zai-org/GLM-5.2-FP8", "context_length": 65_536, "max_output_length": 8192}
    hosted = only([listed], LOCAL)
    assert (hosted.context, hosted.output, hosted.price) == (65_536, 8192, None)
    assert hosted.thinking == catalogue.known("glm-5.2").thinking


def test_ollamas_own_list_and_plain_names_are_read() -> None:
    assert [
        entry["id"] if "id" in entry else entry["name"]
        for entry in read_models({"models": [{"name": "glm4"}]})
    ]
    assert merge(read_models(["a", "b", "a"]), LOCAL) == [
        Model("a", "a"),
        Model("b", "b"),
    ]


async def test_the_list_is_asked_for_over_the_wire() -> None:
    client = ChatClient()
    async with serving(plain(200, OPENROUTER)) as server:
        body = await client.get_json(endpoint(server.base_url), "/models")
        assert (server.received[0].method, server.received[0].path) == ("GET", "/v1/models")
    assert body == OPENROUTER
    for reply, kind in (
        (plain(500, "no"), "server"),
        (plain(200, "<html>"), "protocol"),
        (plain(401, "no"), "auth"),
    ):
        async with serving(reply) as server:
            with pytest.raises(ApiError) as raised:
                await client.get_json(endpoint(server.base_url), "/models")
        assert raised.value.kind == kind
    await client.aclose()

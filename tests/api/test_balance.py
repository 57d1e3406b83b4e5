"""What endpoints tell of a person's money, asked over loopback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from glmchat.api import dialects
from glmchat.api.balance import Balance, balances
from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint, Secret
from glmchat.api.errors.tree import ApiError
from tests.wire.server import Received, Reply, plain, serving

NO = (403, {"error": {"message": "Only management keys can do this.", "code": 403}})
DEEPSEEK = {
    "is_available": True,
    "balance_infos": [
        {
            "currency": "CNY",
            "total_balance": "110.00",
            "granted_balance": "10.00",
            "topped_up_balance": "100.00",
        },
        {"currency": "USD", "total_balance": "-0.5"},
    ],
}


async def asked(
    dialect: str, told: Mapping[str, tuple[int, Any]], name: str = "openrouter", path: str = "/v1"
) -> tuple[list[Balance], list[Received]]:
    def answer(request: Received) -> Reply:
        assert request.headers["authorization"] == "Bearer sk-test"
        status, body = told.get(request.path, (404, {"error": {"message": "Not found"}}))
        return plain(status, body)

    client = ChatClient()
    try:
        async with serving(answer) as server:
            base_url = server.base_url.removesuffix("/v1") + path
            endpoint = Endpoint(name, base_url, dialect, Secret("sk-test"))
            return await balances(client, endpoint, dialects.of(endpoint).balance), server.received
    finally:
        await client.aclose()


async def test_openrouters_credit_and_the_limit_of_the_key_are_told() -> None:
    told = {
        "/v1/credits": (200, {"data": {"total_credits": 20, "total_usage": 7.5}}),
        "/v1/key": (200, {"data": {"label": "sk-or", "usage": 1.8, "limit": 5, "limit_remaining": 3.2}}),
    }
    found, received = await asked("wcode", told)
    assert [each.sentence for each in found] == [
        "Credit: $12.50 of $20.00 left, $7.50 used.",
        "This key: $3.20 of $5.00 left, $1.80 used.",
    ]
    assert {each.method for each in received} == {"GET"}


async def test_a_key_that_may_not_see_the_credit_tells_its_own_limit() -> None:
    key = {"data": {"usage": 0.5, "limit": None, "limit_remaining": None, "is_free_tier": True}}
    found, _ = await asked("wcode", {"/v1/credits": NO, "/v1/key": (200, key)})
    assert [each.sentence for each in found] == ["This key: no limit, $0.50 used. It is of the free tier."]


async def test_a_refusal_of_both_is_the_first_one() -> None:
    with pytest.raises(ApiError, match="Only management keys"):
        await asked("wcode", {"/v1/credits": NO})


@pytest.mark.parametrize("path", ["", "/v1", "/beta"])
async def test_deepseeks_balance_is_told_by_currency_whatever_the_address(path: str) -> None:
    found, _ = await asked("deepseek", {"/user/balance": (200, DEEPSEEK)}, path=path)
    assert [each.sentence for each in found] == [
        "Balance: ¥110.00 left. Of it ¥10.00 given and ¥100.00 paid in.",
        "Balance: -$0.50 left.",
    ]


async def test_that_it_is_too_little_is_told() -> None:
    empty = {"is_available": False, "balance_infos": [{"currency": "CNY", "total_balance": "0.00"}]}
    found, _ = await asked("deepseek", {"/user/balance": (200, empty)})
    assert [each.sentence for each in found] == ["Balance: ¥0.00 left. It is too little to ask."]


async def test_moonshots_balance_is_told() -> None:
    data = {"available_balance": 49.58894, "voucher_balance": 46.58893, "cash_balance": 3.00001}
    told = {"/v1/users/me/balance": (200, {"code": 0, "data": data, "status": True})}
    found, _ = await asked("moonshot", told)
    assert [each.sentence for each in found] == [
        "Balance: $49.59 left. Of it $46.59 in vouchers and $3.00 in cash."
    ]


@pytest.mark.parametrize(
    "body",
    [
        {}, [], {"data": None}, {"data": {"total_credits": "many", "total_usage": True}}, {"balance_infos": 7},
        {"balance_infos": [None, {"currency": 3, "total_balance": "1"}, {"currency": "a\x1b[", "total_balance": 1}]},
        {"data": {"available_balance": float("1e300")}},
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", ["wcode", "deepseek", "moonshot"])
async def test_what_cannot_be_read_is_no_balance(dialect: str, body: Any) -> None:
    paths = ("/v1/credits", "/v1/key", "/user/balance", "/v1/users/me/balance")
    found, _ = await asked(dialect, dict.fromkeys(paths, (200, body)))
    assert found == []

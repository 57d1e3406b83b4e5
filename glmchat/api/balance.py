"""What is left of a person's money at an endpoint, asked for on request.

Sources: openrouter.ai/docs (credits, key), api-docs.deepseek.com (user balance), platform.moonshot.ai (balance).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from glmchat.api.endpoint import Endpoint
from glmchat.api.errors.tree import ApiError, AuthError, ForbiddenError, NotFoundError
from glmchat.core import pricing
from glmchat.core.catalogue import is_home
from glmchat.core.conversation import Cost
from glmchat.support.address import is_loopback, origin_of
from glmchat.support.numbers import amount_of

# No account holds as much in any currency.
_MOST = 1e12


class Source(Protocol):
    """Who asks an endpoint; see `glmchat.api.client.ChatClient`."""

    async def get_json(self, endpoint: Endpoint, path: str) -> Any:
        """GET a path below the base URL and parse the answer; raises ApiError."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left of `what`, in money; `total` is what there was, `used` what is gone, None where it is not told.

    `left` is None where nothing limits it. `note` is a sentence on it.
    """

    what: str
    currency: str
    left: float | None
    total: float | None = None
    used: float | None = None
    note: str = ""

    @property
    def sentence(self) -> str:
        """The balance in words."""
        used = "" if self.used is None else f", {self._money(self.used)} used"
        of = "" if self.total is None else f" of {self._money(self.total)}"
        left = "no limit" if self.left is None else f"{self._money(self.left)}{of} left"
        return f"{self.what}: {left}{used}. {self.note}".strip()

    def _money(self, amount: float) -> str:
        return pricing.money(Cost(amount, self.currency))


async def balances(client: Source, endpoint: Endpoint, kind: str) -> list[Balance]:
    """What an endpoint tells of a person's money; empty where nothing of it can be read. Raises ApiError."""
    return await _ASK[kind](client, endpoint)


async def _credits(client: Source, endpoint: Endpoint) -> list[Balance]:
    """OpenRouter's: the account's credit, which some keys may not see, and the limit of the key."""
    found: list[Balance] = []
    refused: ApiError | None = None
    at_home = is_home(endpoint.host, endpoint.name) and not is_loopback(endpoint.host)
    currency = "CNY" if at_home else "USD"
    for path, read in (("/credits", _credit), ("/key", _key)):
        try:
            told = _within(await client.get_json(endpoint, path), "data")
        except (AuthError, ForbiddenError, NotFoundError) as error:
            refused = refused or error
            continue
        if (balance := read(told, currency)) is not None:
            found.append(balance)
    if refused is not None and not found:
        raise refused
    return found


def _credit(told: Mapping[str, Any], currency: str) -> Balance | None:
    total, used = _number(told.get("total_credits")), _number(told.get("total_usage"))
    return None if total is None or used is None else Balance("Credit", currency, total - used, total, used)


def _key(told: Mapping[str, Any], currency: str) -> Balance | None:
    limit, used = _number(told.get("limit")), _number(told.get("usage"))
    left = _number(told.get("limit_remaining"))
    if limit is None and used is None:
        return None
    note = "It is of the free tier." if told.get("is_free_tier") is True else ""
    if left is None and limit is not None and used is not None:
        left = limit - used
    return Balance("This key", currency, left if limit is not None else None, limit, used, note)


async def _user(client: Source, endpoint: Endpoint) -> list[Balance]:
    """DeepSeek's: by currency, what was given and what was paid in; it stands above the versions of the address."""
    told = await client.get_json(replace(endpoint, base_url=origin_of(endpoint.base_url)), "/user/balance")
    infos = told.get("balance_infos") if isinstance(told, Mapping) else None
    found = []
    for info in infos if isinstance(infos, list) else []:
        left, code = _number(_get(info, "total_balance")), _get(info, "currency")
        if left is None or not isinstance(code, str) or not re.fullmatch("[A-Z]{3}", code):
            continue
        given, paid = _number(_get(info, "granted_balance")), _number(_get(info, "topped_up_balance"))
        parts = [
            f"{pricing.money(Cost(amount, code))} {word}"
            for amount, word in ((given, "given"), (paid, "paid in"))
            if amount is not None
        ]
        lacks = "It is too little to ask." if told.get("is_available") is False else ""
        note = " ".join(filter(None, (f"Of it {' and '.join(parts)}." if parts else "", lacks)))
        found.append(Balance("Balance", code, left, note=note))
    return found


async def _me(client: Source, endpoint: Endpoint) -> list[Balance]:
    """Moonshot's: what is available, of it vouchers and cash."""
    told = _within(await client.get_json(endpoint, "/users/me/balance"), "data")
    left = _number(told.get("available_balance"))
    if left is None:
        return []
    currency = "CNY" if endpoint.host.endswith(".cn") else "USD"
    parts = [
        f"{pricing.money(Cost(amount, currency))} in {word}"
        for key, word in (("voucher_balance", "vouchers"), ("cash_balance", "cash"))
        if (amount := _number(told.get(key))) is not None
    ]
    return [Balance("Balance", currency, left, note=f"Of it {' and '.join(parts)}." if parts else "")]


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, Mapping) else None


def _within(value: Any, key: str) -> Mapping[str, Any]:
    inner = _get(value, key)
    return inner if isinstance(inner, Mapping) else {}


def _number(value: Any) -> float | None:
    """An amount as a number or a text; None for what is none."""
    amount = amount_of(value)
    return amount if amount is not None and abs(amount) < _MOST else None


_ASK: Mapping[str, Callable[[Source, Endpoint], Awaitable[list[Balance]]]] = {
    "credits": _credits,
    "user": _user,
    "me": _me,
}
BALANCES = tuple(_ASK)

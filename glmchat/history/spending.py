"""What replies cost, summed by model, day or provider; each currency for itself."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from glmchat.history.access import Access

# What to sum by, and the expression that names it; days are those of the reader's time zone.
_NAMES = {
    "model": "coalesce(model, '')",
    "day": "date(created_at, 'unixepoch', 'localtime')",
    "provider": "coalesce(provider, '')",
}
WAYS = tuple(_NAMES)


@dataclass(frozen=True, slots=True)
class Spent:
    """What the replies of one model, day or provider cost; amount and currency are None where it is unknown."""

    name: str
    currency: str | None
    amount: float | None
    replies: int


class Spending:
    """The sums of what replies cost."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def sums(self, by: str, since: float | None = None) -> list[Spent]:
        """Sums by one of `WAYS`, of replies made at or after `since`; those in the bin were paid for all the same."""
        return await self._access.read(lambda connection: sums(connection, by, since), slow=True)


def sums(connection: sqlite3.Connection, by: str, since: float | None = None) -> list[Spent]:
    """Sums by one of `WAYS`: days in their order, else the dearest first, and last what nobody knows the cost of."""
    order = "name" if by == "day" else "sum(cost) DESC, name"
    rows = connection.execute(
        f"SELECT {_NAMES[by]} AS name, currency, sum(cost), count(*) FROM messages"
        " WHERE role = 'assistant' AND created_at >= ? AND (currency IS NOT NULL OR state IN ('complete', 'stopped'))"
        f" GROUP BY name, currency ORDER BY currency IS NULL, currency, {order}",
        (since or 0.0,),
    )
    return [Spent(name, currency, amount, count) for name, currency, amount, count in rows]

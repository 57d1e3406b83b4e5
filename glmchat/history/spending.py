"""What replies cost, summed by model, day or provider; each currency for itself."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from glmchat.core.conversation import Message
from glmchat.history.access import Access

# What to sum by, and the expression that names it; days are those of the reader's time zone.
_NAMES = {
    "model": "model",
    "day": "date(made, 'unixepoch', 'localtime')",
    "provider": "provider",
}
# Every reply that was paid for or may have been, and the sums of those that were removed for good, titles and studies.
_ALL = (
    "SELECT created_at AS made, coalesce(model, '') AS model, coalesce(provider, '') AS provider, currency,"
    " cost AS amount, 1 AS replies FROM messages WHERE role = 'assistant'"
    " AND (currency IS NOT NULL OR state IN ('complete', 'stopped'))"
    " UNION ALL SELECT hour, model, provider, currency, amount, replies FROM purged_costs"
)
WAYS = tuple(_NAMES)
# Sums are kept by the quarter of an hour (the column is called hour): a day begins at one in every time zone, but in
# India or Newfoundland not with an hour of UTC.
_QUARTER_S = 900


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

    async def by_currency(self, since: float) -> dict[str, float]:
        """What all replies since a moment cost, by currency; those that were removed for good were paid for too."""
        return await self._access.read(lambda connection: by_currency(connection, since))

    async def add(self, message: Message, replies: int = 0, session_id: int | None = None) -> bool:
        """Count what a request cost whose answer is no message of a session; False means in memory for now.

        It counts as so many replies; -1 takes one back that is a message now. With a session it counts in that one's
        costs, too.
        """
        return await self._access.change(lambda connection: add(connection, message, replies, session_id))

    async def sums(self, by: str, since: float | None = None) -> list[Spent]:
        """Sums by one of `WAYS`, of replies made at or after `since`; those in the bin were paid for all the same."""
        return await self._access.read(lambda connection: sums(connection, by, since), slow=True)


def add(
    connection: sqlite3.Connection, message: Message, replies: int = 0, session_id: int | None = None
) -> None:
    """Count what a request cost whose answer is no message of a session, such as a title, or take it back."""
    if message.cost is None:
        return
    quarter = int(message.created_at // _QUARTER_S) * _QUARTER_S
    amount = -message.cost.amount if replies < 0 else message.cost.amount
    paid = (quarter, message.model or "", message.provider or "", message.cost.currency, amount, replies)
    connection.execute(
        "INSERT INTO purged_costs (hour, model, provider, currency, amount, replies) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET amount = amount + excluded.amount, replies = replies + excluded.replies",
        paid,
    )
    if session_id is not None:
        connection.execute(
            "INSERT INTO costs_apart (session_id, currency, amount) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
            (session_id, message.cost.currency, amount),
        )


def of_session(connection: sqlite3.Connection, id: int) -> dict[str, float]:
    """What a session cost, by currency: its messages, and what was paid for it beside them."""
    rows = connection.execute(
        "SELECT currency, sum(amount) FROM (SELECT currency, cost AS amount FROM messages"
        " WHERE session_id = :id AND currency IS NOT NULL"
        " UNION ALL SELECT currency, amount FROM costs_apart WHERE session_id = :id) GROUP BY currency",
        {"id": id},
    )
    return dict(rows.fetchall())


def by_currency(connection: sqlite3.Connection, since: float) -> dict[str, float]:
    """What all replies since a moment cost, by currency."""
    rows = connection.execute(
        f"SELECT currency, sum(amount) FROM ({_ALL}) WHERE currency IS NOT NULL AND made >= ? GROUP BY currency",
        (since,),
    )
    return {str(currency): float(amount or 0.0) for currency, amount in rows}


def keep_sums(connection: sqlite3.Connection, session_id: int) -> None:
    """Keep what a session cost, by quarter of an hour, model and provider, before its messages are removed for good."""
    connection.execute(
        "INSERT INTO purged_costs (hour, model, provider, currency, amount, replies)"
        " SELECT CAST(created_at / :quarter AS INTEGER) * :quarter, coalesce(model, ''), coalesce(provider, ''),"
        " currency, sum(cost), count(*) FROM messages"
        " WHERE session_id = :id AND role = 'assistant' AND currency IS NOT NULL"
        " GROUP BY 1, 2, 3, 4 ON CONFLICT DO UPDATE SET amount = amount + excluded.amount,"
        " replies = replies + excluded.replies",
        {"quarter": _QUARTER_S, "id": session_id},
    )


def sums(connection: sqlite3.Connection, by: str, since: float | None = None) -> list[Spent]:
    """Sums by one of `WAYS`: days in their order, else the dearest first; last what nobody knows the cost of."""
    of_currency = "currency IS NULL, currency"
    order = f"name, {of_currency}" if by == "day" else f"{of_currency}, sum(amount) DESC, name"
    rows = connection.execute(
        f"SELECT {_NAMES[by]} AS name, currency, sum(amount), sum(replies) FROM ({_ALL}) WHERE made >= ?"
        f" GROUP BY name, currency ORDER BY {order}",
        (since or 0.0,),
    )
    return [Spent(name, currency, amount, count) for name, currency, amount, count in rows]

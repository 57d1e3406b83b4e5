"""``glmchat sessions cost``: what was spent, by model, day or provider."""

from __future__ import annotations

from collections.abc import Sequence

from glmchat.commands import history_access
from glmchat.commands.errors import Exit, UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.terminal import put_json, say, show, table
from glmchat.core import pricing
from glmchat.core.conversation import Cost
from glmchat.history.search.query import moment_of
from glmchat.history.spending import WAYS, Spent

_BAR = 24


async def costs(call: Call) -> int:
    """Print what replies cost; raises UsageError for a way to sum or a date that is none."""
    by, given = call.given("by") or "model", call.given("since")
    if by not in WAYS:
        raise UsageError(f"--by cannot be {by!r}: it takes {', '.join(WAYS)}.")
    since = None if given is None else moment_of("--since", given)
    async with history_access.opened() as archive:
        found = await archive.spending.sums(by, since)
    if call.has("json"):
        put_json([_as_json(by, each) for each in found])
    elif found:
        show(table([_as_line(each, found) for each in found], (by, "replies", "cost", "")))
        show(f"Together: {_total(found)}")
    else:
        say("No reply was paid for yet." if since is None else "No reply was paid for since then.")
    return Exit.OK


def _as_json(by: str, spent: Spent) -> dict[str, str | float | int | None]:
    return {
        by: spent.name,
        "currency": spent.currency,
        "amount": spent.amount,
        "replies": spent.replies,
    }


def _as_line(spent: Spent, among: Sequence[Spent]) -> tuple[str, ...]:
    name = spent.name or "unknown"
    if spent.amount is None or spent.currency is None:
        return name, str(spent.replies), "unknown", ""
    most = max(each.amount or 0 for each in among if each.currency == spent.currency)
    bar = "█" * max(1, round(_BAR * spent.amount / most)) if most and spent.amount else ""
    return name, str(spent.replies), pricing.exact(Cost(spent.amount, spent.currency)), bar


def _total(found: Sequence[Spent]) -> str:
    """The sums, each currency for itself, and how many replies have no known cost."""
    sums: dict[str, float] = {}
    for each in found:
        if each.currency is not None:
            sums[each.currency] = sums.get(each.currency, 0.0) + (each.amount or 0.0)
    told = [pricing.exact(Cost(amount, currency)) for currency, amount in sums.items()]
    unknown = sum(each.replies for each in found if each.currency is None)
    if unknown:
        told.append("1 reply of unknown cost" if unknown == 1 else f"{unknown} replies of unknown cost")
    return ", ".join(told)

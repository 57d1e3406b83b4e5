"""What was spent, in lines: the branch, the session, the day and the month, and the month by provider."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len

from glmchat.core import pricing
from glmchat.core.budget import midnight
from glmchat.core.conversation import Cost
from glmchat.support.text import safe_line

if TYPE_CHECKING:
    from glmchat.workspace import Workspace

_BAR = 20


async def cost(workspace: Workspace) -> list[str]:
    """What was spent, a line each; currencies are never added to each other."""
    session = workspace.current
    path = [node.id for node in session.conversation.path()]
    await workspace.journal.need(path)
    branch: dict[str, float] = {}
    for id in path:
        paid = session.conversation.loaded[id].cost
        if paid is not None:
            branch[paid.currency] = branch.get(paid.currency, 0.0) + paid.amount
    spending = workspace.archive.spending
    month = datetime.now().astimezone().replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()
    await workspace.archive.flush()
    lines = [
        ("This branch", amounts(branch)),
        ("This session", amounts(session.costs)),
        ("Today", amounts(await spending.by_currency(midnight()))),
        ("This month", amounts(await spending.by_currency(month))),
    ]
    width = max(len(label) for label, _ in lines)
    out = [f"{label:{width}}  {sums}" for label, sums in lines]
    found = [
        each for each in await spending.sums("provider", month) if each.currency is not None and each.amount
    ]
    if found:
        most: dict[str, float] = {}
        for each in found:
            most[str(each.currency)] = max(most.get(str(each.currency), 0.0), each.amount or 0.0)
        names = [safe_line(each.name or "unknown") for each in found]
        width = max(map(cell_len, names))
        out += ["", "This month by provider"]
        for name, each in zip(names, found, strict=True):
            amount = each.amount or 0.0
            bar = "█" * max(1, round(_BAR * amount / most[str(each.currency)]))
            padded = name + " " * (width - cell_len(name))
            out.append(f"{padded}  {pricing.exact(Cost(amount, str(each.currency))):>14}  {bar}")
    unpriced = session.model.price is None and not session.endpoint.demo
    if unpriced:
        out += [
            "",
            f"The price of {safe_line(session.model.wire_id)} here is unknown; what it costs is not counted.",
        ]
    return out


def amounts(costs: Mapping[str, float]) -> str:
    """Sums by currency, side by side; "free" where something was had for nothing."""
    paid = ", ".join(pricing.exact(Cost(amount, code)) for code, amount in sorted(costs.items()) if amount)
    return paid or ("free" if costs else "nothing")

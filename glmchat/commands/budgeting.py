"""The budget for one reply on the command line: told at 80 % of a limit, held back where it would cross it."""

from __future__ import annotations

from glmchat.commands.requests import Record
from glmchat.commands.terminal import say
from glmchat.core.budget import Limits, judge, midnight
from glmchat.core.conversation import Failure, Message, Role, State
from glmchat.turn.request import TurnRequest

ADVICE = "Nothing was sent. Raise the limit in the section [budget] of the configuration to ask all the same."


async def held_back(limits: Limits, request: TurnRequest, record: Record) -> Message | None:
    """The failed reply where a limit holds the request back, kept like any other; None where it may be sent."""
    if not limits or request.endpoint.demo:
        return None
    cost = request.expected_cost
    if cost is None:
        say(
            f"The price of {request.model} at {request.endpoint.name} is unknown, so the budget does not hold for it."
        )
        return None
    today = await record.spent_since(midnight())
    verdict = judge(limits, cost, 0.0, today.get(cost.currency, 0.0))
    if verdict is None:
        return None
    if not verdict.crossed:
        say(verdict.sentence)
        return None
    message = Message(
        request.reply_id,
        request.parent_id,
        Role.ASSISTANT,
        state=State.FAILED,
        failure=Failure("budget", verdict.sentence, ADVICE),
        model=request.model,
        provider=request.endpoint.name,
        settings=request.settings,
    )
    await record.save(message)
    return message

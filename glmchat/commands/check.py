"""``glmchat check``: what this endpoint and model really do, one line a question."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING

from glmchat.commands import history_access
from glmchat.commands.errors import Exit, status_of
from glmchat.commands.parsing import Call
from glmchat.commands.reaching import client_for
from glmchat.commands.requests import listed_model
from glmchat.commands.target import Target, settings_of, target_of
from glmchat.commands.terminal import put_json, say, show
from glmchat.support.text import safe_line
from glmchat.turn.endpoint_check import Answer, Check

if TYPE_CHECKING:
    from glmchat.api.client import ChatClient

_MARKS = {"ok": "ok  ", "warn": "note", "fail": "FAIL"}


def run(call: Call) -> int:
    """Ask the questions and print the answers; raises UsageError and CommandError."""
    target = target_of(call, settings_of(call))
    target.needed_model()
    endpoint = target.endpoint()
    if call.has("forget"):
        return asyncio.run(_forget(target))
    client = client_for(endpoint)
    from glmchat.api.network.certificates import notes

    for notice in (*target.notices, *([] if endpoint.demo else notes(os.environ))):
        say(notice)
    return asyncio.run(_check(client, target, call.has("json")))


async def _forget(target: Target) -> int:
    """Forget what was learned of the endpoint and the model, and say what that was."""
    from glmchat.api.learning.learned import Learned, key_of

    key = key_of(target.endpoint().base_url, target.needed_model())
    async with history_access.opened(create=True, needed=False) as archive:
        known = Learned.from_json(await archive.endpoints.learned(key)).sentences()
        await archive.endpoints.save_learned(key, Learned().to_json())
    for line in known:
        show(f"forgotten: {safe_line(line)}")
    if not known:
        say("Nothing was learned of this endpoint and model.")
    return Exit.OK


async def _check(client: ChatClient, target: Target, as_json: bool) -> int:
    from glmchat.api.learning.learned import Learned, key_of

    endpoint, model = target.endpoint(), target.needed_model()
    answers: list[Answer] = []
    async with history_access.opened(create=True, needed=False) as archive:
        key = key_of(endpoint.base_url, model)
        before = Learned.from_json(await archive.endpoints.learned(key))
        listed = await listed_model(archive, endpoint, model)
        price = (listed.price if listed else None) or target.price
        thinking = listed.thinking if listed else None
        check = Check(client, endpoint, model, price, thinking, partial(archive.spending.add, replies=1))
        say(check.announcement())
        try:
            async for answer in check.run():
                answers.append(answer)
                if not as_json:
                    detail = f" ({safe_line(answer.detail)})" if answer.detail else ""
                    show(
                        f"{_MARKS[answer.verdict]}  {answer.question.ljust(14)} {safe_line(answer.sentence)}{detail}"
                    )
        finally:
            await client.aclose()
        if check.unusable is None:
            await archive.endpoints.save_learned(key, check.together_with(before).to_json())
    if as_json:
        put_json({answer.question: answer.to_json() for answer in answers})
    failed = {answer.question for answer in answers if answer.verdict == "fail"}
    if check.unusable is not None:
        return status_of(check.unusable.kind, check.unusable.retryable)
    return Exit.REFUSED if "key" in failed else Exit.FAILED if failed else Exit.OK

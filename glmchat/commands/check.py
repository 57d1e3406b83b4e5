"""``glmchat check``: what this endpoint and model really do, one line a question."""

from __future__ import annotations

import asyncio

from glmchat.check import Answer, Check
from glmchat.commands import demo, shelf
from glmchat.commands.asking import listed_price
from glmchat.commands.choice import Choice, choose, settings_of
from glmchat.commands.errors import Exit
from glmchat.commands.parsing import Call
from glmchat.commands.terminal import put_json, say, show
from glmchat.text import safe_line

_MARKS = {"ok": "ok  ", "warn": "note", "fail": "FAIL"}

_STATUS = {"reach": Exit.RETRYABLE, "key": Exit.REFUSED}


def run(call: Call) -> int:
    """Ask the questions and print the answers; raises UsageError and CommandError."""
    choice = choose(call, settings_of(call))
    choice.needed_model()
    choice.endpoint()
    for notice in choice.notices:
        say(notice)
    return asyncio.run(_check(choice, call.has("json")))


async def _check(choice: Choice, as_json: bool) -> int:
    from glmchat.api.client import ChatClient
    from glmchat.api.learned import Learned, key_of

    endpoint, model = choice.endpoint(), choice.needed_model()
    client = ChatClient(demo=demo.maker() if endpoint.demo else None)
    answers: list[Answer] = []
    async with shelf.opened(create=True) as archive:
        key = key_of(endpoint.base_url, model)
        learned = Learned.from_json(await archive.learned(key))
        price = await listed_price(archive, endpoint, model) or choice.price
        check = Check(client, endpoint, model, learned, price)
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
        await archive.save_learned(key, check.learned.to_json())
    if as_json:
        put_json({answer.question: answer.to_json() for answer in answers})
    failed = {answer.question for answer in answers if answer.verdict == "fail"}
    return next(
        (status for question, status in _STATUS.items() if question in failed),
        Exit.FAILED if failed else Exit.OK,
    )

"""``glmchat ask``: one reply on standard output, or one JSON object about it."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from glmchat.api import dialects
from glmchat.api.spelling import prefilled
from glmchat.commands import attaching, library, requests
from glmchat.commands.errors import CommandError, Exit, status_of
from glmchat.commands.parsing import Call
from glmchat.commands.reaching import client_for
from glmchat.commands.target import Target, endpoint_of, settings_of, target_of
from glmchat.commands.terminal import is_terminal, put_json, say
from glmchat.core.attached import Attached
from glmchat.core.conversation import Failure, Message, Role, State, new_id
from glmchat.core.session_names import named
from glmchat.support import signals
from glmchat.support.tasks import to_its_end
from glmchat.turn import ending_notes

if TYPE_CHECKING:
    from glmchat.api.client import ChatClient
    from glmchat.turn.request import TurnRequest
    from glmchat.turn.run import TurnEvent

log = logging.getLogger(__name__)


def _interruption(*, kept: bool) -> Failure:
    """Why a reply was interrupted; `kept` where the history keeps what had come."""
    advice = "What had come until then is kept." if kept else ""
    return Failure("interrupted", "The reply was interrupted.", advice)


def run(call: Call) -> int:
    """Ask once and print the reply; raises UsageError, and CommandError where no request can be made."""
    template = library.template_of(call)
    target = requests.with_values_of(target_of(call, settings_of(call)), template)
    target.needed_model()
    requests.refuse_contradictions(target)
    retries = requests.retries_of(call, target)
    as_json = call.has("json")
    system = requests.system_of(call, target, template)
    variables = library.variables_of(call)
    question, attached = (
        None,
        attaching.attached_of(call, target, variables.pop(library.FILE, None)),
    )
    attaching.refuse_blind(attached, target.known)
    before = library.filled(template, variables, attached) if template is not None else ""
    try:
        question = requests.question_of(requests.prompt_of(call, attached=attached, before=before), attached)
        reply = _ask(call, target, question, attached, system, retries, client_for(target.endpoint()))
    except CommandError as failed:
        if not as_json:
            raise
        reply = _no_reply(target.provider, Failure("auth", str(failed)))
    except KeyboardInterrupt:
        if not as_json:
            raise
        reply = _no_reply(target.provider, _interruption(kept=False))
    finally:
        for notice in target.notices:
            say(notice)
    signals.ignore()
    if as_json:
        prefill = call.given("prefill") or ""
        messages = (
            requests.wire_of(question, system, attached, prefill, target.row.dialect) if question else None
        )
        if messages is not None:
            row = dialects.of(endpoint_of(target.provider, target.row, None))
            messages, _ = prefilled(row.prefill, row.prefill_thought, messages)
        put_json({**report(reply, messages), "provider": target.config_name})
    return Exit.OK if reply.failure is None else status_of(reply.failure.kind, reply.failure.retryable)


def tell_interrupted() -> None:
    """Print the object for a run that was interrupted before there was a request to make."""
    put_json(report(_no_reply(None, _interruption(kept=False)), None))


def _ask(
    call: Call,
    target: Target,
    question: Message,
    attached: Sequence[Attached],
    system: str | None,
    retries: int,
    client: ChatClient,
) -> Message:
    """Run the turn to its end, or to Ctrl+C; returns the reply."""
    from glmchat.turn.request import TurnRequest

    values, record = dict(target.values), requests.Record()
    prefill = call.given("prefill") or ""
    request = TurnRequest(
        target.endpoint(),
        target.needed_model(),
        requests.wire_of(question, system, attached, prefill, target.row.dialect),
        named(values, record.session_id),
        retries=retries,
        max_retry_after_s=target.settings.chat.retry_after_limit_s,
        parent_id=question.id,
        settings=values,
        system=system,
        price=target.price,
        prefill=prefill,
    )
    raw = call.has("raw")
    if raw and not call.has("json") and is_terminal(sys.stdout):
        raw = False
        say("--raw is ignored: standard output is a terminal, which control characters could change.")
    show = _printer(raw, call.has("show_reasoning")) if not call.has("json") else _Silent()
    keep = None if call.has("no_history") else partial(record.begin, target, question, system, attached)
    return asyncio.run(_turn(client, request, record, target, show, keep))


def _printer(raw: bool, show_reasoning: bool) -> Any:
    from glmchat.commands.printing import Printer

    return Printer(raw, show_reasoning)


class _Silent:
    """Prints nothing while the reply streams; the JSON object at the end says it all."""

    def take(self, event: TurnEvent) -> None:
        """Let an event pass."""

    def finish(self, message: Message) -> None:
        """Let the end pass."""


async def _turn(
    client: ChatClient,
    request: TurnRequest,
    record: requests.Record,
    target: Target,
    show: Any,
    keep: Callable[[], Awaitable[None]] | None,
) -> Message:
    """Run the turn, what it is kept by begun first; Ctrl+C and SIGTERM cancel it and keep what came.

    Raises BrokenPipeError and CommandError.
    """
    from glmchat.commands import budgeting
    from glmchat.turn.run import Finished

    task = asyncio.current_task()
    assert task is not None  # noqa: S101  (what runs here is a task)
    signals.cancel(task)
    try:
        if keep is not None:
            await keep()
            request = await record.informed(request)
        held = await budgeting.held_back(target.settings.budget.limits, request, record)
        if held is not None:
            await client.aclose()
            show.take(Finished(held))
            return held
        return await _events(client, request, record, show)
    except asyncio.CancelledError:
        so_far = record.message or Message(request.reply_id, request.parent_id, Role.ASSISTANT)
        kept = keep is not None and record.message is not None
        stopped = replace(so_far, failure=_interruption(kept=kept), state=State.STOPPED)
        show.finish(stopped)
        return stopped
    finally:
        signals.ignore()
        with suppress(asyncio.CancelledError):  # one that came when all was done already
            await to_its_end(record.close())


async def _events(client: ChatClient, request: TurnRequest, record: requests.Record, show: Any) -> Message:
    from glmchat.api.events import Opened
    from glmchat.turn.run import Finished, LearnedSomething
    from glmchat.turn.run import run as run_turn

    omitted = requests.omitted(request)
    for sentence in omitted:
        say(sentence)
    log.debug("asking %s at %s, %d messages", request.model, request.endpoint.base_url, len(request.messages))
    try:
        async with aclosing(run_turn(client, request, record)) as events:
            async for event in events:
                _log(event)
                if isinstance(event, Opened):
                    for quota in event.quotas:
                        if quota.near:
                            say(f"{request.endpoint.title}: {quota.sentence}.")
                show.take(event)
                if isinstance(event, LearnedSomething):
                    await record.learn(request, event.learned)
                    request = replace(request, learned=event.learned)
                    # Where nothing is asked again, what is sent instead is for the next command to say.
                    omitted += _shown(event.sentence if request.retries else "")
                if isinstance(event, Finished):
                    omitted += _shown(requests.suspected(request, event.message))
                    omitted += _shown(await requests.nearest_model(client, request, event.message))
                    return replace(event.message, warnings=(*event.message.warnings, *omitted))
    finally:
        await client.aclose()
    raise AssertionError("a turn ends with Finished")


def _shown(sentence: str) -> list[str]:
    """Say a sentence where there is one, and give it back for the warnings."""
    if sentence:
        say(sentence)
    return [sentence] if sentence else []


def _log(event: TurnEvent) -> None:
    if log.isEnabledFor(logging.DEBUG):
        text = getattr(event, "text", None)
        size = f", {len(text)} characters" if isinstance(text, str) else ""
        log.debug("%s%s", type(event).__name__, size, extra={"content": text})


def _no_reply(provider: str | None, failure: Failure) -> Message:
    """What is reported where no request could be made."""
    return Message(new_id(), None, Role.ASSISTANT, failure=failure, state=State.FAILED, provider=provider)


def report(reply: Message, messages: list[dict[str, Any]] | None) -> dict[str, Any]:
    """The object that ``--json`` prints; its keys are always all there."""
    request = None
    if reply.sent is not None:
        request = {"model": reply.sent.get("model"), "messages": messages, **reply.sent}
    timing = asdict(reply.timing) if reply.timing else dict.fromkeys(_TIMES)
    failure = reply.failure
    return {
        "content": reply.content,
        "reasoning": reply.reasoning,
        "refusal": reply.refusal,
        "finish_reason": reply.finish_reason,
        "native_finish_reason": reply.native_finish_reason,
        "tool_calls": [
            {"id": call.id, "name": call.name, "arguments": call.arguments} for call in reply.tool_calls
        ],
        "logprobs": reply.logprobs,
        "usage": reply.usage,
        "cost": asdict(reply.cost) if reply.cost else None,
        "id": reply.response_id,
        "model": reply.model,
        "created": reply.created,
        "provider": reply.provider,
        "request": request,
        "timing": timing,
        "warnings": [*reply.warnings, *ending_notes.remarks(reply)],
        "annotations": list(reply.annotations),
        "images": list(reply.images),
        "served_by": reply.served_by,
        "service_tier": reply.service_tier,
        "system_fingerprint": reply.system_fingerprint,
        "error": failure
        and {
            "kind": failure.kind,
            "message": failure.message,
            "status": failure.status,
            "retryable": failure.retryable,
        },
    }


_TIMES = ("first_event_s", "first_token_s", "first_answer_s", "total_s")

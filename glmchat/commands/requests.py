"""What `ask` and `code` have in common: the prompt, the request that it makes, and where it is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from glmchat.api.dialect_rows import BY_NAME
from glmchat.api.endpoint import DEFAULT_DIALECT
from glmchat.api.messages import wire_messages
from glmchat.commands.attaching import STANDARD_INPUT
from glmchat.commands.errors import UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.target import Target
from glmchat.commands.terminal import piped_input, say
from glmchat.core import depth, parameters
from glmchat.core.attached import Attached, Contents, contents_of
from glmchat.core.conversation import Message, Role, new_id
from glmchat.support import paths

T = TypeVar("T")

if TYPE_CHECKING:
    from glmchat.api.client import ChatClient
    from glmchat.api.endpoint import Endpoint
    from glmchat.api.learning.learned import Learned
    from glmchat.core.model import Model
    from glmchat.history import Archive
    from glmchat.prompts.template import Template
    from glmchat.turn.request import TurnRequest
    from glmchat.turn.run import Recorder


def prompt_of(call: Call, otherwise: str = "", attached: Sequence[Attached] = (), before: str = "") -> str:
    """What stands `before`, the words of a call, and what was piped in, with blank lines between, else `otherwise`.

    With something attached there need be no words; where that is standard input, it is not piped in as well. Raises
    UsageError where there is nothing to ask.
    """
    words = " ".join(call.words)
    piped = "" if STANDARD_INPUT in call.all("file") else piped_input()
    parts = [part for part in (before, words, piped) if part.strip()]
    if not parts and not otherwise and not attached:
        raise UsageError("There is nothing to ask. Write the prompt after `glmchat ask`, or pipe it in.")
    return "\n\n".join(parts) or otherwise


def system_of(call: Call, target: Target, template: Template | None = None) -> str | None:
    """The system prompt: the flag's, else that of a prompt of the library, else the config file's."""
    given = call.given("system")
    if given is None and template is not None:
        given = template.system
    return given if given is not None else target.settings.chat.system


def with_values_of(target: Target, template: Template | None) -> Target:
    """A target with the values that belong to a prompt of the library; flags win over them."""
    if template is None or not template.values:
        return target
    values = parameters.laid_over(target.values, template.values)
    return replace(target, values=parameters.laid_over(values, target.flags))


def retries_of(call: Call, target: Target) -> int:
    """How many attempts follow the first; raises UsageError."""
    given = call.number("retries", 0, 100, "a whole number from 0 to 100")
    return target.settings.chat.retries if given is None else given


def refuse_contradictions(target: Target) -> None:
    """Raise UsageError for a choice of a tool that is not among the tools."""
    wrong = parameters.contradicted(target.values).get("tool_choice")
    if wrong is not None:
        raise UsageError(f"{wrong}. Give the tool with --tools.")


async def known_of(endpoint: Endpoint, model: str) -> tuple[Learned | None, Model | None]:
    """What the history learned of an endpoint and a model, and what the endpoint's list says; None for nothing."""
    if paths.is_missing(paths.database_file()):
        return None, None
    from glmchat.api.learning.learned import Learned, key_of
    from glmchat.history import Archive

    archive = await Archive.open(paths.database_file())
    try:
        learned = Learned.from_json(await archive.endpoints.learned(key_of(endpoint.base_url, model)))
        return learned, await listed_model(archive, endpoint, model)
    finally:
        await archive.close()


@dataclass
class Record:
    """Where one question and its reply are kept; without an archive, in memory for as long as it takes.

    `message` is the last value of the reply, None while nothing of it was kept. What the history cannot do is
    reported once and never costs the reply.
    """

    archive: Archive | None = None
    inner: Recorder | None = None
    message: Message | None = None
    session_id: int = field(default_factory=new_id)
    _faulty: bool = False

    async def begin(
        self, target: Target, question: Message, system: str | None, attached: Sequence[Attached] = ()
    ) -> None:
        """Open the history and commit the question to it, before anything leaves."""
        await self._tried(self._begin(target, question, system, contents_of(attached)))

    async def _begin(self, target: Target, question: Message, system: str | None, attached: Contents) -> None:
        from glmchat.history import Archive, Session

        self.archive = await Archive.open(paths.database_file(), lambda problem: say(problem.message()))
        session = Session(
            id=self.session_id,
            model=target.model,
            provider=target.provider,
            base_url=target.row.base_url,
            system=system,
            values=dict(target.flags),
        )
        self.archive.create(session)
        self.inner = self.archive.recorder(session.id)
        await self.archive.save(session.id, question, attached=attached)

    async def informed(self, request: TurnRequest) -> TurnRequest:
        """The request with what the history knows of its endpoint: what it refused before, and its prices."""
        return (await self._tried(self._informed(request))) or request

    async def _informed(self, request: TurnRequest) -> TurnRequest:
        if self.archive is None:
            return request
        from glmchat.api.learning.learned import Learned, key_of

        endpoint = request.endpoint
        learned = Learned.from_json(
            await self.archive.endpoints.learned(key_of(endpoint.base_url, request.model))
        )
        model = await listed_model(self.archive, endpoint, request.model)
        if model is None:
            return replace(request, learned=learned)
        return replace(request, learned=learned, price=model.price or request.price, thinking=model.thinking)

    async def spent_since(self, moment: float) -> dict[str, float]:
        """What replies cost since a moment, by currency; nothing where no history is kept."""
        if self.archive is None:
            return {}
        return (await self._tried(self.archive.spending.by_currency(moment))) or {}

    async def learn(self, request: TurnRequest, learned: Learned) -> None:
        """Keep what the endpoint just taught."""
        if self.archive is not None:
            from glmchat.api.learning.learned import key_of

            key = key_of(request.endpoint.base_url, request.model)
            await self._tried(self.archive.endpoints.save_learned(key, learned.to_json()))

    def save_soon(self, message: Message) -> None:
        """Keep a value of the reply within half a second."""
        self.message = message
        if self.inner is not None:
            self.inner.save_soon(message)

    async def save(self, message: Message) -> None:
        """Keep a value of the reply now."""
        self.message = message
        if self.inner is not None:
            await self._tried(self.inner.save(message))

    async def close(self) -> None:
        """Close the history."""
        if self.archive is not None:
            await self._tried(self.archive.close())

    async def _tried(self, work: Awaitable[T]) -> T | None:
        """Do something with the history; a fault is reported once, and the reply goes on without it."""
        try:
            return await work
        except Exception as error:
            told = self.archive is not None and self.archive.problem is not None
            if not self._faulty and not told:
                self._faulty = True
                words = str(error).strip().rstrip(".") or type(error).__name__
                say(f"The history cannot keep this reply: {words}. The reply itself is whole.")
            return None


async def listed_model(archive: Archive, endpoint: Endpoint, model: str) -> Model | None:
    """A model by the list that its endpoint sent last, None where it is not in it."""
    from glmchat.api.models import known_of as imported_model
    from glmchat.api.models import merge
    from glmchat.api.models_dev import KEY

    listed, imported = await archive.endpoints.models(endpoint.base_url), await archive.endpoints.models(KEY)
    told = [] if imported is None else imported.list
    models = merge(listed.list, endpoint, told) if listed is not None else []
    found = next((each for each in models if each.id == model), None)
    return found or (imported_model(model, endpoint, told) if told else None)


def question_of(text: str, attached: Sequence[Attached] = ()) -> Message:
    """The user's message."""
    return Message(new_id(), None, Role.USER, text, attachments=tuple(each.attachment for each in attached))


def wire_of(
    question: Message,
    system: str | None,
    attached: Sequence[Attached] = (),
    prefill: str = "",
    dialect: str = DEFAULT_DIALECT,
) -> list[dict[str, Any]]:
    """The messages of the request, with the beginning of the reply at the end where one is given."""
    messages = wire_messages(BY_NAME[dialect], [question], system, contents=contents_of(attached))
    return [*messages, {"role": "assistant", "content": prefill}] if prefill else messages


def omitted(request: TurnRequest) -> list[str]:
    """Why some of the values are not sent, not as they were given, or on trust, one sentence each."""
    from glmchat.api import dialects

    fitted = dialects.fitted_to(
        request.endpoint, request.values, request.learned, request.model, request.thinking
    )
    known = dialects.ladder_at(request.endpoint, request.model, request.learned, request.thinking).thinking
    tight = depth.tight(fitted.values, known)
    begun = (
        dialects.about_prefill(request.endpoint, fitted.values, known, request.prefill)
        if request.prefill
        else ""
    )
    return [*fitted.omitted.values(), *fitted.warned.values(), *filter(None, (tight, begun))]


async def nearest_model(client: ChatClient, request: TurnRequest, reply: Message) -> str:
    """Which of the endpoint's models may be meant by one that it does not have, a sentence; empty for all else."""
    if reply.failure is None or reply.failure.kind != "not_found" or request.endpoint.demo:
        return ""
    from glmchat.api.errors.tree import ApiError
    from glmchat.api.models import read_models
    from glmchat.core.catalogue import nearest_ids

    try:
        entries = read_models(await client.get_json(request.endpoint, "/models"))
    except ApiError:
        return ""
    ids = [str(entry["id"]) for entry in entries if isinstance(entry.get("id"), str)]
    near = [] if request.model in ids else nearest_ids(request.model, ids)
    return f"The endpoint lists {', '.join(near)}: --model {near[0]} takes the nearest." if near else ""


def suspected(request: TurnRequest, reply: Message) -> str:
    """Which values a refusal may be about that names none, a sentence; empty for every other reply."""
    from glmchat.api import dialects

    if reply.failure is None or not reply.failure.unnamed:
        return ""
    sent = dialects.fitted_to(
        request.endpoint, request.values, request.learned, request.model, request.thinking
    ).values
    shown = [f"{name} = {parameters.BY_NAME[name].format(value)[:60]}" for name, value in sent.items()]
    if not shown:
        return "The endpoint does not say what it refuses; no parameter was sent."
    return f"The endpoint does not say which value it refuses. These were sent: {', '.join(shown)}. Leave some out."

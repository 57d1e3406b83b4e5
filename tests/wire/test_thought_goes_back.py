"""Five turns with tools at strict servers: each thought goes back as the endpoint wants it, or not at all.

The servers refuse what the real ones refuse (see `strict`), and remember what they thought.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from glmchat.api.dialect_rows import TABLE
from glmchat.api.endpoint import Endpoint
from glmchat.core import catalogue
from glmchat.core.thinking import Thinking
from glmchat.history import Archive
from glmchat.workspace import Dependencies, Workspace
from tests.wire.server import DONE, Received, Reply, chunk, plain, serving, usage
from tests.wire.strict import ENDPOINTS
from tests.workspace.watching import Watch

Json = dict[str, Any]
MODEL = "glm-4.7"
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
# The questions that call a tool before they are answered.
CALLING = (2, 4)


def thought(number: int) -> str:
    """Spaces at the ends, line breaks, marks, other scripts and a cluster: nothing of it may change."""
    return f'\n  Step {number}: «思考» \u2028 <think> \t"a\\b" 🧵\u200d {number}\n\n'


def halves(text: str) -> tuple[str, str]:
    return text[: len(text) // 2], text[len(text) // 2 :]


def details(number: int) -> list[Json]:
    """What OpenRouter sends of a thought: its text with a signature, what is sealed, and members of its own."""
    return [
        {"type": "reasoning.text", "index": 0, "format": "anthropic-claude-v1", "text": thought(number),
         "signature": f"c2lnLXRleHQ{number}==", "id": f"text-{number}"},
        {"type": "reasoning.encrypted", "index": 1, "format": "openai-responses-v1", "data": f"gAAAA{number}\u2028=",
         "id": f"rs_{number}", "more": {"kept": [number, None, " "]}},
    ]  # fmt: skip


def split_details(entries: list[Json]) -> list[Json]:
    """Deltas that bring them in pieces, the text beside them once more, and the signature alone at the end."""
    text, *sealed = entries
    first, second = halves(text["text"])
    start = {key: text[key] for key in ("type", "index", "format")}
    return [
        {"reasoning": first, "reasoning_details": [{**start, "text": first}]},
        {"reasoning": second, "reasoning_details": [{**start, "text": second, "id": text.get("id")}]},
        *(
            [{"reasoning_details": [{**start, "signature": text["signature"]}]}]
            if "signature" in text
            else []
        ),
        *({"reasoning_details": [each]} for each in sealed),
    ]


def of_minimax(number: int) -> list[Json]:
    return [
        {"type": "reasoning.text", "index": 0, "format": "MiniMax-response-v1", "text": thought(number),
         "id": f"reasoning-text-{number}"},
    ]  # fmt: skip


def typed(number: int) -> list[Json]:
    return [{"type": "thinking", "thinking": [{"type": "text", "text": thought(number)}]}]


@dataclass(frozen=True)
class Way:
    """How an endpoint sends a thought, as deltas, and what of it must stand in its message afterwards."""

    deltas: Callable[[int], list[Json]]
    member: str
    wanted: Callable[[int], Any]


def plainly(member: str) -> Way:
    return Way(lambda number: [{member: each} for each in halves(thought(number))], member, thought)


def as_parts(number: int) -> list[Json]:
    parts = (
        {"type": "thinking", "thinking": [{"type": "text", "text": each}]} for each in halves(thought(number))
    )
    return [{"content": [part]} for part in parts]


WAYS = {
    "wcode": Way(lambda number: split_details(details(number)), "reasoning_details", details),
    "zai": plainly("reasoning_content"),
    "zai-plan": plainly("reasoning_content"),
    "vllm": plainly("reasoning"),
    "sglang": plainly("reasoning_content"),
    "llamacpp": plainly("reasoning_content"),
    "ollama": plainly("reasoning"),
    "deepseek": plainly("reasoning_content"),
    "moonshot": plainly("reasoning_content"),
    "dashscope": plainly("reasoning_content"),
    "mistral": Way(as_parts, "content", typed),
    "minimax": Way(lambda number: split_details(of_minimax(number)), "reasoning_details", of_minimax),
}
# An endpoint of OpenRouter's kind that sends no details.
BARE = plainly("reasoning")


def blocks(number: int) -> list[Json]:
    """What LiteLLM hands on of Claude's thought, which wants its signature back between a call and its result."""
    return [
        {"type": "thinking", "thinking": thought(number), "signature": f"EqoB{number}=="},
        {"type": "redacted_thinking", "data": f"sealed {number}"},
    ]


def split_blocks(number: int) -> list[Json]:
    text, sealed = blocks(number)
    first, second = halves(text["thinking"])
    return [
        *(
            {
                "reasoning_content": each,
                "thinking_blocks": [{"type": "thinking", "thinking": each, "signature": None}],
            }
            for each in (first, second)
        ),
        {"thinking_blocks": [{"type": "thinking", "thinking": "", "signature": text["signature"]}]},
        {"thinking_blocks": [sealed]},
    ]


LITELLM = Way(split_blocks, "thinking_blocks", blocks)


class Thinker:
    """A strict server: it calls a tool for some questions, and notes what stands of its thoughts in each request."""

    def __init__(self, dialect: str, way: Way) -> None:
        self.dialect, self.way = dialect, way
        self.refused: list[str] = []
        self.bodies: list[Json] = []
        self.replies = 0

    def answer(self, request: Received) -> Reply:
        if request.method == "GET":
            return plain(200, {"data": [{"id": MODEL}]})
        body = request.body
        self.bodies.append(body)
        if wrong := ENDPOINTS[self.dialect](body, catalogue.known(MODEL).thinking or Thinking()):
            self.refused.append(wrong)
            return plain(400, {"error": {"message": wrong}})
        questions = sum(each["role"] == "user" for each in body["messages"])
        calls = questions in CALLING and body["messages"][-1]["role"] == "user"
        self.replies += 1
        call = {
            "index": 0,
            "id": f"c{questions}",
            "type": "function",
            "function": {"name": "look", "arguments": "{}"},
        }
        said = {"tool_calls": [call]} if calls else {"content": self.said(f"Answer {questions}")}
        deltas = [*self.way.deltas(self.replies), said]
        ended = chunk({}, "tool_calls" if calls else "stop")
        return Reply([*map(chunk, deltas), ended, usage(), DONE], keep_alive=True)

    def said(self, text: str) -> Any:
        return [{"type": "text", "text": text}] if self.way.member == "content" else text

    def back(self, body: Json) -> list[Any]:
        """What came back of each thought, None for none."""
        return [self._of(each) for each in body["messages"] if each["role"] == "assistant"]

    def _of(self, message: Json) -> Any:
        if self.way.member != "content":
            known = {"reasoning", "reasoning_content", "reasoning_details", "thinking_blocks"}
            strange = known & message.keys() - {self.way.member}
            assert not strange
            return message.get(self.way.member)
        parts = message["content"] if isinstance(message["content"], list) else []
        return [part for part in parts if part["type"] == "thinking"] or None


@asynccontextmanager
async def chatting(thinker: Thinker, folder: Path) -> AsyncIterator[tuple[Workspace, Watch]]:
    """A workspace whose endpoint is the server, with a tool at hand."""
    async with serving(thinker.answer) as server:
        # OpenRouter alone is told to keep thoughts; here the server stands for it.
        overrides = {"preserves_at": ["127.0.0.1"]} if thinker.dialect == "wcode" else {}
        endpoint = Endpoint("strict", server.base_url, thinker.dialect, overrides=overrides)
        archive = await Archive.open(folder / "history.db")
        workspace = Workspace(Dependencies(archive, {"strict": endpoint}, "strict", MODEL))
        await workspace.start()
        workspace.tuning.set_value("tools", [TOOL])
        try:
            yield workspace, Watch(workspace)
        finally:
            await workspace.aclose()


async def five_turns(workspace: Workspace, watch: Watch) -> None:
    replies = 0
    for number in range(1, 6):
        workspace.replies.send(f"Question {number}")
        await watch.replies(replies := replies + 1)
        if number in CALLING:
            workspace.replies.give_tool_result(f"c{number}", f"found {number}")
            await watch.replies(replies := replies + 1)


# Which of the replies, 1 to 7, stand in a turn that calls a tool.
IN_TOOL_TURNS = (2, 3, 5, 6)


@pytest.mark.parametrize("keep", [True, None, False])
@pytest.mark.parametrize("dialect", WAYS)
async def test_over_five_turns_every_thought_goes_back_as_it_came(
    tmp_path: Path, dialect: str, keep: bool | None
) -> None:
    way = WAYS[dialect]
    thinker = Thinker(dialect, way)
    async with chatting(thinker, tmp_path) as (workspace, watch):
        if keep is not None:
            workspace.tuning.set_value("reasoning_preserve", keep)
        await five_turns(workspace, watch)
        await workspace.settle()
    assert thinker.refused == []
    assert len(thinker.bodies) == 7
    everything = keep or (keep is None and dialect == "zai-plan")
    for count, body in enumerate(thinker.bodies):
        wanted = [
            way.wanted(number) if everything or number in IN_TOOL_TURNS else None
            for number in range(1, count + 1)
        ]
        # The call whose result is still to come stands in the turn, too.
        assert thinker.back(body) == wanted


def test_no_dialect_in_which_thought_goes_back_is_missing_here() -> None:
    assert {row.name for row in TABLE if row.send_back} == WAYS.keys()


@pytest.mark.parametrize("way", [BARE, LITELLM])
async def test_a_gateway_gets_a_thought_back_in_the_field_that_it_came_in(tmp_path: Path, way: Way) -> None:
    thinker = Thinker("wcode", way)
    async with chatting(thinker, tmp_path) as (workspace, watch):
        workspace.tuning.set_value("reasoning_preserve", True)
        await five_turns(workspace, watch)
    assert thinker.back(thinker.bodies[-1]) == [way.wanted(number) for number in range(1, 7)]
    assert thinker.bodies[-1]["reasoning"] == {"context": "all_turns"}


@pytest.mark.parametrize("dialect", WAYS)
async def test_an_edit_another_model_or_another_provider_gets_no_thought(
    tmp_path: Path, dialect: str
) -> None:
    thinker = Thinker(dialect, WAYS[dialect])
    async with chatting(thinker, tmp_path) as (workspace, watch):
        workspace.tuning.set_value("reasoning_preserve", True)
        session = workspace.current
        workspace.replies.send("Question 1")
        await watch.replies(1)
        own, model = session.endpoint, session.model

        async def goes_back() -> list[Any]:
            return thinker.back((await workspace.requests.preview("more")).body)

        assert await goes_back() == [WAYS[dialect].wanted(1)]
        session.endpoint = replace(own, name="elsewhere")
        assert await goes_back() == [None]
        session.endpoint, session.model = own, catalogue.known("glm-4.6")
        assert await goes_back() == [None]
        session.model = model
        reply = session.last_reply()
        assert reply is not None
        workspace.tree.edit(reply.id, "Another answer")
        assert await goes_back() == [None]


@pytest.mark.parametrize("dialect", WAYS)
async def test_what_was_read_from_the_disk_goes_back_as_it_came(tmp_path: Path, dialect: str) -> None:
    thinker = Thinker(dialect, WAYS[dialect])
    async with chatting(thinker, tmp_path) as (workspace, watch):
        workspace.tuning.set_value("reasoning_preserve", True)
        workspace.replies.send("Question 1")
        await watch.replies(1)
        await workspace.settle()
        id = workspace.current.id
        again = Workspace(
            replace(workspace.shared.dependencies, archive=await Archive.open(tmp_path / "history.db"))
        )
        await again.start()
        await again.sessions.open(id)
        body = (await again.requests.preview("more")).body
        await again.aclose()
    assert thinker.back(body) == [WAYS[dialect].wanted(1)]

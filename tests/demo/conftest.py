"""The built-in model through httpx, at full speed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from glmchat import demo


class Demo:
    """Asks the built-in model, whole or streamed."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def post(self, body: dict[str, Any]) -> httpx.Response:
        return await self.http.post("/chat/completions", json=body)

    def body(self, prompt: str | list[dict[str, Any]], **values: Any) -> dict[str, Any]:
        messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
        return {"model": demo.MODEL_ID, "messages": messages, **values}

    async def ask(self, prompt: str | list[dict[str, Any]], **values: Any) -> dict[str, Any]:
        response = await self.post(self.body(prompt, **values))
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def say(self, prompt: str | list[dict[str, Any]], **values: Any) -> str:
        """The content of a reply without a thought."""
        answer = await self.ask(prompt, **{"reasoning": {"enabled": False}, **values})
        return str(answer["choices"][0]["message"]["content"])

    async def refuse(self, body: dict[str, Any], status: int = 400) -> dict[str, Any]:
        response = await self.post(body)
        assert response.status_code == status, response.text
        error: dict[str, Any] = response.json()["error"]
        return error

    async def chunks(self, prompt: str, **values: Any) -> list[dict[str, Any]]:
        """The events of a stream, `[DONE]` checked and left out."""
        async with self.http.stream(
            "POST", "/chat/completions", json=self.body(prompt, stream=True, **values)
        ) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            text = (await response.aread()).decode()
        lines = [line for line in text.split("\n\n") if line and not line.startswith(":")]
        assert lines[-1] == "data: [DONE]"
        return [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]


@pytest.fixture
async def model() -> AsyncIterator[Demo]:
    async with httpx.AsyncClient(
        transport=demo.transport(tokens_per_second=None), base_url=demo.BASE_URL
    ) as http:
        yield Demo(http)

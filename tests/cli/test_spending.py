"""What `glmchat sessions cost` adds up."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import pytest

from glmchat.core.conversation import Cost, Message, Role, State, new_id
from glmchat.history import Archive, Session
from glmchat.support import paths
from tests.cli.conftest import Run
from tests.wire.server import DONE, Reply, chunk, serving_in_thread, usage

Kept = tuple[str, str, Cost | None, str]
REPLIES: list[Kept] = [
    ("glm-5.2", "zai", Cost(0.25, "USD"), "2026-03-01"),
    ("glm-5.2", "zai", Cost(0.5, "USD"), "2026-03-02"),
    ("z-ai/glm-4.5", "wcode", Cost(1.5, "CNY"), "2026-03-02"),
    ("z-ai/glm-4.6v", "wcode", Cost(0.0, "CNY"), "2026-03-03"),
    ("local", "vllm", None, "2026-03-03"),
]


@pytest.fixture
def spent(home: Path) -> None:
    async def keep() -> None:
        archive = await Archive.open(paths.database_file())
        session = Session()
        archive.create(session)
        for model, provider, cost, day in REPLIES:
            at = datetime.fromisoformat(f"{day}T12:00").astimezone().timestamp()
            reply = Message(
                new_id(),
                None,
                Role.ASSISTANT,
                "Fine.",
                model=model,
                provider=provider,
                cost=cost,
                created_at=at,
            )
            await archive.save(session.id, reply)
        failed = Message(new_id(), None, Role.ASSISTANT, state=State.FAILED, model="glm-5.2", provider="zai")
        await archive.save(session.id, failed)
        await archive.close()

    asyncio.run(keep())


def row(name: str, value: str, currency: str | None, amount: float | None, replies: int) -> dict[str, object]:
    return {name: value, "currency": currency, "amount": amount, "replies": replies}


def test_models_are_added_up_each_currency_for_itself(run: Run, spent: None) -> None:
    ran = run("sessions", "cost", "--json")
    assert ran.json == [
        row("model", "z-ai/glm-4.5", "CNY", 1.5, 1),
        row("model", "z-ai/glm-4.6v", "CNY", 0.0, 1),
        row("model", "glm-5.2", "USD", 0.75, 2),
        row("model", "local", None, None, 1),
    ]


def test_days_and_providers_are_added_up_too(run: Run, spent: None) -> None:
    assert run("sessions", "cost", "--by", "day", "--json", "--since", "2026-03-02").json == [
        row("day", "2026-03-02", "CNY", 1.5, 1),
        row("day", "2026-03-02", "USD", 0.5, 1),
        row("day", "2026-03-03", "CNY", 0.0, 1),
        row("day", "2026-03-03", None, None, 1),
    ]
    providers = run("sessions", "cost", "--by", "provider", "--json").json
    assert [(each["provider"], each["amount"]) for each in providers] == [
        ("wcode", 1.5),
        ("zai", 0.75),
        ("vllm", None),
    ]


def test_people_see_bars_and_the_sums(run: Run, spent: None) -> None:
    lines = run("sessions", "cost").out.splitlines()
    assert lines[0].split() == ["model", "replies", "cost"]
    assert lines[1].endswith("1.5000 CNY  " + "█" * 24)
    assert lines[2].endswith("0.0000 CNY")
    assert lines[-1] == "Together: 1.5000 CNY, 0.7500 USD, 1 reply of unknown cost"


@pytest.mark.parametrize(
    ("flags", "word"),
    [(("--by", "week"), "model, day, provider"), (("--since", "soon"), "--since: takes a date")],
)
def test_a_wrong_way_or_date_is_told(run: Run, flags: tuple[str, ...], word: str) -> None:
    ran = run("sessions", "cost", *flags)
    assert (ran.status, word in ran.err) == (2, True)


def test_no_history_costs_nothing(run: Run, home: Path) -> None:
    assert run("sessions", "cost", "--json").json == []
    assert run("sessions", "cost").status == 0
    assert not (home / "data").exists()


def test_a_check_counts_in_what_was_spent(run: Run) -> None:
    run("check", "--demo")
    assert run("sessions", "cost", "--json").json == []
    reply = Reply([chunk({"content": "one"}), chunk({}, "stop"), usage(1000, 500), DONE])
    with serving_in_thread(reply) as server:
        run("check", "--base-url", server.base_url, "--model", "z-ai/glm-4.5")
    (spent,) = run("sessions", "cost", "--json").json
    assert (spent["replies"], spent["amount"]) == (3, pytest.approx(3 * 0.0155))

"""What version 0.1.0 wrote opens unchanged: its history, its configuration, its keys and its credentials."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from glmchat import config
from glmchat.api.learning.learned import Learned, key_of
from glmchat.config.credentials import Credentials
from glmchat.config.values import Provider
from glmchat.core.conversation import Role, State
from glmchat.history import Archive
from glmchat.history.maintenance.verify import verify
from glmchat.tui.commands import registry

WRITTEN = Path(__file__).parent / "v0_1_0"
WCODE = "https://wcode.net/api/gpt/v1"


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "history.db"
    path.write_bytes(gzip.decompress((WRITTEN / "history.db.gz").read_bytes()))
    return path


async def test_the_history_holds_every_message_with_all_that_belongs_to_it(history: Path) -> None:
    archive = await Archive.open(history)
    assert archive.problem is None
    (row,) = await archive.sessions()
    assert (row.title, row.tags, row.pinned) == ("稳定排序 and branches", ("work", "排序"), True)
    session, conversation = await archive.load(row.id)
    assert session.values == {"temperature": 0.6, "stop": ["\n\n"], "reasoning": True}
    assert (session.unset, session.system, session.base_url) == (("top_p",), "Be brief.", WCODE)
    path = [conversation.loaded[node.id] for node in conversation.path()]
    assert [message.role for message in path] == [
        Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT, Role.TOOL, Role.ASSISTANT,
    ]  # fmt: skip
    reply, calling, refusing = path[1], path[3], path[5]
    assert (reply.content, reply.reasoning) == ("Equal keys keep **their order**.", "Simple.")
    assert reply.usage == {"prompt_tokens": 12, "completion_tokens": 30}
    assert reply.cost is not None
    assert (reply.cost.amount, reply.cost.currency) == (0.0043, "CNY")
    assert reply.timing is not None
    assert reply.timing.total_s == 1.5
    assert calling.tool_calls[0].arguments == '{"city": "北京"}'
    assert (refusing.refusal, refusing.warnings) == ("I cannot say.", ("odd",))
    siblings = conversation.children(path[0].id)
    (cut,) = await archive.messages([siblings[1]])
    assert (cut.content, cut.state) == ("Cut in the mid", State.CUT)
    assert cut.failure is not None
    assert cut.failure.kind == "cut"
    await archive.close()
    assert verify(history) == []


async def test_the_history_keeps_its_small_things(history: Path) -> None:
    archive = await Archive.open(history)
    (row,) = await archive.sessions()
    assert await archive.drafts.get(None) == "a draft of no session"
    assert await archive.drafts.get(row.id) == "half a sentence 半句"
    assert await archive.prompts.recent() == ["What is a stable sort?"]
    assert await archive.count(in_bin=True) == 1
    learned = Learned.from_json(await archive.endpoints.learned(key_of(WCODE, "z-ai/glm-4.5")))
    assert (dict(learned.refused), learned.no_stream_options, learned.logprobs) == (
        {"top_a": "This endpoint refuses it."},
        True,
        False,
    )
    models = await archive.endpoints.models(WCODE)
    assert models is not None
    assert [entry["id"] for entry in models.list] == ["z-ai/glm-4.5"]
    assert len(await archive.search.find("稳定 in:text")) == 1
    await archive.close()


def test_the_configuration_says_what_it_said() -> None:
    read = config.load(WRITTEN / "config.toml")
    assert (read.chat.provider, read.chat.model) == ("cluster", "zai-org/GLM-4.5")
    assert read.chat.system == "Answer in plain words."
    assert (read.screen.theme, read.screen.language) == ("ink", "zh")
    assert read.parameters["temperature"] == 0.7
    assert read.parameters["logit_bias"] == {"1234": -100}
    assert read.models["z-ai/glm-4.5"] == {"temperature": 0.6, "top_p": 0.95}
    assert read.providers["cluster"].base_url == "http://127.0.0.1:8000/v1"
    assert read.providers["vault"].api_key_env == "VAULT_KEY"
    assert read.presets["brief"].system == "Be brief."


def test_its_keys_run_the_commands_that_they_ran() -> None:
    read = config.load(WRITTEN / "config.toml")
    keymap = registry.keymap(read.keys)
    assert keymap.problems == ()
    assert keymap.keys["copy-reply"] == ("f10",)
    assert keymap.keys["toggle-reasoning"] == ("ctrl+r", "f8")
    assert keymap.command["f9"].formerly == "settings"
    assert keymap.keys["find"] == ()


def test_its_credentials_go_to_their_hosts_and_to_no_other(tmp_path: Path) -> None:
    path = tmp_path / "credentials.toml"
    shutil.copy(WRITTEN / "credentials.toml", path)
    path.chmod(0o600)
    credentials = Credentials(path, {})
    wcode = credentials.find("wcode", Provider(WCODE), WCODE)
    assert wcode is not None
    assert wcode.reveal() == "sk-released-0-1-0"
    cluster = credentials.find("cluster", Provider("http://127.0.0.1:8000/v1"), "http://127.0.0.1:8000/v1")
    assert cluster is not None
    assert cluster.reveal() == "sk-cluster-0-1-0"
    assert credentials.find("wcode", Provider(WCODE), "https://elsewhere.example/v1") is None

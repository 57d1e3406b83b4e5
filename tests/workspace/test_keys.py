from dataclasses import replace

import pytest

from glmchat.api.endpoint import Secret
from glmchat.api.errors.tree import ApiError
from glmchat.config.credentials import CredentialsError, LateSecret
from glmchat.core.conversation import State
from glmchat.workspace import Workspace
from tests.scripted import Piece, Script, delta, finish, usage
from tests.workspace.watching import Watch

KEY = "sk-0123456789"


@pytest.fixture(autouse=True)
def safe(workspace: Workspace) -> None:
    workspace.endpoints["test"] = replace(workspace.endpoints["test"], base_url="https://scripted.invalid/v1")


def refused(status: int, words: str) -> list[Piece]:
    return [{"status": status, "body": {"error": {"message": words}}}]


async def test_a_key_is_tried_as_this_kind_of_endpoint_wants_it(workspace: Workspace, script: Script) -> None:
    workspace.endpoints["test"] = replace(workspace.endpoints["test"], dialect="openai")
    script.scripts = [[delta(content="Hello"), finish(), usage(1000, 500)]]
    await workspace.models.try_key("test", KEY)
    body = script.bodies[0]
    assert (body["model"], body["max_completion_tokens"], body["stream"]) == ("z-ai/glm-4.5", 1, True)
    assert workspace.endpoints["test"].key is None


async def test_a_provider_that_is_not_asked_yet_is_tried_with_its_own_model(
    workspace: Workspace, script: Script
) -> None:
    workspace.endpoints["other"] = replace(workspace.endpoints["test"], name="other", model="other-chat")
    script.scripts = [[finish(), usage(1000, 500)]]
    await workspace.models.try_key("other", KEY)
    assert script.bodies[0]["model"] == "other-chat"


@pytest.mark.parametrize("status", [400, 404])
async def test_an_endpoint_that_has_no_such_model_took_the_key(
    workspace: Workspace, script: Script, status: int
) -> None:
    script.scripts = [refused(status, "no such model")]
    await workspace.models.try_key("test", KEY)


async def test_a_key_that_is_refused_is_told(workspace: Workspace, script: Script) -> None:
    script.scripts = [refused(401, "bad key")]
    with pytest.raises(ApiError) as raised:
        await workspace.models.try_key("test", KEY)
    assert raised.value.failure.kind == "auth"


async def test_a_key_that_cannot_be_fetched_fails_the_reply_and_the_list_of_models(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    def nobody() -> Secret:
        raise CredentialsError(
            "api_key_command (pass) ended with status 1 and no key. Run it by hand to see why."
        )

    late = replace(workspace.endpoints["test"], key=LateSecret(nobody))
    workspace.endpoints["test"] = workspace.current.endpoint = late
    workspace.replies.send("hello")
    await watch.replies(1)
    message = workspace.current.last_reply()
    assert message is not None
    assert message.failure is not None
    assert (message.state, message.failure.kind, message.sent) == (State.FAILED, "auth", None)
    assert "api_key_command" in message.failure.message
    with pytest.raises(ApiError, match="api_key_command"):
        await workspace.models.listed("test", refresh=True)
    assert script.bodies == []

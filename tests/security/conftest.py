"""The workspace on a scripted endpoint, as its own tests have it."""

from tests.workspace.conftest import reopen, script, watch, workspace

__all__ = ["reopen", "script", "watch", "workspace"]

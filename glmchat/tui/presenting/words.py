"""Words for who speaks and for how a message ended, wherever they are shown."""

from __future__ import annotations

from glmchat.core.conversation import Role, State

SPEAKERS = {Role.USER: "You", Role.SYSTEM: "System", Role.TOOL: "Tool result", Role.ASSISTANT: "Reply"}
# Where there is little room, and a reply stands beside its prompt.
SHORT_SPEAKERS = SPEAKERS | {Role.TOOL: "Tool", Role.ASSISTANT: "Model"}
# A message that is complete needs no word.
ENDINGS = {State.STOPPED: "stopped", State.CUT: "cut off", State.FAILED: "failed"}

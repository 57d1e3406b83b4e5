"""Words for who speaks and for how a message ended, wherever they are shown."""

from __future__ import annotations

from glmchat.core.conversation import Role, State

SPEAKERS = {Role.USER: "You", Role.SYSTEM: "System", Role.TOOL: "Tool result", Role.ASSISTANT: "Reply"}
# Where there is little room, and a reply stands beside its prompt.
SHORT_SPEAKERS = SPEAKERS | {Role.TOOL: "Tool", Role.ASSISTANT: "Model"}
# A message that is complete needs no word.
ENDINGS = {State.STOPPED: "stopped", State.CUT: "cut off", State.FAILED: "failed"}

# What each kind of error is called above the server's own words.
HEADINGS = {
    "auth": "Key not accepted", "credit": "No credit left", "forbidden": "Not allowed", "not_found": "Not found",
    "bad_request": "Request refused", "too_large": "Too long", "rate_limit": "Too many requests",
    "server": "The endpoint failed", "network": "No connection", "cut": "The reply was cut off",
    "protocol": "Not a chat API", "budget": "Budget used up", "interrupted": "Interrupted",
}  # fmt: skip

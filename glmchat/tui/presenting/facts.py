"""What header and sidebar say, worked out from the workspace."""

from __future__ import annotations

from dataclasses import replace

from glmchat.core import pricing
from glmchat.tui.widgets.bars.header import HeaderFacts
from glmchat.tui.widgets.sidebar.state import SidebarState
from glmchat.workspace import Workspace
from glmchat.workspace.slash.replies import changed_since


def header_facts(workspace: Workspace, prompt: str = "") -> HeaderFacts:
    """The line at the top for the session that is open, with what is typed and what a reply has come to so far."""
    session = workspace.current
    use = workspace.requests.context()
    pending = workspace.requests.tokens_of([prompt]) if prompt.strip() and not prompt.startswith("/") else 0
    if session.running is not None:
        pending += session.running.reply.content_tokens
    use = replace(use, tokens=use.tokens + pending, estimated=use.estimated or pending > 0)
    return HeaderFacts(
        title=session.title,
        model=session.model.wire_id,
        provider=session.endpoint.title,
        demo=session.endpoint.demo,
        incognito=session.incognito,
        saving=workspace.saving,
        thinking=workspace.depths.now,
        thinking_means=workspace.depths.about(workspace.depths.now),
        tokens=use.tokens,
        window=use.window,
        estimated=use.estimated,
        near=use.near,
        overflow=use.would_overflow,
        dropping=use.dropping and use.would_overflow,
        costs=workspace.requests.session_cost(),
        cost_known=session.model.price is not None or session.endpoint.demo,
        rates="" if session.endpoint.demo else pricing.rates(session.model.price),
    )


def _adapted(workspace: Workspace) -> dict[str, str]:
    """What is sent as another value or not at all, and a limit that the thought may use up."""
    tight = workspace.depths.tight()
    return {**workspace.models.adapted(), **({"max_tokens": tight} if tight else {})}


def sidebar_state(workspace: Workspace) -> SidebarState:
    """Every parameter as it stands for the next request."""
    session = workspace.current
    use = workspace.requests.context()
    last = session.last_reply()
    settings = last.settings if last is not None else None
    seed = (last.sent or {}).get("seed") if last is not None else None
    return SidebarState(
        values=session.values.plain(),
        sources={name: setting.source for name, setting in session.values.settings.items()},
        last=settings,
        changed=tuple(changed_since(session, last)) if last is not None else (),
        recommended=session.model.recommended,
        disabled=workspace.models.omitted(),
        adapted=_adapted(workspace),
        ranges=workspace.models.ranges(),
        token_limit=max(1, use.window - use.tokens) if use.window is not None else None,
        system=session.system,
        last_seed=seed if isinstance(seed, int) else None,
        preset=session.preset or "",
        depths=workspace.depths.scale(),
        abouts={
            place: about for place in workspace.depths.scale() if (about := workspace.depths.about(place))
        },
    )

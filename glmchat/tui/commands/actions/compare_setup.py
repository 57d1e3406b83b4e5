"""The dialog that asks what a comparison varies, and what may follow its slash commands."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from glmchat.core.parameters import BY_NAME, TABLE, Parameter
from glmchat.core.parameters.kind import Kind
from glmchat.tui.commands.actions.tune import parameter_offers
from glmchat.tui.commands.actions.variants import confirm, prompt_of, refusals, send
from glmchat.tui.commands.dispatch import presenter_of
from glmchat.tui.widgets.prompt.slash import Offer
from glmchat.workspace.comparisons import UNSET
from glmchat.workspace.slash.compare import KINDS, describe, model_variants_of, preset_variants_of

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.workspace import Variant, Workspace


async def ask(app: ChatApp) -> None:
    """Ask what should vary, then how."""
    from glmchat.tui.screens.choose import ChooseScreen
    from glmchat.tui.widgets.lists.choices import Row

    workspace = presenter_of(app).workspace
    with refusals():
        workspace.comparisons.check_free()
    rows: list[Row[str | Parameter]] = [Row(name, name, about) for name, about in KINDS.items()]
    rows += [Row(row, row.name, row.help, group=row.group.value) for row in TABLE]
    chosen = await app.ask(ChooseScreen("Compare: what should differ?", rows))
    if isinstance(chosen, Parameter):
        await values(app, chosen)
    elif chosen == "presets":
        await presets(app)
    elif chosen == "models":
        await models(app)
    elif chosen is not None:
        await confirm(app, workspace.comparisons.reasoning_variants(), "")


def suggestion(row: Parameter) -> str:
    """Values to begin with: three over the range of a number, both ways of a switch."""
    if row.kind is Kind.SWITCH:
        return "on off"
    if not row.numeric:
        return " ".join(row.choices)
    low, high = row.minimum or 0, row.maximum or row.track or 10
    return " ".join(
        f"{row.validate(_rounded(row, low + (high - low) * share)):g}" for share in (0, 0.35, 0.7)
    )


def _rounded(row: Parameter, value: float) -> float:
    return round(value) if row.kind is Kind.INTEGER else round(value, 2)


async def values(app: ChatApp, row: Parameter) -> None:
    """Ask for the values of a parameter."""
    from glmchat.tui.screens.compare_setup import PickScreen, ValuesScreen

    workspace = presenter_of(app).workspace
    prompt, shown = prompt_of(app, "")
    title = f"Compare: {row.name}, {row.allowed()}"

    def build(texts: Sequence[str]) -> list[Variant]:
        return workspace.comparisons.sweep(row.name, texts)

    def tell(variants: list[Variant]) -> str:
        return describe(workspace, variants, prompt)

    if row.kind in (Kind.SWITCH, Kind.CHOICE):
        choices = row.choices or ("on", "off")
        rows = [*((each, "") for each in choices), (UNSET, "not sent")]
        variants = await app.ask(PickScreen(title, shown, build, tell, rows, choices))
    else:
        variants = await app.ask(ValuesScreen(title, shown, build, tell, suggestion(row), _lenient))
    if variants:
        await send(app, variants, prompt)


def _lenient(text: str) -> list[str]:
    """The words of a text that is still being written."""
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


async def presets(app: ChatApp) -> None:
    """Ask for the presets."""
    rows = [(each.name, each.about) for each in presenter_of(app).workspace.presets]
    await _pick(app, "Compare: presets", rows, preset_variants_of)


async def models(app: ChatApp) -> None:
    """Ask for the models."""
    rows = [(name, "") for name in _model_names(presenter_of(app).workspace)]
    await _pick(app, "Compare: models and providers", rows, model_variants_of)


async def _pick(
    app: ChatApp,
    title: str,
    rows: list[tuple[str, str]],
    variants_of: Callable[[Workspace, Sequence[str]], list[Variant]],
) -> None:
    from glmchat.tui.screens.compare_setup import PickScreen

    workspace = presenter_of(app).workspace
    prompt, shown = prompt_of(app, "")

    def build(names: Sequence[str]) -> list[Variant]:
        return variants_of(workspace, names)

    def tell(variants: list[Variant]) -> str:
        return describe(workspace, variants, prompt)

    variants = await app.ask(PickScreen(title, shown, build, tell, rows))
    if variants:
        await send(app, variants, prompt)


def _model_names(workspace: Workspace) -> list[str]:
    """Every model that is known, as PROVIDER:MODEL, the session's own first."""
    session = workspace.current
    names = [f"{session.endpoint.name}:{session.model.wire_id}"]
    for provider in workspace.endpoints:
        names += [f"{provider}:{model.id}" for model in workspace.models.known_models(provider) if model.id]
    return list(dict.fromkeys(names))


# -- what may follow


def complete_sweep(app: ChatApp, typed: str) -> list[Offer]:
    """Offer the parameters, then values to begin with."""
    name, space, values = typed.partition(" ")
    if not space:
        return parameter_offers("sweep", name)
    row = BY_NAME.get(name)
    if row is None or values or not suggestion(row):
        return []
    return [Offer(f"/sweep {name} {suggestion(row)}", suggestion(row), "Values to begin with")]


def complete_compare(app: ChatApp, typed: str) -> list[Offer]:
    """Offer what can be compared, then the presets or models one after the other."""
    kind, space, rest = typed.partition(" ")
    if not space:
        return [
            Offer(
                f"/compare {name}" + ("" if name == "reasoning" else " "),
                name,
                about,
                complete=name == "reasoning",
            )
            for name, about in KINDS.items()
            if name.startswith(kind)
        ]
    workspace = presenter_of(app).workspace
    names = [each.name for each in workspace.presets] if kind == "presets" else []
    names = _model_names(workspace) if kind == "models" else names
    *before, last = rest.split(" ")
    start = " ".join(["/compare", kind, *before])
    return [
        Offer(f"{start} {_quoted(name)} ", name, "", complete=len(before) > 0)
        for name in names
        if name.startswith(last) and name not in before
    ][:200]


def _quoted(name: str) -> str:
    return shlex.quote(name) if " " in name else name

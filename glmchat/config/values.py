"""The settings as plain values; each field that stands in the config file carries its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from glmchat.api.endpoint import DEFAULT_DIALECT, Timeouts
from glmchat.config import rows
from glmchat.config.rows import key
from glmchat.core import catalogue
from glmchat.core.budget import Limits
from glmchat.core.preferences import Preferences

_DEFAULTS = Preferences()
_TIMEOUTS = Timeouts()


@dataclass(frozen=True, slots=True)
class Chat:
    """``[chat]``: the provider, model and patience of a new session."""

    provider: str = key(catalogue.DEFAULT_PROVIDER, rows.name, "The provider that a new session starts with.")
    model: str | None = key(
        None, rows.name, "The model that a new session starts with.", example='"z-ai/glm-4.5"'
    )
    system: str | None = key(
        None, rows.text, "The system prompt of new sessions.", example='"Answer in plain words."'
    )
    retries: int = key(
        _DEFAULTS.retries,
        rows.whole(0, 20),
        "How often a failed request is tried again before any text came.",
    )
    retry_after_limit_s: float = key(
        _DEFAULTS.retry_after_limit_s,
        rows.seconds(86_400),
        "The longest wait that a server may ask for before the next try.",
    )
    titles_by_model: bool = key(
        _DEFAULTS.titles_by_model,
        rows.switch,
        "Ask the model for a session's title, with one small request of its own.",
    )
    unanswered: str = key(
        _DEFAULTS.unanswered,
        rows.choice("merge", "leave-out"),
        "A question without an answer is sent with the next one (merge) or not at all (leave-out).",
    )
    picture_pixels: int = key(
        _DEFAULTS.picture_pixels,
        rows.whole(64, 16_384),
        "The longest side of a picture as it is sent; larger ones are scaled down.",
    )
    picture_detail: str = key(
        _DEFAULTS.picture_detail,
        rows.choice("auto", "low", "high"),
        "How closely a picture is looked at, where the endpoint can be told; low costs less.",
    )
    notify: str = key(
        _DEFAULTS.notify, rows.choice("none", "bell", "desktop"), "What tells you that a reply has ended."
    )


@dataclass(frozen=True, slots=True)
class Budget:
    """``[budget]``: the most that may be spent, each currency for itself; what crosses it is asked about first."""

    reply: Mapping[str, float] = key(
        {}, rows.amounts, "The most that one reply may cost, by currency.", example="{ CNY = 0.5, USD = 0.1 }"
    )
    session: Mapping[str, float] = key(
        {}, rows.amounts, "The most that a session may cost.", example="{ CNY = 5, USD = 1 }"
    )
    day: Mapping[str, float] = key(
        {}, rows.amounts, "The most that all sessions of a day may cost.", example="{ CNY = 20, USD = 3 }"
    )

    @property
    def limits(self) -> Limits:
        """The same for whoever reckons with it."""
        return Limits(self.reply, self.session, self.day)


@dataclass(frozen=True, slots=True)
class Screen:
    """``[screen]``: how the chat looks when it opens."""

    theme: str = key(_DEFAULTS.theme, rows.name, "The colours: a theme that is shipped, or one of your own.")
    language: str = key(_DEFAULTS.language, rows.choice("en", "zh"), "The language of the help pages.")
    thought_place: str = key(
        _DEFAULTS.thought_place,
        rows.choice("message", "panel"),
        "A thought stands with its message, or in one panel below the conversation.",
    )
    fold_thinking: bool = key(_DEFAULTS.fold_thinking, rows.switch, "Fold a thought when its answer starts.")
    thinking_open: bool = key(_DEFAULTS.thinking_open, rows.switch, "Open a thought while it comes.")
    sessions_open: bool = key(_DEFAULTS.sessions_open, rows.switch, "Open the list of sessions at the start.")
    parameters_open: bool = key(_DEFAULTS.parameters_open, rows.switch, "Open the parameters at the start.")
    editing: str = key(
        _DEFAULTS.editing,
        rows.choice("plain", "vim"),
        "The keys that edit the prompt: the usual ones, or those of vim.",
    )
    pictures: str = key(
        _DEFAULTS.pictures,
        rows.choice("auto", "kitty", "sixel", "blocks", "off"),
        "How pictures are drawn: as the terminal can, in half blocks, or not at all.",
    )


@dataclass(frozen=True, slots=True)
class Provider:
    """``[providers.NAME]``: one endpoint, and where its key comes from.

    `default_key_env` and `key_page` are known of the shipped ones only. `given` names the keys that the config
    file sets. `secret_query` holds the secrets of the base URL's query: `base_url` is without them.
    """

    base_url: str = key(
        "",
        rows.url,
        "Where requests go; it ends before /chat/completions.",
        example='"http://127.0.0.1:8000/v1"',
    )
    dialect: str = key(
        DEFAULT_DIALECT, rows.name, "How this kind of endpoint spells reasoning.", example='"vllm"'
    )
    model: str | None = key(
        None, rows.name, "The model that a session at this provider starts with.", example='"zai-org/GLM-4.5"'
    )
    needs_key: bool = key(True, rows.switch, "Whether requests need a key.", example="false")
    api_key_env: str | None = key(
        None,
        rows.environment_name,
        "The environment variable that holds the key.",
        example='"MY_API_KEY"',
        secret=True,
    )
    api_key_command: tuple[str, ...] = key(
        (),
        rows.command,
        "A command that prints the key; no shell runs it.",
        example='["pass", "show", "glm"]',
        secret=True,
    )
    headers: Mapping[str, str] = key(
        {},
        rows.texts_by_name,
        "Headers that go with every request.",
        example='{ "X-Title" = "glmchat" }',
        secret=True,
    )
    extra_body: Mapping[str, Any] = key(
        {},
        rows.table,
        "Keys that go into every request's body as they are.",
        example='{ user = "me" }',
        secret=True,
    )
    overrides: Mapping[str, Any] = key(
        {},
        rows.table,
        "Single facts of the dialect that are different here.",
        example="{ include_usage = false }",
    )
    connect_timeout_s: float = key(_TIMEOUTS.connect, rows.seconds(3600), "How long connecting may take.")
    idle_timeout_s: float = key(
        _TIMEOUTS.idle, rows.seconds(86_400), "How long a reply may stay silent, comments included."
    )
    ca_file: str | None = key(
        None,
        rows.file,
        "A file of certificates (PEM) that this endpoint's is checked by, in place of SSL_CERT_FILE.",
        example='"company-ca.pem"',
    )
    client_cert_file: str | None = key(
        None,
        rows.file,
        "The certificate (PEM) that is shown where the endpoint asks for one.",
        example='"me.pem"',
    )
    client_key_file: str | None = key(
        None, rows.file, "Its key, where that stands in a file of its own.", example='"me.key"'
    )
    secret_query: str = field(default="", repr=False)
    default_key_env: str | None = None
    key_page: str | None = None
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PresetSettings:
    """``[presets.NAME]``: values by parameter name, and perhaps a system prompt."""

    system: str | None = key(
        None, rows.text, "The system prompt that belongs to the preset.", example='"Be brief."'
    )
    about: str = key("", rows.text, "One sentence on what the preset is for.", example='"Short answers."')
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the config file says, and the defaults where it says nothing.

    `parameters` are values by name; `models` the same by model id, `by_thinking` those by model id that hold where it
    is to think, or not to (`glmchat.core.depth.SETS`). `path` is the file, which need not exist.
    """

    path: Path
    chat: Chat = Chat()
    screen: Screen = Screen()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    by_thinking: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    providers: Mapping[str, Provider] = field(default_factory=dict)
    presets: Mapping[str, PresetSettings] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)


# The providers that need no entry in the config file; one that is there may change any of a row.
SHIPPED: Mapping[str, Provider] = {
    catalogue.DEFAULT_PROVIDER: Provider(
        catalogue.DEFAULT_BASE_URL, DEFAULT_DIALECT, catalogue.DEFAULT_MODEL,
        default_key_env="WCODE_API_KEY", key_page=catalogue.KEY_PAGE,
    ),
    "openrouter": Provider(
        "https://openrouter.ai/api/v1", DEFAULT_DIALECT, "z-ai/glm-4.5",
        default_key_env="OPENROUTER_API_KEY", key_page="https://openrouter.ai/keys",
    ),
    "zai": Provider(
        "https://api.z.ai/api/paas/v4", "zai", "glm-4.5",
        default_key_env="ZAI_API_KEY", key_page="https://z.ai/manage-apikey/apikey-list",
    ),
    "bigmodel": Provider(
        "https://open.bigmodel.cn/api/paas/v4", "zai", "glm-4.5",
        default_key_env="BIGMODEL_API_KEY", key_page="https://bigmodel.cn/usercenter/proj-mgmt/apikeys",
    ),
    "zai-plan": Provider(
        "https://api.z.ai/api/coding/paas/v4", "zai-plan",
        default_key_env="ZAI_API_KEY", key_page="https://z.ai/manage-apikey/apikey-list",
    ),
    "bigmodel-plan": Provider(
        "https://open.bigmodel.cn/api/coding/paas/v4", "zai-plan",
        default_key_env="BIGMODEL_API_KEY", key_page="https://bigmodel.cn/usercenter/proj-mgmt/apikeys",
    ),
    "deepseek": Provider(
        "https://api.deepseek.com/v1", "deepseek", "deepseek-chat",
        default_key_env="DEEPSEEK_API_KEY", key_page="https://platform.deepseek.com/api_keys",
    ),
    "moonshot": Provider(
        "https://api.moonshot.ai/v1", "moonshot",
        default_key_env="MOONSHOT_API_KEY", key_page="https://platform.moonshot.ai/console/api-keys",
    ),
    "openai": Provider(
        "https://api.openai.com/v1", "openai",
        default_key_env="OPENAI_API_KEY", key_page="https://platform.openai.com/api-keys",
    ),
    "ollama": Provider("http://127.0.0.1:11434/v1", "ollama", needs_key=False),
    "vllm": Provider("http://127.0.0.1:8000/v1", "vllm", needs_key=False),
    "sglang": Provider("http://127.0.0.1:30000/v1", "sglang", needs_key=False),
    catalogue.DEMO: Provider(
        catalogue.DEMO_BASE_URL, DEFAULT_DIALECT, catalogue.DEMO_MODEL_ID, needs_key=False
    ),
}  # fmt: skip

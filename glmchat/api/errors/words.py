"""What endpoints say when they refuse, in their own words: one table, the first row that fits holds.

A row holds only at the statuses where its words tell more than the status does. The patterns are the shortest pieces
that tell one case from the others; case does not count. Behind each stands whose words they are, and where those can
be read: the server's source or error page, or users' reports in the trackers of the programs that met them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Code:
    """What an endpoint's own error code or words mean; `advice` empty where the kind says enough."""

    kind: str
    advice: str = ""
    retryable: bool | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """One row: what `pieces` in a message mean at one of the statuses `at`; `page` is for web pages alone.

    Of a page the addresses that it loads from are looked at too, since some guards say nothing else in the markup.
    """

    means: Code
    at: frozenset[int]
    pieces: tuple[str, ...]
    page: bool = False


# 200 stands for an error inside a success. Gateways put whatever they were told into 400, 500 or 503.
_ANY = frozenset({200, 400, 403, 404, 413, 422, 429, 500, 502, 503})
_REFUSED = frozenset({200, 400, 403, 404, 422, 500, 503})
_MONEY = frozenset({200, 400, 401, 402, 403, 412, 429, 500, 503})
_RATE = frozenset({200, 400, 403, 429, 500, 503})
_BUSY = frozenset({200, 400, 403, 424, 498, 500, 502, 503})

PERIOD = (
    "The limit for this period is used up. Wait until it is renewed, or choose another model or provider."
)
_CHANNEL = (
    "The gateway has no channel that serves this model. Choose another model, or ask who runs the gateway."
)
ELSEWHERE = "This address of the API does not serve the model. Choose another one."
_RETIRED = "The endpoint has no such model, or no longer. Choose one from its list."
_REGION = "The provider does not serve the place that this request came from. Choose another provider."
_FILTER = "The provider's filter refuses the text. Rephrase it, or choose another model."
_LOADING = "The model is busy or still being loaded. Wait a moment, then send again."
_UNVERIFIED = (
    "The provider wants the account verified for this model. Do so on its site, or choose another model."
)
_CLOSED = "The provider closed this account or key. Ask its support, or use another account."
_NO_PICTURES = (
    "The model, or the server as it was started, takes no pictures. Leave them out, or choose another model."
)
_PROFILE = (
    "The model goes by its inference profile here: put its prefix before the name, such as global. or us."
)
_NOWHERE = (
    "No provider behind this endpoint takes all of the request. Leave out what it names, or change the model."
)
_PRIVACY = (
    "The account's privacy settings bar every provider of this model. Change them on the site, or the model."
)
_UNLOADED = "The server cannot load this model. Read its log, free memory, or choose a smaller model."
NOT_FOR_KEY = "This key may not use the model. Choose another model, or ask who gave the key."
WALL = "A page that guards the site answered in the place of the API. Look at the address, the proxy and the network."
_TEMPLATE = "The model's chat template does not take these messages in this order."

TABLE: tuple[Words, ...] = (
    # -- a guard in front of the endpoint: Cloudflare (developers.cloudflare.com, 1xxx errors, challenges), WAFs;
    # Alibaba Cloud's answers 405 (z.ai2api_python#63), Imperva's in a success (immowebAPI#1)
    Words(Code("forbidden", WALL), frozenset({200, 403, 405, 429, 503}), (
        r"just a moment", r"attention required", r"enable javascript and cookies", r"checking your browser",
        r"verify(?:ing)? (?:that )?you are (?:a )?human", r"captcha", r"error (?:code:? )?10\d\d\b", r"access denied",
        r"web application firewall", r"安全验证", r"\berrors\.aliyun\.com", r"incapsula", r"pardon our interruption",
    ), page=True),
    # -- a value that is refused, in words about the context or a length
    Words(Code("bad_request"), _REFUSED, (
        r"max_(?:completion_)?tokens\W+(?:for \S+ )?must be (?:less|at most).{0,120}context_window",  # Groq
        r"max_(?:completion_)?tokens\W+(?:for \S+ )?must be less than or equal to [`'\"]?\d",  # Groq
        r"invalid '(?!messages|input)[\w.\[\]]+': string too long",  # OpenAI: a tool's description, `user`
    )),
    # -- templates of chat models: huggingface.co templates of Mistral and Gemma by llama.cpp, LM Studio, vLLM
    Words(Code("bad_request", _TEMPLATE), _REFUSED, (
        r"roles? must alternate", r"jinja exception", r"unexpected role '?\w+'? after role", r"chat template",
        r"must alternate (?:between|roles)", r"roles? should be alternating",  # Bedrock, NVIDIA, Perplexity
        r"last message (?:role )?(?:must|should) be", r"role '?\w+'? must precede", r"invalid message role",  # MiniMax
    )),
    # -- a period that a wait of seconds does not end, whatever wait is named
    Words(Code("rate_limit", PERIOD, False), _RATE, (
        r"per_day\b", r"reset after \d+h",  # Gemini (gemini-cli#13004)
        r"too many tokens per day",  # Bedrock
    )),
    # -- too often, with the wait that is asked for, and without
    Words(Code("rate_limit"), _RATE, (
        # OpenAI, Groq, Gemini, LiteLLM
        r"(?:retry|try again) (?:in|after) (?:about )?[\d.]+ ?(?:ms|s|m|h|sec|min|hour)",
        r"too many tokens, please wait",  # Bedrock's throttling
    )),
    Words(Code("rate_limit", PERIOD, False), _RATE, (
        r"free-models-per-day",  # OpenRouter
        r"(?:daily|per[- ]day|weekly|\d-hour|per month)\b.{0,60}(?:limit|quota)",  # Groq, Ark, Baidu
        r"(?:limit|quota).{0,60}(?:\bdaily|per[- ]day|weekly|will reset at|regain access)",  # Anthropic, Ark, Kimi
        r"usage limit",  # Anthropic, Kimi, Z.ai
        r"\b[TR]PD\b", r"(?:requests|tokens|calls) (?:per|/|a) ?(?:day|month)\b",  # Kimi (kimi-cli#2318), Cohere
        r"today's quota", r"try again tomorrow",  # ModelScope (OmniRoute#1620)
        r"使用上限", r"(?:今日|每日|当日|每周|每月).{0,12}(?:限额|上限|额度)",  # Z.ai, bigmodel
    )),
    Words(Code("rate_limit"), _RATE, (
        r"rate[ _-]?limit", r"too many (?:concurrent )?requests", r"requests? rate", r"concurren(?:t|cy)",
        r"per[- ]?(?:minute|second)\b", r"\b(?:RPM|TPM|QPS)\b",  # the usual words
        r"allocated quota exceeded",  # DashScope, Throttling.AllocationQuota
        r"generate_content_free_tier|gemini-api/docs/(?:rate-limits|quota)",  # Gemini
        r"service tier capacity exceeded",  # Mistral
        r"限流", r"频率", r"频繁", r"并发", r"请求(?:数)?过(?:多|快)", r"速率",  # Z.ai, DashScope, new-api
    )),
    # -- the context is full
    Words(Code("too_large"), _ANY, (
        # OpenAI, Azure, vLLM, SGLang, DeepSeek, OpenRouter
        r"maximum (?:model|context) length", r"maximum input length",
        r"longer than the model'?s? (?:maximum )?(?:context )?length",  # SGLang
        r"exceeds? the context window", r"input tokens exceed",  # OpenAI (responses)
        r"exceeds? the (?:available|maximum|model'?s?) (?:maximum )?context",  # llama.cpp
        r"context size has been exceeded", r"exceed_context_size",  # llama.cpp
        r"exceeds? (?:the )?max(?:imum)? context", r"exceeded max context",  # Ollama
        r"context length of only", r"context (?:the )?overflows", r"greater than the context length",  # LM Studio
        r"exceeded model token limit",  # Moonshot
        r"range of input length",  # DashScope
        r"exceeds? max message tokens", r"input length \d+ exceeds",  # Volcengine Ark
        r"token count.{0,40}exceeds the (?:maximum|limit)",  # Gemini, GitHub Copilot
        # Groq, Cerebras, OpenAI
        r"reduce the length of (?:the|your) (?:messages|prompt|input|either)", r"reduce your prompt",
        r"request too large for model", r"request body too large for",  # Groq, GitHub Models
        r"maximum prompt length",  # xAI
        r"exceeds? context limit",  # Anthropic
        r"context window exceeds",  # MiniMax
        r"too large for model with",  # Mistral
        r"`?inputs`? (?:tokens|must have less than)", r"input token count \+",  # TGI, Together
        r"less than (?:or equal to )?max_seq_len", r"greater than (?:the )?max_seq_len",  # SiliconFlow, TabbyAPI
        r"job requires \d+ pages",  # TabbyAPI
        r"exceed context window of",  # llama-cpp-python
        r"too many (?:input )?tokens",  # Cohere, Bedrock
        r"max(?:imum)? prompt length", r"prompt length \W?\d+\W? exceeds",  # Lemonade, OpenVINO
        r"(?:context window|'s context) is [\d,]+ tokens",  # RKLLM, mlx servers
        r"max length exceeded", r"max tokens of \d+ exceeded",  # Moonshot, Snowflake
        r"exceed the total tokens limit",  # watsonx
        r"only supports [\d,]+ tokens", r"total tokens [\d,]+ exceeds?",  # gateways
        r"(?:prompt|input|messages) (?:plus|and|\+) `?max[_ ](?:new_)?tokens`? exceeds?",  # Fireworks
        r"max input characters", r"prompt tokens too long",  # Baidu Qianfan
        # Anthropic, Bedrock, KoboldCpp
        r"(?:prompt|input|messages?|request|conversation|context)(?: \w+)? (?:(?:is|are) )?too long",
        r"length of all messages is too long",  # Perplexity
        r"context[_ -]?(?:length|window|size|limit).{0,40}(?:exceeded|overflow)",
        r"(?:exceeds?|exceeded|overflow\w*) .{0,40}context[_ -]?(?:length|window|size|limit)",
        r"\bsession_len\b", r"exceeds? .{0,20}max_num_tokens",  # LMDeploy, TensorRT-LLM
        # llama.cpp, LocalAI, LM Studio
        r"input is too large to process", r"larger than the context size", r"reached context length of",
        r"input token count.{0,30}only supports", r"tokens of input is greater than",  # Vertex, Novita
        r"prompt length of [\d,]+ exceeds", r"number of prompt tokens.{0,60}exceeds",  # Databricks, watsonx
        r"maximum (?:supported )?sequence length", r"kv cache capacity",  # SambaNova, mlx servers
        r"too large for model context window",  # GitHub Copilot
        # Z.ai
        r"超长", r"太长", r"(?:上下文|输入).{0,4}长度.{0,4}超",
        r"tokens?\s*(?:数量?|长度)?超(?:出|过)",  # iFlytek Spark, gateways
        r"超(?:出|过).{0,20}(?:上下文|最大长度|长度限制|tokens?)", r"(?:上下文|输入|内容|文本).{0,8}(?:过长|超限)",
    )),
    # -- where the request came from, of which Gemini tells beside billing
    Words(Code("forbidden", _REGION), frozenset({200, 400, 403, 451, 500}), (
        r"location is not supported",  # Gemini
        r"(?:country|region|territory).{0,40}(?:not (?:supported|available|allowed)|unsupported|restricted)",  # OpenAI
        r"unsupported (?:countries|regions|territories)",  # Bedrock (claude-code#2656)
        r"not (?:available|supported) in your (?:country|region|location|area)",  # Anthropic, Mistral
        r"(?:地区|区域).{0,10}(?:不支持|不可用|受限|限制)", r"不支持.{0,8}(?:地区|区域)",
    )),
    # -- nothing left on the account
    Words(Code("credit"), _MONEY, (
        # OpenAI, Azure, Moonshot
        r"exceeded your current quota", r"check your plan and billing", r"billing hard limit",
        # DeepSeek, OpenRouter, Kimi
        r"(?:insufficient|not enough|no|low on) (?:\w+ )?(?:credits?|balance|funds?|quota)\b(?! (?:was|were))",
        r"(?:credits?|balance|quota|funds?) (?:is|are|was|were) (?:\w+ )?(?:insufficient|not enough|too low)",
        r"(?:credits?|balance|quota|funds?) (?:is|are|was|were) (?:\w+ )?(?:exhausted|depleted)",
        r"out of (?:\w+ )?(?:credits?|funds|balance)", r"requires more credits", r"can only afford",  # OpenRouter, xAI
        r"(?:doesn't|does not) have any credits", r"used all available credits",  # xAI, Together
        r"spend(?:ing)? (?:limit|cap)",  # xAI, Together, Gemini
        r"credit limit exceeded", r"monthly included credits",  # Together, Hugging Face
        # DashScope, Huawei
        r"quota (?:has )?(?:been )?(?:used up|exhausted|run out)", r"exceeds? (?:your|the) .{0,20}balance",
        r"free tier .{0,30}exhausted", r"free quota",
        r"account is in good standing", r"overdue", r"arrear", r"past due", r"unpaid",  # DashScope, Ark
        r"budget (?:has been|was) exceeded", r"exceeded (?:your |the )?(?:\w+ )?budget",  # LiteLLM
        r"payment (?:is )?required", r"payment method", r"credit card on file", r"billing", r"recharge", r"top[ -]?up",
        # Z.ai, new-api, one-api
        r"недостаточно средств",  # resellers in Russian
        r"欠费", r"余额(?:不足|已|不够|为 ?0)", r"充值", r"额度(?:不足|已用尽|已用完|已耗尽|失败)", r"无可用额度",
        r"积分不足", r"套餐已(?:到期|过期|用完)",
        r"资源包.{0,10}(?:耗尽|用尽|用完|不足)",  # Tencent Hunyuan
    )),
    # -- a gateway without a channel for the model: new-api, one-api (distributor)
    Words(Code("not_found", _CHANNEL, False), _REFUSED | {429}, (
        r"无可用渠道", r"(?:没有|无)可用的?(?:渠道|通道|模型)", r"no available channels?", r"no channels? available",
        r"llm provider not provided",  # LiteLLM
        r"(?:倍率|价格).{0,6}未(?:配置|设置)", r"(?:ratio|price) (?:is )?not (?:set|configured)",
    )),
    # -- a key that is none, is over, or was taken back
    Words(Code("auth"), frozenset({200, 400, 403, 500}), (
        r"api[ _-]?key (?:is )?(?:not valid|invalid|expired|not found|incorrect|missing|revoked|disabled)",  # Gemini
        r"(?:invalid|incorrect|wrong|expired|missing|no) (?:api[ _-]?key|authentication|credentials)",  # xAI, Moonshot
        r"unregistered callers", r"reported as leaked",  # Gemini (openai-gemini#92, python-genai#1764)
        r"virtual key expected", r"\bexpired key\b",  # LiteLLM (cline#1766, litellm#18731)
        r"(?:missing|invalid|no) auth(?:orization|entication)? header",  # Gemini (AstrBot#1693), OpenRouter
        r"auth(?:orization|entication)? header (?:is )?(?:missing|required|invalid)",
        r"access token (?:is )?(?:invalid|expired)", r"invalid access token",  # DashScope's plans
        # new-api
        r"令牌(?:已)?(?:过期|无效|状态不可用)", r"无效的(?:令牌|密钥)", r"密钥.{0,4}(?:无效|错误|过期|不正确)",
    )),
    # -- an account that is closed: Anthropic (claude-code#8327), OpenAI and Groq (one-api#271), Gemini
    Words(Code("forbidden", _CLOSED), _REFUSED | {401, 429}, (
        r"organization has been (?:disabled|restricted)", r"account has been (?:deactivated|terminated|banned)",
        r"deactivated account", r"your access was terminated", r"disabled in this account",
        r"consumer .{0,80}has been suspended",  # Gemini (generative-ai-docs#356)
    )),
    # -- pictures where none are taken: llama.cpp (llama.cpp#13566, #15377, #12947), DeepSeek (hermes-agent#82534)
    Words(Code("bad_request", _NO_PICTURES), _REFUSED, (
        r"image input is not supported", r"unsupported content part type: \W*image", r"unknown variant \W*image_url",
    )),
    # -- what was said
    Words(Code("forbidden", _FILTER), frozenset({200, 400, 403, 422, 429, 500}), (
        r"data.?inspection.?failed", r"inappropriate content",  # DashScope
        r"content[ _](?:policy|filter|management policy|moderation)", r"responsible ?ai",  # OpenAI, Azure
        # OpenAI
        r"violates? (?:our |the )?(?:usage|content|community|safety) guidelines", r"safety_check",  # xAI
        r"guardrail", r"prohibited[_ ]content",  # Bedrock, Cloudflare, Gemini
        r"safety (?:system|policy|check|filter|settings)", r"usage polic(?:y|ies)", r"(?:was|been|is) flagged",
        r"considered high risk", r"content exists risk", r"new_sensitive",  # Moonshot, DeepSeek, MiniMax
        r"sensitive (?:content|information|words?)", r"senstive",  # Ark, Huawei (its spelling)
        r"敏感", r"违规", r"不安全", r"不当内容", r"(?:未通过|没有通过).{0,6}审核",  # Z.ai, Baidu
    )),
    # -- a model that is asked for by another name: Bedrock (litellm#7181, opencode#396)
    Words(Code("not_found", _PROFILE), _REFUSED, (r"on-demand throughput isn.t supported",)),
    # -- a model that is there, but at no provider that takes such a request: OpenRouter (its error pages)
    Words(Code("bad_request", _NOWHERE), frozenset({200, 400, 404}), (
        r"no endpoints found that (?:can handle|support)", r"no allowed providers are available",
    )),
    Words(Code("forbidden", _PRIVACY), frozenset({200, 400, 404}), (r"no endpoints found matching your data policy",)),
    # -- a model that this account may not use: LiteLLM (sandpiper#2466), new-api (new-api#5675, cherry-studio#8100),
    # Gemini (gemini-cli#14603), OpenAI (openai-go#565)
    Words(Code("forbidden", NOT_FOR_KEY), _REFUSED, (
        r"(?:key|team|user|org\w*|project) (?:is )?not allowed to access model",
        r"token has no access to model", r"don't have access to this model", r"令牌无权(?:访问|使用)模型",
    )),
    Words(Code("forbidden", _UNVERIFIED), _REFUSED, (r"must be verified to use the model",)),
    # -- a model that the server has and cannot load: LocalAI (LocalAI#1664, #2692), Ollama (ollama#10920),
    # LM Studio (lmstudio-bug-tracker#1202)
    Words(Code("server", _UNLOADED, False), frozenset({200, 400, 500, 503}), (
        r"could not load model", r"requires more system memory", r"due to insufficient system resources",
    )),
    # -- a model that is served, but not by this way of asking: OpenAI, Azure, GitHub Copilot
    Words(Code("not_found", ELSEWHERE), _REFUSED, (
        r"\bnot(?: supported| accessible| available)? (?:via|in|on|by|through) (?:the )?/?(?:v1/)?chat/completions",
    )),
    # -- a model that is not there, or no longer
    Words(Code("not_found", _RETIRED), _REFUSED, (
        # OpenAI, DeepSeek, Ark
        r"models?(?: or endpoint)?:? *[`'\"]?[\w./:@+-]*[`'\"]?,? *(?:\w+ )?(?:does not|doesn't|not) exist",
        # Ollama, vLLM, Moonshot
        r"models?:? *[`'\"]?[\w./:@+-]*[`'\"]? (?:was |is )?not found", r"not found the model",
        r"models?:? *[`'\"]?[\w./:@+-]*[`'\"]? (?:has been|is|was) (?:\w+ )?(?:decommissioned|deprecated|retired)",
        r"models?:? *[`'\"]?[\w./:@+-]*[`'\"]? (?:has been|is|was) (?:\w+ )?(?:discontinued|removed)",
        r"model .{0,60}no longer (?:supported|available|served)",  # Groq, Anthropic
        # MiniMax, OpenRouter, LiteLLM
        r"(?:unknown|invalid|no such) model\b(?! (?:param|config|setting|input|output))",
        r"not a valid model", r"invalid model name",
        r"could not find (?:a |the )?(?:real )?model", r"no models? (?:is |are )?loaded",  # llama-swap, LM Studio
        r"not activated the model",  # Ark
        r"(?:requested model|^model:? [`'\"][\w./:@+-]+[`'\"]) is not supported",  # GitHub Copilot, gateways
        r"不支持的模型(?!类型|格式|版本|提供)", r"不支持(?:该|此|所选|当前)模型(?!的)",  # gateways (dbx#627)
        r"模型.{0,20}(?:不存在|未找到|已下线|已停用|未开通|不可用(?!.{0,8}(?:稍后|重试)))",  # Z.ai, bigmodel
    )),
    # -- too much to do
    Words(Code("server", _LOADING, True), _BUSY, (
        r"overloaded", r"(?:over|at|at maximum) capacity", r"temporarily unavailable", r"too busy",
        r"server (?:is )?busy", r"capacity exceeded", r"not (?:yet )?ready for inference",  # Groq (498), Bedrock
        r"high demand", r"(?:model|server) (?:\S+ )?is (?:currently |still )?loading", r"loading model", r"warming up",
        r"no healthy upstream",  # TGI, llama.cpp, Envoy
        r"负载", r"繁忙", r"访问量过大", r"过载",  # new-api, one-api, Z.ai
    )),
    # -- what is said of any limit, money included: Gemini, NVIDIA
    Words(Code("rate_limit"), _RATE, (r"resource.?(?:has been )?exhausted",)),
)  # fmt: skip


@cache
def _pattern(row: Words) -> re.Pattern[str]:
    return re.compile("|".join(row.pieces), re.IGNORECASE | re.DOTALL)


def meaning(status: int, message: str, *, page: str = "") -> Code | None:
    """What the words of a message mean at a status; None where they tell nothing. `page` is what a web page shows."""
    for row in TABLE:
        if status in row.at and _pattern(row).search(page if row.page else message):
            return row.means
    return None


def guards(page: str) -> bool:
    """Whether a web page is one of those that guards show in the place of what is behind them."""
    return (found := meaning(200, "", page=page)) is not None and found.advice == WALL

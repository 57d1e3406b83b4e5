"""What the codes and statuses of endpoints mean: tables, and the order in which codes, words and statuses count."""

from __future__ import annotations

import re
from collections.abc import Sequence

from glmchat.api.errors import words
from glmchat.api.errors.words import Code

# Statuses that pass by themselves: those of RFC 9110, Cloudflare's between it and the endpoint, and those of gateways.
RETRYABLE = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 498, *range(520, 528), 529, 530, 598, 599})

_BY_STATUS = {
    401: "auth", 402: "credit", 403: "forbidden", 404: "not_found", 405: "not_found", 407: "network",
    408: "server", 409: "server", 410: "not_found", 413: "too_large", 414: "too_large", 424: "server", 425: "server",
    426: "protocol", 429: "rate_limit", 434: "forbidden", 498: "server", 435: "too_large", 451: "forbidden",
    501: "bad_request", 505: "protocol", 506: "protocol", 508: "protocol", 510: "protocol", 511: "protocol",
}  # fmt: skip

# What statuses mean that come with a page of somebody between, in the place of its words. Cloudflare:
# developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors
_SAID = {
    407: "A proxy on the way asks for a user name and a password (407).",
    511: "The network asks to sign in before it lets anything through (511).",
    520: "Cloudflare, in front of the endpoint, got an answer from it that it could not read (520).",
    521: "Cloudflare, in front of the endpoint, was refused by it: the endpoint is down (521).",
    522: "Cloudflare, in front of the endpoint, got no connection to it in time (522).",
    523: "Cloudflare, in front of the endpoint, cannot find the way to it (523).",
    524: "Cloudflare, in front of the endpoint, waited too long for its answer (524).",
    525: "Cloudflare, in front of the endpoint, could not agree with it on a safe connection (525).",
    526: "Cloudflare, in front of the endpoint, does not trust its certificate (526).",
    527: "Cloudflare, in front of the endpoint, lost the connection to it (527).",
    530: "Cloudflare, in front of the endpoint, cannot find its address (530).",
    598: "A gateway in front of the endpoint waited too long for its answer (598).",
    599: "A gateway in front of the endpoint got no connection to it in time (599).",
}


def said_by(status: int) -> str:
    """What a status says that somebody between here and the endpoint gives; empty for all others."""
    return _SAID.get(status, "")


def kind_of(status: int) -> str:
    """The kind of error that a status alone stands for."""
    known = _BY_STATUS.get(status)
    return known or ("bad_request" if status < 500 else "server" if status < 600 else "protocol")


# Z.ai and bigmodel: docs.z.ai/api-reference/api-code.
_ZAI = {
    "1000": Code("auth"), "1001": Code("auth"), "1002": Code("auth"), "1003": Code("auth"),
    "1004": Code("auth"),
    "1110": Code("auth", "The account is not active. Check it on the provider's site."),
    "1111": Code("auth", "The account does not exist. Check which account the key belongs to."),
    "1112": Code("forbidden", "The account is locked. Ask the provider's support to unlock it."),
    "1113": Code("credit", "The account is in arrears. Top it up, then send again; waiting does not help."),
    "1120": Code("server"),
    "1121": Code("forbidden", "The account is locked for breaking the rules. Ask the provider's support."),
    "1210": Code("bad_request"), "1212": Code("bad_request"), "1213": Code("bad_request"),
    "1214": Code("bad_request"),
    "1215": Code("bad_request"),
    "1211": Code("not_found", "The endpoint has no such model. Choose one from its list."),
    "1220": Code("forbidden", "The account may not use this API. Ask the provider for access."),
    "1221": Code("not_found"), "1222": Code("not_found"),
    "1230": Code("server"), "1234": Code("server"),
    "1261": Code("too_large"),
    "1300": Code("forbidden"),
    "1301": Code("forbidden", "The provider's filter found the text unsafe. Rephrase it, or change the model."),
    "1302": Code("rate_limit", "Too many requests run at once. Wait for one to end, then send again.", True),
    "1303": Code("rate_limit", "Requests come too often. Wait a moment, then send again.", True),
    "1304": Code("rate_limit", "Today's calls are used up. Wait until tomorrow, or buy more.", False),
    "1305": Code("rate_limit", "The provider limits its traffic. Wait a moment, then send again.", True),
    "1308": Code("rate_limit", "The plan's limit is used up until the time that the provider names.", False),
    "1309": Code("credit", "The subscription has ended. Renew it on the provider's site."),
    "1310": Code("rate_limit", "The plan's weekly or monthly limit is used up until then.", False),
    "1311": Code("forbidden", "The subscription does not include this model. Choose another one."),
    "1312": Code("rate_limit", "This model is overloaded. Wait a moment, or choose another model.", True),
    "1313": Code("forbidden", "The provider limits this account for its way of use. See the account page."),
}  # fmt: skip

# MiniMax: platform.minimax.io/docs/api-reference/errorcode; its codes are recognised by their shape, see `bodies`.
_MINIMAX = {
    "minimax:1000": Code("server"), "minimax:1001": Code("server"), "minimax:1002": Code("rate_limit"),
    "minimax:1004": Code("auth"), "minimax:1008": Code("credit"), "minimax:1013": Code("server"),
    "minimax:1024": Code("server"), "minimax:1026": Code("forbidden"), "minimax:1027": Code("forbidden"),
    "minimax:1033": Code("server"), "minimax:1039": Code("rate_limit"), "minimax:1041": Code("rate_limit"),
    "minimax:2013": Code("bad_request"), "minimax:2049": Code("auth"), "minimax:2056": Code("rate_limit", "", False),
}  # fmt: skip

# SiliconFlow: docs.siliconflow.cn, error codes.
_SILICONFLOW = {
    "20012": Code("not_found"), "20015": Code("bad_request"), "30001": Code("credit"),
    "30003": Code("not_found"), "50501": Code("server", "", True), "50505": Code("server", "", True),
}  # fmt: skip

# Baidu Qianfan, the numbers of its first interface: ai.baidu.com/ai-doc/WENXINWORKSHOP.
_QIANFAN = {
    "error_code:4": Code("rate_limit"), "error_code:17": Code("rate_limit", "", False),
    "error_code:18": Code("rate_limit"), "error_code:19": Code("rate_limit", "", False),
    "error_code:110": Code("auth"), "error_code:111": Code("auth"),
    "error_code:336007": Code("too_large"), "error_code:336103": Code("too_large"),
}  # fmt: skip

# Words that OpenAI-compatible servers put into `code` or `type`.
_WORDS = {
    # OpenAI, Azure, Groq, xAI, Anthropic, Mistral: their error pages.
    "invalid_api_key": Code("auth"), "authentication_error": Code("auth"), "api_key_invalid": Code("auth"),
    "invalid_authentication_error": Code("auth"),
    "unauthorized": Code("auth"), "incorrect_api_key_error": Code("auth"),
    "insufficient_quota": Code("credit"), "insufficient_user_quota": Code("credit"),
    "billing_error": Code("credit"),
    "billing_hard_limit_reached": Code("credit"), "exceeded_current_quota_error": Code("credit"),
    "insufficient_balance": Code("credit"), "arrearage": Code("credit"), "budget_exceeded": Code("credit"),
    "insufficient_credit": Code("credit"), "reject_no_credit": Code("credit"), "insufficient_credits": Code("credit"),
    # Volcengine Ark: www.volcengine.com/docs/82379/1299023. DashScope: help.aliyun.com/model-studio/error-code.
    "accountoverdueerror": Code("credit"), "operationdenied.serviceoverdue": Code("credit"),
    "allocationquota.freetieronly": Code("credit"),
    "sensitivecontentdetected": Code("forbidden"), "inputtextsensitivecontentdetected": Code("forbidden"),
    "outputtextsensitivecontentdetected": Code("forbidden"), "inputtextriskdetection": Code("forbidden"),
    "outputtextriskdetection": Code("forbidden"), "datainspectionfailed": Code("forbidden"),
    "modelnotopen": Code("not_found", "The account has not opened this model. Open it on the provider's site."),
    "invalidendpointormodel.notfound": Code("not_found"), "modelnotfound": Code("not_found"),
    "throttling": Code("rate_limit"), "throttling.ratequota": Code("rate_limit"),
    "throttling.burstrate": Code("rate_limit"), "throttling.allocationquota": Code("rate_limit"),
    "invalidapikey": Code("auth"), "serveroverloaded": Code("server", "", True),
    "setlimitexceeded": Code("rate_limit", "", False), "accountquotaexceeded": Code("rate_limit", "", False),
    # Tencent Hunyuan: cloud.tencent.com/document/product/1729 (error codes).
    "failedoperation.freeresourcepackexhausted": Code("credit"), "failedoperation.servicestop": Code("credit"),
    "failedoperation.resourcepackexhausted": Code("credit"),
    "resourceinsufficient.chargeresourceexhaust": Code("credit"),
    "authfailure": Code("auth"), "requestlimitexceeded": Code("rate_limit"),
    # Text Generation Inference (router/src/server.rs, `error_type`).
    "validation": Code("bad_request"), "generation": Code("server"), "incomplete_generation": Code("server"),
    # GitHub's models and Copilot, Baidu Qianfan, OpenRouter.
    "tokens_limit_reached": Code("too_large"), "model_max_prompt_tokens_exceeded": Code("too_large"),
    "tokens_too_long": Code("too_large"), "characters_too_long": Code("too_large"), "unsafe_request": Code("forbidden"),
    "rpm_rate_limit_exceeded": Code("rate_limit"), "tpm_rate_limit_exceeded": Code("rate_limit"),
    "unsupported_country_region_territory": Code("forbidden"), "resource_exhausted": Code("rate_limit"),
    "model_decommissioned": Code("not_found"), "invalid_model": Code("not_found"),
    "model_not_exist": Code("not_found"), "model_not_supported": Code("not_found"),
    "unsupported_api_for_model": Code("not_found", words.ELSEWHERE), "capacity_exceeded": Code("server", "", True),
    "key_model_access_denied": Code("forbidden", words.NOT_FOR_KEY), "guardrail_violation": Code("forbidden"),
    "team_model_access_denied": Code("forbidden", words.NOT_FOR_KEY), "expired_key": Code("auth"),  # LiteLLM
    "pre_consume_token_quota_failed": Code("credit"),  # new-api, one-api
    "permission_error": Code("forbidden"), "permission_denied": Code("forbidden"),
    "content_filter": Code("forbidden"),
    "content_policy_violation": Code("forbidden"), "data_inspection_failed": Code("forbidden"),
    "moderation_error": Code("forbidden"),
    "model_not_found": Code("not_found"), "not_found_error": Code("not_found"),
    "notfounderror": Code("not_found"),
    "resource_not_found_error": Code("not_found"),
    "context_length_exceeded": Code("too_large"), "request_too_large": Code("too_large"),
    "exceed_context_size_error": Code("too_large"),
    "rate_limit_exceeded": Code("rate_limit"), "rate_limit_error": Code("rate_limit"),
    "rate_limit_reached_error": Code("rate_limit"), "engine_overloaded_error": Code("rate_limit"),
    "overloaded_error": Code("server"), "server_error": Code("server"),
    "internal_server_error": Code("server"),
    "api_error": Code("server"), "internalservererror": Code("server"),
    "provider_unavailable": Code("server"),
    "invalid_request_error": Code("bad_request"), "badrequesterror": Code("bad_request"),
    "unsupported_parameter": Code("bad_request"), "unsupported_value": Code("bad_request"),
}  # fmt: skip

_CODES = {**_ZAI, **_MINIMAX, **_SILICONFLOW, **_QIANFAN, **_WORDS}

# Statuses at which a code in the body tells more than the status itself.
_VAGUE = frozenset({200, 400, 401, 402, 403, 404, 422, 429, 434, 498, 500, 502, 503})
# Kinds that so many errors are called that the words are asked first.
_PLAIN = frozenset({"bad_request", "server"})
# Codes that are given for other things as well: DashScope throttles by the first, one-api is busy by the second, and
# Gemini means an empty account too by that of limits (dyad#3626).
_UNSURE = frozenset(
    {
        "insufficient_quota", "billing_not_active", "exceeded_current_quota_error",
        "permission_error", "permission_denied", "resource_exhausted", "pre_consume_token_quota_failed",
    }
)  # fmt: skip


# Gemini's names of limits, which tell the period where its words tell only of seconds.
_FOR_A_DAY = re.compile(r"per_?day")


def classify(status: int, codes: Sequence[str], message: str, *, page: str = "") -> Code:
    """Say what an error means: by a code that says it plainly, else by its words, by any code, by the status.

    `codes` are all codes and types that a body gives, the outermost first; `page` is what a web page shows.
    """
    lower = [code.lower() for code in codes] if status in _VAGUE else []
    known = [(code, _CODES[code]) for code in lower if code in _CODES]
    telling = [(code, means) for code, means in known if means.kind not in _PLAIN]
    if any(map(_FOR_A_DAY.search, lower)):
        return Code("rate_limit", words.PERIOD, False)
    meaning = next((means for code, means in telling if code not in _UNSURE), None)
    said = words.meaning(status, message, page=page)
    if meaning is None or (
        said is not None and meaning == Code(said.kind)
    ):  # the words tell more of the same
        meaning = said or meaning
    if meaning is not None or telling:
        return meaning or telling[0][1]
    if status >= 400:
        kind = kind_of(status)
        return Code(kind, "", status in RETRYABLE or kind == "server")
    return known[0][1] if known else Code("server")

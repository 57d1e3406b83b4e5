from datetime import UTC, datetime

import httpx
import pytest

from glmchat.api.errors import http, tree
from glmchat.api.errors.bodies import make_error

TABLE = [
    # status, body, kind, retryable, words of the server, parameter
    (400, '{"error": {"message": "Unsupported parameter: top_a", "param": "top_a"}}', "bad_request", False,
     "Unsupported parameter: top_a", "top_a"),
    (400, '{"error": {"message": "Unrecognized request argument supplied: stream_options"}}', "bad_request", False,
     "Unrecognized", "stream_options"),
    (422, '{"detail": [{"loc": ["body", "min_p"], "msg": "extra fields not permitted", "type": "x"}]}',
     "bad_request", False, "min_p: extra fields not permitted", "min_p"),
    (422, '{"detail": "nothing precise"}', "bad_request", False, "nothing precise", None),
    (400, '{"error": "`repetition_penalty` is not supported"}', "bad_request", False, "repetition_penalty",
     "repetition_penalty"),
    (400, '{"error": {"message": "Use \'max_completion_tokens\' instead."}}', "bad_request", False, "Use",
     "max_tokens"),
    (400, '{"error": {"message": "please stop sending odd requests"}}', "bad_request", False, "please", None),
    (400, '{"error": {"message": "parameter stop is not allowed"}}', "bad_request", False, "stop", "stop"),
    (400, '{"error": {"message": "This model\'s maximum context length is 8192 tokens", "code": '
     '"context_length_exceeded"}}', "too_large", False, "8192", None),
    (400, '{"error": {"code": "1261", "message": "Prompt 超长"}}', "too_large", False, "超长", None),
    (400, '{"error": {"code": "1211", "message": "模型不存在"}}', "not_found", False, "模型不存在", None),
    (400, '{"error": {"code": "1214", "message": "temperature 参数非法"}}', "bad_request", False, "参数非法",
     "temperature"),
    (400, '{"error": {"message": "Reasoning is mandatory for this endpoint and cannot be disabled."}}', "bad_request",
     False, "mandatory", "reasoning"),
    (400, '{"error": "this model does not support tools"}', "bad_request", False, "tools", "tools"),
    (400, '{"object": "error", "message": "[{\'type\': \'extra_forbidden\', \'loc\': (\'body\', \'top_a\')}]"}',
     "bad_request", False, "forbidden", "top_a"),
    (400, '{"message": "Streaming is not supported for this model"}', "bad_request", False, "Streaming", "stream"),
    (400, '{"error": {"message": "Temperature must be at most 1"}}', "bad_request", False, "at most", "temperature"),
    (400, '{"error": {"message": "bad", "param": "messages[0].content"}}', "bad_request", False, "bad", None),
    (400, '{"error": {"message": "bad", "param": "response_format.type"}}', "bad_request", False, "bad",
     "response_format"),
    (401, '{"error": {"code": "1002", "message": "Token 非法"}}', "auth", False, "非法", None),
    (401, "", "auth", False, "401", None),
    (402, '{"message": "pay"}', "credit", False, "pay", None),
    (403, '{"error": {"message": "余额不足", "code": "insufficient_user_quota"}}', "credit", False, "余额", None),
    (403, '{"error": {"code": 403, "message": "flagged", "metadata": {"reasons": ["violence"]}}}', "forbidden",
     False, "violence", None),
    (404, '{"error": {"message": "The model `x` does not exist", "code": "model_not_found"}}', "not_found", False,
     "does not exist", None),
    (404, '{"detail":"Not Found"}', "not_found", False, "Not Found", None),
    (405, '{"detail":"Method Not Allowed"}', "not_found", False, "Method", None),
    (408, "timeout", "server", True, "timeout", None),
    (409, "conflict", "server", True, "conflict", None),
    (413, "payload too large", "too_large", False, "payload", None),
    (425, "too early", "server", True, "too early", None),
    (429, '{"error": {"message": "Rate limit reached", "type": "requests", "code": "rate_limit_exceeded"}}',
     "rate_limit", True, "Rate limit", None),
    (429, '{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}', "credit",
     False, "quota", None),
    (429, '{"error": {"code": "1113", "message": "您的账户已欠费"}}', "credit", False, "欠费", None),
    (429, '{"error": {"code": "1302", "message": "并发数过高"}}', "rate_limit", True, "并发", None),
    (429, '{"error": {"code": "1303", "message": "频率过高"}}', "rate_limit", True, "频率", None),
    (429, '{"error": {"code": "1305", "message": "流量限制"}}', "rate_limit", True, "流量", None),
    (429, '{"error": {"code": "1308", "message": "上限"}}', "rate_limit", False, "上限", None),
    (400, '{"error": {"code": "1301", "message": "敏感内容"}}', "forbidden", False, "敏感", None),
    (500, "Internal Server Error", "server", True, "Internal Server Error", None),
    (501, "not implemented", "bad_request", False, "not implemented", None),
    (502, "<html><head><title>502 Bad Gateway</title><style>b{}</style></head><body><h1>502</h1></body></html>",
     "server", True, "502 Bad Gateway", None),
    (503, '{"error": {"message": "overloaded"}}', "server", True, "overloaded", None),
    (504, "", "server", True, "504", None),
    (504, "{}", "server", True, "504", None),
    (524, "", "server", True, "524", None),
    (529, '{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}', "server", True,
     "Overloaded", None),
    (418, "[1, 2]", "bad_request", False, "[1, 2]", None),
    (400, '["a", "b"]', "bad_request", False, "a", None),
    (400, "[" * 5000, "bad_request", False, "[[", None),
    (400, '{"errors": [{"msg": "seed must be an integer", "loc": ["seed"]}]}', "bad_request", False, "seed",
     "seed"),
    (200, '{"error": {"code": 402, "message": "Insufficient credits"}}', "credit", False, "credits", None),
    (200, '{"error": {"code": 429, "message": "slow down"}}', "rate_limit", True, "slow down", None),
    (200, '{"error": {"message": "who knows"}}', "server", True, "who knows", None),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind", "retryable", "words", "parameter"), TABLE)
def test_error_bodies_say_what_happened(
    status: int, body: str, kind: str, retryable: bool, words: str, parameter: str | None
) -> None:
    failure = make_error(status, body).failure
    assert failure.kind == kind
    assert failure.retryable is retryable
    assert words in failure.message
    assert failure.parameter == parameter
    assert failure.advice[0].isupper()
    assert failure.advice.endswith(".")
    if status >= 400:
        assert failure.status == status


def test_a_code_in_the_body_stands_for_the_status_where_http_said_all_is_well() -> None:
    assert make_error(200, '{"error": {"code": "402", "message": "m"}}').failure.status == 402
    assert make_error(200, '{"error": {"code": "1113", "message": "m"}}').failure.status == 1113


def test_only_passing_faults_are_worth_another_attempt() -> None:
    assert make_error(503, "").transient
    assert make_error(429, "slow").transient
    assert not make_error(429, '{"error": {"code": "1113", "message": "m"}}').transient
    assert not make_error(501, "").transient
    assert not make_error(400, "").transient


def test_every_kind_has_its_class_and_a_way_out() -> None:
    kinds = "auth credit forbidden not_found bad_request too_large rate_limit server network cut protocol"
    assert sorted(tree.BY_KIND) == sorted(kinds.split())
    for kind, cls in tree.BY_KIND.items():
        failure = cls("words").failure
        assert (failure.kind, failure.message) == (kind, "words")
        assert failure.advice.endswith(".")


def test_a_secret_that_a_server_echoes_is_taken_out() -> None:
    error = make_error(
        401, '{"error": {"message": "Incorrect API key provided: sk-12345"}}', secrets=("sk-12345",)
    )
    assert "sk-12345" not in error.failure.message
    assert "sk-12345" not in str(error)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:27:00 GMT"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "1."}, 1.0),
        ({}, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(headers: dict[str, str], seconds: float | None) -> None:
    now = datetime(2026, 10, 21, 7, 28, 0, tzinfo=UTC)
    assert http.retry_after(httpx.Headers(headers), now) == seconds

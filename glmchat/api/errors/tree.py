"""What can go wrong on the wire: one small hierarchy, each with a plain sentence and a way out.

`glmchat.api.errors.bodies` reads what the server said; this module says what it means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from glmchat.core.conversation import Failure

if TYPE_CHECKING:
    from glmchat.api.learning.refusals import Refusal


class ApiError(Exception):
    """A request that failed, or a reply that ended early.

    The tree, with the kind of each::

        ApiError
        ├── AuthError            auth          the key is missing, wrong, or may not be sent there
        ├── CreditError          credit        the account has no money or quota left
        ├── ForbiddenError       forbidden     refused by policy: moderation, permission, region
        ├── NotFoundError        not_found     no such model or address
        ├── BadRequestError      bad_request   the endpoint does not take the request as it is
        ├── TooLargeError        too_large     the conversation is longer than the model or endpoint takes
        ├── RateLimitError       rate_limit    too many requests, for now
        ├── ServerError          server        the endpoint or the model behind it failed
        ├── NetworkError         network       no connection, or none in time
        ├── CutError             cut           the reply stopped before it was finished
        └── ProtocolError        protocol      something answered, but not this API

    `message` holds the server's own words, `advice` what it means and what to do. `status` is the HTTP
    status, or the code in the body where HTTP said 200. `retry_after_s` are the seconds that the server asked
    to wait; `transient` says that the same request may be sent again without asking, as long as nothing was
    shown; `unsent` that the request was refused here, before anything of it left. `refusal` is what a refused request
    says about its parameters, None for every other error.
    """

    kind: ClassVar[str] = "server"
    default_advice: ClassVar[str] = ""
    default_retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        advice: str | None = None,
        status: int | None = None,
        retryable: bool | None = None,
        refusal: Refusal | None = None,
        retry_after_s: float | None = None,
        transient: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.transient = transient
        self.unsent = False
        self.refusal = refusal
        self.failure = Failure(
            kind=self.kind,
            message=message,
            advice=self.default_advice if advice is None else advice,
            status=status,
            retryable=self.default_retryable if retryable is None else retryable,
            parameter=refusal.parameter if refusal is not None else None,
            value=refusal is not None and refusal.value,
            unnamed=refusal is not None and refusal.unnamed,
        )


class AuthError(ApiError):
    """The key is missing, wrong, or may not be sent there."""

    kind = "auth"
    default_advice = (
        "The endpoint did not accept the key. Check that it is complete and belongs to this endpoint."
    )


class CreditError(ApiError):
    """The account has no money or quota left."""

    kind = "credit"
    default_advice = "The account has no credit left for this request. Top it up, or choose another provider."


class ForbiddenError(ApiError):
    """Refused by policy: moderation, permission, region."""

    kind = "forbidden"
    default_advice = (
        "The endpoint refuses this request by its rules. Change the message, the model or the account."
    )


class NotFoundError(ApiError):
    """No such model or address."""

    kind = "not_found"
    default_advice = (
        "The model or the address is not there. Choose a model from the list, and check the base URL."
    )


class BadRequestError(ApiError):
    """The endpoint does not take the request as it is."""

    kind = "bad_request"
    default_advice = "The endpoint does not take the request as it is. Change what it names, then send again."


class TooLargeError(ApiError):
    """The conversation is longer than the model or endpoint takes."""

    kind = "too_large"
    default_advice = (
        "The conversation is too long. Leave out the oldest messages, shorten it, or lower max_tokens."
    )


class RateLimitError(ApiError):
    """Too many requests, for now."""

    kind = "rate_limit"
    default_advice = "The endpoint takes no more requests just now. Wait a moment, then send again."
    default_retryable = True


class ServerError(ApiError):
    """The endpoint or the model behind it failed."""

    kind = "server"
    default_advice = "The endpoint had a fault of its own. Send again, or choose another model."
    default_retryable = True


class NetworkError(ApiError):
    """No connection, or none in time."""

    kind = "network"
    default_advice = "Check the network, the base URL and the proxy settings, then send again."
    default_retryable = True


class CutError(ApiError):
    """The reply stopped before it was finished."""

    kind = "cut"
    default_advice = "What arrived is kept. Continue the reply, or send again."
    default_retryable = True


class ProtocolError(ApiError):
    """Something answered, but not this API."""

    kind = "protocol"
    default_advice = (
        "Something else than a chat-completions API answered. Check the base URL, and sign in to the network."
    )


class SettingFault(ValueError):
    """A setting of this machine that no request can be sent with: a proxy, a file of certificates.

    `sentence` says which and what is wrong, without what is secret in it, `advice` what to do.
    """

    def __init__(self, sentence: str, advice: str) -> None:
        super().__init__(f"{sentence} {advice}")
        self.sentence = sentence
        self.advice = advice


BY_KIND: dict[str, type[ApiError]] = {
    cls.kind: cls
    for cls in (
        AuthError, CreditError, ForbiddenError, NotFoundError, BadRequestError, TooLargeError, RateLimitError,
        ServerError, NetworkError, CutError, ProtocolError,
    )
}  # fmt: skip

"""What the client libraries raise, as faults. A message names the fault and its status, never what was said or sent."""

from __future__ import annotations

import httpx2
from pydantic_ai.exceptions import (
    ContentFilterError,
    ModelAPIError,
    ModelConnectionError,
    ModelHTTPError,
    ModelQuotaExceededError,
    ModelTimeoutError,
    UnexpectedModelBehavior,
)

from understudy.llm.domain import CallFailed, Fault, Usage

NOT_CHARGED = frozenset((500, 502, 503, 529))
"""5xx that a provider answers without having worked; a 504 may have cost something."""

REDIRECT = 300

BROKEN_ANSWER = (ValueError, TypeError, KeyError, AttributeError, IndexError, UnexpectedModelBehavior)
"""What the libraries raise on an answer that is none: they index into what came without looking."""

RAISED = (ModelAPIError, httpx2.HTTPError, httpx2.StreamError, *BROKEN_ANSWER)
"""All that a call may end in, apart from time limits and cancellation."""

_BY_STATUS = {401: Fault.KEY_REFUSED, 403: Fault.KEY_REFUSED, 404: Fault.NO_MODEL, 408: Fault.TIMED_OUT}
_WORDS = {
    Fault.KEY_REFUSED: "the provider refused the key",
    Fault.NO_MODEL: "the provider knows no such model, or has no such address",
    Fault.RATE_LIMITED: "the provider takes no more calls just now",
    Fault.OVERLOADED: "the provider failed",
    Fault.REFUSED: "the provider did not accept the request",
    Fault.TIMED_OUT: "the provider took too long",
    Fault.SLOW_START: "the provider was too slow to start",
    Fault.UNREACHABLE: "the provider cannot be reached",
    Fault.CUT: "the answer broke off",
    Fault.MALFORMED: "what came is no answer in the provider's dialect",
    Fault.BLOCKED: "the provider's safety filter stopped the answer",
}


def failed(fault: Fault, detail: str = "", *, usage: Usage | None = None, was_sent: bool = True) -> CallFailed:
    """A failure in words. `detail` such as a status."""
    message = _WORDS.get(fault, fault.value) + (f" ({detail})" if detail else "")
    return CallFailed(message, fault=fault, usage=usage, was_sent=was_sent)


def failure_of(error: Exception, *, has_begun: bool) -> CallFailed:
    """What went wrong. `has_begun`: part of an answer had come already."""
    if isinstance(error, ModelHTTPError):
        return _by_status(error)
    if isinstance(error, ContentFilterError):
        return failed(Fault.BLOCKED)
    if isinstance(error, ModelConnectionError):
        return _by_phase(error, has_begun=has_begun)
    if isinstance(error, httpx2.HTTPError):
        return failed(Fault.CUT if has_begun else Fault.UNREACHABLE, type(error).__name__)
    if REDIRECT <= getattr(error.__cause__, "status_code", 0) < REDIRECT + 100:
        return failed(Fault.REFUSED, "it answers with a redirect, which is not followed", usage=Usage(0, 0))
    if isinstance(error, ModelAPIError) and (error.in_stream or error.provider_error_type):
        return failed(Fault.OVERLOADED, error.provider_error_type or "in the stream")
    return failed(Fault.MALFORMED)


def _by_status(error: ModelHTTPError) -> CallFailed:
    status = error.status_code
    fault = _BY_STATUS.get(status, Fault.OVERLOADED if status >= 500 else Fault.REFUSED)
    if status == 429 or isinstance(error, ModelQuotaExceededError):
        fault = Fault.RATE_LIMITED
    is_free = not error.in_stream and (status < 500 or status in NOT_CHARGED)
    detail = f"{status} {error.provider_error_code}" if error.provider_error_code else str(status)
    failure = failed(fault, detail, usage=Usage(0, 0) if is_free else None)
    failure.retry_after = error.retry_after
    return failure


def _by_phase(error: ModelConnectionError, *, has_begun: bool) -> CallFailed:
    if error.phase in {"connect", "pool"}:
        return failed(Fault.UNREACHABLE, was_sent=False)
    if has_begun:
        return failed(Fault.CUT)
    return failed(Fault.TIMED_OUT if isinstance(error, ModelTimeoutError) else Fault.UNREACHABLE)

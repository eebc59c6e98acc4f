"""Answers, streams, lists and errors in OpenAI's shapes. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

PIECE = 24
"""Characters in one event when a checked answer is streamed: about what a model sends in five."""
NO_TOKENS = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
"""What a free answer used."""
UNDERSTUDY = "understudy"
"""The model that stands for the company's own route."""
QUOTA = "insufficient_quota"
"""What OpenAI calls a budget that is used up."""
KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "invalid_request_error",
    429: QUOTA,
}
"""The type of an error by its status. Source: OpenAI's list of error codes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer: its id, when (seconds since 1970), which rung, what is said."""

    id: str
    created: int
    rung: str
    text: str

    @property
    def model(self) -> str:
        """What stands in the place of the model's name: no model answered."""
        return f"{UNDERSTUDY}/{self.rung}"


def completion(answer: Answer) -> dict[str, Any]:
    """A whole answer."""
    message = {"role": "assistant", "content": answer.text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {**_frame(answer, "chat.completion"), "choices": [choice], "usage": NO_TOKENS}


def events(answer: Answer, *, shows_usage: bool) -> Iterator[bytes]:
    """The same as a stream, its end not included."""
    yield _event(answer, {"role": "assistant", "content": ""})
    for start in range(0, len(answer.text), PIECE):
        yield _event(answer, {"content": answer.text[start : start + PIECE]})
    yield _event(answer, {}, "stop")
    if shows_usage:
        yield _data({**_frame(answer, "chat.completion.chunk"), "choices": [], "usage": NO_TOKENS})


def models(names: Sequence[str]) -> dict[str, Any]:
    """The models that may be asked for."""
    listed = [
        {"id": name, "object": "model", "created": 0, "owned_by": name.split("/")[0]} for name in (UNDERSTUDY, *names)
    ]
    return {"object": "list", "data": listed}


def error(status: int, code: str, message: str, field: str | None) -> dict[str, Any]:
    """An error."""
    kind = KINDS.get(status, "server_error")
    return {"error": {"message": message, "type": kind, "param": field, "code": QUOTA if kind == QUOTA else code}}


def error_event(code: str, message: str) -> bytes:
    """What ends a stream that broke off."""
    return _data(error(502, code, message, None))


def account(cost_micros: int, decision_id: str | None) -> bytes:
    """What a stream cost, as a comment, which clients of the protocol pass over."""
    return f": understudy cost={cost_micros} saved=0 decision={decision_id or 'none'}\n\n".encode()


def _frame(answer: Answer, kind: str) -> dict[str, Any]:
    return {"id": answer.id, "object": kind, "created": answer.created, "model": answer.model}


def _event(answer: Answer, delta: dict[str, str], reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
    return _data({**_frame(answer, "chat.completion.chunk"), "choices": [choice]})


def _data(value: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n\n"

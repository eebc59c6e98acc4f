"""A request as it is read: what is asked, by whom, and whether the free rungs may answer it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from understudy.kit.errors import Invalid, Problem

MAX_MESSAGES = 10_000
MAX_MODEL = 200
MAX_CHOICES = 128
MAX_TOKENS = 10_000_000
SHORT_WORDS = 3
"""Up to so many words right after a question of the assistant are an answer to it, not a question of its own."""
ONLY_A_MODEL = (
    "tools",
    "functions",
    "response_format",
    "modalities",
    "audio",
    "logprobs",
    "prediction",
    "web_search_options",
)
"""What a free rung cannot give: a request that asks for one of these goes to the model."""
NOT_THE_USERS = "the last message is not the user's"
SEVERAL = "several choices"
NO_TEXT = "content other than text"
ANSWERS_BACK = "a short answer to the assistant's question"


class BadRequest(Invalid):
    """The request is not one of OpenAI's protocol; `field` names the parameter."""

    code = "invalid_request"


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said before: the user's, or not."""

    is_users: bool
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. `body` is as it came.

    `question`: the text of the last message, where that is the user's; `user`: who asks, as the program knows them;
    `why_not`: why no free rung may answer, None: they may.
    """

    body: Mapping[str, Any]
    model: str
    streams: bool
    shows_usage: bool
    user: str | None
    question: str | None
    turns: tuple[Turn, ...]
    why_not: str | None


def read(content: bytes) -> Asked:
    """Reads a request's body; raises `BadRequest` naming the parameter that is wrong."""
    body = _object(content)
    model = body.get("model")
    if not isinstance(model, str) or not 0 < len(model.strip()) <= MAX_MODEL:
        raise _bad("model", f"is a text of up to {MAX_MODEL} characters", "name a model, or `understudy`")
    messages = _messages(body.get("messages"))
    _check_numbers(body)
    streams = _flag(body, "stream")
    options = body.get("stream_options")
    if options is not None and not isinstance(options, dict):
        raise _bad("stream_options", "is an object", "leave it out, or send {}")
    turns = tuple(_turn(message) for message in messages[:-1])
    last = messages[-1]
    question = _text(last.get("content")) if last["role"] == "user" else None
    return Asked(
        body=body,
        model=model.strip(),
        streams=streams,
        shows_usage=bool(options and options.get("include_usage")),
        user=_user(body.get("user")),
        question=question,
        turns=turns,
        why_not=_why_not(body, last, turns),
    )


def _why_not(body: Mapping[str, Any], last: Mapping[str, Any], turns: Sequence[Turn]) -> str | None:
    if last["role"] != "user":
        return NOT_THE_USERS
    for name in ONLY_A_MODEL:
        if body.get(name):
            return name
    if (body.get("n") or 1) > 1:
        return SEVERAL
    if not _is_text(last.get("content")):
        return NO_TEXT
    before = turns[-1] if turns else None
    is_asked = before is not None and not before.is_users and before.text.rstrip().endswith(("?", "？"))
    if is_asked and len(_text(last.get("content")).split()) <= SHORT_WORDS:
        return ANSWERS_BACK
    return None


def _object(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadRequest("the body is no JSON", remedy="send a JSON object in UTF-8") from None
    if not isinstance(body, dict):
        raise BadRequest("the body is no JSON object", remedy="send an object with `model` and `messages`")
    return body


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _messages(messages: Any) -> list[dict[str, Any]]:
    if not isinstance(messages, list) or not 0 < len(messages) <= MAX_MESSAGES:
        raise _bad("messages", f"is a list of 1 to {MAX_MESSAGES:,} messages", "send the conversation so far")
    for place, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise _bad(f"messages[{place}]", "is an object with a role", 'send {"role": "user", "content": "…"}')
    return messages


def _check_numbers(body: Mapping[str, Any]) -> None:
    for name, most in (("n", MAX_CHOICES), ("max_tokens", MAX_TOKENS), ("max_completion_tokens", MAX_TOKENS)):
        value = body.get(name)
        if value is not None and (type(value) is not int or not 1 <= value <= most):
            raise _bad(name, f"is a whole number from 1 to {most:,}", "leave it out, or send such a number")


def _flag(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise _bad(name, "is true or false", "leave it out, or send one of them")
    return bool(value)


def _user(user: Any) -> str | None:
    if user is not None and not isinstance(user, str):
        raise _bad("user", "is a text", "send your own id of whoever asks")
    return user.strip() or None if user else None


def _turn(message: Mapping[str, Any]) -> Turn:
    return Turn(message["role"] == "user", _text(message.get("content")))


def _is_text(content: Any) -> bool:
    if isinstance(content, str):
        return bool(content.strip())
    parts = content if isinstance(content, list) else []
    return bool(_text(content).strip()) and all(isinstance(part, dict) and part.get("type") == "text" for part in parts)


def _text(content: Any) -> str:
    """The words of a message: its text, or its parts of text."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") == "text"]
    return "\n".join(text for text in texts if isinstance(text, str))


def _bad(field: str, expected: str, remedy: str) -> BadRequest:
    problem = Problem(field, f"`{field}` {expected}", remedy)
    return BadRequest(problem.message, field=field, remedy=remedy, problems=(problem,))

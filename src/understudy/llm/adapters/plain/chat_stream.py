"""Chat completions in OpenAI's dialect as they come in: read enough to tell what was said, used, and whether whole.

What goes on downstream are the provider's own bytes, event by event; only the event that tells what was used stays
behind where the caller did not ask for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from understudy.llm.domain import CallFailed, Fault, Usage

MAX_EVENT_BYTES = 4_000_000
"""An event longer than this is no event: the largest real ones hold a picture of one or two megabytes."""
FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":")
"""How a line of an event may begin. Source: the HTML standard, server-sent events."""
_END = re.compile(rb"\r?\n\r?\n")
_DATA = b"data:"


class ChatStream:
    """A stream of completion chunks. `shows_usage`: whether the caller wants the event that tells what was used."""

    def __init__(self, *, shows_usage: bool) -> None:
        self.usage: Usage | None = None
        self.has_begun = False
        self.is_done = False
        self._shows_usage = shows_usage
        self._is_finished = False
        self._said: list[str] = []
        self._rest = b""

    @property
    def text(self) -> str | None:
        """What was said so far in the first choice; None when nothing was."""
        return "".join(self._said) or None

    def feed(self, data: bytes) -> bytes:
        """Takes what came in and gives back what goes on; raises `CallFailed` on what is no event of the dialect."""
        self._rest += data
        passed = []
        while not self.is_done and (end := _END.search(self._rest)):
            event, self._rest = self._rest[: end.end()], self._rest[end.end() :]
            if self._read(event):
                passed.append(event)
        if len(self._rest) > MAX_EVENT_BYTES or (not self.is_done and _is_no_event(self._rest)):
            raise self._malformed("what came is no stream of events")
        return b"".join(passed)

    def end(self) -> None:
        """Raises `CallFailed` when what came is no whole answer."""
        if not self._is_finished:
            raise CallFailed("the answer broke off", fault=Fault.CUT, usage=self.usage)

    def _read(self, event: bytes) -> bool:
        """Reads one event; says whether it goes on downstream."""
        data = b"".join(line[len(_DATA) :].strip() for line in event.splitlines() if line.startswith(_DATA))
        if not data:
            return True
        if data == b"[DONE]":
            self.is_done = True
            return False
        chunk = self._parsed(data)
        self.has_begun = True
        usage, choices = chunk.get("usage"), chunk.get("choices")
        if isinstance(usage, Mapping):
            self.usage = usage_of(usage)
        if not isinstance(choices, list):
            raise self._malformed("a chunk holds no choices")
        for choice in choices:
            self._hear(choice)
        return bool(choices) or not usage or self._shows_usage

    def _parsed(self, data: bytes) -> dict[str, Any]:
        try:
            chunk = json.loads(data)
        except ValueError:
            raise self._malformed("a chunk is no JSON") from None
        if not isinstance(chunk, dict):
            raise self._malformed("a chunk is no object")
        if chunk.get("error"):
            raise CallFailed(
                "the provider broke the answer off with an error", fault=Fault.OVERLOADED, usage=self.usage
            )
        return chunk

    def _hear(self, choice: Any) -> None:
        if not isinstance(choice, dict):
            raise self._malformed("a choice is no object")
        self._is_finished = self._is_finished or choice.get("finish_reason") is not None
        delta = choice.get("delta")
        if choice.get("index", 0) == 0 and isinstance(delta, dict) and isinstance(delta.get("content"), str):
            self._said.append(delta["content"])

    def _malformed(self, message: str) -> CallFailed:
        return CallFailed(message, fault=Fault.MALFORMED, usage=self.usage)


def read_whole(body: bytes) -> tuple[str | None, Usage | None]:
    """What a whole completion says and what was used; raises `CallFailed` when it is none."""
    try:
        answer = json.loads(body)
        choices = answer["choices"]
        finished = [choice["finish_reason"] is not None and choice["message"] is not None for choice in choices]
    except (ValueError, KeyError, TypeError):
        raise CallFailed("what came is no completion", fault=Fault.MALFORMED) from None
    usage = usage_of(answer["usage"]) if isinstance(answer.get("usage"), Mapping) else None
    if not finished:
        raise CallFailed("the completion holds no choice", fault=Fault.MALFORMED, usage=usage)
    if not all(finished):
        raise CallFailed("the completion did not come to its end", fault=Fault.CUT, usage=usage)
    content = choices[0]["message"].get("content")
    return (content if isinstance(content, str) and content else None), usage


def usage_of(told: Mapping[str, Any]) -> Usage:
    """Tokens as a provider tells them. What a total holds beyond the prompt was written: some leave thoughts out."""
    prompt = _count(told.get("prompt_tokens"))
    written = max(_count(told.get("completion_tokens")), _count(told.get("total_tokens")) - prompt)
    details = told.get("prompt_tokens_details")
    cached = _count(details.get("cached_tokens")) if isinstance(details, Mapping) else 0
    return Usage(prompt, written, min(cached, prompt))


def _count(value: Any) -> int:
    return max(0, value) if isinstance(value, int) else 0


def _is_no_event(rest: bytes) -> bool:
    """Whether what came so far can be no beginning of an event: no field, comment or empty line begins like this."""
    start = rest.lstrip(b"\r\n \xef\xbb\xbf")[:6]
    return bool(start) and not any(name.startswith(start) or start.startswith(name) for name in FIELDS)

"""A collected response as a completion, or as what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart

from understudy.llm.adapters.faults import failed
from understudy.llm.adapters.likelihood import likelihood
from understudy.llm.domain import Completion, Fault, Options, Prompt, Usage

_FENCE = re.compile(r"\s*```(?:json)?\s*(.*?)\s*```\s*", re.DOTALL)


def read(response: ModelResponse, prompt: Prompt, options: Options, count_tokens: Callable[[str], int]) -> Completion:
    """The completion of a response; raises `CallFailed`: blocked, cut, or malformed, with what was used."""
    text = text_of(response)
    usage = usage_of(response, lambda: _counted(prompt, text, options, count_tokens))
    details: Mapping[str, Any] = response.provider_details or {}
    if response.finish_reason == "content_filter":
        raise failed(Fault.BLOCKED, str(details.get("finish_reason") or ""), usage=usage)
    if not details.get("finish_reason"):
        reported = usage if response.usage.has_values() and not text else None
        raise failed(Fault.CUT if text else Fault.MALFORMED, "no finish reason", usage=reported)
    if response.finish_reason == "error":
        raise failed(Fault.MALFORMED, str(details["finish_reason"]), usage=usage)
    if not text:
        raise failed(Fault.MALFORMED, "no text", usage=usage)
    is_cut = response.finish_reason == "length"
    value = _object(text, usage, is_cut=is_cut) if options.shape else None
    sure = likelihood(details.get("logprobs") or (), text, is_structured=options.shape is not None)
    return Completion(text=text, usage=usage, value=value, likelihood=sure)


def text_of(response: ModelResponse) -> str:
    """What the model said: the arguments of the tool that carries the structured answer, else its text."""
    for part in response.parts:
        if isinstance(part, ToolCallPart):
            return part.args_as_json_str()
    return "".join(part.content for part in response.parts if isinstance(part, TextPart))


def usage_of(response: ModelResponse, counted: Callable[[], Usage]) -> Usage:
    """What the provider says was used; `counted` where it does not say."""
    used = response.usage
    if used.unmeasured_requests or not used.has_values():
        return counted()
    return Usage(used.input_tokens, used.output_tokens, used.cache_read_tokens, used.cache_write_tokens)


def _counted(prompt: Prompt, text: str, options: Options, count_tokens: Callable[[str], int]) -> Usage:
    schema = json.dumps(options.shape.schema) if options.shape else ""
    return Usage(sum(map(count_tokens, (*prompt.texts, schema))), count_tokens(text))


def _object(text: str, usage: Usage, *, is_cut: bool) -> Mapping[str, Any]:
    fenced = _FENCE.fullmatch(text)
    try:
        value = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        if is_cut:
            raise failed(Fault.CUT, "longer than its limit", usage=usage)
        raise failed(Fault.MALFORMED, "not the JSON object asked for", usage=usage)
    return value

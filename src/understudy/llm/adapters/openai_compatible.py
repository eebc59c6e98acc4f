"""Servers that speak OpenAI's chat completions: vLLM, Ollama, llama.cpp. What only OpenAI knows is left out.

`max_tokens` instead of `max_completion_tokens`, which such servers ignore and then answer without end; the schema both
as `json_object` with a schema, which those that can do enforce, and in words, for those that cannot.
"""

from __future__ import annotations

from typing import cast

import httpx2
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.profiles.openai import OpenAIModelProfile

from understudy.llm.adapters.by_dialect import Parts
from understudy.llm.adapters.lines import Line
from understudy.llm.adapters.openai import Likelihoods, chat_settings, open_chat_model
from understudy.llm.adapters.pydantic_ai import Manner, PydanticAiDialer, written
from understudy.llm.domain import Options, Target

PROFILE = OpenAIModelProfile(
    openai_chat_supports_max_completion_tokens=False,
    openai_chat_supports_multiple_system_messages=False,
    openai_supports_strict_tool_definition=False,
    openai_supports_reasoning=False,
    openai_system_prompt_role="system",
    supports_json_object_output=True,
)


class CompatibleSpeech:
    """How a compatible server is asked."""

    def __init__(self) -> None:
        self._likelihoods = Likelihoods()

    def open_model(self, name: str, line: Line, client: httpx2.AsyncClient) -> Model:
        """See `Speech`."""
        return open_chat_model(name, line, client, PROFILE)

    def manner(self, target: Target, options: Options) -> Manner:
        """See `Speech`."""
        settings = chat_settings(options, logprobs=self._likelihoods.are_asked(target))
        del settings["thinking"]
        settings["openai_top_logprobs"] = 1  # llama.cpp gives none without it
        shape = options.shape
        if shape is None:
            return Manner(settings, ModelRequestParameters())
        schema = written(shape)
        settings["extra_body"] = cast(object, {"response_format": {"type": "json_object", "schema": schema}})
        wanted = OutputObjectDefinition(json_schema=schema, name=shape.name)
        return Manner(settings, ModelRequestParameters(output_mode="prompted", output_object=wanted))

    def notice(self, target: Target, error: Exception) -> None:
        """See `Speech`."""
        self._likelihoods.notice(target, error)


def open_dialer(parts: Parts) -> PydanticAiDialer:
    """The dialer of this dialect."""
    return PydanticAiDialer(CompatibleSpeech(), parts)

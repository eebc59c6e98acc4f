"""Anthropic's messages: the structured answer as the one tool it must call, the stable prompt marked for its cache."""

from __future__ import annotations

import httpx2
from anthropic import AsyncAnthropic
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.anthropic import AnthropicModel, AnthropicModelSettings
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.tools import ToolDefinition

from understudy.llm.adapters.by_dialect import Parts
from understudy.llm.adapters.lines import Line
from understudy.llm.adapters.pydantic_ai import Manner, PydanticAiDialer, written
from understudy.llm.domain import Options, Shape, Target

NO_KEY = "set-by-the-line"
"""The library wants one, and with one it asks no credentials of the machine; the real key is put on by the line."""


def answer_tool(shape: Shape | None) -> ModelRequestParameters:
    """Parameters for an answer that is the call of a tool; free text without a shape."""
    if shape is None:
        return ModelRequestParameters()
    tool = ToolDefinition(
        name=shape.name, parameters_json_schema=written(shape), description="The answer.", kind="output"
    )
    return ModelRequestParameters(output_mode="tool", output_tools=[tool], allow_text_output=False)


class AnthropicSpeech:
    """How Anthropic is asked."""

    def open_model(self, name: str, line: Line, client: httpx2.AsyncClient) -> Model:
        """See `Speech`."""
        sdk = AsyncAnthropic(
            api_key=NO_KEY, base_url=line.base_url, http_client=client, max_retries=0, timeout=client.timeout
        )
        return AnthropicModel(name, provider=AnthropicProvider(anthropic_client=sdk))

    def manner(self, target: Target, options: Options) -> Manner:
        """See `Speech`."""
        settings = AnthropicModelSettings(
            temperature=options.temperature,
            max_tokens=options.max_output_tokens,
            thinking=False,
            anthropic_cache_instructions=True,
        )
        return Manner(settings, answer_tool(options.shape))

    def notice(self, target: Target, error: Exception) -> None:
        """Nothing to learn: Anthropic gives no log-probabilities."""


def open_dialer(parts: Parts) -> PydanticAiDialer:
    """The dialer of this dialect."""
    return PydanticAiDialer(AnthropicSpeech(), parts)

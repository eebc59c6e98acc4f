"""Gemini's generateContent: the schema enforced by the provider; what repeats at the start it caches by itself."""

from __future__ import annotations

import httpx2
from google.genai.client import Client
from google.genai.types import HttpOptions
from pydantic_ai.models import Model
from pydantic_ai.models.google import GoogleModel, GoogleModelSettings
from pydantic_ai.providers.google import GoogleProvider

from understudy.llm.adapters.by_dialect import Parts
from understudy.llm.adapters.lines import Line
from understudy.llm.adapters.pydantic_ai import READ_SECONDS, Manner, PydanticAiDialer, native_object
from understudy.llm.domain import Options, Target

NO_KEY = "set-by-the-line"
"""The library wants one; the real key is put on by the line, so that no key of the environment can slip in."""

API_VERSION = "v1beta"
"""The version that knows response schemas and system instructions."""


class GeminiSpeech:
    """How Gemini is asked."""

    def open_model(self, name: str, line: Line, client: httpx2.AsyncClient) -> Model:
        """See `Speech`."""
        options = HttpOptions(
            base_url=line.base_url,
            api_version=API_VERSION,
            httpx_async_client=client,
            timeout=round(1000 * READ_SECONDS),
        )
        sdk = Client(vertexai=False, api_key=NO_KEY, http_options=options)
        return GoogleModel(name, provider=GoogleProvider(client=sdk))

    def manner(self, target: Target, options: Options) -> Manner:
        """See `Speech`."""
        settings = GoogleModelSettings(
            temperature=options.temperature, max_tokens=options.max_output_tokens, thinking=False
        )
        return Manner(settings, native_object(options.shape))

    def notice(self, target: Target, error: Exception) -> None:
        """Nothing to learn: log-probabilities are not asked for."""


def open_dialer(parts: Parts) -> PydanticAiDialer:
    """The dialer of this dialect."""
    return PydanticAiDialer(GeminiSpeech(), parts)

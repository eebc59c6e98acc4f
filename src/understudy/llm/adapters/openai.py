"""OpenAI's chat completions: the schema enforced by the provider, log-probabilities where the model gives them."""

from __future__ import annotations

import httpx2
from openai import AsyncOpenAI
from pydantic_ai.models import Model
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai import OpenAIProvider

from understudy.llm.adapters.by_dialect import Parts
from understudy.llm.adapters.lines import Line
from understudy.llm.adapters.pydantic_ai import Manner, PydanticAiDialer, native_object
from understudy.llm.domain import Options, Target

NO_KEY = "set-by-the-line"
"""The library wants one; the real key is put on by the line, so that no key of the environment can slip in."""

SAYS_LOGPROBS = "logprobs"


def open_chat_model(name: str, line: Line, client: httpx2.AsyncClient, profile: OpenAIModelProfile | None) -> Model:
    """A chat model over this client, without retries."""
    sdk = AsyncOpenAI(api_key=NO_KEY, base_url=line.base_url, http_client=client, max_retries=0, timeout=client.timeout)
    return OpenAIChatModel(name, provider=OpenAIProvider(openai_client=sdk), profile=profile)


class Likelihoods:
    """Which targets take a request for log-probabilities: all, until one refuses it by name."""

    def __init__(self) -> None:
        self._refused: set[tuple[str, str]] = set()

    def are_asked(self, target: Target) -> bool:
        """Whether to ask this target."""
        return (str(target.provider.id), target.model) not in self._refused

    def notice(self, target: Target, error: Exception) -> None:
        """Remembers a target that refused."""
        if SAYS_LOGPROBS in str(getattr(error, "body", "")).lower():
            self._refused.add((str(target.provider.id), target.model))


def chat_settings(options: Options, *, logprobs: bool) -> OpenAIChatModelSettings:
    """What every chat completion is asked with; nothing is kept by the provider for later retrieval."""
    settings = OpenAIChatModelSettings(
        temperature=options.temperature, max_tokens=options.max_output_tokens, thinking=False
    )
    if logprobs:
        settings["openai_logprobs"] = True
    return settings


class OpenAiSpeech:
    """How OpenAI is asked."""

    def __init__(self) -> None:
        self._likelihoods = Likelihoods()

    def open_model(self, name: str, line: Line, client: httpx2.AsyncClient) -> Model:
        """See `Speech`."""
        return open_chat_model(name, line, client, None)

    def manner(self, target: Target, options: Options) -> Manner:
        """See `Speech`."""
        settings = chat_settings(options, logprobs=self._likelihoods.are_asked(target))
        return Manner(settings, native_object(options.shape))

    def notice(self, target: Target, error: Exception) -> None:
        """See `Speech`."""
        self._likelihoods.notice(target, error)


def open_dialer(parts: Parts) -> PydanticAiDialer:
    """The dialer of this dialect."""
    return PydanticAiDialer(OpenAiSpeech(), parts)

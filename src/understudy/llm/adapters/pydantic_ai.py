"""One whole answer through pydantic-ai: opened as a stream, collected here, so that a slow start or a cut is seen.

No agent and no retry stand between: the models of pydantic-ai are asked directly, over clients of our own.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Protocol

import httpx2
from pydantic_ai.messages import (
    InstructionPart,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings

from understudy.llm.adapters.by_dialect import Parts
from understudy.llm.adapters.faults import RAISED, failed, failure_of
from understudy.llm.adapters.lines import Line, open_client
from understudy.llm.adapters.reading import read
from understudy.llm.domain import CallFailed, Completion, Fault, Options, Prompt, Shape, Target

MAX_LINES = 200
MAX_MODELS = 500
READ_SECONDS = 300.0
"""A single read of the HTTP client; above every call's own limit, which ends the call first."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a request is put: the settings of the library, and the way its structured answer is asked for."""

    settings: ModelSettings
    parameters: ModelRequestParameters


class Speech(Protocol):
    """What differs from dialect to dialect."""

    def open_model(self, name: str, line: Line, client: httpx2.AsyncClient) -> Model:
        """The model of the library, over this client, without retries."""
        ...

    def manner(self, target: Target, options: Options) -> Manner:
        """How a request to this target is put."""
        ...

    def notice(self, target: Target, error: Exception) -> None:
        """Learns from a failure what not to ask of this target again."""
        ...


class PydanticAiDialer:
    """A `Dialer` for one dialect. Connections and models are kept while they are in use."""

    def __init__(self, speech: Speech, parts: Parts) -> None:
        self._speech = speech
        self._parts = parts
        self._clients: OrderedDict[Line, httpx2.AsyncClient] = OrderedDict()
        self._models: OrderedDict[tuple[Line, str], Model] = OrderedDict()
        self._closing: set[asyncio.Task[None]] = set()

    async def complete(self, target: Target, prompt: Prompt, options: Options) -> Completion:
        """See `Dialer`."""
        model = self._model(target)
        manner = self._speech.manner(target, options)
        parameters = replace(manner.parameters, instruction_parts=instructions(prompt))
        begun = time.perf_counter()
        watch = _Watch(options)
        try:
            async with (
                watch.whole,
                watch.start,
                model.request_stream(messages(prompt), manner.settings, parameters) as stream,
            ):
                async for event in stream:
                    if isinstance(event, PartStartEvent | PartDeltaEvent):
                        watch.token_came()
                response = stream.get()
        except TimeoutError as error:
            raise watch.out_of_time(options) from error
        except RAISED as error:
            self._speech.notice(target, error)
            raise failure_of(error, has_begun=watch.first is not None) from error
        completion = read(response, prompt, options, self._parts.count_tokens)
        return replace(completion, first_token_ms=watch.first_token_ms(begun))

    async def close(self) -> None:
        """Closes the connections."""
        self._models.clear()
        clients, self._clients = [*self._clients.values()], OrderedDict()
        closing = [*self._closing]
        for task in closing:
            task.cancel()
        await asyncio.gather(*closing, *(client.aclose() for client in clients), return_exceptions=True)

    def _model(self, target: Target) -> Model:
        line = Line.to(target, self._parts.reach(target.provider))
        model = self._models.get((line, target.model))
        if model is None:
            model = self._models[line, target.model] = self._speech.open_model(target.model, line, self._client(line))
        self._models.move_to_end((line, target.model))
        while len(self._models) > MAX_MODELS:
            self._models.popitem(last=False)
        return model

    def _client(self, line: Line) -> httpx2.AsyncClient:
        if line not in self._clients:
            self._clients[line] = open_client(line, timeout_seconds=READ_SECONDS)
        self._clients.move_to_end(line)
        while len(self._clients) > MAX_LINES:
            old, client = self._clients.popitem(last=False)
            for key in [key for key in self._models if key[0] == old]:
                del self._models[key]
            closing = asyncio.create_task(_close_later(client))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
        return self._clients[line]


async def _close_later(client: httpx2.AsyncClient) -> None:
    try:
        await asyncio.sleep(READ_SECONDS)  # calls may still be under way on it
    finally:
        await client.aclose()


class _Watch:
    """The two time limits of a call, and when its first token came."""

    def __init__(self, options: Options) -> None:
        self.whole = asyncio.timeout(options.timeout_seconds)
        self.start = asyncio.timeout(options.first_token_seconds)
        self.first: float | None = None

    def token_came(self) -> None:
        """From the first token on, only the limit of the whole call holds."""
        if self.first is None:
            self.first = time.perf_counter()
            self.start.reschedule(None)

    def first_token_ms(self, begun: float) -> int | None:
        """Milliseconds from the beginning to the first token; None when none came."""
        return None if self.first is None else round(1000 * (self.first - begun))

    def out_of_time(self, options: Options) -> CallFailed:
        """Which limit was passed."""
        if self.whole.expired():
            return failed(Fault.TIMED_OUT, f"no whole answer within {options.timeout_seconds:g} s")
        return failed(Fault.SLOW_START, f"no first token within {options.first_token_seconds:g} s")


def instructions(prompt: Prompt) -> list[InstructionPart]:
    """The sections in their order; what is stable is marked so that the provider may keep it in its cache."""
    return [InstructionPart(section.text, dynamic=not section.is_stable) for section in prompt.sections]


def messages(prompt: Prompt) -> list[ModelMessage]:
    """The turns as the library's messages."""
    return [
        ModelResponse([TextPart(turn.text)]) if turn.role == "assistant" else ModelRequest([UserPromptPart(turn.text)])
        for turn in prompt.turns
    ]


def written(shape: Shape) -> dict[str, object]:
    """A shape's schema as the library wants it: a dictionary of its own."""
    return dict(shape.schema)


def native_object(shape: Shape | None) -> ModelRequestParameters:
    """Parameters for an answer whose schema the provider enforces; free text without a shape."""
    if shape is None:
        return ModelRequestParameters()
    wanted = OutputObjectDefinition(json_schema=written(shape), name=shape.name)
    return ModelRequestParameters(output_mode="native", output_object=wanted, allow_text_output=False)

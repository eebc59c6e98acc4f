"""A model on this machine: any GGUF file, through llama.cpp, in threads beside the event loop.

It needs the optional extra `local`, which is loaded here at the first call: a server without it starts and serves as
before. The schema is enforced by a grammar; log-probabilities are the model's own. A small model answers badly.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import unquote, urlsplit

from understudy.llm.adapters.by_dialect import Parts
from understudy.llm.adapters.likelihood import likelihood
from understudy.llm.domain import CallFailed, Completion, Fault, Options, Prompt, Target, Usage

EXTRA = "the optional extra is not installed; remedy: pip install 'understudy[local]' (needs a C++ compiler)"
CONTEXT_TOKENS = 8192
"""Longest prompt and answer together; a model made for less takes less. More costs memory at once."""

MODELS_AT_ONCE = 2
"""Files that are held in memory; a further one pushes out the one that was opened first."""


@dataclass(slots=True)
class Heard:
    """What a model has said so far. `stop` is set by whoever no longer listens."""

    text: str = ""
    tokens: list[dict[str, Any]] = field(default_factory=list)
    finish: str | None = None
    first: float | None = None
    stop: threading.Event = field(default_factory=threading.Event)


class LocalDialer:
    """A `Dialer` for GGUF files. One call at a time per process: more would only share the same cores."""

    def __init__(self) -> None:
        self._models: dict[str, Any] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="local-model")

    async def complete(self, target: Target, prompt: Prompt, options: Options) -> Completion:
        """See `Dialer`."""
        began = time.perf_counter()
        heard = Heard()
        running = asyncio.get_running_loop().run_in_executor(self._thread, self._say, target, prompt, options, heard)
        running.add_done_callback(_seen)
        try:
            async with asyncio.timeout(options.timeout_seconds):
                used = await asyncio.shield(running)
        except TimeoutError as error:
            late = "the model on this machine took too long"
            raise CallFailed(late, fault=Fault.TIMED_OUT, usage=Usage(0, 0)) from error
        finally:
            heard.stop.set()
        return _completion(heard, used, options, began)

    async def close(self) -> None:
        """Frees the models."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._models.clear()

    def _say(self, target: Target, prompt: Prompt, options: Options, heard: Heard) -> Usage:
        if heard.stop.is_set():
            raise CallFailed("nobody listens any more", fault=Fault.CANCELLED, was_sent=False)
        model = self._open(target)
        try:
            for piece in model.create_chat_completion(**_request(prompt, options)):
                _hear(piece["choices"][0], heard)
                if heard.stop.is_set():
                    break
        except ValueError as error:  # longer than the model's context
            raise CallFailed("the prompt is too long for this model", fault=Fault.REFUSED, usage=Usage(0, 0)) from error
        spoken = len(model.tokenize(heard.text.encode(), add_bos=False))
        return Usage(max(0, int(model.n_tokens) - spoken), spoken)

    def _open(self, target: Target) -> Any:
        path = unquote(urlsplit(target.provider.base_url or "").path)
        if path not in self._models:
            while len(self._models) >= MODELS_AT_ONCE:
                del self._models[next(iter(self._models))]
            self._models[path] = _loaded(path)
        return self._models[path]


def _seen(running: asyncio.Future[Usage]) -> None:
    if not running.cancelled():
        running.exception()  # the caller may be gone; then nobody else looks


def _loaded(path: str) -> Any:
    try:
        llama_cpp = import_module("llama_cpp")
    except ImportError as error:
        raise CallFailed(EXTRA, fault=Fault.UNREACHABLE, was_sent=False) from error
    try:
        return llama_cpp.Llama(model_path=path, n_ctx=CONTEXT_TOKENS, logits_all=True, verbose=False)
    except (ValueError, OSError) as error:
        raise CallFailed(f"{path} cannot be opened as a model", fault=Fault.NO_MODEL, was_sent=False) from error


def _request(prompt: Prompt, options: Options) -> dict[str, Any]:
    texts = [section.text for section in prompt.sections]
    shape: dict[str, Any] = {}
    if options.shape is not None:
        schema = dict(options.shape.schema)
        texts.append("Answer with a JSON object of this schema: " + json.dumps(schema))
        shape = {"response_format": {"type": "json_object", "schema": schema}}
    instructions = [{"role": "system", "content": "\n\n".join(texts)}] if texts else []
    turns = [{"role": turn.role, "content": turn.text} for turn in prompt.turns]
    return {
        "messages": [*instructions, *turns],
        "temperature": options.temperature,
        "max_tokens": options.max_output_tokens,
        "logprobs": True,
        "top_logprobs": 1,
        "stream": True,
        **shape,
    }


def _hear(choice: Mapping[str, Any], heard: Heard) -> None:
    text = choice["delta"].get("content") or ""
    if text and heard.first is None:
        heard.first = time.perf_counter()
    heard.text += text
    heard.tokens += (choice.get("logprobs") or {}).get("content") or ()
    heard.finish = choice.get("finish_reason") or heard.finish


def _completion(heard: Heard, used: Usage, options: Options, began: float) -> Completion:
    value = None
    if options.shape is not None:
        value = _object(heard, used)
    elif heard.finish is None:
        raise CallFailed("the answer broke off", fault=Fault.CUT, usage=used)
    return Completion(
        text=heard.text,
        usage=used,
        value=value,
        likelihood=likelihood(heard.tokens, heard.text, is_structured=options.shape is not None),
        first_token_ms=None if heard.first is None else round(1000 * (heard.first - began)),
    )


def _object(heard: Heard, used: Usage) -> Mapping[str, Any]:
    try:
        value = json.loads(heard.text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        fault = Fault.CUT if heard.finish in {None, "length"} else Fault.MALFORMED
        raise CallFailed("no whole JSON object came", fault=fault, usage=used)
    return value


def open_dialer(parts: Parts) -> LocalDialer:
    """The dialer of this dialect."""
    return LocalDialer()

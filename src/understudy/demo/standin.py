"""A server on loopback that speaks OpenAI's chat completions and answers from the oracle's script.

The product reaches it over the wire like any provider: with budget, ledger, breaker and all. It answers at once.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from understudy.demo.oracle import Oracle

MODEL = "scripted-oracle"
PLAIN = "[scripted] This is the demo's stand-in for a model: it only knows the demo's messages."
"""What it says where no structured answer is asked for, such as by a test of the connection."""
CHARACTERS_PER_TOKEN = 4
"""How it counts tokens: a rule of thumb for English."""
STOP_SECONDS = 5
LOOPBACK = "127.0.0.1"


@contextmanager
def running_standin(oracle: Oracle) -> Iterator[str]:
    """Starts the server in a thread, on a port that is free, and stops it at the end; gives its address."""
    listener = socket.create_server((LOOPBACK, 0))
    config = uvicorn.Config(app_of(oracle), log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="stand-in", daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{listener.getsockname()[1]}/v1"
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS)
        listener.close()


def app_of(oracle: Oracle) -> Starlette:
    """The server's application."""

    async def complete(request: Request) -> Response:
        asked = await request.json()
        said = _said(oracle, asked)
        usage = _usage(asked, said)
        if not asked.get("stream"):
            return JSONResponse(_whole(said, usage))
        return Response(_streamed(said, usage), media_type="text/event-stream")

    async def models(request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": MODEL, "object": "model"}]})

    return Starlette(
        routes=[Route("/v1/chat/completions", complete, methods=["POST"]), Route("/v1/models", models, methods=["GET"])]
    )


def _said(oracle: Oracle, asked: dict[str, Any]) -> str:
    if not asked.get("response_format"):
        return PLAIN
    told = [_text(message) for message in asked["messages"]]
    return json.dumps(oracle.answer("\n".join(told[:-1]), told[-1]))


def _text(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _usage(asked: dict[str, Any], said: str) -> dict[str, int]:
    told = sum(len(_text(message)) for message in asked["messages"])
    used = (-(-told // CHARACTERS_PER_TOKEN), -(-len(said) // CHARACTERS_PER_TOKEN))
    return {"prompt_tokens": used[0], "completion_tokens": used[1], "total_tokens": sum(used)}


def _whole(said: str, usage: dict[str, int]) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
    return _shared("chat.completion") | {"choices": [choice], "usage": usage}


def _streamed(said: str, usage: dict[str, int]) -> str:
    shared = _shared("chat.completion.chunk")
    events = (
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": said}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {"choices": [], "usage": usage},
    )
    return "".join(f"data: {json.dumps(shared | event)}\n\n" for event in events) + "data: [DONE]\n\n"


def _shared(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-scripted", "object": kind, "created": 0, "model": MODEL}

"""The routes of OpenAI's protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from understudy.channels.openai import shapes
from understudy.channels.openai.api.presence import CallerLeft, LiveResponse, Write, while_here
from understudy.channels.openai.asked import Asked, read
from understudy.channels.openai.service import FrontDoor, Live, Spoken, Terms, Whole
from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.kit.clock import Clock
from understudy.kit.errors import Unavailable
from understudy.llm.ports import DONE

PATHS = frozenset({"/v1/chat/completions", "/v1/models"})
"""Where errors have OpenAI's shape."""
CALLER_LEFT = 499
"""The status of a request whose caller left; nobody sees it but the metrics. Source: nginx."""
Caller = Annotated[Principal, caller(Permission.MODEL_CALL)]


class NoAnswer(Unavailable):
    """Nothing is to be said to this."""

    code = "no_answer"


class FaultBody(BaseModel):
    """What went wrong."""

    message: str
    type: str = Field(examples=["invalid_request_error"])
    param: str | None
    code: str | None = Field(examples=["model_not_found"])


class OpenAIError(BaseModel):
    """An error in OpenAI's shape."""

    error: FaultBody


ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": OpenAIError, "description": text}
    for status, text in {
        400: "The request is not as it should be, or the model refused it.",
        401: "No valid key.",
        403: "Not allowed.",
        404: "No such model.",
        409: "The same Idempotency-Key with another question, or while the first is being answered.",
        413: "The body is too long.",
        422: "The model refused the request.",
        429: "The month's budget is used up (`insufficient_quota`).",
        502: "The model broke off.",
        503: "No model answered.",
    }.items()
}
MESSAGE = {"role": "user", "content": "Where is my card?"}
BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "description": "A request of OpenAI's chat completions; what is not named here is handed on as it is.",
                "required": ["model", "messages"],
                "properties": {
                    "model": {"type": "string", "description": "provider/model, a bare model name, or `understudy`."},
                    "messages": {"type": "array", "minItems": 1, "items": {"type": "object"}},
                    "stream": {"type": "boolean"},
                    "user": {"type": "string", "description": "Who asks; left out, it never counts as evidence."},
                },
            },
            "example": {"model": "understudy", "messages": [MESSAGE], "user": "customer-4711"},
        }
    },
}
HEADERS = {
    "x-understudy-rung": {"description": "The rung that answered.", "schema": {"type": "string"}},
    "x-understudy-cost": {
        "description": "What it cost, in micro-dollars. Of a stream handed on it stands in a comment before its end.",
        "schema": {"type": "integer"},
    },
    "x-understudy-saved": {"description": "What it saved, in micro-dollars.", "schema": {"type": "integer"}},
    "x-understudy-decision": {"description": "The decision, where there is one.", "schema": {"type": "string"}},
    "x-understudy-model": {"description": "The model it was handed on to.", "schema": {"type": "string"}},
}
COMPLETION = {
    "description": "A completion, or a stream of chunks (`text/event-stream`) where `stream` is true.",
    "headers": HEADERS,
    "content": {
        "application/json": {
            "schema": {"type": "object"},
            "example": shapes.completion(shapes.Answer("chatcmpl-1", 1_763_640_000, "rules", "It takes five days.")),
        }
    },
}
MODELS = {
    "description": "The models that may be asked for.",
    "content": {"application/json": {"schema": {"type": "object"}, "example": shapes.models(["openai/gpt-5-mini"])}},
}


def openai_routes(door: FrontDoor, clock: Clock) -> APIRouter:
    """The front door for software that speaks OpenAI's protocol."""
    router = APIRouter(prefix="/v1", tags=["front door"], responses=ERRORS)

    @router.post("/chat/completions", responses={200: COMPLETION}, openapi_extra={"requestBody": BODY})
    async def chat_completions(
        principal: Caller,
        request: Request,
        climb: Annotated[
            str | None, Header(alias="x-understudy-climb", description="`off`: the free rungs are not asked.")
        ] = None,
        key: Annotated[
            str | None,
            Header(alias="idempotency-key", description="The same again gets the reply of the first.", max_length=200),
        ] = None,
    ) -> Response:
        """Answers a chat: a free rung where one is sure, else the model asked for."""
        asked = read(await request.body())
        terms = Terms(climbs=(climb or "").strip().lower() != "off", key=key)
        try:
            answer = await while_here(request.receive, door.ask(principal.company, asked, terms))
        except CallerLeft:
            return Response(status_code=CALLER_LEFT)
        if isinstance(answer, Spoken):
            return _spoken(answer, asked, int(clock().timestamp()))
        return _whole(answer) if isinstance(answer, Whole) else _live(answer)

    @router.get("/models", responses={200: MODELS})
    async def list_models(principal: Caller) -> Response:
        """The models that may be asked for."""
        return JSONResponse(shapes.models(await door.models(principal.company)))

    return router


def _spoken(spoken: Spoken, asked: Asked, created: int) -> Response:
    """An answer of ours: whole, or as the stream that was asked for."""
    answer = spoken.answer
    decision, reply = answer.decision, answer.reply
    if reply is None:
        raise NoAnswer("nothing is to be said to this", remedy="a person has the conversation")
    rung = decision.choice.rung if decision else None
    said = shapes.Answer(f"chatcmpl-{reply.id.hex}", created, rung.value if rung else "none", reply.text)
    headers = {
        "x-understudy-rung": said.rung,
        "x-understudy-cost": str(decision.spending.cost_micros if decision else 0),
        "x-understudy-saved": str(decision.spending.saved_micros if decision else 0),
        **_told("x-understudy-decision", decision.id if decision else None),
    }
    if not asked.streams:
        return JSONResponse(shapes.completion(said), headers=headers)

    async def deliver(write: Write) -> None:
        await write(b"".join(shapes.events(said, shows_usage=asked.shows_usage)) + DONE)

    return LiveResponse(deliver, headers={**headers, "content-type": "text/event-stream", "cache-control": "no-cache"})


def _whole(answer: Whole) -> Response:
    headers = {
        "x-understudy-rung": "passthrough",
        "x-understudy-cost": str(answer.cost_micros),
        "x-understudy-saved": "0",
        "x-understudy-model": _plain(answer.model),
        **_told("x-understudy-decision", answer.decision_id),
    }
    return Response(answer.body, answer.status, headers, media_type=answer.content_type)


def _live(answer: Live) -> Response:
    headers = {
        "x-understudy-rung": "passthrough",
        "x-understudy-saved": "0",
        "x-understudy-model": _plain(answer.model),
        "content-type": answer.content_type,
        "cache-control": "no-cache",
        **_told("x-understudy-decision", answer.decision_id),
    }

    async def deliver(write: Write) -> None:
        async def pass_on(events: bytes) -> None:
            if events != DONE:  # waits until the call is settled
                await write(events)

        account = await answer.deliver(pass_on)
        if account.failure is not None:
            await write(shapes.error_event(account.failure.fault.value, account.failure.message))
            return
        decision = str(account.decision_id) if account.decision_id else None
        await write(shapes.account(account.cost_micros, decision) + DONE)

    return LiveResponse(deliver, headers=headers)


def _told(name: str, decision_id: UUID | None) -> Mapping[str, str]:
    return {name: str(decision_id)} if decision_id else {}


def _plain(name: str) -> str:
    """A model's name as a header may hold it."""
    return name.encode("ascii", "replace").decode()

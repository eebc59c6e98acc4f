"""The door for HTTP: routes, errors as problem+json, health and metrics. No logic."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from understudy.answering import api as answering_api
from understudy.answering.exchanges.api import exchange_routes
from understudy.channels import api as channels_api
from understudy.channels.openai import shapes
from understudy.channels.openai.api import routes as openai_api
from understudy.channels.webchat.api import webchat_routes
from understudy.companies import api as companies_api
from understudy.companies.domain import KeyUnknown
from understudy.console.pages import routes as console_routes
from understudy.console.session import Sessions
from understudy.console.site import Site
from understudy.conversations import api as conversations_api
from understudy.conversations.feedback.api import correction_routes, feedback_routes, submission_routes
from understudy.evaluation.golden.api import golden_routes
from understudy.evaluation.replaying.api import replay_routes
from understudy.infra.database import DatabaseUnavailable
from understudy.infra.http.scope import RequestScope
from understudy.infra.system import new_id, utc_now
from understudy.infra.telemetry import exposition, get_logger
from understudy.kit.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Unavailable, UnderstudyError
from understudy.learning.deciding.api.routes import many_suggestion_routes, suggestion_routes
from understudy.learning.savings.api import savings_routes
from understudy.learning.tasks.api import task_routes
from understudy.llm.bills import NotConfigured, OverBudget
from understudy.llm.ledger.api import usage_routes
from understudy.llm.money.api import budget_routes
from understudy.llm.prompts.api import prompt_routes
from understudy.llm.providers.api import OF_COMPANY as PROVIDERS_OF_COMPANY
from understudy.llm.providers.api import OF_PLATFORM as PROVIDERS_OF_PLATFORM
from understudy.llm.providers.api import provider_routes, recovery_routes, trial_routes
from understudy.monitoring import api as monitoring_api
from understudy.templates.api.drafts import draft_routes
from understudy.templates.api.following import following_routes, overlay_routes
from understudy.templates.api.questions import qa_routes, trade_content_routes, trade_qa_routes
from understudy.templates.api.rights import OF_COMPANY, OF_PLATFORM
from understudy.templates.api.templates import template_routes, version_routes
from understudy.wiring.parts import TemplateServices
from understudy.wiring.product import Product, opened

STATUS: dict[type[UnderstudyError], HTTPStatus] = {
    KeyUnknown: HTTPStatus.UNAUTHORIZED,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""How errors look over HTTP. The first kind that fits counts."""

OPENAI_STATUS: dict[type[UnderstudyError], HTTPStatus] = {
    Invalid: HTTPStatus.BAD_REQUEST,
    OverBudget: HTTPStatus.TOO_MANY_REQUESTS,
}
"""Where OpenAI's protocol answers with another status than ours."""
NOT_AGAIN = (OverBudget, NotConfigured, NotFound)
"""What OpenAI's clients would try again though nothing will have changed."""

RETRY_AFTER_SECONDS = 2
log = get_logger(__name__)


class FieldProblem(BaseModel):
    """One thing wrong with the input."""

    field: str
    message: str
    remedy: str | None = None


class ProblemView(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = Field(examples=["urn:understudy:problem:invalid"])
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable name of the error.", examples=["invalid"])
    remedy: str | None = None
    problems: list[FieldProblem] = Field(default_factory=list)
    request_id: str | None = None


Background = Callable[[Product], AbstractAsyncContextManager[None]]


def create_app(product: Product, background: Background | None = None) -> FastAPI:
    """The application over a product; its lifespan opens and closes the product.

    `background` runs beside the requests while the product is open: the worker, where it has no process of its own.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with opened(product), background(product) if background else nullcontext():
            yield

    app = FastAPI(
        title="Understudy",
        version="1",
        summary="The customer-support agent that costs less every week.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses=_problem_responses(),
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.access = product.access
    app.state.product = product
    _add_routes(app, product)
    _add_health(app, product)
    _add_errors(app)
    app.add_middleware(RequestScope, max_body_bytes=product.configuration.web.max_body_bytes)
    return app


def _add_routes(app: FastAPI, product: Product) -> None:
    # First: the framework tries one route after the other, which cost every message a fifth of its processor time.
    app.include_router(channels_api.message_routes(product.channels, new_id))
    app.include_router(openai_api.openai_routes(product.front_door, utc_now))
    app.include_router(companies_api.company_routes(product.companies))
    app.include_router(companies_api.settings_routes(product.companies))
    app.include_router(companies_api.key_routes(product.access))
    app.include_router(companies_api.audit_routes(product.audit, product.database))
    app.include_router(conversations_api.conversation_routes(product.conversations, product.handover))
    app.include_router(conversations_api.escalation_routes(product.handover))
    app.include_router(conversations_api.contact_routes(product.contacts))
    app.include_router(submission_routes(product.learning.signals.feedback))
    app.include_router(feedback_routes(product.learning.signals.feedback))
    app.include_router(correction_routes(product.learning.signals.corrections))
    _add_template_routes(app, product.templates)
    for owner in (PROVIDERS_OF_COMPANY, PROVIDERS_OF_PLATFORM):
        app.include_router(provider_routes(product.paid.providers, owner))
        app.include_router(recovery_routes(product.paid.recovery, owner))
    app.include_router(trial_routes(product.paid.probe, product.companies))
    app.include_router(answering_api.decision_routes(product.answering))
    app.include_router(usage_routes(product.paid.usage, utc_now))
    app.include_router(budget_routes(product.budgets))
    app.include_router(task_routes(product.learning.makers.tasks))
    app.include_router(monitoring_api.webhook_routes(product.notices.webhooks))
    app.include_router(monitoring_api.notice_routes(product.notices.notices))
    app.include_router(exchange_routes(product.exchanges))
    app.include_router(prompt_routes(product.prompts))
    app.include_router(golden_routes(product.learning.evaluation.golden))
    app.include_router(replay_routes(product.learning.evaluation.replays, product.learning.evaluation.contents))
    app.include_router(many_suggestion_routes(product.learning.deciding.deciding))
    app.include_router(suggestion_routes(product.learning.deciding.deciding))
    app.include_router(savings_routes(product.learning.deciding.savings, utc_now))
    web = product.configuration.web
    app.include_router(webchat_routes(product.webchat, listens_on=web.host))
    sessions = Sessions(token=web.console_token, clock=utc_now)
    site = Site(reading=product.reading, sessions=sessions, listens_on=web.host)
    app.include_router(console_routes(site, product.desk))


def _add_template_routes(app: FastAPI, templates: TemplateServices) -> None:
    for rights in (OF_COMPANY, OF_PLATFORM):
        app.include_router(template_routes(templates.library, rights))
        app.include_router(version_routes(templates.versions, rights))
        app.include_router(draft_routes(templates.drafts, rights))
    app.include_router(following_routes(templates.following))
    app.include_router(overlay_routes(templates.overlays))
    app.include_router(qa_routes(templates.questions))
    app.include_router(trade_qa_routes(templates.trade_questions))
    app.include_router(trade_content_routes(templates.trade_questions))


def _add_health(app: FastAPI, product: Product) -> None:
    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok")

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> PlainTextResponse:
        async with product.database.lookup() as tx:
            await tx.raw.execute("SELECT 1")
        if not product.listener.listening.is_set():
            raise DatabaseUnavailable("change notices are not heard just now", remedy="wait for the database")
        return PlainTextResponse("ready")

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _problem_responses() -> dict[int | str, dict[str, Any]]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemView"}}}
    described = {
        400: "The body cannot be read.",
        401: "No valid key.",
        403: "Not allowed.",
        404: "Not found.",
        409: "It moved on.",
        422: "Bad input.",
    }
    described |= {413: "The body is too long.", 503: "Not available just now."}
    return {
        status: {"description": text, "content": content, "model": ProblemView} for status, text in described.items()
    }


def _problem(request: Request, status: HTTPStatus, error: UnderstudyError, code: str = "") -> JSONResponse:
    code = code or error.code
    if request.url.path in openai_api.PATHS:
        return _openai_problem(status, error, code)
    found = error.problems if isinstance(error, Invalid) else ()
    if not found and error.field:
        found = (Problem(error.field, error.message, error.remedy),)
    view = ProblemView(
        type=f"urn:understudy:problem:{code}",
        title=status.phrase,
        status=status,
        detail=error.message,
        code=code,
        remedy=error.remedy,
        problems=[FieldProblem(field=p.field, message=p.message, remedy=p.remedy) for p in found if p.field],
        request_id=request.scope.get("request_id"),
    )
    headers = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    return JSONResponse(
        view.model_dump(mode="json"), status_code=status, headers=headers, media_type="application/problem+json"
    )


def _openai_problem(status: HTTPStatus, error: UnderstudyError, code: str) -> JSONResponse:
    status = next((found for kind, found in OPENAI_STATUS.items() if isinstance(error, kind)), status)
    message = f"{error.message} ({error.remedy})" if error.remedy else error.message
    headers = {"x-should-retry": "false"} if isinstance(error, NOT_AGAIN) else {}
    if status == HTTPStatus.SERVICE_UNAVAILABLE and not headers:
        headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    return JSONResponse(shapes.error(status, code, message, error.field), status_code=status, headers=headers)


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(UnderstudyError)
    async def expected(request: Request, error: UnderstudyError) -> Response:
        status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
        return _problem(request, status, error)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:
        problems = tuple(
            Problem(".".join(str(part) for part in fault["loc"]), fault["msg"].removeprefix("Value error, "))
            for fault in error.errors()
        )
        summary = "; ".join(str(problem) for problem in problems[:5])
        return _problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, Invalid(summary, problems=problems))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        remedy = "send JSON in UTF-8" if status is HTTPStatus.BAD_REQUEST else None
        problem = UnderstudyError(str(error.detail), remedy=remedy)
        response = _problem(request, status, problem, status.name.lower())
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> Response:
        log.error("bug", exc_info=error, path=request.url.path)
        problem = UnderstudyError("something went wrong on our side", remedy="tell the administrator the request id")
        return _problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, problem, "bug")

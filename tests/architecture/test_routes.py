"""Every route declares one permission; no key of another company, and no key without the permission, gets through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from tools.make_openapi import NOWHERE
from understudy.companies.authorization import RoutePermission
from understudy.companies.domain import Company, Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS, PLATFORM_PERMISSIONS, Permission
from understudy.infra.postgres.place import Place
from understudy.web import create_app
from understudy.wiring.configuration import configuration
from understudy.wiring.product import Product, build

OPEN = {"/healthz", "/readyz", "/metrics", "/openapi.json"}
"""Routes for machines that hold no key; they tell nothing about a company."""
BY_TOKEN = {"/v1/public/feedback"}
"""Routes for contacts, who hold no key but the token that came with a reply. Their own tests show who gets in."""
PAGES = ("/console", "/chat")
"""Pages with ways in of their own: the console's token, the chat's visitor. Their own tests show who gets in."""


def api_routes() -> list[APIRoute]:
    app = create_app(build(Place(NOWHERE, NOWHERE, NOWHERE, NOWHERE), configuration()))
    return [
        route for route in walk(app.routes) if route.path not in OPEN | BY_TOKEN and not route.path.startswith(PAGES)
    ]


def walk(routes: Sequence[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from walk(route.original_router.routes)


def permissions_of(dependant: Dependant) -> Iterator[Permission]:
    if isinstance(dependant.call, RoutePermission):
        yield dependant.call.permission
    for inner in dependant.dependencies:
        yield from permissions_of(inner)


ROUTES = [(method, route) for route in api_routes() for method in sorted(route.methods or ())]
IDS = [f"{method} {route.path}" for method, route in ROUTES]


def address(route: APIRoute) -> str:
    values = {field.alias: str(uuid4()) for field in route.dependant.path_params}
    return route.path_format.format(**values)


@pytest.mark.parametrize(("method", "route"), ROUTES, ids=IDS)
def test_a_route_declares_one_permission(method: str, route: APIRoute) -> None:
    assert len(list(permissions_of(route.dependant))) == 1


def test_every_permission_opens_something_or_is_of_the_command_line() -> None:
    used = {permission for _, route in ROUTES for permission in permissions_of(route.dependant)}
    assert set(Permission) - used == set()


@pytest.fixture
async def keys(product: Product, company: Company, principal: Principal) -> dict[Permission, str]:
    """For each permission, a token of a key that holds all the others."""
    found: dict[Permission, str] = {}
    for permission in Permission:
        whole = PLATFORM_PERMISSIONS if permission in PLATFORM_PERMISSIONS else COMPANY_PERMISSIONS
        company_id = None if permission in PLATFORM_PERMISSIONS else company.id
        rest = whole - {permission}
        platform = Principal("test", None, frozenset(Permission))
        _, found[permission] = await product.access.create_key(
            platform, name=f"all but {permission}", permissions=rest, company_id=company_id
        )
    return found


async def test_a_key_without_the_permission_is_refused_everywhere(
    client: httpx2.AsyncClient, keys: dict[Permission, str]
) -> None:
    for method, route in ROUTES:
        (permission,) = permissions_of(route.dependant)
        answer = await client.request(
            method, address(route), headers={"Authorization": f"Bearer {keys[permission]}"}, json={}
        )
        assert answer.status_code == 403, f"{method} {route.path} let in a key without {permission}"


async def test_no_key_is_refused_everywhere(client: httpx2.AsyncClient) -> None:
    for method, route in ROUTES:
        for headers in ({}, {"Authorization": "Bearer usk_wrong"}, {"Authorization": "Basic dXNlcjpwYXNz"}):
            answer = await client.request(method, address(route), headers=headers, json={})
            assert answer.status_code == 401, f"{method} {route.path} let in nobody"


def secrets_in(schema: Any, path: str = "") -> Iterator[str]:
    if isinstance(schema, dict):
        for name, value in schema.get("properties", {}).items():
            if name.split("_")[-1] in {"hash", "secret", "password", "token"}:
                yield f"{path}.{name}"
            yield from secrets_in(value, f"{path}.{name}")


def test_no_response_holds_a_secret_but_those_just_made() -> None:
    app = create_app(build(Place(NOWHERE, NOWHERE, NOWHERE, NOWHERE), configuration()))
    schemas = app.openapi()["components"]["schemas"]
    found = {path for name, schema in schemas.items() for path in secrets_in(schema, name)}
    assert found == {
        "KeyMade.token",
        "AuditView.hash",
        "SecretMade.secret",
        "WebhookView.secret",
        "AnswerView.feedback_token",
        "FeedbackBody.token",
    }

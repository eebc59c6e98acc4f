"""Incident 14, foreign object ids: every route × every object of another company is a 404, whatever the key may do.

The routes come from the API's own description, so a new one joins by itself, and one whose object is not seeded here
fails. Taken out to see it fail: the company in the policies of `infra.rls.protect`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx2
import pytest

from tests.conftest import PLATFORM
from tests.learning.rescued import Desk
from tests.learning.suggesting import examples, suggest
from tests.seeding import seed_company
from tools.make_openapi import document
from understudy.companies.domain import Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS, PLATFORM_PERMISSIONS
from understudy.evaluation.golden.domain import NewCase
from understudy.evaluation.replaying.domain import Candidate
from understudy.infra.system import new_id
from understudy.llm.domain import Dialect
from understudy.llm.events import BudgetReached
from understudy.llm.providers.domain import NewProvider
from understudy.monitoring.wording import put_into_words
from understudy.templates.domain import Reply
from understudy.templates.questions.domain import NewQuestion
from understudy.wiring.product import Product

OBJECT = re.compile(r"\{(\w+_id)\}")
REPLY = {"short": "Yes.", "full": "Yes."}
QUESTION = {"expected_revision": 1, "question": "What are your opening hours?", "reply": REPLY}
SCENARIO = {"category": "Cards", "scenario": {"name": "card_arrival", "triggers": ["x"], "replies": [REPLY]}}
BODIES: dict[str, Any] = {
    "PUT /draft": {"categories": ["Cards"], "expected_revision": 1, "name": "Retail bank", "trade": "banking"},
    "POST /draft/scenarios": SCENARIO,
    "PUT /draft/scenarios/{name}": SCENARIO | {"expected_revision": 1},
    "POST /rollback": {"version": 1},
    "PUT /sharing": {"is_shared": True},
    "PUT /pin": {"version": 1},
    "POST /reply": {"text": "Hello Ann."},
    "POST /close": {"resolution": "Done."},
    "POST /reject": {"reason": "no"},
    "PUT /answer": REPLY,
    "PUT /v1/qa/{entry_id}": QUESTION,
    "PUT /v1/corrections/{message_id}": {"is_right": False},
    "PUT /v1/content/trade-qa/{entry_id}": QUESTION,
    "PUT /v1/overlays/{template_id}": {"changes": [], "expected_version": 0},
    "POST /v1/platform/providers/{provider_id}/test": {"company": "stranger"},
}
"""What a route needs beside the id to get past the check of its input, by the end of its path."""

LISTS = (
    "conversations",
    "decisions",
    "feedback",
    "corrections",
    "escalations",
    "templates",
    "qa",
    "trade-qa",
    "following",
    "keys",
    "providers",
    "learning-tasks",
    "suggestions",
)


def routes() -> Iterator[tuple[str, str]]:
    for path, methods in json.loads(document())["paths"].items():
        if OBJECT.search(path):
            yield from ((method.upper(), path) for method in methods)


ROUTES = list(routes())


def body_of(method: str, path: str) -> Any:
    fitting = [
        body
        for end, body in BODIES.items()
        if f"{method} {path}".endswith(end.split(" ")[1]) and end.startswith(method)
    ]
    body = fitting[0] if fitting else {}
    return {} if path.startswith("/v1/conversations") and path.endswith("/close") else body


@pytest.fixture
async def foreign(product: Product, client: httpx2.AsyncClient) -> dict[str, UUID]:
    """One object of each kind in a company of its own."""
    owner = await seed_company(product)
    question = NewQuestion("When are you open?", Reply("Nine.", "From nine."))
    (kept,) = await product.templates.questions.add(owner.principal, [question])
    key, _ = await product.access.create_key(
        owner.principal, name="k", permissions=COMPANY_PERMISSIONS, company_id=owner.company.id
    )
    wanted = NewProvider("openai", Dialect.OPENAI, key="sk-of-the-company")
    provider = await product.paid.providers.add(owner.principal, wanted)
    said = {"text": "I want to talk to a person", "contact": {"value": "ann"}}
    answer = (await client.post("/v1/messages", json=said, headers=owner.headers)).json()
    (escalation,) = await product.handover.escalations(owner.company.id)
    (follow,) = await product.templates.following.list(owner.company.id)
    budget = BudgetReached(owner.company.id, "answering", "2026-11", 50)
    notice = await product.notices.notices.hear(new_id(), put_into_words(budget))
    assert notice
    await Desk(product, owner).rescue("the courier has it")
    await product.learning.makers.capture.run()
    (task,) = await product.learning.makers.tasks.claim()
    suggestion_id = await suggest(product, owner.company.id, examples(follow.template.id, "x"))
    evaluation = product.learning.evaluation
    (case,) = await evaluation.golden.add(owner.principal, [NewCase("is anybody there", None)])
    replay = await evaluation.replays.start(owner.principal, Candidate(thresholds={"semantic": 0.5}), days=1)
    return {
        "case_id": case.id,
        "replay_id": replay.id,
        "contact_id": UUID(answer["contact_id"]),
        "conversation_id": UUID(answer["conversation_id"]),
        "decision_id": UUID(answer["decision_id"]),
        "escalation_id": escalation.id,
        "template_id": follow.template.id,
        "entry_id": kept.entry.id,
        "key_id": key.id,
        "message_id": UUID(answer["message_id"]),
        "notice_id": notice.id,
        "provider_id": provider.id,
        "task_id": task.id,
        "suggestion_id": suggestion_id,
    }


@pytest.fixture
async def strangers(product: Product) -> dict[bool, dict[str, str]]:
    """Keys that may do everything: of another company, and (True) of the platform."""
    company = await product.companies.create(PLATFORM, slug="stranger", name="Stranger", trade="hvac")
    principal = Principal("test", company.id, COMPANY_PERMISSIONS)
    _, mine = await product.access.create_key(
        principal, name="all", permissions=COMPANY_PERMISSIONS, company_id=company.id
    )
    _, platform = await product.access.create_key(
        PLATFORM, name="all", permissions=PLATFORM_PERMISSIONS, company_id=None
    )
    return {False: {"Authorization": f"Bearer {mine}"}, True: {"Authorization": f"Bearer {platform}"}}


async def test_another_companys_objects_do_not_exist(
    client: httpx2.AsyncClient, foreign: dict[str, UUID], strangers: dict[bool, dict[str, str]]
) -> None:
    answers = {}
    for method, path in ROUTES:
        values = {name: str(foreign[name]) for name in OBJECT.findall(path)}
        filled = path.format(**values, name="card_arrival", version=1)
        headers = strangers[path.startswith(("/v1/content", "/v1/platform"))]
        after = str(new_id()) if path.startswith("/v1/replays") else "1"
        parameters = {"before": "1", "after": after, "expected_revision": "1"}
        answer = await client.request(method, filled, headers=headers, json=body_of(method, path), params=parameters)
        answers[f"{method} {path}"] = answer.status_code
    assert {route: status for route, status in answers.items() if status != 404} == {}


async def test_lists_hold_nothing_of_another_company(
    client: httpx2.AsyncClient, foreign: dict[str, UUID], strangers: dict[bool, dict[str, str]]
) -> None:
    own = {str(value) for value in foreign.values()}
    for path in (
        "conversations",
        "decisions",
        "escalations",
        "templates",
        "qa",
        "trade-qa",
        "following",
        "keys",
        "providers",
        "learning-tasks",
        "suggestions",
        "golden-cases",
        "replays",
    ):
        answer = await client.get(f"/v1/{path}", headers=strangers[False])
        assert answer.status_code == 200, path
        assert not [value for value in own if value in answer.text], path


def test_the_objects_have_something_to_protect() -> None:
    assert len(ROUTES) > 40

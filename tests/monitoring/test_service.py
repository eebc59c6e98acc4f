"""Notices: raised once by each event, counted while nobody looks, seen by those they belong to."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from understudy.companies.domain import Company, NotAllowed, Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS
from understudy.infra.system import new_id, utc_now
from understudy.llm.events import BudgetReached, HoldTooSmall, ProviderBack, ProviderDown, ProviderSlow
from understudy.monitoring.domain import UNSEEN_KEPT, Code, Notice, NoticeNotFound, NoticeQuery, Severity
from understudy.monitoring.service import Notices
from understudy.monitoring.wording import Event, put_into_words
from understudy.wiring.product import Product

PROVIDER = uuid4()


async def raised(notices: Notices, event: Event, event_id: UUID | None = None) -> Notice | None:
    return await notices.hear(event_id or new_id(), put_into_words(event))


async def listed(notices: Notices, company: Company, **wanted: object) -> list[str]:
    found = await notices.list(company.id, NoticeQuery(**wanted))  # type: ignore[arg-type]
    return [notice.code.value for notice in found]


async def test_an_event_that_comes_twice_counts_once(notices: Notices, company: Company) -> None:
    event, event_id = HoldTooSmall(company.id, "openai/m", 1, 2), new_id()
    assert await raised(notices, event, event_id)
    assert await raised(notices, event, event_id) is None
    (notice,) = await notices.list(company.id, NoticeQuery())
    assert notice.count == 1


async def test_one_event_heard_by_many_at_once_counts_once(notices: Notices, company: Company) -> None:
    event, event_id = HoldTooSmall(company.id, "openai/m", 1, 2), new_id()
    await asyncio.gather(*(raised(notices, event, event_id) for _ in range(8)), return_exceptions=True)
    (notice,) = await notices.list(company.id, NoticeQuery())
    assert notice.count == 1


async def test_the_same_again_counts_up_until_somebody_saw_it(
    notices: Notices, company: Company, principal: Principal
) -> None:
    for cost in (2, 3, 4):
        await raised(notices, HoldTooSmall(company.id, "openai/m", 1, cost))
    (notice,) = await notices.list(company.id, NoticeQuery())
    assert (notice.count, notice.details["cost_micros"]) == (3, 4)
    seen = await notices.see(principal, notice.id)
    assert seen.seen_by == "test"
    assert (await notices.see(Principal("other", company.id, COMPANY_PERMISSIONS), notice.id)).seen_by == "test"
    await raised(notices, HoldTooSmall(company.id, "openai/m", 1, 5))
    assert [(n.count, n.is_seen) for n in await notices.list(company.id, NoticeQuery())] == [(1, False), (3, True)]


async def test_other_subjects_stand_by_themselves(notices: Notices, company: Company) -> None:
    for event in (
        BudgetReached(company.id, "answering", "2026-11", 50),
        BudgetReached(company.id, "answering", "2026-11", 80),
        BudgetReached(company.id, "learning", "2026-11", 50),
        BudgetReached(company.id, "answering", "2026-12", 50),
    ):
        await raised(notices, event)
    assert await listed(notices, company) == ["BUDGET_50", "BUDGET_50", "BUDGET_80", "BUDGET_50"]
    assert await listed(notices, company, code=Code.BUDGET_80) == ["BUDGET_80"]
    assert await listed(notices, company, severity=Severity.CRITICAL) == []
    first = (await notices.list(company.id, NoticeQuery(limit=1)))[0]
    assert len(await listed(notices, company, before=first.id)) == 3


async def test_a_provider_that_is_back_puts_an_end_to_what_was_wrong(notices: Notices, company: Company) -> None:
    other = uuid4()
    await raised(notices, ProviderDown(company.id, PROVIDER, "mine", "timed_out"))
    await raised(notices, ProviderSlow(company.id, PROVIDER, "mine", 4.0))
    await raised(notices, ProviderDown(company.id, other, "another", "timed_out"))
    await raised(notices, ProviderBack(company.id, PROVIDER, "mine"))
    assert await listed(notices, company, is_seen=False) == ["LLM_BACK", "LLM_DOWN"]
    settled = await notices.list(company.id, NoticeQuery(is_seen=True))
    assert {notice.seen_by for notice in settled} == {"understudy: LLM_BACK"}


async def test_the_platforms_are_read_by_every_company_and_changed_by_none(
    notices: Notices, company: Company, other_company: Company, principal: Principal
) -> None:
    down = await raised(notices, ProviderDown(None, PROVIDER, "openai", "timed_out"))
    assert down
    assert await raised(notices, ProviderDown(None, PROVIDER, "openai", "cut"))
    for one in (company, other_company):
        (notice,) = await notices.list(one.id, NoticeQuery())
        assert (notice.company_id, notice.count) == (None, 2)
    with pytest.raises(NoticeNotFound):
        await notices.see(principal, down.id)
    assert (await notices.see_any("console", down.id)).seen_by == "console"
    assert await notices.unseen() == {}


async def test_another_companys_notice_does_not_exist(
    notices: Notices, company: Company, other_company: Company, principal: Principal
) -> None:
    theirs = await raised(notices, HoldTooSmall(other_company.id, "openai/m", 1, 2))
    assert theirs
    assert await listed(notices, company) == []
    with pytest.raises(NoticeNotFound):
        await notices.see(principal, theirs.id)
    assert await notices.unseen(company.id) == {}
    assert await notices.unseen() == {Severity.WARNING: 1}
    assert [n.id for n in await notices.list_all(NoticeQuery(company_id=other_company.id))] == [theirs.id]


async def test_who_may_not_manage_notices_cannot_mark_them(notices: Notices, company: Company) -> None:
    with pytest.raises(NotAllowed):
        await notices.see(Principal("x", company.id, frozenset()), uuid4())


@pytest.mark.parametrize("table", ["notice", "notice_event", "notice_delivery", "notice_secret"])
async def test_no_company_writes_for_another_or_for_the_platform(
    product: Product, company: Company, other_company: Company, table: str
) -> None:
    columns = {
        "notice": "(id, company_id, code, severity, subject, title, text, details, count, first_at, last_at)"
        " VALUES (%(id)s, %(to)s, 'c', 's', 's', 't', 't', '{}', 1, now(), now())",
        "notice_event": "(event_id, company_id, notice_id, at) VALUES (%(id)s, %(to)s, %(id)s, now())",
        "notice_delivery": "(company_id, id, notice_id, made_at, tries) VALUES (%(to)s, %(id)s, %(id)s, now(), 0)",
        "notice_secret": "(company_id, sealed, made_by, made_at) VALUES (%(to)s, 'x', 'x', now())",
    }
    targets = [other_company.id, None] if table in {"notice", "notice_event"} else [other_company.id]
    for to in targets:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with product.database.transaction(company.id) as tx:
                await tx.raw.execute(f"INSERT INTO {table} {columns[table]}", {"id": new_id(), "to": to})


async def test_what_is_old_is_forgotten(notices: Notices, product: Product, company: Company, principal: Principal):
    old = await raised(notices, HoldTooSmall(company.id, "openai/old", 1, 2))
    seen = await raised(notices, HoldTooSmall(company.id, "openai/seen", 1, 2))
    assert old
    assert seen
    await notices.see(principal, seen.id)
    await raised(notices, HoldTooSmall(company.id, "openai/new", 1, 2))
    assert await notices.forget_old() == 0
    async with product.database.platform() as tx:
        await tx.raw.execute("UPDATE notice SET last_at = %s WHERE id = %s", (utc_now() - UNSEEN_KEPT, old.id))
        await tx.raw.execute("UPDATE notice SET seen_at = %s WHERE id = %s", (utc_now() - timedelta(days=91), seen.id))
    assert await notices.forget_old() == 2
    assert len(await listed(notices, company)) == 1

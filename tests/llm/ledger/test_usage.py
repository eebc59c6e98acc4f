"""The ledger as it is read: the same sums from calls and from summaries, by every grouping, for one company or all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from tests.paying import CallRow, write_call
from understudy.companies.domain import Company
from understudy.infra.system import new_id
from understudy.kit.errors import Invalid
from understudy.llm.domain import Fault, Purpose, Tier
from understudy.llm.ledger.domain import CallQuery, Grouping, Span, Sums, UsageQuery, span_of
from understudy.llm.ledger.keeping import Ledger
from understudy.llm.ledger.usage import Usage
from understudy.wiring.product import Product

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WEEK = Span(date(2026, 11, 14), date(2026, 11, 20))
CHEAP = CallRow(NOW, provider="gemini", model="flash", tier="small", cost_micros=100, complexity=0.1)
DEAR = CallRow(NOW, provider="openai", model="4o", cost_micros=900, failover_from="gemini/flash")
FAILED = replace(CHEAP, tokens=None, cost_micros=0, fault="overloaded")
TEST = replace(CHEAP, purpose="test", cost_micros=3, tier=None, complexity=None, at=NOW - timedelta(days=2))
LONG_AGO = replace(DEAR, at=NOW - timedelta(days=10), cost_micros=5_000)


@pytest.fixture
def usage(product: Product) -> Usage:
    """The ledger as it is read."""
    return Usage(database=product.database)


@pytest.fixture
async def calls(product: Product, company: Company, other_company: Company) -> None:
    """Some calls of two companies."""
    rows = [(company, row) for row in (CHEAP, CHEAP, DEAR, FAILED, TEST, LONG_AGO)] + [(other_company, DEAR)]
    async with product.database.platform() as tx:
        for owner, row in rows:
            await write_call(tx.raw, owner.id, row, new_id())


async def sums(usage: Usage, company_id: UUID | None, by: Grouping, span: Span = WEEK) -> dict[str, tuple[int, int]]:
    table = await usage.table(UsageQuery(span, company_id), by=by)
    return {line.key: (line.sums.calls, line.sums.cost_micros) for line in table.lines}


EXPECTED = {
    Grouping.DAY: {"2026-11-18": (1, 3), "2026-11-20": (4, 1_100)},
    Grouping.PROVIDER: {"openai": (1, 900), "gemini": (4, 203)},
    Grouping.MODEL: {"openai/4o": (1, 900), "gemini/flash": (4, 203)},
    Grouping.PURPOSE: {"answer": (4, 1_100), "test": (1, 3)},
}


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize("summarised_at", [None, NOW - timedelta(days=2), NOW])
@pytest.mark.parametrize("by", EXPECTED)
async def test_sums_are_the_same_with_and_without_summaries(
    usage: Usage, product: Product, company: Company, by: Grouping, summarised_at: datetime | None
) -> None:
    if summarised_at is not None:
        await Ledger(database=product.database, clock=lambda: summarised_at).summarise()
    assert await sums(usage, company.id, by) == EXPECTED[by]
    assert list(await sums(usage, company.id, by)) == list(EXPECTED[by]), "days in order, the rest by cost"


@pytest.mark.usefixtures("calls")
async def test_days_that_have_no_calls_any_more_come_from_their_summaries(
    usage: Usage, product: Product, company: Company
) -> None:
    month = Span(date(2026, 11, 1), date(2026, 11, 20))
    before = await sums(usage, company.id, Grouping.MODEL, month)
    await Ledger(database=product.database, clock=lambda: LONG_AGO.at).summarise()
    async with product.database.platform() as tx:
        await tx.raw.execute("DELETE FROM llm_call WHERE at < %s", (NOW - timedelta(days=5),))
    assert await sums(usage, company.id, Grouping.MODEL, month) == before


@pytest.mark.usefixtures("calls")
async def test_the_platform_sums_all_companies_and_a_company_its_own(
    usage: Usage, company: Company, other_company: Company
) -> None:
    everybodys = await sums(usage, None, Grouping.COMPANY)
    assert everybodys == {str(company.id): (5, 1_103), str(other_company.id): (1, 900)}
    assert await sums(usage, other_company.id, Grouping.COMPANY) == {str(other_company.id): (1, 900)}


@pytest.mark.usefixtures("calls")
async def test_sums_hold_tokens_failures_and_failovers(usage: Usage, company: Company) -> None:
    table = await usage.table(UsageQuery(WEEK, company.id, purpose=Purpose.ANSWER), by=Grouping.DAY)
    assert table.total == Sums(4, 3, 1, 3 * 1_400, 3 * 120, 3 * 900, 1_100)
    only = await usage.table(UsageQuery(WEEK, company.id, provider="gemini", model="flash"), by=Grouping.DAY)
    assert only.total.calls == 4
    assert (await usage.table(UsageQuery(WEEK, company.id, provider="nobody"), by=Grouping.DAY)).total == Sums()


@pytest.mark.usefixtures("calls")
async def test_calls_are_listed_newest_first_and_filtered(
    usage: Usage, company: Company, other_company: Company
) -> None:
    found = await usage.calls(CallQuery(company.id))
    assert [call.id for call in found] == sorted((call.id for call in found), reverse=True)
    assert len(found) == 6
    assert {call.purpose for call in found} == {Purpose.ANSWER, Purpose.TEST}
    (failed,) = await usage.calls(CallQuery(company.id, failed=True))
    assert (failed.fault, failed.tier, failed.input_tokens) == (Fault.OVERLOADED, Tier.SMALL, None)
    assert len(await usage.calls(CallQuery(company.id, failed=False, span=WEEK))) == 4
    assert len(await usage.calls(CallQuery(company.id, before=found[3].id))) == 2
    assert len(await usage.calls(CallQuery(company.id, provider="openai", model="4o", purpose=Purpose.ANSWER))) == 2
    assert len(await usage.calls(CallQuery(other_company.id))) == 1
    assert await usage.calls(CallQuery(company.id, message_id=new_id())) == []


@pytest.mark.usefixtures("calls")
async def test_routing_tells_tiers_faults_reasons_and_how_providers_are(
    usage: Usage, product: Product, company: Company
) -> None:
    async with product.database.platform() as tx:
        for began, ended, confidence in (("small", "small", 0.9), ("small", "medium", 0.8)):
            await tx.raw.execute(
                "INSERT INTO llm_route VALUES (%s, %s, %s, NULL, '{}', %s, %s, %s, true)",
                (company.id, new_id(), NOW, began, ended, confidence),
            )
        await tx.raw.execute(
            "INSERT INTO provider_circuit (provider_id, retry_at, opened_at, reason)"
            " SELECT provider_id, now(), now(), 'cut' FROM llm_call WHERE provider = 'gemini' LIMIT 1"
        )
    found = await usage.routing(UsageQuery(WEEK, company.id))
    assert {(line.tier, line.fault): line.calls for line in found.lines} == {
        (Tier.SMALL, None): 2,
        (Tier.MEDIUM, None): 1,
        (Tier.SMALL, Fault.OVERLOADED): 1,
        (None, None): 1,
    }
    assert (found.climbed.questions, found.climbed.share) == (2, 0.5)
    assert found.climbed.confidence == pytest.approx(0.85)
    assert [(one.model, one.calls, one.failed) for one in found.timings] == [("flash", 4, 1), ("4o", 1, 0)]
    assert {one.provider: (one.is_left_alone, one.reason) for one in found.health} == {
        "gemini": (True, "cut"),
        "openai": (False, None),
    }
    assert ("complexity, after a failure of gemini/flash", "openai/4o") in {(r.reason, r.model) for r in found.reasons}


def test_a_range_is_read_from_what_is_given():
    assert span_of(None, None, now=NOW) == Span(date(2026, 10, 22), date(2026, 11, 20))
    assert span_of(date(2026, 11, 1), None, now=NOW).days == 20
    assert span_of(None, date(2026, 1, 31), now=NOW) == Span(date(2026, 1, 2), date(2026, 1, 31))
    assert Span.last(1, NOW).start == datetime(2026, 11, 20, tzinfo=UTC)
    assert Span.last(1, NOW).end == datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 11, 2), date(2026, 11, 1)),
        (date(2020, 1, 1), date(2026, 1, 1)),
        (date.min, None),
        (None, date.max),
        (date.max, None),
    ],
)
def test_a_range_that_cannot_be_is_refused(since: date | None, until: date | None):
    with pytest.raises(Invalid):
        span_of(since, until, now=NOW)

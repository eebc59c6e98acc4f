"""The golden set and its versions."""

from __future__ import annotations

import asyncio

import pytest

from tests.evaluation.conftest import ARRIVAL, FREE, LOST, PAID, UNKNOWN, Traffic
from understudy.answering.domain import DecisionNotFound
from understudy.companies.domain import Company, Principal
from understudy.evaluation.domain import GoldenCaseNotFound, Origin
from understudy.evaluation.golden.domain import GoldenCaseExists, NewCase
from understudy.evaluation.golden.service import GoldenCases
from understudy.infra.system import new_id
from understudy.kit.errors import Invalid


@pytest.fixture
def golden(traffic: Traffic) -> GoldenCases:
    return traffic.product.learning.evaluation.golden


async def test_every_change_is_a_version(golden: GoldenCases, traffic: Traffic) -> None:
    company_id, who = traffic.company.id, traffic.principal
    assert await golden.version(company_id) == 0
    (first, second) = await golden.add(who, [NewCase("card?", "card_arrival"), NewCase("boat?", None)])
    assert (first.expected, first.since, first.language, first.origin) == (ARRIVAL, 1, "en", Origin.IMPORTED)
    assert second.expected is None
    (third,) = await golden.add(who, [NewCase("gone!", LOST)])
    assert third.since == 2
    assert await golden.drop(who, first.id) == 3
    assert await golden.drop(who, first.id) == 3
    texts = {
        version: [case.text for case in await golden.list(company_id, version=version)] for version in (0, 1, 2, 3)
    }
    assert texts == {0: [], 1: ["card?", "boat?"], 2: ["card?", "boat?", "gone!"], 3: ["boat?", "gone!"]}
    assert [case.text for case in await golden.list(company_id)] == texts[3]
    assert (await golden.show(company_id, first.id)).until == 3


async def test_the_same_case_again_changes_nothing(golden: GoldenCases, traffic: Traffic) -> None:
    await golden.add(traffic.principal, [NewCase("card?", ARRIVAL)])
    assert await golden.add(traffic.principal, [NewCase(" card? ", "card_arrival"), NewCase("card?", ARRIVAL)]) == []
    assert await golden.version(traffic.company.id) == 1
    with pytest.raises(GoldenCaseExists, match="expects"):
        await golden.add(traffic.principal, [NewCase("card?", LOST)])
    (case,) = await golden.list(traffic.company.id)
    await golden.drop(traffic.principal, case.id)
    assert len(await golden.add(traffic.principal, [NewCase("card?", LOST)])) == 1


async def test_what_names_nothing_is_refused(golden: GoldenCases, traffic: Traffic) -> None:
    for expected in ("card", "scenario:Bank/card", "scenario:Other/card_arrival", "qa:1"):
        with pytest.raises(Invalid, match="names nothing"):
            await golden.add(traffic.principal, [NewCase("card?", expected)])
    assert await golden.list(traffic.company.id) == []


async def test_an_answer_is_confirmed_or_corrected(golden: GoldenCases, traffic: Traffic) -> None:
    free, unknown = await traffic.said(FREE, UNKNOWN)
    (confirmed,) = await golden.confirm(traffic.principal, await traffic.decision_of(free))
    assert (confirmed.text, confirmed.expected, confirmed.origin) == (FREE, ARRIVAL, Origin.CONFIRMED)
    assert confirmed.message_id == free.id
    with pytest.raises(Invalid, match="no scenario"):
        await golden.confirm(traffic.principal, await traffic.decision_of(unknown))
    (corrected,) = await golden.confirm(traffic.principal, await traffic.decision_of(unknown), expected="card_lost")
    assert (corrected.expected, corrected.origin) == (LOST, Origin.CORRECTED)
    with pytest.raises(DecisionNotFound):
        await golden.confirm(traffic.principal, new_id())


async def test_the_text_goes_with_its_contact(golden: GoldenCases, traffic: Traffic) -> None:
    (message,) = await traffic.said(FREE, who="ann")
    (other,) = await traffic.paid(PAID, who="bob")
    for one in (message, other):
        await golden.confirm(traffic.principal, await traffic.decision_of(one))
    exported = await traffic.product.contacts.export(traffic.principal, message.contact_id)
    assert [row["text"] for row in exported["golden_case"]] == [FREE]
    erased = await traffic.product.contacts.erase(traffic.principal, message.contact_id)
    assert erased["golden_case"] == 1
    assert [case.text for case in await golden.list(traffic.company.id)] == [PAID]
    async with traffic.product.database.transaction(traffic.company.id) as tx:  # by itself, without the registry
        await tx.raw.execute("DELETE FROM contact WHERE id = %s", (other.contact_id,))
    assert await golden.list(traffic.company.id, version=2) == []


async def test_another_company_sees_nothing(golden: GoldenCases, traffic: Traffic, other_company: Company) -> None:
    (case,) = await golden.add(traffic.principal, [NewCase("card?", ARRIVAL)])
    stranger = Principal("other", other_company.id, traffic.principal.permissions)
    assert await golden.list(other_company.id) == []
    for attempt in (golden.show(other_company.id, case.id), golden.drop(stranger, case.id)):
        with pytest.raises(GoldenCaseNotFound):
            await attempt


async def test_many_add_at_once_and_each_case_is_there_once(golden: GoldenCases, traffic: Traffic) -> None:
    cases = [NewCase(f"card {number}?", ARRIVAL) for number in range(6)]
    added = await asyncio.gather(
        *(golden.add(traffic.principal, cases[number:] + cases[:number]) for number in range(6))
    )
    assert sum(map(len, added)) == 6
    assert await golden.version(traffic.company.id) == 1


async def test_cases_are_kept_with_their_embeddings(golden: GoldenCases, traffic: Traffic) -> None:
    await golden.add(traffic.principal, [NewCase("card?", ARRIVAL)])
    (kept,) = await golden.kept(traffic.company.id)
    exact = await traffic.product.language.encode("card?")
    assert float(kept.vector @ exact) > 0.999
    async with traffic.product.database.transaction(traffic.company.id) as tx:
        await tx.raw.execute("UPDATE golden_case SET encoder = 'another', vector = ''")
    (again,) = await golden.kept(traffic.company.id)
    assert float(again.vector @ exact) > 0.999

"""What was said to providers is kept with its message: read, exported, and gone with it."""

from __future__ import annotations

from datetime import timedelta

import httpx2
import psycopg
import pytest

from tests.answering.conftest import Say
from understudy.answering.exchanges.domain import Exchange
from understudy.answering.exchanges.store import add_exchange, exchanges_of
from understudy.companies.domain import Company, Principal
from understudy.conversations.settings import ConversationSettings
from understudy.infra.system import new_id, utc_now
from understudy.llm.domain import Prompt, Section, Turn
from understudy.wiring.product import Product

PROMPT = Prompt((Section("Answer."), Section("Sources", is_stable=False)), (Turn("user", "mail [EMAIL_1]\x00"),))


@pytest.fixture
async def kept(product: Product, bank: Company, say: Say) -> Exchange:
    taken = await say("where is my card")
    message = taken.message
    made = Exchange(
        new_id(), message.id, message.contact_id, PROMPT, "It is on its way.", "1@ab", utc_now(), (new_id(),)
    )
    async with product.database.transaction(bank.id) as tx:
        await add_exchange(tx, made)
    return made


async def test_it_is_read_back_as_it_was_sent(product: Product, company: Company, kept: Exchange) -> None:
    async with product.database.transaction(company.id) as tx:
        (found,) = await exchanges_of(tx, kept.message_id)
        assert await exchanges_of(tx, new_id()) == []
    assert found.prompt.sections == PROMPT.sections
    assert found.prompt.turns[0].text == "mail [EMAIL_1]\ufffd"
    assert (found.call_ids, found.prompt_version, found.completion) == (kept.call_ids, "1@ab", "It is on its way.")


async def test_a_contact_takes_it_along(product: Product, principal: Principal, kept: Exchange) -> None:
    exported = await product.contacts.export(principal, kept.contact_id)
    assert [row["completion"] for row in exported["exchange"]] == ["It is on its way."]
    erased = await product.contacts.erase(principal, kept.contact_id)
    assert erased["exchange"] == 1
    async with product.database.transaction(principal.company) as tx:
        assert await exchanges_of(tx, kept.message_id) == []


async def test_it_goes_with_its_message(product: Product, company: Company, kept: Exchange) -> None:
    async with product.database.transaction(company.id) as tx:
        await tx.raw.execute("DELETE FROM message WHERE id = %s", (kept.message_id,))
        assert await exchanges_of(tx, kept.message_id) == []


async def test_old_ones_are_forgotten_with_their_messages(product: Product, company: Company, kept: Exchange) -> None:
    settings = ConversationSettings(retention_days=1)
    product.contacts._clock = lambda: utc_now() + timedelta(days=3)
    await product.contacts.forget_old(company.id, settings)
    async with product.database.transaction(company.id) as tx:
        assert await exchanges_of(tx, kept.message_id) == []


async def test_another_company_sees_and_adds_nothing(product: Product, other_company: Company, kept: Exchange) -> None:
    async with product.database.transaction(other_company.id) as tx:
        assert await exchanges_of(tx, kept.message_id) == []
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        async with product.database.transaction(other_company.id) as tx:
            await add_exchange(tx, kept)


async def test_the_prompt_of_a_decision_is_shown(
    client: httpx2.AsyncClient, key: dict[str, str], kept: Exchange
) -> None:
    (decision,) = (await client.get("/v1/decisions", headers=key)).json()["items"]
    answer = await client.get(f"/v1/decisions/{decision['id']}/exchanges", headers=key)
    (shown,) = answer.json()
    assert shown["sections"][0] == {"text": "Answer.", "is_stable": True}
    assert shown["completion"] == "It is on its way."
    assert (await client.get(f"/v1/decisions/{new_id()}/exchanges", headers=key)).status_code == 404

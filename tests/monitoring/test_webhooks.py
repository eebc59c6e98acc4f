"""Webhooks against a real server on this machine: signed, repeated until taken, and never to an address inside."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import pytest

from tests.monitoring.conftest import Receiver
from understudy import worker
from understudy.companies.domain import Company, Principal
from understudy.infra.http.outbound import AddressRefused
from understudy.infra.system import new_id, utc_now
from understudy.kit.errors import Invalid
from understudy.llm.events import BudgetReached, ProviderDown
from understudy.monitoring.domain import NoSecret, NotDelivered, NoWebhook
from understudy.monitoring.settings import NoticeSettings
from understudy.monitoring.signing import is_genuine
from understudy.monitoring.wording import put_into_words
from understudy.wiring.notices import NoticeServices
from understudy.wiring.product import Product


@pytest.fixture
async def secret(services: NoticeServices, receiver: Receiver, principal: Principal) -> str:
    """The secret of a company whose webhook is the receiver."""
    webhook = await services.webhooks.set_address(principal, receiver.url)
    assert webhook.secret
    return webhook.secret


def running(product: Product, services: NoticeServices) -> Product:
    """The product with these notices, for a worker."""
    return dataclasses.replace(product, job_kinds=services.job_kinds)


async def test_an_event_reaches_the_webhook_signed_and_once(
    product: Product, services: NoticeServices, receiver: Receiver, secret: str, company: Company
) -> None:
    async with worker.running(running(product, services)):
        for percent in (50, 80):
            async with product.database.transaction(company.id) as tx:
                await product.outbox.announce(tx, BudgetReached(company.id, "answering", "2026-11", percent))
        await receiver.came(2)
    told = [json.loads(body) for body, _ in receiver.received]
    assert sorted(one["notice"]["code"] for one in told) == ["BUDGET_50", "BUDGET_80"]
    assert {one["company"] for one in told} == {company.slug}
    for body, headers in receiver.received:
        assert is_genuine(secret, body, headers["x-understudy-signature"], utc_now())
        assert not is_genuine("guess", body, headers["x-understudy-signature"], utc_now())
        assert headers["x-understudy-delivery"] == json.loads(body)["id"]
    assert await services.webhooks.take_up() == 0


async def test_what_is_not_taken_is_sent_again_under_the_same_id(
    product: Product, services: NoticeServices, receiver: Receiver, secret: str, company: Company
) -> None:
    receiver.answers = [500]
    async with worker.running(running(product, services)):
        await services.notices.hear(new_id(), put_into_words(BudgetReached(company.id, "answering", "2026-11", 100)))
        await receiver.came(2)
    first, second = (json.loads(body) for body, _ in receiver.received)
    assert first["id"] == second["id"]
    assert first["notice"]["title"] == "The budget for November 2026 is used up"


async def test_what_was_given_up_is_taken_up_later_and_not_after_a_day(
    product: Product, services: NoticeServices, receiver: Receiver, secret: str, company: Company
) -> None:
    receiver.answers = [500]
    notice = await services.notices.hear(
        new_id(), put_into_words(BudgetReached(company.id, "answering", "2026-11", 50))
    )
    assert notice
    await services.webhooks.send(notice.id, company.id)
    await services.webhooks.send(notice.id, company.id)
    async with product.database.platform() as tx:
        rows = await (await tx.raw.execute("SELECT id FROM notice_delivery")).fetchall()
    ((delivery_id,),) = rows
    with pytest.raises(NotDelivered):
        await services.webhooks.deliver(company.id, delivery_id)
    assert await services.webhooks.take_up() == 0
    async with product.database.platform() as tx:
        await tx.raw.execute("UPDATE notice_delivery SET tried_at = now() - interval '31 minutes'")
    assert await services.webhooks.take_up() == 1
    async with product.database.platform() as tx:
        await tx.raw.execute("UPDATE notice_delivery SET made_at = now() - interval '25 hours'")
    assert await services.webhooks.take_up() == 0
    await services.webhooks.deliver(company.id, delivery_id)
    await services.webhooks.deliver(company.id, delivery_id)
    assert len(receiver.received) == 2


async def test_the_platforms_notices_go_to_every_company_with_a_webhook(
    product: Product, services: NoticeServices, receiver: Receiver, secret: str, other_company: Company
) -> None:
    async with worker.running(running(product, services)):
        async with product.database.lookup() as tx:
            await product.outbox.announce(tx, ProviderDown(None, new_id(), "openai", "timed_out"))
        await receiver.came(1)
    ((body, _),) = receiver.received
    told = json.loads(body)
    assert (told["notice"]["code"], told["notice"]["is_platform"]) == ("LLM_DOWN", True)


async def test_a_test_is_posted_once(services: NoticeServices, receiver: Receiver, secret: str, principal: Principal):
    assert (await services.webhooks.test(principal)).url == receiver.url
    ((body, headers),) = receiver.received
    assert json.loads(body)["type"] == "test"
    assert is_genuine(secret, body, headers["x-understudy-signature"], utc_now())
    assert not is_genuine(secret, body, headers["x-understudy-signature"], utc_now() + timedelta(minutes=6))


async def test_a_new_secret_takes_the_place_of_the_old_one_and_survives_new_keys(
    services: NoticeServices, receiver: Receiver, secret: str, principal: Principal
) -> None:
    fresh = await services.webhooks.renew_secret(principal)
    assert await services.webhooks.reseal() == 1
    await services.webhooks.test(principal)
    ((body, headers),) = receiver.received
    assert is_genuine(fresh, body, headers["x-understudy-signature"], utc_now())
    assert not is_genuine(secret, body, headers["x-understudy-signature"], utc_now())


async def test_the_secret_is_kept_sealed_and_in_no_settings_nor_audit(
    product: Product, services: NoticeServices, secret: str, company: Company
) -> None:
    async with product.database.platform() as tx:
        for table in ("notice_secret", "company", "company_settings", "audit_entry"):
            rows = await (await tx.raw.execute(f"SELECT t::text FROM {table} t")).fetchall()
            assert not [row for row in rows if secret in row[0] or secret.encode().hex() in row[0]], table


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(
    services: NoticeServices, receiver: Receiver, secret: str, principal: Principal, status: int
) -> None:
    receiver.answers = [status]
    with pytest.raises(NotDelivered, match=str(status)):
        await services.webhooks.test(principal)
    assert len(receiver.received) == 1


INSIDE = [
    "http://127.0.0.1:9/",
    "http://localhost/",
    "http://[::1]/",
    "http://10.0.0.8/hook",
    "http://169.254.169.254/latest/meta-data/",
    "http://0.0.0.0/",
    "http://2130706433/",
    "http://[::ffff:127.0.0.1]/",
]


@pytest.mark.parametrize("url", INSIDE)
async def test_an_address_inside_is_refused_when_it_is_set(
    services: NoticeServices, product: Product, principal: Principal, url: str
) -> None:
    with pytest.raises(AddressRefused):
        await services.webhooks.set_address(principal, url)
    company = await product.companies.show(principal.company)
    assert company.settings.get(NoticeSettings).webhook_url == ""


@pytest.mark.parametrize("url", INSIDE)
async def test_an_address_inside_is_refused_on_connect_too(
    services: NoticeServices, receiver: Receiver, secret: str, product: Product, principal: Principal, url: str
) -> None:
    """The settings take any address: it is the connection that is not opened."""
    await product.companies.change_settings(principal, principal.company, {"notices": {"webhook_url": url}})
    with pytest.raises(NotDelivered):
        await services.webhooks.test(principal)
    assert receiver.received == []


async def test_a_server_inside_that_listens_hears_nothing(
    receiver: Receiver, secret: str, product: Product, principal: Principal
) -> None:
    """The product as it is built allows no loopback: the receiver is there, has its secret, and is not connected to."""
    with pytest.raises(NotDelivered):
        await product.notices.webhooks.test(principal)
    assert receiver.received == []


async def test_without_an_address_or_a_secret_nothing_is_sent(
    services: NoticeServices, receiver: Receiver, product: Product, principal: Principal
) -> None:
    with pytest.raises(NoWebhook):
        await services.webhooks.test(principal)
    await product.companies.change_settings(principal, principal.company, {"notices": {"webhook_url": receiver.url}})
    with pytest.raises(NoSecret):
        await services.webhooks.test(principal)
    with pytest.raises(Invalid):
        await services.webhooks.set_address(principal, "not an address")
    assert receiver.received == []


async def test_an_address_that_is_taken_away_gets_no_more(
    services: NoticeServices, receiver: Receiver, secret: str, product: Product, principal: Principal
) -> None:
    assert (await services.webhooks.set_address(principal, "")).secret is None
    notice = await services.notices.hear(
        new_id(), put_into_words(BudgetReached(principal.company, "answering", "2026-11", 50))
    )
    assert notice
    await services.webhooks.send(notice.id, principal.company)
    async with product.database.platform() as tx:
        rows = await (await tx.raw.execute("SELECT id FROM notice_delivery")).fetchall()
    assert rows == []
    assert (await services.webhooks.set_address(principal, receiver.url)).secret is None, "the secret is kept"

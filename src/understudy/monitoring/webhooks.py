"""Sends notices to the webhooks of companies: signed, at least once, each with an identifier of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Company, Principal
from understudy.companies.permissions import Permission
from understudy.companies.service import MAX_PAGE, Companies
from understudy.infra.database import Database
from understudy.infra.jobs import Jobs
from understudy.kit.clock import Clock
from understudy.kit.errors import Invalid, UnderstudyError
from understudy.kit.ids import NewId
from understudy.monitoring import store
from understudy.monitoring.domain import (
    GIVEN_UP_AFTER,
    TRIED_AGAIN_AFTER,
    Delivery,
    NoSecret,
    NotDelivered,
    NoWebhook,
)
from understudy.monitoring.ports import Sender, Vault
from understudy.monitoring.settings import NoticeSettings, read_address
from understudy.monitoring.signing import DELIVERY, SIGNATURE, body_of, signature, told

DELIVER_JOB = "notices.deliver"
"""Makes one delivery: `company_id`, `delivery_id`."""
ROUND = 500
"""Deliveries that one sweep takes up again at most."""
OK = range(200, 300)


@dataclass(frozen=True, slots=True)
class Tools:
    """What is needed to send: the audit log, the way out, the vault, and fresh secrets."""

    audit: Audit
    sender: Sender
    vault: Vault
    new_secret: Callable[[], str]
    new_id: NewId


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a company's notices go. `secret` is there only when it was just made."""

    url: str
    secret: str | None = None


class Webhooks:
    """The webhooks of companies."""

    def __init__(self, *, database: Database, jobs: Jobs, companies: Companies, tools: Tools, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._companies = companies
        self._tools = tools
        self._clock = clock

    async def set_address(self, principal: Principal, url: str) -> Webhook:
        """Sets where notices go; empty: nowhere. The first time, a secret is made. Raises `Invalid` for a bad one."""
        principal.demand(Permission.NOTICE_MANAGE)
        try:
            checked = read_address(url)
        except ValueError as error:
            raise Invalid(f"this is {error}", field="webhook_url") from None
        if checked:
            await self._tools.sender.check(checked)
        patch = {"notices": {"webhook_url": checked or None}}
        await self._companies.change_settings(principal, principal.company, patch)
        if not checked or await self._secret(principal.company) is not None:
            return Webhook(checked)
        return Webhook(checked, await self.renew_secret(principal))

    async def renew_secret(self, principal: Principal) -> str:
        """Makes a new secret to sign with, shown this once; the old one signs nothing any more."""
        principal.demand(Permission.NOTICE_MANAGE)
        secret = self._tools.new_secret()
        sealed = self._tools.vault.seal(secret, purpose=_purpose(principal.company))
        async with self._database.transaction(principal.company) as tx:
            await store.keep_secret(tx, sealed, principal.name, self._clock())
            await self._tools.audit.record(tx, Change(principal.name, "notices.secret_made", "webhook"))
        return secret

    async def reseal(self) -> int:
        """Seals every company's secret with the newest key, all or none; how many there were."""
        async with self._database.platform() as tx:
            kept = await store.all_secrets(tx)
            for company_id, sealed in kept.items():
                await store.replace_secret(tx, company_id, self._tools.vault.rotate(sealed))
        return len(kept)

    async def test(self, principal: Principal) -> Webhook:
        """Posts a test, once; raises `NoWebhook`, `NoSecret`, `NotDelivered`, or `Invalid` for a bad address."""
        principal.demand(Permission.NOTICE_MANAGE)
        company = await self._companies.show(principal.company)
        delivery_id = self._tools.new_id()
        await self._post(company, delivery_id, body_of(delivery_id, company.slug, None))
        return Webhook(company.settings.get(NoticeSettings).webhook_url)

    async def send(self, notice_id: UUID, company_id: UUID | None) -> None:
        """Enqueues the deliveries of a new notice; `company_id` None: to every company that has a webhook."""
        if company_id is not None:
            await self._enqueue(await self._companies.show(company_id), notice_id)
            return
        after = ""
        while page := await self._companies.list(after=after, limit=MAX_PAGE):
            for company in page:
                await self._enqueue(company, notice_id)
            after = page[-1].slug

    async def deliver(self, company_id: UUID, delivery_id: UUID) -> None:
        """Makes a delivery, unless it is made already; raises `NotDelivered`: the job engine tries again."""
        company = await self._companies.show(company_id)
        async with self._database.transaction(company_id) as tx:
            delivery = await store.find_delivery(tx, delivery_id)
            notice = await store.find_notice(tx, delivery.notice_id) if delivery else None
        if delivery is None or notice is None or delivery.delivered_at is not None:
            return
        try:
            await self._post(company, delivery.id, body_of(delivery.id, company.slug, told(notice)))
        except UnderstudyError as error:
            await self._note(delivery, error.message)
            raise
        await self._note(delivery, None)

    async def take_up(self) -> int:
        """Enqueues deliveries that were not taken, until they are a day old; says how many."""
        now = self._clock()
        async with self._database.platform() as tx:
            left = await store.undelivered(
                tx, since=now - GIVEN_UP_AFTER, untried_since=now - TRIED_AGAIN_AFTER, limit=ROUND
            )
        for delivery in left:
            await self._defer(delivery)
        return len(left)

    async def _enqueue(self, company: Company, notice_id: UUID) -> None:
        if not company.settings.get(NoticeSettings).webhook_url:
            return
        delivery = Delivery(self._tools.new_id(), company.id, notice_id, self._clock())
        async with self._database.transaction(company.id) as tx:
            if await store.add_delivery(tx, delivery):
                await self._jobs.defer(tx, DELIVER_JOB, **_arguments(delivery))

    async def _defer(self, delivery: Delivery) -> None:
        async with self._database.transaction(delivery.company_id) as tx:
            await self._jobs.defer(tx, DELIVER_JOB, once=f"notice:{delivery.id}", **_arguments(delivery))

    async def _post(self, company: Company, delivery_id: UUID, body: bytes) -> None:
        url = company.settings.get(NoticeSettings).webhook_url
        if not url:
            raise NoWebhook(
                "no webhook is set", field="notices.webhook_url", remedy="`understudy notices webhook URL` sets one"
            )
        sealed = await self._secret(company.id)
        if sealed is None:
            raise NoSecret("there is no secret to sign with", remedy="`understudy notices new-secret` makes one")
        secret = self._tools.vault.open(sealed, purpose=_purpose(company.id))
        headers = {
            "Content-Type": "application/json",
            DELIVERY: str(delivery_id),
            SIGNATURE: signature(secret, body, self._clock()),
        }
        status = await self._tools.sender.post(url, content=body, headers=headers)
        if status not in OK:
            raise NotDelivered(f"the webhook answered with status {status}", remedy="look at its log")

    async def _note(self, delivery: Delivery, fault: str | None) -> None:
        async with self._database.transaction(delivery.company_id) as tx:
            await store.note_try(tx, delivery.id, self._clock(), fault)

    async def _secret(self, company_id: UUID) -> bytes | None:
        async with self._database.transaction(company_id) as tx:
            return await store.find_secret(tx)


def _purpose(company_id: UUID) -> str:
    return f"notice_secret:{company_id}"


def _arguments(delivery: Delivery) -> dict[str, str]:
    return {"company_id": str(delivery.company_id), "delivery_id": str(delivery.id)}

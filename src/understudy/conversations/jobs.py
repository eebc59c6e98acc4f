"""Scheduled work on conversations."""

from __future__ import annotations

from understudy.companies.service import Companies
from understudy.conversations.people import Contacts
from understudy.conversations.settings import ConversationSettings
from understudy.infra.jobs import Job
from understudy.infra.telemetry import get_logger

NIGHTLY = "17 3 * * *"
PAGE = 200

log = get_logger(__name__)


def jobs(contacts: Contacts, companies: Companies) -> tuple[Job, ...]:
    """The jobs of this package."""

    async def forget_old() -> None:
        after = ""
        while page := await companies.list(after=after, limit=PAGE, archived=True):
            for company in page:
                count = await contacts.forget_old(company.id, company.settings.get(ConversationSettings))
                if count:
                    log.info("old_messages_forgotten", company=str(company.id), rows=count)
            after = page[-1].slug

    return (Job("conversations.forget_old", forget_old, cron=NIGHTLY),)

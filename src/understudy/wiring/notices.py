"""Notices, plugged together."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.infra.http.outbound import Reach
from understudy.infra.jobs import Job, Sweep
from understudy.infra.secrets.vault import Secrets
from understudy.infra.system import new_id, utc_now
from understudy.monitoring.adapters.webhook import HttpSender
from understudy.monitoring.jobs import jobs, sweeps
from understudy.monitoring.service import Notices
from understudy.monitoring.webhooks import Tools, Webhooks
from understudy.wiring.parts import Foundation, new_secret


@dataclass(frozen=True, slots=True)
class NoticeServices:
    """What there is to do with notices, and the work that workers do for them."""

    notices: Notices
    webhooks: Webhooks
    sender: HttpSender
    job_kinds: tuple[Job, ...]
    sweeps: tuple[Sweep, ...]


def build_notices(base: Foundation, vault: Secrets, reach: Reach) -> NoticeServices:
    """Plugs notices together. `reach`: where webhooks may lie."""
    sender = HttpSender(reach=reach)
    notices = Notices(database=base.database, jobs=base.jobs, clock=utc_now, new_id=new_id)
    webhooks = Webhooks(
        database=base.database,
        jobs=base.jobs,
        companies=base.companies,
        tools=Tools(audit=base.audit, sender=sender, vault=vault, new_secret=new_secret, new_id=new_id),
        clock=utc_now,
    )
    return NoticeServices(notices, webhooks, sender, jobs(notices, webhooks), sweeps(notices, webhooks))

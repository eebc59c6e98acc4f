"""What a change of a template sets off, in its own transaction."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.companies.audit import Audit
from understudy.infra.jobs import Jobs
from understudy.infra.outbox import Outbox


@dataclass(frozen=True, slots=True)
class Effects:
    """The log of who did it, the announcement that it was done, and the work that follows."""

    audit: Audit
    outbox: Outbox
    jobs: Jobs

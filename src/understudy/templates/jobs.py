"""Background work of templates: identifiers in, one call."""

from __future__ import annotations

from uuid import UUID

from understudy.infra.jobs import Job, Sweep
from understudy.templates.library.embedding import Renewal
from understudy.templates.library.heads import Heads
from understudy.templates.library.versions import FIT_JOB

FIT_MISSING_EVERY_SECONDS = 60.0
"""How soon a new encoder, or a fit that was lost, is noticed; the look costs one indexed query."""

PRUNE_EVERY_SECONDS = 3600.0


def jobs(heads: Heads) -> tuple[Job, ...]:
    """The kinds of jobs of this package."""

    async def fit(*, template_id: str, version: int) -> None:
        await heads.fit(UUID(template_id), version)

    return (Job(FIT_JOB, fit),)


def sweeps(heads: Heads, renewal: Renewal) -> tuple[Sweep, ...]:
    """What workers repeat for this package."""
    return (
        Sweep("fit_missing_heads", heads.fit_missing, FIT_MISSING_EVERY_SECONDS),
        Sweep("prune_heads", heads.prune, PRUNE_EVERY_SECONDS),
        Sweep("renew_embeddings", renewal.renew_outdated, FIT_MISSING_EVERY_SECONDS),
    )

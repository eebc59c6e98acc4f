"""The only SQL of prompt versions. Versions are added and read, never changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects.postgresql import insert

from understudy.infra.database import Tx
from understudy.llm.prompts.domain import PromptVersion, PromptVersionNotFound
from understudy.llm.prompts.tables import prompt_version


async def newest(tx: Tx) -> PromptVersion | None:
    """The version that holds; None while the company has none of its own."""
    found = await list_versions(tx, before=None, limit=1)
    return found[0] if found else None


async def find_version(tx: Tx, version: int) -> PromptVersion:
    """A version; raises `PromptVersionNotFound`."""
    query = select(prompt_version).where(
        prompt_version.c.company_id == tx.company_id, prompt_version.c.version == version
    )
    row = (await tx.sa.execute(query)).one_or_none()
    if row is None:
        raise PromptVersionNotFound(f"the prompts have no version {version}", field="version")
    return _version_of(row._mapping)


async def list_versions(tx: Tx, *, before: int | None, limit: int) -> Sequence[PromptVersion]:
    """Versions, newest first; `before`: the one to go on below."""
    query = select(prompt_version).where(prompt_version.c.company_id == tx.company_id)
    if before is not None:
        query = query.where(prompt_version.c.version < before)
    rows = await tx.sa.execute(query.order_by(prompt_version.c.version.desc()).limit(limit))
    return [_version_of(row._mapping) for row in rows]


async def add_version(tx: Tx, made: PromptVersion) -> bool:
    """Adds a version; False when another one took its number in the meantime."""
    values = {
        "company_id": tx.company_id,
        "version": made.version,
        "texts": dict(made.texts),
        "published_at": made.published_at,
        "published_by": made.published_by,
        "note": made.note,
        "from_version": made.from_version,
    }
    statement = insert(prompt_version).values(values).on_conflict_do_nothing().returning(prompt_version.c.version)
    return (await tx.sa.execute(statement)).one_or_none() is not None


def _version_of(row: RowMapping) -> PromptVersion:
    return PromptVersion(**{name: value for name, value in row.items() if name != "company_id"})

"""Suggestions and their sources: added, changed under optimistic locks, found, listed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from understudy.infra.database import Tx
from understudy.learning.content.examples import example_of
from understudy.learning.domain import (
    OPEN,
    Evidence,
    Issue,
    Status,
    Suggestion,
    SuggestionMoved,
    SuggestionNotFound,
)
from understudy.learning.editing import Edit, as_document, from_document
from understudy.learning.queue.domain import DECIDED, DISMISSED, Counted, SuggestionQuery
from understudy.learning.queue.repeats import is_empty, without_words
from understudy.learning.queue.store.rows import COLUMNS, suggestion_of, suggestion_row
from understudy.templates.matching.company.compiled import words_of

_ADD = f"INSERT INTO suggestion ({', '.join(COLUMNS)}) VALUES ({', '.join(f'%({name})s' for name in COLUMNS)})"
_CHANGED = tuple(name for name in COLUMNS if name not in {"company_id", "id", "created_at", "fingerprint"})
_CHANGE = f"""
UPDATE suggestion SET {", ".join(f"{name} = %({name})s" for name in _CHANGED)}
WHERE company_id = %(company_id)s AND id = %(id)s AND revision = %(before)s
"""
_ONE = "SELECT * FROM suggestion WHERE company_id = %s AND id = %s"
_OPEN = """
SELECT * FROM suggestion WHERE company_id = %s AND fingerprint = %s AND status = ANY(%s) ORDER BY id LIMIT 1
"""
_DISMISSED = """
SELECT EXISTS (SELECT FROM suggestion WHERE company_id = %s AND fingerprint = %s AND status = ANY(%s))
"""
_DECIDED = """
SELECT edit FROM suggestion WHERE company_id = %s AND template_id = %s AND status = ANY(%s)
    AND (scenario = %s OR (issue = %s AND %s))
"""
_ELSEWHERE = """
SELECT DISTINCT lower(said.text) FROM suggestion s
CROSS JOIN LATERAL jsonb_array_elements(s.edit -> 'scenarios') AS change
CROSS JOIN LATERAL jsonb_array_elements_text((change -> 'examples') || (change -> 'triggers')) AS said(text)
WHERE s.company_id = %s AND s.template_id = %s AND s.scenario <> %s AND s.status = ANY(%s)
    AND lower(said.text) = ANY(%s)
"""
_SOURCES = "SELECT task_id FROM suggestion_source WHERE company_id = %s AND suggestion_id = %s ORDER BY task_id"
# Of tasks that are still there: those of an erased contact count no more.
_ADD_SOURCES = """
INSERT INTO suggestion_source (company_id, suggestion_id, task_id)
SELECT company_id, %s, id FROM learning_task WHERE company_id = %s AND id = ANY(%s) ON CONFLICT DO NOTHING
"""
_EVIDENCE = """
SELECT t.contact_id, count(*), max(t.confidence), sum(t.cost_micros)::bigint, array_agg(DISTINCT t.channel)
FROM suggestion_source s JOIN learning_task t ON t.company_id = s.company_id AND t.id = s.task_id
WHERE s.company_id = %s AND s.suggestion_id = %s GROUP BY t.contact_id
"""
_SIMILAR = """
SELECT count(*) FROM learning_task
WHERE company_id = %(company)s AND key = ANY(%(keys)s) AND decided_at >= %(since)s
    AND (%(language)s = '' OR language = %(language)s)
"""
_EXPIRE = """
UPDATE suggestion SET status = 'expired', revision = revision + 1, updated_at = %s
WHERE expires_at < %s AND status = ANY(%s)
"""
_FORGET = "DELETE FROM suggestion WHERE status = 'expired' AND updated_at < %s"
_WORDS = """
SELECT s.id, s.edit, ARRAY(
    SELECT t.text FROM suggestion_source r JOIN learning_task t ON t.company_id = r.company_id AND t.id = r.task_id
    WHERE r.company_id = s.company_id AND r.suggestion_id = s.id AND t.contact_id = %(contact)s)
FROM suggestion s
WHERE s.company_id = %(company)s AND s.status = ANY(%(open)s) AND s.id IN (
    SELECT r.suggestion_id FROM learning_task t JOIN suggestion_source r
        ON r.company_id = t.company_id AND r.task_id = t.id
    WHERE t.company_id = %(company)s AND t.contact_id = %(contact)s)
FOR UPDATE
"""
_SET_EDIT = """
UPDATE suggestion SET edit = %s, revision = revision + 1, status = %s WHERE company_id = %s AND id = %s
"""
_OPEN_NAMES = [status.value for status in OPEN]


async def lock(tx: Tx) -> None:
    """Lets nobody else add or change suggestions of the company until the transaction ends."""
    await tx.raw.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 79))", (str(tx.company_id),))


async def add(tx: Tx, value: Suggestion, *, fingerprint: str) -> None:
    """Adds a suggestion with its sources."""
    await tx.raw.execute(_ADD, suggestion_row(value, fingerprint=fingerprint))
    await add_sources(tx, value.id, value.proposal.sources)


async def add_sources(tx: Tx, suggestion_id: UUID, task_ids: Sequence[UUID]) -> None:
    """Adds sources; those that it has already stay."""
    await tx.raw.execute(_ADD_SOURCES, (suggestion_id, tx.company_id, list(task_ids)))


async def change(tx: Tx, value: Suggestion) -> Suggestion:
    """Writes a suggestion over the one of its revision; it gets the next one. Raises `SuggestionMoved`."""
    after = replace(value, revision=value.revision + 1)
    values = suggestion_row(after, fingerprint="") | {"before": value.revision}
    if (await tx.raw.execute(_CHANGE, values)).rowcount == 0:
        raise SuggestionMoved(
            f"the suggestion {value.id} is not at revision {value.revision} any more",
            remedy="read it again, and decide on what it says now",
        )
    return after


async def find(tx: Tx, suggestion_id: UUID) -> Suggestion:
    """The suggestion with its sources; raises `SuggestionNotFound`."""
    found = await _rows(tx, _ONE, (tx.company_id, suggestion_id))
    if not found:
        raise SuggestionNotFound(f"there is no suggestion {suggestion_id}")
    return suggestion_of(found[0], sources=await sources(tx, suggestion_id))


async def find_open(tx: Tx, fingerprint: str) -> Suggestion | None:
    """The suggestion of the same thing that still gathers sources."""
    found = await _rows(tx, _OPEN, (tx.company_id, fingerprint, _OPEN_NAMES))
    return suggestion_of(found[0], sources=await sources(tx, found[0]["id"])) if found else None


async def was_dismissed(tx: Tx, fingerprint: str) -> bool:
    """Whether the same thing was rejected or taken back before."""
    wanted = (tx.company_id, fingerprint, [status.value for status in DISMISSED])
    row = await (await tx.raw.execute(_DISMISSED, wanted)).fetchone()
    return bool(row and row[0])


async def decided_edits(tx: Tx, template_id: UUID, scenario: str, *, issue: Issue) -> list[Edit]:
    """What was decided about a scenario; for new scenarios, what was decided about any new one."""
    names = [status.value for status in DECIDED]
    new = Issue.ADD_NEW_SCENARIO
    values = (tx.company_id, template_id, names, scenario, new.value, issue is new)
    return [from_document(row[0]) for row in await (await tx.raw.execute(_DECIDED, values)).fetchall()]


async def waiting_elsewhere(tx: Tx, template_id: UUID, scenario: str, texts: Collection[str]) -> frozenset[str]:
    """Those of the texts, in lower case, that an open suggestion brings to another scenario of the template."""
    values = (tx.company_id, template_id, scenario, _OPEN_NAMES, sorted({text.lower() for text in texts}))
    rows = await (await tx.raw.execute(_ELSEWHERE, values)).fetchall()
    return frozenset(row[0] for row in rows)


async def sources(tx: Tx, suggestion_id: UUID) -> tuple[UUID, ...]:
    """The tasks that a suggestion rests on."""
    rows = await (await tx.raw.execute(_SOURCES, (tx.company_id, suggestion_id))).fetchall()
    return tuple(row[0] for row in rows)


async def count_evidence(tx: Tx, suggestion_id: UUID) -> Counted:
    """What its tasks say for a suggestion."""
    rows = await (await tx.raw.execute(_EVIDENCE, (tx.company_id, suggestion_id))).fetchall()
    evidence = Evidence(
        sources=sum(row[1] for row in rows),
        contacts=len(rows),
        cost_micros=sum(row[3] for row in rows),
        channels=tuple(sorted({channel for row in rows for channel in row[4]})),
    )
    return Counted(evidence, tuple(row[2] for row in rows))


async def similar_since(tx: Tx, keys: Collection[str], language: str, since: datetime) -> int:
    """How many rescues there were about the same since a moment."""
    values = {"company": tx.company_id, "keys": list(keys), "language": language, "since": since}
    row = await (await tx.raw.execute(_SIMILAR, values)).fetchone()
    return int(row[0]) if row else 0


async def list_suggestions(tx: Tx, query: SuggestionQuery) -> list[Suggestion]:
    """Suggestions without their sources."""
    asked: dict[str, Any] = {
        "status = ANY(%(statuses)s)": sorted(query.statuses) if query.statuses is not None else None,
        "issue = %(issue)s": query.issue,
        "scenario = %(scenario)s": query.scenario,
        "%(channel)s = ANY(channels)": query.channel,
        "language = %(language)s": query.language,
        "template_id = %(template_id)s": query.template_id,
        "confidence >= %(min_confidence)s": query.min_confidence,
        "id < %(before)s": None if query.by_priority else query.before,
    }
    where = " AND ".join(("company_id = %(company)s", *(text for text, value in asked.items() if value is not None)))
    values = {text.split("%(")[1].split(")")[0]: value for text, value in asked.items()}
    order = "priority DESC, id DESC" if query.by_priority else "id DESC"
    text = f"SELECT * FROM suggestion WHERE {where} ORDER BY {order} LIMIT %(limit)s"
    rows = await _rows(tx, text, values | {"company": tx.company_id, "limit": query.limit})
    return [suggestion_of(row) for row in rows]


async def expire(tx: Tx, now: datetime) -> int:
    """Ends open suggestions for which nothing new spoke for too long, of all companies; the platform's transaction."""
    return (await tx.raw.execute(_EXPIRE, (now, now, _OPEN_NAMES))).rowcount


async def forget_expired(tx: Tx, before: datetime) -> int:
    """Deletes what expired before a moment, of all companies; takes the platform's transaction."""
    return (await tx.raw.execute(_FORGET, (before,))).rowcount


async def forget_words(tx: Tx, contact_id: UUID) -> None:
    """Takes a contact's words out of open suggestions; one that holds nothing else ends. Before its tasks are gone."""
    wanted = {"company": tx.company_id, "contact": contact_id, "open": _OPEN_NAMES}
    for suggestion_id, document, texts in await (await tx.raw.execute(_WORDS, wanted)).fetchall():
        said = frozenset(words_of(example_of(text) or text) for text in texts)
        edit = without_words(from_document(document), said)
        status = Status.EXPIRED if is_empty(edit) else Status.COLLECTING
        values = (Jsonb(as_document(edit)), status.value, tx.company_id, suggestion_id)
        await tx.raw.execute(_SET_EDIT, values)


async def _rows(tx: Tx, text: str, values: Mapping[str, Any] | Sequence[Any]) -> list[dict[str, Any]]:
    async with tx.raw.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(text.encode(), values)
        return await cursor.fetchall()

"""A past with paid calls in it: decisions, calls and routes of some weeks, drawn by chance that is always the same."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from understudy.companies.domain import Company
from understudy.infra.postgres.place import Place
from understudy.kit.ids import uuid_at
from understudy.llm.domain import Tier

SHARES = (
    ("company_qa", "answered", 14),
    ("trade_qa", "answered", 8),
    ("rules", "answered", 26),
    ("semantic", "answered", 31),
    ("llm", "answered", 13),
    ("fallback", "fell_back", 5),
    (None, "waiting_for_person", 3),
)
"""Rung, outcome, and how many in a hundred messages come to it."""
MODELS = {
    Tier.SMALL: ("gemini", "gemini-2.5-flash-lite", 180),
    Tier.MEDIUM: ("openai", "gpt-4o-mini", 420),
    Tier.LARGE: ("anthropic", "claude-sonnet-5", 6_900),
}
"""Provider, model, and micro-dollars of a usual call."""
PROVIDERS = {name: uuid_at(number, b"provider00") for number, name in enumerate(("gemini", "openai", "anthropic"), 1)}


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call to be written into the ledger."""

    at: datetime
    provider: str = "openai"
    model: str = "gpt-4o-mini"
    purpose: str = "answer"
    tier: str | None = "medium"
    complexity: float | None = 0.35
    reason: str = "complexity 0.35"
    failover_from: str | None = None
    tokens: tuple[int, int, int] | None = (1_400, 120, 900)
    cost_micros: int = 420
    latency_ms: int = 800
    fault: str | None = None
    message_id: UUID | None = None


def _id(at: datetime, chance: random.Random) -> UUID:
    return uuid_at(int(at.timestamp() * 1000), chance.randbytes(10))


async def write_call(connection: psycopg.AsyncConnection[Any], company_id: UUID, row: CallRow, call_id: UUID) -> None:
    """Writes one row of the ledger."""
    tokens = row.tokens or (None, None, None)
    await connection.execute(
        "INSERT INTO llm_call (company_id, id, at, message_id, purpose, provider_id, provider, model, tier, complexity,"
        " route_reason, attempt, failover_from, prompt_version, input_tokens, output_tokens, cached_tokens,"
        " cost_micros, latency_ms, first_token_ms, fault)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 1, %s, 'support@1', %s, %s, %s, %s, %s, NULL, %s)",
        (
            *(company_id, call_id, row.at, row.message_id, row.purpose, PROVIDERS.get(row.provider, call_id)),
            *(row.provider, row.model, row.tier, row.complexity, row.reason, row.failover_from, *tokens),
            *(row.cost_micros, row.latency_ms, row.fault),
        ),
    )


async def seed_past(place: Place, company: Company, *, days: int = 30, a_day: int = 60, now: datetime) -> None:
    """Writes a past of that many days for a company; its messages are not there, as if they had been forgotten."""
    assert place.embedded is not None
    chance = random.Random(company.slug)
    database = place.url.split("@/")[1].split("?")[0]
    url = place.embedded.url("postgres", database)
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute("SET session_replication_role = replica")
        for number in range(days):
            day = (now - timedelta(days=number)).replace(hour=0, minute=0, second=0, microsecond=0)
            span = min(timedelta(days=1), now - day)
            busy = a_day if day.weekday() < 5 else a_day // 3
            for _ in range(busy + chance.randrange(a_day // 4 + 1)):
                await _one(connection, company.id, day + span * chance.random(), chance)


async def _one(connection: psycopg.AsyncConnection[Any], company_id: UUID, at: datetime, chance: random.Random) -> None:
    rung, outcome, _ = chance.choices(SHARES, weights=[weight for _, _, weight in SHARES])[0]
    message_id = _id(at, chance)
    cost = await _ask(connection, company_id, (at, message_id), chance) if rung in {"llm", "fallback"} else 0
    spared = 0 if rung in {None, "fallback"} else cost or chance.randrange(150, 260)
    confidence = None if rung is None else round(chance.uniform(0.7, 0.99), 3)
    await connection.execute(
        "INSERT INTO decision VALUES (%s, %s, %s, %s, %s, NULL, %s, %s, %s, %s, 'path', NULL, 'none', NULL, NULL, '{}',"
        " %s, %s, %s, 'seeded', 'en', NULL, 'normal', false, NULL, '{}', 1, %s)",
        (
            *(company_id, _id(at, chance), message_id, message_id, message_id, at, outcome, rung, confidence),
            *(Jsonb([]), cost, spared, chance.randrange(3_000, 20_000)),
        ),
    )


async def _ask(
    connection: psycopg.AsyncConnection[Any],
    company_id: UUID,
    about: tuple[datetime, UUID],
    chance: random.Random,
) -> int:
    """Asks a model, and at times the next one up or the next provider; says what that cost."""
    at, message_id = about
    tiers = list(Tier)
    began = place = chance.choices((0, 1, 2), weights=(70, 25, 5))[0]
    complexity = round((chance.uniform(0, 0.29), chance.uniform(0.3, 0.69), chance.uniform(0.7, 1))[place], 2)
    cost, reason, failover = 0, f"complexity {complexity:.2f}", None
    while True:
        provider, model, usual = MODELS[tiers[place]]
        asked = CallRow(at, tier=tiers[place], complexity=complexity, reason=reason, message_id=message_id)
        if chance.random() < 0.04:
            fault = chance.choice(("timed_out", "overloaded", "rate_limited", "blocked", "unreachable"))
            failed = replace(asked, provider=provider, model=model, tokens=None, cost_micros=0, fault=fault)
            await write_call(connection, company_id, failed, _id(at, chance))
            failover, provider, model = f"{provider}/{model}", "openai", "gpt-4o-mini"
        price = round(usual * chance.uniform(0.6, 1.5))
        tokens = (chance.randrange(900, 2_400), chance.randrange(40, 220), chance.randrange(0, 900))
        latency = round(chance.lognormvariate(6.6, 0.4))
        row = replace(
            asked,
            provider=provider,
            model=model,
            failover_from=failover,
            tokens=tokens,
            cost_micros=price,
            latency_ms=latency,
        )
        await write_call(connection, company_id, row, _id(at, chance))
        cost += price
        if place == len(tiers) - 1 or chance.random() > 0.12:
            break
        place, reason, failover = place + 1, f"confidence 0.{chance.randrange(40, 79)} of the tier below", None
    await connection.execute(
        "INSERT INTO llm_route VALUES (%s, %s, %s, %s, '{}', %s, %s, %s, true)",
        (company_id, _id(at, chance), at, message_id, tiers[began], tiers[place], round(chance.uniform(0.8, 0.97), 2)),
    )
    return cost


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)

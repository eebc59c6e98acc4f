"""A small bank whose paid rung asks real processes, and what its books say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.conftest import PLATFORM
from tests.peers.upstream import Peer
from understudy.channels.service import Taken
from understudy.companies.domain import Company, Principal
from understudy.conversations.domain import ContactRef, IdentityKind, Inbound
from understudy.llm.domain import Dialect, Price, Tier
from understudy.llm.providers.domain import NewProvider
from understudy.llm.settings import LlmProcessSettings
from understudy.wiring.product import Product

PRICE = Price(input=1_000_000, output=2_000_000, cached=1_000_000, cache_write=1_000_000)
"""One micro-dollar for a token in, two for one out."""
TOKENS_IN = 20
"""What the peer counts for any prompt."""
APPROVED = ("Cards from Harbour Bank take five working days.", "A new card usually arrives within five working days.")
"""How the bank's approved replies about its cards' arrival begin."""
SHORT = LlmProcessSettings(
    hold_seconds=1.0,
    orphan_seconds=6.0,
    recover_every_seconds=0.3,
    breaker_failures=3,
    breaker_seconds=0.5,
    silent_seconds=3.0,
    retry_seconds=0.05,
    retry_most_seconds=0.3,
    health_check_seconds=0.0,
)
"""Time limits that a test can wait for."""


def odd(number: int | str = 1) -> str:
    """What no free rung of the small bank answers; another question for each number."""
    return f"when will it be in my mailbox {number}"


def billed(entries: list[dict[str, Any]]) -> int:
    """What the peer bills for the answers that it gave whole, in micro-dollars."""
    return sum(TOKENS_IN + 2 * entry["tokens"] for entry in entries if entry["ended"])


@dataclass
class PaidDesk:
    """The bank, with its books."""

    product: Product
    bank: Company
    principal: Principal

    async def provider(self, name: str, url: str, model: str = "echo", **changes: Any) -> None:
        """Sets up a provider of the platform with one model; those set up first are tried first."""
        wanted: dict[str, Any] = {
            "base_url": url,
            "tiers": {Tier.SMALL: model},
            "prices": {model: PRICE},
            "position": len(await self.product.paid.providers.list(PLATFORM)),
            "timeout_seconds": 1.5,
            "first_token_seconds": 0.6,
        }
        await self.product.paid.providers.add(PLATFORM, NewProvider(name, Dialect.COMPATIBLE, **wanted | changes))

    async def first_and_spare(self, peer: Peer, model: str) -> None:
        """A provider whose model does something, and one that answers."""
        await self.provider("first", peer.url, model)
        await self.provider("spare", peer.url)

    async def say(self, text: str, who: str = "ann") -> Taken:
        """A message over the API's channel."""
        inbound = Inbound("api", f"{who}: {text}"[:100], ContactRef(IdentityKind.EXTERNAL, who), text)
        return await self.product.channels.take(self.bank.id, inbound)

    async def set(self, **groups: Mapping[str, Any]) -> None:
        """Changes the bank's settings."""
        await self.product.companies.change_settings(self.principal, self.bank.id, groups)

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the bank's rows say."""
        async with self.product.database.transaction(self.bank.id) as tx:
            return await (await tx.raw.execute(query)).fetchall()

    async def calls(self) -> list[tuple[Any, ...]]:
        """The ledger: model, fault, cost, oldest first."""
        return await self.rows("SELECT model, fault, cost_micros FROM llm_call ORDER BY id")

    async def budget(self) -> tuple[int, int]:
        """Spent and held."""
        sums = "coalesce(sum(spent_micros), 0)::bigint, coalesce(sum(held_micros), 0)::bigint"
        (found,) = await self.rows(f"SELECT {sums} FROM budget_window")
        return found[0], found[1]

    async def messages(self) -> tuple[int, int, int]:
        """How many came in, went out, and were decided about."""
        (found,) = await self.rows(
            "SELECT count(*) FILTER (WHERE direction = 'in'), count(*) FILTER (WHERE direction = 'out'),"
            " (SELECT count(*) FROM decision) FROM message"
        )
        return found[0], found[1], found[2]


def said(taken: Taken) -> str:
    """The reply."""
    assert taken.answer.reply is not None
    return taken.answer.reply.text

"""The product behind a real port, a company that answers about cards, and a provider that is a real process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from openai import AsyncOpenAI

from tests.conftest import PLATFORM
from tests.peers.upstream import Peer, upstream
from tests.seeding import Seeded, seed_company
from tests.serving import served
from understudy.answering.domain import Decision
from understudy.infra.postgres.place import Place
from understudy.llm.domain import Dialect, Price, Tier
from understudy.llm.providers.domain import NewProvider
from understudy.web import create_app
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import Product

PRICE = Price(input=1_000_000, output=2_000_000, cached=1_000_000, cache_write=1_000_000)
"""One micro-dollar for a token in, two for one out."""
MODELS = (
    "echo", "tools", "endless", "html", "drop", "open@3", "slow@9",
    *(f"{act}@{token}" for act in ("cut", "stall", "garbled", "error") for token in (0, 3)),
    *(f"status@{status}" for status in (400, 401, 404, 422, 429, 500)),
)  # fmt: skip
ASKED: Any = [{"role": "user", "content": "What is the meaning of life, the universe and everything?"}]
CARD: Any = [{"role": "user", "content": "Where is my card"}]


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with upstream() as peer:
        yield peer


@dataclass
class Door:
    """The front door with everything around it."""

    product: Product
    seeded: Seeded
    peer: Peer
    url: str

    @property
    def company_id(self) -> UUID:
        return self.seeded.company.id

    @property
    def key(self) -> str:
        return self.seeded.headers["Authorization"].removeprefix("Bearer ")

    def sdk(self, **options: Any) -> AsyncOpenAI:
        """OpenAI's own client with two lines changed."""
        return AsyncOpenAI(base_url=f"{self.url}/v1", api_key=self.key, **{"max_retries": 0, **options})

    async def set(self, **groups: dict[str, Any]) -> None:
        """Changes the company's settings."""
        await self.product.companies.change_settings(self.seeded.principal, self.company_id, groups)

    async def decision(self, decision_id: str) -> Decision:
        """A decision that a header names."""
        await self.product.front_door.settle()
        return await self.product.answering.decision(self.company_id, UUID(decision_id))

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the company's rows say, once all that is written behind the replies is."""
        await self.product.front_door.settle()
        async with self.product.database.transaction(self.company_id) as tx:
            return await (await tx.raw.execute(query)).fetchall()

    async def calls(self) -> list[tuple[Any, ...]]:
        """The ledger: model, cost, fault, oldest first."""
        return await self.rows("SELECT model, cost_micros, fault FROM llm_call ORDER BY id")

    async def budget(self) -> tuple[int, int]:
        """Spent and held."""
        sums = "coalesce(sum(spent_micros), 0)::bigint, coalesce(sum(held_micros), 0)::bigint"
        (found,) = await self.rows(f"SELECT {sums} FROM budget_window")
        return found[0], found[1]


@pytest.fixture
async def door(product: Product, place: Place, configuration: Configuration, peer: Peer) -> AsyncIterator[Door]:
    """A company whose models are the peer's; `peer` is the provider, `spare` another one."""
    peer.forget()
    seeded = await seed_company(product)
    for name in ("peer", "spare"):
        provider = NewProvider(
            name,
            Dialect.COMPATIBLE,
            base_url=peer.url,
            key="sk-of-the-platform",
            tiers={Tier.SMALL: "echo"},
            prices=dict.fromkeys(MODELS, PRICE),
            position=1 if name == "peer" else 2,
            timeout_seconds=3,
            first_token_seconds=0.5,
        )
        await product.paid.providers.add(PLATFORM, provider)
    async with served(create_app(product)) as authority:
        yield Door(product, seeded, peer, f"http://{authority}")

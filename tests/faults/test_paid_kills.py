"""kill -9 of servers while they pay, and the database gone meanwhile: never above the cap, nothing said or paid twice.

Several processes of the product on an external PostgreSQL; what was really asked stands in the provider's own journal.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from tests.conftest import PLATFORM
from tests.external_postgres import ExternalPostgres, external_postgres
from tests.faults.paid_desk import PRICE, billed
from tests.peers.upstream import Peer, upstream
from tests.processes import running
from tests.seeding import Seeded, seed_company
from understudy.infra.database import DatabaseSettings
from understudy.infra.postgres import migrate, roles
from understudy.infra.postgres.place import external
from understudy.language.adapters.scripted import scripted_language
from understudy.llm.domain import Dialect, Tier
from understudy.llm.providers.domain import NewProvider
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import build, opened

pytestmark = pytest.mark.fault
MESSAGES = 200
"""Sent at once, with a cap of one micro-dollar less than so many holds."""
KILLED_AT = (MESSAGES - 1, MESSAGES // 8)
"""Calls that wait for the provider when the one server is killed, and the other."""
ORPHAN_SECONDS = 40.0
"""Longer than any call takes, so that only the dead leave orphans."""
TURN_SECONDS = 25.0
"""How long a dead server keeps its conversations."""
QUICK = {
    "UNDERSTUDY_LLM_HOLD_SECONDS": "1",
    "UNDERSTUDY_LLM_ORPHAN_SECONDS": str(ORPHAN_SECONDS),
    "UNDERSTUDY_LLM_RECOVER_EVERY_SECONDS": "0.3",
    "UNDERSTUDY_LLM_HEALTH_CHECK_SECONDS": "0",
    "UNDERSTUDY_LLM_BREAKER_FAILURES": "1000",
    "UNDERSTUDY_LLM_SILENT_SECONDS": "60",
    "UNDERSTUDY_SWEEPER_LEFT_AFTER_SECONDS": "2",
    "UNDERSTUDY_SWEEPER_EVERY_SECONDS": "0.3",
}
PATIENCE_SECONDS = 200
AT_THAT_MOMENT = 20
"""Calls that a kill may find between two steps: marked as sent and not yet out, or booked and not yet said."""
HELD = "SELECT coalesce(sum(held_micros), 0)::bigint FROM budget_window"
SPENT = "SELECT coalesce(sum(spent_micros), 0)::bigint FROM budget_window"
LEDGER = "SELECT coalesce(sum(cost_micros), 0)::bigint FROM llm_call"
ORPHANED = "SELECT coalesce(sum(cost_micros), 0)::bigint FROM budget_hold WHERE state = 'orphaned'"
HOLDS = """
SELECT json_object_agg(state, holds) FROM (SELECT state, count(*) AS holds FROM budget_hold GROUP BY 1) AS sums
"""
FAULTS = """
SELECT json_object_agg(coalesce(fault, 'ok'), calls)
FROM (SELECT fault, count(*) AS calls FROM llm_call GROUP BY 1) AS sums
"""
LEFT = "SELECT count(*) FROM message WHERE awaits_reply"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[ExternalPostgres]:
    with external_postgres(tmp_path) as server:
        migrate.migrate(server.url(roles.OWNER))
        yield server


@pytest.fixture
def peer() -> Iterator[Peer]:
    with upstream() as peer:
        yield peer


@dataclass
class Branch:
    """A company whose messages go to several servers."""

    database: ExternalPostgres
    seeded: Seeded
    peer: Peer

    def one(self, query: str) -> Any:
        """The first value that a query gives, over all companies."""
        with psycopg.connect(self.database.url(roles.PLATFORM)) as connection:
            row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None

    async def until(self, query: str, value: Any) -> None:
        """Waits until a query gives this."""
        found = None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (found := await asyncio.to_thread(self.one, query)) != value:
                    await asyncio.sleep(0.1)
        except TimeoutError:
            holds = await asyncio.to_thread(self.one, HOLDS)
            raise AssertionError(f"{query}: {found}, never {value}; {holds}") from None

    async def set_cap(self, client: httpx2.AsyncClient, urls: list[str], cap_micros: int) -> None:
        """Changes the budget, and waits until every server heard of it."""
        changed = {"settings": {"budget": {"monthly_budget_micros": cap_micros}}}
        (await client.patch(f"{urls[0]}/v1/settings", json=changed)).raise_for_status()
        async with asyncio.timeout(PATIENCE_SECONDS):
            for url in urls:
                while True:
                    found = (await client.get(f"{url}/v1/settings")).json()["settings"]["budget"]
                    if found["monthly_budget_micros"] == cap_micros:
                        break
                    await asyncio.sleep(0.05)


@pytest.fixture
async def branch(database: ExternalPostgres, peer: Peer, configuration: Configuration) -> Branch:
    place = external(DatabaseSettings(url=database.url(roles.APP), platform_url=database.url(roles.PLATFORM)))
    async with opened(build(place, configuration, scripted_language())) as product:
        seeded = await seed_company(product)
        await product.companies.change_settings(
            seeded.principal, seeded.company.id, {"conversations": {"lease_seconds": TURN_SECONDS}}
        )
        wanted = NewProvider(
            "peer",
            Dialect.COMPATIBLE,
            base_url=peer.url,
            tiers={Tier.SMALL: "echo"},
            prices={"echo": PRICE},
            timeout_seconds=30,
            first_token_seconds=30,
        )
        await product.paid.providers.add(PLATFORM, wanted)
    return Branch(database, seeded, peer)


def odd(number: int) -> dict[str, Any]:
    """A message that no free rung answers; another contact and question for each number."""
    name = "".join(chr(ord("a") + int(digit)) for digit in f"{number:05d}")  # digits might be masked
    text = f"could you tell me something about the shelf {name} in your archive"
    return {"text": text, "external_id": f"message-{number}", "contact": {"value": f"contact-{number}"}}


async def send(client: httpx2.AsyncClient, urls: list[str], number: int) -> dict[str, Any]:
    """Sends one message until somebody takes it, as a careful caller does."""
    attempt = 0
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                answer = await client.post(f"{urls[(number + attempt) % len(urls)]}/v1/messages", json=odd(number))
                if answer.status_code == 200 and answer.json()["reply"]:
                    return dict(answer.json())
                assert answer.status_code in (200, 409, 503), answer.text
            except httpx2.TransportError:
                pass
            attempt += 1
            await asyncio.sleep(0.2)


async def under_way(branch: Branch) -> int:
    """How many calls wait for the provider."""
    return sum(not (call["ended"] or call["left"]) for call in await asyncio.to_thread(branch.peer.journal))


async def at_rest(branch: Branch) -> int:
    """How many calls came, once none came for a second."""
    seen = -1
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (came := len(await asyncio.to_thread(branch.peer.journal))) != seen:
            seen = came
            await asyncio.sleep(1.0)
    return seen


async def waiting(branch: Branch, calls: int, tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Waits until so many calls wait for the provider; fails when everything was answered before."""
    while await under_way(branch) < calls:
        assert not all(task.done() for task in tasks), (branch.one(FAULTS), [task.result() for task in tasks[-2:]])
        await asyncio.sleep(0.05)


async def test_servers_killed_while_they_pay_never_pass_the_cap_and_refuse_nobody_after(
    branch: Branch, tmp_path: Path
) -> None:
    """The provider keeps all calls waiting until a server that waits for many of them is dead."""
    environment = branch.database.environment | QUICK
    with ExitStack() as stack:
        servers = [
            stack.enter_context(running("serve", environment=environment, log=tmp_path / f"{name}.log"))
            for name in ("a", "b")
        ]
        urls = [server.url for server in servers]
        async with httpx2.AsyncClient(headers=branch.seeded.headers, timeout=60, limits=NO_LIMITS) as client:
            for number in (10_000, 10_001):  # load the client libraries, and tell how large a hold is
                await send(client, urls, number)
            hold = branch.one("SELECT max(asked_micros) FROM budget_hold")
            cap = branch.one(SPENT) + MESSAGES * hold - 1
            await branch.set_cap(client, urls, cap)
            branch.peer.turn("gate")
            tasks = [asyncio.create_task(send(client, urls, number)) for number in range(MESSAGES)]
            starting = []
            for server, calls in zip(servers, KILLED_AT, strict=True):
                branch.peer.turn("gate")
                await waiting(branch, calls, tasks)
                await asyncio.to_thread(server.kill)
                branch.peer.turn("own")
                while await under_way(branch):
                    await asyncio.sleep(0.05)
                starting.append(asyncio.create_task(asyncio.to_thread(server.start)))
            answers = await asyncio.gather(*tasks)
            await asyncio.gather(*starting)
            await branch.until(HELD, 0)
            await branch.until(LEFT, 0)
            assert branch.one(SPENT) <= cap
            assert branch.one("SELECT count(*) FROM budget_hold WHERE state = 'orphaned'") > MESSAGES // 4
            check_books(branch, in_flight=2 * AT_THAT_MOMENT)
            assert all(answer["reply"] for answer in answers)
            # What is left is left to the micro-dollar: one call more fits, and a second does not.
            await branch.set_cap(client, urls, branch.one(SPENT) + hold)
            before = len(branch.peer.journal())
            assert (await send(client, urls, 20_000))["cost_micros"] > 0
            assert len(branch.peer.journal()) == before + 1
            await branch.until(HELD, 0)
            await branch.set_cap(client, urls, branch.one(SPENT) + hold // 2)
            assert (await send(client, urls, 20_001))["reply"]
            assert len(branch.peer.journal()) == before + 1


def check_books(branch: Branch, *, in_flight: int) -> None:
    """What is booked is what the ledger has and what was left lying; the provider knows of no more; each said once."""
    journal = branch.peer.journal()
    assert branch.one(SPENT) == branch.one(LEDGER) + branch.one(ORPHANED)
    assert billed(journal) <= branch.one(SPENT), "the provider bills no more than was booked"
    sent = branch.one("SELECT count(*) FROM budget_hold WHERE state IN ('settled', 'orphaned', 'sent')")
    assert len(journal) <= sent <= len(journal) + in_flight
    doubled = "SELECT count(*) FROM (SELECT 1 FROM {} GROUP BY {} HAVING count(*) > 1) AS twice"
    assert branch.one(doubled.format("decision", "message_id")) == 0
    assert branch.one(doubled.format("message WHERE direction = 'out'", "in_reply_to")) == 0
    assert branch.one(doubled.format("llm_call WHERE fault IS NULL", "message_id")) <= in_flight
    unbooked = "SELECT count(*) FROM llm_call c LEFT JOIN budget_hold h ON h.id = c.id WHERE h.id IS NULL"
    assert branch.one(unbooked) == 0


NO_LIMITS = httpx2.Limits(max_connections=None)


async def test_a_database_that_goes_away_lets_no_call_out_and_every_message_is_answered_later(
    branch: Branch, tmp_path: Path
) -> None:
    environment = branch.database.environment | QUICK | {"UNDERSTUDY_DATABASE_CONNECT_TIMEOUT_SECONDS": "1"}
    with running("serve", environment=environment, log=tmp_path / "a.log") as server:
        async with httpx2.AsyncClient(headers=branch.seeded.headers, timeout=30, limits=NO_LIMITS) as client:
            await send(client, [server.url], 10_000)
            branch.peer.turn("slow@0.5")
            tasks = [asyncio.create_task(send(client, [server.url], number)) for number in range(40)]
            await waiting(branch, 3, tasks)
            await asyncio.to_thread(branch.database.stop, signal.SIGINT)
            before = await at_rest(branch)  # what was marked as sent may still be on its way out
            down = await client.post(f"{server.url}/v1/messages", json=odd(30_000))
            assert (down.status_code, down.json()["code"]) == (503, "database_unavailable")
            await asyncio.sleep(1.0)
            assert len(branch.peer.journal()) == before, "without the database no paid call is made"
            await asyncio.to_thread(branch.database.start)
            answers = await asyncio.gather(*tasks)
            await branch.until(HELD, 0)
            await branch.until(LEFT, 0)
            await branch.until(ORPHANED, 0)  # whoever made a call lived on, and booked what it cost
    assert all(answer["reply"] for answer in answers)
    check_books(branch, in_flight=len(tasks))  # what came back meanwhile could not be recorded, and is asked again

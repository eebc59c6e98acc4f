"""kill -9 of servers and workers, the database gone under load: nothing lost, nothing answered twice.

All on an external PostgreSQL with several processes of the product, as a large installation has them.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import psycopg
import pytest

from tests.external_postgres import ExternalPostgres, external_postgres
from tests.processes import Running, running
from tests.seeding import BANK, Seeded, scenario, seed_company
from understudy.infra.database import DatabaseSettings
from understudy.infra.postgres import migrate, roles
from understudy.infra.postgres.place import Place, external
from understudy.templates.domain import Category, Template
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import Product, build, opened

pytestmark = pytest.mark.fault
MESSAGES = 60
PATIENCE_SECONDS = 60
QUICK_LEASES = {"conversations": {"lease_seconds": 2.0}}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[ExternalPostgres]:
    with external_postgres(tmp_path) as server:
        migrate.migrate(server.url(roles.OWNER))
        yield server


@pytest.fixture
def place(database: ExternalPostgres) -> Place:
    return external(DatabaseSettings(url=database.url(roles.APP), platform_url=database.url(roles.PLATFORM)))


@pytest.fixture
async def product(place: Place, configuration: Configuration) -> AsyncIterator[Product]:
    async with opened(build(place, configuration)) as product:
        yield product


@pytest.fixture
async def seeded(product: Product) -> Seeded:
    seeded = await seed_company(product)
    await product.companies.change_settings(seeded.principal, seeded.company.id, QUICK_LEASES)
    return seeded


async def send(client: httpx2.AsyncClient, urls: list[str], number: int) -> dict[str, object]:
    """Sends one message until somebody takes it, as a careful caller does."""
    body = {
        "text": f"where is my card? I ordered it {number + 2} days ago",
        "external_id": f"message-{number}",
        "contact": {"value": f"contact-{number % 20}"},
    }
    async with asyncio.timeout(PATIENCE_SECONDS):
        attempt = 0
        while True:
            try:
                answer = await client.post(f"{urls[(number + attempt) % len(urls)]}/v1/messages", json=body)
                if answer.status_code == 200 and answer.json()["reply"]:
                    return answer.json()  # type: ignore[no-any-return]
                assert answer.status_code in (200, 409, 503), answer.text
            except httpx2.TransportError:
                pass
            attempt += 1
            await asyncio.sleep(0.1)


def stored(database: ExternalPostgres) -> tuple[int, int, int]:
    """Inbound messages, replies and decisions in the database."""
    with psycopg.connect(database.url(roles.PLATFORM)) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM message WHERE direction = 'in'),"
            " (SELECT count(*) FROM message WHERE direction = 'out'), (SELECT count(*) FROM decision)"
        ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1]), int(row[2])


async def test_a_server_killed_under_load_loses_nothing_and_answers_nothing_twice(
    database: ExternalPostgres, seeded: Seeded, tmp_path: Path
) -> None:
    with running("serve", environment=database.environment, log=tmp_path / "log") as server:
        async with httpx2.AsyncClient(headers=seeded.headers, timeout=20) as client:
            tasks = [asyncio.create_task(send(client, [server.url], number)) for number in range(MESSAGES)]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            answers = await asyncio.gather(*tasks)
    assert stored(database) == (MESSAGES, MESSAGES, MESSAGES)
    assert all("card arrival" in str(answer["reply"]) for answer in answers)


async def test_what_a_killed_server_took_is_answered_by_another(
    database: ExternalPostgres, seeded: Seeded, product: Product, tmp_path: Path
) -> None:
    """The caller never asks again: the sweeper of a living process answers."""
    with running("serve", "--no-worker", environment=database.environment, log=tmp_path / "log") as server:
        async with httpx2.AsyncClient(headers=seeded.headers, timeout=20) as client:
            body = {"text": "where is my card", "contact": {"value": "alone"}, "external_id": "alone"}
            with psycopg.connect(database.url("postgres", "understudy")) as superuser:
                superuser.execute("LOCK TABLE decision IN ACCESS EXCLUSIVE MODE")  # the answer cannot be recorded
                sending = asyncio.create_task(client.post(f"{server.url}/v1/messages", json=body))
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while not await asyncio.to_thread(waits_for_decision, database):
                        await asyncio.sleep(0.02)
                await asyncio.to_thread(server.kill)
                superuser.rollback()
            await asyncio.gather(sending, return_exceptions=True)
    assert stored(database) == (1, 0, 0)
    with running("worker", environment=database.environment, log=tmp_path / "worker.log"):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while stored(database) != (1, 1, 1):
                await asyncio.sleep(0.1)


def waits_for_decision(database: ExternalPostgres) -> bool:
    with psycopg.connect(database.url("postgres", "understudy"), autocommit=True) as superuser:
        row = superuser.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE '%decision%'"
        ).fetchone()
    return row is not None and row[0] > 0


async def test_a_job_of_a_killed_worker_is_done_by_another(
    database: ExternalPostgres, seeded: Seeded, product: Product, tmp_path: Path
) -> None:
    large = Template(
        name="Large",
        trade="banking",
        categories=(
            Category(
                "All",
                tuple(
                    scenario(f"topic_{n}", f"topic {n}", *(f"question {k} about topic {n} please" for k in range(20)))
                    for n in range(40)
                ),
            ),
        ),
    )
    draft = await product.templates.library.import_draft(seeded.principal, large)
    await product.templates.versions.publish(seeded.principal, draft.template.id)
    await product.templates.following.follow(seeded.principal, draft.template.id)
    first = Running(("worker",), database.environment, tmp_path / "first.log")
    await asyncio.to_thread(first.start)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while "doing" not in states(database):
            await asyncio.sleep(0.01)
    first.kill()
    assert "doing" in states(database)
    with running("worker", environment=database.environment, log=tmp_path / "second.log"):
        async with asyncio.timeout(PATIENCE_SECONDS * 2):
            while not all(follow.is_fitted for follow in await product.templates.following.list(seeded.company.id)):
                await asyncio.sleep(0.1)
    assert "doing" not in states(database)


def states(database: ExternalPostgres) -> list[str]:
    with psycopg.connect(database.url(roles.PLATFORM)) as connection:
        return [row[0] for row in connection.execute("SELECT status::text FROM procrastinate_jobs").fetchall()]


async def test_a_database_restarted_under_load_costs_time_but_no_message(
    database: ExternalPostgres, seeded: Seeded, tmp_path: Path
) -> None:
    with running("serve", environment=database.environment, log=tmp_path / "log") as server:
        async with httpx2.AsyncClient(headers=seeded.headers, timeout=20) as client:
            tasks = [asyncio.create_task(send(client, [server.url], number)) for number in range(MESSAGES)]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.to_thread(database.stop, signal.SIGINT)
            down = await client.post(
                f"{server.url}/v1/messages", json={"text": "hello", "contact": {"value": "x"}, "external_id": "down"}
            )
            assert down.status_code == 503
            assert down.json()["code"] == "database_unavailable"
            assert (await client.get(f"{server.url}/healthz")).status_code == 200
            assert (await client.get(f"{server.url}/readyz")).status_code == 503
            await asyncio.to_thread(database.start)
            await asyncio.gather(*tasks)
            await asyncio.to_thread(server.wait)
    assert stored(database) == (MESSAGES, MESSAGES, MESSAGES)


async def test_two_servers_and_two_workers_share_the_work_and_hear_of_changes(
    database: ExternalPostgres, seeded: Seeded, product: Product, tmp_path: Path
) -> None:
    environment = database.environment
    with (
        running("serve", "--no-worker", environment=environment, log=tmp_path / "a.log") as one,
        running("serve", "--no-worker", environment=environment, log=tmp_path / "b.log") as two,
        running("worker", environment=environment, log=tmp_path / "c.log"),
        running("worker", environment=environment, log=tmp_path / "d.log"),
    ):
        async with httpx2.AsyncClient(headers=seeded.headers, timeout=20) as client:
            urls = [one.url, two.url]
            await asyncio.gather(*(send(client, urls, number) for number in range(MESSAGES)))
            assert stored(database) == (MESSAGES, MESSAGES, MESSAGES)

            changed = {"settings": {"profile": {"language": "de"}}}
            await client.patch(f"{one.url}/v1/settings", json=changed)
            await both(client, urls, "/v1/settings", lambda found: found["settings"]["profile"]["language"] == "de")

            draft = await product.templates.library.import_draft(
                seeded.principal,
                Template(
                    name=BANK.name,
                    trade=BANK.trade,
                    categories=(Category("Cards", (scenario("card_arrival", "where is my card", reply="Changed."),)),),
                ),
            )
            await product.templates.versions.publish(seeded.principal, draft.template.id)
            for url in urls:
                await answered(client, url, "Changed.")
    with psycopg.connect(database.url(roles.PLATFORM)) as connection:
        rows = connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone()
    assert rows == (0,), "workers that were told to stop signed off"


async def both(client: httpx2.AsyncClient, urls: list[str], path: str, holds: object) -> None:
    assert callable(holds)
    for url in urls:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not holds((await client.get(url + path)).json()):
                await asyncio.sleep(0.05)


async def answered(client: httpx2.AsyncClient, url: str, reply: str) -> None:
    """Asks anew until the reply is this one."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        attempt = 0
        while True:
            attempt += 1
            body = {"text": "where is my card", "contact": {"value": f"{url}-{attempt}"}}
            if (await client.post(f"{url}/v1/messages", json=body)).json().get("reply") == reply:
                return
            await asyncio.sleep(0.1)

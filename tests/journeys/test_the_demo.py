"""The demo, as somebody sees it who has just cloned the project; the second time it is quick and doubles nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest

from tests.processes import as_json
from understudy.infra.postgres.embedded import EmbeddedPostgres
from understudy.infra.postgres.roles import PLATFORM

pytestmark = pytest.mark.journey
MESSAGES = 150


def stored(folder: Path) -> tuple[int, ...]:
    """Companies, templates, inbound messages and decisions in the demo's database."""
    server = EmbeddedPostgres(folder)
    server.start()
    try:
        with psycopg.connect(server.url(PLATFORM)) as connection:
            tables = ("company", "template", "message WHERE direction = 'in'", "decision")
            rows = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables]
    finally:
        server.stop()
    return tuple(int(row[0]) for row in rows if row)


async def test_it_answers_most_messages_free_and_a_second_run_doubles_nothing(tmp_path: Path) -> None:
    environment = {"UNDERSTUDY_DATABASE_DATA_DIR": str(tmp_path / "data"), "UNDERSTUDY_WEB_CONSOLE_TOKEN": ""}
    words = ("demo", "--no-wait", "--port", "0", "--messages", str(MESSAGES))
    first = await asyncio.to_thread(lambda: as_json(*words, environment=environment))
    assert first["bank"]["messages"] == MESSAGES
    assert first["bank"]["replays"] == 0
    assert first["bank"]["cost_micros"] == 0
    assert first["bank"]["saved_micros"] > 0
    assert first["bank"]["answered"] > 0.75
    assert first["bank"]["accuracy"] > 0.85
    assert first["hvac"]["as_expected"] > 0.85 * first["hvac"]["messages"]
    before = stored(tmp_path / "data")
    second = await asyncio.to_thread(lambda: as_json(*words, environment=environment))
    assert second["bank"]["replays"] == MESSAGES
    assert second["bank"]["rungs"] == first["bank"]["rungs"]
    assert stored(tmp_path / "data") == before

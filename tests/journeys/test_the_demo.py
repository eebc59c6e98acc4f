"""The demo, as somebody sees it who has just cloned the project; the second time it is quick and doubles nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest

from tests.processes import as_json, command
from understudy.infra.postgres.embedded import EmbeddedPostgres
from understudy.infra.postgres.roles import PLATFORM

pytestmark = pytest.mark.journey
MESSAGES = 150


def stored(folder: Path) -> tuple[int, ...]:
    """Companies, templates, inbound messages, decisions and paid calls in the demo's database."""
    server = EmbeddedPostgres(folder)
    server.start()
    try:
        with psycopg.connect(server.url(PLATFORM)) as connection:
            tables = ("company", "template", "message WHERE direction = 'in'", "decision", "llm_call")
            rows = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables]
    finally:
        server.stop()
    return tuple(int(row[0]) for row in rows if row)


async def test_it_answers_most_messages_free_and_a_second_run_doubles_nothing(tmp_path: Path) -> None:
    no_keys = {"OPENAI_API_KEY": "", "ANTHROPIC_API_KEY": "", "GEMINI_API_KEY": "never used without --paid"}
    folder = {"UNDERSTUDY_DATABASE_DATA_DIR": str(tmp_path / "data"), "UNDERSTUDY_WEB_CONSOLE_TOKEN": ""}
    environment = folder | no_keys
    words = ("demo", "--no-wait", "--port", "0", "--messages", str(MESSAGES))
    first = await asyncio.to_thread(lambda: as_json(*words, environment=environment))
    assert first["bank"]["messages"] == MESSAGES
    assert first["bank"]["replays"] == 0
    assert first["bank"]["rescued"] > 0
    assert 0 < first["bank"]["cost_micros"] < first["bank"]["saved_micros"]
    assert first["paid"]["is_scripted"]
    assert "scripted stand-in (GEMINI_API_KEY is set, --paid uses it)" in first["paid"]["face"]
    (ledger,) = first["paid"]["providers"]
    assert ledger["provider"] == "scripted-stand-in"
    assert first["paid"]["left_micros"] == 1_000_000 - first["bank"]["cost_micros"]
    assert first["bank"]["answered"] > 0.75
    assert first["bank"]["accuracy"] > 0.85
    assert first["hvac"]["as_expected"] > 0.85 * first["hvac"]["messages"]
    before = stored(tmp_path / "data")
    second = await asyncio.to_thread(lambda: as_json(*words, environment=environment))
    assert second["bank"]["replays"] == MESSAGES
    assert second["bank"]["rungs"] == first["bank"]["rungs"]
    assert second["paid"] == first["paid"]
    assert command("provider", "list", "--json", environment=environment).stdout.strip() == "[]"
    assert stored(tmp_path / "data") == before

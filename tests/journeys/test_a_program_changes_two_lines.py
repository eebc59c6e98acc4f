"""A program that chats over OpenAI's protocol changes two lines: a real server and program, a provider in between."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.channels.openai.conftest import PRICE
from tests.conftest import PLATFORM
from tests.peers.upstream import WORDS, upstream
from tests.processes import running
from tests.seeding import seed_company
from understudy.infra.database import DatabaseSettings
from understudy.infra.jobs import JobSettings
from understudy.infra.postgres.place import embedded
from understudy.llm.domain import Dialect, Tier
from understudy.llm.providers.domain import NewProvider
from understudy.wiring.configuration import Configuration, WebSettings
from understudy.wiring.product import build, opened

PROGRAM = Path(__file__).resolve().parents[2] / "examples" / "drop_in.py"
pytestmark = pytest.mark.journey


def test_a_program_changes_two_lines(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with upstream() as peer:
        place = embedded(DatabaseSettings(data_dir=str(data)))

        async def seed() -> str:
            configuration = Configuration(DatabaseSettings(), JobSettings(), WebSettings())
            async with opened(build(place, configuration)) as product:
                seeded = await seed_company(product)
                provider = NewProvider(
                    "theirs", Dialect.COMPATIBLE, peer.url, tiers={Tier.SMALL: "echo"}, prices={"echo": PRICE}
                )
                await product.paid.providers.add(PLATFORM, provider)
            return seeded.headers["Authorization"].removeprefix("Bearer ")

        key = asyncio.run(seed())
        with running("serve", environment={"UNDERSTUDY_DATABASE_DATA_DIR": str(data)}, log=tmp_path / "log") as server:
            environment = {**os.environ, "UNDERSTUDY_URL": f"{server.url}/v1", "UNDERSTUDY_KEY": key}

            def says(question: str) -> tuple[str, str]:
                done = subprocess.run(
                    [sys.executable, str(PROGRAM), question],
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=True,
                )
                return done.stdout.strip(), done.stderr

            said, told = says("Where is my card")
            assert said == "This is the answer about card arrival."
            assert "rules, saved 0.0001" in told
            assert peer.journal() == []
            said, told = says("Who was the first person on the moon?")
            assert said == "".join(WORDS)
            assert "passthrough, saved 0.000000" in told
            assert [entry["ended"] for entry in peer.journal()] == [True]
        place.leave()

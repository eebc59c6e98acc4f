"""A throw-away installation to measure: its own data folder, companies that follow one template, the real server."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from uuid import UUID

import psycopg

from understudy.companies.domain import Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS, Permission
from understudy.infra.database import DatabaseSettings
from understudy.infra.jobs import JobSettings
from understudy.infra.postgres.embedded import DATABASE
from understudy.infra.postgres.place import Place, embedded
from understudy.infra.telemetry import configure_logging
from understudy.templates.domain import Category, Reply, Template
from understudy.templates.formats.yaml_json import read_yaml
from understudy.templates.questions.domain import NewQuestion
from understudy.wiring.configuration import Configuration, WebSettings
from understudy.wiring.product import Product

PLATFORM = Principal("benchmark", None, frozenset(Permission))
BANK = Path(__file__).resolve().parent.parent / "src" / "understudy" / "demo" / "content" / "bank.template.yaml"
SEEDED_AT_ONCE = 6
PATIENCE_SECONDS = 60
REMOVALS, REMOVAL_SECONDS = 40, 0.25
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True, slots=True)
class Seeded:
    """A company and a key that may send its messages."""

    company_id: UUID
    slug: str
    token: str


@contextmanager
def data_folder(parent: str | None = None) -> Iterator[Path]:
    """An empty folder for the database, removed afterwards, also when the benchmark is told to stop."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="understudy-benchmark-", dir=parent))
    try:
        yield folder
    finally:
        for _ in range(REMOVALS):  # a server that was told to stop may still be writing
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(REMOVAL_SECONDS)


@contextmanager
def database(folder: Path, name: str = DATABASE) -> Iterator[Place]:
    """The embedded database, as an installation has it: started here, stopped when its last user leaves."""
    configure_logging(level="WARNING")
    place = embedded(DatabaseSettings(data_dir=str(folder)), name)
    try:
        with psycopg.connect(superuser_url(place, name)) as connection:
            for setting in DURABLE:
                row = connection.execute(f"SHOW {setting}").fetchone()
                assert row == ("on",), f"{setting} is {row}: what would be measured is no real installation"
        yield place
    finally:
        place.leave()


def superuser_url(place: Place, name: str = DATABASE) -> str:
    """The address for looking at everything, beside the product."""
    assert place.embedded is not None
    return place.embedded.url("postgres", name)


def settings(folder: Path) -> Configuration:
    """The settings of an installation in this folder; everything else as it is shipped."""
    return Configuration(database=DatabaseSettings(data_dir=str(folder)), jobs=JobSettings(), web=WebSettings())


def bank_template(*, scenarios: int | None = None) -> Template:
    """The template that the product ships for banks, or its first few scenarios, which are fitted in a moment."""
    template = read_yaml(BANK.read_bytes(), BANK.name).template
    if scenarios is None:
        return template
    first = tuple(islice(template.scenarios(), scenarios))
    return replace(template, categories=(Category("All", first),))


async def seed(product: Product, template: Template, companies: int) -> list[Seeded]:
    """Publishes the template, fitted, and makes companies that follow it and have questions of their own."""
    shelved = await product.templates.library.create(PLATFORM, template, is_shared=True)
    version = await product.templates.versions.publish(PLATFORM, shelved.id)
    await product.templates.heads.fit(shelved.id, version.version)
    at_once = asyncio.Semaphore(SEEDED_AT_ONCE)

    async def one(number: int) -> Seeded:
        async with at_once:
            return await _company(product, number, shelved.id)

    return list(await asyncio.gather(*(one(number) for number in range(companies))))


async def _company(product: Product, number: int, template_id: UUID) -> Seeded:
    slug = f"bank-{number}"
    company = await product.companies.create(PLATFORM, slug=slug, name=f"Bank {number}", trade="banking")
    principal = Principal("benchmark", company.id, COMPANY_PERMISSIONS)
    await product.templates.following.follow(principal, template_id)
    await product.templates.questions.add(principal, own_questions(number))
    _, token = await product.access.create_key(
        principal, name="benchmark", permissions=frozenset({Permission.MESSAGE_SEND}), company_id=company.id
    )
    return Seeded(company.id, slug, token)


def own_questions(number: int) -> list[NewQuestion]:
    """A few questions that only this company has."""
    asked = [
        f"Who leads the branch number {number}?",
        f"Where in district {number} may I park?",
        f"Does Bank {number} have a choir?",
    ]
    return [NewQuestion(text, Reply(f"See page {number}.", f"See page {number} of our brochure.")) for text in asked]


@dataclass(frozen=True, slots=True)
class Serving:
    """A running server."""

    port: int
    pid: int


@contextmanager
def serving(folder: Path, processes: int = 1) -> Iterator[Serving]:
    """`understudy serve` over the installation in this folder, ready; stopped afterwards, killed if it won't."""
    log = folder / "serve.log"
    port = free_port()
    environment = {
        **os.environ,
        "UNDERSTUDY_DATABASE_DATA_DIR": str(folder),
        "UNDERSTUDY_WEB_CONSOLE_TOKEN": "console-token-of-the-benchmark",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "understudy", "serve", *("--port", str(port), "--processes", str(processes))],
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        _wait(process, port, log)
        yield Serving(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def postmaster(folder: Path) -> int:
    """The process of the embedded database."""
    return int((folder / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])


def counts(url: str, queries: Sequence[str]) -> list[int]:
    """The numbers that some queries give."""
    with psycopg.connect(url) as connection:
        rows = [connection.execute(query).fetchone() for query in queries]
    return [int(row[0]) for row in rows if row is not None]


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as response:
                if response.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(log.read_text()[-2000:])


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""Transactions: one pool for SQLAlchemy, psycopg and the job engine, and the company set in every transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import NullPool
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from understudy.infra.settings import ProcessSettings
from understudy.kit.errors import Unavailable


class DatabaseSettings(ProcessSettings):
    """Where the database is, and how many connections a process keeps."""

    url: str = ""
    """URL of the serving role; empty: the embedded database is started."""
    owner_url: str = ""
    """URL of the role that owns the tables and migrates."""
    platform_url: str = ""
    """URL of the role for look-ups and jobs over all companies."""
    direct_url: str = ""
    """URL for LISTEN when `url` goes through a pooler; empty: `url`."""
    data_dir: str = "~/.local/share/understudy"
    """Folder of the embedded database."""
    pool_size: int = 10
    """Connections of the serving role in one process."""
    platform_pool_size: int = 3
    """Connections of the platform role in one process."""
    connect_timeout_seconds: float = 5.0
    """How long a request waits for a connection before the answer is 503."""


class DatabaseUnavailable(Unavailable):
    """The database cannot be reached, or gave up the statement."""

    code = "database_unavailable"


@dataclass(frozen=True, slots=True)
class Tx:
    """A transaction. `sa` and `raw` are the same connection: SQLAlchemy for most, psycopg on the hot path."""

    company_id: UUID | None
    raw: psycopg.AsyncConnection
    _sa: AsyncConnection | None = None

    @property
    def sa(self) -> AsyncConnection:
        """The connection for SQLAlchemy; a transaction of the hot path has none."""
        assert self._sa is not None, "a transaction of the hot path is for psycopg only"
        return self._sa


SET_COMPANY = "SELECT set_config('app.company', %s, true)"
SET_COMPANY_LOOSE = "SELECT set_config('app.company', %s, true), set_config('synchronous_commit', 'off', true)"
BEGIN_FOR = "BEGIN; SELECT set_config('app.company', '{}', true)"
"""For a UUID only, which holds nothing but digits, letters and dashes."""
BEGIN_LOOSE_FOR = "BEGIN; SELECT set_config('app.company', '{}', true), set_config('synchronous_commit', 'off', true)"


def _unavailable() -> DatabaseUnavailable:
    return DatabaseUnavailable(
        "the database cannot be reached just now", remedy="try again shortly; `understudy doctor` tells more"
    )


def _engine(pool: AsyncConnectionPool) -> AsyncEngine:
    """SQLAlchemy over our pool: it opens nothing itself, and closing gives the connection back."""
    return create_async_engine(
        "postgresql+psycopg://", poolclass=NullPool, async_creator=pool.getconn, use_native_hstore=False
    )


def _pool(url: str, size: int, timeout: float, name: str) -> AsyncConnectionPool:
    return AsyncConnectionPool(
        url,
        min_size=1,
        max_size=size,
        timeout=timeout,
        open=False,
        close_returns=True,
        check=None,
        name=name,
        reconnect_timeout=5.0,
        kwargs={"connect_timeout": max(2, int(timeout))},
    )


class Database:
    """The door to PostgreSQL. Open it once per process, close it when done."""

    def __init__(self, *, url: str, platform_url: str, settings: DatabaseSettings) -> None:
        timeout = settings.connect_timeout_seconds
        self.pool = _pool(url, settings.pool_size, timeout, "app")
        self.platform_pool = _pool(platform_url, settings.platform_pool_size, timeout, "platform")
        self._app = _engine(self.pool)
        self._platform = _engine(self.platform_pool)

    async def open(self) -> None:
        """Opens the pools; raises `DatabaseUnavailable` when nothing answers."""
        for pool in (self.pool, self.platform_pool):
            try:
                await pool.open(wait=True, timeout=pool.timeout)
            except PoolTimeout as error:
                await self.close()
                raise _unavailable() from error

    async def close(self) -> None:
        """Gives all connections back to the server."""
        await self.pool.close()
        await self.platform_pool.close()

    @asynccontextmanager
    async def transaction(self, company_id: UUID) -> AsyncIterator[Tx]:
        """A transaction of the serving role that sees the rows of one company only."""
        async with _begin(self._app, self.pool, company_id) as tx:
            await tx.raw.execute(SET_COMPANY, (str(company_id),))
            yield tx

    @asynccontextmanager
    async def hot(self, company_id: UUID, *, waits_for_disk: bool = True) -> AsyncIterator[Tx]:
        """As `transaction`, for the hot path: without SQLAlchemy it costs half the time.

        Without `waits_for_disk` a crash of the database's machine may forget the commit, if it comes within its last
        half second; nobody else sees a difference, and locks are not held while the disk writes.
        """
        begin = BEGIN_FOR if waits_for_disk else BEGIN_LOOSE_FOR
        with _mapped():
            async with self.pool.connection() as raw, _begun(raw, begin.format(company_id)):
                yield Tx(company_id=company_id, raw=raw)

    async def once(
        self, company_id: UUID, statement: LiteralString, values: Mapping[str, Any], *, waits_for_disk: bool = True
    ) -> Any:
        """One statement that is a transaction by itself, in one round trip; its first row, if it gives one.

        A lock that it takes is held while the server works on it, however long this process takes for its next step.
        """
        begin = SET_COMPANY if waits_for_disk else SET_COMPANY_LOOSE
        with _mapped():
            async with self.pool.connection() as raw, _by_hand(raw):
                async with raw.pipeline():  # up to its end all is one transaction
                    await raw.execute(begin, (str(company_id),))
                    cursor = await raw.execute(statement, values)
                return await cursor.fetchone()

    async def each(self, company_id: UUID, steps: Sequence[tuple[LiteralString, Mapping[str, Any]]]) -> list[Any]:
        """Statements that are a transaction each, one after the other, all in one round trip; their first rows.

        One that fails in the database is raised; those after it are not run, those before it stand.
        """
        cursors: list[psycopg.AsyncCursor[Any]] = []
        with _mapped():
            async with self.pool.connection() as raw, _by_hand(raw):
                async with raw.pipeline() as line:
                    for statement, values in steps:
                        await raw.execute(SET_COMPANY, (str(company_id),))
                        cursors.append(await raw.execute(statement, values))
                        await line.sync()  # ends the transaction
                return [await cursor.fetchone() for cursor in cursors]

    @asynccontextmanager
    async def unseen(self, company_id: UUID, *, waits_for_disk: bool = True) -> AsyncIterator[Tx]:
        """As `hot`, for statements of which no result is read: all go out in one round trip, at the block's end.

        What fails in the database is raised there too; then, or where the block raises, nothing of it is kept.
        """
        begin = SET_COMPANY if waits_for_disk else SET_COMPANY_LOOSE
        with _mapped():
            async with self.pool.connection() as raw, _by_hand(raw), raw.pipeline():
                await raw.execute("BEGIN")
                await raw.execute(begin, (str(company_id),))
                yield Tx(company_id=company_id, raw=raw)
                await raw.execute("COMMIT")

    @asynccontextmanager
    async def lookup(self) -> AsyncIterator[Tx]:
        """A transaction of the serving role before the company is known: it sees no company's rows."""
        async with _begin(self._app, self.pool) as tx:
            yield tx

    @asynccontextmanager
    async def platform(self) -> AsyncIterator[Tx]:
        """A transaction of the platform role, whose policies let it see every company."""
        async with _begin(self._platform, self.platform_pool) as tx:
            yield tx


@asynccontextmanager
async def _begin(engine: AsyncEngine, pool: AsyncConnectionPool, company_id: UUID | None = None) -> AsyncIterator[Tx]:
    raw: psycopg.AsyncConnection | None = None
    with _mapped():
        try:
            async with engine.begin() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert isinstance(driver, psycopg.AsyncConnection)
                raw = driver
                yield Tx(company_id=company_id, raw=raw, _sa=connection)
        finally:
            if raw is not None and raw.closed:
                with suppress(ValueError):  # it was given back
                    await pool.putconn(raw)  # SQLAlchemy drops one that broke, and the pool would wait for it for ever


@asynccontextmanager
async def _begun(raw: psycopg.AsyncConnection, begin: str) -> AsyncIterator[None]:
    """A transaction begun and given its company in one round trip; the driver by itself takes two."""
    async with _by_hand(raw):
        try:
            await raw.execute(begin, prepare=False)
            yield
            await raw.commit()
        except BaseException:
            with suppress(psycopg.Error):
                await raw.rollback()
            raise


@asynccontextmanager
async def _by_hand(raw: psycopg.AsyncConnection) -> AsyncIterator[None]:
    """Keeps the driver from beginning transactions; a connection that is left inside one is closed."""
    await raw.set_autocommit(True)
    try:
        yield
    finally:
        if raw.pgconn.transaction_status == TransactionStatus.IDLE:
            await raw.set_autocommit(False)
        else:
            raw.pgconn.finish()  # the pool makes another one


@contextmanager
def _mapped() -> Iterator[None]:
    """Turns what the drivers raise when the database is away into `DatabaseUnavailable`."""
    try:
        yield
    except (psycopg.OperationalError, PoolTimeout, OperationalError) as error:
        raise _unavailable() from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise _unavailable() from error
        raise

"""Where the database is: the embedded one, started when no URL is given, or an external one by its URLs."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.infra.database import DatabaseSettings
from understudy.infra.postgres import roles
from understudy.infra.postgres.embedded import DATABASE, EmbeddedPostgres
from understudy.infra.postgres.migrate import migrate
from understudy.kit.errors import Invalid


@dataclass(frozen=True, slots=True)
class Place:
    """The addresses of a database for each role. `embedded` is set when this process uses the embedded server."""

    url: str
    owner_url: str
    platform_url: str
    direct_url: str
    embedded: EmbeddedPostgres | None = None

    def leave(self) -> None:
        """Lets go of the embedded server, which its last user stops."""
        if self.embedded is not None:
            self.embedded.stop()


def external(settings: DatabaseSettings) -> Place:
    """The place of an external database; raises `Invalid` when the URL of the platform role is missing."""
    if not settings.platform_url:
        raise Invalid(
            "an external database needs the URL of the platform role too",
            field="UNDERSTUDY_DATABASE_PLATFORM_URL",
            remedy="`understudy db roles` prints the script that makes the roles",
        )
    return Place(
        url=settings.url,
        owner_url=settings.owner_url,
        platform_url=settings.platform_url,
        direct_url=settings.direct_url or settings.url,
    )


def prepared(settings: DatabaseSettings, database: str = DATABASE) -> Place:
    """Starts or adopts the embedded server, with its roles and an empty database if there is none yet."""
    server = EmbeddedPostgres(settings.data_dir)
    server.start()
    try:
        server.ensure_database(database)
        roles.prepare(server.url("postgres", "postgres"), database, server.url("postgres", database))
    except BaseException:
        server.stop()
        raise
    return Place(
        url=server.url(roles.APP, database),
        owner_url=server.url(roles.OWNER, database),
        platform_url=server.url(roles.PLATFORM, database),
        direct_url=server.url(roles.APP, database),
        embedded=server,
    )


def embedded(settings: DatabaseSettings, database: str = DATABASE) -> Place:
    """Starts or adopts the embedded server, with its roles and the newest tables."""
    place = prepared(settings, database)
    try:
        migrate(place.owner_url)
    except BaseException:
        place.leave()
        raise
    return place


def find_place(settings: DatabaseSettings) -> Place:
    """The database that the settings name. May start the embedded server, which blocks for some seconds."""
    return external(settings) if settings.url else embedded(settings)

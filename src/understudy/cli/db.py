"""understudy db: migrate, back up, restore, and the set-up of an external PostgreSQL."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Annotated

import typer

from understudy.cli.context import Json, err, fail, find_place_or_fail, out, print_json, read_configuration
from understudy.infra.postgres import backup as backups
from understudy.infra.postgres import migrate as migrations
from understudy.infra.postgres import roles as role_script
from understudy.infra.postgres.embedded import DATABASE, EmbeddedPostgres
from understudy.infra.postgres.place import Place, external, prepared
from understudy.infra.secrets.vault import KEY_FILE
from understudy.kit.errors import Invalid, UnderstudyError

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.command()
def migrate(as_json: Json = False) -> None:
    """Brings the tables up to this version; running it again changes nothing."""
    settings = read_configuration()
    place = find_place_or_fail(settings)
    try:
        _need_owner(place)
        before = migrations.migrate(place.owner_url)
    except UnderstudyError as error:
        fail(error)
    finally:
        place.leave()
    after = migrations.newest()
    if as_json:
        print_json({"before": before, "after": after})
    else:
        out.print(f"The database is at revision {after}" + ("." if before == after else f", from {before}."))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="File to write.", show_default=False)], as_json: Json = False
) -> None:
    """Writes everything into one file, while the product runs."""
    settings = read_configuration()
    place = find_place_or_fail(settings)
    started = time.monotonic()
    try:
        with err.status("Writing the backup …"):
            size = backups.backup(place, file)
    except UnderstudyError as error:
        fail(error)
    finally:
        place.leave()
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        print_json({"file": file, "bytes": size, "seconds": seconds})
    else:
        out.print(f"Wrote {file}: {size:,} bytes in {seconds} s.")
    key_file = place.embedded.folder / KEY_FILE if place.embedded else None
    if settings.secrets.keys or (key_file and key_file.exists()):
        where = "UNDERSTUDY_SECRETS_KEYS" if settings.secrets.keys else str(key_file)
        err.print(f"Without {where} nobody can read the providers' keys in it: keep a copy, apart.", soft_wrap=True)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="File of a backup.", show_default=False)], as_json: Json = False
) -> None:
    """Fills an empty database from a backup and migrates it to this version."""
    settings = read_configuration().database
    started = time.monotonic()
    place: Place | None = None
    try:
        with err.status("Restoring …"):
            if settings.url:
                place = external(settings)
                _need_owner(place)
            else:
                place = prepared(settings)
            backups.restore(place, file)
            migrations.migrate(place.owner_url)
    except UnderstudyError as error:
        fail(error)
    finally:
        if place is not None:
            place.leave()
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        print_json({"file": file, "seconds": seconds})
    else:
        out.print(f"Restored {file} in {seconds} s. Check it: understudy doctor")


@app.command()
def roles(
    database: Annotated[str, typer.Option(help="Name of the database to make.")] = DATABASE,
    host: Annotated[str, typer.Option(help="Host and port that go into the printed settings.")] = "localhost:5432",
) -> None:
    """Prints the script that prepares an external PostgreSQL, with fresh passwords, and the settings to use them.

    The script goes to standard output for psql; the settings go to standard error.
    """
    passwords = {role: secrets.token_urlsafe(24) for role in role_script.ROLES}
    typer.echo(role_script.script(database, passwords))
    err.print("Run the script as a superuser, then set:", highlight=False)
    for name, role in (
        ("URL", role_script.APP),
        ("OWNER_URL", role_script.OWNER),
        ("PLATFORM_URL", role_script.PLATFORM),
    ):
        address = f"postgresql://{role}:{passwords[role]}@{host}/{database}"
        err.print(f"UNDERSTUDY_DATABASE_{name}={address}", highlight=False, soft_wrap=True)


@app.command()
def stop(as_json: Json = False) -> None:
    """Stops the embedded server when no process uses it any more (after a kill, say)."""
    settings = read_configuration()
    server = EmbeddedPostgres(settings.database.data_dir)
    try:
        server.start()
    except UnderstudyError as error:
        fail(error)
    is_stopped = server.stop()
    if as_json:
        print_json({"stopped": is_stopped})
    else:
        out.print("Stopped." if is_stopped else "Another process uses it; it goes on.")


def _need_owner(place: Place) -> None:
    if not place.owner_url:
        raise Invalid(
            "migrating needs the URL of the owner role",
            field="UNDERSTUDY_DATABASE_OWNER_URL",
            remedy="`understudy db roles` prints the script that makes the roles",
        )

"""understudy doctor: checks the set-up and says what to do."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import psycopg
import typer

from understudy.cli.context import Json, find_place_or_fail, out, print_json, print_table, read_configuration
from understudy.infra.postgres.inspection import Finding, inspect

ENOUGH_DISK_BYTES = 2_000_000_000


def doctor(as_json: Json = False) -> None:
    """Checks the set-up and says what to do. Exit code 1 when something needs to be done."""
    settings = read_configuration()
    place = find_place_or_fail(settings)
    try:
        findings = inspect(place, time.time())
    except psycopg.Error as error:
        findings = [Finding("database", str(error).strip(), "check the UNDERSTUDY_DATABASE_… URLs and the server")]
    finally:
        place.leave()
    if place.embedded is not None:
        findings.append(_disk(place.embedded.folder))
    if as_json:
        print_json(
            [{"well": f.is_well, "subject": f.subject, "detail": f.detail, "remedy": f.remedy} for f in findings]
        )
    else:
        rows = [("ok" if f.is_well else "mend", f.subject, f.detail, f.remedy) for f in findings]
        print_table(["", "checked", "found", "remedy"], rows, empty="")
        out.print("All is well." if all(f.is_well for f in findings) else "Something needs to be done: see above.")
    if not all(f.is_well for f in findings):
        raise typer.Exit(1)


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    remedy = "" if free >= ENOUGH_DISK_BYTES else f"make room on the disk of {folder}"
    return Finding("disk", f"{free / 1e9:.1f} GB free", remedy)

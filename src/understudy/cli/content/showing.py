"""What the commands about templates read and say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from understudy.cli.context import err, out, print_json
from understudy.companies.domain import Principal
from understudy.kit.errors import Invalid
from understudy.templates.formats.detect import SourceFile
from understudy.templates.records import Shelved, Version
from understudy.wiring.product import Product


async def publish_and_fit(product: Product, principal: Principal, shelved: Shelved, note: str, *, fit: bool) -> Version:
    """Publishes a draft and, if wanted, fits its head, saying how far it is."""
    version = await product.templates.versions.publish(principal, shelved.id, note=note)
    if fit and version.fit_checksum is not None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=err) as shown:
            task = shown.add_task("Fitting the head", total=None)
            await product.templates.heads.fit(
                shelved.id,
                version.version,
                progress=lambda done, total: shown.update(task, completed=done, total=total),
            )
    return version


def read_files(paths: list[Path]) -> list[SourceFile]:
    """The files of these paths; raises `Invalid` for one that cannot be read."""
    try:
        return [SourceFile(path.name, path.read_bytes()) for path in paths]
    except OSError as error:
        raise Invalid(
            f"{error.filename}: {error.strerror}", field="paths", remedy="give files that can be read"
        ) from None


def say_published(version: Version, fit: bool) -> None:
    """Says which version was published, and when it serves."""
    waits = version.fit_checksum is not None and not version.is_fitted and not fit
    later = " It serves when a worker has fitted its head." if waits else ""
    out.print(f"Published version {version.version}.{later}", highlight=False)


def say(shelved: Shelved, done: str, *, as_json: bool) -> None:
    """Says what was done to a template."""
    if as_json:
        print_json(shelved)
    else:
        out.print(f'{done}: "{shelved.name}".', highlight=False)


def version_view(version: Version) -> dict[str, Any]:
    """A version as JSON."""
    return {
        "version": version.version,
        "checksum": version.checksum.hex(),
        "note": version.note,
        "published_by": version.published_by,
        "published_at": version.published_at,
        "is_fitted": version.is_fitted,
    }


def owner_of(shelved: Shelved, principal: Principal) -> str:
    """Whose template it is, as seen by a principal."""
    if shelved.company_id == principal.company_id:
        return "you"
    return "another company" if shelved.company_id else "the platform"


def versions_of(shelved: Shelved) -> str:
    """Which version serves, or why none does."""
    if shelved.archived_at:
        return "archived"
    if shelved.newest_version is None:
        return "draft"
    waiting = shelved.newest_version != shelved.serving_version
    return (
        f"{shelved.serving_version} ({shelved.newest_version} is being fitted)"
        if waiting
        else str(shelved.newest_version)
    )

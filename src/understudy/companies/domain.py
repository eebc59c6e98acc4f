"""Companies, principals, keys and audit entries as values."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from understudy.companies.permissions import Permission
from understudy.companies.settings import CompanySettings
from understudy.kit.errors import Conflict, Forbidden, Invalid, NotFound

MAX_NAME = 120
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_SLUG = 60


class CompanyNotFound(NotFound):
    """No such company, or it is archived."""

    code = "company_not_found"


class CompanyExists(Conflict):
    """Another company has this slug."""

    code = "company_exists"


class SettingsMoved(Conflict):
    """The settings were changed since the caller read them."""

    code = "settings_moved"


class NotAllowed(Forbidden):
    """The principal lacks a permission."""

    code = "not_allowed"


class KeyUnknown(Forbidden):
    """No key was given, or it is unknown or revoked."""

    code = "key_unknown"


class KeyNotFound(NotFound):
    """No such key in this company."""

    code = "key_not_found"


@dataclass(frozen=True, slots=True)
class Company:
    """A company with its settings as they are now."""

    id: UUID
    slug: str
    name: str
    trade: str
    created_at: datetime
    archived_at: datetime | None
    settings: CompanySettings
    settings_version: int


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts. `company_id` is None for the platform. `name` goes into the audit log."""

    name: str
    company_id: UUID | None
    permissions: frozenset[Permission]

    def demand(self, permission: Permission) -> None:
        """Raises `NotAllowed` unless the principal holds the permission."""
        if permission not in self.permissions:
            raise NotAllowed(
                f"this needs the permission {permission}", remedy="use a key that holds it, or ask for one"
            )

    @property
    def company(self) -> UUID:
        """The company acted for; raises `NotAllowed` for the platform."""
        if self.company_id is None:
            raise NotAllowed("this is done for a company", remedy="use a key of the company")
        return self.company_id


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is listed; the token itself is shown once and not kept."""

    id: UUID
    name: str
    permissions: frozenset[Permission]
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """What someone did, as the audit log is told: values before and after, None where there was nothing."""

    actor: str
    action: str
    subject: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One link of a company's audit chain."""

    sequence: int
    at: datetime
    change: Change
    previous_hash: bytes
    hash: bytes


def slug_of(name: str) -> str:
    """A slug made from a name; empty when the name has no Latin letter or digit."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:MAX_SLUG].strip("-")


def check_company(*, slug: str, name: str, trade: str) -> None:
    """Raises `Invalid` naming the first field that cannot be."""
    if not name.strip() or len(name) > MAX_NAME:
        raise Invalid(f"a name has 1 to {MAX_NAME} characters", field="name", remedy="give the company's name")
    if not SLUG.fullmatch(slug) or len(slug) > MAX_SLUG:
        raise Invalid(
            f"{slug!r} cannot be a slug", field="slug", remedy="use a-z, 0-9 and single hyphens, such as harbour-bank"
        )
    if not SLUG.fullmatch(trade) or len(trade) > MAX_SLUG:
        raise Invalid(f"{trade!r} cannot be a trade", field="trade", remedy="use a word such as banking or hvac")


def link(previous_hash: bytes, sequence: int, at: datetime, change: Change) -> bytes:
    """The hash of an audit entry: SHA-256 over the previous hash and the entry as canonical JSON."""
    content = [sequence, at.isoformat(), change.actor, change.action, change.subject, change.before, change.after]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(previous_hash + canonical.encode()).digest()


def broken_link(entries: list[AuditEntry]) -> int | None:
    """The sequence number of the first entry that does not follow from the one before; None if the chain holds."""
    previous = b""
    for expected, entry in enumerate(entries, start=1):
        sound = entry.sequence == expected and entry.previous_hash == previous
        if not sound or entry.hash != link(previous, entry.sequence, entry.at, entry.change):
            return entry.sequence
        previous = entry.hash
    return None

"""JSON routes of companies, settings, keys and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from understudy.companies.access import Access
from understudy.companies.audit import Audit
from understudy.companies.authorization import caller
from understudy.companies.domain import ApiKey, AuditEntry, Company, Principal
from understudy.companies.permissions import Permission
from understudy.companies.service import Companies
from understudy.infra.database import Database

Manager = Annotated[Principal, caller(Permission.COMPANY_MANAGE)]
SettingsReader = Annotated[Principal, caller(Permission.SETTINGS_READ)]
SettingsEditor = Annotated[Principal, caller(Permission.SETTINGS_EDIT)]
KeyKeeper = Annotated[Principal, caller(Permission.KEY_MANAGE)]
Auditor = Annotated[Principal, caller(Permission.AUDIT_READ)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class NewCompany(Body):
    """A company to create."""

    slug: str = Field(examples=["harbour-bank"], max_length=60)
    name: str = Field(examples=["Harbour Bank"], max_length=120)
    trade: str = Field(examples=["banking"], max_length=60)
    settings: dict[str, Any] = Field(default_factory=dict, description="Settings that differ from the defaults.")


class CompanyChange(Body):
    """What to change of a company; what is left out stays."""

    name: str | None = Field(None, max_length=120)
    trade: str | None = Field(None, max_length=60)


class CompanyView(BaseModel):
    """A company."""

    id: UUID
    slug: str
    name: str
    trade: str
    created_at: datetime
    archived_at: datetime | None
    settings_version: int

    @classmethod
    def of(cls, company: Company) -> CompanyView:
        """The view of a company."""
        return cls.model_validate(company, from_attributes=True)


class CompanyPage(BaseModel):
    """A page of companies; `next` goes into `after` for the following one."""

    items: list[CompanyView]
    next: str | None


class SettingsView(BaseModel):
    """All settings with their defaults."""

    version: int
    settings: dict[str, Any]

    @classmethod
    def of(cls, company: Company) -> SettingsView:
        """The view of a company's settings."""
        return cls(version=company.settings_version, settings=dict(company.settings.document))


class SettingsPatch(Body):
    """A JSON merge patch over the settings; null brings a default back."""

    settings: dict[str, Any] = Field(examples=[{"ladder": {"thresholds": {"rules": 0.75}}}])
    expected_version: int | None = Field(None, description="Refuse with 409 when the settings have moved on.")


class NewKey(Body):
    """A key to create."""

    name: str = Field(examples=["website"], max_length=80)
    permissions: list[Permission] = Field(examples=[["message:send"]], max_length=len(Permission))


class KeyView(BaseModel):
    """A key without its token."""

    id: UUID
    name: str
    permissions: list[Permission]
    created_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> KeyView:
        """The view of a key."""
        return cls(
            id=key.id,
            name=key.name,
            permissions=sorted(key.permissions),
            created_at=key.created_at,
            revoked_at=key.revoked_at,
        )


class KeyMade(KeyView):
    """A new key with its token, which is shown this once."""

    token: str


class AuditView(BaseModel):
    """One entry of the audit log."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    before: Any
    after: Any
    hash: str

    @classmethod
    def of(cls, entry: AuditEntry) -> AuditView:
        """The view of an entry."""
        change = entry.change
        return cls(
            sequence=entry.sequence,
            at=entry.at,
            actor=change.actor,
            action=change.action,
            subject=change.subject,
            before=change.before,
            after=change.after,
            hash=entry.hash.hex(),
        )


def company_routes(companies: Companies) -> APIRouter:
    """Routes over all companies, for platform keys."""
    router = APIRouter(prefix="/v1/companies", tags=["companies"])

    @router.post("", status_code=201)
    async def create_company(principal: Manager, body: NewCompany) -> CompanyView:
        """Creates a company."""
        company = await companies.create(
            principal, slug=body.slug, name=body.name, trade=body.trade, settings=body.settings
        )
        return CompanyView.of(company)

    @router.get("")
    async def list_companies(_: Manager, after: str = "", limit: Limit = 50, archived: bool = False) -> CompanyPage:
        """Lists companies in order of slug."""
        found = await companies.list(after=after, limit=limit, archived=archived)
        return CompanyPage(
            items=[CompanyView.of(company) for company in found], next=found[-1].slug if len(found) == limit else None
        )

    @router.get("/{slug}")
    async def show_company(_: Manager, slug: str) -> CompanyView:
        """Shows a company."""
        return CompanyView.of(await companies.by_slug(slug))

    @router.patch("/{slug}")
    async def change_company(principal: Manager, slug: str, body: CompanyChange) -> CompanyView:
        """Changes a company's name or trade."""
        company = await companies.by_slug(slug)
        return CompanyView.of(await companies.change(principal, company.id, name=body.name, trade=body.trade))

    @router.delete("/{slug}", status_code=204)
    async def archive_company(principal: Manager, slug: str) -> Response:
        """Archives a company: its keys stop working, its data stays."""
        company = await companies.by_slug(slug)
        await companies.archive(principal, company.id)
        return Response(status_code=204)

    @router.post("/{slug}/restore")
    async def restore_company(principal: Manager, slug: str) -> CompanyView:
        """Brings an archived company back: its keys work again. One that is not archived stays as it is."""
        return CompanyView.of(await companies.restore(principal, slug))

    return router


def settings_routes(companies: Companies) -> APIRouter:
    """The caller's company and its settings."""
    router = APIRouter(prefix="/v1", tags=["settings"])

    @router.get("/company")
    async def show_own_company(principal: SettingsReader) -> CompanyView:
        """Shows the company that the key belongs to."""
        return CompanyView.of(await companies.show(principal.company))

    @router.get("/settings")
    async def show_settings(principal: SettingsReader) -> SettingsView:
        """Shows all settings with their defaults."""
        return SettingsView.of(await companies.show(principal.company))

    @router.patch("/settings")
    async def change_settings(principal: SettingsEditor, body: SettingsPatch) -> SettingsView:
        """Changes settings; every process uses them within a second."""
        company = await companies.change_settings(
            principal, principal.company, body.settings, expected_version=body.expected_version
        )
        return SettingsView.of(company)

    return router


def key_routes(access: Access) -> APIRouter:
    """The API keys of the caller's company."""
    router = APIRouter(prefix="/v1/keys", tags=["keys"])

    @router.post("", status_code=201)
    async def create_key(principal: KeyKeeper, body: NewKey) -> KeyMade:
        """Creates a key; its token is shown this once."""
        key, token = await access.create_key(
            principal, name=body.name, permissions=frozenset(body.permissions), company_id=principal.company
        )
        return KeyMade(**KeyView.of(key).model_dump(), token=token)

    @router.get("")
    async def list_keys(principal: KeyKeeper) -> list[KeyView]:
        """Lists the keys, without their tokens."""
        return [KeyView.of(key) for key in await access.keys(principal.company)]

    @router.delete("/{key_id}", status_code=204)
    async def revoke_key(principal: KeyKeeper, key_id: UUID) -> Response:
        """Revokes a key, everywhere within a second."""
        await access.revoke_key(principal, key_id, company_id=principal.company)
        return Response(status_code=204)

    return router


def audit_routes(audit: Audit, database: Database) -> APIRouter:
    """The audit log of the caller's company."""
    router = APIRouter(prefix="/v1/audit", tags=["audit"])

    @router.get("")
    async def list_audit(
        principal: Auditor,
        before: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="Go on below this number.")] = None,
        action: Annotated[str | None, Query(max_length=80)] = None,
        limit: Limit = 50,
    ) -> list[AuditView]:
        """Lists who changed what, newest first."""
        async with database.transaction(principal.company) as tx:
            entries = await audit.entries(tx, before=before, limit=limit, action=action)
        return [AuditView.of(entry) for entry in entries]

    return router

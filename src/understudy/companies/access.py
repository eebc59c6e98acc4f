"""API keys: made, listed, revoked, and turned into principals."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from understudy.companies import store
from understudy.companies.audit import Audit
from understudy.companies.domain import ApiKey, Change, KeyUnknown, Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS, PLATFORM_PERMISSIONS, Permission
from understudy.infra.cache import Cache
from understudy.infra.changes import announce
from understudy.infra.database import Database, Tx
from understudy.kit.clock import Clock
from understudy.kit.errors import Forbidden, Invalid
from understudy.kit.ids import NewId

TOKEN_PREFIX = "usk_"  # noqa: S105 - what every token begins with
TOPIC = "api_key"
CACHED_KEYS = 20_000
MAX_TOKEN = 200
MAX_NAME = 80


class TooManyPermissions(Forbidden):
    """A key may not be given more than its maker holds."""

    code = "too_many_permissions"


def token_hash(token: str) -> bytes:
    """SHA-256 of a token; tokens hold 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


class Access:
    """Who may come in. `new_token` makes 256 random bits as text."""

    def __init__(
        self, *, database: Database, audit: Audit, clock: Clock, new_id: NewId, new_token: Callable[[], str]
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self._new_token = new_token
        self._known: Cache[bytes, Principal | None] = Cache("api_key", self._load, capacity=CACHED_KEYS)

    def forget(self, key: str) -> None:
        """Drops a key's hash from memory; "*" drops all. Called on a change notice."""
        if key == "*":
            self._known.clear()
        else:
            self._known.drop(bytes.fromhex(key))

    def forget_all(self, _: str) -> None:
        """Drops all keys from memory: a company was archived or brought back."""
        self._known.clear()

    async def authenticate(self, token: str) -> Principal:
        """The principal of a token; raises `KeyUnknown`."""
        if not token.startswith(TOKEN_PREFIX) or len(token) > MAX_TOKEN:
            raise _unknown()
        hashed = token_hash(token)
        principal = await self._known.get(hashed)
        if principal is None:
            self._known.drop(hashed)  # wrong tokens must not push good ones out
            raise _unknown()
        return principal

    async def create_key(
        self, principal: Principal, *, name: str, permissions: frozenset[Permission], company_id: UUID | None
    ) -> tuple[ApiKey, str]:
        """Makes a key and its token, which is shown this once; `company_id` None makes a platform key."""
        _check_key(name, permissions, company_id)
        if principal.company_id is not None and (
            not permissions <= principal.permissions or company_id != principal.company_id
        ):
            raise TooManyPermissions(
                "a key cannot be given more than its maker holds",
                field="permissions",
                remedy="leave out " + ", ".join(sorted(permissions - principal.permissions)),
            )
        key = ApiKey(self._new_id(), name, permissions, self._clock(), None)
        token = TOKEN_PREFIX + self._new_token()
        async with self._scope(company_id) as tx:
            await store.add_key(tx, key, token_hash(token))
            after = {"name": name, "permissions": sorted(permissions)}
            await self._audit.record(tx, Change(principal.name, "key.created", str(key.id), None, after))
        return key, token

    async def keys(self, company_id: UUID | None) -> list[ApiKey]:
        """The keys of a company, or of the platform."""
        async with self._scope(company_id) as tx:
            return await store.list_keys(tx)

    async def revoke_key(self, principal: Principal, key_id: UUID, *, company_id: UUID | None) -> None:
        """Revokes a key, on every process within a second; raises `KeyNotFound`."""
        async with self._scope(company_id) as tx:
            hashed = await store.revoke_key(tx, key_id, self._clock())
            await self._audit.record(tx, Change(principal.name, "key.revoked", str(key_id)))
            await announce(tx, TOPIC, hashed.hex())
        self._known.drop(hashed)

    async def _load(self, hashed: bytes) -> Principal | None:
        async with self._database.lookup() as tx:
            return await store.principal_of(tx, hashed)

    def _scope(self, company_id: UUID | None) -> AbstractAsyncContextManager[Tx]:
        return self._database.transaction(company_id) if company_id else self._database.platform()


def _unknown() -> KeyUnknown:
    return KeyUnknown(
        "this needs a valid API key",
        remedy="send the header 'Authorization: Bearer usk_…' with a key that is not revoked",
    )


def _check_key(name: str, permissions: frozenset[Permission], company_id: UUID | None) -> None:
    if not name.strip() or len(name) > MAX_NAME:
        raise Invalid(f"a key's name has 1 to {MAX_NAME} characters", field="name", remedy="say what the key is for")
    if not permissions:
        raise Invalid("a key needs at least one permission", field="permissions", remedy="see the list in docs/api.md")
    foreign = permissions - (COMPANY_PERMISSIONS if company_id else PLATFORM_PERMISSIONS)
    if foreign:
        whose = "a company's key" if company_id else "a platform key"
        raise Invalid(f"{whose} cannot hold {', '.join(sorted(foreign))}", field="permissions", remedy="leave them out")

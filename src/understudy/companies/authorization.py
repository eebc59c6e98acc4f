"""What a route asks of its caller: a key, and one permission."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from understudy.companies.access import Access
from understudy.companies.domain import Principal
from understudy.companies.permissions import PLATFORM_PERMISSIONS, Permission

bearer = HTTPBearer(auto_error=False, scheme_name="API key", description="A key made by `understudy company key`.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]


class RoutePermission:
    """The dependency of a route that needs a permission; a test reads `permission` from every route."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request, credentials: Credentials) -> Principal:
        """The caller; raises `KeyUnknown` or `NotAllowed`."""
        access: Access = request.app.state.access
        principal = await access.authenticate(credentials.credentials if credentials else "")
        principal.demand(self.permission)
        if self.permission not in PLATFORM_PERMISSIONS:
            _ = principal.company  # raises for a platform key
        return principal


def caller(permission: Permission) -> Any:
    """The marker of a route's caller: `principal: Annotated[Principal, caller(Permission.X)]`."""
    return Depends(RoutePermission(permission))

"""Where a set of routes stands and which permissions it asks for: those of a company, or the platform's."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.companies.permissions import Permission


@dataclass(frozen=True, slots=True)
class Rights:
    """The permissions that routes ask for, the folder they stand in, and what sets their names apart."""

    folder: str
    suffix: str
    read: Permission
    edit: Permission
    publish: Permission

    def name(self, verb: str) -> str:
        """The name of an operation, the same verb for both owners."""
        return verb + self.suffix


OF_COMPANY = Rights("/v1", "", Permission.TEMPLATE_READ, Permission.TEMPLATE_EDIT, Permission.TEMPLATE_PUBLISH)
OF_PLATFORM = Rights(
    "/v1/content", "_of_platform", Permission.CONTENT_MANAGE, Permission.CONTENT_MANAGE, Permission.CONTENT_MANAGE
)

"""Facts that the package announces."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TemplatePublished:
    """A version of a template was published, whether from its draft or by going back to an old one."""

    template_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class TemplateServing:
    """A version, with its head fitted, has begun to answer for those who follow the newest."""

    template_id: UUID
    version: int

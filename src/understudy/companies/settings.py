"""A company's settings: groups declared by packages, composed into one document that is validated as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, field_validator

from understudy.kit.errors import Invalid, Problem


class InvalidSettings(Invalid):
    """The settings document has faults; nothing was changed."""

    code = "invalid_settings"


class SettingsGroup(BaseModel):
    """A group of company settings: frozen, with a default for every field, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


G = TypeVar("G", bound=SettingsGroup)


class Profile(SettingsGroup):
    """Who the company is, as its replies name it."""

    timezone: str = Field("UTC", description="IANA name of the company's time zone: budget months, service hours.")
    language: str = Field("en", pattern=r"^[a-z]{2}$", description="Language assumed when none can be told.")
    support_phone: str = Field("", max_length=40, description="Fills {support_phone} in replies.")
    support_email: str = Field("", max_length=120, description="Fills {support_email} in replies.")
    website: str = Field("", max_length=200, description="Fills {website} in replies.")
    opening_hours: str = Field("", max_length=200, description="Fills {opening_hours} in replies, as people say it.")

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name!r} is not a time zone; use an IANA name such as America/Chicago")
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """All groups of one company, typed."""

    groups: Mapping[type[SettingsGroup], SettingsGroup]
    document: Mapping[str, Any]
    """The whole document with its defaults, as JSON values."""

    def get(self, kind: type[G]) -> G:
        """The group of a package."""
        group = self.groups[kind]
        assert isinstance(group, kind)
        return group


class SettingsSchema:
    """The schema of the whole document. `groups`: name in the document → the package's group."""

    def __init__(self, groups: Mapping[str, type[SettingsGroup]]) -> None:
        self.groups = dict(groups)
        fields: dict[str, Any] = {name: (kind, Field(default_factory=kind)) for name, kind in groups.items()}
        self.model: type[SettingsGroup] = create_model("CompanySettings", __base__=SettingsGroup, **fields)

    def read(self, document: Mapping[str, Any]) -> CompanySettings:
        """Validates a document (missing values take their defaults); raises `InvalidSettings` listing every fault."""
        try:
            whole = self.model.model_validate(document)
        except ValidationError as error:
            raise _invalid(error) from None
        groups = {kind: getattr(whole, name) for name, kind in self.groups.items()}
        return CompanySettings(groups=groups, document=whole.model_dump(mode="json"))


def merge(document: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Applies a JSON merge patch: null removes, which brings the default back. Source: RFC 7396."""
    merged = dict(document)
    for name, value in patch.items():
        old = merged.get(name)
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            merged[name] = merge(old if isinstance(old, Mapping) else {}, value)
        else:
            merged[name] = value
    return merged


def _invalid(error: ValidationError) -> InvalidSettings:
    problems = tuple(
        Problem(".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, "))
        for fault in error.errors()
    )
    return InvalidSettings(
        "the settings are not valid: " + "; ".join(map(str, problems)),
        field=problems[0].field,
        remedy="docs/settings.md lists every setting with its range",
        problems=problems,
    )

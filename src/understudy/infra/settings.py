"""Process settings: each package declares a small frozen group, the doors load them from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from understudy.kit.errors import Invalid, Problem

PREFIX = "UNDERSTUDY"


class ProcessSettings(BaseModel):
    """A group of settings of one process; a field `url` of group `database` is read from UNDERSTUDY_DATABASE_URL."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


Group = TypeVar("Group", bound=ProcessSettings)


def variable(group: str, field: str) -> str:
    """The environment variable of a field."""
    return f"{PREFIX}_{group}_{field}".upper()


def load(kind: type[Group], group: str, environment: Mapping[str, str] | None = None) -> Group:
    """Reads one group from the environment; raises `Invalid` naming each variable that is wrong."""
    source = os.environ if environment is None else environment
    values = {
        name: source[variable(group, name)] for name in kind.model_fields if source.get(variable(group, name), "") != ""
    }
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        problems = tuple(
            Problem(variable(group, str(fault["loc"][0])) if fault["loc"] else group, fault["msg"])
            for fault in error.errors()
        )
        raise Invalid(
            "the environment holds settings that cannot be used: " + "; ".join(map(str, problems)),
            field=problems[0].field,
            remedy="see docs/settings.md",
            problems=problems,
        ) from None

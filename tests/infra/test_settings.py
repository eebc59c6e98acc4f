"""Process settings from the environment."""

from __future__ import annotations

import pytest

from understudy.infra.database import DatabaseSettings
from understudy.infra.settings import load
from understudy.kit.errors import Invalid


def test_values_come_from_the_environment() -> None:
    settings = load(DatabaseSettings, "database", {"UNDERSTUDY_DATABASE_POOL_SIZE": "3"})
    assert settings.pool_size == 3
    assert settings.url == ""


def test_a_wrong_value_names_its_variable() -> None:
    with pytest.raises(Invalid) as refused:
        load(DatabaseSettings, "database", {"UNDERSTUDY_DATABASE_POOL_SIZE": "many"})
    assert refused.value.field == "UNDERSTUDY_DATABASE_POOL_SIZE"

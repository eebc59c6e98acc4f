"""Secrets at rest: sealed, opened, bound to what they are for, and sealed anew."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from understudy.infra.secrets.vault import KeyFile, NoSecretKeys, Secrets, SecretsSettings, SecretUnreadable
from understudy.kit.errors import Invalid


def keys(*found: str) -> SecretsSettings:
    return SecretsSettings(keys=SecretStr(",".join(found)))


def fresh() -> str:
    return Fernet.generate_key().decode()


def test_what_is_sealed_is_opened_for_its_purpose_only() -> None:
    secrets = Secrets(keys(fresh()), None)
    sealed = secrets.seal("sk-1", purpose="provider a")
    assert b"sk-1" not in sealed
    assert secrets.open(sealed, purpose="provider a") == "sk-1"
    with pytest.raises(SecretUnreadable, match="another provider or address"):
        secrets.open(sealed, purpose="provider b")


def test_an_older_key_still_opens_and_rotation_moves_to_the_newest() -> None:
    old, new = fresh(), fresh()
    sealed = Secrets(keys(old), None).seal("sk-1", purpose="a")
    both = Secrets(keys(new, old), None)
    assert both.open(sealed, purpose="a") == "sk-1"
    assert Secrets(keys(new), None).open(both.rotate(sealed), purpose="a") == "sk-1"
    with pytest.raises(SecretUnreadable) as caught:
        Secrets(keys(new), None).open(sealed, purpose="a")
    assert "UNDERSTUDY_SECRETS_KEYS" in (caught.value.remedy or "")


def test_without_a_key_the_remedy_is_named() -> None:
    with pytest.raises(NoSecretKeys) as caught:
        Secrets(SecretsSettings(), None).seal("sk-1", purpose="a")
    assert "UNDERSTUDY_SECRETS_KEYS" in (caught.value.remedy or "")
    with pytest.raises(Invalid, match="holds something that is no key"):
        Secrets(keys("too-short"), None).seal("sk-1", purpose="a")


def test_the_embedded_database_has_a_key_file_that_its_owner_alone_reads(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "data" / "secrets.key")
    sealed = Secrets(SecretsSettings(), file).seal("sk-1", purpose="a")
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert Secrets(SecretsSettings(), KeyFile(file.path)).open(sealed, purpose="a") == "sk-1"
    assert [one.name for one in file.path.parent.iterdir()] == ["secrets.key"]


def test_a_fresh_key_is_found_by_processes_that_run_already(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "secrets.key")
    running, other = Secrets(SecretsSettings(), file), Secrets(SecretsSettings(), file)
    old = running.seal("sk-1", purpose="a")
    assert other.renew()
    new = other.rotate(old)
    assert running.open(new, purpose="a") == "sk-1"
    assert running.open(old, purpose="a") == "sk-1"
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_keys_of_the_environment_are_not_ours_to_renew(tmp_path: Path) -> None:
    assert not Secrets(keys(fresh()), KeyFile(tmp_path / "secrets.key")).renew()


def test_keys_show_in_no_repr() -> None:
    key = fresh()
    assert key not in repr(keys(key))

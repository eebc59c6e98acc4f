"""Tokens: nobody makes one without the keys, none is good for another reply, and all grow old."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from understudy.conversations.feedback import tokens
from understudy.conversations.feedback.domain import TokenRefused
from understudy.infra.secrets.vault import KeyFile, Secrets, SecretsSettings
from understudy.infra.system import new_id, utc_now


def vault(*keys: str) -> Secrets:
    return Secrets(SecretsSettings(keys=SecretStr(",".join(keys))), None)


def key() -> str:
    return Fernet.generate_key().decode()


def made(signer: Secrets, company: UUID, reply: UUID) -> str:
    token = tokens.make(signer, company, reply)
    assert token is not None
    return token


def test_a_token_names_its_company_and_reply() -> None:
    signer, company, reply = vault(key()), new_id(), new_id()
    token = made(signer, company, reply)
    assert len(token) == tokens.TOKEN_CHARS
    assert tokens.read(signer, token, utc_now()) == (company, reply)


def test_a_token_that_was_changed_anywhere_is_refused() -> None:
    signer = vault(key())
    whole = base64.urlsafe_b64decode(made(signer, new_id(), new_id()))
    for place in range(len(whole)):
        changed = bytes([*whole[:place], whole[place] ^ 1, *whole[place + 1 :]])
        with pytest.raises(TokenRefused):
            tokens.read(signer, base64.urlsafe_b64encode(changed).decode(), utc_now())


@pytest.mark.parametrize("token", ["", "x", "ü" * 64, "A" * 64, "A" * 4000, "====", "_" * 63 + "\n"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(TokenRefused):
        tokens.read(vault(key()), token, utc_now())


def test_a_token_of_another_installation_is_refused() -> None:
    with pytest.raises(TokenRefused):
        tokens.read(vault(key()), made(vault(key()), new_id(), new_id()), utc_now())


def test_a_token_grows_old_with_its_reply() -> None:
    signer, reply = vault(key()), new_id()
    token = made(signer, new_id(), reply)
    tokens.read(signer, token, utc_now() + tokens.LIFETIME - timedelta(minutes=1))
    with pytest.raises(TokenRefused, match="30 days"):
        tokens.read(signer, token, utc_now() + tokens.LIFETIME + timedelta(minutes=1))


def test_an_older_key_still_counts_and_new_tokens_use_the_newest() -> None:
    old, new = key(), key()
    both, company, reply = vault(new, old), new_id(), new_id()
    assert tokens.read(both, made(vault(old), company, reply), utc_now()) == (company, reply)
    assert tokens.read(vault(new), made(both, company, reply), utc_now()) == (company, reply)


def test_a_key_that_another_process_made_is_found(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "secrets.key")
    running, company, reply = Secrets(SecretsSettings(), file), new_id(), new_id()
    made(running, company, reply)
    KeyFile(file.path).renew()
    token = made(Secrets(SecretsSettings(), KeyFile(file.path)), company, reply)
    assert tokens.read(running, token, utc_now()) == (company, reply)


def test_without_a_key_there_is_no_token() -> None:
    assert tokens.make(Secrets(SecretsSettings(), None), new_id(), new_id()) is None

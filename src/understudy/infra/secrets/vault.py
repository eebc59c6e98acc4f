"""Secrets at rest: sealed with the newest key, opened with any that is still known, bound to what they are for.

A sealed secret carries its purpose inside. Opened for another purpose it is refused, so a sealed key that was copied
to another row, or whose row was given another address, opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from understudy.infra.settings import ProcessSettings
from understudy.kit.errors import Invalid, Unavailable

KEY_FILE = "secrets.key"
MAKE_A_KEY = "openssl rand -base64 32 | tr '+/' '-_'"
SEPARATOR = "\n"


class SecretsSettings(ProcessSettings):
    """What secrets at rest are sealed with."""

    keys: SecretStr = SecretStr("")
    """Keys that seal the providers' keys in the database, newest first, with commas between; 32 bytes each, as URL-safe
    base64. Empty: the embedded database has a key file beside it; an external one needs keys."""


class NoSecretKeys(Unavailable):
    """There is nothing to seal with."""

    code = "no_secret_keys"


class SecretUnreadable(Unavailable):
    """A sealed secret cannot be opened: its key is gone, or it was sealed for something else."""

    code = "secret_unreadable"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The key file of the embedded database: one key a line, newest first, readable by its owner only."""

    path: Path

    def read(self) -> str:
        """The keys; makes the file with a fresh one when there is none."""
        if not self.path.exists():
            self._make(Fernet.generate_key().decode())
        return ",".join(self.path.read_text(encoding="ascii").split())

    def renew(self) -> None:
        """Puts a fresh key before the others."""
        old = self.read().split(",")
        beside = self.path.with_suffix(".new")
        beside.unlink(missing_ok=True)
        _write_new(beside, [Fernet.generate_key().decode(), *old])
        beside.replace(self.path)

    def _make(self, key: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(f".{os.getpid()}")
        _write_new(beside, [key])
        try:
            os.link(beside, self.path)  # whole or not at all, and never over the file of another process
        except FileExistsError:
            pass
        finally:
            beside.unlink()


def _write_new(path: Path, keys: list[str]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write("\n".join(keys) + "\n")


class Secrets:
    """Seals and opens. Its keys are read when they are first needed, so that no key is asked for where none is used."""

    def __init__(self, settings: SecretsSettings, file: KeyFile | None) -> None:
        self._settings = settings
        self._file = file
        self._keys: MultiFernet | None = None
        self._coding: dict[str, tuple[bytes, ...]] = {}

    def seal(self, secret: str, *, purpose: str) -> bytes:
        """A secret sealed for a purpose, with the newest key; raises `NoSecretKeys`."""
        return self._fernet().encrypt(f"{purpose}{SEPARATOR}{secret}".encode())

    def open(self, sealed: bytes, *, purpose: str) -> str:
        """The secret; raises `SecretUnreadable`, also when it was sealed for another purpose."""
        found, _, secret = self._decrypted(sealed).decode().partition(SEPARATOR)
        if found != purpose:
            raise SecretUnreadable(
                "a key in the database was saved for another provider or address",
                remedy="give the provider its key again: understudy provider change NAME --key prompt",
            )
        return secret

    def rotate(self, sealed: bytes) -> bytes:
        """The same secret sealed with the newest key; raises `SecretUnreadable`."""
        return self._fernet().encrypt(self._decrypted(sealed))

    def renew(self) -> bool:
        """Makes a fresh newest key where the keys are in a file of ours; False where they come from the environment."""
        if self._settings.keys.get_secret_value() or self._file is None:
            return False
        self._file.renew()
        self.reload()
        return True

    def codes(self, message: bytes, *, purpose: str) -> tuple[bytes, ...]:
        """What shows that a message comes from here: a code by each key, the newest first; raises `NoSecretKeys`.

        HMAC with SHA-256 (RFC 2104), under a key that each sealing key gives for the purpose.
        """
        if purpose not in self._coding:
            self._fernet()  # refuses what is no key
            keys = [base64.urlsafe_b64decode(key) for key in _parts(self._texts())]
            self._coding[purpose] = tuple(
                hmac.digest(key, f"code for {purpose}".encode(), hashlib.sha256) for key in keys
            )
        return tuple(hmac.digest(key, message, hashlib.sha256) for key in self._coding[purpose])

    def reload(self) -> None:
        """Reads the keys anew when they are next needed: another process may have put a fresh one into the file."""
        self._keys = None
        self._coding = {}

    def _decrypted(self, sealed: bytes) -> bytes:
        for is_last in (False, True):
            try:
                return self._fernet().decrypt(sealed)
            except InvalidToken as error:
                self.reload()
                if is_last:
                    raise SecretUnreadable(
                        "a key in the database cannot be opened with the keys of this process",
                        remedy="bring back the key it was sealed with (UNDERSTUDY_SECRETS_KEYS, or the file "
                        f"{KEY_FILE} beside the embedded database), or give the provider its key again",
                    ) from error
        raise AssertionError

    def _fernet(self) -> MultiFernet:
        if self._keys is None:
            self._keys = _fernets(self._texts())
        return self._keys

    def _texts(self) -> str:
        return self._settings.keys.get_secret_value() or (self._file.read() if self._file else "")


def _parts(keys: str) -> list[str]:
    return [key.strip() for key in keys.split(",") if key.strip()]


def _fernets(keys: str) -> MultiFernet:
    parts = _parts(keys)
    if not parts:
        raise NoSecretKeys(
            "there is no key to seal secrets with",
            field="UNDERSTUDY_SECRETS_KEYS",
            remedy=f"make one with `{MAKE_A_KEY}`, set UNDERSTUDY_SECRETS_KEYS to it for every process, keep a copy",
        )
    try:
        return MultiFernet([Fernet(key) for key in parts])
    except ValueError:
        raise Invalid(
            "UNDERSTUDY_SECRETS_KEYS holds something that is no key",
            field="UNDERSTUDY_SECRETS_KEYS",
            remedy=f"each is 32 bytes as URL-safe base64: `{MAKE_A_KEY}`",
        ) from None

"""Providers as they are set up, and the rules that hold for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from understudy.kit.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from understudy.llm.domain import Dialect, Fault, Price, Provider, Tier, Usage
from understudy.llm.providers.models import DEFAULT_MODELS

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
MODEL = re.compile(r"[^\s/][^\s]{0,119}")
KEY = re.compile(r"[!-~]{1,500}")
MAX_URL = 300
MAX_SECONDS = 600.0
MAX_POSITION = 1000
MAX_PRICES = 200
MAX_PROVIDERS = 50
"""Of one owner: more would be a mistake, and each process keeps them in memory."""

NEEDS_KEY = frozenset((Dialect.OPENAI, Dialect.ANTHROPIC, Dialect.GEMINI))
FILE_SCHEME = "file"


class ProviderNotFound(NotFound):
    """No such provider, or it is not for this principal to see."""

    code = "provider_not_found"


class ProviderExists(Conflict):
    """The owner has a provider of this name already."""

    code = "provider_exists"


class NotOurProvider(Forbidden):
    """The provider belongs to the platform: a company uses it, and changes none of it."""

    code = "not_our_provider"


@dataclass(frozen=True, slots=True)
class NewProvider:
    """A provider to set up. `key` is sealed before it is stored, and shows in no repr."""

    name: str
    dialect: Dialect
    base_url: str | None = None
    key: str | None = field(default=None, repr=False)
    tiers: Mapping[Tier, str] = field(default_factory=dict)
    prices: Mapping[str, Price] = field(default_factory=dict)
    position: int = 0
    timeout_seconds: float = 30.0
    first_token_seconds: float = 10.0
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class ProviderChange:
    """What to change; None stays as it is. `base_url` or `key` "" takes it away. A new address needs the key again."""

    base_url: str | None = None
    key: str | None = field(default=None, repr=False)
    tiers: Mapping[Tier, str] | None = None
    prices: Mapping[str, Price] | None = None
    position: int | None = None
    timeout_seconds: float | None = None
    first_token_seconds: float | None = None
    is_enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A provider as it is stored: with its key, sealed."""

    provider: Provider
    sealed_key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Tested:
    """What a test call came to. `fault` None: it answered."""

    target: str
    latency_ms: int
    fault: Fault | None = None
    message: str = ""
    usage: Usage | None = None
    likelihood: float | None = None

    @property
    def answered(self) -> bool:
        """Whether the provider answered."""
        return self.fault is None


def new_provider(provider_id: UUID, company_id: UUID | None, wanted: NewProvider) -> Provider:
    """The provider that a wish makes; raises `Invalid` listing every fault."""
    provider = Provider(
        id=provider_id,
        company_id=company_id,
        name=wanted.name,
        dialect=wanted.dialect,
        base_url=wanted.base_url or None,
        has_key=bool(wanted.key),
        tiers=dict(wanted.tiers),
        prices=dict(wanted.prices),
        position=wanted.position,
        timeout_seconds=wanted.timeout_seconds,
        first_token_seconds=wanted.first_token_seconds,
        is_enabled=wanted.is_enabled,
    )
    check(provider, wanted.key)
    return provider


def changed(provider: Provider, change: ProviderChange) -> Provider:
    """The provider after a change; raises `Invalid`, also when its address changes and the key does not come along.

    A key was given for one address, and must not travel to another because somebody edits a field.
    """
    values: dict[str, Any] = {
        name: value
        for name in ("tiers", "prices", "position", "timeout_seconds", "first_token_seconds", "is_enabled")
        if (value := getattr(change, name)) is not None
    }
    if change.base_url is not None:
        values["base_url"] = change.base_url or None
    if change.key is not None:
        values["has_key"] = bool(change.key)
    after = replace(provider, **values)
    if after.base_url != provider.base_url and provider.has_key and change.key is None:
        raise Invalid(
            "the key was given for another address and stays with it",
            field="key",
            remedy='give the key again together with the new address, or "" for none',
        )
    check(after, change.key)
    return after


def check(provider: Provider, key: str | None) -> None:
    """Raises `Invalid` listing every fault. `key`: as it was just given; None where it is not being set."""
    problems = (*_address(provider), *_key(provider, key), *_models(provider), *_numbers(provider))
    if problems:
        raise Invalid(
            "; ".join(map(str, problems)), field=problems[0].field, remedy=problems[0].remedy, problems=problems
        )


def _address(provider: Provider) -> Iterator[Problem]:
    if not NAME.fullmatch(provider.name):
        yield Problem("name", "a name has 1 to 40 small letters, digits, - and _", "such as openai or our-vllm")
    if provider.dialect is Dialect.LOCAL:
        yield from _file(provider)
    elif provider.base_url is not None:
        yield from _url(provider.base_url)
    elif provider.dialect is Dialect.COMPATIBLE:
        yield Problem("base_url", "a compatible server needs its address", "such as http://10.0.0.5:8000/v1")


def _file(provider: Provider) -> Iterator[Problem]:
    if provider.company_id is not None:
        yield Problem("dialect", "a model in this process is for the platform to set up", "ask its operator")
    parts = urlsplit(provider.base_url or "")
    if parts.scheme != FILE_SCHEME or parts.netloc or not parts.path.startswith("/"):
        yield Problem("base_url", "a local model needs its file", "such as file:///models/small.gguf")


def _url(url: str) -> Iterator[Problem]:
    remedy = "such as https://llm.example.com/v1"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        yield Problem("base_url", "this is no address", remedy)
        return
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        yield Problem("base_url", "an address begins with http:// or https:// and a host", remedy)
    if parts.username is not None or parts.password is not None:
        yield Problem("base_url", "an address holds no user and no password", "give the key as the key")
    if parts.query or parts.fragment or len(url) > MAX_URL or not KEY.fullmatch(url):
        yield Problem("base_url", f"an address has no ?, # or blanks, and {MAX_URL} characters at most", remedy)


def _key(provider: Provider, key: str | None) -> Iterator[Problem]:
    if key and not KEY.fullmatch(key):
        yield Problem("key", "a key has no blanks or line ends, and 500 characters at most", "paste it again")
    if provider.dialect in NEEDS_KEY and not provider.has_key:
        yield Problem("key", f"{provider.dialect.value} needs a key", "make one at the provider's console")
    if provider.dialect is Dialect.LOCAL and provider.has_key:
        yield Problem("key", "a local model has no key", "leave it out")


def _models(provider: Provider) -> Iterator[Problem]:
    if not provider.tiers and provider.dialect not in DEFAULT_MODELS:
        yield Problem("tiers", "say which model it has", "one for each of small, medium, large, or some of them")
    for tier, model in provider.tiers.items():
        if not MODEL.fullmatch(model):
            yield Problem(f"tiers.{tier.value}", "a model's name has 1 to 120 characters, no blanks, no / at first")
    if len(provider.prices) > MAX_PRICES:
        yield Problem("prices", f"{MAX_PRICES} prices at most")
    for model, price in provider.prices.items():
        if not MODEL.fullmatch(model):
            yield Problem(f"prices.{model[:40]}", "a model's name has 1 to 120 characters, no blanks, no / at first")
        if min(price.input, price.output, price.cached, price.cache_write) < 0:
            yield Problem(f"prices.{model}", "a price is 0 or more micro-dollars per million tokens")


def _numbers(provider: Provider) -> Iterator[Problem]:
    if not 0 <= provider.position <= MAX_POSITION:
        yield Problem("position", f"a position is 0 to {MAX_POSITION}, lower is tried first")
    if not 0 < provider.timeout_seconds <= MAX_SECONDS:
        yield Problem("timeout_seconds", f"a time limit is above 0 and at most {MAX_SECONDS:g} seconds")
    if not 0 < provider.first_token_seconds <= provider.timeout_seconds:
        yield Problem("first_token_seconds", "the first token has to come within the time limit of the whole answer")


def models_of(provider: Provider) -> Mapping[Tier, str]:
    """The model for each tier: as set up, else the dialect's."""
    return provider.tiers or DEFAULT_MODELS.get(provider.dialect, {})


def in_order(providers: tuple[Kept, ...]) -> tuple[Kept, ...]:
    """Those that serve a company, first tried first: its own hide the platform's of the same name."""
    own = {kept.provider.name for kept in providers if kept.provider.company_id is not None}
    seen = [kept for kept in providers if kept.provider.company_id is not None or kept.provider.name not in own]
    return tuple(
        sorted(seen, key=lambda kept: (kept.provider.position, kept.provider.company_id is None, kept.provider.name))
    )


def purpose_of(provider: Provider) -> str:
    """What a provider's key is sealed for: this provider, of this owner, at this address."""
    owner = provider.company_id or "platform"
    return f"provider {provider.id} of {owner} {provider.dialect.value} {provider.base_url or ''}"


def described(provider: Provider) -> dict[str, Any]:
    """A provider as the audit log keeps it; never with its key."""
    return {
        "name": provider.name,
        "dialect": provider.dialect.value,
        "base_url": provider.base_url,
        "has_key": provider.has_key,
        "tiers": {tier.value: model for tier, model in provider.tiers.items()},
        "prices": {model: [p.input, p.output, p.cached, p.cache_write] for model, p in provider.prices.items()},
        "position": provider.position,
        "timeout_seconds": provider.timeout_seconds,
        "first_token_seconds": provider.first_token_seconds,
        "is_enabled": provider.is_enabled,
    }

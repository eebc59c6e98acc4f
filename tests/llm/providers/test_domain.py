"""The rules for providers."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID

import pytest

from understudy.kit.errors import Invalid
from understudy.llm.domain import Dialect, Price, Tier
from understudy.llm.providers.domain import (
    NewProvider,
    ProviderChange,
    changed,
    models_of,
    new_provider,
    purpose_of,
)
from understudy.llm.providers.models import DEFAULT_MODELS
from understudy.wiring.paid import price_now

ID, COMPANY = UUID(int=1), UUID(int=2)
OPENAI = NewProvider("openai", Dialect.OPENAI, key="sk-1")
SERVER = NewProvider("vllm", Dialect.COMPATIBLE, base_url="https://llm.example.com/v1", tiers={Tier.SMALL: "qwen"})


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": "Open AI"}),
        ("name", {"name": ""}),
        ("key", {"key": None}),
        ("key", {"key": ""}),
        ("key", {"key": "sk-1\n"}),
        ("key", {"key": "sk 1"}),
        ("key", {"key": "k" * 501}),
        ("base_url", {"base_url": "ftp://x"}),
        ("base_url", {"base_url": "llm.example.com"}),
        ("base_url", {"base_url": "https://user:pass@llm.example.com/v1"}),
        ("base_url", {"base_url": "https://llm.example.com@evil.example/v1"}),
        ("base_url", {"base_url": "https://llm.example.com/v1?key=sk-1"}),
        ("base_url", {"base_url": "https://llm.example.com/v1#x"}),
        ("base_url", {"base_url": "https://llm.example.com:99999/"}),
        ("base_url", {"base_url": "https://[::1/"}),
        ("base_url", {"base_url": "https://a b/"}),
        ("base_url", {"base_url": "https:///v1"}),
        ("base_url", {"base_url": "file:///etc/passwd"}),
        ("tiers.small", {"tiers": {Tier.SMALL: "a b"}}),
        ("prices.x", {"prices": {"x": Price(-1, 0, 0, 0)}}),
        ("position", {"position": -1}),
        ("timeout_seconds", {"timeout_seconds": 0.0}),
        ("timeout_seconds", {"timeout_seconds": float("nan")}),
        ("first_token_seconds", {"first_token_seconds": 31.0}),
    ],
)
def test_what_is_wrong_names_its_field(field: str, values: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        new_provider(ID, COMPANY, dataclasses.replace(OPENAI, **values))
    assert field in {problem.field for problem in caught.value.problems}
    assert "sk-1" not in str(caught.value)


def test_a_compatible_server_needs_an_address_and_a_model() -> None:
    with pytest.raises(Invalid) as caught:
        new_provider(ID, COMPANY, NewProvider("vllm", Dialect.COMPATIBLE))
    assert {problem.field for problem in caught.value.problems} == {"base_url", "tiers"}
    assert new_provider(ID, COMPANY, SERVER).has_key is False


def test_a_file_of_this_machine_is_for_the_platform_alone() -> None:
    local = NewProvider("here", Dialect.LOCAL, base_url="file:///models/m.gguf", tiers={Tier.SMALL: "m"})
    assert new_provider(ID, None, local).base_url == "file:///models/m.gguf"
    with pytest.raises(Invalid, match="for the platform"):
        new_provider(ID, COMPANY, local)
    with pytest.raises(Invalid):
        new_provider(ID, None, dataclasses.replace(local, base_url="https://llm.example.com"))


def test_a_new_address_needs_the_key_again() -> None:
    provider = new_provider(ID, COMPANY, OPENAI)
    with pytest.raises(Invalid) as caught:
        changed(provider, ProviderChange(base_url="https://elsewhere.example/v1"))
    assert caught.value.field == "key"
    moved = changed(provider, ProviderChange(base_url="https://elsewhere.example/v1", key="sk-2"))
    assert moved.base_url == "https://elsewhere.example/v1"
    with pytest.raises(Invalid):
        changed(moved, ProviderChange(base_url=""))
    assert changed(moved, ProviderChange(base_url="", key="sk-3")).base_url is None


def test_a_key_is_sealed_for_one_provider_at_one_address() -> None:
    provider = new_provider(ID, COMPANY, OPENAI)
    others = (
        dataclasses.replace(provider, base_url="https://elsewhere.example"),
        dataclasses.replace(provider, id=UUID(int=9)),
        dataclasses.replace(provider, company_id=None),
        dataclasses.replace(provider, dialect=Dialect.COMPATIBLE),
    )
    assert purpose_of(provider) not in {purpose_of(other) for other in others}
    assert purpose_of(provider) == purpose_of(dataclasses.replace(provider, name="x", position=3))


@pytest.mark.parametrize("dialect", DEFAULT_MODELS)
def test_every_default_model_has_a_price(dialect: Dialect) -> None:
    provider = new_provider(ID, COMPANY, NewProvider("p", dialect, key="k"))
    assert set(models_of(provider)) == set(Tier)
    for model in models_of(provider).values():
        price = price_now(dialect, model)
        assert price is not None
        assert 0 < price.cached < price.input < price.output


def test_what_is_left_out_of_a_change_stays() -> None:
    provider = new_provider(ID, COMPANY, OPENAI)
    assert changed(provider, ProviderChange()) == provider
    assert changed(provider, ProviderChange(is_enabled=False, position=2)) == dataclasses.replace(
        provider, is_enabled=False, position=2
    )

"""From the name in a request to the models that are asked."""

from __future__ import annotations

import pytest

from understudy.channels.openai.choosing import ModelNotFound, listed, names_of
from understudy.channels.openai.settings import FrontDoorSettings

PROVIDERS = ("openai", "router")
KNOWN = ("openai/gpt", "router/gpt", "router/meta/llama")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("openai/gpt", ("openai/gpt",)),
        ("openai/new", ("openai/new",)),
        ("gpt", ("openai/gpt", "router/gpt")),
        ("meta/llama", ("router/meta/llama",)),
        ("unheard", ("openai/unheard", "router/unheard")),
    ],
)
def test_a_name_finds_its_models(asked: str, found: tuple[str, ...]) -> None:
    assert names_of(asked, providers=PROVIDERS, known=KNOWN, settings=FrontDoorSettings()) == found


def test_what_may_not_be_asked_for_is_not_there() -> None:
    settings = FrontDoorSettings(allowed=("router/gpt",), failover=("openai/gpt",))
    assert names_of("gpt", providers=PROVIDERS, known=KNOWN, settings=settings) == ("router/gpt", "openai/gpt")
    with pytest.raises(ModelNotFound):
        names_of("meta/llama", providers=PROVIDERS, known=KNOWN, settings=settings)
    assert listed(KNOWN, settings) == ("router/gpt",)


def test_without_a_provider_there_is_no_model() -> None:
    with pytest.raises(ModelNotFound):
        names_of("gpt", providers=(), known=(), settings=FrontDoorSettings())


def test_what_understudy_stands_for_is_listed_once() -> None:
    assert listed(KNOWN, FrontDoorSettings(forward_to=("router/gpt",))) == (
        "router/gpt",
        "openai/gpt",
        "router/meta/llama",
    )

"""Who answers what the free rungs leave: a provider whose key is set, a model on this machine, or the stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from understudy.answering.decision.money import INPUT_MICROS_PER_MILLION, OUTPUT_MICROS_PER_MILLION, SMALL_TIER
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.demo.standin import MODEL
from understudy.kit.errors import Invalid
from understudy.llm.domain import Dialect, Price, Tier
from understudy.llm.providers.domain import NewProvider
from understudy.wiring.product import Product

PLATFORM = Principal("demo", None, frozenset(Permission))
STANDIN = "scripted-stand-in"
LOCAL = "demo-local"
ASSUMED_PRICE = Price(
    INPUT_MICROS_PER_MILLION, OUTPUT_MICROS_PER_MILLION, INPUT_MICROS_PER_MILLION, INPUT_MICROS_PER_MILLION
)
"""The stand-in costs nothing; it is booked at a small model's list price, so that the money pages have figures."""
LOCAL_SECONDS = 120.0
"""Time limit of a model on this machine: its cores are busy with the rest of the demo."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A provider whose key the environment may hold."""

    variable: str
    title: str
    dialect: Dialect

    @property
    def name(self) -> str:
        """Its name in the ledger."""
        return f"demo-{self.dialect.value}"


KEYED = (
    Keyed("OPENAI_API_KEY", "OpenAI", Dialect.OPENAI),
    Keyed("ANTHROPIC_API_KEY", "Anthropic", Dialect.ANTHROPIC),
    Keyed("GEMINI_API_KEY", "Gemini", Dialect.GEMINI),
)
NAMES = frozenset((STANDIN, LOCAL, *(one.name for one in KEYED)))


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers. `face` says it in words; `provider` None: nobody was plugged in."""

    face: str
    provider: NewProvider | None
    is_scripted: bool = False
    is_slow: bool = False


NOBODY = Answerer("nothing plugged in: this installation holds more than the demo, so its own providers answer", None)
CAP_IN_WORDS = "It costs cents; each demo company stops at $1 a month."


def keyed_in(environment: Mapping[str, str]) -> Keyed | None:
    """The first provider whose key is set."""
    return next((one for one in KEYED if environment.get(one.variable, "").strip()), None)


def with_key(one: Keyed, environment: Mapping[str, str]) -> Answerer:
    """A real provider, with the key of the environment."""
    provider = NewProvider(one.name, one.dialect, key=environment[one.variable].strip())
    return Answerer(f"{one.title}, with the key in {one.variable}: real calls, real money", provider)


def local_model(path: Path) -> Answerer:
    """A model on this machine; raises `Invalid` where it cannot run."""
    if find_spec("llama_cpp") is None:
        raise Invalid("llama.cpp is not installed", field="gguf", remedy=".venv/bin/pip install llama-cpp-python")
    file = path.expanduser().resolve()
    if not file.is_file():
        raise Invalid(f"there is no file {file}", field="gguf", remedy="--gguf /models/some-model.gguf")
    name = file.stem.replace(" ", "-")
    provider = NewProvider(
        LOCAL,
        Dialect.LOCAL,
        base_url=file.as_uri(),
        tiers=dict.fromkeys(Tier, name),
        timeout_seconds=LOCAL_SECONDS,
        first_token_seconds=LOCAL_SECONDS,
    )
    return Answerer(f"{name}, a model on this machine", provider, is_slow=True)


def stand_in(url: str, unused: Keyed | None) -> Answerer:
    """The scripted stand-in at an address. `unused`: the provider whose key is set and was not to be used."""
    why = f"{unused.variable} is set, --paid uses it" if unused else "no provider key set"
    provider = NewProvider(
        STANDIN, Dialect.COMPATIBLE, base_url=url, tiers=dict.fromkeys(Tier, MODEL), prices={MODEL: ASSUMED_PRICE}
    )
    price = f"booked at {SMALL_TIER}'s list price, assumed"
    face = f"scripted stand-in ({why}): an oracle that knows the labels, no model; {price}"
    return Answerer(face, provider, is_scripted=True)


async def plug_in(product: Product, wanted: NewProvider) -> None:
    """Sets the provider up for the platform, in place of what an earlier run may have left."""
    await unplug(product)
    await product.paid.providers.add(PLATFORM, wanted)


async def unplug(product: Product) -> None:
    """Removes what the demo plugged in: its server is gone with it, and a key stays no longer than it is needed."""
    for provider in await product.paid.providers.list(PLATFORM):
        if provider.name in NAMES and provider.company_id is None:
            await product.paid.providers.remove(PLATFORM, provider.id)


async def is_apart(product: Product, slugs: frozenset[str]) -> bool:
    """Whether this installation holds nothing but the demo: no other company, no other provider of the platform."""
    companies = await product.companies.list()
    providers = await product.paid.providers.list(PLATFORM)
    return {one.slug for one in companies} <= slugs and {one.name for one in providers} <= NAMES

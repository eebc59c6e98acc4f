"""A company's settings of the paid side: budget, routes, saving, prices; and how a process runs it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from understudy.companies.settings import SettingsGroup
from understudy.infra.settings import ProcessSettings
from understudy.llm.domain import Pot, Price, Tier

MAX_ROUTE = 10
MAX_PRICES = 200
ModelName = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}/[^\s/][^\s]{0,119}$", description="provider/model")
]
Models = Annotated[tuple[ModelName, ...], Field(max_length=MAX_ROUTE)]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Micros = Annotated[int, Field(ge=0, le=10**15)]


class BudgetSettings(SettingsGroup):
    """What paid calls may cost."""

    monthly_budget_micros: int = Field(
        200_000_000, ge=0, le=10**15, description="Hard cap for a month of the company's time zone, in micro-dollars."
    )
    learning_budget_micros: int = Field(
        10_000_000, ge=0, le=10**15, description="The same for what learning spends; apart from the one above."
    )

    def cap_of(self, pot: Pot) -> int:
        """The cap of a budget, in micro-dollars a month."""
        return self.monthly_budget_micros if pot is Pot.ANSWERING else self.learning_budget_micros


class TierSettings(SettingsGroup):
    """One row of the route table."""

    models: Models = Field((), description="provider/model, tried in this order; empty: what the providers have.")
    temperature: float = Field(0.1, ge=0, le=2, allow_inf_nan=False, description="Randomness of the answer.")
    max_output_tokens: int = Field(512, ge=16, le=32_768, description="Longest answer, in tokens.")


class RouteSettings(SettingsGroup):
    """Which model answers: by complexity, then up a tier while the answer is not sure enough."""

    small: TierSettings = Field(TierSettings(temperature=0.1, max_output_tokens=512), description="Below 0.3.")
    medium: TierSettings = Field(TierSettings(temperature=0.2, max_output_tokens=768), description="Below 0.7.")
    large: TierSettings = Field(TierSettings(temperature=0.3, max_output_tokens=1024), description="The rest; code.")
    long_context: Models = Field((), description="For more than 100,000 tokens; empty: the large tier's.")
    cascade_below: Probability = Field(0.80, description="An answer less sure than this is asked of the next tier up.")
    max_attempts: int = Field(3, ge=1, le=6, description="Tiers tried for one message.")

    learn: bool = Field(True, description="Whether a router learned from past questions takes the place of the score.")
    explore_share: float = Field(
        0.02,
        ge=0,
        le=0.5,
        allow_inf_nan=False,
        description="Share of questions that begin at the small tier, to learn.",
    )

    def of(self, tier: Tier) -> TierSettings:
        """The row of a tier."""
        row: TierSettings = getattr(self, tier.value)
        return row


class AtTop(StrEnum):
    """What becomes of an answer that even the top tier is not sure of."""

    DISCLAIMER = "disclaimer"
    FALLBACK = "fallback"


class PriceSettings(SettingsGroup):
    """What a model costs: micro-dollars per million tokens."""

    input: Micros = Field(description="Of input.")
    output: Micros = Field(description="Of output.")
    cached: Micros | None = Field(None, description="Of input read from the provider's cache; empty: as input.")
    cache_write: Micros | None = Field(None, description="Of input written into it; empty: as input.")

    @property
    def price(self) -> Price:
        """As a value, missing ones filled in."""
        cached = self.input if self.cached is None else self.cached
        return Price(self.input, self.output, cached, self.input if self.cache_write is None else self.cache_write)


class LlmSettings(SettingsGroup):
    """How the paid rung works for this company."""

    routes: RouteSettings = Field(RouteSettings(), description="Which model answers what.")
    at_top: AtTop = Field(AtTop.FALLBACK, description="An unsure answer of the top tier: disclaimer or fallback.")
    disclaimer: str = Field(
        "I am not entirely sure about this; please check with our team before you rely on it.",
        max_length=400,
        description="Put below such an answer.",
    )
    allow_code: bool = Field(False, description="Whether answers may hold code; the large tier writes them.")
    max_input_tokens: int = Field(6_000, ge=500, le=900_000, description="Longest prompt, in tokens.")
    response_cache_seconds: int = Field(
        60, ge=0, le=86_400, description="How long a repeated question is answered from memory."
    )
    prices: Annotated[dict[ModelName, PriceSettings], Field(max_length=MAX_PRICES)] = Field(
        default_factory=dict, description="Prices that differ from the list, by provider/model."
    )
    mask_personal_data: bool = Field(True, description="Personal data is replaced before a provider sees it.")


class LlmProcessSettings(ProcessSettings):
    """How a process runs the paid side."""

    hold_seconds: float = 30.0
    """A hold that was not sent within this time comes back."""
    orphan_seconds: float = 300.0
    """A hold that was sent and never settled is charged at its worst case after this time; above every time limit."""
    recover_every_seconds: float = 5.0
    """How often expired and orphaned holds are looked for."""
    breaker_failures: int = 5
    """Failures in a row after which a provider is left alone."""
    breaker_seconds: float = 10.0
    """How long it is left alone before one call may probe it."""
    silent_seconds: float = 1.5
    """When as many calls as `breaker_failures` have waited so long, and twice as long as usual with the provider, and
    none that began later was answered, the provider is dead for all of them."""
    retries: int = 1
    """Further tries of one model on 429 and 5xx before the next one is asked."""
    retry_seconds: float = 0.3
    """First wait between them, doubled and jittered; a Retry-After counts up to `retry_most_seconds`."""
    retry_most_seconds: float = 2.0
    """Longest wait; a provider that asks for more is passed over."""
    health_check_seconds: float = 600.0
    """How often providers in use are checked; 0: never."""
    slow_seconds: float = 3.0
    """A check slower than this raises LLM_SLOW."""
    allow_inside: bool = False
    """Whether a company's provider or webhook may lie inside this network; the platform's providers always may."""

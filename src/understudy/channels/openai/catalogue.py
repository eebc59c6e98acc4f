"""The models that a company may ask: those it names, those of its providers, and those that its route gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from understudy.channels.openai.choosing import ModelNotFound
from understudy.llm.bills import NotConfigured
from understudy.llm.domain import Price, Target, Tier
from understudy.llm.providers.domain import models_of
from understudy.llm.providers.service import Providers
from understudy.llm.routing.choosing import Hints, plan
from understudy.llm.routing.complexity import complexity_of
from understudy.llm.settings import LlmSettings


@dataclass(frozen=True, slots=True)
class Asking:
    """What a route is chosen by. `turns`: how many were said; `language`: of the question, as a code."""

    question: str
    turns: int
    language: str


class Catalogue:
    """Knows which models there are, from memory."""

    def __init__(self, *, providers: Providers) -> None:
        self._providers = providers

    async def providers(self, company_id: UUID) -> tuple[str, ...]:
        """Names of the company's and the platform's providers that are on, in the order to try."""
        return tuple(provider.name for provider in await self._providers.serving(company_id))

    async def models(self, company_id: UUID, settings: LlmSettings) -> tuple[str, ...]:
        """The models that are known by name, as provider/model, in the order to try."""
        serving = await self._providers.serving(company_id)
        names = [f"{one.name}/{model}" for one in serving for model in (*models_of(one).values(), *one.prices)]
        on = {one.name for one in serving}
        priced = [name for name in settings.prices if name.partition("/")[0] in on]
        return tuple(dict.fromkeys((*names, *priced)))

    async def named(self, company_id: UUID, names: Sequence[str], settings: LlmSettings) -> tuple[Target, ...]:
        """The models of these names, ready to be dialled; raises `ModelNotFound` where none is left.

        What is switched off, gone, or without a known price is left out.
        """
        targets = await self._providers.targets(company_id, names, _prices(settings))
        if not targets:
            raise ModelNotFound(
                f"no provider has {', '.join(names)}, or its price is not known",
                field="model",
                remedy="GET /v1/models lists those there are; prices are set with the provider or under llm.prices",
            )
        return targets

    async def routed(self, company_id: UUID, asking: Asking, settings: LlmSettings) -> tuple[Target, ...]:
        """The models that the company's route gives a question: its tier's, then those above, then those below.

        Raises `NotConfigured` where there are none.
        """
        complexity = complexity_of(asking.question, turns=asking.turns, language=asking.language)
        chosen = plan(asking.question, complexity, Hints())
        tiers = list(Tier)
        found: dict[str, Target] = {}
        for tier in (*tiers[chosen.tier.rank :], *reversed(tiers[: chosen.tier.rank])):
            names = settings.routes.of(tier).models
            for target in await self._providers.targets(company_id, names or tier, _prices(settings)):
                found.setdefault(target.name, target)
        if not found:
            raise NotConfigured("no provider of models is set up", remedy="understudy provider add")
        return tuple(found.values())


def _prices(settings: LlmSettings) -> Mapping[str, Price]:
    return {name: price.price for name, price in settings.prices.items()}

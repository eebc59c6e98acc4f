"""The test of a connection: one tiny real call, metered like any other, and what it came to in words."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from understudy.companies.domain import Principal
from understudy.companies.service import Companies
from understudy.companies.settings import Profile
from understudy.llm.bills import Bill, Route
from understudy.llm.domain import CallFailed, Options, Pot, Prompt, Provider, Purpose, Section, Tier, Turn
from understudy.llm.providers.domain import Tested, models_of
from understudy.llm.providers.ports import Caller
from understudy.llm.providers.service import Providers
from understudy.llm.settings import BudgetSettings, LlmSettings

MAX_OUTPUT_TOKENS = 16
QUESTION = Prompt((Section("You answer with one word."),), (Turn("user", "Say: ready"),))


class Probe:
    """Tests providers. `timer` gives milliseconds on a clock that never goes back."""

    def __init__(self, *, providers: Providers, companies: Companies, caller: Caller, timer: Callable[[], int]) -> None:
        self._providers = providers
        self._companies = companies
        self._caller = caller
        self._timer = timer

    async def test(self, principal: Principal, provider_id: UUID, *, payer: UUID, model: str | None = None) -> Tested:
        """Asks a provider for one word, at the cost of the company `payer`. `model`: its cheapest one when None.

        A provider that fails is no error but the finding; raises `ProviderNotFound`, `OverBudget`, `NoPrice`,
        `NotConfigured` for one that is disabled or hidden by the company's own of the same name.
        """
        provider = await self._providers.show(principal, provider_id)
        company = await self._companies.show(payer)
        prices = {name: own.price for name, own in company.settings.get(LlmSettings).prices.items()}
        target = await self._providers.resolve(payer, f"{provider.name}/{model or cheapest(provider)}", prices)
        budget = company.settings.get(BudgetSettings)
        bill = Bill(
            company_id=payer,
            zone=company.settings.get(Profile).timezone,
            cap_micros=budget.cap_of(Pot.ANSWERING),
            purpose=Purpose.TEST,
        )
        begun = self._timer()
        try:
            answer = await self._caller.call(bill, Route("test of the connection"), target, QUESTION, options(provider))
        except CallFailed as failure:
            return Tested(target.name, self._timer() - begun, failure.fault, failure.message, failure.usage)
        return Tested(target.name, self._timer() - begun, usage=answer.usage, likelihood=answer.likelihood)


def cheapest(provider: Provider) -> str:
    """The model of a provider's lowest tier."""
    models = models_of(provider)
    return next(models[tier] for tier in Tier if tier in models)


def options(provider: Provider) -> Options:
    """A tiny call within the provider's own limits."""
    return Options(0.0, MAX_OUTPUT_TOKENS, provider.timeout_seconds, provider.first_token_seconds)

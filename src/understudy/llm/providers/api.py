"""JSON routes of providers: the same for a company's and for the platform's, under other permissions."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.companies.service import Companies
from understudy.llm.domain import Dialect, Fault, Price, Provider, Tier
from understudy.llm.providers.domain import MAX_PRICES, MAX_URL, NewProvider, ProviderChange, Tested, models_of
from understudy.llm.providers.probing import Probe
from understudy.llm.providers.recovery import Recovery
from understudy.llm.providers.service import Providers
from understudy.llm.settings import PriceSettings

PriceDocuments = Annotated[dict[str, PriceSettings], Field(max_length=MAX_PRICES)]
EXAMPLE_PRICES = {"qwen3-8b": {"input": 0, "output": 0}}


@dataclass(frozen=True, slots=True)
class ProviderRights:
    """Where a set of routes stands, which permissions it asks for, and what sets its names apart."""

    folder: str
    suffix: str
    read: Permission
    manage: Permission

    def name(self, verb: str) -> str:
        """The name of an operation, the same verb for both owners."""
        return verb + self.suffix


OF_COMPANY = ProviderRights("/v1", "", Permission.PROVIDER_READ, Permission.PROVIDER_MANAGE)
OF_PLATFORM = ProviderRights(
    "/v1/platform", "_of_platform", Permission.PLATFORM_PROVIDER_MANAGE, Permission.PLATFORM_PROVIDER_MANAGE
)


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class NewProviderBody(Body):
    """A provider to set up. Prices are micro-dollars per million tokens."""

    name: str = Field(examples=["openai"], max_length=40)
    dialect: Dialect = Field(examples=[Dialect.OPENAI])
    base_url: str | None = Field(None, max_length=MAX_URL, description="Empty: the dialect's own address.")
    key: SecretStr | None = Field(None, max_length=500, description="Kept sealed, never shown again.")
    tiers: dict[Tier, str] = Field(
        default_factory=dict,
        description="The model for each tier; empty: the dialect's.",
        examples=[{"small": "gpt-4.1-nano"}],
    )
    prices: PriceDocuments = Field(
        default_factory=dict,
        description="By model; needed for those that the price list does not know.",
        examples=[EXAMPLE_PRICES],
    )
    position: int = Field(0, description="Lower is tried first.")
    timeout_seconds: float = Field(30.0, description="For a whole answer.")
    first_token_seconds: float = Field(10.0, description="For its first token.")
    is_enabled: bool = True

    def value(self) -> NewProvider:
        """As the service takes it."""
        return NewProvider(
            name=self.name,
            dialect=self.dialect,
            base_url=self.base_url,
            key=self.key.get_secret_value() if self.key else None,
            tiers=self.tiers,
            prices=_prices(self.prices),
            position=self.position,
            timeout_seconds=self.timeout_seconds,
            first_token_seconds=self.first_token_seconds,
            is_enabled=self.is_enabled,
        )


class ProviderChangeBody(Body):
    """What to change of a provider; what is left out stays. A new address needs the key again."""

    base_url: str | None = Field(None, max_length=MAX_URL, description='"" for the dialect\'s own address.')
    key: SecretStr | None = Field(None, max_length=500, description='"" takes it away.')
    tiers: dict[Tier, str] | None = None
    prices: PriceDocuments | None = None
    position: int | None = Field(None, examples=[1])
    timeout_seconds: float | None = None
    first_token_seconds: float | None = None
    is_enabled: bool | None = None

    def value(self) -> ProviderChange:
        """As the service takes it."""
        return ProviderChange(
            base_url=self.base_url,
            key=None if self.key is None else self.key.get_secret_value(),
            tiers=self.tiers,
            prices=None if self.prices is None else _prices(self.prices),
            position=self.position,
            timeout_seconds=self.timeout_seconds,
            first_token_seconds=self.first_token_seconds,
            is_enabled=self.is_enabled,
        )


class TrialBody(Body):
    """Which model to test."""

    model: str | None = Field(None, max_length=120, description="Empty: the model of its lowest tier.")


class PlatformTrialBody(TrialBody):
    """Which model to test, and which company's budget the call is taken from."""

    company: str = Field(max_length=60, examples=["harbour-bank"])


class ProviderView(BaseModel):
    """A provider without its key. The address of a platform's provider is not for companies to see."""

    id: UUID
    is_of_platform: bool
    name: str
    dialect: Dialect
    base_url: str | None
    has_key: bool
    tiers: dict[Tier, str] = Field(description="The model for each tier, the dialect's where none is set.")
    prices: dict[str, PriceSettings]
    position: int
    timeout_seconds: float
    first_token_seconds: float
    is_enabled: bool

    @classmethod
    def of(cls, provider: Provider, principal: Principal) -> "ProviderView":
        """The view of a provider for whoever asks."""
        return cls(
            id=provider.id,
            is_of_platform=provider.company_id is None,
            name=provider.name,
            dialect=provider.dialect,
            base_url=provider.base_url if provider.company_id == principal.company_id else None,
            has_key=provider.has_key,
            tiers=dict(models_of(provider)),
            prices={model: _priced(price) for model, price in provider.prices.items()},
            position=provider.position,
            timeout_seconds=provider.timeout_seconds,
            first_token_seconds=provider.first_token_seconds,
            is_enabled=provider.is_enabled,
        )


class TestedView(BaseModel):
    """What the test of a connection came to."""

    target: str = Field(examples=["openai/gpt-4.1-nano"])
    answered: bool
    fault: Fault | None
    message: str
    latency_ms: int
    gives_likelihood: bool = Field(description="Whether it tells how sure it is, token by token.")

    @classmethod
    def of(cls, tested: Tested) -> "TestedView":
        """The view of a finding."""
        return cls(
            target=tested.target,
            answered=tested.answered,
            fault=tested.fault,
            message=tested.message,
            latency_ms=tested.latency_ms,
            gives_likelihood=tested.likelihood is not None,
        )


def _prices(documents: dict[str, PriceSettings]) -> dict[str, Price]:
    return {model: document.price for model, document in documents.items()}


def _priced(price: Price) -> PriceSettings:
    return PriceSettings(input=price.input, output=price.output, cached=price.cached, cache_write=price.cache_write)


def provider_routes(providers: Providers, rights: ProviderRights) -> APIRouter:
    """Providers of one owner."""
    router = APIRouter(prefix=f"{rights.folder}/providers", tags=["providers"])
    reader, keeper = caller(rights.read), caller(rights.manage)

    @router.get("", name=rights.name("list_providers"))
    async def list_providers(principal: Annotated[Principal, reader]) -> list[ProviderView]:
        """Lists the providers that may be used, first tried first."""
        return [ProviderView.of(provider, principal) for provider in await providers.list(principal)]

    @router.post("", status_code=201, name=rights.name("add_provider"))
    async def add_provider(principal: Annotated[Principal, keeper], body: NewProviderBody) -> ProviderView:
        """Sets up a provider; every process uses it within a second."""
        return ProviderView.of(await providers.add(principal, body.value()), principal)

    @router.get("/{provider_id}", name=rights.name("show_provider"))
    async def show_provider(principal: Annotated[Principal, reader], provider_id: UUID) -> ProviderView:
        """Shows a provider, without its key."""
        return ProviderView.of(await providers.show(principal, provider_id), principal)

    @router.patch("/{provider_id}", name=rights.name("change_provider"))
    async def change_provider(
        principal: Annotated[Principal, keeper], provider_id: UUID, body: ProviderChangeBody
    ) -> ProviderView:
        """Changes a provider; a new address needs the key again."""
        return ProviderView.of(await providers.change(principal, provider_id, body.value()), principal)

    @router.delete("/{provider_id}", status_code=204, name=rights.name("remove_provider"))
    async def remove_provider(principal: Annotated[Principal, keeper], provider_id: UUID) -> Response:
        """Removes a provider with its key."""
        await providers.remove(principal, provider_id)
        return Response(status_code=204)

    return router


def recovery_routes(recovery: Recovery, rights: ProviderRights) -> APIRouter:
    """Resetting the health of one owner's providers."""
    router = APIRouter(prefix=f"{rights.folder}/providers", tags=["providers"])
    keeper = caller(rights.manage)

    @router.post("/{provider_id}/reset-health", name=rights.name("reset_health_of_provider"))
    async def reset_health(principal: Annotated[Principal, keeper], provider_id: UUID) -> ProviderView:
        """Lets a provider that was left alone be asked again at once; its failures so far count no longer."""
        return ProviderView.of(await recovery.reset_health(principal, provider_id), principal)

    return router


def trial_routes(probe: Probe, companies: Companies) -> APIRouter:
    """The test of a connection: by a company at its own cost, by the platform at the cost of a company it names."""
    router = APIRouter(prefix="/v1", tags=["providers"])
    keeper, platform = caller(OF_COMPANY.manage), caller(OF_PLATFORM.manage)

    @router.post("/providers/{provider_id}/test")
    async def try_provider(principal: Annotated[Principal, keeper], provider_id: UUID, body: TrialBody) -> TestedView:
        """Asks a provider for one word: a tiny real call, paid from the company's budget."""
        return TestedView.of(await probe.test(principal, provider_id, payer=principal.company, model=body.model))

    @router.post("/platform/providers/{provider_id}/test")
    async def try_provider_of_platform(
        principal: Annotated[Principal, platform], provider_id: UUID, body: PlatformTrialBody
    ) -> TestedView:
        """Asks a provider of the platform for one word, paid from the budget of the company named."""
        payer = await companies.by_slug(body.company)
        return TestedView.of(await probe.test(principal, provider_id, payer=payer.id, model=body.model))

    return router

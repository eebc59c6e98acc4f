"""The paid side, plugged together: providers, the meter, the gateway, and what keeps them well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx2

from understudy.infra.http.outbound import Reach, check_url, outbound_client, outbound_transport
from understudy.infra.jobs import Sweep
from understudy.infra.postgres.place import Place
from understudy.infra.secrets.vault import KEY_FILE, KeyFile, Secrets, SecretsSettings
from understudy.infra.system import chance, elapsed, new_id, utc_now
from understudy.language.adapters.shipped import open_tokens
from understudy.language.tokens import Tokens
from understudy.llm import jobs
from understudy.llm.adapters import by_dialect
from understudy.llm.adapters.by_dialect import ByDialect
from understudy.llm.adapters.plain.forwarding import Forwarding
from understudy.llm.adapters.plain.pinging import Pinging
from understudy.llm.domain import Dialect, Price, Provider
from understudy.llm.failover import Failover, Pace
from understudy.llm.gateway import Gateway, Parts
from understudy.llm.health.checks import Checks, Sources
from understudy.llm.health.circuits import Circuits
from understudy.llm.health.shares import Shares
from understudy.llm.health.watching import Watched
from understudy.llm.ledger.costs import Costs
from understudy.llm.ledger.keeping import Ledger
from understudy.llm.ledger.usage import Usage
from understudy.llm.meter import Lines, Meter, Till
from understudy.llm.money.budget import Budget
from understudy.llm.money.jobs import sweeps as budget_sweeps
from understudy.llm.money.prices import listed_price
from understudy.llm.providers.ports import AddressCheck
from understudy.llm.providers.probing import Probe
from understudy.llm.providers.recovery import Recovery
from understudy.llm.providers.rotation import Rotation
from understudy.llm.providers.service import Around, Providers
from understudy.llm.routing.routers import Routers
from understudy.llm.saving.answers import Answers
from understudy.llm.settings import LlmProcessSettings
from understudy.wiring.parts import Foundation

READ_SECONDS = 300.0
"""A single read of a provider's list of models; above every call's own limit, which ends the call first."""


@dataclass(frozen=True, slots=True)
class PaidServices:
    """What there is to do on the paid side, and the work that workers repeat for it."""

    providers: Providers
    probe: Probe
    rotation: Rotation
    recovery: Recovery
    checks: Checks
    budget: Budget
    meter: Meter
    circuits: Circuits
    routers: Routers
    gateway: Gateway
    usage: Usage
    shares: Shares
    connections: Connections
    tokens: Tokens
    costs: Costs
    sweeps: tuple[Sweep, ...]


class Connections:
    """The connections to providers, opened when they are first needed."""

    def __init__(self, settings: LlmProcessSettings) -> None:
        self._settings = settings
        self._transports: dict[Reach, httpx2.AsyncHTTPTransport] = {}
        self.dialer = ByDialect(by_dialect.Parts(reach=self.reach, count_tokens=most_tokens))

    def reach(self, provider: Provider) -> Reach:
        """Where a provider may lie: the platform's also inside this network, a company's only if that is allowed."""
        return Reach(inside=provider.company_id is None or self._settings.allow_inside)

    def transport_for(self, provider: Provider) -> httpx2.AsyncHTTPTransport:
        """For requests handed on: its connections go where this provider may lie."""
        reach = self.reach(provider)
        if reach not in self._transports:
            self._transports[reach] = outbound_transport(reach)
        return self._transports[reach]

    def client_for(self, provider: Provider) -> httpx2.AsyncClient:
        """A client over the same connections."""
        return outbound_client(
            self.reach(provider), timeout_seconds=READ_SECONDS, transport=self.transport_for(provider)
        )

    async def close(self) -> None:
        """Closes them."""
        await self.dialer.close()
        for transport in self._transports.values():
            await transport.aclose()
        self._transports.clear()


def build_vault(place: Place, settings: SecretsSettings) -> Secrets:
    """What seals keys; the embedded database has a key file beside it."""
    return Secrets(settings, KeyFile(place.embedded.folder / KEY_FILE) if place.embedded else None)


def build_paid(base: Foundation, vault: Secrets, settings: LlmProcessSettings) -> PaidServices:
    """Plugs the paid side together; touches no network."""
    database, outbox, connections = base.database, base.outbox, Connections(settings)
    budget = Budget(database=database, outbox=outbox, new_id=new_id, settings=settings)
    circuits = Circuits(database=database, outbox=outbox, settings=settings, timer=elapsed)
    dialer = Watched(connections.dialer, circuits=circuits, settings=settings, timer=elapsed)
    lines = Lines(dialer, Forwarding(transport_for=connections.transport_for))
    tokens = open_tokens()
    meter = Meter(database=database, till=Till(budget, tokens), lines=lines, clock=utc_now, timer=elapsed)
    around = Around(vault=vault, price_of=price_now, check_address=address_check(connections.reach))
    providers = Providers(database=database, audit=base.audit, around=around, clock=utc_now, new_id=new_id)
    shares, routers = Shares(database=database, timer=elapsed), Routers(database=database, clock=utc_now)
    pace = Pace(settings, elapsed, chance)
    failover = Failover(meter=meter, circuits=circuits, shares=shares, pace=pace)
    parts = Parts(meter, providers, failover, circuits, Answers(timer=elapsed), routers, database, elapsed, chance)
    asked = Sources(providers, Pinging(client_for=connections.client_for))
    checks = Checks(database=database, outbox=outbox, sources=asked, settings=settings, timer=elapsed)
    ledger = Ledger(database=database, clock=utc_now)
    return PaidServices(
        providers=providers,
        rotation=Rotation(database=database, audit=base.audit, vault=vault),
        recovery=Recovery(database=database, audit=base.audit, providers=providers, breakers=circuits),
        checks=checks,
        probe=Probe(providers=providers, companies=base.companies, caller=meter, timer=elapsed_ms),
        budget=budget,
        meter=meter,
        circuits=circuits,
        routers=routers,
        gateway=Gateway(parts=parts, clock=utc_now, new_id=new_id),
        usage=Usage(database=database),
        shares=shares,
        connections=connections,
        tokens=tokens,
        costs=Costs(database=database, timer=elapsed),
        sweeps=(
            *budget_sweeps(budget, settings),
            *jobs.sweeps(ledger, shares, routers, utc_now),
            *jobs.checking(checks, settings),
        ),
    )


def address_check(reach: Callable[[Provider], Reach]) -> AddressCheck:
    """What looks whether a provider's address may be asked from here."""

    async def check(provider: Provider) -> None:
        if provider.base_url and provider.dialect is not Dialect.LOCAL:
            await check_url(provider.base_url, reach(provider), field="base_url")

    return check


def price_now(dialect: Dialect, model: str) -> Price | None:
    """The listed price of a model now; None for one that the list does not know."""
    return listed_price(dialect, model, utc_now())


def most_tokens(text: str) -> int:
    """As many tokens as a text can have at most: every token takes a byte or more."""
    return len(text.encode("utf-8", "surrogatepass"))


def elapsed_ms() -> int:
    """Milliseconds on a clock that never goes back."""
    return int(elapsed() * 1_000)

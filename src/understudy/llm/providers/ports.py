"""What providers need of others: prices, a metered call, breakers, a check of addresses, and somewhere to seal keys."""

from __future__ import annotations

from typing import Protocol

from understudy.infra.database import Tx
from understudy.llm.bills import Bill, Route
from understudy.llm.domain import Completion, Dialect, Options, Price, Prompt, Provider, Target


class PriceList(Protocol):
    """The list of what models cost."""

    def __call__(self, dialect: Dialect, model: str) -> Price | None:
        """The price of a model of a dialect's own provider; None when it is not known."""
        ...


class Caller(Protocol):
    """Makes one metered call: money set aside before, booked after, a row in the ledger."""

    async def call(self, bill: Bill, route: Route, target: Target, prompt: Prompt, options: Options) -> Completion:
        """The answer; raises `OverBudget`, `CallFailed`."""
        ...


class Breakers(Protocol):
    """Keeps calls away from providers that fail."""

    async def reset(self, tx: Tx, provider: Provider) -> None:
        """Lets a provider be asked again, whatever happened before; holds when the transaction commits."""
        ...


class AddressCheck(Protocol):
    """Looks whether a provider's address may be asked from here."""

    async def __call__(self, provider: Provider) -> None:
        """Raises `AddressRefused` when it may not."""
        ...


class Vault(Protocol):
    """Seals secrets, and opens them for the purpose they were sealed for."""

    def seal(self, secret: str, *, purpose: str) -> bytes:
        """A secret, sealed."""
        ...

    def open(self, sealed: bytes, *, purpose: str) -> str:
        """The secret; raises `SecretUnreadable`."""
        ...

    def rotate(self, sealed: bytes) -> bytes:
        """The same secret sealed with the newest key."""
        ...

    def renew(self) -> bool:
        """Makes a fresh newest key; False where keys are handed in from outside."""
        ...

"""Providers that are real processes, and a bank that asks them, with short time limits."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from tests.answering.conftest import bank
from tests.faults.paid_desk import SHORT, PaidDesk
from tests.peers.upstream import Peer, upstream
from understudy.companies.domain import Company, Principal
from understudy.llm.domain import Dialect
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import Product

__all__ = ["bank"]


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    """Settings whose time limits a test can wait for."""
    return dataclasses.replace(configuration, llm=SHORT)


@pytest.fixture(scope="session")
def one_peer() -> Iterator[Peer]:
    """A provider that runs as long as the tests."""
    with upstream() as peer:
        yield peer


@pytest.fixture
def peer(one_peer: Peer) -> Peer:
    """The provider, with an empty journal."""
    one_peer.forget()
    return one_peer


@pytest.fixture
async def paid(product: Product, bank: Company, principal: Principal) -> PaidDesk:
    """A bank without a provider yet; the client libraries are loaded, which takes seconds."""
    await product.paid.connections.dialer.warm(Dialect.COMPATIBLE)
    return PaidDesk(product, bank, principal)

"""Incident 18, SQL injection before sign-in: whatever stands where a key belongs, it is a value and never a statement.

Taken out to see it fail: the parameter of `principal_by_token` written into the statement.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from understudy.companies.access import TOKEN_PREFIX
from understudy.companies.domain import Company, KeyUnknown
from understudy.wiring.product import Product

ATTACKS = (
    "' OR '1'='1",
    "'; DROP TABLE company; --",
    "\\'; SELECT pg_sleep(10); --",
    "%s%s%s",
    "%(name)s",
    "{0.__class__}",
    "$1",
    "\x00",
    "\ud800",
    "' UNION SELECT 'root', NULL, ARRAY['company:manage'] --",
)


@pytest.mark.parametrize("attack", ATTACKS)
async def test_an_attack_in_place_of_a_key_is_an_unknown_key(product: Product, company: Company, attack: str) -> None:
    with pytest.raises(KeyUnknown):
        await product.access.authenticate(TOKEN_PREFIX + attack)
    assert (await product.companies.by_slug(company.slug)).id == company.id


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(st.characters(), max_size=120))
async def test_any_text_in_place_of_a_key_is_an_unknown_key(product: Product, text: str) -> None:
    for token in (text, TOKEN_PREFIX + text):
        with pytest.raises(KeyUnknown):
            await product.access.authenticate(token)


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack.isprintable()])
async def test_an_attack_in_place_of_a_slug_finds_nothing(product: Product, company: Company, attack: str) -> None:
    async with product.database.lookup() as tx:
        row = await (await tx.raw.execute("SELECT company_by_slug(%s)", (attack,))).fetchone()
    assert row == (None,)

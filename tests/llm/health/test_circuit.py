"""The breaker as a value, and the health of the last hour."""

from __future__ import annotations

from understudy.llm.health.circuit import CLOSED, Circuit, Health, Permit


def test_a_closed_breaker_lets_all_through() -> None:
    assert CLOSED.permit(0) is Permit.ASK
    assert not CLOSED.is_open


def test_an_open_one_lets_a_probe_through_after_its_time() -> None:
    circuit = Circuit(retry_at=10.0)
    assert circuit.is_open
    assert circuit.permit(9.9) is Permit.LEAVE
    assert circuit.permit(10.0) is Permit.PROBE


def test_more_than_half_failed_demotes_once_there_are_enough_calls() -> None:
    assert not Health(calls=9, ill=9).is_demoted
    assert not Health(calls=10, ill=5).is_demoted
    assert Health(calls=10, ill=6).is_demoted

"""The labelled cases of handing over, and which intents of public sets mean what."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from understudy.answering.paid import EscalationReason

CASES = Path(__file__).parent / "data" / "handover.tsv"
NONE = "none"
DEV = ("dev", "dev-2")
"""Parts that triggers are mended on."""
HELD_OUT = ("held-out", "held-out-2")
"""Parts that are only counted. Nobody mends anything on them, nor reads the second one after it was written."""

MATTER_OF: Mapping[str, Mapping[str, str]] = {
    "banking77": {
        "compromised_card": EscalationReason.SECURITY,
        "card_payment_not_recognised": EscalationReason.SECURITY,
        "cash_withdrawal_not_recognised": EscalationReason.SECURITY,
        "direct_debit_payment_not_recognised": EscalationReason.SECURITY,
        "transaction_charged_twice": EscalationReason.BILLING,
    },
    "bitext": {
        "contact_human_agent": EscalationReason.WANTS_PERSON,
        "contact_customer_service": EscalationReason.WANTS_PERSON,
        "complaint": EscalationReason.COMPLAINT,
    },
    "clinc150": {"report_fraud": EscalationReason.SECURITY},
}
"""Intents of public sets whose messages are a person's; all others are not, but for those of `UNDECIDED`."""

UNDECIDED: Mapping[str, frozenset[str]] = {
    "banking77": frozenset(
        ("request_refund", "lost_or_stolen_card", "lost_or_stolen_phone", "extra_charge_on_statement")
    ),
    "bitext": frozenset(("get_refund",)),
    "clinc150": frozenset(("report_lost_card",)),
}
"""Intents that hold both: how a refund is had, and that it is wanted. Neither learnt from nor counted."""


@dataclass(frozen=True, slots=True)
class Case:
    """One message with its labels. `before`: what the customer wrote before it; `failed`: attempts in a row.

    `matter`: what it is about, whatever the limits are: a dispute over a small sum is one too, though no person's.
    """

    split: str
    language: str
    text: str
    before: str
    failed: int
    spec: str
    sense: str
    matter: str


def read_cases() -> list[Case]:
    """All cases, in the order of the file."""
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Case(**{**row, "failed": int(row["failed"])}) for row in rows]  # type: ignore[arg-type]


def needs_person(set_name: str, intent: str) -> bool | None:
    """Whether messages of an intent are a person's; None where it holds both kinds."""
    if intent in UNDECIDED.get(set_name, ()):
        return None
    return intent in MATTER_OF.get(set_name, {})

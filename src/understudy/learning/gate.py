"""Whether a suggestion may be shown: what it rests on and what its replay found, weighed. Pure.

Shown: it brings something and breaks nothing that somebody confirmed. Held: it would do harm, and says which. Else it
goes on collecting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from understudy.evaluation.domain import Outcome, Tally, Truth
from understudy.kit.text import excerpt

CONFIRMED = frozenset({Truth.GOLDEN, Truth.CONFIRMED, Truth.CORRECTED})
"""What is known for certain; what the paid rung answered is only likely."""
TOLD = 10
"""Messages that a suggestion held back names."""
QUOTED = 120
"""Characters of a message that are quoted."""

Mask = Callable[[str], str]
"""Takes personal data out of a text."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a company asks of a suggestion: its settings `min_confidence_for_suggestion` and `precision_floor`."""

    min_confidence: float
    floor: float


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the replay of a suggestion found; `wrong`: the answers that would be wrong after it and are not now."""

    tally: Tally
    wrong: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """It may be shown."""

    confidence: float


@dataclass(frozen=True, slots=True)
class Held:
    """It would do harm; `because` is a sentence."""

    confidence: float
    because: str


@dataclass(frozen=True, slots=True)
class Collecting:
    """Not enough speaks for it yet; `because` is a sentence."""

    confidence: float
    because: str


Verdict = Shown | Held | Collecting


def is_ripe(prior: float, policy: Policy) -> bool:
    """Whether enough speaks for it to be worth a replay. `prior`: how sure its evidence makes it."""
    return prior >= policy.min_confidence


def confidence_of(prior: float, tally: Tally) -> float:
    """How sure it is that the change is right, after its replay: the prior, times the share of answers not spoilt.

    Messages that the replay caught add nothing: they may all be one contact's, who is in the prior already.
    """
    answered = tally.newly_caught + tally.changed
    return prior * (1 - min(1.0, tally.newly_wrong / answered)) if answered else prior


def judge(prior: float, found: Replayed, policy: Policy) -> Verdict:
    """What the evidence and the replay come to.

    Confirmed answers may not be spoilt at all. What the paid rung answered otherwise may be, up to the share of wrong
    answers that the company bears: a paid answer is itself wrong at times.
    """
    tally = found.tally
    confirmed = [one for one in found.wrong if is_confirmed(one)]
    doubtful = max(0, tally.newly_wrong - len(confirmed))
    confidence = confidence_of(prior, tally)
    if confirmed:
        return Held(
            confidence, f"it would answer {_count(len(confirmed), 'message')} wrongly whose right answer is known"
        )
    answered = tally.newly_caught + tally.changed
    if doubtful and doubtful > (1 - policy.floor) * answered:
        return Held(
            confidence,
            f"of {_count(answered, 'answer')} that it would give, {doubtful} differ from what the paid model answered",
        )
    gained = tally.newly_caught + tally.mended
    if tally.lost > gained:
        return Held(confidence, f"it would lose {_count(tally.lost, 'free answer')} and bring {gained}")
    if gained == 0 and tally.changed == 0:
        return Collecting(confidence, "on past messages it would change nothing")
    if confidence < policy.min_confidence:
        return Collecting(confidence, f"its confidence {confidence:.2f} is below {policy.min_confidence:.2f}")
    return Shown(confidence)


def is_confirmed(outcome: Outcome) -> bool:
    """Whether it is certain that the answer after is wrong."""
    return outcome.recorded.truth in CONFIRMED or outcome.after.key in outcome.recorded.wrong


def told(wrong: Sequence[Outcome], mask: Mask) -> tuple[str, ...]:
    """The first messages that would be answered wrongly, in words, the certain ones first; personal data masked."""
    ordered = sorted(wrong, key=lambda one: not is_confirmed(one))
    return tuple(_told(one, mask) for one in ordered[:TOLD])


def _told(one: Outcome, mask: Mask) -> str:
    said = excerpt(mask(one.recorded.text), QUOTED)
    expected = title_of(one.recorded.expected) if one.recorded.expected else "no free answer"
    return f"“{said}” would get {title_of(one.after.key)}; {expected} is right"


def title_of(key: str | None) -> str:
    """What a key names, such as card_arrival for scenario:Bank/card_arrival."""
    if key is None:
        return "no free answer"
    kind, _, name = key.partition(":")
    return name.rpartition("/")[2] if kind == "scenario" else key


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"

"""What is said when no rung answers: whose turn it is among the variations, and the ways to a person offered."""

from __future__ import annotations

from collections.abc import Mapping

from understudy.answering.domain import FallbackKind, Offer, Option, RungName
from understudy.answering.settings import EscalationOption, FallbackSettings
from understudy.answering.wording.phrases import ASKED_FOR, FALLBACKS, OFFERED
from understudy.templates.domain import Action
from understudy.templates.rendering import render

ESCALATE = "escalate:"
"""How the key of an offered way to a person begins."""
OFFERING = frozenset(FallbackKind) - {FallbackKind.OUT_OF_SCOPE}
"""Kinds that offer a person; what the company does not do, its people do not do either."""


def key_of(kind: FallbackKind) -> str:
    """What answers in a decision, and the name its turns are counted under."""
    return f"fallback:{kind}"


def variations(kind: FallbackKind, settings: FallbackSettings) -> tuple[str, ...]:
    """The texts of a kind: the company's own, or the built-in ones of its tone."""
    return settings.texts.of(kind) or FALLBACKS[settings.tone][kind]


def offer_of(kind: FallbackKind, settings: FallbackSettings) -> Offer | None:
    """The ways to a person that go with a kind; None when none are offered."""
    if kind not in OFFERING or not settings.escalation_options:
        return None
    options = tuple(
        Option(ESCALATE + option, OFFERED[option], ASKED_FOR[option]) for option in settings.escalation_options
    )
    return Offer(RungName.FALLBACK, options)


def chosen_action(key: str) -> Action | None:
    """The action of an offered way to a person; None when the key is of something else."""
    return EscalationOption(key.removeprefix(ESCALATE)).action if key.startswith(ESCALATE) else None


def compose(kind: FallbackKind, settings: FallbackSettings, *, turn: int, values: Mapping[str, str | None]) -> str:
    """The text whose turn it is, with the ways to a person. `turn` counts how often this contact heard this kind."""
    texts = variations(kind, settings)
    text = render(texts[turn % len(texts)], values)
    offer = offer_of(kind, settings)
    return f"{text} {offered(offer)}" if offer else text


def offered(offer: Offer) -> str:
    """The sentence that offers ways to a person, such as `You can also leave a message or be called back.`."""
    *others, last = (option.title for option in offer.options)
    return f"You can also {', '.join(others)} or {last}." if others else f"You can also {last}."

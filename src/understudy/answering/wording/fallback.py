"""What is said when no rung answers: whose turn it is among the variations, and the ways to a person offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from understudy.answering.domain import FallbackKind, Offer, Option, RungName
from understudy.answering.settings import EscalationOption, FallbackSettings
from understudy.answering.wording.languages.phrases import Phrases
from understudy.answering.wording.languages.spoken import ENGLISH, phrases_in
from understudy.templates.domain import Action
from understudy.templates.rendering import render

ESCALATE = "escalate:"
"""How the key of an offered way to a person begins."""
OFFERING = frozenset(FallbackKind) - {FallbackKind.OUT_OF_SCOPE}
"""Kinds that offer a person; what the company does not do, its people do not do either."""


@dataclass(frozen=True, slots=True)
class Tongues:
    """The languages (ISO 639-1) of a reply: that of the message, and the one that the company writes its texts in."""

    heard: str = ENGLISH
    own: str = ENGLISH


IN_ENGLISH = Tongues()


def key_of(kind: FallbackKind) -> str:
    """What answers in a decision, and the name its turns are counted under."""
    return f"fallback:{kind}"


def variations(kind: FallbackKind, settings: FallbackSettings, tongues: Tongues = IN_ENGLISH) -> tuple[str, ...]:
    """The texts of a kind: the company's own, or the built-in ones of its tone in the language of the message."""
    return settings.texts.of(kind) or phrases_in(tongues.heard).fallbacks[settings.tone][kind]


def offer_of(kind: FallbackKind, settings: FallbackSettings, tongues: Tongues = IN_ENGLISH) -> Offer | None:
    """The ways to a person that go with a kind; None when none are offered."""
    if kind not in OFFERING or not settings.escalation_options:
        return None
    offering = _around(kind, settings, tongues).offering
    options = tuple(
        Option(ESCALATE + option, offering.ways[option], offering.asked_for[option])
        for option in settings.escalation_options
    )
    return Offer(RungName.FALLBACK, options)


def chosen_action(key: str) -> Action | None:
    """The action of an offered way to a person; None when the key is of something else."""
    return EscalationOption(key.removeprefix(ESCALATE)).action if key.startswith(ESCALATE) else None


def compose(
    kind: FallbackKind,
    settings: FallbackSettings,
    *,
    turn: int,
    values: Mapping[str, str | None],
    tongues: Tongues = IN_ENGLISH,
) -> str:
    """The text whose turn it is, with the ways to a person. `turn` counts how often this contact heard this kind."""
    texts = variations(kind, settings, tongues)
    text = render(texts[turn % len(texts)], values)
    offer = offer_of(kind, settings, tongues)
    if offer is None:
        return text
    offering = _around(kind, settings, tongues).offering
    return f"{text}{offering.gap}{offering.of([option.title for option in offer.options])}"


def _around(kind: FallbackKind, settings: FallbackSettings, tongues: Tongues) -> Phrases:
    """The sentences that go with a text: in its language, be it the company's own or the message's."""
    return phrases_in(tongues.own if settings.texts.of(kind) else tongues.heard)

"""A company's settings of the ladder, the fallback, hours, limits, VIPs and budget, with their defaults."""

from __future__ import annotations

import re
from datetime import date, time
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from understudy.answering.domain import FallbackKind, RungName
from understudy.companies.settings import SettingsGroup
from understudy.templates.domain import Action
from understudy.templates.rendering import PLACEHOLDERS, unknown_placeholders

MAX_VARIATIONS = 20
MAX_TEXT = 1_000
MAX_WINDOWS = 6
MAX_HOLIDAYS = 400
MIDNIGHT = "24:00"
_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")

Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


def _sendable(text: str) -> str:
    if not text.strip():
        raise ValueError("a text that goes to customers cannot be empty")
    if unknown := unknown_placeholders(text):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValueError(f"{', '.join(unknown)} is not a placeholder; those there are: {known}")
    return text


Text = Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_sendable)]
Variations = Annotated[tuple[Text, ...], Field(max_length=MAX_VARIATIONS)]


class Thresholds(SettingsGroup):
    """The confidence from which each rung may answer."""

    company_qa: Probability = Field(0.80, description="The company's own questions and answers.")
    trade_qa: Probability = Field(0.75, description="Questions and answers that the trade shares.")
    rules: Probability = Field(0.70, description="Triggers of scenarios.")
    semantic: Probability = Field(0.60, description="Meaning, from the scenarios' examples.")
    patterns: Probability = Field(0.80, description="Learned from operators.")
    knowledge: Probability = Field(0.80, description="Quoted from the company's documents.")
    llm: Probability = Field(0.60, description="The paid rung; also what a scenario picked by it must reach.")

    def of(self, rung: RungName) -> float:
        """The threshold of a rung; fallback and passthrough have none and always answer."""
        return 0.0 if rung in (RungName.FALLBACK, RungName.PASSTHROUGH) else float(getattr(self, rung.value))


class LadderSettings(SettingsGroup):
    """How messages climb."""

    gatekeeper: bool = Field(True, description="Off: only a basic rules match runs before the fallback.")
    thresholds: Thresholds = Field(Thresholds(), description="The confidence from which each rung may answer.")
    clarify: bool = Field(True, description="Ask back, offering the two best, when a rung finds them too close.")
    llm_enabled: bool = Field(True, description="Whether the paid rung may be asked.")
    llm_seconds: float = Field(
        20.0, ge=0.1, le=300, description="Longest time for the paid rung as a whole, failover included."
    )


class Tone(StrEnum):
    """How the built-in fallback texts sound."""

    NEUTRAL = "neutral"
    WARM = "warm"
    FORMAL = "formal"


class EscalationOption(StrEnum):
    """A way to reach a person that the fallback may offer."""

    TRANSFER = "transfer"
    TAKE_MESSAGE = "take_message"
    CALLBACK = "callback"

    @property
    def action(self) -> Action:
        """The action that a contact chooses with it."""
        return Action(self.value)


class FallbackTexts(SettingsGroup):
    """The company's own texts for each kind of fallback, in any language; empty: the built-in ones of the tone."""

    clarification_needed: Variations = Field((), description="Not sure enough what is meant.")
    no_match: Variations = Field((), description="Nothing here fits.")
    technical_issue: Variations = Field((), description="Something failed on our side.")
    out_of_scope: Variations = Field((), description="Not what this company does.")

    def of(self, kind: FallbackKind) -> tuple[str, ...]:
        """The texts of a kind."""
        texts: tuple[str, ...] = getattr(self, kind.value)
        return texts


class FallbackSettings(SettingsGroup):
    """What is said when no rung answers."""

    tone: Tone = Field(
        Tone.NEUTRAL,
        description="How the built-in texts sound: neutral, warm or formal. They are in the language of the message.",
    )
    texts: FallbackTexts = Field(FallbackTexts(), description="Texts of the company's own, taken in turn.")
    escalation_options: Annotated[tuple[EscalationOption, ...], Field(max_length=len(EscalationOption))] = Field(
        tuple(EscalationOption), description="Ways to a person that are offered: transfer, take_message, callback."
    )

    @field_validator("escalation_options")
    @classmethod
    def _each_once(cls, options: tuple[EscalationOption, ...]) -> tuple[EscalationOption, ...]:
        if len(set(options)) != len(options):
            raise ValueError("each option can be offered once")
        return options


def span(window: str) -> tuple[time, time | None]:
    """Opening and closing time of a window such as `09:00-18:00`; closing None is the end of the day."""
    opens, closes = window.split("-")
    return time.fromisoformat(opens), None if closes == MIDNIGHT else time.fromisoformat(closes)


def _window(text: str) -> str:
    if not _WINDOW.fullmatch(text):
        raise ValueError(f"{text!r} is not a time of day such as 09:00-18:00 (up to 24:00)")
    opens, closes = span(text)
    if closes is not None and closes <= opens:
        raise ValueError(
            f"{text!r} closes before it opens; write a night as 22:00-24:00 and the next day's 00:00-06:00"
        )
    return text


def _in_order(windows: tuple[str, ...]) -> tuple[str, ...]:
    ordered = tuple(sorted(windows))
    for earlier, later in pairwise(ordered):
        closes = span(earlier)[1]
        if closes is None or span(later)[0] < closes:
            raise ValueError(f"{earlier} and {later} overlap; join them")
    return ordered


Windows = Annotated[
    tuple[Annotated[str, AfterValidator(_window)], ...], Field(max_length=MAX_WINDOWS), AfterValidator(_in_order)
]
NINE_TO_SIX = ("09:00-18:00",)


class Holiday(SettingsGroup):
    """A day without service."""

    day: date = Field(description="The day, in the company's time zone.")
    name: str = Field("", max_length=80, description="As customers know it; goes into the notice.")
    yearly: bool = Field(False, description="Whether it comes back each year on the same day.")


class HoursSettings(SettingsGroup):
    """When people are there, in the company's time zone. A day without a window is closed."""

    monday: Windows = Field(NINE_TO_SIX, description="Windows such as 09:00-12:00, 13:00-18:00.")
    tuesday: Windows = Field(NINE_TO_SIX, description="As monday.")
    wednesday: Windows = Field(NINE_TO_SIX, description="As monday.")
    thursday: Windows = Field(NINE_TO_SIX, description="As monday.")
    friday: Windows = Field(NINE_TO_SIX, description="As monday.")
    saturday: Windows = Field(NINE_TO_SIX, description="As monday.")
    sunday: Windows = Field(NINE_TO_SIX, description="As monday.")
    holidays: Annotated[tuple[Holiday, ...], Field(max_length=MAX_HOLIDAYS)] = Field(
        (), description="Days without service: date, name, and whether it comes back yearly."
    )
    announce_closed: bool = Field(
        False, description="Whether the first reply of a conversation says that nobody is in; hand-overs always do."
    )

    def on_weekday(self, weekday: int) -> tuple[str, ...]:
        """The windows of a weekday, Monday being 0."""
        week = (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday)
        return week[weekday]


class LimitSettings(SettingsGroup):
    """How much one contact may write before it is told, once, to slow down, and then hears nothing for a while."""

    messages_per_minute: int = Field(20, ge=1, le=1_000, description="Messages of one contact within a minute.")
    messages_per_day: int = Field(500, ge=1, le=900, description="Messages of one contact within 24 hours.")
    notice: Text = Field(
        "That was a lot at once. Please give it a moment before you write again.",
        description="Sent once when the limit is passed.",
    )


class VipSettings(SettingsGroup):
    """Who is treated as a very important customer."""

    enabled: bool = Field(True, description="Whether there are VIPs at all.")
    lifetime_value_above: float = Field(
        5_000, ge=0, allow_inf_nan=False, description="Dollars in the contact's attribute `lifetime_value`."
    )
    attribute: str = Field("vip", max_length=60, description="A contact attribute that makes one when it is true.")
    skip_limits: bool = Field(True, description="Whether the limits on messages do not hold for them.")


class EscalationSettings(SettingsGroup):
    """When a message goes to a person although somebody else might have answered it."""

    billing_dispute_micros: int = Field(
        100_000_000,
        ge=0,
        le=10**15,
        description="A dispute over more than this is a person's, in millionths of the currency that is written of.",
    )
    frustration_signs: int = Field(
        3, ge=1, le=20, description="Signs of frustration from which on a person sees to it."
    )
    failed_attempts: int = Field(
        2, ge=1, le=20, description="Attempts in a row that failed, after which a person sees to the next message."
    )

"""Reading a message for triggers: what the words give away, amounts, signs of frustration, attempts that failed. Pure.

Latin scripts are read as folded words (no case, no accents, apostrophes as spaces), Japanese and Chinese as they are
written. The expressions of all languages are looked for together: short messages are often taken for another language.
What the lists have no words for, a head over the embedding may still see, in the languages that the encoder knows
(see `meaning`). A trigger is a reason to pay nothing and wait for nothing; what it misses, the model still can say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import re2

from understudy.answering.paid import EscalationReason
from understudy.answering.question.looked import BY_TRIGGER, Escalate
from understudy.answering.settings import EscalationSettings
from understudy.answering.triggers.frustration import SIGNS
from understudy.answering.triggers.matters import DISPUTE, MATTERS, NOT, UNSOLVED
from understudy.answering.triggers.meaning import Meaning
from understudy.answering.triggers.security import Expressions
from understudy.answering.wording.clarify import folded_words
from understudy.kit.money import MICROS_PER_DOLLAR
from understudy.language.domain import Vector

READ_CHARACTERS = 4_000
"""How much of a message is read; its beginning says what it is about."""
LOUD_WORDS = 3
LOUD_LETTERS = 4
"""So many words of so many letters in capitals are shouted; fewer are names and abbreviations."""
BITTER = -0.6
"""A compound sentiment below this is a sign of its own; VADER calls anything below -0.05 negative."""
PER_DOLLAR = {"円": 150, "¥": 150, "￥": 150, "yen": 150, "元": 7, "块": 7, "yuan": 7, "rmb": 7}
"""Rough units to a dollar, only to tell a large dispute from a small one; euros and pounds are taken as dollars."""

_AMOUNT = re.compile(
    r"(?P<before>[$€£¥￥]|\b(?:usd|eur|gbp|us\$))\s?(?P<first>\d[\d.,' ]*\d|\d)"
    r"|(?P<second>\d[\d.,' ]*\d|\d)\s?(?P<after>[$€£¥￥円元块]|(?:usd|eur|gbp|dollars?|bucks|euros?|pounds?|dolares|"
    r"dólares|livres|pfund|dollar|yen|yuan|rmb)\b)"
)
_TEN_THOUSANDS = re.compile(r"(\d+(?:\.\d+)?)\s?[万萬]")
_EMPHASIS = re.compile(r"[!！]{2,}|[?？]{2,}|[?？][!！]|[!！][?？]")
_CAPITALS = re.compile(rf"\b[A-ZÄÖÜÉÈÀÁÍÓÚÑ]{{{LOUD_LETTERS},}}\b")


CUES = (
    *(
        "human",
        "person",
        "agent",
        "rep",
        "operator",
        "operador",
        "someone",
        "somebody",
        "supervisor",
        "manager",
        "advis",
    ),
    *("colleague", "staff", "employee", "people", "bot", "asesor", "alguien", "encargad", "gerente", "responsable"),
    *("humain", "conseill", "operat", "quelqu", "superieur", "collegue", "mensch", "mitarbeiter", "berater", "jemand"),
    *(
        "vorgesetzt",
        "chef",
        "kollegen",
        "sachbearbeiter",
        "人",
        "担当",
        "オペレ",
        "係",
        "スタッフ",
        "責任者",
        "上司",
        "社員",
    ),
    *(
        "经理",
        "主管",
        "电话",
        "回电",
        "电話",
        "電話",
        "折り返し",
        "transfer",
        "connect",
        "through",
        "live",
        "call",
        "ring",
    ),
    *(
        "phone",
        "speak",
        "talk",
        "chat",
        "anyone",
        "boss",
        "machine",
        "automat",
        "canned",
        "robot",
        "llam",
        "rappel",
        "rufen",
        "atienda",
    ),
)
"""One of these stands in every wish for a person: looked for first, since every message is read for one."""


def _joined(expressions: Iterable[str]) -> re2._Regexp[str]:
    return re2.compile("(?m)" + "|".join(f"(?:{one})" for one in expressions))


def _all(expressions: Expressions) -> re2._Regexp[str]:
    return _joined(one for of_language in expressions.values() for one in of_language)


_MATTERS = tuple((reason, _all(expressions)) for reason, expressions in MATTERS)
_NOT = {reason: _joined(expressions) for reason, expressions in NOT.items()}
_DISPUTE = _all(DISPUTE)
_UNSOLVED = _all(UNSOLVED)
_SIGNS = tuple(re2.compile(one) for of_language in SIGNS.values() for one in of_language)
_ANY_SIGN = _all(SIGNS)

MEANT = frozenset(reason for reason, _ in MATTERS)
"""Reasons that meaning gives whatever the settings are. What needs a system, only a model that knows them can tell."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What triggers are read from: the message, the customer's messages before it (newest last), its sentiment.

    `failed_attempts`: how many of its messages in a row were not answered before this one; `embedding`: of the message,
    None where the encoder does not know its language.
    """

    text: str
    before: Sequence[str] = ()
    sentiment: float | None = None
    failed_attempts: int = 0
    embedding: Vector | None = None


def wish_in(text: str) -> Escalate | None:
    """The explicit wish for a person, if the message holds one."""
    read = folded(text)
    if not any(cue in read for cue in CUES):
        return None
    return _matter(EscalationReason.WANTS_PERSON, _MATTERS[0][1], read)


def spotted(heard: Heard, settings: EscalationSettings, meaning: Meaning | None = None) -> Escalate | None:
    """Why a person is needed, as far as words, counts and meaning give it away; the first reason that holds."""
    text = folded(heard.text)
    for reason, expression in _MATTERS:
        if found := _matter(reason, expression, text):
            return found
    if _DISPUTE.search(text) and (amount := largest_micros(heard.text)) > settings.billing_dispute_micros:
        return Escalate(EscalationReason.BILLING, BY_TRIGGER, f"a dispute over {amount / MICROS_PER_DOLLAR:,.0f}")
    if (signs := frustration_in(heard)) >= settings.frustration_signs:
        return Escalate(EscalationReason.FRUSTRATION, BY_TRIGGER, f"{signs} signs")
    if heard.failed_attempts >= settings.failed_attempts:
        return Escalate(EscalationReason.FAILED_ATTEMPTS, BY_TRIGGER, f"{heard.failed_attempts} in a row")
    if meaning is None or heard.embedding is None:
        return None
    if meant := meaning.reason(heard.embedding, readable(heard.text, settings)):
        return Escalate(meant[0], BY_TRIGGER, f"meant, {meant[1]:.2f}")
    return None


def readable(text: str, settings: EscalationSettings) -> frozenset[EscalationReason]:
    """The reasons that meaning may give: a dispute only over a sum above the limit, no more than the settings allow.

    A company that asks for more signs of frustration than usual goes by the signs alone.
    """
    by_meaning = set(MEANT)
    if largest_micros(text) > settings.billing_dispute_micros:
        by_meaning.add(EscalationReason.BILLING)
    if settings.frustration_signs <= EscalationSettings().frustration_signs:
        by_meaning.add(EscalationReason.FRUSTRATION)
    return frozenset(by_meaning)


def _matter(reason: EscalationReason, expression: re2._Regexp[str], text: str) -> Escalate | None:
    found = expression.search(text)
    if found is None or (reason in _NOT and _NOT[reason].search(text)):
        return None
    return Escalate(reason, BY_TRIGGER, found.group().strip())


def says_unsolved(text: str) -> bool:
    """Whether the message says that the last answer did not settle it."""
    return _UNSOLVED.search(folded(text)) is not None


def frustration_in(heard: Heard) -> int:
    """How many different signs of frustration the message and the one before it hold.

    How it sounds (capitals, exclamation marks, a bitter sentiment) is one sign, whatever it sounds by. A word that is
    one in two languages counts once.
    """
    texts = (*heard.before[-1:], heard.text)
    read = "\n".join(folded(text) for text in texts)
    if not _ANY_SIGN.search(read):
        return 0  # loud or bitter alone is no frustration with us: an emergency is written like that too
    signs = {found.group() for sign in _SIGNS if (found := sign.search(read))}
    is_loud = len(_CAPITALS.findall(heard.text)) >= LOUD_WORDS
    is_bitter = heard.sentiment is not None and heard.sentiment <= BITTER
    return len(signs) + (is_loud or is_bitter or _EMPHASIS.search(heard.text) is not None)


def largest_micros(text: str) -> int:
    """The largest amount of money that a text names, in millionths of a dollar or of what is taken as one."""
    plain = _TEN_THOUSANDS.sub(lambda found: str(round(float(found[1]) * 10_000)), text.casefold())
    return max((_micros(found) for found in _AMOUNT.finditer(plain)), default=0)


def folded(text: str) -> str:
    """The text as expressions read it: folded words on one line, the text without case on the next."""
    part = text[:READ_CHARACTERS]
    return " ".join(folded_words(part)) + "\n" + unicodedata.normalize("NFKC", part).casefold()


def _micros(found: re.Match[str]) -> int:
    digits = re.sub(r"[ ']", "", found["first"] or found["second"])
    whole, mark, part = digits.rpartition("," if digits.rfind(",") > digits.rfind(".") else ".")
    if not mark or len(part) == 3:  # a mark before three digits groups thousands
        whole, part = digits, ""
    number = int(re.sub(r"\D", "", whole) or 0) * 100 + int((part + "00")[:2])
    unit = PER_DOLLAR.get(found["before"] or found["after"], 1)
    return number * MICROS_PER_DOLLAR // (100 * unit)

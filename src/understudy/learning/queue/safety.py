"""What may not stand in a suggestion, whoever wrote it. Pure.

Customers' words end up in a template only through here: no links, nobody's data, nothing written for a model to obey,
no promises in the company's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from understudy.answering.prompting.delimiting import neutral
from understudy.kit.text import control_characters
from understudy.language.domain import Reading
from understudy.language.masking.masking import find
from understudy.learning.editing import Edit
from understudy.templates.domain import Reply, Scenario
from understudy.templates.matching.company.compiled import words_of
from understudy.templates.matching.expressions import is_expression
from understudy.templates.matching.normalise import fold

LEAST_CHARACTERS = 3
EXAMPLE_CHARACTERS = 300
"""Longest example: what is longer tells a story, and teaches the story's words."""
TRIGGER_CHARACTERS = 80
REPLY_CHARACTERS = 2_000
EXAMPLE_WORDS = 60
TOLD_FROM_CHARACTERS = 25
"""A shorter text's language cannot be told well enough to refuse it for."""
SURE_OF_LANGUAGE = 0.8

_LINK = re.compile(
    r"https?:|www\.|\b[\w-]{2,}\.(?:com|org|net|io|co|info|biz|ru|cn|de|fr|es|uk|us|app|dev|me|ly|gg|xyz|top|link|site)"
    r"\b(?:/|\b)|\bt\.me\b|://|@[\w-]+\.",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|prompt|rule|polic|guideline|above|previous"
    r"|prior|everything)|\b(?:system|developer)\s*(?:prompt|message|instruction)"
    r"|\byou are now (?:an?|the|in|my|free)\b|\bact as (?:an?|the)\b"
    r"|\bpretend (?:to be|you)|\bjailbreak|\bdo anything now\b|\breveal\b.{0,30}\b(?:prompt|instruction|secret)"
    r"|^\s*(?:system|assistant|user|developer)\s*:|\brepeat (?:after me|the following)|\bfrom now on\b.{0,30}\byou"
    r"|\bignorier\w*\b.{0,40}\b(?:anweisung|regel|vorherig)|\bignora\b.{0,40}\b(?:instruc|regla|anterior)"
    r"|\bignore[rz]?\b.{0,40}\b(?:instruction|consigne|pr[eé]c[eé]dent)|(?:忽略|无视).{0,12}(?:指令|提示|规则)"
    r"|(?:無視|忘れ).{0,12}(?:指示|ルール)|(?:指示|ルール).{0,12}(?:無視|忘れ)",
    re.IGNORECASE | re.MULTILINE,
)
_PROMISES = re.compile(
    r"\bwe(?:'ll| will| shall| do)? (?:guarantee|promise|refund|compensate|waive)|\bguaranteed\b"
    r"|\b100 ?% (?:refund|free)"
    r"|\byou(?:'ll| will| are going to) (?:get|receive|be given) (?:a |an |your |the )?(?:full )?"
    r"(?:refund|money|compensation|discount|credit)"
    r"|\byou are entitled to\b|\bfree of charge for (?:life|ever)|\bwir garantieren|\bnous garantissons"
    r"|\bgarantizamos|\bno questions asked\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A text that was left out, by the reason; the text itself is not repeated."""

    reason: str


Identify = Callable[[str], Reading]
"""What tells the language of a text."""


def refusal(text: str, *, language: str, identify: Identify, limit: int = EXAMPLE_CHARACTERS) -> str | None:
    """Why a text may not stand in a suggestion; None where it may."""
    bare = text.strip()
    words = words_of(bare)
    if len(bare) < LEAST_CHARACTERS or not any(char.isalpha() for char in bare):
        return "too short to mean anything"
    if len(bare) > limit or len(words) > EXAMPLE_WORDS:
        return "too long"
    if control_characters(bare) or "\n" in bare or is_expression(bare):
        return "not plain text on one line"
    folded = fold(bare).text
    if _LINK.search(bare) or _LINK.search(folded):
        return "holds a link"
    if neutral(bare) != bare or _ORDERS.search(bare) or _ORDERS.search(folded):
        return "reads as an instruction to a model"
    if _PROMISES.search(folded):
        return "holds a promise"
    if find(bare):
        return "holds personal data"
    read = identify(bare)
    is_told = len(bare) >= TOLD_FROM_CHARACTERS and read.language_score >= SURE_OF_LANGUAGE
    if is_told and read.language != language and language and read.language != "unknown":
        return "in another language"
    return None


def reply_refusal(text: str) -> str | None:
    """Why nobody's words may go out as a reply; None where they may."""
    folded = fold(text).text
    if control_characters(text) or len(text) > REPLY_CHARACTERS:
        return "a reply that is no plain text"
    if _LINK.search(text) or _LINK.search(folded):
        return "a reply with a link"
    if neutral(text) != text or _ORDERS.search(folded):
        return "a reply that reads as an instruction to a model"
    if _PROMISES.search(folded):
        return "a reply with a promise"
    return "a reply with personal data" if find(text) else None


def cleaned(
    edit: Edit, *, language: str, identify: Identify, approved: frozenset[str] = frozenset()
) -> tuple[Edit, tuple[Refused, ...]]:
    """The edit without what may not stand in it, and what that was.

    `approved`: texts of replies that go out already; any other reply of a new scenario is looked at.
    """
    sieve = _Sieve(language, identify, approved)
    scenarios = tuple(
        replace(
            one,
            triggers=sieve.fit(one.triggers, TRIGGER_CHARACTERS),
            negative_triggers=sieve.fit(one.negative_triggers, TRIGGER_CHARACTERS),
            examples=sieve.fit(one.examples, EXAMPLE_CHARACTERS),
        )
        for one in edit.scenarios
    )
    added = tuple(replace(one, scenario=sieve.fit_scenario(one.scenario)) for one in edit.added)
    synonyms = {term: sieve.fit(variants, TRIGGER_CHARACTERS) for term, variants in edit.synonyms.items()}
    whole = replace(
        edit,
        scenarios=scenarios,
        added=added,
        synonyms={term: variants for term, variants in synonyms.items() if variants},
    )
    return whole, tuple(sieve.refused)


@dataclass(slots=True)
class _Sieve:
    """Keeps what is fit, and notes why the rest is not."""

    language: str
    identify: Identify
    approved: frozenset[str]
    refused: list[Refused] = field(default_factory=list)

    def fit(self, texts: tuple[str, ...], limit: int) -> tuple[str, ...]:
        """The texts that may stand there, each once."""
        kept = []
        for text in texts:
            why = refusal(text, language=self.language, identify=self.identify, limit=limit)
            if why is None:
                kept.append(text.strip())
            else:
                self.refused.append(Refused(why))
        return tuple(dict.fromkeys(kept))

    def fit_scenario(self, scenario: Scenario) -> Scenario:
        """A new scenario without what may not stand in it."""
        return replace(
            scenario,
            triggers=self.fit(scenario.triggers, TRIGGER_CHARACTERS),
            examples=self.fit(scenario.examples, EXAMPLE_CHARACTERS),
            replies=tuple(filter(self._may_go_out, scenario.replies)),
        )

    def _may_go_out(self, reply: Reply) -> bool:
        why = [reply_refusal(text) for text in (reply.short, reply.full) if text not in self.approved]
        self.refused.extend(Refused(one) for one in why if one)
        return not any(why)

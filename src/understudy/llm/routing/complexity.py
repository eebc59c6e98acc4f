"""How complex a question is, from 0 to 1, by what can be read off it; and whether it holds code.

Source of the weights: the routing table agreed for this product (length 0.2, several questions 0.3, technical terms
0.15 each up to 0.4, conditionals 0.1, conversation length 0.02 a turn up to 0.1).
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass

from understudy.llm.domain import Tier
from understudy.llm.routing.terms import TERMS, Terms

LONG_WORDS = 30
FOR_LENGTH = 0.2
FOR_QUESTIONS = 0.3
FOR_TERM = 0.15
MOST_FOR_TERMS = 0.4
FOR_CONDITIONAL = 0.1
FOR_TURN = 0.02
MOST_FOR_TURNS = 0.1

SMALL_BELOW = 0.3
MEDIUM_BELOW = 0.7
TO_THE_TIER = 1e-9
"""0.15 + 0.15 is to count as 0.3."""

WITHOUT_SPACES = ("ja", "zh")
CHARACTERS_PER_WORD = 2
"""Rule of thumb for Japanese and Chinese."""

_WORD = re.compile(r"[\w'’-]+")
_QUESTION = re.compile(r"[?？]+")
_CODE = re.compile(
    r"```|^\s*Traceback \(most recent call last\)|^\s*at [\w$.<>]+\(.*\)\s*$|^\s*File \".+\", line \d+"
    r"|\b\w*(?:Exception|Error): |\b(?:def|class|function|import|public static|SELECT .+ FROM)\b.*[:;({]\s*$"
    r"|</\w+>|\{\s*\"\w+\"\s*:|^\s*(?:curl|pip|npm|sudo|git) \w",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Complexity:
    """What makes up the score; the parts are what a learned router is fitted on."""

    length: float
    questions: float
    technical: float
    conditional: float
    turns: float

    @property
    def score(self) -> float:
        """Their sum, at most 1."""
        return min(1.0, float(sum(astuple(self))))

    @property
    def tier(self) -> Tier:
        """The tier that the score calls for."""
        score = self.score + TO_THE_TIER
        return Tier.SMALL if score < SMALL_BELOW else Tier.MEDIUM if score < MEDIUM_BELOW else Tier.LARGE


def complexity_of(text: str, *, turns: int, language: str = "en") -> Complexity:
    """The complexity of a question; `turns`: what was said before in the conversation."""
    terms = TERMS.get(language, TERMS["en"])
    folded = text.casefold()
    words = _WORD.findall(folded)
    count = len(folded) // CHARACTERS_PER_WORD if language in WITHOUT_SPACES else len(words)
    return Complexity(
        length=FOR_LENGTH if count > LONG_WORDS else 0.0,
        questions=FOR_QUESTIONS if _asks_several(folded, terms, language) else 0.0,
        technical=min(MOST_FOR_TERMS, FOR_TERM * _technical(folded, words, terms, language)),
        conditional=FOR_CONDITIONAL if _has(folded, terms.conditional, language) else 0.0,
        turns=min(MOST_FOR_TURNS, FOR_TURN * turns),
    )


def holds_code(text: str) -> bool:
    """Whether the text holds source code, a command, or a stack trace."""
    return _CODE.search(text) is not None


def _asks_several(folded: str, terms: Terms, language: str) -> bool:
    return len(_QUESTION.findall(folded)) > 1 or _has(folded, terms.joining, language)


def _technical(folded: str, words: list[str], terms: Terms, language: str) -> int:
    """How many different technical terms there are."""
    if language in WITHOUT_SPACES:
        return sum(term in folded for term in terms.technical)
    return len(terms.technical.intersection(words))


def _has(folded: str, phrases: frozenset[str], language: str) -> bool:
    if language in WITHOUT_SPACES:
        return any(phrase in folded for phrase in phrases)
    spaced = f" {' '.join(_WORD.findall(folded))} "
    return any(f" {phrase} " in spaced for phrase in phrases)

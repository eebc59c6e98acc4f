"""Phrases that tell some messages from others, by log-odds of n-grams. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from uuid import UUID

from understudy.learning.making.domain import Observation

LONGEST = 4
"""Words of the longest phrase."""
CONTACTS = 3
"""People who must have used a phrase before it is proposed."""
SURE = 2.58
"""Standard errors that the log-odds must lie above nothing: 99 %, two-sided."""
PRECISION = 0.95
"""Share of the texts with a phrase that are about the right thing."""
HALF = 0.5
"""Added to every count (Haldane 1956, Anscombe 1956), so that none is infinite."""
LEAST_LETTERS = 5
"""A single word is a phrase of its own only when it is as long, or in a script without spaces two signs."""
MOST_CANDIDATES = 400


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase: its folded words, who used it, the texts with it on either side, and how far it tells them apart.

    `sureness` is the log-odds ratio in standard errors.
    """

    text: str
    contacts: frozenset[UUID]
    inside: int
    outside: int
    sureness: float


def telling(
    inside: Sequence[Observation], outside: Iterable[str], *, known: Iterable[str] = (), contacts: int = CONTACTS
) -> list[Phrase]:
    """Phrases that tell the messages `inside` from the texts `outside`, the surest first, none within another.

    `outside` and `known` are padded words; a phrase that holds a known one, or is one, tells nothing new. Each contact
    counts once for a phrase, each text outside once.
    """
    background = list(outside)
    people = len({one.contact_id for one in inside})
    if people < contacts:
        return []
    users: defaultdict[str, set[UUID]] = defaultdict(set)
    for one in inside:
        for phrase in grams(one.padded.split()):
            users[phrase].add(one.contact_id)
    often = sorted((item for item in users.items() if len(item[1]) >= contacts), key=lambda item: -len(item[1]))
    spoken = [f" {one.strip()} " for one in known if one.strip()]
    found = []
    for phrase, by in often[:MOST_CANDIDATES]:
        sign = f" {phrase} "
        if any(one in sign for one in spoken):
            continue
        hits = sum(sign in text for text in background)
        if len(by) / (len(by) + hits) < PRECISION:
            continue
        sureness = log_odds((len(by), people), (hits, len(background)))
        if sureness >= SURE:
            found.append(Phrase(phrase, frozenset(by), len(by), hits, sureness))
    return _apart(found)


def log_odds(inside: tuple[int, int], outside: tuple[int, int]) -> float:
    """The log-odds ratio of two shares (with it, of all) in standard errors.

    Source: Monroe, Colaresi, Quinn, "Fightin' Words" (2008), with a flat prior of one half.
    """
    (hits, size), (others, rest) = inside, outside
    ratio = log((hits + HALF) / (size - hits + HALF)) - log((others + HALF) / (rest - others + HALF))
    return ratio / sqrt(1 / (hits + HALF) + 1 / (others + HALF))


def grams(words: Sequence[str]) -> frozenset[str]:
    """The phrases of a text, of one to four words, that say something by themselves."""
    found = {
        " ".join(words[start : start + size])
        for size in range(1, LONGEST + 1)
        for start in range(len(words) - size + 1)
    }
    return frozenset(one for one in found if says_something(one))


def says_something(phrase: str) -> bool:
    """Whether a phrase has two words, or one that is long; numbers say nothing."""
    words = phrase.split()
    if any(word.isdigit() for word in words) or (len(phrase) < LEAST_LETTERS and not _is_unspaced(phrase)):
        return False
    if len(words) > 1:
        return any(len(word) > 3 for word in words) or _is_unspaced(phrase)
    return len(phrase) >= LEAST_LETTERS


def _is_unspaced(phrase: str) -> bool:
    return any("\u3005" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" for char in phrase)


def _apart(found: Sequence[Phrase]) -> list[Phrase]:
    """Of phrases within one another, the one that more people used; of equals the longer, which errs less."""
    kept: list[Phrase] = []
    for one in sorted(found, key=lambda phrase: (-len(phrase.contacts), -len(phrase.text))):
        sign = f" {one.text} "
        if not any(sign in f" {other.text} " or f" {other.text} " in sign for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda phrase: -phrase.sureness)


def variants(triggers: Iterable[str], observations: Sequence[Observation]) -> Mapping[tuple[str, str], frozenset[UUID]]:
    """Words said in place of another in a trigger: (word of the trigger, word said) → who said it.

    A message holds the trigger but for one word. `triggers` are padded.
    """
    said: defaultdict[tuple[str, str], set[UUID]] = defaultdict(set)
    wanted = [words for one in triggers if len(words := one.split()) >= LEAST_FRAME]
    for one in observations:
        spoken = one.padded.split()
        for words in wanted:
            for start in range(len(spoken) - len(words) + 1):
                window = spoken[start : start + len(words)]
                differing = [place for place, word in enumerate(words) if word != window[place]]
                if len(differing) == 1 and _is_content(words[differing[0]]) and _is_content(window[differing[0]]):
                    said[words[differing[0]], window[differing[0]]].add(one.contact_id)
    return {pair: frozenset(by) for pair, by in said.items()}


LEAST_FRAME = 3
"""Words of a trigger from which the rest of it says what the missing word was."""


def _is_content(word: str) -> bool:
    return len(word) > 3 and word.isalpha()

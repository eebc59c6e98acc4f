"""Asking back, and reading the answer: what was offered, and which of it the next message chooses.

An answer is read as a number or an ordinal ("2", "the second", "la segunda"), as yes (the first) or no (none), or by
words that only one of the options has. Anything else is a new message, and climbs.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from understudy.answering.domain import Offer, Option

MAX_ANSWER_WORDS = 8
"""A longer message is a message of its own, not a choice between two things offered."""
WORDS_EXPLAINED = 0.5
"""Share of an answer's telling words that must be those of the option: below it, it speaks of something else too."""

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[^\W_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ORDINALS: tuple[frozenset[str], ...] = (
    _words(
        "1 one first former 1st uno una primero primera premier premiere un une eine erste erster erstes ersten eins "
        "一つ目 最初 1番 一番 第一个 第一個 第一"
    ),
    _words(
        "2 two second latter 2nd dos segundo segunda deuxieme seconde deux zweite zweiter zweites zweiten zwei "
        "二つ目 2番 二番 第二个 第二個 第二"
    ),
    _words(
        "3 three third 3rd tres tercero tercera troisieme trois dritte drittes dritten drei "
        "三つ目 3番 三番 第三个 第三個 第三"
    ),
)
"""How the first, second and third are chosen, folded, in the languages that triggers work in."""

ARTICLES = _words("one uno una un une eine")
"""Choose the first only where nothing else is chosen: "the second one"."""

YES = _words("yes y yeah yep yup correct right exactly sure ok okay si claro oui ja genau richtig はい 是 是的 对 好")
NO = _words("no n nope neither none nein non ninguno ninguna aucun aucune keines keins いいえ 不是 不 都不是")
AROUND = _words(
    "the a option number please i mean meant it is s that this want would like to about of them these thanks thank you "
    "my me m d can could be have get us your and or then just in on for with el la le l der die das den opcion nummer "
    "por favor bitte il vous plait"
)
"""Words that stand around a choice and choose nothing."""


@dataclass(frozen=True, slots=True)
class Declined:
    """None of what was offered is meant."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the contact chose, and what it was told by (`the first`, `yes`, `its words`)."""

    option: Option
    by: str


def folded_words(text: str) -> list[str]:
    """The words of a text without case, accents and punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return _WORD.findall(unicodedata.normalize("NFKC", plain))


def may_choose(text: str) -> bool:
    """Whether a message is short enough to be the answer to an offer."""
    return len(text) <= MAX_ANSWER_WORDS * 20 and 0 < len(folded_words(text)) <= MAX_ANSWER_WORDS


def read(text: str, offer: Offer) -> Chosen | Declined | None:
    """What a message says about an offer; None when it is no answer to it."""
    if not may_choose(text) or not offer.options:
        return None
    telling = [word for word in folded_words(text) if word not in AROUND]
    by_place = _by_place(telling, offer)
    if by_place is not None:
        return by_place
    if telling and all(word in YES for word in telling):
        return Chosen(offer.options[0], "yes")
    if telling and all(word in NO for word in telling):
        return Declined()
    return _by_words(telling, offer)


def _by_place(telling: list[str], offer: Offer) -> Chosen | None:
    said = set(telling)
    places = {place for place, words in enumerate(ORDINALS) if words & (said - ARTICLES)}
    places = places or {place for place, words in enumerate(ORDINALS) if words & said}
    others = said.difference(YES, NO, *ORDINALS)
    if len(places) != 1 or others:
        return None
    place = places.pop()
    return Chosen(offer.options[place], f"number {place + 1}") if place < len(offer.options) else None


def _by_words(telling: list[str], offer: Offer) -> Chosen | None:
    words = [
        {word for text in (option.title, *option.words) for word in folded_words(text)} - AROUND - ARTICLES
        for option in offer.options
    ]
    said = set(telling) - YES - NO - ARTICLES
    if not said or set(telling) & NO:
        return None
    shared = [own & said | _within(own, said) for own in words]
    hits = [len(found - set().union(*(words[:place] + words[place + 1 :]))) for place, found in enumerate(shared)]
    best = max(range(len(hits)), key=lambda place: hits[place])
    is_alone = hits[best] > 0 and sorted(hits)[-2:].count(hits[best]) == 1
    if not is_alone or len(shared[best]) < WORDS_EXPLAINED * len(said):
        return None
    return Chosen(offer.options[best], "its words")


def _within(own: set[str], said: set[str]) -> set[str]:
    """The words that make up enough of a text that is written without spaces: "回电话" in "请给我回电话"."""
    unspaced = [text for text in said if _UNSPACED.search(text)]
    return {word for word in own for text in unspaced if word in text and len(word) >= WORDS_EXPLAINED * len(text)}


def spoken_title(title: str) -> str:
    """A scenario's name as it is offered: `card_arrival` becomes `card arrival`; a question stays as it is."""
    return " ".join(title.replace("_", " ").split())

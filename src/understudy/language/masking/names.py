"""Names: those the caller gives, and those with which somebody introduces themselves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from understudy.language.masking.domain import Kind, Span, folded

MAX_NAMES = 20
MAX_NAME_CHARACTERS = 120
MIN_WORD = 2
"""Characters of the shortest part of a name that is masked by itself."""

ALSO_WORDS = frozenset(
    # Names that are words of their language too: masked by themselves only where they are written with a capital.
    [
        "an",
        "april",
        "art",
        "august",
        "bill",
        "bob",
        "brook",
        "chance",
        "chase",
        "christian",
        "crystal",
        "dale",
        "dawn",
        "dean",
        "drew",
        "earl",
        "faith",
        "flora",
        "ford",
        "frank",
        "gene",
        "glen",
        "grace",
        "grant",
        "guy",
        "hall",
        "harmony",
        "heath",
        "holly",
        "hope",
        "hunter",
        "iris",
        "ivy",
        "jack",
        "jade",
        "jean",
        "jewel",
        "joy",
        "june",
        "king",
        "lane",
        "lee",
        "lily",
        "long",
        "love",
        "major",
        "mark",
        "marsh",
        "mason",
        "max",
        "may",
        "miles",
        "miller",
        "more",
        "noble",
        "olive",
        "page",
        "park",
        "pat",
        "patience",
        "paul",
        "pearl",
        "penny",
        "price",
        "prince",
        "ray",
        "reed",
        "rich",
        "rob",
        "robin",
        "rock",
        "rose",
        "ruby",
        "rusty",
        "sandy",
        "scott",
        "short",
        "skip",
        "smith",
        "so",
        "star",
        "stone",
        "sue",
        "summer",
        "sunny",
        "terry",
        "the",
        "van",
        "victor",
        "violet",
        "wade",
        "ward",
        "wells",
        "west",
        "white",
        "will",
        "wood",
        "young",
        "do",
        "de",
        "la",
        "le",
        "el",
        "von",
        "der",
        "den",
        "dolores",
        "mercedes",
        "pilar",
        "rosario",
        "consuelo",
        "luz",
        "sol",
        "cruz",
        "flores",
        "león",
        "marina",
        "claire",
        "blanche",
        "aimée",
        "constant",
        "désiré",
        "pierre",
        "wolf",
        "lang",
        "klein",
        "gross",
        "kurz",
        "stark",
        "ernst",
    ]
)
_TITLE = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "sir",
        "madam",
        "sr",
        "sra",
        "srta",
        "señor",
        "señora",
        "m",
        "mme",
        "mlle",
        "monsieur",
        "madame",
        "herr",
        "frau",
    ]
)
_HAN_NAME = re.compile(r"[一-龥]{3,5}")
"""A name without a space: in Japanese its first two characters are mostly the family's."""
_WESTERN_INTRODUCTION = re.compile(
    r"\b(?:[Mm]y (?:full )?name is|[Mm]y name's|[Mm]e llamo|[Mm]i nombre es|[Jj]e m'appelle|[Mm]on nom est"
    r"|[Ii]ch hei(?:ß|ss)e|[Mm]ein Name ist) "
    r"(?P<name>[A-ZÀ-ÖØ-Þ][\w'-]{1,24}(?: (?:(?:de|del|la|von|van|der|le|du|di) )?[A-ZÀ-ÖØ-Þ][\w'-]{0,24}){0,3})"
)
_JAPANESE_INTRODUCTION = re.compile(
    r"(?:名前は|氏名は|私は) ?(?P<name>[一-龥ァ-ヶー]{2,8}(?: [一-龥ァ-ヶー]{1,6})?)"
    r"(?=です|と申します|といいます|と言います)"
)
_JAPANESE_HUMBLE = re.compile(r"(?:^|[\s、。])(?P<name>[一-龥]{2,4}(?: ?[一-龥]{1,3})?)(?=と申します)")
_CHINESE_INTRODUCTION = re.compile(
    r"(?:我叫|我的名字是|我的名字叫|姓名[::是]?) ?(?P<name>[一-龥]{2,4}?)(?=[,,。.!!、\s]|$|的|想|要|是)"
)


def patterns_of(names: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    """What finds the given names, whole and each of their words."""
    return tuple(pattern for name in names[:MAX_NAMES] for pattern in _patterns(name))


def given_names(text: str, patterns: Sequence[re.Pattern[str]]) -> Iterator[Span]:
    """The names that were given."""
    for pattern in patterns:
        for found in pattern.finditer(text):
            yield _span(*found.span(), text)


def introductions(text: str) -> Iterator[Span]:
    """The names with which somebody introduces themselves in words that say so."""
    patterns = [_WESTERN_INTRODUCTION]
    if not text.isascii():
        patterns += [_JAPANESE_INTRODUCTION, _JAPANESE_HUMBLE, _CHINESE_INTRODUCTION]
    for pattern in patterns:
        for found in pattern.finditer(text):
            yield _span(*found.span("name"), text)


def _patterns(name: str) -> Iterator[re.Pattern[str]]:
    words = folded(unicodedata.normalize("NFC", name[:MAX_NAME_CHARACTERS])).split()
    words = [word.strip(".,;:\"'()[]") for word in words]
    words = [word for word in words if word and word.casefold() not in _TITLE]
    if len(words) > 1:
        for order in (words, words[::-1]):
            yield re.compile(_bounded(r"[\s,]{0,3}".join(map(re.escape, order))), re.IGNORECASE)
    for word in words:
        if len(word) < MIN_WORD or not any(char.isalpha() for char in word):
            continue
        if word.casefold() in ALSO_WORDS or (word.isascii() and len(word) == MIN_WORD):
            yield re.compile(_bounded("|".join(map(re.escape, {word.capitalize(), word.upper()}))))
        else:
            yield re.compile(_bounded(re.escape(word)), re.IGNORECASE)
        if _HAN_NAME.fullmatch(word):
            yield re.compile(rf"(?<![一-龥ァ-ヶ]){word[:2]}(?=です|と申|さん|様|ですが|と言|といい)")


def _bounded(pattern: str) -> str:
    """Not within a longer word of a script that has spaces; Japanese and Chinese words have no ends to look for."""
    return rf"(?<![A-Za-z0-9À-ɏЀ-ӿ])(?:{pattern})(?![A-Za-z0-9À-ɏЀ-ӿ])"


def _span(start: int, end: int, text: str) -> Span:
    return Span(Kind.NAME, start, end, " ".join(text[start:end].casefold().split()))

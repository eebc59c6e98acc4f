"""The one form in which messages and triggers are compared.

Folding takes away case, accents, width and typographic variants; tokens are words, or single characters where a
script writes without spaces (Japanese, Chinese), so that there every position is a word boundary; the template's
synonyms are replaced by their term and its filler words dropped, longest first, both also when of several words.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, repeat

LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
QUOTES_AND_DASHES = str.maketrans(
    dict.fromkeys("‘’‚‛ʼ´`′＇", "'") | dict.fromkeys("“”„‟«»″＂", '"') | dict.fromkeys("‐‑‒–—―−", "-")
)
ACCENTS = re.compile("[\u0300-\u036f]+")  # combining marks of Latin, Greek, Cyrillic; kana voicing marks carry meaning
UNWRITTEN = {"Cf", "Cs"}  # joiners, soft hyphens, marks of direction; halves of characters from broken input
CLUSTER = re.compile("[^\u0300-\u036f\u3099\u309a\uff9e\uff9f][\u0300-\u036f\u3099\u309a\uff9e\uff9f]*|.", re.DOTALL)

UNSPACED = "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
CONTRACTIONS = "t|s|re|ve|ll|d|m"  # don't, where's, you're: joined, as hurried people write them; l'argent is two words
TOKEN = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}])[^\W_])+(?:'(?:{CONTRACTIONS})(?![^\W_]))?")


@dataclass(frozen=True)
class Folded:
    """A folded text; `origin[i]` is the place in the original of character i, None where the two line up."""

    text: str
    length: int  # of the original, in characters
    origin: tuple[int, ...] | None = None

    @cached_property
    def tokens(self) -> list[str]:
        """The words, as `tokens_of` reads them; the same for all templates that a message is held against."""
        return tokens_of(self.text)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that folded characters start..end came from."""
        if self.origin is None or start >= end:
            return start, end
        last = self.origin[end - 1]
        return self.origin[start], next((place for place in self.origin[end:] if place > last), self.length)


def fold(text: str) -> Folded:
    """Take away case, accents, width and typographic variants; invisible characters go, punctuation stays."""
    if text.isascii():
        return Folded(text.lower().replace("`", "'"), len(text))
    pieces: list[str] = []
    origin: list[int] = []
    for cluster in CLUSTER.finditer(text):
        piece = _folded_cluster(cluster.group())
        pieces.append(piece)
        origin.extend(repeat(cluster.start(), len(piece)))
    aligned = origin == list(range(len(text)))
    return Folded("".join(pieces), len(text), None if aligned else tuple(origin))


def fold_accents(text: str) -> str:
    """Take away accents only: for regular expressions, whose signs and width must stay as they are."""
    bare = ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare).translate(LETTERS_WITHOUT_DECOMPOSITION).translate(QUOTES_AND_DASHES)


class _Clusters(dict[str, str]):
    """Folded forms by character with its marks; forgets everything when full, so that no flood of input grows it."""

    CAPACITY = 20_000  # Latin, Greek, Cyrillic, kana and the common ideographs with room to spare; about 2 MB

    def __missing__(self, cluster: str) -> str:
        if len(self) >= self.CAPACITY:
            self.clear()
        self[cluster] = folded = _fold_cluster(cluster)
        return folded


_CLUSTERS = _Clusters()
_folded_cluster = _CLUSTERS.__getitem__


def _fold_cluster(cluster: str) -> str:
    quoted = cluster.translate(QUOTES_AND_DASHES)  # before NFKD, which would take a lone accent for a space and a mark
    plain = ACCENTS.sub("", unicodedata.normalize("NFKD", quoted)).casefold()
    plain = ACCENTS.sub("", unicodedata.normalize("NFKD", plain))
    composed = unicodedata.normalize("NFC", plain).translate(LETTERS_WITHOUT_DECOMPOSITION)
    return "".join(char for char in composed if unicodedata.category(char) not in UNWRITTEN)


def tokens_of(folded: str) -> list[str]:
    """The words of a folded text, and each character of unspaced scripts; contractions without their apostrophe."""
    tokens: list[str] = TOKEN.findall(folded)
    return [token.replace("'", "") for token in tokens] if "'" in folded else tokens


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a template says about words: `filler_words` to drop, `synonyms` from a term to its variants."""

    filler_words: tuple[str, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text as tokens to compare; `sources[i]` is the range of the folded text's tokens that token i stands for.

    `sources` is None where nothing was rewritten: each token stands for itself.
    """

    tokens: tuple[str, ...]
    sources: tuple[tuple[int, int], ...] | None = None

    def source(self, place: int) -> tuple[int, int]:
        """The range of the folded text's tokens that the token at `place` stands for."""
        return self.sources[place] if self.sources else (place, place + 1)

    @property
    def padded(self) -> str:
        """The tokens with a space on both sides of each: a phrase is inside, word-bounded, exactly as a substring."""
        return f" {' '.join(self.tokens)} "

    @property
    def spaces(self) -> dict[int, int]:
        """The places of the spaces in `padded`: that with number i stands before token i and behind the one before."""
        lengths = (len(token) + 1 for token in self.tokens)
        return {place: number for number, place in enumerate(accumulate(lengths, initial=0))}


_Words = tuple[str, ...]
_Rewrites = Mapping[str, Sequence[tuple[_Words, _Words]]]  # first word -> (words, what they become), longest first


class Normaliser:
    """Brings texts into the form of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        synonyms = [  # a term stands for itself, so that a variant inside it is left alone
            (written, term) for term, variants in vocabulary.synonyms.items() for written in (term, *variants)
        ]
        self._synonyms = _rewrites(synonyms)
        self._synonyms_and_fillers = _rewrites([*synonyms, *((filler, "") for filler in vocabulary.filler_words)])

    def normalise(self, folded: Folded) -> Normalised:
        """Tokens with synonyms replaced and fillers dropped; a text of nothing but fillers keeps them."""
        meaning = _rewritten(folded.tokens, self._synonyms_and_fillers)
        return meaning if meaning.tokens else _rewritten(folded.tokens, self._synonyms)


def _rewrites(pairs: Iterable[tuple[str, str]]) -> _Rewrites:
    """The pairs by first word; where two rewrite the same words, the first one given counts."""
    by_words: dict[_Words, _Words] = {}
    for written, replacement in pairs:
        words = tuple(tokens_of(fold(written).text))
        if words:
            by_words.setdefault(words, tuple(tokens_of(fold(replacement).text)))
    by_first: dict[str, list[tuple[_Words, _Words]]] = {}
    for words in sorted(by_words, key=len, reverse=True):
        by_first.setdefault(words[0], []).append((words, by_words[words]))
    return by_first


def _rewritten(tokens: Sequence[str], rewrites: _Rewrites) -> Normalised:
    """One pass from left to right, longest first; what a rewrite made is not rewritten again."""
    if rewrites.keys().isdisjoint(tokens):
        return Normalised(tuple(tokens))
    written: list[str] = []
    sources: list[tuple[int, int]] = []
    place = 0
    while place < len(tokens):
        taken, replacement = _rewrite_at(tokens, place, rewrites)
        written.extend(replacement)
        sources.extend([(place, place + taken)] * len(replacement))
        place += taken
    return Normalised(tuple(written), tuple(sources))


def _rewrite_at(tokens: Sequence[str], place: int, rewrites: _Rewrites) -> tuple[int, _Words]:
    for words, replacement in rewrites.get(tokens[place], ()):
        if words == tuple(tokens[place : place + len(words)]):
            return len(words), replacement
    return 1, (tokens[place],)

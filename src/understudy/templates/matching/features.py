"""Lexical features of a text: hashed words and characters, weighted by rarity.

A sentence encoder blurs exactly the words that tell two scenarios of one trade apart ("top up" / "transfer"), and
misses misspelt ones; hashed n-grams bring both back and need no vocabulary, so that a head has a fixed size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from understudy.templates.matching.normalise import TOKEN, fold, tokens_of

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]
Hashes = NDArray[np.uint64]

BLOCK = 4096  # buckets of words, and of characters; twice and four times as many gained nothing on validation
GRAM_SIZES = range(2, 6)  # characters within a word and its borders, the usual range for misspelt short texts

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio (Knuth, vol. 3, 6.4): spreads neighbouring values
AVALANCHE = np.uint64(0xBF58476D1CE4E5B9)  # splitmix64's first multiplier (Steele, Lea, Flood 2014)
SPACE = ord(" ")
END = 600  # characters read from either end of a long text: the encoder reads 64 tokens from either, too


@dataclass(frozen=True, slots=True)
class EmbeddedTexts:
    """Texts and their embeddings [n, d] float32, of unit length."""

    texts: Sequence[str]
    embeddings: Matrix


@dataclass(frozen=True, slots=True)
class LabelledExamples:
    """Texts, the label of each, their embeddings [n, d] float32, of unit length: all of the same length."""

    texts: Sequence[str]
    labels: Sequence[str]
    embeddings: Matrix


@dataclass(frozen=True, slots=True)
class Grams:
    """The hashed n-grams of one text: ascending bucket numbers and their weights, each block of unit length."""

    buckets: NDArray[np.int64]
    weights: Vector


def scenario_words(name: str) -> str:
    """The words of a scenario's name: "card_arrival?" -> "card arrival"; a good pseudo-example of it.

    Measured on 10-shot validation: +0.5 points on Banking77, +0.4 on CLINC150, +1.5 on Bitext.
    """
    return " ".join(TOKEN.findall(name.replace("_", " ").replace("-", " ")))


def counted(text: str, *, block: int = BLOCK) -> Grams:
    """How often each bucket is hit, as 1 + log(count): words hit the first `block` buckets, characters the next."""
    words = tokens_of(fold(_ends(text)).text)
    characters = _character_hashes(words) % np.uint64(block) + np.uint64(block)
    hits = np.concatenate([_word_hashes(words) % np.uint64(block), characters])
    buckets, counts = np.unique(hits.astype(np.int64), return_counts=True)
    return Grams(buckets, (1.0 + np.log(counts)).astype(np.float32))


def rarity(texts: Sequence[Grams], *, block: int = BLOCK) -> Vector:
    """Inverse document frequency of every bucket over the texts, smoothed: log((1 + n) / (1 + df)) + 1."""
    frequency = np.bincount(
        np.concatenate([text.buckets for text in texts]) if texts else np.zeros(0, np.int64),
        minlength=2 * block,
    )
    return (np.log((1 + len(texts)) / (1 + frequency)) + 1).astype(np.float32)


def weighted(text: Grams, idf: Vector) -> Grams:
    """The text with each bucket weighted by its rarity, and each of the two blocks scaled to unit length."""
    weights = text.weights * idf[text.buckets]
    border = int(np.searchsorted(text.buckets, len(idf) // 2))
    for block in (slice(None, border), slice(border, None)):
        length = float(np.sqrt(weights[block] @ weights[block]))
        if length > 0:
            weights[block] /= length
    return Grams(text.buckets, weights)


def _ends(text: str) -> str:
    return text if len(text) <= 2 * END else f"{text[:END]} {text[-END:]}"


def _word_hashes(words: Sequence[str]) -> Hashes:
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    return _mixed(np.array([crc32(gram.encode()) for gram in (*words, *pairs)], np.uint64) * MULTIPLIER)


def _character_hashes(words: Sequence[str]) -> Hashes:
    """Hashes of all n-grams within each word with a space before and behind, computed for the whole text at once."""
    text = " " + "  ".join(words) + " "
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    starts = (codes[1:] == SPACE) & (codes[:-1] == SPACE)
    word = np.concatenate([[0], np.cumsum(starts)])
    found: list[Hashes] = [np.zeros(0, np.uint64)]
    rolling = _mixed((codes + np.uint64(1)) * MULTIPLIER)
    for size in GRAM_SIZES:
        if len(codes) < size:
            break
        rolling = _mixed((rolling[:-1] + codes[size - 1 :]) * MULTIPLIER + np.uint64(size))
        found.append(rolling[word[: len(rolling)] == word[size - 1 :]])
    return np.concatenate(found)


def _mixed(values: Hashes) -> Hashes:
    values = (values ^ (values >> np.uint64(31))) * AVALANCHE
    return values ^ (values >> np.uint64(29))

"""Which part of a long text the encoder reads, and which texts it reads together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

WINDOW_CHARACTERS = 4_000
"""Characters kept at either end before a text is cut into word pieces: 64 word pieces of any language fit many times
over, and a text of a megabyte costs no more than one of 8,000 characters."""


def ends(text: str, window: int = WINDOW_CHARACTERS) -> str:
    """The text without its middle, when it is longer than two windows of characters."""
    return text if len(text) <= 2 * window else f"{text[:window]} {text[-window:]}"


def head_and_tail(pieces: Sequence[int], head: int, tail: int) -> list[int]:
    """The first `head` and the last `tail` word pieces of a text that has more than both together."""
    if len(pieces) <= head + tail:
        return list(pieces)
    return [*pieces[:head], *pieces[len(pieces) - tail :]]


def by_length(lengths: Sequence[int], max_batch: int) -> Iterator[list[int]]:
    """Places of texts grouped into batches of at most `max_batch`, similar lengths together, shortest first.

    Texts of one batch are padded to the longest of them, so mixed lengths would cost computing on padding.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    for start in range(0, len(order), max_batch):
        yield order[start : start + max_batch]

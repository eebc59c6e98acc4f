"""Masks texts with placeholders that are the same throughout one prompt, and puts back what they stand for."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence

from understudy.language.masking import addresses, names, network, numbers, phones
from understudy.language.masking.domain import Kind, Masked, Span, folded

_KINDS = "|".join(kind.upper() for kind in Kind)
_PLACEHOLDER = re.compile(
    # In brackets, however they are written; or bare, exactly as they are given out.
    rf"(?i:\\?[\[{{<(【「]\s{{0,3}}\\?(?:{_KINDS})[\s_\\-]{{0,4}}\d{{1,6}}\s{{0,3}}\\?[\]}}>)】」])"
    rf"|(?<![0-9A-Za-z_])(?:{_KINDS})_\d{{1,6}}(?![0-9A-Za-z_])"
)
_PARTS = re.compile(r"([A-Za-z]+)[\s_\\-]*(\d+)")
_ORDER = {kind: place for place, kind in enumerate(Kind)}
MAX_CHARACTERS = 100_000
"""Longest text that is looked through; what stands behind is left out, so that nothing goes out unseen."""


class Masker:
    """Masks the texts of one prompt: the same value gets the same placeholder in all of them.

    `known`: names to mask, such as the contact's. `regions`: countries (ISO 3166) whose telephone numbers are likely.
    Not to be shared between customers.
    """

    def __init__(self, *, known: Sequence[str] = (), regions: Sequence[str] = phones.REGIONS) -> None:
        self._names = names.patterns_of(known)
        self._regions = tuple(dict.fromkeys((*regions, *phones.REGIONS)))
        self._placeholders: dict[tuple[Kind, str], str] = {}
        self._originals: dict[str, str] = {}

    @property
    def found(self) -> dict[str, str]:
        """Placeholder → what it stands for, as it was first written, over all texts so far."""
        return dict(self._originals)

    def mask(self, text: str) -> Masked:
        """The text with placeholders in place of personal data."""
        text = text[:MAX_CHARACTERS]
        pieces, found, end = [], {}, 0
        for span in _find(text, self._names, self._regions):
            placeholder = self._placeholder(span, text[span.start : span.end])
            found[placeholder] = self._originals[placeholder]
            pieces += [text[end : span.start], placeholder]
            end = span.end
        return Masked("".join([*pieces, text[end:]]), found)

    def restore(self, text: str) -> str:
        """The text with what its placeholders stand for, also where a model changed their case, spacing or brackets.

        A placeholder that was never given out stays as it is, and nothing that is put back is looked at again.
        """
        return restore(text, self._originals)

    def _placeholder(self, span: Span, original: str) -> str:
        key = (span.kind, span.value)
        if key not in self._placeholders:
            number = 1 + sum(kind is span.kind for kind, _ in self._placeholders)
            self._placeholders[key] = f"[{span.kind.upper()}_{number}]"
            self._originals[self._placeholders[key]] = original
        return self._placeholders[key]


def mask(text: str, *, known: Sequence[str] = ()) -> Masked:
    """One text by itself, masked."""
    return Masker(known=known).mask(text)


def restore(text: str, found: dict[str, str]) -> str:
    """The text with what its placeholders stand for; see `Masker.restore`."""
    if not found:
        return text

    def back(written: re.Match[str]) -> str:
        parts = _PARTS.search(written[0])
        assert parts is not None
        return found.get(f"[{parts[1].upper()}_{int(parts[2])}]", written[0])

    pieces, end = [], 0
    for written in _PLACEHOLDER.finditer(text):
        pieces += [text[end : written.start()], back(written)]
        end = written.end()
    return "".join([*pieces, text[end:]])


def find(text: str, *, known: Sequence[str] = (), regions: Sequence[str] = phones.REGIONS) -> list[Span]:
    """Personal data in a text, in order, none overlapping another."""
    return _find(text, names.patterns_of(known), regions)


def _find(text: str, known: Sequence[re.Pattern[str]], regions: Sequence[str]) -> list[Span]:
    read = folded(text)
    kept: list[Span] = []
    for span in sorted(_all(read, known, regions), key=lambda one: (_ORDER[one.kind], one.start - one.end)):
        place = bisect(kept, span.start, key=lambda one: one.start)
        is_free = (place == 0 or kept[place - 1].end <= span.start) and (
            place == len(kept) or span.end <= kept[place].start
        )
        if is_free and span.end > span.start:
            kept.insert(place, span)
    return kept


def _all(text: str, known: Sequence[re.Pattern[str]], regions: Sequence[str]) -> Iterator[Span]:
    yield from (Span(Kind.TEXT, *written.span(), written[0]) for written in _PLACEHOLDER.finditer(text))
    yield from network.secrets(text)
    yield from network.emails(text)
    if any(char.isdigit() for char in text):
        yield from numbers.bank_accounts(text)
        yield from numbers.cards(text)
        yield from numbers.national_numbers(text)
        yield from network.ip_addresses(text)
        yield from phones.phones(text, regions)
    yield from addresses.addresses(text)
    yield from names.given_names(text, known)
    yield from names.introductions(text)

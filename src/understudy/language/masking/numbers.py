"""Numbers that carry check digits: payment cards, bank accounts, national identity and tax numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stdnum import iban, luhn
from stdnum.ca import sin
from stdnum.cn import ric
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.exceptions import ValidationError
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.jp import in_ as my_number
from stdnum.mx import curp
from stdnum.us import itin, ssn

from understudy.language.masking.domain import Kind, Span, before

Validate = Callable[[str], object]

NEAR = 30
"""Characters before a number in which a word may say what it is."""

_CARD = re.compile(
    r"(?<![0-9A-Za-z])[2-6]\d{3}(?:[ -]?\d){8,15}(?![0-9])|(?<![0-9A-Za-z])[13]\d{3}(?:[ -]?\d){9,12}(?![0-9])"
)
_CARD_WORD = re.compile(
    r"card(?! code)|visa|mastercard|amex|tarjeta|carte(?! d'identit)|karte|カード|卡号|信用卡|银行卡|借记卡"
)
_IBAN = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}\d{2}(?: ?[0-9A-Za-z]{4}){2,7}(?: ?[0-9A-Za-z]{1,4})?(?![0-9A-Za-z])")
_MIN_IBAN = 15

_ALONE: tuple[tuple[re.Pattern[str], Validate], ...] = (
    # Shape and check digits together leave little to chance.
    (re.compile(r"(?<![0-9A-Za-z-])\d{3}-\d{2}-\d{4}(?![0-9A-Za-z-])"), ssn.validate),
    (re.compile(r"(?<![0-9A-Za-z-])9\d{2}-\d{2}-\d{4}(?![0-9A-Za-z-])"), itin.validate),
    (re.compile(r"(?<![0-9A-Za-z])\d{2}\.?\d{3}\.?\d{3}[ -]?[A-Za-z](?![0-9A-Za-z])"), dni.validate),
    (re.compile(r"(?<![0-9A-Za-z])[XYZxyz][ -]?\d{7}[ -]?[A-Za-z](?![0-9A-Za-z])"), nie.validate),
    (
        re.compile(r"(?<![0-9A-Za-z])[12](?: ?\d{2}){2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?![0-9A-Za-z])"),
        nir.validate,
    ),
    (re.compile(r"(?<![0-9A-Za-z])\d{6}(?:19|20)\d{9}[0-9Xx](?![0-9A-Za-z])"), ric.validate),
    (re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{4}\d{6}[A-Za-z]{6}[0-9A-Za-z]\d(?![0-9A-Za-z])"), curp.validate),
)
_NAMED: tuple[tuple[re.Pattern[str], re.Pattern[str], Validate], ...] = (
    # Any number may look like these: a word before has to say so.
    (re.compile(r"\bssn\b|social security"), re.compile(r"(?<!\d)\d{3} ?\d{2} ?\d{4}(?!\d)"), ssn.validate),
    (re.compile(r"\bsin\b|social insurance"), re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{3}(?!\d)"), sin.validate),
    (re.compile(r"\bnhs\b"), re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)"), nhs.validate),
    (
        re.compile(r"steuer|\bidnr|\btin\b|tax"),
        re.compile(r"(?<!\d)\d{2} ?\d{3} ?\d{3} ?\d{3}(?!\d)"),
        idnr.validate,
    ),
    (
        re.compile(r"マイナンバー|個人番号|my number"),
        re.compile(r"(?<!\d)\d{4}[ -]?\d{4}[ -]?\d{4}(?!\d)"),
        my_number.validate,
    ),
)
_NATIONAL_INSURANCE = re.compile(
    r"(?<![0-9A-Za-z])[A-CEGHJ-PR-TW-Za-ceghj-pr-tw-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-Da-d](?![0-9A-Za-z])"
)
"""The United Kingdom's has no check digit; its shape is rare enough. Source: HMRC manual NIM39110."""


def cards(text: str) -> Iterator[Span]:
    """Payment cards: right by Luhn's check digit, or called a card (customers mistype them)."""
    for found in _CARD.finditer(text):
        digits = re.sub(r"[ -]", "", found[0])
        if _valid(luhn.validate, digits) or _CARD_WORD.search(before(text, found.start(), NEAR)):
            yield Span(Kind.CARD, *found.span(), digits)


def bank_accounts(text: str) -> Iterator[Span]:
    """International bank account numbers with right check digits; words that follow are left out."""
    for found in _IBAN.finditer(text):
        written = found[0]
        while len(written) >= _MIN_IBAN and not _valid(iban.validate, written):
            written = written.rpartition(" ")[0]
        if len(written) >= _MIN_IBAN:
            value = written.replace(" ", "").upper()
            yield Span(Kind.IBAN, found.start(), found.start() + len(written), value)


def national_numbers(text: str) -> Iterator[Span]:
    """Identity, social security and tax numbers, as far as their check digits or a word before them tell."""
    for pattern, validate in _ALONE:
        for found in pattern.finditer(text):
            if _valid(validate, found[0]):
                yield _number(found)
    for found in _NATIONAL_INSURANCE.finditer(text):
        yield _number(found)
    lowered = text.lower()
    for word, pattern, validate in _NAMED:
        if word.search(lowered):
            for found in pattern.finditer(text):
                if word.search(before(text, found.start(), NEAR)) and _valid(validate, found[0]):
                    yield _number(found)


def _number(found: re.Match[str]) -> Span:
    return Span(Kind.ID, *found.span(), re.sub(r"[^0-9a-z]", "", found[0].lower()))


def _valid(validate: Validate, written: str) -> bool:
    try:
        validate(written)
    except ValidationError:
        return False
    return True

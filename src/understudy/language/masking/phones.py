"""Telephone numbers: international ones, national ones of the countries that may be meant, and what is called one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import phonenumbers

from understudy.language.masking.domain import Kind, Span, before

REGIONS = ("US", "GB", "ES", "FR", "DE", "JP", "CN")
"""Countries whose national numbers are known without being told: those of the six languages."""
MIN_DIGITS, MAX_DIGITS = 7, 15
"""Source: E.164 has 15 digits at most; local numbers of fewer than 7 look like any other number."""
NEAR = 28
MAX_WORDS = 16
"""Groups of digits looked at in one run: what is longer is a list of numbers, read group by group."""
MAX_RUNS = 40
"""Runs of digits that are looked at closely; a message of more is no message, and the further ones are masked whole."""

_RUN = re.compile(r"(?<![0-9A-Za-z@])(?:\+ ?|\()?\d(?:[ ./()-]{0,3}\d){5,31}(?:(?![0-9A-Za-z])|(?= ?(?:x|ext)))")
_NORTH_AMERICAN = re.compile(r"(?:1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4}")
"""A shape that says enough by itself, whether or not the number is given out today."""
_EXTENSION = re.compile(r" ?(?:x|ext\.?) ?\d{1,6}(?![0-9A-Za-z])", re.IGNORECASE)
_CALLED_AFTER = re.compile(r"[ -]{0,2}\(?(?:office|mobile|fax|cell|home|desk|work|direct)\b", re.IGNORECASE)
_DATE = re.compile(
    r"(?:19|20)\d{2}[-/. ]?(?:0?[1-9]|1[0-2])[-/. ]?(?:0?[1-9]|[12]\d|3[01])(?:[ T]\d{1,6})?"
    r"|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:19|20)\d{2}"
    r"|(?:19|20)\d{2} ?[-/] ?(?:19|20)\d{2}"
)
_MONEY = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+[.]\d{1,2}")
_CALLED_PHONE = re.compile(
    r"phone|\bfax\b|\bdesk\b|\bcall"
    r"|\bmobile|\bcell|\btel\b|\btel[.:]|\btext me|whatsapp|reach me|teléfono|telefono|móvil|movil|celular"
    r"|llám|llam[ae]|téléphone|telephone|portable|appel|joindre|telefon|handy|rufnummer|mobil|anruf|erreich|rückruf"
    r"|電話|携帯|でんわ|电话|手机|致电|联系|拨打"
)
_CALLED_OTHERWISE = re.compile(
    r"order|invoice|ticket|tracking|reference|\bref\b|booking|case|account|serial|model|customer (?:number|id|no)"
    r"|confirmation|#\s?$|pedido|factura|referencia|seguimiento|reserva|cuenta|commande|facture|référence"
    r"|suivi|réservation|dossier|compte"
    r"|bestell|rechnung|vorgang|sendung|kundennummer|auftrag|buchung|konto"
    r"|注文|請求|予約|追跡|会員|口座|型番|订单|发票|单号|编号|账号|预订|会员"
)
_SHAPES = {
    # What a national number looks like as people write it; phonenumbers decides.
    "US": re.compile(r"1?[2-9]\d{2}[2-9]\d{6}"),
    "CA": re.compile(r"1?[2-9]\d{2}[2-9]\d{6}"),
    "ES": re.compile(r"[6-9]\d{8}"),
    "MX": re.compile(r"[2-9]\d{9}"),
    "CN": re.compile(r"1[3-9]\d{9}|0\d{9,11}|[48]00\d{7}"),
}
_TRUNK = re.compile(r"0[1-9]\d{5,11}")


def phones(text: str, regions: Sequence[str] = REGIONS) -> Iterator[Span]:
    """Telephone numbers; `regions`: the countries (ISO 3166) whose national numbers may be meant, likeliest first."""
    for number, run in enumerate(_RUN.finditer(text)):
        if number < MAX_RUNS:
            yield from _in_run(text, run, regions)
        else:
            yield Span(Kind.PHONE, *run.span(), re.sub(r"\D", "", run[0]))


def _in_run(text: str, run: re.Match[str], regions: Sequence[str]) -> Iterator[Span]:
    """The numbers in one run of digits: the longest groups that make one, from the left."""
    groups = [(run.start() + one.start(), run.start() + one.end()) for one in re.finditer(r"\S+", run[0])][:MAX_WORDS]
    first = 0
    while first < len(groups):
        start = groups[first][0]
        is_called = _is_called(text, start)
        for last in range(len(groups) - 1, first - 1, -1):
            end = groups[last][1]
            value = _number(text[start:end], regions, is_called=is_called, is_followed=_is_followed(text, end))
            if value:
                extension = _EXTENSION.match(text, end)
                yield Span(Kind.PHONE, start, extension.end() if extension else end, value)
                first = last
                break
        first += 1


def _is_called(text: str, start: int) -> bool | None:
    """Whether the words before call it a telephone number; False where they call it another one, else None."""
    words = before(text, start, NEAR)
    called = max((found.end() for found in _CALLED_PHONE.finditer(words)), default=-1)
    otherwise = max((found.end() for found in _CALLED_OTHERWISE.finditer(words)), default=-1)
    return None if called == otherwise else called > otherwise


def _is_followed(text: str, end: int) -> bool:
    return _CALLED_AFTER.match(text, end) is not None


def _number(written: str, regions: Sequence[str], *, is_called: bool | None, is_followed: bool) -> str | None:
    """The number as one value, if these characters are one."""
    digits = re.sub(r"\D", "", written)
    if not MIN_DIGITS <= len(digits) <= MAX_DIGITS or _DATE.fullmatch(written) or _MONEY.fullmatch(written):
        return None
    if written.lstrip("(").startswith(("+", "00")):
        return _parsed("+" + (digits if written.lstrip("(").startswith("+") else digits[2:]), None)
    if is_called is False:
        return None
    if _NORTH_AMERICAN.fullmatch(written):
        return f"+1{digits[-10:]}"
    for region in regions:
        if _SHAPES.get(region, _TRUNK).fullmatch(digits):
            value = _parsed(written, region)
            if value:
                return value
    return digits if is_called or is_followed else None


def _parsed(written: str, region: str | None) -> str | None:
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not (phonenumbers.is_valid_number(number) or (region is None and phonenumbers.is_possible_number(number))):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

"""Postal addresses that name a street and a number, where they can be told reliably."""

from __future__ import annotations

import re
from collections.abc import Iterator

from understudy.language.masking.domain import Kind, Span

_UP = r"[A-ZÀ-ÖØ-Þ]"
_NAME = rf"{_UP}[\w'.-]{{0,24}}"
_TOWN = rf"{_UP}[^\W\d_]{{1,24}}"
_ENGLISH_WAYS = (
    r"Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Ter|Way|Close"
    r"|Crescent|Cres|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Trail|Trl|Grove|Gardens|Mews|Row|Walk|Alley|Plaza|Loop"
)
_ENGLISH_TAIL = (
    r"(?:[ ,]{1,3}(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|#)\.? ?#?[0-9A-Za-z-]{1,6})?"
    rf"(?:, ?{_TOWN}(?: {_TOWN}){{0,2}})?"
    r"(?:,? ?[A-Z]{2},? ?\d{5}(?:-\d{4})?|,? [A-Z]{1,2}\d[0-9A-Z]? ?\d[A-Z]{2})?(?![A-Za-z0-9])"
)
_ENGLISH = re.compile(
    rf"(?<![\w.,-])(?:\d{{1,6}} )?\d{{1,6}}[A-Za-z]?(?:[/-]\d{{1,4}})?,? "
    r"(?:[NSEW]{1,2}\.? |North |South |East |West )?"
    rf"(?:(?:{_NAME}|\d{{1,3}}(?:st|nd|rd|th)) ){{1,4}}(?:{_ENGLISH_WAYS})\b\.?{_ENGLISH_TAIL}"
)
_ENGLISH_SMALL = re.compile(
    r"(?<![\w.,-])\d{1,5}[a-z]? (?!(?:min|minutes?|hours?|days?|weeks?|months?|years?|more|other|of|on|in|the|"
    r"miles?|km|blocks?|doors?|houses?|people|times?|percent|different|new|old|separate)\b)"
    r"(?:[a-z]{2,15} |\d{1,3}(?:st|nd|rd|th) ){1,3}(?:street|avenue|road|boulevard|lane|blvd|ave|rd)\b"
    r"(?:,? (?:apt|apartment|suite|unit|flat|#)\.? ?\w{1,5})?"
)
_BOX = re.compile(
    r"(?<!\w)P\.? ?O\.? ?Box \d{1,7}(?!\w)|(?<!\w)Apartado(?: de Correos)? \d{1,7}|(?<!\w)Postfach \d{2,8}",
    re.IGNORECASE,
)
_SPANISH = re.compile(
    r"(?<!\w)(?:calle|c/|avda\.?|av\.|avenida|plaza|pza\.?|paseo|camino|carrera|ronda|travesía|carretera|calzada) ?"
    r"(?:(?:de|del|la|las|los|el|y|san|santa) ){0,3}"
    r"(?:(?!número|num)[\w'.-]{2,24},? ?(?:(?:de|del|la|las|los|el|y) ){0,3}){1,4}"
    r"(?:n[.ºo°]{1,2} ?|núm\.? ?|número |# ?)?\d{1,5}(?: ?[A-Z](?!\w))?"
    r"(?:,? \d{1,2} ?[ºª°](?: ?[A-Za-z]{1,4}\.?(?!\w))?)?(?:,? \d{5}(?: [A-ZÀ-ÖØ-Þ][\w-]{2,24})?)?(?![\w])",
    re.IGNORECASE,
)
_FRENCH = re.compile(
    r"(?<![\w.,-])\d{1,4}(?: ?(?:bis|ter|quater))?,? (?:rue|avenue|av\.|boulevard|bd\.?|place|chemin|impasse"
    r"|allées?|quai|cours|square|route|passage|faubourg|villa)"
    r"(?: (?:de la|de l'|de|du|des|d'|la|le|les|l'))?(?:[ ']?(?:de |du |des |la |l'|d')?[A-ZÀ-ÖØ-Þ][\w'.-]{1,24}){1,4}"
    r"(?:,? \d{5}(?: [A-ZÀ-ÖØ-Þ][\w-]{2,24}){0,3})?"
)
_FRENCH_SMALL = re.compile(
    r"(?<![\w.,-])\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|impasse|allée|quai) "
    r"(?:(?:de la|de|du|des|la|le|les) |(?:de )?l'|d')?[a-zà-ÿ'-]{3,24}(?: [a-zà-ÿ'-]{3,24}(?=[,.!?]|$| \d{5}))?"
)
_GERMAN = re.compile(
    r"(?<![\w-])(?:[A-ZÄÖÜ][\wäöüß.-]{1,24}[ -]){0,2}"
    r"(?:[A-ZÄÖÜa-zäöü][\wäöüß-]{1,30}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|ufer|damm|steig|chaussee|markt)"
    r"|(?:Straße|Strasse|Str\.|Weg|Platz|Allee|Ring|Ufer|Damm)(?= \d)"
    r"|(?:Am|An der|An den|Auf dem|Im|In der|Zum|Zur|Unter den|Unter der) [A-ZÄÖÜ][\wäöüß-]{2,24}(?= \d))"
    r" ?\d{1,4}(?: ?[a-zA-Z](?!\w))?(?:[-/]\d{1,4}[a-z]?)?"
    r"(?:,? (?:D-)?\d{5}(?: [A-ZÄÖÜ][\wäöüß-]{2,24}(?: (?:am|an der) [A-ZÄÖÜ][\wäöüß-]{2,20})?)?)?(?![\w])"
)
_UNIT = re.compile(
    r"(?<!\w)(?:(?:\d{1,6} )?(?:[^\W\d_a-z][\w.'-]{0,24} ){1,4}\d{1,5}[,.]?\s{1,3})?"
    r"(?:Apt|Apartment|Suite|Ste)\.? ?#?\d{1,5}(?!\w)"
    r"|(?<!\w)(?:PSC|Unit|CMR) \d{1,5},? Box \d{1,5}(?!\w)|(?<!\w)[ADF]PO,? A[AEP],? \d{5}(?!\d)",
    re.IGNORECASE,
)
_EUROPEAN = re.compile(
    r"(?<![\w-])(?:\d{1,5} )?(?:[A-ZÀ-ÖØ-Þ][\w.-]{1,24} )?[A-ZÀ-ÖØ-Þ][\wÀ-ÿ-]{2,30}"
    r"(?:gatan|gata|vägen|väg|veien|vegen|vej|gade|laan|straat|plein|kade|katu|kuja|tie|utca)"
    r" \d{1,4}[A-Za-z]?(?!\w)"
    r"|(?<!\w)(?:\d{1,5} )?(?:Via|Viale|Piazza|Corso|Rua|Travessa|Praça|ul\.|al\.|Rue|Avenue|Av|Avenida|Paseo)"
    r"(?: (?:de|da|do|dos|das|dei|del|della|di|du|des|la)){0,2}(?: [A-ZÀ-ÖØ-Þ][\w'.-]{1,24}){1,4} \d{1,5}(?!\w)"
)
"""Streets of further countries, in the commonest words for a street."""
_SAID = re.compile(
    r"(?:\baddress(?: (?:is|to)|:)|\blives? at|\blocated at|\bmoved to"
    r"|\b(?:send|sent|deliver|ship|post)\b[^.?!\n]{0,40}? to:?"
    r"|\bdirección(?: es|:)|\badresse(?: est| ist|:| lautet))\s{1,12}"
    r"(?P<address>(?=[^?!\n]{0,60}\d)(?=[^?!\n]{0,60}[A-ZÀ-ÖØ-Þ])(?:[^?!\n.;]|\.(?! [A-Z]|\s*$)){6,90}"
    r"(?:\n ?,? ?[A-ZÀ-ÖØ-Þ][^?!\n.]{1,40}\d{4,6}(?!\d))?)",
    re.IGNORECASE,
)
"""What is called an address, with a number and a capital in it."""
_IS_ADDRESS = re.compile(r"(?<![\d.,])\d{1,6}(?![\d.,:%@])")
_IS_NONE = re.compile(r"@|://|\b(?:wrong|missing|not|still|because)\b", re.IGNORECASE)
_NUMERAL = r"[0-9一二三四五六七八九十百]"
_JAPANESE = re.compile(
    r"(?:〒? ?\d{3}-\d{4} {0,2})?"
    r"(?:[一-龥]{2,3}[都道府県])?[一-龥ぁ-んァ-ヶー]{1,8}[市区町村郡][一-龥ぁ-んァ-ヶー]{0,14}?"
    rf" ?{_NUMERAL}{{1,4}}(?:(?:丁目|番地?|号|-|の)+ ?{_NUMERAL}{{1,5}}){{0,3}}"
    r"(?:丁目|番地|番|号室|号|(?<=[0-9]))"
    r"(?: ?[一-龥ァ-ヶーA-Za-z]{2,20}\d{1,4}号室?)?"
)
_JAPANESE_ENOUGH = re.compile(rf"{_NUMERAL}(?:丁目|番地|番|号|-{_NUMERAL})")
_POSTCODE = re.compile(r"〒 ?\d{3}-?\d{4}(?!\d)")
_CHINESE = re.compile(
    r"(?:[一-龥]{2,7}(?:省|自治区))?(?:(?!在|住)[一-龥]){0,7}(?:(?<=[一-龥])市)?(?:[一-龥]{1,6}[区县镇])?"
    r"[一-龥]{1,9}(?:路|街|大道|巷|胡同|弄|道)(?:[东西南北中]段?)? ?"
    rf"{_NUMERAL}{{1,5}}(?:号|弄)"
    r"(?:[一-龥A-Za-z]{0,8} ?[0-9A-Za-z一二三四五六七八九十]{1,5} ?(?:号楼|栋|幢|座|单元|室|楼|层|号)){0,4}"
)
_LEADING_CHINESE = re.compile(r"^.{0,6}?(?:地址是|地址为|地址|寄到|送到|住在|我在|家在|位于|住|在|到|是|为|请)")

_TAIL = re.compile(
    r"(?:[\s,]{1,4}(?:Apt|Suite|Unit)\.? \d{1,5})?"
    r"(?:[\s,]{1,4}[A-ZÀ-ÖØ-Þ][\w'().-]{0,24}){0,6}(?:[\s,]{1,4}\d{4,6}(?![\d])|(?<=\d)(?=[\s.,?!]|$))"
)
"""What may follow a street: flat, town, country, up to a postcode."""

_WESTERN = (_UNIT, _EUROPEAN, _ENGLISH, _ENGLISH_SMALL, _BOX, _SPANISH, _FRENCH, _FRENCH_SMALL, _GERMAN)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def addresses(text: str) -> Iterator[Span]:
    """Postal addresses with a street and a number (in Japan: a ward and a block), with the town where it follows."""
    if not any(char.isdigit() or char in "一二三四五六七八九十" for char in text):
        return
    for pattern in _WESTERN:
        for found in pattern.finditer(text):
            tail = _TAIL.match(text, found.end())
            yield _span(found.start(), tail.end() if tail else found.end(), text)
    for found in _SAID.finditer(text):
        if _IS_ADDRESS.search(found["address"]) and not _IS_NONE.search(found["address"]):
            yield _span(*found.span("address"), text)
    if "〒" in text:
        for found in _POSTCODE.finditer(text):
            yield _span(*found.span(), text)
    if _HAN.search(text):
        for found in _JAPANESE.finditer(text):
            if _JAPANESE_ENOUGH.search(found[0]):
                yield _span(*found.span(), text)
        for found in _CHINESE.finditer(text):
            leading = _LEADING_CHINESE.match(found[0])
            yield _span(found.start() + (leading.end() if leading else 0), found.end(), text)


def _span(start: int, end: int, text: str) -> Span:
    while end > start and text[end - 1] in " ,.、":
        end -= 1
    return Span(Kind.ADDRESS, start, end, " ".join(text[start:end].casefold().split()))

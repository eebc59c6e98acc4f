"""How urgent a text says it is: a short list of words, read once. It colours a decision and never makes one alone."""

from __future__ import annotations

import re

from understudy.language.domain import Urgency

EMERGENCY_WORDS = (
    # Danger to people or to the house: what a dispatcher would be woken for.
    r"emergenc(?:y|ies)", r"gas leak\w*", r"smell(?:s|ing)? (?:of )?gas", r"carbon monoxide", r"on fire",
    r"sparks?", r"sparking", r"flood(?:s|ed|ing)?", r"burst pipe", r"pipe burst",
    r"(?:can'?t|cannot) breathe", r"chest pain", r"unconscious", r"bleeding",
    r"emergencia", r"fuga de gas", r"huele a gas", r"incendio", r"inundaci[oó]n",
    r"urgence vitale", r"fuite de gaz", r"odeur de gaz", r"incendie", r"inondation",
    r"notfall", r"gasgeruch", r"gasleck", r"brennt", r"überschwemm\w*", r"rohrbruch",
)  # fmt: skip
HIGH_WORDS = (
    r"urgent(?:ly)?", r"asap", r"as soon as possible", r"immediately", r"right away", r"right now", r"straight away",
    r"at once", r"hurry", r"can(?:no|')?t wait", r"stolen", r"fraud\w*", r"hacked", r"locked out",
    r"no (?:heat|hot water|power)", r"stranded",
    r"urgente", r"cuanto antes", r"ahora mismo", r"inmediatamente", r"robad[oa]", r"fraude",
    r"urgentes?", r"au plus vite", r"tout de suite", r"imm[eé]diatement", r"vol[eé]e?", r"fraude",
    r"dringend", r"sofort", r"so schnell wie m[oö]glich", r"gestohlen", r"betrug",
)  # fmt: skip
EMERGENCY_SIGNS = (
    "緊急事態",
    "火事",
    "ガス漏れ",
    "ガス臭",
    "浸水",
    "煤气泄漏",
    "燃气泄漏",
    "着火",
    "火灾",
    "漏气",
    "紧急情况",
)
HIGH_SIGNS = ("至急", "緊急", "今すぐ", "大至急", "盗まれ", "不正利用", "紧急", "马上", "立刻", "尽快", "被盗", "盗刷")
DENIALS = r"(?<!not )(?<!no )(?<!non-)(?<!kein )(?<!pas )"

_EMERGENCY = re.compile(rf"\b{DENIALS}(?:{'|'.join(EMERGENCY_WORDS)})\b", re.IGNORECASE)
_HIGH = re.compile(rf"\b{DENIALS}(?:{'|'.join(HIGH_WORDS)})\b", re.IGNORECASE)


def urgency_of(text: str) -> Urgency:
    """How urgent the text says it is; English, Spanish, French, German, Japanese and Chinese are read."""
    if _EMERGENCY.search(text) or any(sign in text for sign in EMERGENCY_SIGNS):
        return Urgency.EMERGENCY
    if _HIGH.search(text) or any(sign in text for sign in HIGH_SIGNS):
        return Urgency.HIGH
    return Urgency.NORMAL

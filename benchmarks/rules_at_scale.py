"""The rules rung with very many triggers, mined from real messages so that many of them hit."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from benchmarks.ladder_in_process import matcher_of
from benchmarks.texts import Texts
from understudy.language.adapters.onnx_encoder import SHIPPED, describe
from understudy.language.settings import LanguageSettings
from understudy.templates.domain import Category, Reply, Scenario, Template
from understudy.templates.matching.company_matcher import Message

SCENARIOS = 500
SIZES = (2, 3, 4, 5, 6, 7)
"""Words in a trigger."""


def rules_us(texts: Texts, triggers: int, messages: Sequence[str]) -> list[float]:
    """Seconds of the rules rung for each message, among so many triggers."""
    model = describe(SHIPPED / LanguageSettings().encoder).model
    matcher = matcher_of(template_with(mined(texts, triggers)), None, model)
    asked = [Message(text=text, embedding=None, language="en") for text in messages]
    for message in asked[:50]:
        matcher.rules(message)
    found = []
    for message in asked:
        started = time.perf_counter()
        matcher.rules(message)
        found.append(time.perf_counter() - started)
    return found


def mined(texts: Texts, wanted: int) -> list[str]:
    """Distinct runs of words out of examples; where these do not suffice, with numbers behind them."""
    found: dict[str, None] = {}
    for phrase in _phrases(texts):
        found.setdefault(phrase)
        if len(found) == wanted:
            return list(found)
    known = list(found)
    return known + [f"{known[place % len(known)]} {place}" for place in range(wanted - len(known))]


def template_with(triggers: Sequence[str]) -> Template:
    """A template that has these triggers, evenly over its scenarios."""
    count = min(SCENARIOS, len(triggers))
    reply = Reply(short="Here is how.", full="Here is how it works.")
    scenarios = tuple(
        Scenario(name=f"scenario {place}", triggers=tuple(triggers[place::count]), replies=(reply,))
        for place in range(count)
    )
    return Template(name="Triggers", trade="banking", categories=(Category("All", scenarios),))


def _phrases(texts: Texts) -> Iterator[str]:
    examples = [text for some in texts.examples.values() for text in some]
    for size in SIZES:
        for text in examples:
            words = [word.strip(".,?!\"'()") for word in text.lower().split()]
            for start in range(0, len(words) - size + 1, 2):
                if all(words[start : start + size]):
                    yield " ".join(words[start : start + size])

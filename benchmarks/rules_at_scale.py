"""The rules rung with very many triggers, mined from real messages so that many of them hit."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Sequence

from benchmarks.ladder_in_process import matcher_of
from benchmarks.texts import Texts
from understudy.language.adapters.onnx_encoder import SHIPPED, describe
from understudy.language.settings import LanguageSettings
from understudy.templates.domain import Category, Reply, Scenario, Template
from understudy.templates.matching.company_matcher import CompanyMatcher, Message

SCENARIOS = 500
SIZES = (2, 3, 4, 5, 6, 7)
"""Words in a trigger."""


def rules_passes(texts: Texts, triggers: int, messages: Sequence[str], passes: int) -> list[list[float]]:
    """Seconds of the rules rung for each message, among so many triggers; pass by pass, after one to warm up."""
    model = describe(SHIPPED / LanguageSettings().encoder).model
    matcher = matcher_of(template_with(mined(texts, triggers)), None, model)
    gc.freeze()  # as a server does that has loaded a template
    return [_pass(matcher, messages) for _ in range(passes + 1)][1:]


def _pass(matcher: CompanyMatcher, messages: Sequence[str]) -> list[float]:
    found = []
    for text in messages:
        message = Message(text=text, embedding=None, language="en")
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

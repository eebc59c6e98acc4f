"""The complexity score against a table worked out by hand, and the tier that follows."""

from __future__ import annotations

import pytest

from understudy.llm.domain import Tier
from understudy.llm.routing.choosing import Hints, plan
from understudy.llm.routing.complexity import Complexity, complexity_of, holds_code

LONG = "please tell me about my account " * 6
TABLE = [
    ("Where is my card?", 0, "en", 0.0, Tier.SMALL),
    (LONG, 0, "en", 0.2, Tier.SMALL),
    ("Where is my card? When does it come?", 0, "en", 0.3, Tier.MEDIUM),
    ("Where is my card and what does it cost", 0, "en", 0.3, Tier.MEDIUM),
    ("The webhook gives an error", 0, "en", 0.3, Tier.MEDIUM),
    ("Our webhook and the api fail with a timeout", 0, "en", 0.7, Tier.LARGE),
    ("webhook api sdk oauth saml", 0, "en", 0.4, Tier.MEDIUM),
    ("What if I move?", 0, "en", 0.1, Tier.SMALL),
    ("What if I move?", 3, "en", 0.16, Tier.SMALL),
    ("What if I move?", 50, "en", 0.2, Tier.SMALL),
    (LONG + "What if the api and the webhook time out? And why?", 9, "en", 1.0, Tier.LARGE),
    ("¿Dónde está mi tarjeta y cuánto cuesta?", 0, "es", 0.3, Tier.MEDIUM),
    ("Que faire si la configuration échoue", 0, "fr", 0.25, Tier.SMALL),
    ("Was passiert, wenn das Zertifikat fehlt", 0, "de", 0.25, Tier.SMALL),
    ("同期のエラーが出た場合はどうすれば", 0, "ja", 0.4, Tier.MEDIUM),
    ("如果服务器报错怎么办", 0, "zh", 0.25, Tier.SMALL),
    ("the band sandy", 0, "en", 0.0, Tier.SMALL),
    ("", 0, "en", 0.0, Tier.SMALL),
]


@pytest.mark.parametrize(("text", "turns", "language", "score", "tier"), TABLE)
def test_the_table(text: str, turns: int, language: str, score: float, tier: Tier) -> None:
    found = complexity_of(text, turns=turns, language=language)
    assert found.score == pytest.approx(score)
    assert found.tier is tier


def test_a_language_without_lists_is_read_with_the_english_ones() -> None:
    assert complexity_of("kaart and pin", turns=0, language="nl").questions > 0


CODE = [
    'Traceback (most recent call last)\n  File "a.py", line 3',
    "it says ValueError: bad input",
    "```\nx = 1\n```",
    '{"amount": 3}',
    "    at com.bank.Main.run(Main.java:12)",
    "function pay() {",
]
NO_CODE = ["I made an error.", "My class is at 9 (room 4)", "Is the function of this card clear?", "from here to there"]


@pytest.mark.parametrize("text", CODE)
def test_code_goes_to_the_large_tier(text: str) -> None:
    assert holds_code(text)
    chosen = plan(text, complexity_of(text, turns=0), Hints(tokens=10))
    assert (chosen.tier, chosen.reason) == (Tier.LARGE, "code")


@pytest.mark.parametrize("text", NO_CODE)
def test_plain_words_are_no_code(text: str) -> None:
    assert not holds_code(text)


EASY = Complexity(0, 0, 0, 0, 0)


def test_a_learned_router_takes_the_place_of_the_score() -> None:
    chosen = plan("hello", EASY, Hints(learned=Tier.LARGE))
    assert (chosen.tier, chosen.reason) == (Tier.LARGE, "learned from past questions (complexity 0.00)")


def test_a_few_questions_begin_at_the_bottom() -> None:
    hard = Complexity(0.2, 0.3, 0.4, 0, 0)
    chosen = plan("hello", hard, Hints(explores=True))
    assert (chosen.tier, chosen.reason) == (Tier.SMALL, "explored (complexity 0.90)")
    assert plan("hello", hard, Hints(explores=True, start=Tier.MEDIUM)).tier is Tier.LARGE


def test_a_long_context_goes_to_a_model_made_for_it() -> None:
    chosen = plan("hello", EASY, Hints(tokens=100_001))
    assert chosen.is_long
    assert chosen.reason == "long context: 100,001 tokens"
    assert not plan("hello", EASY, Hints(tokens=100_000)).is_long


def test_what_came_back_unsolved_starts_higher_and_never_lower() -> None:
    higher = plan("hello", EASY, Hints(start=Tier.MEDIUM))
    assert (higher.tier, higher.reason) == (Tier.MEDIUM, "complexity 0.00, came back unsolved")
    hard = Complexity(0.2, 0.3, 0.4, 0, 0)
    assert plan("hello", hard, Hints(start=Tier.MEDIUM)).tier is Tier.LARGE

from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.templates.matching.small_desk import ASKED, INTENTS
from understudy.templates.matching.guard import DOUBT, VETO, NearMiss, Vocabulary, near_miss

PAIRS = yaml.safe_load((Path(__file__).parent / "data" / "near_misses.yaml").read_text(encoding="utf-8"))
FALSE_HITS = 0.1  # of the near misses at most so many pass unseen; the figure for the held-out part when written is 0
FALSE_ALARMS = 0.1  # of the same things said otherwise at most so many are doubted; when written, 1 of 30

VOCABULARY = Vocabulary.of(
    [
        *("cancel my order", "please cancel the order I placed", "I want to cancel an order", "cancel order 123"),
        *("close my account", "delete the account", "cancel my account"),
    ],
    ["cancel_order"] * 4 + ["close_account"] * 3,
)


def seen(part: str) -> Counter[tuple[bool, bool]]:
    """How many pairs of a part are (near misses, reported as such)."""
    rows = [row for row in PAIRS if row["part"] == part]
    return Counter((row["miss"] is not None, near_miss(row["message"], [row["matched"]]) is not None) for row in rows)


@pytest.mark.parametrize("part", ["dev", "held_out"])
def test_near_misses_are_seen_and_paraphrases_left_alone(part):
    counts = seen(part)
    assert counts[True, False] <= FALSE_HITS * (counts[True, True] + counts[True, False])
    assert counts[False, True] <= FALSE_ALARMS * (counts[False, True] + counts[False, False])


def test_there_are_enough_pairs_in_both_parts():
    kinds = Counter((row["part"], row["miss"]) for row in PAIRS)
    assert len(PAIRS) >= 120
    assert min(kinds.values()) >= 13


def test_the_reason_names_what_differs():
    assert near_miss("I don't want to cancel my order", ["cancel my order"]) == NearMiss(
        "negation", 'near_miss: negation "dont want"', VETO
    )
    assert near_miss("cancel my account", ["cancel my order"]) == NearMiss(
        "entity", 'near_miss: entity "account" / "order"', VETO
    )
    assert near_miss("the fee for 2024", ["the fee for 2025"]) == NearMiss(
        "number", 'near_miss: number "2024" / "2025"', VETO
    )


def test_things_of_unknown_kinds_only_raise_a_doubt():
    miss = near_miss("repair my piano", ["repair my violin"])
    assert miss is not None
    assert miss.factor == DOUBT


def test_one_variant_that_fits_is_enough():
    assert near_miss("cancel my account", ["cancel my order", "cancel my account"]) is None
    assert near_miss("are you open on Sunday", ["are you open on Saturday", "are you open on Sunday"]) is None


def test_numbers_that_vary_among_the_texts_may_be_any():
    assert near_miss("refund order 77", ["refund order 12", "refund order 34"]) is None


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("cancel my account", "entity"),
        ("I don't want to cancel my order", "negation"),
        ("please cancel my purchase", None),
        ("cancel my order and my account", None),
        ("cancel order 987", None),
        ("cancel my piano", None),
    ],
)
def test_a_vocabulary_decides_what_another_thing_is(message, kind):
    miss = near_miss(message, [], label="cancel_order", vocabulary=VOCABULARY)
    assert (miss.kind if miss else None) == kind


def test_messages_of_a_whole_desk_are_left_alone():
    pairs = [(text, label) for label, texts in INTENTS.items() for text in texts]
    vocabulary = Vocabulary.of([text for text, _ in pairs], [label for _, label in pairs])
    doubted = [
        text
        for text, label in (*pairs, *ASKED.items())
        if near_miss(text, INTENTS[label], label=label, vocabulary=vocabulary)
    ]
    assert doubted == []


@pytest.mark.parametrize("text", ["", "?", "no", "don't", "カードが届かない", "no quiero cancelar mi pedido", "\ud800"])
def test_any_text_is_read(text):
    assert near_miss(text, [text]) is None
    assert near_miss(text, []) is None
    near_miss(text, ["cancel my order"])


@pytest.mark.parametrize(
    "text", ["never cancel my order again", "please never cancel my order", "so never ever cancel it"]
)
def test_never_forbids(text):
    assert near_miss(text, ["cancel my order", "cancel it"]) is not None


@pytest.mark.parametrize(
    "text", ["never received my order", "I never cancelled my order", "my order never came", "never got my order"]
)
def test_what_never_happened_is_told_not_denied(text):
    assert near_miss(text, ["my order did not come", "never received my order"]) is None
    assert near_miss(text, ["where is my order"]) is None

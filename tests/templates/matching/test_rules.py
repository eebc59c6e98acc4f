"""The rules matcher: word-bounded phrases and expressions, vetoes, a confidence that grows with what is explained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.templates.examples import scenario, template, templates
from understudy.templates.matching.expressions import EXPRESSIONS_PER_SET, ExpressionSet, is_expression
from understudy.templates.matching.normalise import Vocabulary
from understudy.templates.matching.rules import (
    EXACT,
    SHARE_TO_PROBABILITY,
    RefusedTrigger,
    Rule,
    RulesMatcher,
    RulesVerdict,
    Veto,
    confidence,
)


def matcher(*rules: Rule, **vocabulary: object) -> RulesMatcher:
    return RulesMatcher(rules, Vocabulary(**vocabulary))  # type: ignore[arg-type]


def best(found: RulesVerdict) -> str | None:
    return found.best.scenario if found.best else None


CARD = Rule("card", ("where is my card", "card"))
PIN = Rule("pin", ("forgot my pin", "pin"))


# Phrases


def test_an_exact_trigger_is_certain_whatever_its_case_accents_and_punctuation():
    found = matcher(CARD).match("WHERE… is my cárd?!").best
    assert found is not None
    assert (found.scenario, found.confidence, found.exact, found.share) == ("card", 1.0, True, 1.0)
    assert found.unexplained == ()


@pytest.mark.parametrize("message", ["discard it", "cards", "my cardboard box", "postcard"])
def test_a_phrase_is_bounded_by_words(message):
    assert matcher(CARD).match(message) == RulesVerdict()


def test_a_short_phrase_is_seen_inside_and_across_longer_ones():
    rules = (Rule("refund", ("refund",)), Rule("refund me now", ("refund me now",)), Rule("now pay", ("now pay me",)))
    message = "refund me now pay me"
    for rule in rules:
        assert best(matcher(rule).match(message)) == rule.scenario
    found = matcher(*rules).match(message)
    assert (best(found), found.second and found.second.scenario) == ("refund me now", "now pay")


@pytest.mark.parametrize(
    ("trigger", "message"),
    [
        ("where is my card", "Hello, where is my card? I ordered it last week"),
        ("dónde está mi tarjeta", "Hola, ¿DONDE ESTA mi tarjeta nueva?"),
        ("où est ma carte", "Bonjour, ou est ma carte bancaire ?"),
        ("wo ist meine karte", "Guten Tag, WO IST meine Karte bitte"),
        ("größe ändern", "Kann ich die Grösse ändern?"),
        ("カードが届かない", "先週申し込んだカードが届かないのですが"),
        ("卡还没到", "您好,我的卡还没到,怎么办?"),
        ("don't have it", "I dont have it yet"),
    ],
)
def test_phrases_are_found_in_six_languages(trigger, message):
    found = matcher(Rule("it", (trigger,))).match(message).best
    assert found is not None
    assert 0 < found.share < 1
    assert not found.exact


def test_the_trace_names_the_trigger_as_written_and_its_place_in_the_message():
    message = "Hi! ＷＨＥＲＥ ｉｓ my  debit-card, Straße 5?"
    found = matcher(CARD, synonyms={"card": ("debit card",)}, filler_words=("hi",)).match(message).best
    assert found is not None
    assert found.trigger == "where is my card"
    assert message[slice(*found.span)] == "ＷＨＥＲＥ ｉｓ my  debit-card"
    assert found.unexplained == ("strasse", "5")


def test_fillers_and_synonyms_count_on_both_sides():
    rules = matcher(
        Rule("card", ("please block my plastic",)), filler_words=("please",), synonyms={"card": ("plastic",)}
    )
    found = rules.match("block my card please").best
    assert found is not None
    assert found.confidence == EXACT


# Confidence


def test_confidence_grows_with_the_share_that_is_explained():
    rules = matcher(CARD)
    messages = ("card", "my card", "my old card", "I think that my old card is somewhere in the house")
    scores = [found.confidence for message in messages if (found := rules.match(message).best)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4


def test_triggers_of_one_scenario_explain_together_but_only_one_alone_is_exact():
    both = matcher(Rule("card", ("lost", "my card"))).match("lost my card").best
    assert both is not None
    assert (both.share, both.exact, both.trigger) == (1.0, False, "my card")
    assert both.confidence == SHARE_TO_PROBABILITY[-1][1] < EXACT


def test_the_table_of_confidence_rises_and_stays_a_probability():
    shares, probabilities = zip(*SHARE_TO_PROBABILITY, strict=True)
    assert list(shares) == sorted(set(shares))
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert list(probabilities) == sorted(set(probabilities))
    assert all(0 <= one <= EXACT for one in probabilities)


@given(st.floats(0, 1), st.floats(0, 1))
def test_confidence_never_falls_as_the_share_rises(one, other):
    low, high = sorted((one, other))
    assert 0 <= confidence(low) <= confidence(high) < confidence(high, exact=True) == 1


# Several scenarios


def test_best_and_second_are_distinct_scenarios():
    found = matcher(CARD, PIN).match("where is my card and its pin")
    assert (best(found), found.second and found.second.scenario) == ("card", "pin")
    alone = matcher(CARD, PIN).match("where is my card, my card")
    assert alone.second is None


def test_ties_go_to_the_higher_priority_then_to_the_earlier_rule():
    first, second, urgent = Rule("first", ("pin",)), Rule("second", ("pin",)), Rule("urgent", ("pin",), priority=1)
    assert best(matcher(first, second).match("pin")) == "first"
    assert best(matcher(second, first).match("my pin")) == "second"
    found = matcher(first, second, urgent).match("my pin")
    assert (best(found), found.second and found.second.scenario) == ("urgent", "first")


def test_priority_does_not_beat_a_better_explanation():
    assert best(matcher(CARD, Rule("urgent", ("card",), priority=9)).match("where is my card")) == "card"


def test_hidden_scenarios_are_passed_over():
    rules = matcher(CARD, Rule("other", ("card",)))
    assert best(rules.match("where is my card", hidden=frozenset({"card"}))) == "other"
    assert rules.match("pin", hidden=frozenset({"card"})) == RulesVerdict()


# Vetoes


def test_a_negative_trigger_vetoes_and_is_named():
    rules = matcher(Rule("card", ("my card",), ("cancel", "/not? (my|the)/")), Rule("any", ("card",)))
    found = rules.match("cancel my card")
    assert (best(found), found.vetoes) == ("any", (Veto("card", "cancel"),))
    assert rules.match("it is not my card").vetoes == (Veto("card", "/not? (my|the)/"),)


def test_a_veto_of_a_scenario_that_does_not_match_is_not_told():
    assert matcher(Rule("card", ("my card",), ("cancel",)), PIN).match("cancel my pin").vetoes == ()


def test_when_everything_is_vetoed_nothing_matches():
    found = matcher(Rule("card", ("my card",), ("cancel",))).match("cancel my card")
    assert (found.best, found.second, found.vetoes) == (None, None, (Veto("card", "cancel"),))


# Expressions


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("/card (has|did) ?n.t arrived?/", "My card hasn’t arrived"),
        (r"/order \d{6}/", "status of ORDER 123456 please"),
        ("/Größe|año/", "que AÑO es"),
        ("/GRÖSSE/", "die größe"),
        ("/カード.*届かない/", "カードがまだ届かない"),
        (r"/\brefund(s|ed)?\b/", "was it refunded?"),
    ],
)
def test_expressions_ignore_case_and_accents_and_see_punctuation(expression, message):
    found = matcher(Rule("it", (expression,))).match(message).best
    assert found is not None
    assert found.trigger == expression


def test_what_a_wildcard_swallowed_is_not_explained():
    rules = matcher(Rule("it", ("/lost.*card/",)))
    near, far = (
        rules.match(message).best for message in ("lost my card", "lost on the way to the old station my card")
    )
    assert near is not None
    assert far is not None
    assert (near.unexplained, near.exact) == (("my",), False)
    assert far.confidence < near.confidence
    assert "station" in far.unexplained


def test_an_expression_without_wildcards_can_be_exact():
    found = matcher(Rule("it", ("/(lost|stolen) cards?/",))).match("Stolen cards!").best
    assert found is not None
    assert (found.exact, found.span) == (True, (0, 12))


def test_a_wildcard_in_a_character_class_is_left_alone():
    found = matcher(Rule("it", ("/a[.*]b/",))).match("a*b").best
    assert found is not None


def test_expressions_that_cannot_be_used_are_left_out_and_named():
    rules = matcher(Rule("card", ("/(?=card)/", "card"), ("/(/",)))
    assert best(rules.match("my card")) == "card"
    assert rules.refused == (
        RefusedTrigger("card", "/(?=card)/", "look-ahead is not supported: matching must take linear time"),
        RefusedTrigger("card", "/(/", "not a valid expression: missing ): ("),
    )


def test_a_hostile_expression_and_message_still_match_in_linear_time():
    found = matcher(Rule("it", ("/(a+)+x$/", "/(a|aa)+y/"))).match("a" * 9_000)
    assert found.best is None


@pytest.mark.parametrize(
    ("trigger", "expected"), [("/a/", True), ("//", True), ("/", False), ("/a", False), ("a/b", False)]
)
def test_an_expression_starts_and_ends_with_a_slash(trigger, expected):
    assert is_expression(trigger) is expected


def test_more_expressions_than_fit_one_set_all_match():
    expressions = ExpressionSet([f"/word{n}x?z/" for n in range(EXPRESSIONS_PER_SET + 2)])
    assert expressions.matching(f"word3z and word{EXPRESSIONS_PER_SET + 1}xz") == [3, EXPRESSIONS_PER_SET + 1]


def test_a_set_that_does_not_fit_its_memory_is_divided(monkeypatch):
    monkeypatch.setattr("understudy.templates.matching.expressions.SET_MEMORY_BYTES", 1 << 16)
    triggers = [f"/{'(abc|def)' * 8}{n}/" for n in range(40)]
    expressions = ExpressionSet(triggers)
    assert expressions.refused == {}
    assert expressions.matching("abc" * 8 + "7 " + "def" * 8 + "39") == [3, 7, 39]


# Any input


def test_a_matcher_is_made_of_a_template():
    made = RulesMatcher.of(template(scenario("pin", triggers=("plastic",)), synonyms={"card": ("plastic",)}))
    assert best(made.match("card")) == "pin"


def test_without_triggers_or_words_nothing_matches():
    assert matcher().match("my card") == RulesVerdict()
    assert matcher(Rule("odd", ("?!", "", "…"))).match("?!") == RulesVerdict()
    assert matcher(CARD).match(" ") == RulesVerdict()


def test_an_expression_may_match_a_message_without_words():
    made = matcher(Rule("puzzled", (r"/^\?+$/",)))
    assert best(made.match("???")) == "puzzled"
    assert made.match("!!!") == RulesVerdict()


def test_only_the_start_of_a_huge_message_is_read():
    assert best(matcher(CARD).match("card " + "x" * 200_000)) == "card"
    assert matcher(CARD).match("x " * 100_000 + "card") == RulesVerdict()


def test_many_scenarios_may_share_one_phrase():
    rules = matcher(*(Rule(f"s{n}", ("card",), priority=n) for n in range(500)))
    found = rules.match("my card")
    assert (best(found), found.second and found.second.scenario) == ("s499", "s498")


@given(templates, st.text())
def test_matching_never_raises_and_stays_in_bounds(one, message):
    found = RulesMatcher.of(one).match(message)
    for candidate in (found.best, found.second):
        if candidate is not None:
            assert 0 < candidate.confidence <= 1
            assert 0 <= candidate.span[0] <= candidate.span[1] <= len(message)
    if found.best and found.second:
        assert found.best.confidence >= found.second.confidence
        names = [scenario.name for scenario in one.scenarios()]
        assert found.best.scenario != found.second.scenario or len(set(names)) < len(names)  # such are not published


words = st.lists(
    st.text(st.characters(codec="utf-8", categories=("Ll", "Lu", "Lo")), min_size=1, max_size=6), min_size=1, max_size=5
)


@given(words, words, words)
def test_a_phrase_is_found_inside_any_message_that_contains_it(before, phrase, after):
    found = matcher(Rule("it", (" ".join(phrase),))).match(" ".join([*before, *phrase, *after]))
    exact = matcher(Rule("it", (" ".join(phrase),))).match(" ".join(phrase))
    if exact.best is not None:
        assert exact.best.confidence == EXACT
        assert best(found) == "it"

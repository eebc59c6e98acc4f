"""A company's matcher, put together by hand: how overlays, ties, near misses and silence come out as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest

from tests.templates.matching import small_desk
from understudy.language.domain import Matrix
from understudy.templates.domain import (
    Action,
    Category,
    Overlay,
    OverlayChange,
    OverlayKind,
    QaEntry,
    Reply,
    Scenario,
    Template,
)
from understudy.templates.matching.company.compiled import (
    CompiledTemplate,
    compile_overlay,
    compile_questions,
    compile_template,
)
from understudy.templates.matching.company_matcher import (
    NO_EMBEDDING,
    NO_EXAMPLES,
    Asked,
    CompanyMatcher,
    Followed,
    Message,
)

ENCODER = "by hand"


def direction(text: str) -> Matrix:
    """A vector that is the same for the same words, in any order."""
    total = np.ones(16, np.float32)
    for word in text.lower().replace("?", "").split():
        total += 3 * np.random.default_rng(sum(map(ord, word))).standard_normal(16).astype(np.float32)
    return total / np.linalg.norm(total)


def vectors(texts: Sequence[str]) -> Matrix:
    """Rows for texts."""
    return np.stack([direction(text) for text in texts])


def scenario(name: str, *triggers: str, priority: int = 0, examples: tuple[str, ...] = ()) -> Scenario:
    """A complete scenario."""
    return Scenario(name, triggers, examples=examples, replies=(Reply(name, name),), priority=priority)


def compiled(name: str, *scenarios: Scenario) -> CompiledTemplate:
    """A template of these scenarios, without a head."""
    return compile_template(Template(name, "t", (Category("C", scenarios),), filler_words=("please",)), 3, None)


def questions(*asked: str) -> Asked:
    """Questions that answer with their own number."""
    entries = [QaEntry(UUID(int=place), one, (), Reply(str(place), "")) for place, one in enumerate(asked, 1)]
    made = compile_questions(entries, vectors=[vectors([one]) for one in asked], encoder=ENCODER)
    return Asked("qa", "company_qa@1", made, {})


def matcher(*followed: Followed, own: Asked | None = None) -> CompanyMatcher:
    """A matcher of these templates and questions."""
    nothing = Asked("trade_qa", "trade_qa@0", compile_questions([], vectors=[], encoder=ENCODER), {})
    hello = compiled("Small talk", scenario("greeting", "hello"), scenario("thanks", "thanks", "thank you"))
    return CompanyMatcher(followed, own or questions(), nothing, hello, frozenset({"en"}))


def message(text: str, language: str = "en") -> Message:
    """A message with its vector."""
    return Message(text, direction(text), language)


def over(beneath: CompiledTemplate, *changes: OverlayChange) -> Followed:
    """A template under an overlay."""
    texts = [text for one in changes if one.scenario for text in one.scenario.examples]
    made = compile_overlay(Overlay(changes), 2, beneath, vectors=vectors(texts) if texts else None, encoder=ENCODER)
    return Followed(beneath, made)


def test_a_match_carries_all_that_answering_needs() -> None:
    call = Scenario("call", ("call me",), replies=(Reply("s", "f"),), follow_up="When?", action=Action.CALLBACK)
    best = matcher(Followed(compiled("Häuser & Co", call))).rules(message("please call me")).best
    assert best is not None
    assert (best.key, best.title, best.matched) == ("scenario:Häuser & Co/call", "call", "call me")
    assert (best.replies, best.follow_up, best.action) == ((Reply("s", "f"),), "When?", Action.CALLBACK)
    assert (best.category, best.template, best.confidence) == ("C", "Häuser & Co", 1.0)


def test_within_a_template_priority_decides_and_across_templates_the_order() -> None:
    first = compiled("First", scenario("low", "lost card"), scenario("high", "lost card", priority=1))
    second = compiled("Second", scenario("highest", "lost card", priority=9))
    evidence = matcher(Followed(first), Followed(second)).rules(message("lost card"))
    assert evidence.best is not None
    assert evidence.best.title == "high"
    assert not evidence.is_ambiguous
    assert evidence.version == "first@3, second@3"


def test_the_same_scenario_in_two_templates_is_no_tie_to_ask_about() -> None:
    first, second = compiled("First", scenario("a", "lost card")), compiled("Second", scenario("a", "lost card"))
    evidence = matcher(Followed(first), Followed(second)).rules(message("lost card"))
    assert not evidence.is_ambiguous
    assert evidence.best is not None
    assert evidence.best.template == "First"


def test_an_overlay_stands_before_what_it_lies_on() -> None:
    beneath = compiled("Bank", scenario("card", "lost card"), scenario("pin", "lost pin"))
    own = scenario("card", "lost card", examples=("my plastic is gone",))
    followed = over(
        beneath,
        OverlayChange(OverlayKind.CHANGE, "card", own),
        OverlayChange(OverlayKind.HIDE, "pin"),
        OverlayChange(OverlayKind.ADD, "fees", scenario("fees", "fees"), "Money"),
    )
    whole = matcher(followed)
    best = whole.rules(message("lost card")).best
    assert best is not None
    assert best.category == "C"
    assert whole.rules(message("lost pin")).best is None
    assert whole.basic_rules(message("lost pin")).best is None
    added = whole.rules(message("fees")).best
    assert added is not None
    assert added.category == "Money"
    meant = whole.semantic(message("my plastic is gone")).best
    assert meant is not None
    assert meant.matched == "my plastic is gone"
    assert whole.needs_embedding


def test_an_overlay_of_another_encoder_still_matches_by_words() -> None:
    beneath = compiled("Bank", scenario("card", "lost card"))
    own = scenario("card", "lost card", examples=("my plastic is gone",))
    made = compile_overlay(
        Overlay((OverlayChange(OverlayKind.CHANGE, "card", own),)), 1, beneath, vectors=None, encoder=ENCODER
    )
    whole = matcher(Followed(beneath, made))
    assert whole.rules(message("lost card")).best is not None
    assert whole.semantic(message("my plastic is gone")).best is None


def test_a_change_of_what_is_gone_does_nothing() -> None:
    beneath = compiled("Bank", scenario("card", "lost card"))
    gone = scenario("gone", "lost pin")
    whole = matcher(over(beneath, OverlayChange(OverlayKind.CHANGE, "gone", gone)))
    assert whole.rules(message("lost pin")).best is None
    assert whole.find("scenario:Bank/gone") is None


def test_a_near_miss_is_held_down_and_told_but_not_in_the_basic_rules() -> None:
    whole = matcher(Followed(compiled("Shop", scenario("cancel", "cancel my order"))))
    text = message("please don't cancel my order")
    guarded, plain = whole.rules(text), whole.basic_rules(text)
    assert "near_miss: negation" in (guarded.note or "")
    assert plain.best is not None
    assert guarded.best is None or guarded.best.confidence < plain.best.confidence


def test_the_exact_question_needs_neither_meaning_nor_a_known_language() -> None:
    whole = matcher(own=questions("Wann habt ihr geöffnet?", "Where are you?"))
    exact = whole.company_qa(Message("WANN habt ihr geoffnet", None, "de"))
    assert exact.best is not None
    assert (exact.best.key, exact.best.confidence) == (f"qa:{UUID(int=1)}", 1.0)
    assert whole.company_qa(message("wo seid ihr", "de")).note == "language"
    assert whole.company_qa(Message("something else", None, "en")).note == NO_EMBEDDING


@pytest.mark.parametrize("text", ["", " ", "?!", "\x00", "😀", "a" * 20_000])
def test_no_text_is_too_strange(text: str) -> None:
    own = questions("Where are you?")
    whole = matcher(Followed(compiled("Bank", scenario("card", "lost card"))), own=own)
    for ask in (whole.company_qa, whole.trade_qa, whole.rules, whole.basic_rules, whole.semantic, whole.small_talk):
        evidence = ask(message(text))
        assert evidence.best is None or evidence.best.confidence < 0.5


def test_a_template_of_nothing_but_expressions_has_no_meaning_to_read() -> None:
    whole = matcher(Followed(compiled("Bank", scenario("card", "/lost.*card/"))))
    assert whole.semantic(message("lost card")).note == NO_EXAMPLES
    assert not whole.needs_embedding


@pytest.mark.parametrize(("text", "found"), [("hello", True), ("Hello, thank you!", True), ("hello my card", False)])
def test_small_talk_takes_the_whole_message(text: str, found: bool) -> None:
    assert (matcher().small_talk(message(text)).best is not None) is found


def fitted(*hidden: str) -> Followed:
    """A small desk with its head, over which an overlay hides some scenarios."""
    template = small_desk.template()
    made = replace(compile_template(template, 3, small_desk.desk()), name="Desk")
    changes = tuple(OverlayChange(OverlayKind.HIDE, name) for name in hidden)
    return Followed(made, compile_overlay(Overlay(changes), 2, made, vectors=None, encoder=ENCODER))


def scope_of(text: str, *followed: Followed) -> float | None:
    """What a matcher of these says the chance is that the message is any of its business."""
    return matcher(*followed).semantic(Message(text, small_desk.embed([text])[0], "en")).in_scope


def test_how_likely_a_message_is_in_scope_survives_what_an_overlay_hides() -> None:
    label, (text, *_) = next(iter(small_desk.INTENTS.items()))
    whole = scope_of(text, fitted())
    assert whole is not None
    assert whole > 0.5
    assert scope_of(text, fitted(label)) == whole


def test_nobody_can_say_what_is_in_scope_before_all_heads_are_fitted() -> None:
    unfitted = Followed(compiled("Unfitted", scenario("other", examples=("an example",))))
    text = small_desk.UNRELATED[-1]
    assert scope_of(text, fitted()) is not None
    assert scope_of(text, fitted(), unfitted) is None

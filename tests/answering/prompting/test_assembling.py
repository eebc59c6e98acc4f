"""The order of a prompt, what stands in it, and what goes when there is no room."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.answering.prompting.examples import COMPANY, PLENTY, PROMPTS, briefing, whole, words
from understudy.answering.prompting.assembling import CUT_MARK, assemble
from understudy.answering.prompting.domain import Customer, Setting, Source
from understudy.llm.domain import Tier, Turn
from understudy.wiring.prompts import shipped_prompts


def test_what_stays_the_same_comes_first() -> None:
    found = assemble(briefing(), count=words, max_tokens=PLENTY)
    sections = found.prompt.sections
    assert [section.is_stable for section in sections] == sorted((s.is_stable for s in sections), reverse=True)
    starts = [section.text.splitlines()[0] for section in sections]
    shipped = [
        PROMPTS.text(name).splitlines()[0] for name in ("base", "tier.small", "modality.text", "task", "company")
    ]
    assert starts[:5] == shipped
    assert [text.split()[0] for text in starts[5:]] == ["Scenarios", "Sources", "The"]
    assert [turn.text for turn in found.prompt.turns] == ["hello", "Hello! How can I help?", "Where is my card?"]
    assert found.version == PROMPTS.label


def test_another_question_and_another_customer_begin_alike() -> None:
    one = assemble(briefing(), count=words, max_tokens=PLENTY).prompt.sections
    other = assemble(
        briefing("And my loan?", customer=Customer(name="[NAME_9]"), sources=()), count=words, max_tokens=PLENTY
    )
    assert [s.text for s in one if s.is_stable] == [s.text for s in other.prompt.sections if s.is_stable]


def test_the_company_the_tier_and_the_setting_are_told() -> None:
    found = assemble(briefing(tier=Tier.LARGE, setting=Setting.VOICE), count=words, max_tokens=PLENTY)
    text = whole(found)
    assert "Name: Harbour Bank" in text
    assert "E-mail: (none)" in text
    assert PROMPTS.text("tier.large") in text
    assert PROMPTS.text("modality.voice") in text
    assert PROMPTS.text("tier.small") not in text


@pytest.mark.parametrize(
    ("tier", "allowed", "told"), [(Tier.LARGE, True, True), (Tier.LARGE, False, False), (Tier.MEDIUM, True, False)]
)
def test_code_is_for_the_large_tier_where_the_company_allows_it(tier: Tier, allowed: bool, told: bool) -> None:
    found = assemble(briefing(tier=tier, allow_code=allowed), count=words, max_tokens=PLENTY)
    assert (PROMPTS.text("code") in whole(found)) is told


def test_what_is_cited_is_known_by_its_id() -> None:
    found = assemble(briefing(), count=words, max_tokens=PLENTY)
    assert found.cited == {"A1": "cards/card_arrival", "S1": "qa:12"}
    assert '<scenario id="A1" title="Card arrival">' in whole(found)
    assert '<source id="S1" title="Delivery">' in whole(found)


def test_without_anything_to_go_by_the_model_is_told_so() -> None:
    found = assemble(briefing(candidates=(), sources=(), customer=Customer()), count=words, max_tokens=PLENTY)
    assert "<sources>\n(none)\n</sources>" in whole(found)
    assert "<scenarios>\n" not in whole(found)
    assert "<customer>\n" not in whole(found)
    assert found.cited == {}


def many(number: int) -> tuple[Source, ...]:
    return tuple(Source(f"s{i}", f"Title {i}", "word " * 40, 1 - i / 100) for i in range(number))


def test_the_least_relevant_go_first_then_the_oldest_turns() -> None:
    turns = tuple(Turn("user", "word " * 30) for _ in range(6))
    full = briefing(sources=many(6), candidates=(), history=turns)
    needed = assemble(full, count=words, max_tokens=PLENTY).tokens
    found = assemble(full, count=words, max_tokens=needed - 60)
    assert found.dropped == ("s4", "s5")
    assert found.dropped_turns == 0
    fewer = assemble(full, count=words, max_tokens=needed - 220)
    assert fewer.dropped == ("s3", "s4", "s5")
    assert 0 < fewer.dropped_turns < 6
    least = assemble(full, count=words, max_tokens=needed - 400)
    assert least.dropped_turns == 6
    assert len(least.dropped) > 3
    assert set(least.cited.values()) == {f"s{i}" for i in range(6)} - set(least.dropped)


def test_the_most_relevant_comes_first() -> None:
    shuffled = (many(3)[2], many(3)[0], many(3)[1])
    found = assemble(briefing(sources=shuffled, candidates=()), count=words, max_tokens=PLENTY)
    assert list(found.cited.values()) == ["s0", "s1", "s2"]


def test_a_question_that_is_too_long_keeps_its_beginning_and_end() -> None:
    question = "begin " + "word " * 3_000 + "end"
    found = assemble(briefing(question), count=words, max_tokens=2_500)
    cut = found.prompt.turns[-1].text
    assert found.is_question_cut
    assert cut.startswith("begin")
    assert cut.endswith("end")
    assert CUT_MARK.strip() in cut
    assert found.tokens <= 2_500
    assert found.dropped_turns == 2


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1_500, 4_000),
    st.lists(st.integers(1, 400), max_size=12),
    st.lists(st.integers(1, 300), max_size=10),
    st.integers(1, 3_000),
)
def test_a_prompt_stays_within_its_limit(limit: int, sources: list[int], turns: list[int], question: int) -> None:
    made = briefing(
        "w " * question,
        sources=tuple(Source(f"s{i}", "T", "w " * length, 0.5) for i, length in enumerate(sources)),
        history=tuple(Turn("user", "w " * length) for length in turns),
    )
    found = assemble(made, count=words, max_tokens=limit)
    assert found.tokens <= limit
    assert found.prompt.turns[-1].role == "user"
    assert len(found.cited) + len(found.dropped) == len(sources) + 1


def test_a_company_s_own_part_is_used_and_named() -> None:
    own = shipped_prompts().over(4, {"modality.text": "Answer in rhymes."})
    found = assemble(briefing(prompts=own), count=words, max_tokens=PLENTY)
    assert "Answer in rhymes." in whole(found)
    assert found.version.startswith("4@")


def test_what_is_filled_in_is_never_read_for_placeholders() -> None:
    source = Source("s", "T", "{customer} {company_name}", 0.5)
    found = assemble(briefing(sources=(source,)), count=words, max_tokens=PLENTY)
    assert "{customer} {company_name}" in whole(found)
    assert COMPANY.name in whole(found)

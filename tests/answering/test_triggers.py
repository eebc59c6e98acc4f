"""What needs a person is seen free, in six languages, before anything is paid for."""

from __future__ import annotations

import pytest

from benchmarks.handover_cases import HELD_OUT, NONE, Case, read_cases
from benchmarks.handover_reading import heard, reason_of
from understudy.answering.paid import EscalationReason
from understudy.answering.settings import EscalationSettings
from understudy.answering.triggers.frustration import SIGNS
from understudy.answering.triggers.matters import DISPUTE, MATTERS, UNSOLVED
from understudy.answering.triggers.reading import Heard, frustration_in, largest_micros, says_unsolved, spotted, wish_in

LANGUAGES = {"en", "es", "fr", "de", "ja", "zh"}
DEFAULT = EscalationSettings()


def reason(text: str, settings: EscalationSettings = DEFAULT, **heard: object) -> EscalationReason | None:
    why = spotted(Heard(text, **heard), settings)  # type: ignore[arg-type]
    return why.reason if why else None


def by_words(case: Case) -> str:
    return reason_of(heard(case.text, language=case.language, before=case.before, failed=case.failed), None)


def test_every_list_speaks_every_language() -> None:
    for _, expressions in MATTERS:
        assert set(expressions) == LANGUAGES
    assert set(DISPUTE) == set(UNSOLVED) == set(SIGNS) == LANGUAGES


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_written_cases_of_each_language_are_mostly_right(language: str) -> None:
    cases = [case for case in read_cases() if case.language == language and case.split == "dev"]
    right = [(by_words(case) == NONE) == (case.spec == NONE) for case in cases]
    assert sum(right) / len(right) > 0.9


def test_hardly_anybody_is_handed_over_without_need() -> None:
    held = [case for case in read_cases() if case.split in HELD_OUT]
    called = [case for case in held if by_words(case) != NONE]
    assert len(held) >= 200
    assert sum(case.spec != NONE for case in called) / len(called) > 0.9


def test_japanese_and_chinese_sums_are_read_in_ten_thousands() -> None:
    assert reason("請求額が5万円も多いです") is EscalationReason.BILLING
    assert largest_micros("3万元") == largest_micros("30000元")


@pytest.mark.parametrize(
    "text",
    [
        "how do I add a power of attorney to an account",
        "I am a lawyer, which account fits freelancers",
        "can I transfer my plan to another person",
        "please call me frank from now on",
        "am i talking with a real person or ai",
        "can my friend send me money",
        "in which cases can I request my money back?",
    ],
)
def test_words_that_only_look_like_it_call_nobody(text: str) -> None:
    assert reason(text) is None


def test_a_dispute_is_a_persons_above_the_companys_limit() -> None:
    text = "I was charged twice, $120.00 each"
    assert reason(text) is EscalationReason.BILLING
    assert reason(text, EscalationSettings(billing_dispute_micros=120_000_000)) is None
    assert reason("what does the $900 inspection include") is None


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("$1,250.50", 1250.5),
        ("1.250,50 €", 1250.5),
        ("EUR 99", 99),
        ("£2 000", 2000),
        ("3'000 pounds", 3000),
        ("15000円", 100),
        ("700元", 100),
        ("card 4711, 3 days", 0),
        ("between $5 and $7", 7),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, dollars: float) -> None:
    assert largest_micros(text) == int(dollars * 1_000_000)


def test_frustration_needs_several_signs() -> None:
    assert reason("this is ridiculous") is None
    assert reason("This is ridiculous, the third time, nobody answers") is EscalationReason.FRUSTRATION
    assert frustration_in(Heard("HELP THE BASEMENT FLOODED, WATER EVERYWHERE!!!", sentiment=-0.9)) == 0
    assert frustration_in(Heard("terrible, terrible, terrible!!", sentiment=-0.9)) == 2
    assert frustration_in(Heard("and still nothing", ["useless, I am fed up"])) == 3


def test_two_attempts_that_failed_are_enough() -> None:
    assert reason("and now?", failed_attempts=1) is None
    assert reason("and now?", failed_attempts=2) is EscalationReason.FAILED_ATTEMPTS
    assert reason("and now?", EscalationSettings(failed_attempts=3), failed_attempts=2) is None


def test_a_wish_is_seen_by_what_it_says_alone() -> None:
    wish = wish_in("My card is late. Let me talk to a human.")
    assert wish is not None
    assert wish.sign == "talk to a human"
    assert wish_in("are you a real person?") is None


def test_what_did_not_help_is_heard() -> None:
    assert says_unsolved("that didn't help")
    assert says_unsolved("没有解决")
    assert not says_unsolved("thanks, that was it")


def test_a_hostile_message_is_read_in_no_time() -> None:
    assert reason("speak " * 5_000 + "not " * 5_000) is None

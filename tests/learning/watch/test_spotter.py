"""Which answers are an applied suggestion's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from understudy.answering.domain import RungName
from understudy.answering.given.domain import Given
from understudy.learning.editing import Edit, ScenarioEdit
from understudy.learning.watch.domain import Live, Spotter, Use

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ID, FIRST, SECOND, CONTACT = (UUID(int=number) for number in range(1, 5))
KEY = "scenario:Bank/card_arrival"


def given(matched: str = "the new words", key: str | None = KEY, *, minutes: int = 5, **more: object) -> Given:
    values: dict[str, object] = {"rung": RungName.RULES, "confidence": 0.9, "saved_micros": 120}
    return Given(ID, CONTACT, NOW + timedelta(minutes=minutes), key, matched=matched, **(values | more))  # type: ignore[arg-type]


def live(one: UUID = FIRST, *texts: str, minutes: int = 0, **more: object) -> Live:
    edit = Edit(ID, scenarios=(ScenarioEdit("card_arrival", examples=texts or ("the new words",)),))
    return Live(one, NOW + timedelta(minutes=minutes), edit, **more)  # type: ignore[arg-type]


def test_an_answer_that_rests_on_its_text_is_its() -> None:
    made = given()
    assert Spotter([live()]).use_of(made) == Use(ID, FIRST, CONTACT, 120, made.at)


def test_other_texts_scenarios_and_times_are_not() -> None:
    spotter = Spotter([live()])
    assert spotter.use_of(given("old words")) is None
    assert spotter.use_of(given(key="scenario:Bank/lost_card")) is None
    assert spotter.use_of(given(key="scenario:Bank/no_card_arrival")) is None
    assert spotter.use_of(given(key=None)) is None
    assert spotter.use_of(given(minutes=-1)) is None


def test_of_several_the_first_that_was_applied_counts() -> None:
    spotter = Spotter([live(SECOND, minutes=2), live(FIRST, minutes=1)])
    use = spotter.use_of(given())
    assert use
    assert use.suggestion_id == FIRST


def test_a_text_that_was_there_before_saves_nothing() -> None:
    use = Spotter([live(known=frozenset({"the new words"}))]).use_of(given())
    assert use
    assert use.saved_micros == 0


def test_between_the_thresholds_it_is_the_lowered_ones() -> None:
    lowered = Live(FIRST, NOW, Edit(ID, thresholds={"rules": 0.6}), thresholds={"rules": 0.7})
    spotter = Spotter([lowered])
    assert spotter.use_of(given("old", confidence=0.65))
    assert spotter.use_of(given("old", confidence=0.70)) is None
    assert spotter.use_of(given("old", confidence=0.65, rung=RungName.SEMANTIC)) is None
    raised = Live(FIRST, NOW, Edit(ID, thresholds={"rules": 0.8}), thresholds={"rules": 0.7})
    assert Spotter([raised]).use_of(given("old", confidence=0.75)) is None

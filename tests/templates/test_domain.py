"""Overlays and trade questions: what one company sees never changes what another does."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.templates.examples import names, scenario, scenarios, template, templates
from understudy.templates.domain import (
    OVERLAY_CATEGORY,
    Overlay,
    OverlayChange,
    OverlayKind,
    QaEntry,
    Reply,
    Scenario,
    Template,
    TradeQaChange,
    effective_trade_qa,
)

CARD, PIN = scenario("card"), scenario("pin")


def add(one: Scenario, category: str | None = None) -> OverlayChange:
    return OverlayChange(OverlayKind.ADD, one.name, one, category)


def change(one: Scenario) -> OverlayChange:
    return OverlayChange(OverlayKind.CHANGE, one.name, one)


def hide(name: str) -> OverlayChange:
    return OverlayChange(OverlayKind.HIDE, name)


def names_of(one: Template) -> list[str]:
    return [each.name for each in one.scenarios()]


def test_scenarios_come_in_the_order_of_the_file_and_are_found_by_name():
    both = template(PIN, CARD)
    assert names_of(both) == ["pin", "card"]
    assert both.scenario("card") is CARD
    assert both.scenario("loan") is None


def test_a_hidden_scenario_is_gone_and_the_template_itself_untouched():
    both = template(CARD, PIN)
    assert names_of(Overlay((hide("card"),)).apply(both)) == ["pin"]
    assert names_of(both) == ["card", "pin"]


def test_a_changed_scenario_stays_in_its_place():
    ours = scenario("card", replies=(Reply("", "Ours."),))
    seen = Overlay((change(ours),)).apply(template(CARD, PIN))
    assert list(seen.scenarios()) == [ours, PIN]


def test_an_added_scenario_goes_where_it_is_told_or_into_our_own_category():
    seen = Overlay((add(PIN, "Cards"), add(scenario("loan")), add(scenario("fee"), "Fees"))).apply(template(CARD))
    assert [(one.name, [each.name for each in one.scenarios]) for one in seen.categories] == [
        ("Cards", ["card", "pin"]),
        (OVERLAY_CATEGORY, ["loan"]),
        ("Fees", ["fee"]),
    ]


def test_an_added_scenario_wins_over_one_that_the_template_got_later():
    ours = scenario("card", replies=(Reply("", "Ours."),))
    assert Overlay((add(ours),)).apply(template(CARD)).scenario("card") == ours


def test_the_later_of_two_changes_wins():
    first, last = scenario("card", follow_up="1"), scenario("card", follow_up="2")
    assert Overlay((change(first), change(last))).apply(template(CARD)).scenario("card") == last
    assert names_of(Overlay((add(PIN), hide("pin"))).apply(template(CARD))) == ["card"]


def test_changes_of_a_scenario_that_is_gone_do_nothing_and_are_named_as_stale():
    overlay = Overlay((change(scenario("gone")), hide("lost"), hide("card"), add(PIN), hide("pin")))
    assert names_of(overlay.apply(template(CARD))) == []
    assert [one.scenario_name for one in overlay.stale(template(CARD))] == ["gone", "lost"]


def test_an_overlay_names_every_scenario_that_it_speaks_about():
    assert Overlay((add(PIN), hide("card"))).touched() == {"pin", "card"}


changes = st.one_of(scenarios.map(add), scenarios.map(change), names.map(hide))


@given(templates, st.lists(changes, max_size=4).map(tuple))
def test_applying_an_overlay_twice_changes_nothing_more_when_it_adds_nothing_back(one, made):
    overlay = Overlay(made)
    once = overlay.apply(one)
    hidden = {each.scenario_name for each in made if each.kind is OverlayKind.HIDE}
    if not hidden:
        assert overlay.apply(once) == once
    assert Overlay().apply(one) == one


def test_a_company_overrides_or_hides_what_its_trade_shares():
    entries = tuple(QaEntry(UUID(int=n), f"question {n}", (), Reply("", f"answer {n}")) for n in range(3))
    ours = Reply("", "ours")
    changes = (
        TradeQaChange(UUID(int=0), ours),
        TradeQaChange(UUID(int=1), None),
        TradeQaChange(UUID(int=9), ours),
    )
    assert [one.hides for one in changes] == [False, True, False]
    assert [(one.question, one.reply.full) for one in effective_trade_qa(entries, changes)] == [
        ("question 0", "ours"),
        ("question 2", "answer 2"),
    ]

"""New scenarios from messages that belong to none."""

from __future__ import annotations

from tests.learning.observed import TEMPLATE_ID, observe, person
from understudy.learning.making.numbers.clusters import CLUSTER_CONTACTS, Home, answered, new_scenarios
from understudy.learning.making.numbers.naming import UNNAMED, name_of, telling_words
from understudy.learning.queue.evidence import witnesses_in

HOME = Home(TEMPLATE_ID, {"card_arrival"})
MORTGAGE = [observe(f"can i get a mortgage for my house {n}", key="llm:written") for n in range(6)]
CRYPTO = [observe(f"do you sell bitcoin or ether coins {n}", key="llm:written") for n in range(CLUSTER_CONTACTS)]


def test_what_many_ask_becomes_a_scenario_the_most_asked_first() -> None:
    first, second = new_scenarios([*CRYPTO, *MORTGAGE], HOME, fresh=None)
    (added,) = first.edit.added
    assert "mortgage" in added.scenario.name
    assert len(added.scenario.examples) == 6
    assert added.scenario.replies == ()
    assert first.scenario == added.scenario.name
    assert set(first.sources) == {one.task_id for one in MORTGAGE}
    assert "bitcoin" in second.scenario or "coins" in second.scenario or "ether" in second.scenario


def test_one_person_never_makes_a_scenario() -> None:
    alone = [observe(f"do you sell bitcoin or ether coins {n}", who="mallory") for n in range(100)]
    assert list(new_scenarios(alone, HOME)) == []


def test_only_groups_with_something_new_are_proposed_again() -> None:
    assert list(new_scenarios(MORTGAGE, HOME, fresh=frozenset())) == []
    task = MORTGAGE[0].task_id
    assert task is not None
    assert len(list(new_scenarios([*MORTGAGE, *CRYPTO], HOME, fresh=frozenset({task})))) == 1


def test_messages_that_are_no_tasks_bring_their_witnesses_along() -> None:
    past = [
        observe(f"can i get a mortgage for my house {n}", task_id=None, contact_id=person(f"p{n}")) for n in range(5)
    ]
    (proposal,) = new_scenarios(past, HOME)
    assert proposal.sources == ()
    told = witnesses_in(proposal.details)
    assert (told.sources, told.contacts) == (5, 5)


def test_names_are_free_and_made_of_words() -> None:
    assert name_of(["card", "late"], taken=()) == "card_late"
    assert name_of(["card", "late"], taken={"card_late", "card_late_2"}) == "card_late_3"
    assert name_of([], taken=()) == UNNAMED
    assert name_of(["a/b", "c d"], taken=(), prefix="x") == "x_a_b_c_d"
    assert telling_words(MORTGAGE, [one.padded for one in CRYPTO])[0] in {"mortgage", "house", "can", "get", "for"}


def test_a_written_answer_becomes_the_reply_unless_it_is_one_customer_s_own() -> None:
    (proposal,) = new_scenarios(MORTGAGE, HOME)
    (added,) = answered(proposal, " We lend up to half of it. ").edit.added
    assert [reply.full for reply in added.scenario.replies] == ["We lend up to half of it."]
    for text in ("", "Dear [NAME_1], yes.", "See {account_number}."):
        assert answered(proposal, text) == proposal

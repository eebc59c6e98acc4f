"""What lies near a message, for a model to choose among."""

from __future__ import annotations

from collections.abc import Mapping

from understudy.templates.domain import Category, Reply, Scenario, Template
from understudy.templates.matching.company.compiled import compile_questions, compile_template
from understudy.templates.matching.company_matcher import Asked, CompanyMatcher, Followed, Message

NOTHING: Mapping[str, Reply] = {}


def matcher(scenarios: int = 30) -> CompanyMatcher:
    """A company whose template has no head yet."""
    made = tuple(
        Scenario(
            f"topic_{number}", (f"trigger {number}",), examples=(f"words of {number}",), replies=(Reply("a", "b"),)
        )
        for number in range(scenarios)
    )
    template = compile_template(Template("Bank", "banking", (Category("All", made),)), 1, None)
    none = compile_questions((), vectors=(), encoder="x")
    asked = (Asked("qa", "qa@1", none, NOTHING), Asked("trade_qa", "banking@1", none, NOTHING))
    built_in = compile_template(Template("Small talk", "any"), 1, None)
    return CompanyMatcher((Followed(template),), *asked, built_in, frozenset({"en"}))


def test_what_a_trigger_hits_comes_first_and_the_rest_fills_up() -> None:
    near = matcher().nearest(Message("so about trigger 7 please", None, "en"), 5)
    assert near[0].title == "topic_7"
    assert len({one.key for one in near}) == 5
    assert [one.confidence for one in near] == sorted((one.confidence for one in near), reverse=True)


def test_it_is_short_where_there_is_little() -> None:
    assert len(matcher(2).nearest(Message("¿dónde está?", None, "es"), 5)) == 2
    assert matcher(0).nearest(Message("hello", None, "en"), 5) == ()


def test_the_version_names_everything_that_answers_depend_on() -> None:
    assert matcher().version == "bank@1, qa@1, banking@1"

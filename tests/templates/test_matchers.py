"""What a company answers from, in memory, as things change."""

from __future__ import annotations

from tests.templates.conftest import Desk


async def test_a_published_template_answers_by_rules_and_by_meaning(desk: Desk) -> None:
    await desk.followed()
    matcher = await desk.matcher()
    assert matcher.needs_embedding

    rules = matcher.rules(await desk.message("Where is my card?"))
    assert rules.best is not None
    assert (rules.best.key, rules.best.confidence) == ("scenario:Retail bank/card_arrival", 1.0)
    assert rules.version == "retail-bank@1"

    semantic = matcher.semantic(await desk.message("my new card has still not come"))
    assert semantic.best is not None
    assert semantic.best.title == "card_arrival"
    assert semantic.best.matched == "my new card has still not come"

"""What a company answers from, in memory, as things change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from tests.templates.conftest import BANK, CARD, PIN, Desk, scenario
from understudy.infra.postgres.place import Place
from understudy.language.adapters.scripted import scripted_language
from understudy.templates.domain import Category, Reply, Template
from understudy.templates.matchers import MatchingSettings
from understudy.templates.matching.company_matcher import NOT_FITTED, CompanyMatcher
from understudy.templates.questions.domain import NewQuestion
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import build, opened

SOON_SECONDS = 1.0
HOURS = NewQuestion("What are your opening hours?", Reply("9 to 5", "We are open from 9 to 5."), ("when are you open",))


async def until(desk: Desk, there: Callable[[CompanyMatcher], bool]) -> CompanyMatcher:
    """The company's matcher when the condition holds, which a change notice brings about within a second."""
    async with asyncio.timeout(SOON_SECONDS):
        while not there(matcher := await desk.product.templates.matchers.of(desk.principal.company)):
            await asyncio.sleep(0.01)
    return matcher


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


async def test_a_company_that_follows_nothing_has_nothing_to_say(desk: Desk) -> None:
    matcher = await desk.matcher()
    message = await desk.message("Where is my card?")
    for ask in (matcher.company_qa, matcher.trade_qa, matcher.rules, matcher.semantic, matcher.basic_rules):
        assert ask(message).best is None
    assert not matcher.needs_embedding
    assert matcher.small_talk(await desk.message("Hello!")).best is not None


async def test_the_first_version_answers_by_rules_before_its_head_is_fitted(desk: Desk) -> None:
    shelved = await desk.followed(fitted=False)
    matcher = await desk.matcher()
    message = await desk.message("Where is my card?")
    assert matcher.rules(message).best is not None
    assert matcher.semantic(message).note == NOT_FITTED

    await desk.product.templates.heads.fit(shelved.id, 1)
    fitted = await until(desk, lambda one: one.needs_embedding)
    assert fitted.semantic(message).best is not None
    assert fitted.followed[0].template.rules is matcher.followed[0].template.rules  # not compiled a second time


async def test_a_new_version_takes_over_with_its_head_and_not_before(desk: Desk) -> None:
    services = desk.product.templates
    shelved = await desk.followed()
    await desk.matcher()
    fees = scenario("fees", "what does it cost", examples=("how much do you charge", "tell me the price"))
    await services.drafts.put_scenario(desk.principal, shelved.id, fees, category="Money", expected=None)
    await services.versions.publish(desk.principal, shelved.id)
    asked = await desk.message("what does it cost")
    matcher = await desk.matcher()
    assert matcher.rules(asked).version == "retail-bank@1"
    assert matcher.rules(asked).best is None

    await services.heads.fit(shelved.id, 2)

    matcher = await until(desk, lambda one: one.followed[0].template.version == 2)
    assert matcher.rules(asked).best is not None
    assert matcher.semantic(await desk.message("how much do you charge")).version == "retail-bank@2"


async def test_while_a_reload_takes_its_time_the_old_one_serves(desk: Desk) -> None:
    await desk.followed()
    before = await desk.matcher()
    matchers = desk.product.templates.matchers
    matchers.on_company_change(str(desk.principal.company))
    matchers.on_template_change("*")
    asked = asyncio.ensure_future(matchers.of(desk.principal.company))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert asked.done(), "a request waited for a reload"
    assert asked.result().followed == before.followed


async def test_ten_who_ask_first_share_one_load(desk: Desk) -> None:
    await desk.followed()
    found = await asyncio.gather(*(desk.product.templates.matchers.of(desk.principal.company) for _ in range(10)))
    assert len({id(one.followed[0].template) for one in found}) == 1


async def test_companies_that_follow_the_same_version_share_what_is_compiled(desk: Desk, other_desk: Desk) -> None:
    services = desk.product.templates
    shelved = await desk.followed()
    await services.library.share(desk.principal, shelved.id, is_shared=True)
    await services.following.follow(other_desk.principal, shelved.id, version=1)
    mine, theirs = await desk.matcher(), await other_desk.matcher()
    assert mine.followed[0].template is theirs.followed[0].template


async def test_a_pinned_version_stays_when_a_newer_one_serves(desk: Desk) -> None:
    services = desk.product.templates
    shelved = await desk.followed()
    await services.following.pin(desk.principal, shelved.id, 1)
    await services.drafts.delete_scenario(desk.principal, shelved.id, "change_pin", expected_revision=1)
    await services.versions.publish(desk.principal, shelved.id)
    await services.heads.fit(shelved.id, 2)
    asked = await desk.message("change my pin")
    assert (await desk.matcher()).rules(asked).best is not None
    await services.following.pin(desk.principal, shelved.id, None)
    assert (await desk.matcher()).rules(asked).best is None


async def test_of_two_templates_the_earlier_wins_a_tie(desk: Desk) -> None:
    first = await desk.followed(replace(BANK, name="First", categories=(Category("A", (replace(CARD, priority=0),)),)))
    await desk.followed(replace(BANK, name="Second", categories=(Category("A", (replace(CARD, priority=9),)),)))
    asked = await desk.message("where is my card")
    best = (await desk.matcher()).rules(asked).best
    assert best is not None
    assert best.template == "First"
    following = desk.product.templates.following
    order = [one.template.id for one in await following.list(desk.principal.company)]
    assert order[0] == first.id
    await following.reorder(desk.principal, order[::-1])
    matcher = await desk.matcher()
    best = matcher.rules(asked).best
    assert best is not None
    assert best.template == "Second"
    semantic = matcher.semantic(await desk.message("when will the card be delivered"))
    assert semantic.best is not None
    assert semantic.best.template == "Second"
    assert semantic.version == "second@1, first@1"


async def test_two_scenarios_of_a_template_with_the_same_trigger_are_ambiguous(desk: Desk) -> None:
    twins = Category("A", (scenario("one", "card lost"), scenario("two", "card lost")))
    await desk.followed(Template("Twins", "banking", (twins,)), fitted=False)
    evidence = (await desk.matcher()).rules(await desk.message("card lost"))
    assert evidence.is_ambiguous
    assert evidence.best is not None
    assert evidence.second is not None
    assert {evidence.best.title, evidence.second.title} == {"one", "two"}


async def test_a_veto_is_said(desk: Desk) -> None:
    vetoed = Template("V", "banking", (Category("A", (replace(CARD, negative_triggers=("cancel",)),)),))
    await desk.followed(vetoed, fitted=False)
    evidence = (await desk.matcher()).rules(await desk.message("where is my card, cancel it"))
    assert (evidence.best, evidence.note) == (None, 'vetoed by "cancel"')


async def test_small_talk_is_all_of_the_message_or_nothing(desk: Desk) -> None:
    matcher = await desk.matcher()
    for text in ("hello", "Thanks!", "ok thanks"):
        assert matcher.small_talk(await desk.message(text)).best is not None, text
    for text in ("thanks, but my card is missing", "hello I need help", "ok 4711"):
        assert matcher.small_talk(await desk.message(text)).best is None, text


async def test_what_reads_meaning_is_silent_in_a_language_the_encoder_does_not_know(desk: Desk) -> None:
    await desk.followed()
    await desk.product.templates.questions.add(desk.principal, [HOURS])
    matcher = await desk.matcher()
    message = await desk.message("wann habt ihr geöffnet", "de")
    assert matcher.semantic(message).note == "language"
    assert matcher.company_qa(message).note == "language"
    exact = matcher.company_qa(replace(message, text="WHEN are you open?!"))
    assert exact.best is not None
    assert exact.best.confidence == 1.0


async def test_an_offered_scenario_is_found_by_its_key(desk: Desk) -> None:
    await desk.followed()
    (hours,) = await desk.product.templates.questions.add(desk.principal, [HOURS])
    matcher = await desk.matcher()
    best = matcher.rules(await desk.message("where is my card")).best
    assert best is not None
    found = matcher.find(best.key)
    assert found is not None
    assert found.replies == CARD.replies
    asked = matcher.find(f"qa:{hours.entry.id}")
    assert asked is not None
    assert asked.replies == (HOURS.reply,)
    for gone in ("scenario:Retail bank/nothing", "scenario:", "qa:none", "nonsense", ""):
        assert matcher.find(gone) is None


async def test_a_change_in_one_process_answers_in_another_within_a_second(
    desk: Desk, place: Place, configuration: Configuration
) -> None:
    shelved = await desk.followed()
    async with opened(build(place, configuration, scripted_language())) as other:
        elsewhere = Desk(other, desk.principal)
        hours = await elsewhere.message("What are your opening hours?")
        assert (await elsewhere.matcher()).company_qa(hours).best is None
        await desk.product.templates.questions.add(desk.principal, [HOURS])
        await until(elsewhere, lambda one: one.company_qa(hours).best is not None)

        await desk.product.templates.drafts.put_scenario(
            desk.principal, shelved.id, replace(PIN, priority=3), category="Cards", expected=("change_pin", 1)
        )
        await desk.product.templates.versions.publish(desk.principal, shelved.id)
        await until(elsewhere, lambda one: one.followed[0].template.version == 2)


async def test_the_versions_in_memory_are_bounded(desk: Desk, place: Place, configuration: Configuration) -> None:
    small = replace(configuration, matching=MatchingSettings(loaded_templates=2))
    async with opened(build(place, small, scripted_language())) as product:
        tight = Desk(product, desk.principal)
        for number in range(4):
            await tight.followed(replace(BANK, name=f"Bank {number}"), fitted=False)
        matcher = await tight.matcher()
        assert len(matcher.followed) == 4
        assert product.templates.matchers.loaded_templates <= 2


async def test_a_new_encoder_makes_new_heads_and_answers_by_rules_meanwhile(desk: Desk) -> None:
    shelved = await desk.followed()
    async with desk.product.database.platform() as tx:
        await tx.raw.execute("UPDATE template_head SET encoder = 'an older one'")
    asked = await desk.message("where is my card")
    matcher = await desk.matcher()
    assert matcher.rules(asked).best is not None
    assert matcher.semantic(asked).note == NOT_FITTED
    assert await desk.product.templates.heads.fit_missing() == 1
    await desk.product.templates.heads.fit(shelved.id, 1)
    assert await desk.product.templates.heads.fit_missing() == 0


async def test_a_head_that_cannot_be_read_is_fitted_again(desk: Desk) -> None:
    shelved = await desk.followed()
    async with desk.product.database.platform() as tx:
        await tx.raw.execute("UPDATE template_head SET head = 'damaged'")
    asked = await desk.message("where is my card")
    matcher = await desk.matcher()
    assert matcher.rules(asked).best is not None
    assert matcher.semantic(asked).note == NOT_FITTED
    assert await desk.product.templates.heads.fit_missing() == 1
    await desk.product.templates.heads.fit(shelved.id, 1)
    assert (await desk.matcher()).semantic(asked).best is not None

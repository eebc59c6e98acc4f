"""The front door for software that speaks OpenAI's protocol, plugged together."""

from __future__ import annotations

from understudy.answering.decision.recording import Recording
from understudy.answering.decision.thinking import Ladder, Thinking
from understudy.answering.passthrough.scribe import Scribe
from understudy.answering.passthrough.service import Behind, Passthrough
from understudy.answering.rungs.free import BASIC_RUNGS, FREE_RUNGS
from understudy.answering.service import Answering
from understudy.channels.openai.catalogue import Catalogue
from understudy.channels.openai.service import FrontDoor
from understudy.conversations.exchanges.service import Exchanges
from understudy.conversations.service import Conversations
from understudy.infra.system import new_id, utc_now
from understudy.language.service import Language
from understudy.templates.matchers import Matchers
from understudy.wiring.paid import PaidServices
from understudy.wiring.parts import Foundation, elapsed_us


def build_passthrough(
    base: Foundation, conversations: Conversations, language: Language, matchers: Matchers, answering: Answering
) -> Passthrough:
    """Plugs together what answers enquiries: the free rungs in order."""
    ladder = Ladder(rungs=FREE_RUNGS, basic=BASIC_RUNGS, timer=elapsed_us)
    behind = Behind(
        database=base.database,
        exchanges=Exchanges(outbox=base.outbox, clock=utc_now, new_id=new_id),
        conversations=conversations,
        thinking=Thinking(language=language, matchers=matchers, ladder=ladder),
        recording=Recording(
            database=base.database, conversations=conversations, clock=utc_now, new_id=new_id, timer=elapsed_us
        ),
        answering=answering,
        matchers=matchers,
        ladder=ladder,
        scribe=Scribe(database=base.database),
    )
    return Passthrough(behind=behind, clock=utc_now, new_id=new_id)


def build_front_door(
    base: Foundation,
    paid: PaidServices,
    answering: Answering,
    conversations: Conversations,
    reading: tuple[Language, Matchers],
) -> FrontDoor:
    """Plugs the front door together. `reading`: what reads questions, and what matches them."""
    return FrontDoor(
        companies=base.companies,
        passthrough=build_passthrough(base, conversations, *reading, answering),
        gateway=paid.gateway,
        catalogue=Catalogue(providers=paid.providers),
    )

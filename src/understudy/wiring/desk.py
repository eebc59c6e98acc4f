"""What the console's pages read, plugged together."""

from __future__ import annotations

from understudy.answering.overview.service import DecisionOverview
from understudy.companies.service import Companies
from understudy.console.figures.money import MoneyReading, MoneySources
from understudy.console.figures.routing import RoutingReading
from understudy.console.learning.reading import LearningReading
from understudy.console.pages import Desk
from understudy.console.reading import Reading, Sources
from understudy.conversations.overview.service import MessageOverview
from understudy.conversations.service import Conversations
from understudy.infra.system import utc_now
from understudy.monitoring.service import Notices
from understudy.wiring.learning.deciding import DecidingServices
from understudy.wiring.parts import Foundation


def build_desk(companies: Companies, sources: MoneySources, notices: Notices, learnt: DecidingServices) -> Desk:
    """What those pages are made from."""
    return Desk(
        money=MoneyReading(sources=sources),
        routing=RoutingReading(usage=sources.usage),
        notices=notices,
        learning=LearningReading(companies=companies, deciding=learnt.deciding, savings=learnt.savings, clock=utc_now),
        deciding=learnt.deciding,
    )


def build_reading(base: Foundation, decisions: DecisionOverview, conversations: Conversations) -> Reading:
    """Plugs together what the pages of messages read."""
    messages = MessageOverview(database=base.database)
    return Reading(sources=Sources(base.companies, decisions, messages, conversations), clock=utc_now)

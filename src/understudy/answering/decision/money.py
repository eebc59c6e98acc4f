"""What a message would have cost had the paid rung answered it: the counterfactual that savings are counted against.

Until a company has paid calls of its own, a call is taken to read the message and 1,200 tokens of instructions and
scenarios, and to write the reply, at the small tier's list price.
"""

from __future__ import annotations

from uuid import UUID

from understudy.answering.domain import Spending

PROMPT_TOKENS = 1_200
"""Instructions, scenarios and history that come with a message: the figure agreed for the ledger."""
SMALL_TIER = "gemini-2.5-flash-lite"
"""The cheapest model of the small tier, so that savings are rather under- than overstated."""
INPUT_MICROS_PER_MILLION = 100_000
"""$0.10 for a million input tokens; Google's list price of Gemini 2.5 Flash-Lite for text since July 2025."""
OUTPUT_MICROS_PER_MILLION = 400_000
"""$0.40 for a million output tokens; the same list."""
BYTES_PER_TOKEN = 4
"""Rule of thumb of the providers for English ("a token is about four characters"), taken over UTF-8 bytes."""
MILLION = 1_000_000

ASSUMED = (
    f"assumed: message + {PROMPT_TOKENS} tokens in, reply out, at the list price of {SMALL_TIER}, "
    f"{BYTES_PER_TOKEN} bytes a token"
)
"""How a counterfactual was found when there are no paid calls to go by."""
ENOUGH_PAID_ANSWERS = 20
"""From so many paid answers of its own on, a company's median takes the place of the assumption."""
MEDIAN = f"median of the company's own paid answers (at least {ENOUGH_PAID_ANSWERS})"
PAID = "what it cost: the paid rung answered"
NOTHING_ANSWERED = "none: no free rung answered"
"""The method where nothing was saved, because a person or nobody answered."""


def tokens(text: str) -> int:
    """An estimate of a text's tokens."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)


def counterfactual_micros(message: str, reply: str) -> int:
    """What one paid call would have cost for this message and reply, in micro-dollars, rounded up once."""
    spent = (PROMPT_TOKENS + tokens(message)) * INPUT_MICROS_PER_MILLION + tokens(reply) * OUTPUT_MICROS_PER_MILLION
    return -(-spent // MILLION)


def saved(message: str, reply: str, *, cost_micros: int = 0, median_micros: int | None = None) -> Spending:
    """The spending of a message that needed no paid answer: against the company's own median, else the assumption."""
    if median_micros is not None:
        return Spending(cost_micros, median_micros, MEDIAN)
    return Spending(cost_micros, counterfactual_micros(message, reply), ASSUMED)


def paid(cost_micros: int) -> Spending:
    """The spending of a message that the paid rung answered: what it cost, and nothing saved."""
    return Spending(cost_micros, cost_micros, PAID)


def unsaved(cost_micros: int = 0) -> Spending:
    """The spending of a message that no rung answered: nothing was saved."""
    return Spending(cost_micros, 0, NOTHING_ANSWERED)


class NothingPaidYet:
    """Where no paid call can be known of: the assumption stands."""

    async def median(self, company_id: UUID) -> int | None:
        """None."""
        return None


NOTHING_PAID_YET = NothingPaidYet()

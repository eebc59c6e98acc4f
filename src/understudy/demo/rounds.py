"""The part of the demo that learns: messages come in rounds, and after each round their rescues become free answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from understudy.demo.content import DemoMessage
from understudy.demo.loop import Turn
from understudy.demo.replay import Replayed
from understudy.demo.summary import FREE_RUNGS, PAID_RUNG

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one round. `right`: of the free answers, by the labels."""

    messages: int
    paid: int
    free: int
    right: int
    turn: Turn

    @property
    def paid_share(self) -> float:
        """Share of the messages that were paid for."""
        return self.paid / self.messages if self.messages else 0.0

    @property
    def accuracy(self) -> float:
        """Share of the free answers that are right."""
        return self.right / self.free if self.free else 0.0


def parts(messages: Sequence[DemoMessage]) -> list[Sequence[DemoMessage]]:
    """The messages in rounds of about the same size."""
    size = -(-len(messages) // ROUNDS)
    return [messages[start : start + size] for start in range(0, len(messages), size)]


def round_of(results: Sequence[Replayed], turn: Turn) -> Round:
    """Counts a round."""
    free = [one for one in results if one.answer["rung"] in FREE_RUNGS and one.picked is not None]
    paid = sum(one.answer["rung"] == PAID_RUNG or bool(one.answer["cost_micros"]) for one in results)
    right = sum(one.picked == one.message.expected for one in free)
    return Round(len(results), paid, len(free), right, turn)


def table(rounds: Sequence[Round]) -> list[str]:
    """The rounds as lines of text."""
    lines = [f"{'round':<7}{'messages':>9}{'paid':>8}{'free, right':>13}{'rescues':>9}{'suggested':>11}{'applied':>9}"]
    for number, one in enumerate(rounds, 1):
        bar = "█" * round(one.paid_share * 40)
        lines.append(
            f"{number:<7}{one.messages:>9,}{one.paid_share:>8.1%}{one.accuracy:>13.1%}{one.turn.rescues:>9}"
            f"{one.turn.replayed:>11}{one.turn.applied:>9}  {bar}"
        )
    return lines

"""How surely what was learnt is taken back when it does harm, and left alone when not: simulated, looked at each use.

make bench-watch

Each rule answers so many judged messages, right by chance with its own precision; after every one the bound is looked
at, as the watch does. Shown: the share of rules that were demoted within 50 judged uses, and ever within 1,000.
"""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.outcome import Figure, Outcome, finish, options
from understudy.learning.watch import precision

FLOOR = 0.85
WITHIN, EVER = 50, 1_000
TRUTHS = (0.99, 0.97, 0.95, 0.93, 0.90, 0.85, 0.80, 0.75, 0.70, 0.60, 0.50, 0.30, 0.0)
RULES, QUICK_RULES = 20_000, 1_000
SEED = 20


def needed(uses: int) -> np.ndarray:
    """The least number of wrong answers, by number of uses, from which a rule is demoted; over it where none is."""
    found: list[int] = []
    for count in range(1, uses + 1):
        wrong = found[-1] if found else 1
        while wrong <= count and not precision.is_below(FLOOR, count - wrong, wrong):
            wrong += 1
        found.append(wrong)
    return np.array(found)


def share(truth: float, limits: np.ndarray, rules: int) -> tuple[float, float, float]:
    """Demoted within 50 uses, ever, and the median use of those that were (0 where none was)."""
    chance = np.random.default_rng(SEED)
    within, ever, moments = 0, 0, []
    for start in range(0, rules, 1_000):
        wrong = (chance.random((min(1_000, rules - start), len(limits))) >= truth).cumsum(axis=1)
        over = wrong >= limits
        hit = over.any(axis=1)
        ever += int(hit.sum())
        within += int(over[:, :WITHIN].any(axis=1).sum())
        moments += (over.argmax(axis=1)[hit] + 1).tolist()
    return within / rules, ever / rules, float(np.median(moments)) if moments else 0.0


def main() -> None:
    """Simulates, prints the curve, and writes the figures."""
    given = options(__doc__).parse_args()
    rules, uses = (QUICK_RULES, 200) if given.quick else (RULES, EVER)
    limits = needed(uses)
    found = {truth: share(truth, limits, rules) for truth in TRUTHS}
    table = Table("right", f"demoted within {WITHIN}, %", f"within {uses}, %", "median use")
    for truth, (within, ever, median) in found.items():
        table.add_row(f"{truth:.2f}", f"{100 * within:.2f}", f"{100 * ever:.2f}", f"{median:.0f}" if median else "")
    Console(width=120).print(table)
    figures = [
        Figure("demoted_95", 100 * found[0.95][0], "right .95: demoted within 50 judged uses, %", "≤ 2"),
        Figure("demoted_95_ever", 100 * found[0.95][1], f"right .95: demoted within {uses}, %", "≤ 2"),
        Figure("demoted_floor_ever", 100 * found[0.85][1], f"right .85, the floor: demoted within {uses}, %", "≤ 5"),
        Figure("missed_50", 100 * (1 - found[0.50][0]), "right .50: not demoted within 50, %", "≤ 5"),
        Figure("missed_0", 100 * (1 - found[0.0][0]), "right .00: not demoted within 50, %", "≤ 5"),
        Figure("demoted_70", 100 * found[0.70][0], "right .70: demoted within 50, %"),
        Figure("uses_to_demote_50", found[0.50][2], "right .50: median uses until it is demoted"),
    ]
    texts = f"{rules:,} simulated rules for each precision, floor {FLOOR}, bound looked at after every judged use"
    finish(Outcome("watch", "The watch over what was learnt", tuple(figures), texts), given)


if __name__ == "__main__":
    main()

"""How sure a rules match is: from the share of the message that its triggers explain to a probability."""

from bisect import bisect_right

EXACT = 1.0  # one trigger is the whole message: what the author wrote down is what the customer said
SHARE_TO_PROBABILITY: tuple[tuple[float, float], ...] = ((0.0, 0.30), (1.0, 0.95))


def confidence(share: float, *, exact: bool = False) -> float:
    """The probability that a scenario is meant whose triggers explain `share` (0 to 1) of the message's words.

    Linear between the points of `SHARE_TO_PROBABILITY`; `exact` says that a single trigger is the whole message.
    """
    if exact:
        return EXACT
    upper = bisect_right(SHARE_TO_PROBABILITY, share, key=lambda point: point[0])
    if upper == 0:
        return SHARE_TO_PROBABILITY[0][1]
    if upper == len(SHARE_TO_PROBABILITY):
        return SHARE_TO_PROBABILITY[-1][1]
    (left, low), (right, high) = SHARE_TO_PROBABILITY[upper - 1], SHARE_TO_PROBABILITY[upper]
    return low + (high - low) * (share - left) / (right - left)

import numpy as np
import pytest

from understudy.templates.matching.calibration import OUT_OF_SCOPE_SHARE, Calibrator, Outcomes, adjusted, fitted
from understudy.templates.matching.defaults.calibrators import HEAD, NEAREST
from understudy.templates.matching.head import Evidence
from understudy.templates.matching.nearest import NearestEvidence


def outcomes(count: int, seed: int = 0, slope: float = 2.0) -> Outcomes:
    """Two features, of which the first tells the odds: log-odds = slope * x - 0.5."""
    chance = np.random.default_rng(seed)
    rows = chance.standard_normal((count, 2))
    right = (chance.random(count) < 1 / (1 + np.exp(0.5 - slope * rows[:, 0]))).astype(float)
    return Outcomes(rows, right, np.ones(count))


def gap(calibrator: Calibrator, seen: Outcomes) -> float:
    """Expected calibration error in ten bins."""
    sure = calibrator.probabilities(seen.rows)
    bins = np.minimum((sure * 10).astype(int), 9)
    return float(sum(abs((sure - seen.right)[bins == place].sum()) for place in range(10)) / len(sure))


def test_probabilities_come_true_as_often_as_they_say():
    calibrator = fitted(outcomes(4000))
    assert gap(calibrator, outcomes(4000, seed=1)) < 0.03


def test_one_message_gets_what_many_get():
    calibrator, seen = fitted(outcomes(300)), outcomes(5)
    assert [calibrator.probability(row) for row in seen.rows] == pytest.approx(calibrator.probabilities(seen.rows))


def test_a_few_outcomes_hardly_move_the_default_and_many_replace_it():
    default, other = fitted(outcomes(4000)), outcomes(4000, seed=2, slope=-2.0)
    few = Outcomes(other.rows[:4], other.right[:4], other.weight[:4])
    probe = np.array([[1.5, 0.0]])
    before = default.probabilities(probe)[0]
    assert abs(adjusted(default, few).probabilities(probe)[0] - before) < 0.2
    assert adjusted(default, other).probabilities(probe)[0] < 0.2 < 0.8 < before
    assert adjusted(default, few).source == "own"


def test_outcomes_that_are_all_right_stay_probabilities():
    rows = np.random.default_rng(0).standard_normal((50, 2))
    calibrator = adjusted(fitted(outcomes(500)), Outcomes(rows, np.ones(50), np.ones(50)))
    assert np.all((calibrator.probabilities(rows) > 0) & (calibrator.probabilities(rows) < 1))


def test_outcomes_are_weighted_to_the_share_out_of_scope():
    within = (np.zeros((82, 2)), np.ones(82))
    made = Outcomes.of(within, (np.zeros((5, 2)), 0.25), (np.zeros((300, 2)), 0.75), (np.zeros((0, 2)), 0.5))
    outside = made.weight[82:].sum()
    assert outside / made.weight.sum() == pytest.approx(OUT_OF_SCOPE_SHARE)
    assert made.weight[82:87].sum() == pytest.approx(outside / 4)


def test_evidence_beyond_what_was_seen_counts_no_more():
    calibrator = fitted(outcomes(500))
    assert calibrator.probability(np.array([50.0, 0.0])) == calibrator.probability(np.array([5000.0, 0.0]))


def test_the_defaults_fit_the_evidence_and_trust_likeness():
    sure = Evidence(6, -0.1, 0.85, 0.3, 0.8, 6, 6, 2)
    vague = Evidence(0.3, -2.5, 0.4, 0.01, 0.35, 2, -1, 2)
    assert HEAD.probability(sure.row) > 0.9 > 0.3 > HEAD.probability(vague.row)
    same, other = NearestEvidence(0.95, 0.9, 0.5, 2, 2), NearestEvidence(0.35, 0.05, 0.02, 2, 2)
    assert NEAREST.probability(same.row) > 0.9 > 0.3 > NEAREST.probability(other.row)

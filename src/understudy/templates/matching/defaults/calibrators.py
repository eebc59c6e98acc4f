"""Calibrators for what has too few examples for its own; made by `python -m benchmarks.fit_default_calibrators`.

Fitted on made-up templates: labels and examples drawn from the training parts of Banking77, CLINC150 and Bitext (2 to
150 labels, 1 to 40 examples each), asked what they had not seen, with 18 % out of scope: three tenths of that are
messages of labels that were left out, the rest is from other sets. Fitted without a set and measured on it, small
templates only, the expected calibration error is .015 to .048 for heads and .03 to .11 for nearest examples.
"""

import numpy as np

from understudy.templates.matching.calibration import Calibrator

HEAD = Calibrator(
    "default",
    weights=np.array(
        [
            0.7997,
            1.5843,
            0.5546,
            0.5691,
            0.2515,
            0.6744,
            -0.068,
            0.1685,
            -0.1061,
            -0.1872,
            0.0957,
            -0.6086,
            0.1642,
            0.1434,
            -0.0099,
            0.082,
            -0.0074,
        ]
    ),
    centre=np.array([2.9885, -1.9737, 0.4836, 0.1382, 0.419, 2.8099, 1.1643, 2.22]),
    scale=np.array([2.93, 2.1921, 0.2505, 0.164, 0.2335, 2.8231, 5.3413, 0.4058]),
)

NEAREST = Calibrator(
    "default",
    weights=np.array([0.7193, 1.0661, 0.3301, 1.6127, -0.113, -0.3301, -0.4323, -0.0876, -0.119, -0.0204, -0.042]),
    centre=np.array([0.4248, 0.1779, 0.1435, 2.2212, 2.82]),
    scale=np.array([0.2369, 0.1473, 0.156, 0.4042, 1.2006]),
)

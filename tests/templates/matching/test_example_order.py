"""A head names an example by its place; the template that answers with it must hold them in the same order."""

from __future__ import annotations

import numpy as np

from understudy.templates.domain import Category, Scenario, Template
from understudy.templates.matching.company.compiled import compile_template
from understudy.templates.matching.fitting import training_set


def test_the_examples_stand_in_the_order_in_which_the_head_was_fitted():
    zebra = Scenario("zebra", examples=("a zebra", "stripes"))
    apple = Scenario("apple", examples=("an apple", "red fruit", "green fruit"))
    template = Template("Things", "zoo", (Category("Animals", (zebra,)), Category("Fruit", (apple,))))
    material = training_set(template, lambda texts: np.ones((len(texts), 4), np.float32))
    assert compile_template(template, 1, None).examples == (*material.examples.texts, *material.hints.texts)

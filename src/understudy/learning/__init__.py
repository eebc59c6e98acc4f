"""What makes the product cheaper every week: paid rescues become proposed free answers.

Words: a *task* is one rescue to learn from; an *observation* what it says; a *suggestion* a proposed change with its
sources; a *backtest* its replay on past traffic; the *watch* measures what was applied. It knows no channel, no page.
"""

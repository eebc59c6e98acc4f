"""What paid calls cost and may cost: prices, a company's budgets by month, and the holds on them.

Words: a *window* is one month of one budget (`Pot`) of a company, a *hold* money set aside in it for one call at its
worst case. A hold is held → sent → settled; held → expired when it was never sent; sent → orphaned when nobody settled
it, which books its worst case; released when the call was not made after all. It knows no provider and makes no call.
"""

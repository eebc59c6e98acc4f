"""How one decision is made: the case, the thinking with no transaction open, the choice, the record in one commit."""

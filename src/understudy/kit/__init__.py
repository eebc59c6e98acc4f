"""Ids, clock, errors, money: pure values every package may use. Standard library only, a closed list of modules."""

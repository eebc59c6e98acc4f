"""The only SQL of the ledger. Every function takes a transaction and gives back domain values."""

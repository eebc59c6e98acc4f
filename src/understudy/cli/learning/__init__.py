"""Commands of what is learnt."""

"""Commands about what is learnt."""

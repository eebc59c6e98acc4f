"""The only SQL of contacts, conversations, messages and escalations. Every function takes the company's transaction."""

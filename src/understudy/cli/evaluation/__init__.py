"""Commands of evaluation: golden cases, and past traffic replayed."""

"""Row-level security as statements for migrations."""

from __future__ import annotations

COMPANY_IS_SET = "company_id = (SELECT nullif(current_setting('app.company', true), '')::uuid)"
"""The sub-select is evaluated once per statement, so the index on company_id is used; an unset company sees nothing."""


def protect(table: str, *, column: str = "company_id") -> list[str]:
    """Statements that force row-level security on a table of a company.

    The serving role sees the company of its transaction, the platform role sees all, everybody else (the owner too)
    sees nothing.
    """
    rule = COMPANY_IS_SET.replace("company_id", column, 1)
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY company ON {table} USING ({rule}) WITH CHECK ({rule})",
        f"CREATE POLICY platform ON {table} TO understudy_platform USING (true) WITH CHECK (true)",
    ]

"""Companies, their settings, API keys, and the audit log."""

from __future__ import annotations

from alembic import op

from understudy.infra.rls import protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE company (
        id uuid NOT NULL,
        slug text NOT NULL,
        name text NOT NULL,
        trade text NOT NULL,
        created_at timestamptz NOT NULL,
        archived_at timestamptz,
        settings jsonb NOT NULL,
        settings_version integer NOT NULL,
        CONSTRAINT pk_company PRIMARY KEY (id),
        CONSTRAINT uq_company_slug UNIQUE (slug)
    )""",
    """
    CREATE TABLE company_settings (
        company_id uuid NOT NULL,
        version integer NOT NULL,
        settings jsonb NOT NULL,
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL,
        CONSTRAINT pk_company_settings PRIMARY KEY (company_id, version),
        CONSTRAINT fk_company_settings_company_id_company
            FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    """
    CREATE TABLE api_key (
        id uuid NOT NULL,
        company_id uuid,
        name text NOT NULL,
        token_hash bytea NOT NULL,
        permissions text[] NOT NULL,
        created_at timestamptz NOT NULL,
        revoked_at timestamptz,
        CONSTRAINT pk_api_key PRIMARY KEY (id),
        CONSTRAINT uq_api_key_token_hash UNIQUE (token_hash),
        CONSTRAINT fk_api_key_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_api_key_company_id ON api_key (company_id)",
    """
    CREATE TABLE audit_entry (
        id uuid NOT NULL,
        company_id uuid,
        sequence bigint NOT NULL,
        at timestamptz NOT NULL,
        actor text NOT NULL,
        action text NOT NULL,
        subject text NOT NULL,
        before jsonb,
        after jsonb,
        previous_hash bytea NOT NULL,
        hash bytea NOT NULL,
        CONSTRAINT pk_audit_entry PRIMARY KEY (id),
        CONSTRAINT uq_audit_entry_company_id_sequence UNIQUE NULLS NOT DISTINCT (company_id, sequence),
        CONSTRAINT fk_audit_entry_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE RESTRICT
    )""",
)

APPEND_ONLY = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    "REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry FROM understudy_app, understudy_platform",
)

# Before the company is known: one function per look-up. The owner, who runs them, may read these two tables.
LOOKUPS = (
    "CREATE POLICY lookup ON company FOR SELECT TO understudy_owner USING (true)",
    "CREATE POLICY lookup ON api_key FOR SELECT TO understudy_owner USING (true)",
    """
    CREATE FUNCTION company_by_slug(wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT id FROM company WHERE slug = wanted AND archived_at IS NULL)""",
    """
    CREATE FUNCTION principal_by_token(wanted bytea)
    RETURNS TABLE (name text, company_id uuid, permissions text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
        SELECT k.name, k.company_id, k.permissions FROM api_key k LEFT JOIN company c ON c.id = k.company_id
        WHERE k.token_hash = wanted AND k.revoked_at IS NULL AND c.archived_at IS NULL;
    END""",
    "REVOKE EXECUTE ON FUNCTION company_by_slug, principal_by_token FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION company_by_slug, principal_by_token TO understudy_app",
)


def upgrade() -> None:
    """Companies, their settings, API keys, and the audit log."""
    for statement in TABLES:
        op.execute(statement)
    for statement in [*protect("company", column="id"), *protect("company_settings"), *protect("api_key")]:
        op.execute(statement)
    for statement in [*protect("audit_entry"), *APPEND_ONLY, *LOOKUPS]:
        op.execute(statement)


def downgrade() -> None:
    """Takes it back."""
    op.execute("DROP FUNCTION principal_by_token, company_by_slug")
    op.execute("DROP TABLE audit_entry, api_key, company_settings, company")
    op.execute("DROP FUNCTION refuse_change")

"""Templates with their drafts and versions, who follows them, overlays, questions and answers."""

from __future__ import annotations

from alembic import op

from understudy.infra.rls import protect

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEMPLATES = (
    """
    CREATE TABLE template (
        id uuid NOT NULL,
        company_id uuid,
        name text NOT NULL,
        trade text NOT NULL,
        is_shared boolean NOT NULL,
        newest_version integer,
        serving_version integer,
        created_at timestamptz NOT NULL,
        archived_at timestamptz,
        CONSTRAINT pk_template PRIMARY KEY (id),
        CONSTRAINT uq_template_company_id_id UNIQUE (company_id, id),
        CONSTRAINT fk_template_company_id_company FOREIGN KEY (company_id) REFERENCES company (id)
    )""",
    """
    CREATE UNIQUE INDEX ix_template_company_id_name ON template (company_id, name) NULLS NOT DISTINCT
    WHERE archived_at IS NULL""",
    """
    CREATE TABLE template_draft (
        template_id uuid NOT NULL,
        company_id uuid,
        head jsonb NOT NULL,
        head_revision integer NOT NULL,
        revision integer NOT NULL,
        published_revision integer,
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL,
        CONSTRAINT pk_template_draft PRIMARY KEY (template_id)
    )""",
    """
    CREATE TABLE draft_scenario (
        template_id uuid NOT NULL,
        name text NOT NULL,
        company_id uuid,
        category text NOT NULL,
        position integer NOT NULL,
        document jsonb NOT NULL,
        revision integer NOT NULL,
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL,
        CONSTRAINT pk_draft_scenario PRIMARY KEY (template_id, name)
    )""",
    """
    CREATE TABLE template_version (
        template_id uuid NOT NULL,
        version integer NOT NULL,
        company_id uuid,
        checksum bytea NOT NULL,
        fit_checksum bytea,
        document jsonb NOT NULL,
        note text NOT NULL,
        published_by text NOT NULL,
        published_at timestamptz NOT NULL,
        CONSTRAINT pk_template_version PRIMARY KEY (template_id, version)
    )""",
    """
    CREATE TABLE template_head (
        template_id uuid NOT NULL,
        fit_checksum bytea NOT NULL,
        encoder text NOT NULL,
        company_id uuid,
        head bytea NOT NULL,
        fitted_at timestamptz NOT NULL,
        CONSTRAINT pk_template_head PRIMARY KEY (template_id, fit_checksum, encoder)
    )""",
    "ALTER TABLE template_head ALTER COLUMN head SET STORAGE EXTERNAL",
)

PARTS = ("template_draft", "draft_scenario", "template_version", "template_head")
PUBLISHED_PARTS = ("template_version", "template_head")

FOLLOWING = (
    """
    CREATE TABLE following (
        company_id uuid NOT NULL,
        template_id uuid NOT NULL,
        position integer NOT NULL,
        pinned_version integer,
        followed_at timestamptz NOT NULL,
        CONSTRAINT pk_following PRIMARY KEY (company_id, template_id),
        CONSTRAINT fk_following_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE,
        CONSTRAINT fk_following_template_id_template FOREIGN KEY (template_id) REFERENCES template (id),
        CONSTRAINT fk_following_template_id_pinned_version_template_version
            FOREIGN KEY (template_id, pinned_version) REFERENCES template_version (template_id, version)
    )""",
    "CREATE INDEX ix_following_template_id ON following (template_id)",
    """
    CREATE TABLE overlay (
        company_id uuid NOT NULL,
        template_id uuid NOT NULL,
        version integer NOT NULL,
        document jsonb NOT NULL,
        encoder text NOT NULL,
        vectors bytea NOT NULL,
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL,
        CONSTRAINT pk_overlay PRIMARY KEY (company_id, template_id, version),
        CONSTRAINT fk_overlay_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE,
        CONSTRAINT fk_overlay_template_id_template FOREIGN KEY (template_id) REFERENCES template (id) ON DELETE CASCADE
    )""",
)

QUESTION_COLUMNS = """
        question text NOT NULL,
        question_hash bytea NOT NULL,
        variants text[] NOT NULL,
        reply_short text NOT NULL,
        reply_full text NOT NULL,
        revision integer NOT NULL,
        encoder text NOT NULL,
        vectors bytea NOT NULL,
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL"""

QUESTIONS = (
    f"""
    CREATE TABLE qa_entry (
        company_id uuid NOT NULL,
        id uuid NOT NULL,{QUESTION_COLUMNS},
        CONSTRAINT pk_qa_entry PRIMARY KEY (company_id, id),
        CONSTRAINT uq_qa_entry_company_id_question_hash UNIQUE (company_id, question_hash),
        CONSTRAINT fk_qa_entry_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    """
    CREATE TABLE qa_version (
        company_id uuid NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT pk_qa_version PRIMARY KEY (company_id),
        CONSTRAINT fk_qa_version_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    f"""
    CREATE TABLE trade_qa_entry (
        id uuid NOT NULL,
        trade text NOT NULL,{QUESTION_COLUMNS},
        CONSTRAINT pk_trade_qa_entry PRIMARY KEY (id),
        CONSTRAINT uq_trade_qa_entry_trade_question_hash UNIQUE (trade, question_hash)
    )""",
    """
    CREATE TABLE trade_qa_version (
        trade text NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT pk_trade_qa_version PRIMARY KEY (trade)
    )""",
    """
    CREATE TABLE trade_qa_change (
        company_id uuid NOT NULL,
        entry_id uuid NOT NULL,
        is_hidden boolean NOT NULL,
        reply_short text NOT NULL,
        reply_full text NOT NULL,
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL,
        CONSTRAINT pk_trade_qa_change PRIMARY KEY (company_id, entry_id),
        CONSTRAINT fk_trade_qa_change_company_id_company
            FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE,
        CONSTRAINT fk_trade_qa_change_entry_id_trade_qa_entry
            FOREIGN KEY (entry_id) REFERENCES trade_qa_entry (id) ON DELETE CASCADE
    )""",
)

OF_COMPANIES = ("template", *PARTS, "following", "overlay", "qa_entry", "qa_version", "trade_qa_change")
OF_TRADES = ("trade_qa_entry", "trade_qa_version")


def same_owner(table: str) -> list[str]:
    """A part goes with its template and has the same owner; the platform's, whose owner is null, by the first alone."""
    return [
        f"""ALTER TABLE {table} ADD CONSTRAINT fk_{table}_template_id_template
            FOREIGN KEY (template_id) REFERENCES template (id) ON DELETE CASCADE""",
        f"""ALTER TABLE {table} ADD CONSTRAINT fk_{table}_company_id_template_id_template
            FOREIGN KEY (company_id, template_id) REFERENCES template (company_id, id)""",
    ]


# Beside their own templates, companies read those of the platform and those that others share, never their drafts;
# and they can follow only what they can read.
VISIBLE = [
    "CREATE POLICY visible ON template FOR SELECT TO understudy_app USING (company_id IS NULL OR is_shared)",
    *(
        f"""CREATE POLICY visible ON {table} FOR SELECT TO understudy_app USING (EXISTS (
            SELECT 1 FROM template t WHERE t.id = template_id AND (t.company_id IS NULL OR t.is_shared)))"""
        for table in PUBLISHED_PARTS
    ),
    *(
        f"""CREATE POLICY visible_template ON {table} AS RESTRICTIVE FOR INSERT TO understudy_app
            WITH CHECK (EXISTS (SELECT 1 FROM template t WHERE t.id = template_id))"""
        for table in ("following", "overlay")
    ),
]

# What a trade shares is written by the platform and read by every company.
TRADES = [
    statement
    for table in OF_TRADES
    for statement in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY everybody ON {table} FOR SELECT TO understudy_app USING (true)",
        f"CREATE POLICY platform ON {table} TO understudy_platform USING (true) WITH CHECK (true)",
    )
]

# A version that was published stays as it is.
IMMUTABLE = (
    """
    CREATE FUNCTION refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a published version never changes'; END $$""",
    """
    CREATE TRIGGER immutable BEFORE UPDATE ON template_version
    FOR EACH ROW EXECUTE FUNCTION refuse_version_change()""",
)


def upgrade() -> None:
    """Templates, following, overlays, questions."""
    for statement in (*TEMPLATES, *FOLLOWING, *QUESTIONS):
        op.execute(statement)
    for table in PARTS:
        for statement in same_owner(table):
            op.execute(statement)
    for table in OF_COMPANIES:
        for statement in protect(table):
            op.execute(statement)
    for statement in (*VISIBLE, *TRADES, *IMMUTABLE):
        op.execute(statement)


def downgrade() -> None:
    """Takes it back."""
    op.execute("DROP TABLE trade_qa_change, trade_qa_version, trade_qa_entry, qa_version, qa_entry, overlay, following")
    op.execute("DROP TABLE template_head, template_version, draft_scenario, template_draft, template")
    op.execute("DROP FUNCTION refuse_version_change")

"""Calls to providers, their daily summaries, and the breakers' state."""

from __future__ import annotations

from alembic import op

from understudy.infra.rls import protect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES: tuple[str, ...] = (
    # No foreign key to the message: what a call cost outlives what was said, and holds no personal data.
    # Tokens are null where the provider did not say, the first token's time where the answer was not streamed.
    """
    CREATE TABLE llm_call (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        at timestamptz NOT NULL,
        message_id uuid,
        purpose text NOT NULL,
        provider_id uuid NOT NULL,
        provider text NOT NULL,
        model text NOT NULL,
        tier text,
        complexity double precision,
        route_reason text NOT NULL,
        attempt integer NOT NULL,
        failover_from text,
        prompt_version text,
        input_tokens bigint,
        output_tokens bigint,
        cached_tokens bigint,
        cost_micros bigint NOT NULL,
        latency_ms bigint NOT NULL,
        first_token_ms bigint,
        fault text,
        CONSTRAINT pk_llm_call PRIMARY KEY (company_id, id),
        CONSTRAINT fk_llm_call_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_llm_call_company_id_at ON llm_call (company_id, at)",
    # For the summaries and the pages over all companies.
    "CREATE INDEX ix_llm_call_at ON llm_call (at)",
    # What the learned router is fitted on: how a question looked, where it began, and which tier was sure enough.
    """
    CREATE TABLE llm_route (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        at timestamptz NOT NULL,
        message_id uuid,
        features double precision[] NOT NULL,
        began text NOT NULL,
        ended text NOT NULL,
        confidence double precision NOT NULL,
        is_sure boolean NOT NULL,
        CONSTRAINT pk_llm_route PRIMARY KEY (company_id, id),
        CONSTRAINT fk_llm_route_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_llm_route_company_id_at ON llm_route (company_id, at)",
    """
    CREATE TABLE llm_router (
        company_id uuid NOT NULL,
        fitted_at timestamptz NOT NULL,
        questions integer NOT NULL,
        document jsonb NOT NULL,
        cost_micros double precision NOT NULL,
        cost_before_micros double precision NOT NULL,
        is_used boolean NOT NULL,
        CONSTRAINT pk_llm_router PRIMARY KEY (company_id),
        CONSTRAINT fk_llm_router_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    # The state of a provider's breaker, shared by all processes; it holds nothing of any company.
    """
    CREATE TABLE provider_circuit (
        provider_id uuid NOT NULL,
        retry_at timestamptz,
        probing_until timestamptz,
        opened_at timestamptz,
        reason text,
        reset_at timestamptz,
        checked_at timestamptz,
        check_ms bigint,
        check_fault text,
        CONSTRAINT pk_provider_circuit PRIMARY KEY (provider_id)
    )""",
    """
    CREATE TABLE provider_hour (
        provider_id uuid NOT NULL,
        hour timestamptz NOT NULL,
        calls bigint NOT NULL,
        ill bigint NOT NULL,
        latency_p50_ms bigint NOT NULL,
        latency_p95_ms bigint NOT NULL,
        latency_p99_ms bigint NOT NULL,
        CONSTRAINT pk_provider_hour PRIMARY KEY (provider_id, hour)
    )""",
    # One row a day of UTC.
    """
    CREATE TABLE llm_day (
        company_id uuid NOT NULL,
        day date NOT NULL,
        provider text NOT NULL,
        model text NOT NULL,
        purpose text NOT NULL,
        calls bigint NOT NULL,
        succeeded bigint NOT NULL,
        input_tokens bigint NOT NULL,
        output_tokens bigint NOT NULL,
        cached_tokens bigint NOT NULL,
        cost_micros bigint NOT NULL,
        failovers bigint NOT NULL,
        latency_p50_ms bigint NOT NULL,
        latency_p95_ms bigint NOT NULL,
        latency_p99_ms bigint NOT NULL,
        CONSTRAINT pk_llm_day PRIMARY KEY (company_id, day, provider, model, purpose),
        CONSTRAINT fk_llm_day_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
)
PROTECTED: tuple[str, ...] = ("llm_call", "llm_day", "llm_route", "llm_router")
OF_PROVIDERS = ("provider_circuit", "provider_hour")


def upgrade() -> None:
    """Calls to providers, their daily summaries, and the breakers' state."""
    for statement in [*TABLES, *(line for table in PROTECTED for line in protect(table))]:
        op.execute(statement)


def downgrade() -> None:
    """Takes it back."""
    for table in (*OF_PROVIDERS, *PROTECTED):
        op.execute(f"DROP TABLE {table}")

"""Contacts, conversations, messages and escalations, and the statements of the hot path as functions.

The functions run with the caller's rights, so row-level security holds inside them. Each is one round trip. Their
statements read one table each by an index made for it. A session keeps its plans, and one made while the tables are
empty must still be good when they are full: hence no sequential scans in the functions, and statistics from the start.
"""

from __future__ import annotations

from alembic import op

from understudy.infra.rls import protect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE contact (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        display_name text,
        language text,
        attributes jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT pk_contact PRIMARY KEY (company_id, id),
        CONSTRAINT fk_contact_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    """
    CREATE TABLE contact_identity (
        company_id uuid NOT NULL,
        kind text NOT NULL,
        value text NOT NULL,
        contact_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT pk_contact_identity PRIMARY KEY (company_id, kind, value),
        CONSTRAINT fk_contact_identity_company_id_contact_id_contact
            FOREIGN KEY (company_id, contact_id) REFERENCES contact (company_id, id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_contact_identity_company_id_contact_id ON contact_identity (company_id, contact_id)",
    # Room on each page, and no index on what changes: a message's turn rewrites the row in place.
    """
    CREATE TABLE conversation (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        contact_id uuid NOT NULL,
        channel text NOT NULL,
        state text NOT NULL,
        version integer NOT NULL,
        message_count integer NOT NULL,
        started_at timestamptz NOT NULL,
        last_message_at timestamptz NOT NULL,
        closed_at timestamptz,
        lease_owner uuid,
        lease_until timestamptz,
        CONSTRAINT pk_conversation PRIMARY KEY (company_id, id),
        CONSTRAINT uq_conversation_company_id_id_contact_id UNIQUE (company_id, id, contact_id),
        CONSTRAINT fk_conversation_company_id_contact_id_contact
            FOREIGN KEY (company_id, contact_id) REFERENCES contact (company_id, id) ON DELETE CASCADE
    ) WITH (fillfactor = 60)""",
    "CREATE INDEX ix_conversation_newest ON conversation (company_id, contact_id, channel, id)",
    "CREATE INDEX ix_conversation_waiting ON conversation (company_id, id) WHERE state = 'waiting_for_person'",
    """
    CREATE TABLE message (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        conversation_id uuid NOT NULL,
        contact_id uuid NOT NULL,
        position integer NOT NULL,
        direction text NOT NULL,
        author text NOT NULL,
        channel text NOT NULL,
        modality text NOT NULL,
        text text NOT NULL,
        external_id text,
        at timestamptz NOT NULL,
        sent_at timestamptz,
        in_reply_to uuid,
        awaits_reply boolean NOT NULL,
        CONSTRAINT pk_message PRIMARY KEY (company_id, id),
        CONSTRAINT uq_message_company_id_conversation_id_position UNIQUE (company_id, conversation_id, position),
        CONSTRAINT uq_message_company_id_channel_direction_external_id
            UNIQUE (company_id, channel, direction, external_id),
        CONSTRAINT uq_message_company_id_in_reply_to UNIQUE (company_id, in_reply_to),
        CONSTRAINT fk_message_company_id_conversation_id_contact_id_conversation
            FOREIGN KEY (company_id, conversation_id, contact_id)
            REFERENCES conversation (company_id, id, contact_id) ON DELETE CASCADE,
        CONSTRAINT fk_message_company_id_in_reply_to_message
            FOREIGN KEY (company_id, in_reply_to) REFERENCES message (company_id, id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_message_contact ON message (company_id, contact_id, at)",
    "CREATE INDEX ix_message_unanswered ON message (company_id, conversation_id, position) WHERE awaits_reply",
    # No fixed dimension: it is the encoder's.
    """
    CREATE TABLE message_embedding (
        company_id uuid NOT NULL,
        message_id uuid NOT NULL,
        encoder text NOT NULL,
        vector halfvec NOT NULL,
        CONSTRAINT pk_message_embedding PRIMARY KEY (company_id, message_id),
        CONSTRAINT fk_message_embedding_company_id_message_id_message
            FOREIGN KEY (company_id, message_id) REFERENCES message (company_id, id) ON DELETE CASCADE
    )""",
    """
    CREATE TABLE escalation (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        conversation_id uuid NOT NULL,
        contact_id uuid NOT NULL,
        message_id uuid,
        kind text NOT NULL,
        reason text NOT NULL,
        summary text NOT NULL,
        fields jsonb NOT NULL,
        state text NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        taken_by text,
        taken_at timestamptz,
        closed_at timestamptz,
        resolution text,
        CONSTRAINT pk_escalation PRIMARY KEY (company_id, id),
        CONSTRAINT fk_escalation_company_id_conversation_id_contact_id_conversation
            FOREIGN KEY (company_id, conversation_id, contact_id)
            REFERENCES conversation (company_id, id, contact_id) ON DELETE CASCADE,
        CONSTRAINT fk_escalation_company_id_message_id_message
            FOREIGN KEY (company_id, message_id) REFERENCES message (company_id, id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_escalation_conversation ON escalation (company_id, conversation_id)",
    "CREATE INDEX ix_escalation_message ON escalation (company_id, message_id)",
    "CREATE INDEX ix_escalation_pending ON escalation (company_id, id) WHERE state <> 'closed'",
)

# A stored message with all that is needed to answer it.
SHOW_RECEIVED = """
CREATE FUNCTION show_received(wanted uuid, history integer, now_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
DECLARE
    company uuid := current_setting('app.company')::uuid;
    said message;
    talk conversation;
    person contact;
    reply jsonb;
    earlier jsonb;
    counts jsonb;
BEGIN
    SELECT * INTO said FROM message m WHERE m.company_id = company AND m.id = wanted;
    SELECT * INTO talk FROM conversation c WHERE c.company_id = company AND c.id = said.conversation_id;
    SELECT * INTO person FROM contact p WHERE p.company_id = company AND p.id = said.contact_id;
    SELECT to_jsonb(m) INTO reply FROM message m WHERE m.company_id = company AND m.in_reply_to = wanted;
    SELECT jsonb_agg(to_jsonb(h) ORDER BY h.position) INTO earlier FROM (
        SELECT * FROM message m
        WHERE m.company_id = company AND m.conversation_id = said.conversation_id AND m.position < said.position
        ORDER BY m.position DESC LIMIT history
    ) h;
    SELECT jsonb_build_array(count(*) FILTER (WHERE t.at > now_at - interval '1 minute'), count(*)) INTO counts FROM (
        SELECT m.at FROM message m
        WHERE m.company_id = company AND m.contact_id = said.contact_id AND m.at > now_at - interval '1 day'
            AND m.direction = 'in'
        ORDER BY m.at DESC LIMIT 1000
    ) t;
    RETURN jsonb_build_object('message', to_jsonb(said), 'conversation', to_jsonb(talk), 'contact', to_jsonb(person),
        'reply', reply, 'history', coalesce(earlier, '[]'), 'counts', counts);
END $$"""

# Stores an inbound message once, with its contact and conversation, and takes the turn to answer it if it is free.
# What arrives from one contact at the same time goes one after the other, by an advisory lock on the identity.
RECEIVE_MESSAGE = """
CREATE FUNCTION receive_message(call jsonb) RETURNS jsonb LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    company uuid := current_setting('app.company')::uuid;
    given record;
    said message;
    talk conversation;
    person uuid;
    takes_turn boolean;
BEGIN
    SELECT * INTO given FROM jsonb_to_record(call) AS c(
        message_id uuid, contact_id uuid, new_conversation_id uuid, conversation_id uuid, owner uuid,
        kind text, value text, display_name text, language text, attributes jsonb,
        channel text, external_id text, text text, modality text, at timestamptz, sent_at timestamptz,
        timeout_seconds float8, lease_seconds float8, history integer);
    PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(' ', company, given.kind, given.value), 41));
    SELECT i.contact_id INTO person FROM contact_identity i
    WHERE i.company_id = company AND i.kind = given.kind AND i.value = given.value;
    SELECT * INTO said FROM message m
    WHERE m.company_id = company AND m.channel = given.channel AND m.direction = 'in'
        AND m.external_id = given.external_id;
    IF FOUND THEN
        IF said.text <> given.text OR said.contact_id IS DISTINCT FROM person
            OR said.conversation_id <> coalesce(given.conversation_id, said.conversation_id) THEN
            RETURN '{"outcome": "differs"}';
        END IF;
        RETURN show_received(said.id, given.history, given.at) || '{"outcome": "replayed"}';
    END IF;

    IF person IS NULL THEN
        person := given.contact_id;
        INSERT INTO contact (company_id, id, display_name, language, attributes, created_at)
        VALUES (company, person, given.display_name, given.language, given.attributes, given.at);
        INSERT INTO contact_identity (company_id, kind, value, contact_id, created_at)
        VALUES (company, given.kind, given.value, person, given.at);
    ELSIF given.display_name IS NOT NULL OR given.language IS NOT NULL OR given.attributes <> '{}' THEN
        UPDATE contact p SET display_name = coalesce(given.display_name, p.display_name),
            language = coalesce(given.language, p.language), attributes = p.attributes || given.attributes
        WHERE p.company_id = company AND p.id = person AND (
            coalesce(given.display_name, p.display_name) IS DISTINCT FROM p.display_name
            OR coalesce(given.language, p.language) IS DISTINCT FROM p.language
            OR NOT p.attributes @> given.attributes);
    END IF;

    IF given.conversation_id IS NOT NULL THEN
        SELECT * INTO talk FROM conversation c
        WHERE c.company_id = company AND c.id = given.conversation_id AND c.contact_id = person FOR UPDATE;
        IF NOT FOUND THEN
            RETURN '{"outcome": "no_conversation"}';
        ELSIF talk.state = 'closed' THEN
            RETURN '{"outcome": "closed"}';
        END IF;
    ELSE
        SELECT * INTO talk FROM conversation c
        WHERE c.company_id = company AND c.contact_id = person AND c.channel = given.channel
        ORDER BY c.id DESC LIMIT 1 FOR UPDATE;
        IF talk.state = 'open' AND talk.last_message_at < given.at - make_interval(secs => given.timeout_seconds) THEN
            UPDATE conversation c SET state = 'closed', closed_at = given.at, version = c.version + 1
            WHERE c.company_id = company AND c.id = talk.id;
            talk.state := 'closed';
        END IF;
        IF talk.id IS NULL OR talk.state = 'closed' THEN
            INSERT INTO conversation (company_id, id, contact_id, channel, state, version, message_count, started_at,
                last_message_at)
            VALUES (company, given.new_conversation_id, person, given.channel, 'open', 0, 0, given.at, given.at)
            RETURNING * INTO talk;
        END IF;
    END IF;

    INSERT INTO message (company_id, id, conversation_id, contact_id, position, direction, author, channel, modality,
        text, external_id, at, sent_at, awaits_reply)
    VALUES (company, given.message_id, talk.id, person, talk.message_count + 1, 'in', 'contact', given.channel,
        given.modality, given.text, given.external_id, given.at, given.sent_at, talk.state = 'open')
    ON CONFLICT ON CONSTRAINT uq_message_company_id_channel_direction_external_id DO NOTHING;
    IF NOT FOUND THEN
        RETURN '{"outcome": "differs"}';
    END IF;
    takes_turn := talk.state = 'open'
        AND (talk.lease_until IS NULL OR talk.lease_until < clock_timestamp())
        AND NOT EXISTS (
            SELECT FROM message m WHERE m.company_id = company AND m.conversation_id = talk.id AND m.awaits_reply
                AND m.position <= talk.message_count);
    UPDATE conversation c SET
        version = c.version + 1, message_count = c.message_count + 1, last_message_at = given.at,
        lease_owner = CASE WHEN takes_turn THEN given.owner ELSE c.lease_owner END,
        lease_until = CASE WHEN takes_turn THEN clock_timestamp() + make_interval(secs => given.lease_seconds)
            ELSE c.lease_until END
    WHERE c.company_id = company AND c.id = talk.id;
    RETURN show_received(given.message_id, given.history, given.at) || '{"outcome": "stored"}';
END $$"""

# Looks whether it is a waiting message's turn, and takes it. NULL: not yet. The common look takes no lock.
ATTEND_MESSAGE = """
CREATE FUNCTION attend_message(wanted uuid, owner uuid, lease_seconds float8, history integer, now_at timestamptz)
RETURNS jsonb LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    company uuid := current_setting('app.company')::uuid;
    said message;
BEGIN
    SELECT * INTO said FROM message m WHERE m.company_id = company AND m.id = wanted;
    IF NOT FOUND THEN
        RETURN '{"outcome": "no_message"}';
    ELSIF NOT said.awaits_reply THEN
        RETURN show_received(wanted, history, now_at) || '{"outcome": "done"}';
    ELSIF EXISTS (
        SELECT FROM message m WHERE m.company_id = company AND m.conversation_id = said.conversation_id
            AND m.awaits_reply AND m.position < said.position) THEN
        RETURN NULL;
    END IF;
    UPDATE conversation c SET lease_owner = owner,
        lease_until = clock_timestamp() + make_interval(secs => lease_seconds)
    WHERE c.company_id = company AND c.id = said.conversation_id
        AND (c.lease_until IS NULL OR c.lease_until < clock_timestamp());
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM message m WHERE m.company_id = company AND m.id = wanted AND m.awaits_reply) THEN
        UPDATE conversation c SET lease_owner = NULL, lease_until = NULL
        WHERE c.company_id = company AND c.id = said.conversation_id;
        RETURN show_received(wanted, history, now_at) || '{"outcome": "done"}';
    END IF;
    RETURN show_received(wanted, history, now_at) || '{"outcome": "attended"}';
END $$"""

# Stores what came of a message: a reply, a hand-over with its reply, or nothing. NULL: the turn was lost meanwhile.
RECORD_OUTCOME = """
CREATE FUNCTION record_outcome(call jsonb) RETURNS jsonb LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    company uuid := current_setting('app.company')::uuid;
    given record;
    talk conversation;
    reply message;
    handed escalation;
BEGIN
    SELECT * INTO given FROM jsonb_to_record(call) AS c(
        conversation_id uuid, message_id uuid, owner uuid, at timestamptz, reply_id uuid, text text,
        escalation_id uuid, kind text, reason text, summary text, fields jsonb);
    UPDATE conversation c SET
        version = c.version + 1, lease_owner = NULL, lease_until = NULL,
        message_count = c.message_count + CASE WHEN given.text IS NULL THEN 0 ELSE 1 END,
        last_message_at = CASE WHEN given.text IS NULL THEN c.last_message_at ELSE given.at END,
        state = CASE WHEN given.escalation_id IS NULL THEN c.state ELSE 'waiting_for_person' END,
        closed_at = CASE WHEN given.escalation_id IS NULL THEN c.closed_at END
    WHERE c.company_id = company AND c.id = given.conversation_id AND c.lease_owner = given.owner
        AND c.state <> 'waiting_for_person'
    RETURNING * INTO talk;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    UPDATE message m SET awaits_reply = false
    WHERE m.company_id = company AND m.conversation_id = talk.id AND m.awaits_reply
        AND (m.id = given.message_id OR given.escalation_id IS NOT NULL);
    IF given.text IS NOT NULL THEN
        INSERT INTO message (company_id, id, conversation_id, contact_id, position, direction, author, channel,
            modality, text, at, in_reply_to, awaits_reply)
        VALUES (company, given.reply_id, talk.id, talk.contact_id, talk.message_count, 'out', 'understudy',
            talk.channel, 'text', given.text, given.at, given.message_id, false)
        RETURNING * INTO reply;
    END IF;
    IF given.escalation_id IS NOT NULL THEN
        INSERT INTO escalation (company_id, id, conversation_id, contact_id, message_id, kind, reason, summary, fields,
            state, version, created_at)
        VALUES (company, given.escalation_id, talk.id, talk.contact_id, given.message_id, given.kind, given.reason,
            given.summary, given.fields, 'open', 1, given.at)
        RETURNING * INTO handed;
    END IF;
    RETURN jsonb_build_object('reply', to_jsonb(reply), 'escalation', to_jsonb(handed));
END $$"""

# Without statistics every index of an empty table looks equally good, also one of which only company_id is known; plans
# made then read a whole company per look-up until the tables are analysed. So they are, once, with rows that then go.
MADE_UP = "'00000000-0000-7000-8000-000000000000'::uuid"
NUMBERED = "('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid"
STATISTICS = (
    f"SELECT set_config('app.company', {MADE_UP}::text, true)",
    f"""
    INSERT INTO company (id, slug, name, trade, created_at, settings, settings_version)
    VALUES ({MADE_UP}, 'made-up', '', '', now(), '{{}}', 1)""",
    f"""
    INSERT INTO contact (company_id, id, attributes, created_at)
    SELECT {MADE_UP}, {NUMBERED}, '{{}}', now() FROM generate_series(1, 300) i""",
    """
    INSERT INTO contact_identity (company_id, kind, value, contact_id, created_at)
    SELECT company_id, 'external', id::text, id, created_at FROM contact""",
    """
    INSERT INTO conversation (company_id, id, contact_id, channel, state, version, message_count, started_at,
        last_message_at)
    SELECT company_id, id, id, 'api', 'open', 1, 1, created_at, created_at FROM contact""",
    """
    INSERT INTO message (company_id, id, conversation_id, contact_id, position, direction, author, channel, modality,
        text, external_id, at, awaits_reply)
    SELECT company_id, id, id, id, 1, 'in', 'contact', 'api', 'text', 'x', id::text, created_at, false FROM contact""",
    """
    INSERT INTO message (company_id, id, conversation_id, contact_id, position, direction, author, channel, modality,
        text, at, in_reply_to, awaits_reply)
    SELECT company_id, (overlay(id::text placing '9' from 20 for 1))::uuid, id, id, 2, 'out', 'understudy', 'api',
        'text', 'x', created_at, id, false FROM contact""",
    "ANALYZE contact, contact_identity, conversation, message",
    f"DELETE FROM company WHERE id = {MADE_UP}",
    "SELECT set_config('app.company', '', true)",
)

NAMES = ("contact", "contact_identity", "conversation", "message", "message_embedding", "escalation")
FUNCTIONS = (SHOW_RECEIVED, RECEIVE_MESSAGE, ATTEND_MESSAGE, RECORD_OUTCOME)


def upgrade() -> None:
    """Contacts, conversations, messages and escalations, and the statements of the hot path."""
    for statement in TABLES:
        op.execute(statement)
    for name in NAMES:
        for statement in protect(name):
            op.execute(statement)
    for statement in (*FUNCTIONS, *STATISTICS):
        op.execute(statement)


def downgrade() -> None:
    """Takes it back."""
    op.execute("DROP FUNCTION record_outcome, attend_message, receive_message, show_received")
    op.execute("DROP TABLE " + ", ".join(reversed(NAMES)))

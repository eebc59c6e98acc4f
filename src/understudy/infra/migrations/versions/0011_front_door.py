"""The statements that take in a question from the front door for other software."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Each question brings its whole history along, so each is a conversation of its own, and nobody waits for anybody's
# turn. It never awaits a reply: whoever asked waits in the request, and no sweeper may answer what is being forwarded.
# Only questions with a key of the caller's (`is_keyed`) can come twice; those go one after the other by their key.
BEGIN_EXCHANGE = """
CREATE FUNCTION begin_exchange(call jsonb) RETURNS jsonb LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    company uuid := current_setting('app.company')::uuid;
    given record;
    said message;
    talk conversation;
    person contact;
    reply message;
    outcome text := 'begun';
BEGIN
    SELECT * INTO given FROM jsonb_to_record(call) AS c(
        message_id uuid, contact_id uuid, conversation_id uuid, owner uuid, kind text, value text, channel text,
        external_id text, is_keyed boolean, text text, at timestamptz, lease_seconds float8);
    IF given.is_keyed THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(' ', company, given.channel, given.external_id), 42));
        SELECT * INTO said FROM message m
        WHERE m.company_id = company AND m.channel = given.channel AND m.direction = 'in'
            AND m.external_id = given.external_id;
    END IF;
    IF said.id IS NULL THEN
        SELECT p.* INTO person FROM contact_identity i
        JOIN contact p ON p.company_id = i.company_id AND p.id = i.contact_id
        WHERE i.company_id = company AND i.kind = given.kind AND i.value = given.value;
        IF person.id IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(' ', company, given.kind, given.value), 41));
            SELECT p.* INTO person FROM contact_identity i
            JOIN contact p ON p.company_id = i.company_id AND p.id = i.contact_id
            WHERE i.company_id = company AND i.kind = given.kind AND i.value = given.value;
        END IF;
        IF person.id IS NULL THEN
            INSERT INTO contact (company_id, id, attributes, created_at)
            VALUES (company, given.contact_id, '{}', given.at) RETURNING * INTO person;
            INSERT INTO contact_identity (company_id, kind, value, contact_id, created_at)
            VALUES (company, given.kind, given.value, person.id, given.at);
        END IF;
        INSERT INTO conversation (company_id, id, contact_id, channel, state, version, message_count, started_at,
            last_message_at, lease_owner, lease_until)
        VALUES (company, given.conversation_id, person.id, given.channel, 'open', 1, 1, given.at, given.at, given.owner,
            clock_timestamp() + make_interval(secs => given.lease_seconds))
        RETURNING * INTO talk;
        INSERT INTO message (company_id, id, conversation_id, contact_id, position, direction, author, channel,
            modality, text, external_id, at, awaits_reply)
        VALUES (company, given.message_id, talk.id, person.id, 1, 'in', 'contact', given.channel, 'text', given.text,
            given.external_id, given.at, false)
        RETURNING * INTO said;
    ELSE
        SELECT * INTO talk FROM conversation c WHERE c.company_id = company AND c.id = said.conversation_id;
        SELECT * INTO person FROM contact p WHERE p.company_id = company AND p.id = said.contact_id;
        SELECT * INTO reply FROM message m WHERE m.company_id = company AND m.in_reply_to = said.id;
        IF said.text <> given.text OR NOT EXISTS (
            SELECT FROM contact_identity i WHERE i.company_id = company AND i.kind = given.kind
                AND i.value = given.value AND i.contact_id = person.id) THEN
            RETURN '{"outcome": "differs"}';
        ELSIF reply.id IS NOT NULL THEN
            outcome := 'replayed';
        ELSE
            UPDATE conversation c SET lease_owner = given.owner,
                lease_until = clock_timestamp() + make_interval(secs => given.lease_seconds)
            WHERE c.company_id = company AND c.id = talk.id
                AND (c.lease_until IS NULL OR c.lease_until < clock_timestamp())
            RETURNING * INTO talk;
            IF NOT FOUND THEN
                RETURN '{"outcome": "busy"}';
            END IF;
            outcome := 'begun';
        END IF;
    END IF;
    RETURN jsonb_build_object('outcome', outcome, 'message', to_jsonb(said), 'conversation', to_jsonb(talk),
        'contact', to_jsonb(person), 'reply', CASE WHEN reply.id IS NOT NULL THEN to_jsonb(reply) END);
END $$"""

# A question that cannot come twice, stored together with what came of it (`reply`: its identifier, text and moment).
KEEP_EXCHANGE = """
CREATE FUNCTION keep_exchange(call jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM begin_exchange(call);
    PERFORM record_outcome(call - 'text' || (call -> 'reply'));
END $$"""


def upgrade() -> None:
    """The statements that take in a question from the front door."""
    op.execute(BEGIN_EXCHANGE)
    op.execute(KEEP_EXCHANGE)


def downgrade() -> None:
    """Takes it back."""
    op.execute("DROP FUNCTION keep_exchange, begin_exchange")

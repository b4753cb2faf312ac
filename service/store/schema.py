"""The tables. Words and numbers of people stand here only sealed (LargeBinary); an auditor may read everything else."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from service.store.types import Json, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", String(32), primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = True) -> Column[str]:
    return Column(name, String(32), ForeignKey(f"{target}.id"), nullable=nullable)


contacts = Table(
    "contacts",
    metadata,
    _id(),
    Column("phone_index", String(64), unique=True),  # keyed hash; null once erased
    Column("phone", LargeBinary),
    Column("language", String(16)),
    Column("language_chosen", Boolean, nullable=False, default=False),
    Column("opted_out_at", Moment),
    Column("unreachable_code", Integer),
    Column("created_at", Moment, nullable=False),
    Column("last_in_at", Moment),  # their own last text: it may be answered for 30 minutes at any hour
    Column("last_receipt_at", Moment),
)

participants = Table(
    "participants",
    metadata,
    _id(),
    Column("name", LargeBinary),  # sealed under their first contact's key
    Column("state", String(12), nullable=False),  # invited, joined, declined, left · staff: a member of the team
    Column("zone", String(40), nullable=False),
    Column("discreet", Boolean, nullable=False, default=True),
    Column("safe_from", Integer, nullable=False),  # minutes after local midnight
    Column("safe_to", Integer, nullable=False),
    Column("group_name", String(60)),
    Column("invited_at", Moment, nullable=False),
    Column("joined_at", Moment),
)

participant_contacts = Table(
    "participant_contacts",
    metadata,
    _ref("participant_id", "participants", nullable=False),
    _ref("contact_id", "contacts", nullable=False),
    Column("position", Integer, nullable=False, default=0),
    UniqueConstraint("participant_id", "contact_id"),
    Index("ix_participant_contacts_contact_id", "contact_id"),
)

consents = Table(
    "consents",
    metadata,
    _id(),
    Column("participant_id", String(32), ForeignKey("participants.id"), nullable=False, index=True),
    Column("purpose", String(40), nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("wording", Text, nullable=False),  # the service's own words, as they were asked
    Column("language", String(16), nullable=False),
    Column("release_id", String(32), nullable=False),
    Column("message_id", String(32)),  # the text that answered
    Column("at", Moment, nullable=False),
)

preferences = Table(
    "preferences",  # what somebody has chosen for themselves; a code stands here only as a keyed hash
    metadata,
    Column("participant_id", String(32), ForeignKey("participants.id"), primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("value", LargeBinary, nullable=False),  # sealed under their first contact's key
    Column("at", Moment, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    _id(),
    _ref("contact_id", "contacts", nullable=False),
    Column("direction", String(3), nullable=False),  # in, out
    Column("kind", String(12), nullable=False),  # text · question reply receipt plan staff page notice
    Column("provider", String(12)),
    Column("provider_id", String(64)),
    Column("body", LargeBinary),
    Column("language", String(16)),
    Column("urgency", Integer),
    Column("because", Json),  # rule ids, plain reasons and spans: never the words
    Column("note", String(40)),  # media, garbled, keyword, after opt-out …
    _ref("checkin_id", "checkins"),
    Column("escalation_id", String(32)),
    Column("staff_id", String(60)),
    Column("state", String(12), nullable=False),  # received · waiting sent delivered failed cancelled held
    Column("state_rank", Integer, nullable=False, default=0),
    Column("error_code", Integer),
    Column("at", Moment, nullable=False),
    UniqueConstraint("provider", "provider_id"),
    Index("ix_messages_contact_id_at", "contact_id", "at"),
)

escalations = Table(
    "escalations",
    metadata,
    _id(),
    Column("person_id", String(32), nullable=False),  # the participant, or the contact of somebody we do not know
    _ref("contact_id", "contacts", nullable=False),
    _ref("participant_id", "participants"),
    Column("urgency", Integer, nullable=False),
    Column("state", String(8), nullable=False),  # open, claimed, resolved
    Column("reason", Json, nullable=False),  # {kind, because[], message_id, flow, step, choice, ours, also[]}
    Column("language", String(16)),
    Column("opened_at", Moment, nullable=False),
    Column("waiting_since", Moment, nullable=False),  # the oldest of their words that nobody answered
    Column("promised_for", Moment),
    Column("claimed_by", String(60)),
    Column("claimed_at", Moment),
    Column("answered_at", Moment),
    Column("resolved_by", String(60)),
    Column("resolved_at", Moment),
    Column("agreed", LargeBinary),
    Index(
        "uq_escalations_one_open",
        "person_id",
        unique=True,
        sqlite_where=text("state <> 'resolved'"),
        postgresql_where=text("state <> 'resolved'"),
    ),
    Index("ix_escalations_state_urgency", "state", "urgency"),
    Index("ix_escalations_person_id", "person_id"),
    Index(
        "ix_escalations_contact_open",
        "contact_id",
        sqlite_where=text("state <> 'resolved'"),
        postgresql_where=text("state <> 'resolved'"),
    ),
)

events = Table(
    "escalation_events",
    metadata,
    _id(),
    Column("escalation_id", String(32), ForeignKey("escalations.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("staff_id", String(60)),
    Column("message_id", String(32)),
    Column("detail", Json),
)

waves = Table(
    "waves",
    metadata,
    _id(),
    Column("escalation_id", String(32), ForeignKey("escalations.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("code", String(8), nullable=False, index=True),
    Column("started_at", Moment, nullable=False),
    Column("rung", Integer, nullable=False, default=0),
    Column("climbs", Integer, nullable=False, default=0),  # how often somebody was alerted: the last rung repeats
    Column("asked", Json, nullable=False),  # staff ids paged so far
    Column("alarmed_at", Moment),  # the last rung was reached and the operator told
    Column("acknowledged_at", Moment),
    Column("acknowledged_by", String(60)),
    Column("ended_at", Moment),
    Column("ended_because", String(20)),
)

pages = Table(
    "pages",
    metadata,
    _id(),
    Column("wave_id", String(32), ForeignKey("waves.id"), nullable=False, index=True),
    Column("staff_id", String(60), nullable=False),
    Column("rung", Integer, nullable=False),
    Column("message_id", String(32), ForeignKey("messages.id"), nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("accepted_at", Moment),
)

promises = Table(
    "promises",
    metadata,
    _id(),
    Column("escalation_id", String(32), ForeignKey("escalations.id"), nullable=False, index=True),
    Column("message_id", String(32)),  # the text that carried it
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", String(8), nullable=False),  # given, kept, broken
    Column("settled_at", Moment),
)

checkins = Table(
    "checkins",
    metadata,
    _id(),
    _ref("participant_id", "participants", nullable=False),
    _ref("contact_id", "contacts", nullable=False),
    Column("release_id", String(32), ForeignKey("releases.id"), nullable=False),
    Column("flow", String(60), nullable=False),
    Column("language", String(16), nullable=False),
    Column("state", LargeBinary, nullable=False),  # sealed: it holds answers
    Column("status", String(8), nullable=False),  # open, done, closed, urgent
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_checkins_participant_id", "participant_id"),
    Index(
        "uq_checkins_one_open",
        "participant_id",
        unique=True,
        sqlite_where=text("status = 'open'"),
        postgresql_where=text("status = 'open'"),
    ),
)

answers = Table(
    "answers",
    metadata,
    _id(),
    Column("checkin_id", String(32), ForeignKey("checkins.id"), nullable=False, index=True),
    _ref("participant_id", "participants", nullable=False),
    Column("step", String(60), nullable=False),
    Column("value", LargeBinary),  # sealed JSON list of choice ids; null where nothing was understood
    Column("understood", Boolean, nullable=False),
    Column("skipped", Boolean, nullable=False),
    Column("message_id", String(32)),
    Column("language", String(16), nullable=False),
    Column("at", Moment, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    _id(),
    _ref("participant_id", "participants", nullable=False),
    _ref("checkin_id", "checkins"),
    Column("kind", String(12), nullable=False),  # need, idea · plan: what silence meant
    Column("step", String(60), nullable=False),
    Column("value", String(60)),  # a choice id; free words stay in the message
    Column("message_id", String(32)),
    Column("at", Moment, nullable=False),
)

dues = Table(
    "dues",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("lane", String(8), nullable=False),  # urgent, reply, bulk
    Column("kind", String(12), nullable=False),  # send, climb, watch, silence, begin
    Column("unique_key", String(140), nullable=False, unique=True),  # (cause, recipient, channel)
    Column("queue_key", String(32)),  # a person's sends go out in order; pages have none
    Column("run_at", Moment, nullable=False),
    Column("state", String(9), nullable=False, default="waiting"),  # waiting, done, cancelled, broken
    Column("message_id", String(32)),
    Column("escalation_id", String(32)),
    Column("wave_id", String(32)),
    Column("checkin_id", String(32)),
    Column("participant_id", String(32)),
    Column("detail", Json),
    Column("tries", Integer, nullable=False, default=0),
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_until", BigInteger, nullable=False, default=0),  # real time in µs, never the movable clock
    Column("made_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("outcome", String(40)),
    Index(
        "ix_dues_waiting",
        "lane",
        "run_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_dues_queue",
        "queue_key",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_dues_begin",
        "participant_id",
        sqlite_where=text("state = 'waiting' AND kind = 'begin'"),
        postgresql_where=text("state = 'waiting' AND kind = 'begin'"),
    ),
    Index("ix_dues_escalation_id", "escalation_id"),
    Index("ix_dues_checkin_id", "checkin_id"),
    Index("ix_dues_message_id", "message_id"),
)

attempts = Table(
    "attempts",
    metadata,
    _id(),
    Column("due_id", BigInteger().with_variant(Integer, "sqlite"), ForeignKey("dues.id"), nullable=False, index=True),
    Column("message_id", String(32), nullable=False, index=True),
    Column("token", String(43), nullable=False, unique=True),  # stands in the status-callback path
    Column("fence", Integer, nullable=False),
    Column("provider_id", String(64), index=True),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("outcome", String(12)),  # accepted, permanent, retry, unknown, opted_out, bad_number
    Column("code", Integer),
)

callbacks = Table(
    "callbacks",
    metadata,
    _id(),
    Column("provider_id", String(64), nullable=False),
    Column("status", String(24), nullable=False),
    Column("token", String(43)),
    Column("code", Integer),
    Column("at", Moment, nullable=False),
    UniqueConstraint("provider_id", "status"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", String(60), primary_key=True),  # the handle in config/team.yml
    _ref("contact_id", "contacts"),
    Column("password_hash", Text),
    Column("invite_hash", String(64)),
    Column("invite_expires_at", Moment),
    Column("made_at", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the cookie's token
    Column("staff_id", String(60), ForeignKey("staff.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

signin_failures = Table(
    "signin_failures",
    metadata,
    _id(),
    Column("account", String(64), nullable=False),  # keyed hash: a mistyped password may stand in the name field
    Column("address", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_signin_failures_account_at", "account", "at"),
    Index("ix_signin_failures_address_at", "address", "at"),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", Moment, nullable=False),
    Column("staff_id", String(60), nullable=False),
    Column("action", String(40), nullable=False),
    Column("object_kind", String(20), nullable=False),
    Column("object_id", String(60)),
    Column("detail", Json),
    Index("ix_audit_object_id", "object_id"),
)

releases = Table(
    "releases",
    metadata,
    _id(),
    Column("number", Integer, nullable=False, unique=True),
    Column("digest", String(64), nullable=False),
    Column("snapshot", LargeBinary, nullable=False),  # gzip of JSON
    Column("reviewed", Boolean, nullable=False),  # no fuzzy words in any language: may leave trial mode
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(60), nullable=False),
)

service_state = Table(
    "service_state",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

alarms = Table(
    "alarms",  # what the operator must put right: shown on /health until it has not happened for an hour
    metadata,
    Column("name", String(60), primary_key=True),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("times", Integer, nullable=False),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("real_at", BigInteger, nullable=False),  # real time in µs
    Column("detail", Json),
)

"""The tables as they are now; `storage/migrations` is how a database gets there (a test keeps the two equal).

Text that is looked up or sorted by is compared byte by byte on every engine (collation "C" on PostgreSQL), so order
and keyset cursors mean the same everywhere.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint, text

from storage.column_types import Key, Seq, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# The current state of a fact-check is the snapshot of its newest revision: one copy, under the seal of the chain.
# These columns only say which revision that is and find it.
fact_checks = Table(
    "fact_checks",
    metadata,
    Column("id", Key, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("status", Key, nullable=False),
    Column("verdict", Key, nullable=False),  # "" where there is none
    Column("publisher", Key, nullable=False),  # key_of
    Column("url_key", Key, nullable=False),  # joint_key(publisher, url)
    Column("external_key", Key, nullable=False),  # joint_key(publisher, external id)
    Column("published_on", Key, nullable=False),  # ISO date, "" where undated: sorts last, newest first
    Column("narrative_id", Key, nullable=False),  # key_of
    Column("search_text", Text, nullable=False),  # case-folded, for substring search
    Index(None, "status", "published_on", "id"),
    Index(None, "status", "verdict", "published_on", "id"),
    Index(None, "published_on", "id"),
    Index(None, "publisher", "published_on", "id"),
    Index(None, "narrative_id", "published_on", "id"),
    Index(None, "url_key", "id"),
    Index(None, "external_key", "id"),
    Index(None, "status", "id"),
)

fact_check_tags = Table(
    "fact_check_tags",
    metadata,
    Column("kind", Key, primary_key=True),  # "topic" or "locale"
    Column("value", Key, primary_key=True),  # key_of
    Column("fact_check_id", Key, ForeignKey("fact_checks.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "fact_check_id"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("fact_check_id", Key, ForeignKey("fact_checks.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("snapshot", Text, nullable=False),  # canonical JSON
    Column("editor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    Column("previous_digest", Key, nullable=False),
    Column("digest", Key, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=True),
    Column("fact_check_id", Key, ForeignKey("fact_checks.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("status", Key, nullable=False),
    sqlite_autoincrement=True,  # a number is never used twice
)

narratives = Table(
    "narratives",
    metadata,
    Column("id", Key, primary_key=True),
    Column("document", Text, nullable=False),
    Column("version", Seq, nullable=False, index=True),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("address_key", Key, nullable=False, unique=True),  # joint_key(platform, chat, user)
    Column("platform", Key, nullable=False),
    Column("chat_id", Key, nullable=False),
    Column("user_id", Key, nullable=False),
    Column("chat_kind", Key, nullable=False),
    Column("thread_id", Text, nullable=False),
    Column("extra", Text, nullable=False),  # JSON list of pairs
    Column("locale", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)


def _contact_id() -> Column[str]:
    return Column("contact_id", Key, ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)


answers = Table(
    "answers",
    metadata,
    _contact_id(),
    Column("fact_check_id", Key, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("shown_at", UtcDateTime, nullable=False),
    Index(None, "fact_check_id"),
)

rumors = Table(
    "rumors",
    metadata,
    Column("id", Key, primary_key=True),
    Column("fingerprint", Key, nullable=False),  # key_of
    Column("status", Key, nullable=False),
    Column("text", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    # Counted when a tip comes in, so that the queue of 20,000 rumors is one plain read.
    Column("askers", Integer, nullable=False, server_default="0"),
    Column("chats", Integer, nullable=False, server_default="0"),
    Column("assignee", Key, nullable=False, server_default=""),  # an editor's id; no foreign key: history outlives them
    Column("outcome", Text, nullable=False, server_default=""),
    Column("closed_at", UtcDateTime),
    Index(None, "status", "closed_at"),
    Index(None, "status", "askers", "id"),
    Index(None, "status", "first_seen", "id"),
    Index(None, "status", "last_seen", "id"),
    Index(
        "uq_rumors_open_fingerprint",
        "fingerprint",
        unique=True,
        sqlite_where=text("status = 'open'"),
        postgresql_where=text("status = 'open'"),
    ),
)

tips = Table(
    "tips",
    metadata,
    Column("id", Seq, primary_key=True, autoincrement=True),
    Column("rumor_id", Key, ForeignKey("rumors.id", ondelete="CASCADE"), nullable=False),
    # NULL once the person asked to be forgotten: the tip still counts, as nobody's.
    Column("contact_id", Key, ForeignKey("contacts.id", ondelete="SET NULL")),
    Column("text", Text, nullable=False),
    Column("notify", Boolean(create_constraint=False), nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("fingerprint", Key, nullable=False, server_default=""),  # key_of; "" for those stored before it was kept
    UniqueConstraint("rumor_id", "contact_id"),
    Index(None, "contact_id"),
)

# Wordings whose tips belong to another rumor than their own fingerprint says: merged, or split off.
rumor_wordings = Table(
    "rumor_wordings",
    metadata,
    Column("fingerprint", Key, primary_key=True),
    Column("rumor_id", Key, ForeignKey("rumors.id", ondelete="CASCADE"), nullable=False),
    Index(None, "rumor_id"),
)

feedback = Table(
    "feedback",
    metadata,
    _contact_id(),
    Column("fact_check_id", Key, primary_key=True),
    Column("day", Key, primary_key=True),  # ISO date, UTC
    Column("text", Text, nullable=False),
    Column("pressed_at", UtcDateTime, nullable=False),
    Index(None, "fact_check_id"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    _contact_id(),
    Column("kind", Key, primary_key=True),
    Column("topics", Text, nullable=False),  # JSON list
    Column("subscribed_at", UtcDateTime, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("platform", Key, primary_key=True),
    Column("update_id", Key, primary_key=True),
    Column("state", Key, nullable=False),
    Column("message", Text, nullable=False),  # "" once answered
    Column("replies", Text, nullable=False),  # "" but while replying
    Column("received_at", UtcDateTime, nullable=False),
    Index(None, "state", "received_at"),
)

chat_settings = Table(
    "chat_settings",
    metadata,
    Column("platform", Key, primary_key=True),
    Column("chat_id", Key, primary_key=True),
    Column("mode", Key, nullable=False),
    Column("locale", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("quiet_from_min", Integer, nullable=False),
    Column("quiet_until_min", Integer, nullable=False),
    Column("min_gap_min", Integer, nullable=False),
)

unasked_replies = Table(
    "unasked_replies",
    metadata,
    Column("platform", Key, primary_key=True),
    Column("chat_id", Key, primary_key=True),
    Column("fact_check_id", Key, primary_key=True),
    Column("said_at", UtcDateTime, nullable=False),
)

editors = Table(
    "editors",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),  # case-folded; "" once removed, so that the name is free again
    Column("role", Key, nullable=False),
    Column("is_active", Boolean(create_constraint=False), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Index(
        "uq_editors_name_key",
        "name_key",
        unique=True,
        sqlite_where=text("name_key <> ''"),
        postgresql_where=text("name_key <> ''"),
    ),
)


def _editor_id() -> Column[str]:
    return Column("editor_id", Key, ForeignKey("editors.id"), nullable=False)


editor_identities = Table(
    "editor_identities",
    metadata,
    Column("platform", Key, primary_key=True),
    Column("user_id", Key, primary_key=True),
    _editor_id(),
    Column("linked_at", UtcDateTime, nullable=False),
    Index(None, "editor_id"),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("editor_id", Key, nullable=False),
    Column("act", Key, nullable=False),
    Column("subject", Key, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("previous_digest", Key, nullable=False),
    Column("digest", Key, nullable=False),
    Index(None, "subject", "seq"),
)

sign_in_tokens = Table(
    "sign_in_tokens",
    metadata,
    Column("digest", Key, primary_key=True),
    _editor_id(),
    Column("purpose", Key, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "editor_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Key, primary_key=True),
    _editor_id(),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "editor_id"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("fact_check_id", Key, ForeignKey("fact_checks.id"), primary_key=True),
    Column("snapshot", Text, nullable=False),  # canonical JSON of what it would become
    Column("editor_id", Key, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
)

dialogues = Table(
    "dialogues",
    metadata,
    _contact_id(),
    Column("kind", Key, nullable=False),
    Column("step", Key, nullable=False),
    Column("said", Text, nullable=False),  # JSON object
    Column("changed_at", UtcDateTime, nullable=False),
)

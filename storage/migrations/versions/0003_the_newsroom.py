"""Editors, their sign-ins and what they did; proposals, guided conversations; the queue they work on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Key, Seq, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _queue()
    _editors()
    _work()


def _queue() -> None:
    for column in (
        sa.Column("askers", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("chats", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("assignee", Key, nullable=False, server_default=""),
        sa.Column("outcome", sa.Text(), nullable=False, server_default=""),
        sa.Column("closed_at", UtcDateTime, nullable=True),
    ):
        op.add_column("rumors", column)
    op.create_index("ix_rumors_status_closed_at", "rumors", ["status", "closed_at"])
    for name in ("askers", "first_seen", "last_seen"):
        op.create_index(f"ix_rumors_status_{name}_id", "rumors", ["status", name, "id"])
    op.add_column("tips", sa.Column("fingerprint", Key, nullable=False, server_default=""))
    # Near enough until the next tip counts them properly: one tip is one asker in one chat.
    tips_of = "(SELECT count(*) FROM tips WHERE tips.rumor_id = rumors.id)"
    op.execute(f"UPDATE rumors SET askers = {tips_of}, chats = {tips_of}")
    op.create_table(
        "rumor_wordings",
        sa.Column("fingerprint", Key, nullable=False),
        sa.Column("rumor_id", Key, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_rumor_wordings"),
        sa.ForeignKeyConstraint(["rumor_id"], ["rumors.id"], name="fk_rumor_wordings_rumor_id", ondelete="CASCADE"),
    )
    op.create_index("ix_rumor_wordings_rumor_id", "rumor_wordings", ["rumor_id"])


def _editors() -> None:
    op.create_table(
        "editors",
        sa.Column("id", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", Key, nullable=False),
        sa.Column("role", Key, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("added_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_editors"),
    )
    op.create_index(
        "uq_editors_name_key",
        "editors",
        ["name_key"],
        unique=True,
        sqlite_where=sa.text("name_key <> ''"),
        postgresql_where=sa.text("name_key <> ''"),
    )
    op.create_table(
        "editor_identities",
        sa.Column("platform", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("editor_id", Key, nullable=False),
        sa.Column("linked_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("platform", "user_id", name="pk_editor_identities"),
        sa.ForeignKeyConstraint(["editor_id"], ["editors.id"], name="fk_editor_identities_editor_id"),
    )
    op.create_index("ix_editor_identities_editor_id", "editor_identities", ["editor_id"])
    op.create_table(
        "sign_in_tokens",
        sa.Column("digest", Key, nullable=False),
        sa.Column("editor_id", Key, nullable=False),
        sa.Column("purpose", Key, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sign_in_tokens"),
        sa.ForeignKeyConstraint(["editor_id"], ["editors.id"], name="fk_sign_in_tokens_editor_id"),
    )
    op.create_index("ix_sign_in_tokens_editor_id", "sign_in_tokens", ["editor_id"])
    op.create_table(
        "sessions",
        sa.Column("digest", Key, nullable=False),
        sa.Column("editor_id", Key, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
        sa.ForeignKeyConstraint(["editor_id"], ["editors.id"], name="fk_sessions_editor_id"),
    )
    op.create_index("ix_sessions_editor_id", "sessions", ["editor_id"])


def _work() -> None:
    op.create_table(
        "audit_log",
        sa.Column("seq", Seq, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("editor_id", Key, nullable=False),
        sa.Column("act", Key, nullable=False),
        sa.Column("subject", Key, nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("previous_digest", Key, nullable=False),
        sa.Column("digest", Key, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_subject_seq", "audit_log", ["subject", "seq"])
    op.create_table(
        "proposals",
        sa.Column("fact_check_id", Key, nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("editor_id", Key, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("fact_check_id", name="pk_proposals"),
        sa.ForeignKeyConstraint(["fact_check_id"], ["fact_checks.id"], name="fk_proposals_fact_check_id"),
    )
    op.create_table(
        "dialogues",
        sa.Column("contact_id", Key, nullable=False),
        sa.Column("kind", Key, nullable=False),
        sa.Column("step", Key, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name="pk_dialogues"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_dialogues_contact_id", ondelete="CASCADE"),
    )

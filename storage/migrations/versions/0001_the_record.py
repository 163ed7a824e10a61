"""The record, contacts, answers, rumors, feedback and subscriptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Key, Seq, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _record()
    _people()
    _rumors()


def _record() -> None:
    op.create_table(
        "fact_checks",
        sa.Column("id", Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", Key, nullable=False),
        sa.Column("verdict", Key, nullable=False),
        sa.Column("publisher", Key, nullable=False),
        sa.Column("url_key", Key, nullable=False),
        sa.Column("external_key", Key, nullable=False),
        sa.Column("published_on", Key, nullable=False),
        sa.Column("narrative_id", Key, nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fact_checks"),
    )
    for columns in (
        ["status", "published_on", "id"],
        ["status", "verdict", "published_on", "id"],
        ["published_on", "id"],
        ["publisher", "published_on", "id"],
        ["narrative_id", "published_on", "id"],
        ["url_key", "id"],
        ["external_key", "id"],
        ["status", "id"],
    ):
        op.create_index(f"ix_fact_checks_{'_'.join(columns)}", "fact_checks", columns)
    op.create_table(
        "fact_check_tags",
        sa.Column("kind", Key, nullable=False),
        sa.Column("value", Key, nullable=False),
        sa.Column("fact_check_id", Key, nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", "fact_check_id", name="pk_fact_check_tags"),
        sa.ForeignKeyConstraint(
            ["fact_check_id"], ["fact_checks.id"], name="fk_fact_check_tags_fact_check_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_fact_check_tags_fact_check_id", "fact_check_tags", ["fact_check_id"])
    op.create_table(
        "revisions",
        sa.Column("fact_check_id", Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("editor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
        sa.Column("previous_digest", Key, nullable=False),
        sa.Column("digest", Key, nullable=False),
        sa.PrimaryKeyConstraint("fact_check_id", "revision", name="pk_revisions"),
        sa.ForeignKeyConstraint(["fact_check_id"], ["fact_checks.id"], name="fk_revisions_fact_check_id"),
    )
    op.create_table(
        "changes",
        sa.Column("seq", Seq, autoincrement=True, nullable=False),
        sa.Column("fact_check_id", Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", Key, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_changes"),
        sa.ForeignKeyConstraint(["fact_check_id"], ["fact_checks.id"], name="fk_changes_fact_check_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "narratives",
        sa.Column("id", Key, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", Seq, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_narratives"),
    )
    op.create_index("ix_narratives_version", "narratives", ["version"])


def _people() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", Key, nullable=False),
        sa.Column("address_key", Key, nullable=False),
        sa.Column("platform", Key, nullable=False),
        sa.Column("chat_id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("chat_kind", Key, nullable=False),
        sa.Column("thread_id", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.UniqueConstraint("address_key", name="uq_contacts_address_key"),
    )
    op.create_table(
        "answers",
        sa.Column("contact_id", Key, nullable=False),
        sa.Column("fact_check_id", Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("shown_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("contact_id", "fact_check_id", "revision", name="pk_answers"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_answers_contact_id", ondelete="CASCADE"),
    )
    op.create_index("ix_answers_fact_check_id", "answers", ["fact_check_id"])
    op.create_table(
        "feedback",
        sa.Column("contact_id", Key, nullable=False),
        sa.Column("fact_check_id", Key, nullable=False),
        sa.Column("day", Key, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("pressed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("contact_id", "fact_check_id", "day", name="pk_feedback"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_feedback_contact_id", ondelete="CASCADE"),
    )
    op.create_index("ix_feedback_fact_check_id", "feedback", ["fact_check_id"])
    op.create_table(
        "subscriptions",
        sa.Column("contact_id", Key, nullable=False),
        sa.Column("kind", Key, nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("subscribed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("contact_id", "kind", name="pk_subscriptions"),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name="fk_subscriptions_contact_id", ondelete="CASCADE"
        ),
    )


def _rumors() -> None:
    op.create_table(
        "rumors",
        sa.Column("id", Key, nullable=False),
        sa.Column("fingerprint", Key, nullable=False),
        sa.Column("status", Key, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("first_seen", UtcDateTime, nullable=False),
        sa.Column("last_seen", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rumors"),
    )
    op.create_index(
        "uq_rumors_open_fingerprint",
        "rumors",
        ["fingerprint"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "tips",
        sa.Column("id", Seq, autoincrement=True, nullable=False),
        sa.Column("rumor_id", Key, nullable=False),
        sa.Column("contact_id", Key, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("sent_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tips"),
        sa.UniqueConstraint("rumor_id", "contact_id", name="uq_tips_rumor_id_contact_id"),
        sa.ForeignKeyConstraint(["rumor_id"], ["rumors.id"], name="fk_tips_rumor_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_tips_contact_id", ondelete="SET NULL"),
    )
    op.create_index("ix_tips_contact_id", "tips", ["contact_id"])

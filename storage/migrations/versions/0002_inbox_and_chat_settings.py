"""Updates on their way, what groups chose, and what was said there unasked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Key, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("platform", Key, nullable=False),
        sa.Column("update_id", Key, nullable=False),
        sa.Column("state", Key, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("replies", sa.Text(), nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("platform", "update_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_state_received_at", "inbox", ["state", "received_at"])
    op.create_table(
        "chat_settings",
        sa.Column("platform", Key, nullable=False),
        sa.Column("chat_id", Key, nullable=False),
        sa.Column("mode", Key, nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("quiet_from_min", sa.Integer(), nullable=False),
        sa.Column("quiet_until_min", sa.Integer(), nullable=False),
        sa.Column("min_gap_min", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "chat_id", name="pk_chat_settings"),
    )
    op.create_table(
        "unasked_replies",
        sa.Column("platform", Key, nullable=False),
        sa.Column("chat_id", Key, nullable=False),
        sa.Column("fact_check_id", Key, nullable=False),
        sa.Column("said_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("platform", "chat_id", "fact_check_id", name="pk_unasked_replies"),
    )

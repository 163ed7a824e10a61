"""Alembic environment; run when a database is opened, never by hand.

Known here as plain values, so that opening an up-to-date database imports no Alembic.
"""

MIGRATIONS = ("0001", "0002", "0003")
"""Every migration, oldest first; a test keeps this equal to `versions/`."""

VERSION_TABLE = "factline_migration"
"""Alembic's own default name would clash with another program in a shared PostgreSQL database."""

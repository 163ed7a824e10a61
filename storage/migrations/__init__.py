"""Alembic environment; run on start, never by hand."""

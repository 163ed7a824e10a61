"""SQLAlchemy tables, the implementations of every repository Protocol, Alembic migrations."""

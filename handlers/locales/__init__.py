"""Message catalogs (gettext), one folder per locale."""

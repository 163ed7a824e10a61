"""FastAPI: chat in a browser, public pages, API."""

"""Readable weight files made by `python -m retrieval.training`."""

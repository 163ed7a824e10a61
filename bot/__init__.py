"""The process: command line, composition root, dispatch, adapters."""

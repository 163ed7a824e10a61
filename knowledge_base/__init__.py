"""What has been checked, by whom, on what evidence.

Imports no engine and nobody else's package: these are the records and the rules every other package builds on.
"""

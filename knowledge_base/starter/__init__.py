"""The starter fact-checks and narratives that a first start loads."""

"""The newsroom: queue, drafts, review and publishing, the same rules for chat commands and the web console."""

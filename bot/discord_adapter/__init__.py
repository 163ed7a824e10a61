"""Factline on Discord: messages and interactions in, replies out. `adapter.DiscordAdapter` is the door."""

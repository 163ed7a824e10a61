"""Factline on Telegram: updates in, replies out. `adapter.TelegramAdapter` is the door."""

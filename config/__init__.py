"""Settings and logging set-up; nothing else. Only `bot` reads this package."""

"""The conversation, the same on every platform: `IncomingMessage` in, `list[Reply]` out; never sends."""

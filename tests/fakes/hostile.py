"""Strings that try to be more than words: markup, mentions, links, controls, extremes of length."""

from __future__ import annotations

import random

PIECES = [
    *("@everyone", "@here", "<@123456789012345678>", "<@!123456789012345678>", "<@&123456789012345678>"),
    *("<#123456789012345678>", "</check:123456789012345678>", "<t:1700000000:R>", "<:smile:123456789012345678>"),
    *(
        "<a:wave:123456789012345678>",
        ":smile:",
        "**",
        "*",
        "__",
        "_",
        "~~",
        "||",
        "`",
        "```",
        "\\",
        "\\\\",
        "> ",
        ">>> ",
    ),
    *(
        "# ",
        "## ",
        "-# ",
        "- ",
        "+ ",
        "1. ",
        "[",
        "]",
        "(",
        ")",
        "[click](https://evil.example)",
        "[x](<javascript:1>)",
    ),
    *("https://evil.example/a_b_c", "http://user:pass@evil.example", "discord.gg/abc", "https://discord.gg/abc"),
    *("discord://-/channels/1", "javascript:alert(1)", "steam://run/1", "<https://evil.example>", "<script>", "&lt;"),
    *(
        "\u202egpj.exe",
        "\u200b",
        "\u2060",
        "\ufeff",
        "\x00",
        "\x1b[31m",
        "\ud800",
        "\U000e0041",
        "👩‍👩‍👧",
        "e\u0301\u0301",
    ),
    *(
        "假的",
        "「真的？」",
        "。",
        "？",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        " ",
        "word",
        "Ｗｉｄｅ",
        "٣",
        "a" * 300,
        "長" * 300,
    ),
]


def strings(count: int, seed: int = 7) -> list[str]:
    """Return `count` of them, always the same ones: each piece alone first, then mixtures."""
    chance = random.Random(seed)
    mixed = ["".join(chance.choices(PIECES, k=chance.randint(2, 9))) for _ in range(max(0, count - len(PIECES)))]
    return [*PIECES, *mixed][:count]

from __future__ import annotations

import pytest

from handlers.masking import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to anna.b+news@mail.example.org now", "write to [e-mail] now"),
        ("寫信到 anna＠mail.example.tw。", "寫信到 [e-mail]。"),
        ("寫信到anna@mail.example.tw謝謝", "寫信到[e-mail]謝謝"),
        ("call 0912-345-678", "call [phone]"),
        ("手機0912345678找我", "手機[phone]找我"),
        ("打 02-2345-6789 或 (02)2345-6789", "打 [phone] 或 [phone]"),
        ("+886 912 345 678", "[phone]"),
        ("０９１２－３４５－６７８", "[phone]"),
        ("call (212) 555-0123 today", "call [phone] today"),
        ("+44 20 7946 0958", "[phone]"),
        ("身分證A123456789請查", "身分證[ID number]請查"),
        ("ARC AB12345678 or A800000014", "ARC [ID number] or [ID number]"),
        ("ssn 078-05-1120", "ssn [ID number]"),
        ("NI AB 12 34 56 C", "NI [ID number]"),
        ("card 4111 1111 1111 1111 exp", "card [number] exp"),
        ("卡號4111-1111-1111-1111", "卡號[number]"),
        ("帳號 00412345678901", "帳號 [number]"),
        ("serial 7654321", "serial [number]"),
    ],
)
def test_personal_details_are_hidden(text: str, masked: str):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "In 2024, 15 people paid $1,200.50 for 3 doses.",
        "2025年7月30日規模8.8強震",
        "from 2019-2024 and on 2024-01-05 at 10:30",
        "165 反詐騙專線，撥 110",
        "1,234,567 votes, 12.345678 %, 98.6 degrees",
        "普發現金10000元",
        "COVID-19, H5N1, 5G, A4",
        "",
    ],
)
def test_what_a_claim_hangs_on_stays(text: str):
    assert mask(text) == text


def test_a_hundred_thousand_digits_are_masked_in_bounded_time():
    assert mask("1" * 100_000) == "[number]"
    assert "@" not in mask("a@b.c " * 20_000)

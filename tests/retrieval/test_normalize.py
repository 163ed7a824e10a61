"""The normaliser: every step for itself, then the whole."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from retrieval.normalize import fingerprint, join_spaced_letters, normalise, split_handles_and_hashtags, tidy, unleet
from retrieval.normalize_characters import compatible, latin_lookalikes, simplified, visible
from retrieval.normalize_phrases import strip_chat_export, strip_forward_marks, strip_lead_ins
from retrieval.urls import strip_urls


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("ＦＵＬＬ　ｗｉｄｔｈ １２", "FULL width 12"),
        ("𝐯𝐚𝐜𝐜𝐢𝐧𝐞 ⓥ ﬁre", "vaccine v fire"),
        ("broken\ud800pair", "brokenpair"),
        ("plain", "plain"),
    ],
)
def test_compatibility_forms_become_plain(given_text: str, expected: str) -> None:
    assert compatible(given_text) == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("vac\u200bcine", "vaccine"),
        ("vac\u00adcine\ufeff", "vaccine"),
        ("\u202evaccine\u202c", "vaccine"),
        ("v\u0336a\u0336x", "vax"),
        ("café Łódź naïve", "cafe Lodz naive"),
        ("vaccine💉kills", "vaccine kills"),
        ("ᴠᴀᴄᴄɪɴᴇ", "vaccine"),
        ("🆅🅰🆇", "VAX"),
        ("“it’s” – so", '"it\'s" - so'),
        ("一\u3164二", "一二"),
        ("สวัสดี", "สวัสดี"),
        ("हिन्दी", "हिन्दी"),
        ("й ё", "й ё"),
    ],
)
def test_what_is_not_seen_goes_and_vowel_signs_stay(given_text: str, expected: str) -> None:
    assert visible(given_text) == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("vассine", "vaccine"),
        ("Τhe сор said", "The cop said"),
        ("вакцина", "вакцина"),
        ("это рост цен", "это рост цен"),
        ("το εμβόλιο", "το εμβόλιο"),
        ("сор", "сор"),
    ],
)
def test_lookalikes_become_latin_only_where_latin_is_meant(given_text: str, expected: str) -> None:
    assert latin_lookalikes(given_text) == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("v4cc1ne", "vaccine"),
        ("gov3rnment pl4n", "government plan"),
        ("v4cc1n3s k1ll 7he n3w", "vaccines kill the new"),
        ("v@ccine po!son", "vaccine poison"),
        ("h1n1 covid19 5g b12 mp3 g20 co2", "h1n1 covid19 5g b12 mp3 g20 co2"),
        ("h1n1 in the v4cc1ne of g0vernment", "h1n1 in the vaccine of government"),
        ("iphone5 at 10am", "iphone5 at 10am"),
        ("2nd 1st 100k", "2nd 1st 100k"),
    ],
)
def test_leet_is_read_inside_words_only(given_text: str, expected: str) -> None:
    assert unleet(given_text) == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("v a c c i n e  k i l l s", "vaccine  kills"),
        ("v.a.c.c.i.n.e kills", "vaccine kills"),
        ("v-a-c-c-i-n-e", "vaccine"),
        ("the u.s.a. and the u.s. navy", "the usa and the us navy"),
        ("i am a b c", "i am a b c"),
        ("疫 苗 會 死 人", "疫苗會死人"),
        ("疫.苗.會.死", "疫苗會死"),
        ("plan b is on", "plan b is on"),
    ],
)
def test_spread_letters_are_joined(given_text: str, expected: str) -> None:
    assert join_spaced_letters(given_text) == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("#StopTheSteal", "Stop The Steal"),
        ("@JohnDoe_1", "John Doe 1"),
        ("a #USElection2024 b", "a  US Election 2024  b"),
    ],
)
def test_handles_and_hashtags_become_words(given_text: str, expected: str) -> None:
    assert split_handles_and_hashtags(given_text).strip() == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("看這裡 https://a.tw/x?utm_source=line 快", "看這裡   快"),
        ("see pic.twitter.com/abc1 now", "see   now"),
        ("bit.ly/3xYz, ok", "  ok"),
        ("utm_source=line&utm_medium=x end", "  end"),
        ("who.int says", "who.int says"),
    ],
)
def test_addresses_leave_the_text(given_text: str, expected: str) -> None:
    assert strip_urls(given_text) == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("12/3/21, 9:15 PM - Ann: drink lemon", "drink lemon"),
        ("[12.03.2021 21:15] Ann: drink lemon", "drink lemon"),
        ("21:15\tAnn\tdrink lemon\n21:16\tBob\tno", "drink lemon\nno"),
        ("The 7:30 train: late", "The 7:30 train: late"),
    ],
)
def test_chat_exports_lose_time_and_sender(given_text: str, expected: str) -> None:
    assert strip_chat_export(given_text) == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("Forwarded many times\nLemon cures cancer", "lemon cures cancer"),
        ("[轉] 檸檬治癌", "柠檬治癌"),
        ("[轉傳]檸檬治癌 請轉發", "柠檬治癌"),
        ("FWD: Lemon cures cancer. Please share!", "lemon cures cancer"),
        ("Fw: fwd: lemon", "lemon"),
        ("檸檬治癌，請大家幫忙轉發給親朋好友！", "柠檬治癌"),
        ("Lemon cures cancer. Share this to everyone you know!", "lemon cures cancer"),
        ("The share of forward voters", "the share of forward voters"),
        ("市民分享心得", "市民分享心得"),
    ],
)
def test_forward_marks_go(given_text: str, expected: str) -> None:
    assert normalise(given_text) == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("is it true that lemon cures cancer?", "lemon cures cancer?"),
        ("is it true lemon cures cancer?", "lemon cures cancer?"),
        ("fact check: lemon cures cancer", "lemon cures cancer"),
        ("can you check if lemon cures cancer", "lemon cures cancer"),
        ("lemon cures cancer, is this true?", "lemon cures cancer"),
        ("请问这是真的吗? 柠檬治癌", "柠檬治癌"),
        ("网传柠檬治癌", "柠檬治癌"),
        ("柠檬治癌,是真的吗?", "柠檬治癌"),
        ("is it true?", "is it true?"),
    ],
)
def test_asking_about_a_claim_does_not_change_it(given_text: str, expected: str) -> None:
    assert strip_lead_ins(given_text).strip() == expected


def test_marks_are_gone_before_lead_ins_are_looked_for() -> None:
    assert strip_forward_marks("[转] 网传柠檬") == " 网传柠檬"
    assert normalise("[轉] 網傳檸檬") == "柠檬"


def test_traditional_and_simplified_meet() -> None:
    assert simplified("臺灣的疫苗有後遺症") == simplified("台湾的疫苗有后遗症")


def test_gaps_and_repeats_collapse() -> None:
    assert tidy("  so!!!\n\n what ??  ") == "so! what"


@pytest.mark.parametrize(
    "disguise",
    [
        "Vaccines contain microchips",
        "ＶＡＣＣＩＮＥＳ　ｃｏｎｔａｉｎ　ｍｉｃｒｏｃｈｉｐｓ",
        "Vac\u200bcin\u200des con\u2060tain micro\u00adchips",
        "Vассіnes соntаin miсrосhiрs",
        "V4cc1n3s c0nt4in micr0ch1ps",
        "V a c c i n e s  c o n t a i n  m i c r o c h i p s",
        "V.a.c.c.i.n.e.s c.o.n.t.a.i.n m.i.c.r.o.c.h.i.p.s",
        "💉Vaccines contain🔥microchips‼️",
        "Forwarded many times\nVaccines contain microchips https://bad.example/x?fbclid=1",
        "Is it true that vaccines contain microchips?",
        "𝓥𝓪𝓬𝓬𝓲𝓷𝓮𝓼 𝓬𝓸𝓷𝓽𝓪𝓲𝓷 𝓶𝓲𝓬𝓻𝓸𝓬𝓱𝓲𝓹𝓼",
    ],
)
def test_disguises_of_one_claim_have_one_fingerprint(disguise: str) -> None:
    assert fingerprint(disguise) == fingerprint("vaccines contain microchips.")


def test_nothing_has_no_fingerprint() -> None:
    assert normalise("") == ""
    assert fingerprint("…!? \u200b") == ""


PIECES = st.sampled_from(
    ["is it true that ", "[轉] ", "FWD: ", "請轉發", "網傳", "是真的嗎？", "v4cc1ne ", "v a c c i n e ", "https://a.tw/b?x=1 ", "#AbCd ",  # noqa: E501
     "@JoHn ", "сор ", "ı", "ß", "İ", "\u0301", "臺", "w.w.w.a.com/ ", "12:30 a: ", "疫 苗 會 ", "!!", "「", "Σς ", "ǆ", "1s n0t ", "share this to everyone"]  # noqa: E501
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=8).map("".join)))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once

"""Thanks and greetings are answered as such; a word more, and it is looked up."""

import pytest

from handlers.small_talk import small_talk
from tests.fakes.conversation import ANTIBIOTICS, World, only


@pytest.mark.parametrize("text", ["Thanks!", "thank you 🙏", "謝謝你～", "謝謝！！", "THX", "OK, thanks", "感恩🙏🙏"])
def test_thanks_are_welcome(text):
    assert small_talk(text) == "small_talk.thanks"


@pytest.mark.parametrize("text", ["Hi", "hello!", "你好", "早安☀️", "Good morning."])
def test_greeting_is_returned(text):
    assert small_talk(text) == "small_talk.hello"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🙏",
        "thanks to lemon water cancer is cured",
        "你好像說過喝檸檬水會好",
        "hi-fi",
        "謝謝大家轉傳：檸檬水治癌",
        "no",
    ],
)
def test_anything_more_is_no_small_talk(text):
    assert small_talk(text) == ""


def test_nobody_is_told_that_thanks_have_not_been_checked():
    world = World(ANTIBIOTICS)
    reply = only(world.say("謝謝你"))
    assert ("不客氣" in reply.plain_text(), reply.buttons, world.searcher.asked) == (True, (), [])
    only(world.say("Thanks", is_forward=True))
    assert world.searcher.asked == [("Thanks", ())]

"""Words around a claim that say nothing about it: forward marks, chat exports, "is it true that".

Works on text after `visible` (quotes, dashes and Chinese punctuation are ASCII); `strip_chat_export` before
lower-casing, the others on lower-case simplified Chinese.
"""

from __future__ import annotations

import re

_CHAT_EXPORT = re.compile(
    r"^\s*(?:\[?\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4},? +)?(?:上午|下午|早上|晚上)? ?\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?\]?"
    r"(?: -)?(?:[ \t]+[^\n:]{1,30}:[ \t]|\t[^\n\t]{1,30}\t|[ \t]*(?=\n|$))",
    re.MULTILINE,
)
"""WhatsApp ("12/3/21, 9:15 PM - Name: "), Telegram ("[12.03.21 21:15] Name: ") and LINE ("21:15<tab>Name<tab>")."""

_SIMPLIFIED_FORWARD = "转发|转传|转贴|转载|转|分享|群组转传|请转发|请转传|请分享|网路转传|line转传|好友转传|友人转传|朋友传来|收到转发|重要转发|紧急转发|快转发"
_FORWARD_MARK = re.compile(
    r"(?:^|(?<=[\n.!?;:\]]))[ \t>*_\-|\"]*(?:"
    r"(?:\[|\()(?:" + _SIMPLIFIED_FORWARD + r"|fwd?|forwarded|shared|copied|received)[^\])\n]{0,12}(?:\]|\))"
    r"|forwarded (?:many times|message|as received)|forwarded(?= *[:\n])|(?:fwd?|fw|rt)(?: ?: ?|(?= @))"
    r"|-{2,} ?forwarded message ?-{2,}|copied and pasted|copy(?: and |/|-)?paste[d]?(?= *[:.\n]|$)|as received(?= *[:.\n]|$)"
    r"|(?:" + _SIMPLIFIED_FORWARD + r")[ \t]*(?:自|:|\n)"
    r")[ \t]*[:,.\-!]*[ \t]*"
)
_SHARE_PLEA = re.compile(
    r"(?:please |pls |kindly |must |urgent(?:ly)?[ !:]*)?(?:share|forward|send|pass)(?: this)?(?: message| on| it)?"
    r"(?: on)? ?to (?:everyone|everybody|all|as many)(?: of)?(?: (?:you know|you can|your (?:friends|family|contacts|groups?)"
    r"|people as (?:possible|you can)|as possible))*(?: and (?:family|friends))?[.!]*"
    r"|(?:please|pls) (?:share|forward|retweet|rt)(?: this)?(?: widely| now| before[^.!?\n]{0,40})?[.!]+"
    r"|(?:请|快|赶快|赶紧|麻烦|务必|一定要|广为|帮忙|大家){1,4}(?:帮忙|广为|多多|大量|尽量|赶快|快)*(?:转发|转传|分享)(?:给|出去|到)?"
    r"(?:(?:更多|所有|身边|你的|您的|每|亲朋|好友|亲友|家人|朋友|群组|各群|大家|的|人|认识|周遭|周围|与|和|及|,)*)(?:知道)?[!.~]*"
)
_LEAD_IN = re.compile(
    r"^[\W_]*(?:"
    r"(?:hi|hello|hey|dear)(?: (?:all|everyone|there|factline|team|sir|guys))?[,.!:]+\s*"
    r"|(?:can|could|would) (?:you|someone|anyone)(?: please)? (?:check|verify|confirm|tell me)(?: if| whether| that| this)*\s*:?"
    r"|(?:please |pls |kindly )?(?:check|verify|fact[ -]?check)(?: if| whether| this| that| it)*(?: is true| please)*\s*[:,.]+"
    r"|(?:so |and |but )?is it (?:really |actually )?true\s+(?!or\b|that\b|if\b)(?=\w)"
    r"|(?:so |and |but )?is (?:it|this|that)(?: really| actually)? (?:true|correct|real|a fact|fake)(?: or (?:not|false|fake))?(?:\s+that|,? ?[:?]|\s+if)"
    r"|(?:true or (?:false|fake)|fact[ -]?check(?:ed)?|fake or real|real or fake|rumou?rs?|claims?|breaking(?: news)?|urgent|viral|just in|news alert|alert|question)\s*[:!?\-]+"
    r"|(?:i (?:just )?(?:heard|read|saw|got (?:this|told))|someone (?:says|said|told me)|they (?:say|said)|people (?:say|are saying)|my \w+ (?:says|said|told me|sent me this))(?: online| on \w+| somewhere| that|:)+"
    r"|did you (?:know|hear|see) (?:that)?|have you heard (?:that)?|apparently,? "
    r"|(?:请问|想请问|想问|我想问|请教|请查证|求证|帮忙查证|请帮忙查证|可以帮我查(?:证|一下)?)(?:一下|大家|各位)?[,:]?\s*(?:这(?:个|则|篇|是)?(?:消息|讯息|新闻|影片|文章)?(?:是)?(?:真的|真实的|正确的)(?:吗|嘛|么)[?,:.]*)?"
    r"|这(?:个|则|篇|是)?(?:消息|讯息|新闻|影片|文章)?(?:是)?(?:真的|真实的|正确的|真)(?:吗|嘛|么)[?,:.!]+"
    r"|(?:网传|网路(?:上)?(?:流传|谣传|传言|疯传)|听说|据说|传说|盛传|谣传|朋友传|长辈传|群组(?:里)?(?:在)?传|line(?:群组)?(?:流传|上传)|有人说|我听说|最近(?:网路上)?(?:流传|疯传)|看到有人说)(?:说|:|,|，)?"
    r"|(?:紧急|快讯|重要|最新消息|号外|注意|独家|重要通知|紧急通知)[!:,~]+"
    r")\s*"
)
_TRAILING_QUESTION = re.compile(
    r"[\s,.;:\-(\"]*(?:"
    r"(?:is|are) (?:this|that|it|these)(?: really| actually)? (?:true|real|correct|legit|fake)(?: or (?:not|false|fake|real))?"
    r"|(?:is this|this is) (?:a )?(?:hoax|scam|fake news)|true or (?:false|fake|not)|fact or fiction|really|right|please (?:check|verify|confirm)"
    r"|(?:请问|想问)?(?:这|这个|这则|此|以上)?(?:消息|讯息|是)?(?:真的|真实|正确|可信|假的|谣言)(?:的)?(?:吗|嘛|么|假的)"
    r"|真的假的|是真是假|真假|(?:有|会|能)这(?:种|回)事吗|求证|请查证|请求证|帮查证|对吗"
    r")[\s?.!\")]*$"
)
_REDACTED = re.compile(
    r"\[(?:name|redacted|user|phone|link|url|image|photo|video|图片|影片|贴图|照片|档案|语音讯息)\]|<media omitted>"
)


_PLEA_WORDS = re.compile(r"share|forward|send|pass|retweet|转发|转传|分享")
_LONGEST_QUESTION = 80
"""Characters at the end of a text in which a trailing question is looked for."""


def strip_chat_export(text: str) -> str:
    """Take off time and sender at the start of lines exported from a chat."""
    return _CHAT_EXPORT.sub("", text) if ":" in text else text


def strip_forward_marks(text: str) -> str:
    """Take out "Forwarded many times", "[转]", "FWD:", pleas to share, and place-holders for media."""
    text = _FORWARD_MARK.sub(" ", text)
    if _PLEA_WORDS.search(text):
        text = _SHARE_PLEA.sub(" ", text)
    return _REDACTED.sub(" ", text) if "[" in text or "<" in text else text


def strip_lead_ins(text: str) -> str:
    """Take off "is it true that ..." and "... 是真的吗?": asking about a claim does not change the claim.

    Never empties a text: where nothing else is left the words stay.
    """
    stripped = _LEAD_IN.sub("", text, count=1)
    head, tail = stripped[:-_LONGEST_QUESTION], stripped[-_LONGEST_QUESTION:]
    stripped = head + _TRAILING_QUESTION.sub("", tail, count=1)
    return stripped if stripped.strip(" \t\n.,;:!?-\"'") else text

"""/add: a fact-check written step by step in a chat. Where it stands is stored, so a restart loses nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from handlers.editorial.desk import authorised, waiting
from handlers.editorial.ports import Dialogue
from handlers.editorial.talk import Talk, lint_texts, press, preview
from handlers.editorial.writing import approve_and_publish, save_draft, submit_for_review
from handlers.errors import UserMistake
from handlers.masking import mask
from handlers.messages import Block, BlockRole, Reply, ReplyKind
from handlers.permissions import Command, may
from handlers.turn import Turn
from handlers.verdicts import SIGNS, WORD_KEYS
from handlers.wording import clean, cut, one_line, safe_url
from knowledge_base.lint import MAX_CLAIM_CHARS
from knowledge_base.models import UNKNOWN_LOCALE, FactCheck, FactCheckText, Source, Verdict
from retrieval.language import detect

KIND = "add"
CLAIM, HEADLINE, EXPLANATION, VERDICT, SOURCE, READY = "claim", "headline", "explanation", "verdict", "source", "ready"
_NEXT = {CLAIM: HEADLINE, HEADLINE: EXPLANATION, EXPLANATION: VERDICT, VERDICT: SOURCE, SOURCE: READY}
_ASKED = {
    CLAIM: "add.claim",
    HEADLINE: "add.headline",
    EXPLANATION: "add.explanation",
    VERDICT: "add.verdict",
    SOURCE: "add.source",
}
_SKIP = "-"
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def add(talk: Talk) -> list[Reply]:
    """Begin, or go on where a button was pressed."""
    authorised(talk.desk, talk.editor.id, Command.SAVE_DRAFT)
    verb, _, rest = talk.words.partition(" ")
    if not talk.turn.is_pressed:
        received = clean(talk.turn.message.quoted_text)
        claim = talk.words or (one_line(received) if len(received) <= MAX_CLAIM_CHARS else "")
        return _begin(talk, claim=claim, received=received)
    if verb == "rumor":
        text = waiting(talk.desk, rest.strip()).text
        claim = one_line(text) if len(text) <= MAX_CLAIM_CHARS else ""
        return _begin(talk, claim=claim, received=text, rumor_id=rest.strip())
    dialogue = talk.under_way()
    if dialogue is None or dialogue.kind != KIND:
        raise UserMistake("add.lost")
    if verb == VERDICT:
        return answered(replace(talk, turn=_with_text(talk, rest)), dialogue)
    if verb == "done" and dialogue.step == SOURCE:
        return _go(talk, READY, dialogue.said)
    if verb in ("save", "submit", "publish") and dialogue.step == READY:
        return _stored(talk, dialogue, verb)
    raise UserMistake("add.lost")


def answered(talk: Talk, dialogue: Dialogue) -> list[Reply]:
    """Take what was said at a step, and ask for the next."""
    step, said = dialogue.step, dict(dialogue.said)
    words = clean(talk.words)
    if step == READY:
        return _go(talk, READY, said)
    if words == _SKIP:
        return _go(talk, _NEXT[step], said)
    if step == VERDICT:
        verdict = _verdict(words, talk)
        if verdict is None:
            return [_ask(talk, VERDICT, talk.frame.say("add.verdict_unknown"))]
        said[VERDICT] = verdict.value
    elif step == SOURCE:
        if not _source(words):
            return talk.say("add.source_unreadable")
        said[SOURCE] = "\n".join([*filter(None, said.get(SOURCE, "").split("\n")), one_line(words)])
        talk.begin(Dialogue(KIND, SOURCE, said))
        more = press(talk.frame.say("button.done"), "add done")
        return [talk.reply(talk.frame.say("add.source_more"), buttons=[[more]])]
    else:
        said[step] = words
    return _go(talk, _NEXT[step], said)


def draft_of(said: Mapping[str, str], *, fact_check_id: str, publisher: str, locale: str) -> FactCheck:
    """Return the draft that was told so far.

    Args:
        said: what was answered, by step.
        fact_check_id: its id.
        publisher: who publishes it.
        locale: its language where the words do not tell.
    """
    claim = said.get(CLAIM, "")
    written_in = detect(" ".join([claim, said.get(HEADLINE, ""), said.get(EXPLANATION, "")]))
    text = FactCheckText(one_line(claim), one_line(said.get(HEADLINE, "")), said.get(EXPLANATION, ""))
    received = mask(said.get("received", ""))
    return FactCheck(
        id=fact_check_id,
        texts={locale if written_in == UNKNOWN_LOCALE else written_in: text},
        publisher=publisher,
        verdict=Verdict(said[VERDICT]) if said.get(VERDICT) else None,
        sources=tuple(source for line in said.get(SOURCE, "").split("\n") if (source := _source(line))),
        wordings=(received,) if received and received != claim else (),
    )


def _begin(talk: Talk, *, claim: str, received: str, rumor_id: str = "") -> list[Reply]:
    said = {"received": received, "rumor_id": rumor_id, **({CLAIM: clean(claim)} if claim else {})}
    return _go(talk, HEADLINE if claim else CLAIM, said)


def _go(talk: Talk, step: str, said: Mapping[str, str]) -> list[Reply]:
    talk.begin(Dialogue(KIND, step, said))
    if step == READY:
        return [_ready(talk, said)]
    shown = cut(said.get(CLAIM, ""), MAX_CLAIM_CHARS) if step == HEADLINE else ""
    return [_ask(talk, step, talk.frame.quoted(shown) if shown else "")]


def _ask(talk: Talk, step: str, before: str) -> Reply:
    buttons = []
    if step == VERDICT:
        buttons = [
            press(f"{SIGNS[verdict]} {talk.frame.say(WORD_KEYS[verdict])}", f"add {VERDICT} {verdict.value}")
            for verdict in Verdict
        ]
    texts = [text for text in (before, talk.frame.say(_ASKED[step])) if text]
    return talk.reply(*texts, buttons=[buttons[:4], buttons[4:]])


def _ready(talk: Talk, said: Mapping[str, str]) -> Reply:
    draft = _draft(talk, said, "preview")
    frame = talk.frame
    buttons = [press(frame.say("button.submit"), "add submit"), press(frame.say("button.save_draft"), "add save")]
    if talk.desk.rules.single_editor and may(talk.editor.role, Command.PUBLISH):
        buttons.insert(0, press(frame.say("button.publish"), "add publish"))
    blocks = [
        Block(BlockRole.TEXT, frame.say("add.preview")),
        *preview(talk, draft),
        *(Block(BlockRole.TEXT, text) for text in lint_texts(talk, draft)),
    ]
    return frame.reply(ReplyKind.COMMAND, blocks, buttons, [press(frame.say("button.cancel"), "cancel")])


def _stored(talk: Talk, dialogue: Dialogue, verb: str) -> list[Reply]:
    rumor_id = dialogue.said.get("rumor_id", "")
    desk, who = talk.desk, talk.editor.id
    with desk.transactions.transaction():
        saved = save_draft(desk, who, _draft(talk, dialogue.said, desk.new_id()), rumor_id=rumor_id).fact_check
        if verb == "submit":
            submit_for_review(desk, who, saved.id, revision=saved.revision)
        elif verb == "publish":
            approve_and_publish(desk, who, saved.id, revision=saved.revision)
        talk.end()
    desk.changed()  # once more: inside the transaction there was nothing to see yet
    return talk.say({"save": "add.saved", "submit": "add.submitted", "publish": "review.published"}[verb])


def _draft(talk: Talk, said: Mapping[str, str], fact_check_id: str) -> FactCheck:
    publisher = talk.desk.rules.publisher or talk.editor.name
    draft = draft_of(said, fact_check_id=fact_check_id, publisher=publisher, locale=talk.frame.locale)
    return replace(draft, author=talk.editor.name, checked_on=talk.desk.clock.now().date())


def _verdict(words: str, talk: Talk) -> Verdict | None:
    wanted = words.strip().casefold()
    for verdict in Verdict:
        if wanted in (verdict.value, talk.frame.say(WORD_KEYS[verdict]).casefold()):
            return verdict
    return None


def _source(line: str) -> Source | None:
    found = _ADDRESS.search(line)
    url = safe_url(found.group()) if found else ""
    if not url:
        return None
    title = one_line(line.replace(url, " "))
    return Source(title=title or url, url=url)


def _with_text(talk: Talk, words: str) -> Turn:
    return replace(talk.turn, message=replace(talk.turn.message, text=words))

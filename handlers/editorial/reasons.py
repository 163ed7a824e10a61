"""Acts that need a reason: asked for in the chat, done when it comes."""

from __future__ import annotations

from handlers.editorial.ports import Dialogue
from handlers.editorial.queue import dismiss
from handlers.editorial.talk import Talk
from handlers.editorial.writing import retract, send_back
from handlers.errors import UserMistake
from handlers.messages import Reply

DISMISS, SEND_BACK, RETRACT = "dismiss", "send_back", "retract"
REASON = "reason"  # the only step
_NO_REASON = "editorial.refused.reason_missing"


def answered(talk: Talk, dialogue: Dialogue) -> list[Reply]:
    """Do what waited for its reason; where it cannot be done any longer, the conversation is over."""
    try:
        return _done(talk, dialogue)
    except UserMistake as mistake:
        if mistake.key != _NO_REASON:
            talk.end()
        raise


def _done(talk: Talk, dialogue: Dialogue) -> list[Reply]:
    subject = dialogue.said.get("id", "")
    if dialogue.kind == DISMISS:
        dismiss(talk.desk, talk.editor.id, subject, reason=talk.words)
        said = "queue.dismissed"
    elif dialogue.kind == SEND_BACK:
        revision = dialogue.said.get("revision", "")
        number = int(revision) if revision.isdecimal() else 0
        send_back(talk.desk, talk.editor.id, subject, revision=number, reason=talk.words)
        said = "review.sent_back"
    else:
        return retracted(talk, subject, talk.words)
    talk.end()
    return talk.say(said)


def retracted(talk: Talk, fact_check_id: str, reason: str) -> list[Reply]:
    """Retract a fact-check for a reason that was given."""
    retract(talk.desk, talk.editor.id, fact_check_id, reason=reason)
    talk.end()
    return talk.say("retract.done")

"""The editors' commands in a chat: /queue, /add, /review, /publish, /retract, /console, /link, /cancel.

For anybody who is not a linked editor these commands do not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from handlers.editorial import adding, reasons
from handlers.editorial.errors import Refused
from handlers.editorial.ports import Dialogue, Proposal, QueueFilter, TokenPurpose
from handlers.editorial.queue import (
    Near,
    claim_rumor,
    count_queue,
    link_existing,
    list_queue,
    near_fact_checks,
    open_file,
)
from handlers.editorial.sign_in import issue, link_identity
from handlers.editorial.talk import (
    Talk,
    identity_of,
    in_private,
    lint_texts,
    press,
    preview,
    rumor_line,
    talk_of,
    title_of,
)
from handlers.editorial.writing import approve_and_publish, correct
from handlers.i18n import display_date
from handlers.messages import Block, BlockRole, Button, Reply, ReplyKind
from handlers.permissions import Command, Forbidden, may
from handlers.turn import Services, Turn
from handlers.wording import cut, one_line
from knowledge_base.models import FactCheck, Status
from knowledge_base.repository import FactCheckFilter
from knowledge_base.workflow import author_of

MAX_LISTED = 6
_SHORT_ID_CHARS = 12  # the random end of a ULID: two ids of 32 and 26 characters do not fit into one button


def queue(talk: Talk) -> list[Reply]:
    """List what waits, open one rumor, take it, put it back, answer it, dismiss it."""
    verb, _, rest = talk.words.partition(" ")
    if talk.turn.is_pressed and verb in _RUMOR_ACTS:
        return _RUMOR_ACTS[verb](talk, rest)
    mine = verb.lower() == "mine"
    wanted = QueueFilter(assignee=talk.editor.id) if mine else QueueFilter(text=talk.words)
    listed = list_queue(talk.desk, talk.editor.id, wanted)
    if not listed:
        return [talk.reply(talk.frame.say("queue.empty"), talk.frame.say("queue.commands"))]
    shown = listed[:MAX_LISTED]
    texts = [rumor_line(talk, each, number) for number, each in enumerate(shown, start=1)]
    buttons = [
        press(talk.frame.say("button.open_rumor", number=number), f"queue open {each.rumor.id}")
        for number, each in enumerate(shown, start=1)
    ]
    title = talk.frame.say("queue.title", n=count_queue(talk.desk, talk.editor.id, wanted))
    return [talk.reply(title, *texts, talk.frame.say("queue.commands"), buttons=[buttons])]


def _open(talk: Talk, rumor_id: str) -> list[Reply]:
    file, frame = open_file(talk.desk, talk.editor.id, rumor_id), talk.frame
    rumor = file.rumor
    days = [display_date(moment.date(), frame.locale) for moment in (rumor.first_seen, rumor.last_seen)]
    texts = [rumor.text, frame.say("queue.demand", askers=rumor.askers, chats=rumor.chats)]
    texts.append(frame.say("queue.seen", first=days[0], last=days[1]))
    others = [each.text for each in file.wordings if each.text != rumor.text][:3]
    if others:
        texts.append("\n".join([frame.say("queue.wordings"), *(f"• {cut(one_line(each), 200)}" for each in others)]))
    if file.near:
        texts.append("\n".join([frame.say("queue.near"), *_near_lines(talk, file.near)]))
    mine = rumor.assignee == talk.editor.id
    taking = ("button.put_back", f"queue back {rumor_id}") if mine else ("button.take", f"queue take {rumor_id}")
    answering = [
        press(
            frame.say("button.answer_with", number=number),
            f"queue link {rumor_id} {near.fact_check.id[-_SHORT_ID_CHARS:]}",
        )
        for number, near in enumerate(file.near[:3], start=1)
    ]
    working = [
        press(frame.say(taking[0]), taking[1]),
        press(frame.say("button.write"), f"add rumor {rumor_id}"),
        press(frame.say("button.dismiss"), f"queue dismiss {rumor_id}"),
    ]
    if not rumor.is_waiting or not may(talk.editor.role, Command.CLAIM_RUMOR):
        return [talk.reply(*texts)]
    return [talk.reply(*texts, buttons=[working, answering])]


def _near_lines(talk: Talk, near: tuple[Near, ...]) -> list[str]:
    lines = []
    for number, each in enumerate(near[:3], start=1):
        key = "queue.near_answers" if each.answers else "queue.near_maybe"
        fact = title_of(each.fact_check, talk.frame)
        lines.append(f"{number}. {talk.frame.say(key, fact=fact, percent=round(each.probability * 100))}")
    return lines


def _take(talk: Talk, rumor_id: str) -> list[Reply]:
    claim_rumor(talk.desk, talk.editor.id, rumor_id)
    write = press(talk.frame.say("button.write"), f"add rumor {rumor_id}")
    return [talk.reply(talk.frame.say("queue.took"), buttons=[[write]])]


def _back(talk: Talk, rumor_id: str) -> list[Reply]:
    claim_rumor(talk.desk, talk.editor.id, rumor_id, take=False)
    return talk.say("queue.put_back")


def _link(talk: Talk, words: str) -> list[Reply]:
    rumor_id, _, ending = words.partition(" ")
    file = open_file(talk.desk, talk.editor.id, rumor_id)
    chosen = [near.fact_check.id for near in file.near if ending and near.fact_check.id.endswith(ending)]
    if len(chosen) != 1:
        return talk.say("editorial.no_such_fact_check")
    link_existing(talk.desk, talk.editor.id, rumor_id, chosen[0])
    return talk.say("queue.linked")


def _dismiss(talk: Talk, rumor_id: str) -> list[Reply]:
    if not may(talk.editor.role, Command.DISMISS_RUMOR):
        raise Forbidden(Command.DISMISS_RUMOR, talk.editor.role)
    talk.begin(Dialogue(reasons.DISMISS, reasons.REASON, {"id": rumor_id}))
    return talk.say("queue.why_dismiss")


_RUMOR_ACTS: Mapping[str, Callable[[Talk, str], list[Reply]]] = {
    "open": _open,
    "take": _take,
    "back": _back,
    "link": _link,
    "dismiss": _dismiss,
}


def review(talk: Talk) -> list[Reply]:
    """List what waits for approval, or show one of them as askers will see it."""
    if talk.words:
        return _show_for_review(talk, talk.words.split()[0])
    drafts = talk.services.fact_checks.page(FactCheckFilter(status=Status.IN_REVIEW), limit=MAX_LISTED).items
    proposals = talk.desk.record.proposals.all()[:MAX_LISTED]
    corrected = talk.services.fact_checks.get_many([each.fact_check_id for each in proposals])
    waiting = [*drafts, *corrected.values()][:MAX_LISTED]
    if not waiting:
        return talk.say("review.empty")
    texts = [f"{number}. {title_of(each, talk.frame)}" for number, each in enumerate(waiting, start=1)]
    buttons = [
        press(talk.frame.say("button.open_rumor", number=number), f"review {each.id}")
        for number, each in enumerate(waiting, start=1)
    ]
    return [talk.reply(talk.frame.say("review.title", n=len(waiting)), *texts, buttons=[buttons])]


def _show_for_review(talk: Talk, fact_check_id: str) -> list[Reply]:
    found = talk.services.fact_checks.get_many([fact_check_id]).get(fact_check_id)
    if found is None:
        return talk.say("editorial.no_such_fact_check")
    proposal = talk.desk.record.proposals.get(fact_check_id)
    shown = proposal.corrected if proposal else found
    blocks = [*preview(talk, shown), *(Block(BlockRole.TEXT, text) for text in _about(talk, found, proposal))]
    return [talk.frame.reply(ReplyKind.COMMAND, blocks, _review_buttons(talk, found, proposal))]


def _about(talk: Talk, found: FactCheck, proposal: Proposal | None) -> list[str]:
    author_id = proposal.editor_id if proposal else author_of(talk.services.fact_checks.revisions(found.id))
    author = talk.desk.record.editors.get(author_id)
    texts = [talk.frame.say("review.by", name=author.name if author else author_id)]
    if proposal:
        texts.append(talk.frame.say("review.correction", reason=proposal.reason))
    return [*texts, *lint_texts(talk, proposal.corrected if proposal else found)]


def _review_buttons(talk: Talk, found: FactCheck, proposal: Proposal | None) -> list[Button]:
    frame = talk.frame
    if not may(talk.editor.role, Command.PUBLISH):
        return []
    if proposal:
        return [press(frame.say("button.approve_correction"), f"publish {found.id}")]
    if found.status is Status.IN_REVIEW:
        return [
            press(frame.say("button.approve"), f"publish {found.id} {found.revision}"),
            press(frame.say("button.send_back"), f"review_back {found.id} {found.revision}"),
        ]
    return []


def review_back(talk: Talk) -> list[Reply]:
    """Ask what is missing, before a draft goes back to its author."""
    if not may(talk.editor.role, Command.SEND_BACK):
        raise Forbidden(Command.SEND_BACK, talk.editor.role)
    fact_check_id, _, revision = talk.words.partition(" ")
    talk.begin(Dialogue(reasons.SEND_BACK, reasons.REASON, {"id": fact_check_id, "revision": revision}))
    return talk.say("review.why_back")


def publish(talk: Talk) -> list[Reply]:
    """Approve what was reviewed; without a name, list what waits.

    Only the button under a review names the revision that was read; by its id alone it is shown first.
    """
    fact_check_id, _, revision = talk.words.partition(" ")
    proposal = talk.desk.record.proposals.get(fact_check_id) if fact_check_id else None
    if not talk.turn.is_pressed:
        return review(talk)
    try:
        if proposal:
            correct(talk.desk, talk.editor.id, fact_check_id)
            return talk.say("review.corrected")
        number = int(revision) if revision.isdecimal() else 0
        approve_and_publish(talk.desk, talk.editor.id, fact_check_id, revision=number)
    except Refused as refused:
        found = talk.services.fact_checks.get_many([fact_check_id])
        lint = [text for each in found.values() for text in lint_texts(talk, each)] if refused.decision.problems else []
        return [talk.reply(talk.frame.say(refused.key), *lint)]
    return talk.say("review.published")


def retract(talk: Talk) -> list[Reply]:
    """Find what is to be retracted, ask why, and take it back."""
    if not may(talk.editor.role, Command.RETRACT):
        raise Forbidden(Command.RETRACT, talk.editor.role)
    if not talk.words:
        return talk.say("retract.which")
    fact_check_id, _, reason = talk.words.partition(" ")
    if fact_check_id in talk.services.fact_checks.get_many([fact_check_id]):
        if reason.strip():
            return reasons.retracted(talk, fact_check_id, reason)
        talk.begin(Dialogue(reasons.RETRACT, reasons.REASON, {"id": fact_check_id}))
        return talk.say("retract.why")
    named = talk.services.fact_checks.page(FactCheckFilter(text=talk.words), limit=MAX_LISTED).items
    near = [each.fact_check for each in near_fact_checks(talk.desk, talk.editor.id, talk.words)]
    listed = list({each.id: each for each in [*named, *near]}.values())[:MAX_LISTED]
    if not listed:
        return talk.say("retract.none")
    texts = [f"{number}. {title_of(each, talk.frame)}" for number, each in enumerate(listed, start=1)]
    buttons = [
        press(talk.frame.say("button.retract", number=number), f"retract {each.id}")
        for number, each in enumerate(listed, start=1)
    ]
    return [talk.reply(talk.frame.say("retract.found"), *texts, buttons=[buttons])]


def console(talk: Talk) -> list[Reply]:
    """Give a one-time link into the console."""
    address = talk.desk.address()
    if not address:
        return talk.say("console.no_server")
    token = issue(talk.desk, talk.editor, TokenPurpose.SIGN_IN)
    url = f"{address}/console/sign-in?{urlencode({'token': token.secret})}"
    text = talk.frame.say("console.link")
    return [talk.reply(text, buttons=[[Button(talk.frame.say("button.console"), url=url)]])]


def cancel(talk: Talk) -> list[Reply]:
    """End the guided conversation."""
    return talk.say("add.cancelled" if talk.end() else "add.nothing_to_cancel")


COMMANDS: Mapping[str, Callable[[Talk], list[Reply]]] = {
    "queue": queue,
    "add": adding.add,
    "review": review,
    "review_back": review_back,
    "publish": publish,
    "retract": retract,
    "console": console,
    "cancel": cancel,
}
_LINK = "link"


def editors_command(services: Services, turn: Turn) -> list[Reply] | None:
    """Answer an editors' command; None where this is none, or whoever wrote it is no editor."""
    name = turn.message.command.lower()
    if name == _LINK:
        return _link_account(services, turn)
    talk = talk_of(services, turn) if name in COMMANDS else None
    if talk is None:
        return None
    in_private(talk)
    return COMMANDS[name](talk)


def _link_account(services: Services, turn: Turn) -> list[Reply] | None:
    """Link the account a code was sent from; a wrong code gets the answer to a command nobody knows."""
    if services.desk is None or not turn.is_private or not turn.message.text.strip():
        return None
    editor = link_identity(services.desk, turn.message.text, identity_of(turn.message))
    if editor is None:
        return None
    return Talk(services, turn, services.desk, editor, turn.frame()).say("console.linked", name=editor.name)


def continued(services: Services, turn: Turn) -> list[Reply] | None:
    """Answer a plain message that belongs to a guided conversation of an editor; None where it belongs to none."""
    if services.desk is None or turn.contact is None or not turn.is_private or turn.message.is_forward:
        return None
    dialogue = services.desk.record.dialogues.get(turn.contact.id)
    talk = talk_of(services, turn) if dialogue else None
    if dialogue is None or talk is None:
        return None
    if dialogue.kind == adding.KIND:
        return adding.answered(talk, dialogue)
    return reasons.answered(talk, dialogue)

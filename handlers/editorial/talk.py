"""What every editors' command in a chat has at hand, and the pieces their replies are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from handlers.compose import Correction, correction
from handlers.editorial.desk import Desk
from handlers.editorial.linting import problems_in, said
from handlers.editorial.ports import Dialogue, Editor, Identity
from handlers.editorial.ranking import RankedRumor
from handlers.errors import UserMistake
from handlers.frame import Frame
from handlers.messages import Action, ActionName, Block, BlockRole, Button, IncomingMessage, Reply, ReplyKind
from handlers.turn import Services, Turn
from handlers.wording import cut, one_line
from knowledge_base.models import FactCheck

MAX_LINE_CHARS = 160


@dataclass(frozen=True, slots=True)
class Talk:
    """An editor says something in a chat."""

    services: Services
    turn: Turn
    desk: Desk
    editor: Editor
    frame: Frame

    @property
    def words(self) -> str:
        """What follows the command."""
        return self.turn.message.text.strip()

    def reply(self, *texts: str, buttons: Iterable[Iterable[Button]] = ()) -> Reply:
        """Return paragraphs with buttons under them."""
        return self.frame.reply(ReplyKind.COMMAND, [Block(BlockRole.TEXT, text) for text in texts], *buttons)

    def say(self, key: str, **placeholders: str | int) -> list[Reply]:
        """Return one sentence."""
        return [self.reply(self.frame.say(key, **placeholders))]

    def begin(self, dialogue: Dialogue) -> None:
        """Remember where a guided conversation stands; it survives a restart."""
        now = self.desk.clock.now()
        with self.desk.transactions.transaction():
            contact = self.services.contacts.ensure(self.turn.asker, at=now)
            self.desk.record.dialogues.put(contact.id, dialogue, at=now)

    def under_way(self) -> Dialogue | None:
        """Return the guided conversation this chat is in."""
        contact = self.turn.contact
        return self.desk.record.dialogues.get(contact.id) if contact else None

    def end(self) -> bool:
        """End the guided conversation; False where there was none."""
        contact = self.turn.contact
        return self.desk.record.dialogues.drop(contact.id) if contact else False


def identity_of(message: IncomingMessage) -> Identity:
    """Return who wrote a message, as editors are linked."""
    return Identity(message.platform, message.user_id)


def talk_of(services: Services, turn: Turn) -> Talk | None:
    """Return the talk where an active editor wrote this, else None."""
    if services.desk is None:
        return None
    editor = services.desk.record.editors.of_identity(identity_of(turn.message))
    return Talk(services, turn, services.desk, editor, turn.frame()) if editor else None


def in_private(talk: Talk) -> None:
    """Refuse to show the newsroom's work where others read along.

    Raises:
        UserMistake: this is a group.
    """
    if not talk.turn.is_private:
        raise UserMistake("console.in_private")


def press(label: str, command: str) -> Button:
    """Return a button that stands for a command with its words."""
    return Button(label, Action(ActionName.COMMAND, command))


def preview(talk: Talk, fact_check: FactCheck) -> list[Block]:
    """Return a fact-check as askers will see it."""
    return list(correction(Correction(fact_check), talk.frame).blocks)


def lint_texts(talk: Talk, fact_check: FactCheck) -> list[str]:
    """Return what blocks publishing, and what had better be different, a paragraph each; empty for nothing."""
    problems, locale = problems_in(fact_check), talk.frame.locale
    texts = []
    for key, chosen in (
        ("add.problems", [each for each in problems if each.is_hard]),
        ("add.advice", [each for each in problems if not each.is_hard]),
    ):
        if chosen:
            texts.append("\n".join([talk.frame.say(key), *(f"• {said(each, locale)}" for each in chosen)]))
    return texts


def title_of(fact_check: FactCheck, frame: Frame) -> str:
    """Return what a fact-check is called in lists: its headline, else its claim."""
    text = fact_check.texts[frame.text_key(fact_check)]
    return cut(one_line(text.headline) or one_line(text.claim), MAX_LINE_CHARS)


def rumor_line(talk: Talk, ranked: RankedRumor, number: int) -> str:
    """Return a rumor in two lines: how urgent it is, and what it says."""
    frame, rumor = talk.frame, ranked.rumor
    parts = [time_left(ranked, frame), frame.say("queue.demand", askers=rumor.askers, chats=rumor.chats)]
    if ranked.is_harmful:
        parts.append(frame.say("queue.harm"))
    if rumor.assignee:
        owner = talk.desk.record.editors.get(rumor.assignee)
        parts.append(frame.say("queue.taken", name=owner.name if owner else "?"))
    head = frame.say("queue.line", number=number, parts=" · ".join(parts))
    return f"{head}\n{cut(one_line(rumor.text), MAX_LINE_CHARS)}"


def time_left(ranked: RankedRumor, frame: Frame) -> str:
    """Return how a rumor stands against the clock, in words."""
    left = ranked.clock.left
    key = "queue.left" if left > timedelta() else "queue.over"
    return frame.say(key, time=span(abs(left), frame))


def span(length: timedelta, frame: Frame) -> str:
    """Return a length of time as people say it."""
    hours, minutes = divmod(int(length.total_seconds() // 60), 60)
    if not hours:
        return frame.say("queue.minutes", minutes=minutes)
    return frame.say("queue.hours", hours=hours, minutes=minutes)

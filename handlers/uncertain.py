"""The honest answers short of a correction: did you mean, nobody has checked this, search is down. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.compose import claim_of, stated_fact, summary
from handlers.frame import Frame
from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind
from handlers.parts import narrative_title
from handlers.ports import Rumor
from handlers.verdicts import word
from handlers.wording import cut, one_line
from retrieval.interface import Match, Resemblance

MAX_CHOICES = 3
_MAX_CONFLICT_CHARS = 40


def possible(matches: Sequence[Match], frame: Frame) -> Reply:
    """Return "did you mean": up to three facts to choose from, and a way to say none of them.

    A choice is told by the fact it states, not by the rumor: whoever reads no further is not misled.
    """
    choices = list({match.fact_check.id: match for match in matches}.values())[:MAX_CHOICES]
    title = frame.say("possible.title" if len(choices) > 1 else "possible.title_one")
    blocks = [Block(BlockRole.TEXT, title)]
    for number, match in enumerate(choices, start=1):
        label = f"{number}." if len(choices) > 1 else ""
        blocks.append(Block(BlockRole.CHOICE, _choice(match, frame), label))
    one = len(choices) == 1
    return frame.reply(
        ReplyKind.POSSIBLE,
        blocks,
        [
            Button(
                frame.say("button.yes") if one else frame.say("button.choice", number=number),
                Action(ActionName.SHOW, match.fact_check.id),
            )
            for number, match in enumerate(choices, start=1)
        ],
        [Button(frame.say("button.no" if one else "button.none_of_these"), Action(ActionName.NONE_OF_THESE))],
    )


def nobody_checked(
    frame: Frame, *, rumor: Rumor | None, resemblance: Resemblance | None = None, replaces: bool = False
) -> Reply:
    """Return "nobody has checked this yet", what it resembles, and the question whether to pass it on.

    Args:
        frame: how to dress it.
        rumor: the open rumor with the same claim, if others asked before.
        resemblance: a known storyline it is close to; named without a verdict and without a word about the sender.
        replaces: whether it takes the place of the message whose button was pressed.
    """
    blocks = [Block(BlockRole.TEXT, frame.say("none.title_exact" if resemblance else "none.title"))]
    title = narrative_title(resemblance.narrative, frame) if resemblance else ""
    if resemblance and title:
        blocks.append(Block(BlockRole.NARRATIVE, frame.say("none.resembles", title=title)))
        examples = [summary(each, frame) for each in resemblance.examples[:MAX_CHOICES] if each.is_published]
        if examples:
            blocks += [Block(BlockRole.TEXT, frame.say("none.examples")), *examples]
    if rumor is not None and rumor.askers > 0:
        blocks.append(Block(BlockRole.TEXT, frame.say("none.queued", n=rumor.askers)))
    blocks.append(consent_block(frame))
    return frame.reply(ReplyKind.NONE, blocks, consent_buttons(frame), replaces=replaces)


def consent_block(frame: Frame) -> Block:
    """Return the question "shall I send it to the fact-checkers?", with where the answer would come."""
    key = "none.ask"
    if frame.limits.can_push:
        key = "none.ask_notify_apart" if frame.limits.pushes_apart else "none.ask_notify"
    return Block(BlockRole.TEXT, frame.say(key))


def consent_buttons(frame: Frame) -> list[Button]:
    """Return yes and no to "shall I send it to the fact-checkers?"."""
    yes = "button.ask_notify" if frame.limits.can_push else "button.ask"
    return [
        Button(frame.say(yes), Action(ActionName.ASK_EDITORS)),
        Button(frame.say("button.no_thanks"), Action(ActionName.NO_THANKS)),
    ]


def unavailable(frame: Frame) -> Reply:
    """Return "search is down": says nothing about the message."""
    return frame.reply(ReplyKind.UNAVAILABLE, [Block(BlockRole.TEXT, frame.say("unavailable.title"))])


def _choice(match: Match, frame: Frame) -> str:
    fact_check = match.fact_check
    publisher = one_line(fact_check.publisher)
    fact = stated_fact(fact_check, frame)
    if fact:
        told = frame.say("possible.choice", fact=fact, publisher=publisher)
    else:
        told = frame.say(
            "possible.choice_rated",
            claim=claim_of(fact_check, frame),
            verdict=word(fact_check, frame.locale),
            publisher=publisher,
        )
    for conflict in match.evidence.conflicts:
        if conflict.in_message and conflict.in_claim:
            differs = frame.say(
                "possible.differs",
                in_message=cut(one_line(conflict.in_message), _MAX_CONFLICT_CHARS),
                in_claim=cut(one_line(conflict.in_claim), _MAX_CONFLICT_CHARS),
            )
            return f"{told}\n{differs}"
    return told

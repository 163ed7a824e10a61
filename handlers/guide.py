"""Commands that explain: start, help, language, privacy, why; and the reply to a command nobody knows."""

from __future__ import annotations

from handlers.compose import claim_of, stated_fact
from handlers.editorial.talk import talk_of
from handlers.errors import UserMistake
from handlers.frame import Frame
from handlers.group_policy import GroupMode, Silence
from handlers.i18n import available_locales, catalog_for, display_date, language_name, translate
from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind
from handlers.show import show_linked
from handlers.turn import Services, Turn
from handlers.watching import settings_of
from handlers.wording import has_words, one_line
from retrieval.interface import Match, Outcome

_MODE_KEYS = {
    GroupMode.WATCH: "why.mode.watch",
    GroupMode.ON_MENTION: "why.mode.mention",
    GroupMode.OFF: "why.mode.off",
}
_SILENCE_KEYS = {
    Silence.QUIET_HOURS: "why.silence.quiet_hours",
    Silence.TOO_SOON: "why.silence.too_soon",
    Silence.SAID_TODAY: "why.silence.said_today",
    Silence.NO_MATCH: "why.silence.no_match",
    Silence.POSSIBLE: "why.silence.possible",
    Silence.UNAVAILABLE: "why.silence.unavailable",
}
DEEP_LINK = "fc_"  # /start fc_<id>, from t.me/<bot>?start=fc_<id>

# Every command a person can type, with the key of its one-line description, in the order of the menu.
MENU = (
    ("check", "menu.check"),
    ("latest", "menu.latest"),
    ("subscribe", "menu.subscribe"),
    ("unsubscribe", "menu.unsubscribe"),
    ("language", "menu.language"),
    ("why", "menu.why"),
    ("privacy", "menu.privacy"),
    ("mydata", "menu.mydata"),
    ("forget", "menu.forget"),
    ("help", "menu.help"),
)


def menu(locale: str) -> list[tuple[str, str]]:
    """Return the commands and what they do, for the platforms' own command menus."""
    return [(name, translate(key, locale)) for name, key in MENU]


def start(services: Services, turn: Turn) -> list[Reply]:
    """Welcome somebody in one screen; with a deep link, show the fact-check it names."""
    if turn.message.text.startswith(DEEP_LINK):
        return show_linked(services, turn, turn.message.text.removeprefix(DEEP_LINK).strip())
    frame = turn.frame()
    return [_paragraphs(frame, "start.what", "start.how", "start.privacy")]


def help_(services: Services, turn: Turn) -> list[Reply]:
    """List the commands; the newsroom's for those of the newsroom."""
    frame = turn.frame()
    lines = "\n".join(f"/{name} - {description}" for name, description in _usable(frame))
    blocks = [Block(BlockRole.TEXT, frame.say("help.how")), Block(BlockRole.TEXT, lines)]
    if turn.is_private and talk_of(services, turn) is not None:
        blocks.append(Block(BlockRole.TEXT, frame.say("queue.commands")))
    return [frame.reply(ReplyKind.COMMAND, blocks)]


def unknown_command(_services: Services, turn: Turn) -> list[Reply]:
    """Say that there is no such command, and where the list is."""
    return [turn.frame().notice("command.unknown", command=one_line(turn.message.command)[:30])]


def privacy(_services: Services, turn: Turn) -> list[Reply]:
    """Say what is kept, for how long, and how to see or erase it."""
    frame = turn.frame()
    kept = "privacy.what" if turn.limits.can_push else "privacy.what_without_push"
    return [_paragraphs(frame, kept, "privacy.tips", "privacy.groups", "privacy.rights")]


def language(services: Services, turn: Turn) -> list[Reply]:
    """Offer the languages, or set the one that was named."""
    frame = turn.frame()
    wanted = turn.message.text.strip()
    if not wanted:
        buttons = [
            Button(translate("language.name", tag), Action(ActionName.COMMAND, f"language {tag}"))
            for tag in available_locales()
        ]
        return [frame.reply(ReplyKind.COMMAND, [Block(BlockRole.TEXT, frame.say("language.choose"))], buttons)]
    chosen = catalog_for(wanted[:20]) or _by_name(wanted)
    if chosen is None:
        raise UserMistake("language.unknown", language=one_line(wanted)[:30])
    now = services.clock.now()
    with services.transactions.transaction():
        contact = services.contacts.ensure(turn.asker, at=now)
        services.contacts.set_locale(contact.id, chosen)
    block = Block(BlockRole.TEXT, translate("language.set", chosen, language=translate("language.name", chosen)))
    return [Reply(ReplyKind.COMMAND, (block,), chosen, replaces=turn.limits.can_edit)]


def why(services: Services, turn: Turn) -> list[Reply]:
    """Explain an answer or a silence: for the message named, else for the last answer, else in general."""
    text = turn.message.text if has_words(turn.message.text) else turn.message.quoted_text
    if has_words(text):
        return [_why_message(services, turn, text)]
    frame = turn.frame()
    if not turn.is_private:
        return [_why_group(services, turn, frame)]
    last = max(
        services.answers.of_contact(turn.contact.id) if turn.contact else [],
        key=lambda answer: answer.shown_at,
        default=None,
    )
    fact_check = services.fact_checks.get_many([last.fact_check_id]).get(last.fact_check_id) if last else None
    if last is None or fact_check is None:
        return [_paragraphs(frame, "why.general")]
    shown_on = display_date(last.shown_at.date(), frame.locale)
    line = frame.say(
        "why.last",
        date=shown_on,
        fact=stated_fact(fact_check, frame) or frame.quoted(claim_of(fact_check, frame)),
        publisher=one_line(fact_check.publisher),
    )
    general = Block(BlockRole.TEXT, frame.say("why.general"))
    return [frame.reply(ReplyKind.COMMAND, [Block(BlockRole.TEXT, line), general])]


def _why_group(services: Services, turn: Turn, frame: Frame) -> Reply:
    """Say how this group is set up, and why its last forward got an answer or none."""
    settings = settings_of(services, turn)
    keys = [_MODE_KEYS[settings.mode]]
    if settings.mode is GroupMode.WATCH:
        is_known, silence = services.group_log.last(turn.message.platform, turn.message.chat_id)
        answered = "why.answered" if is_known else "why.nothing_yet"
        keys.append(_SILENCE_KEYS[silence] if silence else answered)
    return _paragraphs(frame, *keys, "why.general")


def _why_message(services: Services, turn: Turn, text: str) -> Reply:
    """Say what the search saw in a message, without showing (or recording) an answer."""
    result = services.searcher.search(text)
    frame = turn.frame(result.locale)
    keys = {
        Outcome.MATCH: "why.match",
        Outcome.POSSIBLE: "why.possible",
        Outcome.NONE: "why.none",
        Outcome.UNAVAILABLE: "unavailable.title",
    }
    blocks = [Block(BlockRole.TEXT, frame.say(keys[result.outcome]))]
    for match in result.matches:
        blocks += _evidence(match, frame)
    return frame.reply(ReplyKind.COMMAND, blocks)


def _evidence(match: Match, frame: Frame) -> list[Block]:
    fact = stated_fact(match.fact_check, frame) or frame.quoted(claim_of(match.fact_check, frame))
    lines = [frame.say("possible.choice", fact=fact, publisher=one_line(match.fact_check.publisher))]
    words = [one_line(each) for each in match.evidence.shared_words[:6]]
    if words:
        lines.append(frame.say("why.shared_words", words=frame.say("list.comma").join(words)))
    return [Block(BlockRole.CHOICE, "\n".join(lines))]


def _usable(frame: Frame) -> list[tuple[str, str]]:
    """Return the menu without what this platform cannot do."""
    needs_push = {"subscribe", "unsubscribe"}
    return [entry for entry in menu(frame.locale) if frame.limits.can_push or entry[0] not in needs_push]


def _by_name(wanted: str) -> str | None:
    """Return the catalog whose language is called `wanted`, in itself or in any language we speak."""
    asked = wanted.strip().casefold()
    for tag in available_locales():
        names = {language_name(tag, in_locale=other).casefold() for other in available_locales()}
        names.add(translate("language.name", tag).casefold())
        if any(asked in (name, name.split(" ")[0], name.split("（")[0], name.split(" (")[0]) for name in names):
            return tag
    return None


def _paragraphs(frame: Frame, *keys: str) -> Reply:
    return frame.reply(ReplyKind.COMMAND, [Block(BlockRole.TEXT, frame.say(key)) for key in keys])

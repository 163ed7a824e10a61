"""What every reply is dressed for: the reader's language, the platform's limits, the public address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.i18n import translate
from handlers.messages import Action, Block, BlockRole, Button, PlatformLimits, Reply, ReplyKind, Shown
from knowledge_base.models import UNKNOWN_LOCALE, FactCheck


@dataclass(frozen=True, slots=True)
class Frame:
    """`locale` has a catalog; `text_locales` are the reader's languages, best first, for records' own texts."""

    locale: str
    limits: PlatformLimits
    text_locales: tuple[str, ...] = ()
    public_url: str = ""

    def say(self, key: str, **placeholders: str | int) -> str:
        """Return a sentence of the catalog."""
        return translate(key, self.locale, **placeholders)

    def quoted(self, text: str) -> str:
        """Return `text` in the language's quotation marks."""
        return self.say("quote", text=text)

    def text_key(self, fact_check: FactCheck) -> str:
        """Return which of a fact-check's texts this reader gets: in their language, else the first there is."""
        for wanted in (*self.text_locales, self.locale):
            if wanted in ("", UNKNOWN_LOCALE):
                continue
            key = fact_check.best_locale(wanted)
            if same_language(key, wanted):
                return key
        return next(iter(fact_check.texts))

    def page(self, fact_check: FactCheck) -> str:
        """Return the address of the fact-check's public page, or "" where nothing is public."""
        return f"{self.public_url.rstrip('/')}/fact-checks/{fact_check.id}" if self.public_url else ""

    def reply(
        self,
        kind: ReplyKind,
        blocks: Iterable[Block],
        *rows: Iterable[Button],
        shown: tuple[Shown, ...] = (),
        replaces: bool = False,
        alert: str = "",
    ) -> Reply:
        """Return the reply, its buttons cut down to what the platform takes (first come, first kept)."""
        return Reply(
            kind=kind,
            blocks=tuple(block for block in blocks if block.text or block.label),
            locale=self.locale,
            buttons=self._fitting(rows),
            shown=shown,
            replaces=replaces and self.limits.can_edit,
            alert=alert,
        )

    def notice(self, key: str, **placeholders: str | int) -> Reply:
        """Return a one-paragraph notice."""
        return self.reply(ReplyKind.NOTICE, [Block(BlockRole.TEXT, self.say(key, **placeholders))])

    def _fitting(self, rows: Iterable[Iterable[Button]]) -> tuple[tuple[Button, ...], ...]:
        room = self.limits.max_buttons
        kept: list[tuple[Button, ...]] = []
        for row in rows:
            fitting = [button for button in row if self._fits(button.action)][:room]
            room -= len(fitting)
            if fitting:
                kept.append(tuple(fitting))
        return tuple(kept)

    def _fits(self, action: Action | None) -> bool:
        try:
            return action is None or len(action.encode().encode()) <= self.limits.max_action_bytes
        except ValueError:
            return False


def same_language(left: str, right: str) -> bool:
    """Whether two tags name the same language, regions and scripts aside."""
    return left.replace("_", "-").split("-")[0].lower() == right.replace("_", "-").split("-")[0].lower()

"""The sentences dispatch says itself, in the language the person is answered in."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.i18n import pick_locale, translate
from handlers.messages import Block, BlockRole, IncomingMessage, Reply, ReplyKind
from retrieval.language import detect


@dataclass(frozen=True, slots=True)
class CatalogNotices:
    """Notices from the catalogs. Looks nothing up in the record: it may be what is down."""

    default_locale: str

    def too_fast(self, message: IncomingMessage) -> Reply:
        """Ask to slow down."""
        return self._notice(message, "notice.too_fast")

    def busy(self, message: IncomingMessage) -> Reply:
        """Ask to try again later."""
        return self._notice(message, "notice.busy")

    def apology(self, message: IncomingMessage, error_id: str) -> Reply:
        """Say that something broke on our side."""
        return self._notice(message, "notice.apology", id=error_id)

    def _notice(self, message: IncomingMessage, key: str, **placeholders: str) -> Reply:
        written = message.text or message.quoted_text
        locale = pick_locale(detect(written[:1000]) if written else "", message.locale_hint, self.default_locale)
        text = translate(key, locale, **placeholders)
        return Reply(ReplyKind.NOTICE, (Block(BlockRole.TEXT, text),), locale)

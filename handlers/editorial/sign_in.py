"""Signing in without passwords: one-time links, sessions, linking chat identities, and who is of the newsroom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from handlers.editorial.desk import Desk, authorised, note
from handlers.editorial.errors import NotAnEditor
from handlers.editorial.ports import Editor, Identity, IdentityTaken, NameTaken, TokenPurpose
from handlers.errors import UserMistake
from handlers.permissions import Command, Role

TOKEN_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(hours=12)  # a shift: whoever leaves a browser open is signed out by the next one
BY_OPERATOR = Editor("operator", "operator", Role.ADMIN)  # whoever has the command line has the database anyway


@dataclass(frozen=True, slots=True)
class OneTimeToken:
    """A secret that works once; only its digest is stored."""

    secret: str
    purpose: TokenPurpose


def digest(secret: str) -> str:
    """Return what is stored of a token or session; the secrets are long and random, so a plain hash is enough."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def issue(desk: Desk, editor: Editor, purpose: TokenPurpose) -> OneTimeToken:
    """Make a one-time token for an editor, good for 15 minutes."""
    secret, now = desk.new_token(), desk.clock.now()
    with desk.transactions.transaction():
        desk.record.sign_ins.issue(digest(secret), editor.id, purpose, at=now, expires_at=now + TOKEN_LIFETIME)
    return OneTimeToken(secret, purpose)


def sign_in(desk: Desk, secret: str) -> str | None:
    """Use up a sign-in token and open a session; return its secret, None where the token is good for nothing."""
    now = desk.clock.now()
    with desk.transactions.transaction():
        editor_id = desk.record.sign_ins.redeem(digest(secret), TokenPurpose.SIGN_IN, at=now)
        editor = desk.record.editors.get(editor_id) if editor_id else None
        if editor is None or not editor.is_active:
            return None
        session = desk.new_token()
        desk.record.sign_ins.open_session(digest(session), editor.id, at=now, expires_at=now + SESSION_LIFETIME)
        note(desk, editor, Command.SIGN_IN, f"editor:{editor.id}")
    return session


def signed_in(desk: Desk, session: str) -> Editor | None:
    """Return whose session this is, read fresh; None where it is over or they left."""
    editor_id = desk.record.sign_ins.session(digest(session), at=desk.clock.now())
    editor = desk.record.editors.get(editor_id) if editor_id else None
    return editor if editor is not None and editor.is_active else None


def sign_out(desk: Desk, session: str) -> None:
    """End one session."""
    desk.record.sign_ins.close_session(digest(session))


def sign_out_everywhere(desk: Desk, editor_id: str) -> int:
    """End every session and unused link of an editor; return how many sessions."""
    return desk.record.sign_ins.close_all(editor_id)


def link_identity(desk: Desk, secret: str, identity: Identity) -> Editor | None:
    """Use up a link code: its editor may write from `identity` from now on. None where the code is good for nothing.

    Raises:
        UserMistake: the identity is another editor's.
    """
    now = desk.clock.now()
    with desk.transactions.transaction():
        editor_id = desk.record.sign_ins.redeem(digest(secret.strip()), TokenPurpose.LINK, at=now)
        if editor_id is None:
            return None
        return _link(desk, _active(desk, editor_id), identity, by=_active(desk, editor_id))


def add_editor(desk: Desk, by: Editor, name: str, role: Role) -> Editor:
    """Take somebody on; `by` is an admin, or the operator.

    Raises:
        UserMistake: there is no name, or it is taken.
    """
    _allow(desk, by)
    if not name.strip():
        raise UserMistake("editorial.name_missing")
    with desk.transactions.transaction():
        try:
            editor = desk.record.editors.add(desk.new_id(), name, role, at=desk.clock.now())
        except NameTaken as exc:
            raise UserMistake("editorial.name_taken", name=name.strip()) from exc
        _note(desk, by, editor, after=role.value, why="added")
    return editor


def change_role(desk: Desk, by: Editor, name: str, role: Role) -> Editor:
    """Give somebody another role; it holds from their next act on."""
    _allow(desk, by)
    with desk.transactions.transaction():
        editor = _named(desk, name)
        desk.record.editors.set_role(editor.id, role)
        _note(desk, by, editor, before=editor.role.value, after=role.value, why="role")
    return _active(desk, editor.id)


def link_editor(desk: Desk, by: Editor, name: str, identity: Identity) -> Editor:
    """Let somebody write from a chat identity."""
    _allow(desk, by)
    with desk.transactions.transaction():
        return _link(desk, _named(desk, name), identity, by=by)


def remove_editor(desk: Desk, by: Editor, name: str) -> Editor:
    """Let somebody go: sessions, links and identities end with it, what they did stays in the history."""
    _allow(desk, by)
    with desk.transactions.transaction():
        editor = _named(desk, name)
        desk.record.editors.remove(editor.id)
        _note(desk, by, editor, before=editor.role.value, why="removed")
    return editor


def _allow(desk: Desk, by: Editor) -> None:
    if by != BY_OPERATOR:
        authorised(desk, by.id, Command.MANAGE_EDITORS)


def _link(desk: Desk, editor: Editor, identity: Identity, *, by: Editor) -> Editor:
    try:
        desk.record.editors.link(editor.id, identity, at=desk.clock.now())
    except IdentityTaken as exc:
        raise UserMistake("editorial.identity_taken") from exc
    _note(desk, by, editor, after=identity.platform, why="linked")
    return _active(desk, editor.id)


def _named(desk: Desk, name: str) -> Editor:
    editor = desk.record.editors.named(name)
    if editor is None:
        raise UserMistake("editorial.no_such_editor")
    return editor


def _active(desk: Desk, editor_id: str) -> Editor:
    editor = desk.record.editors.get(editor_id)
    if editor is None or not editor.is_active:
        raise NotAnEditor
    return editor


def _note(desk: Desk, by: Editor, editor: Editor, *, before: str = "", after: str = "", why: str) -> None:
    note(desk, by, Command.MANAGE_EDITORS, f"editor:{editor.id}", before=before, after=after, why=why)

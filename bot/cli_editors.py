"""`factline editors`: who works in the newsroom. The first admin is made here; works while the server runs, too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from bot.errors import EXIT_WRONG_USE, OperatorMistake
from handlers.permissions import Role

if TYPE_CHECKING:
    from handlers.editorial.desk import Desk
    from handlers.editorial.ports import Editor

app = typer.Typer(help="Who works in the newsroom, and what they may do.", no_args_is_help=True)


@app.command("add")
def add(
    name: str = typer.Argument(..., help="The editor's name, as colleagues see it."),
    role: Role = typer.Option(Role.EDITOR, help="What they may do; each role may do what the one before it may."),
) -> None:
    """Take somebody on."""
    from handlers.editorial.sign_in import BY_OPERATOR, add_editor

    with _newsroom() as desk:
        editor = add_editor(desk, BY_OPERATOR, name, role)
    typer.echo(f"{editor.name} is {_an(role.value)} now.")
    typer.echo(f'They get into the console with: factline editors sign-in "{editor.name}"')
    typer.echo(f'They link a chat account with:  factline editors link "{editor.name}"')


@app.command("list")
def list_(as_json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """List everybody of the newsroom."""
    with _newsroom() as desk:
        editors = [each for each in desk.record.editors.all() if each.is_active]
    if as_json:
        typer.echo(json.dumps([_plain(each) for each in editors], ensure_ascii=False))
        return
    for each in editors:
        accounts = ", ".join(f"{identity.platform} {identity.user_id}" for identity in each.identities)
        typer.echo(f"{each.role.value:9} {each.name}{f'  ({accounts})' if accounts else ''}")
    if not editors:
        typer.echo("Nobody yet: factline editors add NAME --role admin")


@app.command("role")
def role_(name: str = typer.Argument(...), role: Role = typer.Argument(...)) -> None:
    """Give somebody another role; it holds at once."""
    from handlers.editorial.sign_in import BY_OPERATOR, change_role

    with _newsroom() as desk:
        editor = change_role(desk, BY_OPERATOR, name, role)
    typer.echo(f"{editor.name} is {_an(role.value)} now.")


@app.command("link")
def link(
    name: str = typer.Argument(...),
    platform: str = typer.Argument("", help="telegram, discord, ...; left out: make a code to send to the bot."),
    user_id: str = typer.Argument("", help="Their id on that platform."),
) -> None:
    """Let somebody use the editors' commands in a chat: by a one-time code, or by their id there."""
    from handlers.editorial.ports import Identity, TokenPurpose
    from handlers.editorial.sign_in import BY_OPERATOR, issue, link_editor

    if bool(platform) != bool(user_id):
        raise OperatorMistake("Give both the platform and the id, or neither.", EXIT_WRONG_USE)
    with _newsroom() as desk:
        if platform:
            link_editor(desk, BY_OPERATOR, name, Identity(platform.lower(), user_id))
            typer.echo(f"{name} is linked on {platform.lower()}.")
            return
        token = issue(desk, _named(desk, name), TokenPurpose.LINK)
    typer.echo("Send this to the bot within 15 minutes, from the account that is to be linked:")
    typer.echo(f"/link {token.secret}")


@app.command("sign-in")
def sign_in(name: str = typer.Argument(...)) -> None:
    """Print a one-time link into the console, good for 15 minutes."""
    from bot.ownership import current_owner
    from bot.startup import start
    from handlers.editorial.ports import TokenPurpose
    from handlers.editorial.sign_in import issue

    settings = start()
    owner = current_owner(settings.data_path)
    address = settings.public_url or (owner.address if owner else "")
    with _newsroom() as desk:
        token = issue(desk, _named(desk, name), TokenPurpose.SIGN_IN)
    if not address:
        typer.echo("The server does not run yet; this is the link once it does:", err=True)
        host = settings.http_host if settings.http_host not in {"0.0.0.0", "::"} else "127.0.0.1"  # noqa: S104
        address = f"http://{host}:{settings.http_port}"
    typer.echo(f"{address.rstrip('/')}/console/sign-in?token={token.secret}")


@app.command("remove")
def remove(name: str = typer.Argument(...)) -> None:
    """Let somebody go: sessions and accounts end at once; what they did stays in the history."""
    from handlers.editorial.sign_in import BY_OPERATOR, remove_editor

    with _newsroom() as desk:
        editor = remove_editor(desk, BY_OPERATOR, name)
    typer.echo(f"{editor.name} is no longer of the newsroom.")


@contextmanager
def _newsroom() -> Iterator[Desk]:
    from bot.clock import SystemClock, system_ids
    from bot.newsroom import open_desk
    from bot.record import open_record
    from bot.startup import start
    from handlers.errors import UserMistake
    from handlers.i18n import SOURCE_LOCALE, translate

    settings = start()
    record = open_record(settings)
    try:
        yield open_desk(settings, record, clock=SystemClock(), new_id=system_ids())
    except UserMistake as mistake:
        said = translate(mistake.key, SOURCE_LOCALE, **mistake.placeholders)
        raise OperatorMistake(said, EXIT_WRONG_USE) from mistake
    finally:
        record.close()


def _named(desk: Desk, name: str) -> Editor:
    editor = desk.record.editors.named(name)
    if editor is None:
        raise OperatorMistake("There is no editor of that name.", EXIT_WRONG_USE)
    return editor


def _plain(editor: Editor) -> dict[str, object]:
    accounts = [{"platform": each.platform, "user_id": each.user_id} for each in editor.identities]
    return {"id": editor.id, "name": editor.name, "role": editor.role.value, "identities": accounts}


def _an(role: str) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"

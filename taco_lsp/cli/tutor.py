"""`taco tutor`: look over the tutor's shoulder. Asks nobody and records nothing."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args
from uuid import UUID

import typer

from storage.records import Challenge, Kind, Session, User, new_id
from taco_lsp import config
from taco_lsp.cli.output import AsJson
from taco_lsp.cli.session import with_store
from taco_lsp.context import bindings
from taco_lsp.errors import InvalidParams
from taco_lsp.runner import DEFAULT_COMMANDS
from taco_lsp.tutor import prompt as prompts
from taco_lsp.tutor.ask import refuse
from taco_lsp.tutor.situation import Ask, Situation, load

if TYPE_CHECKING:
    from storage import Store

app = typer.Typer(no_args_is_help=True, help="See what the tutor would do, and why.")


@app.callback()
def _tutor() -> None:
    """See what the tutor would do, and why."""


@app.command("prompt")
def prompt(
    file: Annotated[Path, typer.Argument(help="The student's file.", exists=True, dir_okay=False)],
    kind: Annotated[str, typer.Option(help="question, explain, hint or review.")] = "question",
    question: Annotated[str, typer.Option(help="The student's words.")] = "",
    challenge: Annotated[
        str | None, typer.Option(help="The challenge (id); otherwise the one the file belongs to.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show exactly what a model would be sent about a file now, part by part, and why each part is there."""
    if kind not in get_args(Kind):
        raise typer.BadParameter(f"{kind} is not one of {', '.join(get_args(Kind))}.", param_hint="--kind")
    path = file.resolve()
    code = _read(path)

    async def look(store: Store) -> Situation:
        async with store.write() as tx:
            user = await tx.users.local_profile()
        there = await _challenge(store, path, challenge, user)
        session = Session(user_id=user.id, class_id=there.class_id, challenge_id=there.id)
        asked = Ask(
            user=user, session=session, challenge=there, kind=kind, text=question, code=code,  # type: ignore[arg-type]
            language_id=_language_of(path), filename=path.name,
        )  # fmt: skip
        return await load(store, asked)

    situation = with_store(look)
    refuse(situation)
    shown = _as_json(situation)
    typer.echo(json.dumps(shown, indent=2, ensure_ascii=False) if as_json else _as_text(shown))


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", errors="replace")
    except OSError as error:
        raise InvalidParams(f"{path.name} cannot be read ({error.strerror}).", "Check the file.") from error


async def _challenge(store: Store, path: Path, named: str | None, user: User) -> Challenge:
    """The challenge that is named, or bound to the file; otherwise practice, as the editor would make of it."""
    bound = await asyncio.to_thread(bindings.find, path) if named is None else None
    id_ = bound[0] if bound else _id(named)
    if id_ is not None:
        async with store.read() as tx:
            return await tx.challenges.get(id_)
    return Challenge(
        model_id=new_id(),
        title=path.name,
        statement=f"Practice: {path.name}",
        support_materials={"files": {path.name: ""}, "main": path.name},
        created_by_user_id=user.id,
    )


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidParams(f"{text} is not an id.", "`taco challenge list` shows the ids.") from None


def _language_of(path: Path) -> str:
    known = (language for language in DEFAULT_COMMANDS.values() if path.suffix.lower() in language.extensions)
    return next((language.languages[0] for language in known), "plaintext")


def _as_json(situation: Situation) -> dict[str, Any]:
    refused = situation.hint_level == 0
    built = prompts.Prompt(parts=()) if refused else prompts.build(situation)
    settings = config.load(environ=os.environ).settings
    return {
        "version": built.version,
        "kind": situation.ask.kind,
        "challenge": situation.ask.challenge.title,
        "hintLevel": situation.hint_level,
        "goesTo": _goes_to(situation, settings.model_name if settings.model_endpoint else ""),
        "tokens": built.tokens,
        "parts": [
            {
                "name": part.name, "role": part.role, "tokens": part.tokens, "budget": part.budget, "cut": part.cut,
                "why": part.why, "text": part.text,
            }
            for part in built.parts
        ],
        "messages": [{"role": message.role, "content": message.content} for message in built.messages],
    }  # fmt: skip


def _goes_to(situation: Situation, model: str) -> str:
    """Who would answer, in words."""
    if situation.hint_level == 0:
        return "nobody: the policy gives no hint now"
    if situation.teacher_goes_first:
        return "nobody: the teacher's own hint is given first"
    return model or "nobody: no model is configured, the built-in tutor answers"


def _as_text(shown: Mapping[str, Any]) -> str:
    lines = [f"{shown['version']}, about {shown['tokens']} tokens, for {shown['challenge']}", f"to {shown['goesTo']}"]
    for part in shown["parts"]:
        limit = f" of {part['budget']}" if part["budget"] else ""
        cut = ", cut" if part["cut"] else ""
        head = f"--- {part['role']}: {part['name']}, {part['tokens']}{limit} tokens{cut} ({part['why']})"
        lines += ["", head, "", part["text"]]
    return "\n".join(lines)

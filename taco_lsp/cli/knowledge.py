"""`taco knowledge`: put documents into the knowledge base, list them, search them, take them out."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from taco_lsp import config
from taco_lsp.cli.output import AsJson, OfChallenge, as_id
from taco_lsp.cli.session import with_store
from taco_lsp.errors import InvalidParams, NotFound
from taco_lsp.knowledge import embedding, files, library
from taco_lsp.knowledge.question import Query
from taco_lsp.knowledge.retrieve import Passage, retrieve
from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.errors import ModelError
from taco_lsp.models.keys import find_key

if TYPE_CHECKING:
    from storage import Store, Transaction, User

app = typer.Typer(no_args_is_help=True, help="What the tutor may draw on: your documents (docs/knowledge.md).")
ForClass = Annotated[UUID | None, typer.Option("--class", parser=as_id, metavar="ID", help="Only for this class (id).")]
EmbeddingModel = Annotated[str | None, typer.Option("--model", help="Search by meaning too, with this model.")]


@app.command("add")
def add(
    paths: Annotated[list[Path], typer.Argument(help="Markdown files, or folders of them.")],
    class_id: ForClass = None,
    challenge_id: OfChallenge = None,
    teacher_only: Annotated[bool, typer.Option("--teacher-only", help="Never show it to students.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add documents; one that is there already is brought up to date."""
    found = files.read_all(paths)

    async def put(store: Store) -> tuple[library.Added, ...]:
        user, scope = await _here(store, class_id, challenge_id)
        return await library.add(store, found, scope, teacher_only=teacher_only, user_id=user.id)

    added = with_store(put)
    if as_json:
        rows = [{"source": row.source, "outcome": row.outcome, "passages": row.passages} for row in added]
        _print_json({"documents": rows})
        return
    for row in added:
        typer.echo(f"{row.outcome:<10} {row.source} ({row.passages} passages)")


@app.command("list")
def list_(class_id: ForClass = None, challenge_id: OfChallenge = None, as_json: AsJson = False) -> None:
    """List the documents of your organization, or only those of a class or a challenge."""

    async def find(store: Store) -> tuple[library.Document, ...]:
        return await _documents(store, class_id, challenge_id)

    found = with_store(find)
    if as_json:
        _print_json({"documents": [_as_json(document) for document in found]})
        return
    for document in found:
        note = "  (teachers only)" if document.teacher_only else ""
        typer.echo(f"{_name(document)}  {document.title}, {len(document.passages)} passages, {_for(document)}{note}")
    if not found:
        typer.echo("No documents yet. Add some with `taco knowledge add PATH`.")


@app.command("search")
def search(  # noqa: PLR0917 - the command line's, by name
    query: Annotated[str, typer.Argument(help="A question, a hint, an error message or a bit of code.")],
    class_id: ForClass = None,
    challenge_id: OfChallenge = None,
    as_teacher: Annotated[bool, typer.Option("--as-teacher", help="Find what is for teachers only, too.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many passages at most.")] = 5,
    model: EmbeddingModel = None,
    as_json: AsJson = False,
) -> None:
    """Find passages the way the tutor does for a student."""
    embedder = _embedder(model) if model else None

    async def find(store: Store) -> tuple[Passage, ...]:
        _, scope = await _here(store, class_id, challenge_id)
        return await retrieve(
            store,
            query=Query(text=query),
            organization_id=scope.organization_id,
            class_id=scope.class_id,
            challenge_id=scope.challenge_id,
            limit=limit,
            embed=embedder,
            for_teachers=as_teacher,
        )

    found = with_store(find)
    if as_json:
        rows = [{"id": str(p.entry_id), "title": p.title, "source": p.source, "text": p.text} for p in found]
        _print_json({"passages": rows})
        return
    for passage in found:
        typer.secho(f"{passage.title or 'Untitled'}  ({passage.source or passage.entry_id})", bold=True)
        typer.echo(f"{passage.text}\n")
    if not found:
        typer.echo("Nothing fits.")


@app.command("remove")
def remove(
    names: Annotated[list[str], typer.Argument(help="Documents as `taco knowledge list` names them, or their files.")],
    class_id: ForClass = None,
    challenge_id: OfChallenge = None,
    as_json: AsJson = False,
) -> None:
    """Take documents out; with --class or --challenge only from there."""

    async def take_out(store: Store) -> tuple[library.Document, ...]:
        known = await _documents(store, class_id, challenge_id)
        chosen = tuple(_named(known, name) for name in names)
        await library.remove(store, chosen)
        return chosen

    removed = with_store(take_out)
    if as_json:
        _print_json({"removed": [_as_json(document) for document in removed]})
        return
    for document in removed:
        typer.echo(f"Removed {_name(document)} ({len(document.passages)} passages).")


@app.command("embed")
def embed(
    model: Annotated[str, typer.Option("--model", help="The embedding model at your model endpoint.")],
    as_json: AsJson = False,
) -> None:
    """Make the vectors that a search by meaning needs: the missing ones, and all when the model is another."""
    embedder = _embedder(model)

    async def make(store: Store) -> int:
        user, _ = await _here(store, None, None)
        return await library.embed(store, user.organization_id, embedder)

    try:
        made = with_store(make)
    except ModelError as error:
        typer.echo(f"taco: {error}\n{error.hint}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        _print_json({"model": model, "embedded": made})
    else:
        typer.echo(f"Made {made} vectors with {model}.")


async def _here(store: Store, class_id: UUID | None, challenge_id: UUID | None) -> tuple[User, library.Scope]:
    async with store.write() as tx:
        user = await tx.users.local_profile()
        return user, await _scope(tx, user, class_id, challenge_id)


async def _scope(tx: Transaction, user: User, class_id: UUID | None, challenge_id: UUID | None) -> library.Scope:
    """Check a scope: a challenge brings its class with it.

    Raises:
        InvalidParams: the two do not belong together, or to the user's organization.
        StoreError: there is no such class or challenge.
    """
    if challenge_id:
        challenge = await tx.challenges.get(challenge_id)
        if class_id and challenge.class_id != class_id:
            raise InvalidParams("This challenge is not one of this class.", "Give the challenge alone.")
        class_id = challenge.class_id
    if class_id and (await tx.classes.get(class_id)).organization_id != user.organization_id:
        raise InvalidParams("This class is of another organization.")
    return library.Scope(organization_id=user.organization_id, class_id=class_id, challenge_id=challenge_id)


async def _documents(store: Store, class_id: UUID | None, challenge_id: UUID | None) -> tuple[library.Document, ...]:
    user, scope = await _here(store, class_id, challenge_id)
    async with store.read() as tx:
        entries = await tx.knowledge.of_organization(user.organization_id)
    return library.documents(entries, scope if class_id or challenge_id else None)


def _named(known: Sequence[library.Document], name: str) -> library.Document:
    origin = files.origin_of(Path(name))
    found = [d for d in known if name == _name(d) or (d.passages[0].metadata or {}).get("origin") == origin]
    if not found:
        raise NotFound(f"There is no document {name}.", "`taco knowledge list` names them.")
    if len(found) > 1:
        raise InvalidParams(f"There are {len(found)} documents {name}.", "Say which with --class or --challenge.")
    return found[0]


def _name(document: library.Document) -> str:
    return document.source or str(document.passages[0].id)


def _for(document: library.Document) -> str:
    if document.scope.challenge_id:
        return f"challenge {document.scope.challenge_id}"
    return f"class {document.scope.class_id}" if document.scope.class_id else "everybody"


def _as_json(document: library.Document) -> dict[str, Any]:
    scope = document.scope
    return {
        "source": _name(document),
        "title": document.title,
        "classId": str(scope.class_id) if scope.class_id else None,
        "challengeId": str(scope.challenge_id) if scope.challenge_id else None,
        "teacherOnly": document.teacher_only,
        "passages": len(document.passages),
    }


def _embedder(model: str) -> embedding.Embedder:
    settings = config.load(environ=os.environ).settings
    if not settings.model_endpoint:
        raise InvalidParams("No model endpoint is configured.", "Set TACO_MODEL_ENDPOINT, or `model.endpoint`.")
    try:
        key = find_key(settings.model_endpoint, os.environ)
        endpoint = Endpoint(url=settings.model_endpoint, model=model, key=key, total_timeout_s=settings.model_timeout_s)
    except ValueError as error:
        raise InvalidParams(f"The model cannot be asked: {error}.") from None
    return embedding.of_endpoint(endpoint)


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))

"""Keeps the knowledge base true to a teacher's documents: adds, replaces, lists and removes them.

A document is remembered by its passages' metadata, which has these keys:

    source      the name people know it by, such as `notes/loops.md`
    origin      recognises the file when it is added again
    digest      recognises its content
    title       of the document
    headings    above the passage, outermost first
    part        the passage's place in the document, from 0
    audience    `teachers` when students must never see it; missing otherwise
    model       what made the embedding, if there is one
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import attrs

from storage import KnowledgeEntry
from taco_lsp.knowledge.embedding import Embedder
from taco_lsp.knowledge.files import SourceFile
from taco_lsp.knowledge.markdown import parse

if TYPE_CHECKING:
    from storage import Store, Transaction

_FORMAT = "1"
"""Part of every digest: change it when documents have to be split anew."""

_TEXTS_AT_ONCE = 256
Outcome = Literal["added", "updated", "unchanged", "empty"]


@attrs.frozen(kw_only=True)
class Scope:
    """Whom a document is for: everybody of an organization, one class of it, or one challenge."""

    organization_id: UUID
    class_id: UUID | None = None
    challenge_id: UUID | None = None

    def holds(self, entry: KnowledgeEntry) -> bool:
        """Tell whether a passage is of exactly this scope."""
        return (entry.organization_id, entry.class_id, entry.challenge_id) == attrs.astuple(self)


@attrs.frozen(kw_only=True)
class Added:
    """What became of a file; `empty` means it had no text, and what it held before is gone."""

    source: str
    outcome: Outcome
    passages: int


@attrs.frozen(kw_only=True)
class Document:
    """A document in the store."""

    source: str
    title: str
    scope: Scope
    teacher_only: bool
    passages: tuple[KnowledgeEntry, ...]


async def add(
    store: Store,
    files: Sequence[SourceFile],
    scope: Scope,
    *,
    teacher_only: bool = False,
    user_id: UUID | None = None,
) -> tuple[Added, ...]:
    """Add files to a scope in one transaction; one that is there already is replaced, or left when unchanged.

    Raises:
        StoreError: it cannot be written, or the scope does not exist; nothing was added.
    """
    async with store.write() as tx:
        return await put(tx, files, scope, teacher_only=teacher_only, user_id=user_id)


async def put(
    tx: Transaction,
    files: Sequence[SourceFile],
    scope: Scope,
    *,
    teacher_only: bool = False,
    user_id: UUID | None = None,
    gone: Collection[str] = (),
) -> tuple[Added, ...]:
    """Do the same within a transaction; documents of the scope whose origin is in `gone` are taken out."""
    known = documents(await tx.knowledge.of_organization(scope.organization_id, to_change=True), scope)
    lost = [entry.id for document in known for entry in document.passages if _of(entry, "origin") in gone]
    done, new = [], list[KnowledgeEntry]()
    for file in files:
        before = _same(known, file)
        entries = _entries(file, scope, teacher_only=teacher_only, user_id=user_id, before=before)
        outcome = _outcome(before, entries)
        if outcome != "unchanged":
            lost += [entry.id for entry in before.passages] if before else []
            new += entries
        source = before.source if before else file.source
        done.append(Added(source=source, outcome=outcome, passages=len(entries)))
    await tx.knowledge.remove(lost)
    await tx.knowledge.add_all(new)
    return tuple(done)


async def remove(store: Store, found: Iterable[Document]) -> None:
    """Remove documents with all their passages."""
    async with store.write() as tx:
        await tx.knowledge.remove([entry.id for document in found for entry in document.passages])


async def embed(store: Store, organization_id: UUID, embedder: Embedder) -> int:
    """Make the vectors that are missing or were made by another model; give how many.

    Works in batches, each recorded at once, so that what was paid for is kept when a later one fails.

    Raises:
        ModelError: the endpoint gave no vectors.
        StoreError: the store cannot be used.
    """
    async with store.read() as tx:
        entries = await tx.knowledge.of_organization(organization_id)
    stale = [entry for entry in entries if entry.embedding is None or _of(entry, "model") != embedder.model]
    for at in range(0, len(stale), _TEXTS_AT_ONCE):
        batch = stale[at : at + _TEXTS_AT_ONCE]
        vectors = await embedder.embed([f"{heading(entry)}\n\n{entry.text}" for entry in batch])
        async with store.write() as tx:
            for entry, vector in zip(batch, vectors, strict=True):
                await tx.knowledge.embed(entry.id, vector, {**(entry.metadata or {}), "model": embedder.model})
    return len(stale)


def documents(entries: Iterable[KnowledgeEntry], scope: Scope | None = None) -> tuple[Document, ...]:
    """Gather passages into documents, in the order of their first passage; of one scope only, if it is given."""
    gathered: dict[tuple[Any, ...], list[KnowledgeEntry]] = {}
    for entry in entries:
        if scope is None or scope.holds(entry):
            key = (entry.organization_id, entry.class_id, entry.challenge_id, _of(entry, "origin") or entry.id)
            gathered.setdefault(key, []).append(entry)
    return tuple(_document(passages) for passages in gathered.values())


def heading(entry: KnowledgeEntry) -> str:
    """Give what stands above a passage in one line: the document's title and the headings, without repetition."""
    above = (entry.metadata or {}).get("headings")
    headings = [text for text in above if isinstance(text, str)] if isinstance(above, list | tuple) else []
    titles = dict.fromkeys(text for text in (_of(entry, "title"), *headings) if text)
    return " > ".join(titles)


def source(entry: KnowledgeEntry) -> str:
    """Give the name of the document a passage is from, empty when it was not added from a file."""
    return _of(entry, "source")


def _of(entry: KnowledgeEntry, key: str) -> str:
    value = (entry.metadata or {}).get(key)
    return value if isinstance(value, str) else ""


def _document(passages: list[KnowledgeEntry]) -> Document:
    first = passages[0]
    return Document(
        source=source(first),
        title=_of(first, "title"),
        scope=Scope(organization_id=first.organization_id, class_id=first.class_id, challenge_id=first.challenge_id),
        teacher_only=all(_of(entry, "audience") == "teachers" for entry in passages),
        passages=tuple(passages),
    )


def _same(known: Iterable[Document], file: SourceFile) -> Document | None:
    return next((document for document in known if _of(document.passages[0], "origin") == file.origin), None)


def _outcome(before: Document | None, entries: Sequence[KnowledgeEntry]) -> Outcome:
    if not entries:
        return "empty"
    if before is None:
        return "added"
    return "unchanged" if _of(before.passages[0], "digest") == _of(entries[0], "digest") else "updated"


def _entries(
    file: SourceFile, scope: Scope, *, teacher_only: bool, user_id: UUID | None, before: Document | None
) -> list[KnowledgeEntry]:
    document = parse(file.text)
    hidden = teacher_only or document.front_matter.get("audience", "").lower() in {"teacher", "teachers"}
    about = {
        "source": before.source if before else file.source,
        "origin": file.origin,
        "digest": hashlib.sha256(f"{_FORMAT}\0{hidden}\0{file.text}".encode("utf-8", "surrogatepass")).hexdigest(),
        "title": document.title,
    }
    return [
        KnowledgeEntry(
            **attrs.asdict(scope),
            created_by_user_id=user_id,
            text=passage.text,
            metadata={
                **about,
                "headings": list(passage.headings),
                "part": part,
                **({"audience": "teachers"} if hidden or passage.teacher_only else {}),
            },
        )
        for part, passage in enumerate(document.passages)
    ]

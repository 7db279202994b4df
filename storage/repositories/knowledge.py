"""Knowledge: the passages of a scope, and finding among them by words or by meaning.

A passage holds for its organization, or for one class or challenge of it. Which words to look for, with what
weight, and how to join the findings into an answer is decided elsewhere; how words are counted and ranked begins in
`knowledge_search`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from storage.codec import encode
from storage.records import Json, KnowledgeEntry
from storage.repositories import knowledge_postgres, knowledge_search, knowledge_sqlite
from storage.rows import Condition, Rows
from storage.tables import challenges, classes, organizations
from storage.tables import knowledge_base as table

_OLDEST_FIRST = (table.c.created_at, table.c.id)

_FOUND = [column for column in table.c if column.name != "embedding"]
"""What a search reads of a passage: a vector is large, and nobody needs it any more."""

_FOUND_NAMES = [column.name for column in _FOUND]

_Id = UUID | sa.BindParameter[UUID]


class Knowledge:
    """Repository of knowledge passages.

    A reader is a student unless `for_teachers` says otherwise: a passage whose metadata names another `audience`
    than students stays out of every answer.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def add(self, entry: KnowledgeEntry) -> None:
        """Add a passage."""
        await self._rows.insert(entry)

    async def add_all(self, entries: Sequence[KnowledgeEntry]) -> None:
        """Add passages, many in one go."""
        await self._rows.execute_many(sa.insert(table), [encode(entry) for entry in entries], about=table.name)

    async def remove(self, ids: Collection[UUID]) -> None:
        """Remove passages; an id that is not there is no error."""
        for some in _batches(list(ids)):
            await self._rows.execute(sa.delete(table).where(table.c.id.in_(some)), about=table.name)

    async def embed(self, id_: UUID, embedding: Sequence[float], metadata: Json) -> None:
        """Give a passage an embedding, with metadata that names its model."""
        values = {"embedding": embedding, "metadata": metadata}
        await self._rows.execute(sa.update(table).where(table.c.id == id_).values(values), about=table.name)

    async def is_empty(self, organization_id: UUID) -> bool:
        """Tell whether an organization has no passage at all, which is cheaper to ask than to search."""
        any_ = sa.select(table.c.id).where(table.c.organization_id == organization_id).limit(1)
        return (await self._rows.execute(any_, about=table.name)).first() is None

    async def of_organization(self, organization_id: UUID, *, to_change: bool = False) -> list[KnowledgeEntry]:
        """Read every passage of an organization, whatever its scope and audience, oldest first: for its upkeep.

        With `to_change` nobody else changes them in this way until the transaction ends.
        """
        if to_change:
            await self._rows.take_turn("knowledge", organization_id)
        return await self._rows.all(KnowledgeEntry, table.c.organization_id == organization_id, order=_OLDEST_FIRST)

    async def for_scopes(
        self,
        organization_id: UUID,
        class_id: UUID | None,
        challenge_id: UUID | None,
        *,
        for_teachers: bool = False,
    ) -> list[KnowledgeEntry]:
        """Read what holds for the organization, for the class and for the challenge, oldest first."""
        where = _visible(organization_id, class_id, challenge_id, for_teachers=for_teachers)
        return await self._rows.all(KnowledgeEntry, *where, order=_OLDEST_FIRST)

    async def search(
        self,
        terms: Mapping[str, float],
        organization_id: UUID,
        class_id: UUID | None,
        challenge_id: UUID | None,
        *,
        for_teachers: bool = False,
        limit: int,
    ) -> list[tuple[KnowledgeEntry, float]]:
        """Find the passages that fit weighted words best, with their scores, best first.

        Args:
            terms: Words of letters and digits, and how much each counts; the engine reduces them to their stems.
            organization_id: Whose passages.
            class_id: Passages of this class count too.
            challenge_id: Passages of this challenge count too.
            for_teachers: Find passages for teachers as well.
            limit: How many passages at most.

        Passages come without their embeddings. In a large knowledge base they are found by the rarer words; what
        common words tell of them is reckoned less exactly (`knowledge_search`).
        """
        scope = knowledge_search.Scope(
            organization_id=organization_id, class_id=class_id, challenge_id=challenge_id, for_teachers=for_teachers
        )
        engine = knowledge_sqlite if self._rows.is_sqlite else knowledge_postgres
        ranking = await engine.scores(self._rows, knowledge_search.heaviest(terms), scope, limit)
        if ranking is None:
            return []
        given = {name for name, id_ in scope.values.items() if id_ is not None}
        statement = _finding(ranking.statement, "class" in given, "challenge" in given, for_teachers)
        result = await self._rows.execute(statement, {**scope.values, **ranking.values}, about=table.name)
        return [(KnowledgeEntry(**dict(zip(_FOUND_NAMES, row, strict=False))), float(row.score)) for row in result]

    async def vectors(
        self,
        model: str,
        organization_id: UUID,
        class_id: UUID | None,
        challenge_id: UUID | None,
        *,
        for_teachers: bool = False,
        limit: int,
    ) -> list[tuple[UUID, bytes]]:
        """Read the embeddings that a model made, as packed little-endian float32, at most `limit` of them."""
        packed = sa.type_coerce(table.c.embedding, sa.LargeBinary)
        statement = sa.select(table.c.id, packed.label("packed")).where(
            *_visible(organization_id, class_id, challenge_id, for_teachers=for_teachers),
            table.c.embedding.is_not(None),
            _said("model") == model,
        )
        result = await self._rows.execute(statement.order_by(*_OLDEST_FIRST).limit(limit), about=table.name)
        return [(row.id, bytes(row.packed)) for row in result]

    async def get_many(self, ids: Collection[UUID]) -> list[KnowledgeEntry]:
        """Read passages by id, in no order; what was removed meanwhile is missing."""
        return await self._rows.all(KnowledgeEntry, table.c.id.in_(list(ids)))


@cache
def _finding(ranking: str, in_class: bool, at_challenge: bool, for_teachers: bool) -> sa.Select[Any]:
    """Read the passages that a ranking finds; made once for each of few, since making it takes over a millisecond."""
    scores = knowledge_search.in_scope(ranking).columns(id=sa.Uuid(), score=sa.Float()).subquery()
    class_id = knowledge_search.parameter("class") if in_class else None
    challenge_id = knowledge_search.parameter("challenge") if at_challenge else None
    visible = _visible(knowledge_search.parameter("organization"), class_id, challenge_id, for_teachers=for_teachers)
    return (
        sa.select(*_FOUND, scores.c.score)
        .join_from(table, scores, table.c.id == scores.c.id)
        .where(*visible)
        .order_by(scores.c.score.desc(), *_OLDEST_FIRST)
    )


def _visible(
    organization_id: _Id, class_id: _Id | None, challenge_id: _Id | None, *, for_teachers: bool
) -> tuple[Condition, ...]:
    """What somebody may see who works on this challenge of this class; nothing of a deleted one is left."""
    return (
        table.c.organization_id == organization_id,
        _alive(organizations, organization_id),
        _none_or(table.c.class_id, class_id, classes),
        _none_or(table.c.challenge_id, challenge_id, challenges),
        *(() if for_teachers else (sa.func.coalesce(_said("audience"), "students") == "students",)),
    )


def _said(key: str) -> sa.ColumnElement[Any]:
    """Read a word of the metadata, NULL when it is not there."""
    said: sa.ColumnElement[Any] = table.c.metadata[key].as_string()
    return said


def _none_or(column: sa.ColumnElement[Any], id_: _Id | None, parent: sa.Table) -> Condition:
    everywhere = column.is_(None)
    return everywhere if id_ is None else sa.or_(everywhere, sa.and_(column == id_, _alive(parent, id_)))


def _alive(parent: sa.Table, id_: _Id) -> Condition:
    return sa.exists().where(parent.c.id == id_, parent.c.deleted_at.is_(None))


def _batches(ids: list[UUID]) -> list[list[UUID]]:
    return [ids[at : at + 500] for at in range(0, len(ids), 500)]  # engines limit the parameters of a statement

"""Knowledge: the passages of a scope. Finding the fitting ones among them is done elsewhere."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from storage.records import KnowledgeEntry
from storage.rows import Condition, Rows
from storage.tables import knowledge_base as table


class Knowledge:
    """Repository of knowledge passages."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def add(self, entry: KnowledgeEntry) -> None:
        """Add a passage."""
        await self._rows.insert(entry)

    async def for_scopes(
        self, organization_id: UUID, class_id: UUID | None, challenge_id: UUID | None
    ) -> list[KnowledgeEntry]:
        """Read what holds for the organization, for the class and for the challenge, oldest first."""
        return await self._rows.all(
            KnowledgeEntry,
            table.c.organization_id == organization_id,
            _any_or(table.c.class_id, class_id),
            _any_or(table.c.challenge_id, challenge_id),
            order=(table.c.created_at, table.c.id),
        )


def _any_or(column: sa.Column[object], id_: UUID | None) -> Condition:
    everywhere = column.is_(None)
    return everywhere if id_ is None else sa.or_(everywhere, column == id_)

"""Organizations: the roots of tenants."""

from __future__ import annotations

from uuid import UUID

from storage.errors import NotFound
from storage.records import Organization
from storage.rows import Rows
from storage.tables import organizations as table


class Organizations:
    """Repository of organizations."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def add(self, organization: Organization) -> None:
        """Add an organization."""
        await self._rows.insert(organization)

    async def get(self, id_: UUID) -> Organization:
        """Read one.

        Raises:
            NotFound: There is none, or it was deleted.
        """
        found = await self._rows.first(Organization, table.c.id == id_, table.c.deleted_at.is_(None))
        if found is None:
            raise NotFound(f"There is no organization {id_}.")
        return found

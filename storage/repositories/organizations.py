"""Organizations: the roots of tenants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from storage.errors import NotFound
from storage.records import Organization, now
from storage.rows import Rows
from storage.tables import organizations as table


class Organizations:
    """Repository of organizations."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def add(self, organization: Organization) -> None:
        """Add an organization."""
        await self._rows.insert(organization)

    async def get(self, id_: UUID, *, to_change: bool = False) -> Organization:
        """Read one; `to_change` keeps other writers from it until the transaction ends.

        Raises:
            NotFound: There is none, or it was deleted.
        """
        alive = (table.c.id == id_, table.c.deleted_at.is_(None))
        found = await self._rows.first(Organization, *alive, to_change=to_change)
        if found is None:
            raise NotFound(f"There is no organization {id_}.")
        return found

    async def list(self) -> list[Organization]:
        """Read all that there are, or that this reader may see, by name."""
        return await self._rows.all(Organization, table.c.deleted_at.is_(None), order=(table.c.name, table.c.id))

    async def set_policy(self, id_: UUID, policy: Mapping[str, Any] | None) -> None:
        """Replace the tutor policy that holds for every class without one of its own.

        Raises:
            NotFound: There is none, or it is not this person's to change.
        """
        changing = sa.update(table).where(table.c.id == id_, table.c.deleted_at.is_(None))
        values = {"tutor_policy": policy, "updated_at": now()}
        if (await self._rows.execute(changing.values(values), about=table.name)).rowcount == 0:
            raise NotFound("There is no such organization that you may change.", "An admin of the school may.")

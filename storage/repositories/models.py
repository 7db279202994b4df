"""Models: what answers, each name and version once."""

from __future__ import annotations

from uuid import UUID

from storage.codec import encode
from storage.errors import NotFound
from storage.records import Json, Model
from storage.rows import Rows
from storage.tables import models as table


class Models:
    """Repository of models."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def ensure(
        self,
        name: str,
        version: str,
        *,
        description: str | None = None,
        parameters: Json | None = None,
        prices: Json | None = None,
    ) -> Model:
        """Give the model of this name and version, adding it when it is new; a known one stays as it is."""
        known = await self._find(name, version)
        if known is not None:
            return known
        model = Model(name=name, version=version, description=description, parameters=parameters, prices=prices)
        insert = self._rows.upsert(table).values(encode(model))
        await self._rows.execute(insert.on_conflict_do_nothing(index_elements=["name", "version"]))
        return await self._find(name, version) or model

    async def get(self, id_: UUID) -> Model:
        """Read one.

        Raises:
            NotFound: There is none.
        """
        found = await self._rows.first(Model, table.c.id == id_)
        if found is None:
            raise NotFound(f"There is no model {id_}.")
        return found

    async def list(self) -> list[Model]:
        """Read all, by name and version."""
        return await self._rows.all(Model, order=(table.c.name, table.c.version))

    async def _find(self, name: str, version: str) -> Model | None:
        return await self._rows.first(Model, table.c.name == name, table.c.version == version)

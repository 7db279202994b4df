"""Models: what answers. A row never changes once its prices are known, so an answer's row stays true of that answer.

The same name and version with other parameters or prices is a further row, its version numbered `v#2`, `v#3` …;
the newest one is current.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import attrs
import sqlalchemy as sa

from storage.codec import encode
from storage.errors import NotFound
from storage.records import Json, Model, new_id, now
from storage.rows import Condition, Rows
from storage.tables import llm_interactions
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
        return await self._add_after((), model)

    async def answered(self, name: str, version: str, parameters: Json | None = None) -> Model:
        """Give the row of what just answered: this name, version and parameters, at the prices that hold now."""
        found, rows, new = await self._choose(name, version, _plain(parameters) or None)
        if found is None:
            await self._rows.take_turn("model", name)  # and look again: somebody else may have added it
            found, rows, new = await self._choose(name, version, _plain(parameters) or None)
        return found or await self._add_after(rows, new)

    async def _choose(
        self, name: str, version: str, asked: dict[str, object] | None
    ) -> tuple[Model | None, Sequence[Model], Model]:
        """Find the row that fits; give it, all rows of the version, and the row to add if none fits."""
        rows = await self._all_newest_first(table.c.name == name, _family(version))
        # A price told for the name holds for every version that has none of its own, or an older one.
        priced = await self._all_newest_first(
            table.c.name == name, sa.or_(_family(version), _family("")), table.c.prices.is_not(None)
        )
        prices = _plain(priced[0].prices) if priced else None
        fits = (row for row in rows if (_plain(row.parameters), _plain(row.prices)) == (asked, prices))
        known = next(iter([*rows, *priced]), None)
        description = known.description if known else None
        new = Model(name=name, version=version, description=description, parameters=asked, prices=prices)
        return next(fits, None), rows, new

    async def describe(
        self, name: str, version: str = "", *, description: str | None = None, prices: Json | None = None
    ) -> Model:
        """Add a model, or say more about a known one; what is None stays as it is.

        Without a version it is about all of them. Prices that were unknown are filled in, for the answers there are
        too. Other prices than before are a new row: what was paid was paid.
        """
        await self._rows.take_turn("model", name)
        mine = (table.c.name == name, _family(version))
        if prices is not None:
            about = mine if version else mine[:1]
            unpriced = sa.update(table).where(*about, table.c.prices.is_(None))
            await self._rows.execute(unpriced.values(prices=dict(prices)), about=table.name)
        if description is not None:
            change = sa.update(table).where(*mine).values(description=description)
            await self._rows.execute(change, about=table.name)
        rows = await self._all_newest_first(*mine)
        current = next(iter(rows), None) or Model(name=name, version=version)
        if rows and (prices is None or _plain(current.prices) == dict(prices)):
            return current
        told = attrs.evolve(current, id=new_id(), version=version, prices=_plain(prices), created_at=now())
        return await self._add_after(rows, attrs.evolve(told, description=description or current.description))

    async def counts(self) -> dict[UUID, int]:
        """How many answers each model has given or failed to give; those without any are left out."""
        id_ = llm_interactions.c.model_id
        counted = sa.select(id_, sa.func.count().label("answers")).group_by(id_)
        rows = (await self._rows.execute(counted, about=table.name)).mappings()
        return {row["model_id"]: row["answers"] for row in rows}

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

    async def _all_newest_first(self, *where: Condition) -> Sequence[Model]:
        return await self._rows.all(Model, *where, order=(table.c.created_at.desc(), table.c.id.desc()))

    async def _add_after(self, earlier: Sequence[Model], model: Model) -> Model:
        """Add a row, numbered after the earlier ones of its name and version."""
        if earlier:
            number = max(_number(row.version, model.version) for row in earlier) + 1
            model = attrs.evolve(model, version=f"{model.version}#{number}")
        insert = self._rows.upsert(table).values(encode(model))
        await self._rows.execute(insert.on_conflict_do_nothing(index_elements=["name", "version"]))
        return await self._find(model.name, model.version) or model


def _family(version: str) -> Condition:
    """The rows of a version, whatever their number."""
    return sa.or_(table.c.version == version, table.c.version.startswith(f"{version}#", autoescape=True))


def _number(numbered: str, version: str) -> int:
    count = numbered.removeprefix(version).removeprefix("#")
    return int(count) if count.isdigit() else 1


def _plain(value: Json | None) -> dict[str, object] | None:
    return None if value is None else dict(value)

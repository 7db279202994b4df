"""What asking has cost: questions, tokens, latency and held-back answers, summed by the database.

Prices are applied elsewhere; nothing here reads the text of a question or an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from storage.rows import Rows
from storage.tables import challenges, classes, models
from storage.tables import llm_interactions as table
from storage.values import Dimension, Latency, Tally

_GIVEN = table.c.finish_reason.in_(("stop", "length", "fallback"))
# Another row follows each failed one, so a question is counted once whatever it took to answer it.
_IS_QUESTION = table.c.finish_reason != "error"
_IS_REFUSAL = sa.func.coalesce(table.c.hint_level, 1) == 0


class Usage:
    """Repository of sums over the interactions."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def asked_since(
        self, user_id: UUID, since: datetime, *, class_id: UUID | None = None, challenge_id: UUID | None = None
    ) -> list[datetime]:
        """Tell when a user asked, oldest first; a hint that was refused does not count, a cancelled answer does."""
        where = [table.c.user_id == user_id, table.c.created_at > since, _IS_QUESTION, sa.not_(_IS_REFUSAL)]
        if challenge_id is not None:
            where.append(table.c.challenge_id == challenge_id)
        if class_id is not None:
            where.append(table.c.challenge_id.in_(sa.select(challenges.c.id).where(challenges.c.class_id == class_id)))
        result = await self._rows.execute(
            sa.select(table.c.created_at).where(*where).order_by(table.c.created_at), about=table.name
        )
        return list(result.scalars())

    async def tallies(self, by: Dimension, since: datetime | None = None) -> list[Tally]:
        """Sum up by class, challenge or model, one tally for each model that answered there."""
        group, source = _grouping(by)
        blocked = table.c.guard["blocked"].as_boolean().is_(sa.true())
        counted = (
            sa.func.sum(_one_if(_IS_QUESTION)).label("questions"),
            sa.func.count().label("answers"),
            sa.func.sum(_one_if(blocked)).label("blocked"),
            sa.func.coalesce(sa.func.sum(table.c.prompt_tokens), 0).label("prompt_tokens"),
            sa.func.coalesce(sa.func.sum(table.c.completion_tokens), 0).label("completion_tokens"),
        )
        chosen = sa.select(group.label("group_id"), table.c.model_id, *counted).select_from(source)
        statement = chosen.where(*_from(since)).group_by(group, table.c.model_id)
        return [Tally(**row) for row in await self._all(statement)]

    async def latencies(self, by: Dimension, since: datetime | None = None) -> list[Latency]:
        """Find the median and the 95th percentile of each group."""
        group, source = _grouping(by)
        order = sa.func.row_number().over(partition_by=group, order_by=table.c.latency_ms)
        size = sa.func.count().over(partition_by=group)
        ranked = (
            sa.select(group.label("group_id"), table.c.latency_ms, order.label("rank"), size.label("size"))
            .select_from(source)
            .where(_GIVEN, *_from(since))
            .subquery()
        )
        # Nearest rank: the smallest value that is not below p per cent of them, ⌈n·p/100⌉ in whole numbers.
        at = {name: ranked.c.rank == (ranked.c.size * p + 99) // 100 for name, p in (("median_ms", 50), ("p95_ms", 95))}
        picked = (
            sa.func.max(sa.case((here, ranked.c.latency_ms), else_=None)).label(name) for name, here in at.items()
        )
        statement = sa.select(ranked.c.group_id, *picked).group_by(ranked.c.group_id)
        return [Latency(**row) for row in await self._all(statement)]

    async def names(self, by: Dimension) -> dict[UUID, str]:
        """Name every class or challenge, deleted ones included, or every model with its version."""
        if by == "model":
            rows = await self._all(sa.select(models.c.id, models.c.name, models.c.version))
            return {row["id"]: f"{row['name']} {row['version']}".strip() for row in rows}
        named = (classes.c.id, classes.c.name) if by == "class" else (challenges.c.id, challenges.c.title)
        return {row["id"]: row["name"] for row in await self._all(sa.select(named[0], named[1].label("name")))}

    async def _all(self, statement: sa.Select[Any]) -> Sequence[Any]:
        return (await self._rows.execute(statement, about=table.name)).mappings().all()


def _grouping(by: Dimension) -> tuple[sa.ColumnElement[Any], sa.FromClause]:
    if by == "class":
        return challenges.c.class_id, table.join(challenges, table.c.challenge_id == challenges.c.id)
    return (table.c.challenge_id if by == "challenge" else table.c.model_id), table


def _from(since: datetime | None) -> tuple[sa.ColumnElement[bool], ...]:
    return () if since is None else (table.c.created_at >= since,)


def _one_if(condition: sa.ColumnElement[bool]) -> sa.Case[int]:
    return sa.case((condition, 1), else_=0)

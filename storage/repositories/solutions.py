"""Solutions: one current row per user and challenge, and every version that was ever saved."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from storage.codec import encode
from storage.columns import storable
from storage.errors import NotFound
from storage.records import Solution, SolutionRevision
from storage.rows import Condition, Rows
from storage.tables import challenge_solutions as current_table
from storage.tables import challenge_solutions_history as history_table
from storage.values import Saved


class Solutions:
    """Repository of current solutions and their history."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def save(self, *, session_id: UUID, user_id: UUID, challenge_id: UUID, solution: str, at: datetime) -> Saved:
        """Make a solution the current one, and append it to the history unless nothing changed.

        Raises:
            Conflict: The session is not this user's.
        """
        await self._rows.take_turn("solution", user_id, challenge_id)
        text = storable(solution)
        revision = SolutionRevision(
            session_id=session_id, user_id=user_id, challenge_id=challenge_id, solution=text, saved_at=at
        )
        changed = not await self._is_latest(user_id, challenge_id, text)
        if changed:
            await self._rows.insert(revision)
        await self._replace(
            Solution(user_id=user_id, challenge_id=challenge_id, solution=text, created_at=at, updated_at=at)
        )
        current = await self.current(user_id, challenge_id)
        assert current is not None
        return Saved(solution=current, revision=revision if changed else None)

    async def current(self, user_id: UUID, challenge_id: UUID) -> Solution | None:
        """Read the latest saved solution."""
        mine = (current_table.c.user_id == user_id, current_table.c.challenge_id == challenge_id)
        return await self._rows.first(Solution, *mine)

    async def history(self, user_id: UUID, challenge_id: UUID) -> list[SolutionRevision]:
        """Read every saved version, oldest first."""
        order = (history_table.c.saved_at, history_table.c.id)
        return await self._rows.all(SolutionRevision, *_versions(user_id, challenge_id), order=order)

    async def revision(self, id_: UUID) -> SolutionRevision:
        """Read one saved version.

        Raises:
            NotFound: There is none.
        """
        found = await self._rows.first(SolutionRevision, history_table.c.id == id_)
        if found is None:
            raise NotFound(f"There is no saved version {id_}.", "List the history to see which there are.")
        return found

    async def _is_latest(self, user_id: UUID, challenge_id: UUID, text: str) -> bool:
        """Compare with both: the newest version may be a deleted one's forerunner, or of a clock that went back."""
        order = (history_table.c.saved_at.desc(), history_table.c.id.desc())
        newest = await self._rows.first(SolutionRevision, *_versions(user_id, challenge_id), order=order)
        current = await self.current(user_id, challenge_id)
        return newest is not None and current is not None and newest.solution == text == current.solution

    async def _replace(self, solution: Solution) -> None:
        insert = self._rows.upsert(current_table).values(encode(solution))
        replacing = insert.on_conflict_do_update(
            index_elements=["user_id", "challenge_id"],
            set_={"solution": solution.solution, "updated_at": solution.updated_at},
        )
        await self._rows.execute(replacing, about=current_table.name)


def _versions(user_id: UUID, challenge_id: UUID) -> tuple[Condition, Condition]:
    return (history_table.c.user_id == user_id, history_table.c.challenge_id == challenge_id)

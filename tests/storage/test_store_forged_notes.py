"""A note says whose word it is, and the database sees to it that it is so, whatever program writes it."""

from __future__ import annotations

from collections.abc import Iterator

import asyncpg
import pytest
from store_school import School, open_school

from tests.support.postgres import Server

NOTE = (
    "INSERT INTO notes (id, session_id, user_id, challenge_id, author_user_id, event_id, event_kind, text, created_at)"
    " VALUES (gen_random_uuid(), $1, $2, $3, $4, $1, 'open', 'A word of praise.', now())"
)


@pytest.fixture(scope="module")
def school(postgres: Server) -> Iterator[School]:
    yield from open_school(postgres)


async def pin(school: School, writer: str, author: str) -> str:
    """Pin a note to Ada's session as one person, in the name of another; it does not stay."""
    rows, people = school.rows, school.people
    async with school.as_(writer) as db:
        transaction = db.transaction()
        await transaction.start()
        place = (rows["sessions"], people["ada"].user.id, rows["challenges"])
        try:
            done: str = await db.execute(NOTE, *place, people[author].user.id)
        finally:
            await transaction.rollback()
    return done


@pytest.mark.parametrize("writer", ["tess", "ann"])
async def test_who_teaches_writes_under_their_own_name(school: School, writer: str) -> None:
    assert await pin(school, writer, writer) == "INSERT 0 1"


@pytest.mark.parametrize(
    ("writer", "author"),
    [
        ("ada", "tess"),  # a student, for a teacher
        ("ada", "ada"),
        ("bob", "tess"),
        ("tess", "tom"),  # a teacher, for another one
        ("tess", "ann"),
        ("tess", "ada"),
        ("ann", "tess"),  # an admin, for a teacher
        ("tom", "tess"),  # who teaches another class, for who teaches this one
        ("tom", "tom"),
    ],
)
async def test_nobody_writes_in_the_name_of_somebody_else(school: School, writer: str, author: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pin(school, writer, author)


async def test_nobody_signs_what_is_written_already(school: School) -> None:
    tess = school.people["tess"].user.id
    for writer in ("ada", "tess", "ann"):
        async with school.as_(writer) as db:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await db.execute("UPDATE notes SET author_user_id = $1", tess)

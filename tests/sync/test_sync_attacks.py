"""What a student with psql and their own login may try against those who sync with the school; each test is one way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import attrs
import pytest

from tests.support.postgres import connected
from tests.support.sync_school import Lab, Machine, School

_RUN = (
    "INSERT INTO runs (id, session_id, user_id, challenge_id, code, command, stdin, stdout, stderr, duration_ms,"
    " timed_out, created_at) SELECT gen_random_uuid(), id, user_id, challenge_id, 'code', '', '', {stdout}, '', 1,"
    " false, {at} FROM sessions LIMIT 1 RETURNING id"
)
_ANSWER = (
    "INSERT INTO llm_interactions (id, session_id, user_id, challenge_id, user_prompt, model_response, model_id, kind,"
    " prompt_version, latency_ms, finish_reason, guard, feedback, created_at) SELECT gen_random_uuid(), session_id,"
    " user_id, challenge_id, 'q', 'a', model_id, 'question', '1', 1, 'stop', {guard}, {feedback}, now()"
    " FROM llm_interactions LIMIT 1 RETURNING id"
)
_DEEP = "('{\"a\":' || repeat('[', 3000) || repeat(']', 3000) || '}')::jsonb"


@pytest.fixture
async def ada(school: School, lab: Lab) -> AsyncIterator[Any]:
    """Ada's own login, after she has worked a little."""
    laptop = await lab.machine("ada")
    await laptop.sync()
    session = await laptop.sit_down(school.challenges["9a"])
    await laptop.ask(session, "why?")
    await laptop.save(session, "x = 1")
    await laptop.sync()
    async with connected(school.url("ada")) as db:
        yield db


@pytest.fixture
async def teacher(lab: Lab, ada: Any) -> Machine:
    """Tess, who has everything so far."""
    machine = await lab.machine("tess")
    await machine.sync()
    return machine


@pytest.mark.parametrize("at", ["infinity", "-infinity", "0044-03-15 BC", "20000-01-01", "0001-01-01", "1969-12-31"])
async def test_no_moment_is_taken_that_programs_cannot_count(ada: Any, at: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await ada.execute(_RUN.format(stdout="''", at=f"'{at}'::timestamptz"))
    with pytest.raises(asyncpg.CheckViolationError):
        await ada.execute(f"UPDATE sessions SET ended_at = '{at}'")


@pytest.mark.parametrize("value", ["'[1]'", "'\"text\"'", "'1'", _DEEP])
@pytest.mark.parametrize("column", ["guard", "feedback"])
async def test_no_json_is_taken_that_is_no_object_or_has_no_end(ada: Any, column: str, value: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await ada.execute(_ANSWER.format(**{"guard": "NULL", "feedback": "NULL", column: value}))


async def test_a_model_that_everybody_fetches_has_plain_parameters(ada: Any) -> None:
    insert = "INSERT INTO models (id, name, version, parameters, created_at) VALUES (gen_random_uuid(), 'm', '1', "
    await ada.execute(f"{insert} '{{}}', now())")
    with pytest.raises(asyncpg.CheckViolationError):
        await ada.execute(f"{insert} {_DEEP}, now())")


async def test_no_row_is_taken_that_does_not_arrive_in_time(ada: Any) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await ada.execute(_RUN.format(stdout="repeat('x', 64000000)", at="now()"))


async def test_nobody_passes_for_anothers_machine_to_hide_changes_from_it(
    school: School, ada: Any, teacher: Machine
) -> None:
    async with teacher.store.write() as tx:
        challenge = await tx.challenges.get(school.challenges["9a"].id)
        await tx.challenges.update(attrs.evolve(challenge, title="changed by the teacher"))
    await teacher.sync()
    ((node, *_), *_) = teacher.sql("SELECT node_id FROM sync_accounts")
    seen = await ada.fetch("SELECT DISTINCT node_id FROM sync_changes WHERE user_id IS NULL AND node_id IS NOT NULL")
    assert seen
    marks = [row["node_id"] for row in seen]
    for mark in (*marks, UUID(node)):
        await ada.execute(f"SET taco.sync_node = '{mark}'")
        run = await ada.fetchval(_RUN.format(stdout="'hidden'", at="now()"))
        await teacher.sync()
        assert run in teacher.ids("runs")


async def test_nobody_takes_over_anothers_machine(school: School, ada: Any, teacher: Machine) -> None:
    ((node, *_), *_) = teacher.sql("SELECT node_id FROM sync_accounts")
    await school.execute("TRUNCATE sync_nodes")  # as in a backup from before it was known
    assert await ada.fetchval("SELECT sync_begin_batch($1, 9000000000000000000)", UUID(node))
    async with teacher.store.write() as tx:
        challenge = await tx.challenges.get(school.challenges["9a"].id)
        await tx.challenges.update(attrs.evolve(challenge, title="changed by the teacher"))
    await teacher.sync()
    assert await teacher.waiting() == (0, {})


async def test_nobody_locks_the_challenges(ada: Any) -> None:
    async with ada.transaction():
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ada.execute("LOCK TABLE student_view.challenges IN ACCESS EXCLUSIVE MODE")

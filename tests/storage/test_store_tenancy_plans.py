"""How PostgreSQL reads under row-level security: every policy asked once, and the indexes used as without any."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from bench.measurements.tenancy import JOURNEY, LAST_OF_CLASS
from bench.school import CLASS, PASSWORD, STUDENT, School, fill
from storage.logins import login_name
from tests.support.postgres import Server, connected

SCHOOL = School(answers=20_000, classes=20, students=10, challenges=10)


@attrs.frozen(kw_only=True)
class Crowd:
    """A school with enough rows for the planner to want an index."""

    server: Server
    database: str

    def login(self, email: str) -> str:
        return self.server.url(self.database, login_name(email, self.database), PASSWORD)


@pytest.fixture(scope="module")
def crowd(postgres: Server) -> Iterator[Crowd]:
    with asyncio.Runner() as runner:
        database = postgres.database()
        name = runner.run(database.__aenter__()).split("@/")[1].partition("?")[0]
        try:
            runner.run(fill(postgres, name, SCHOOL))
            yield Crowd(server=postgres, database=name)
        finally:
            runner.run(database.__aexit__(None, None, None))


async def plan(url: str, query: str, argument: Any) -> list[dict[str, Any]]:
    """Run a query; give every node of how it was done."""
    async with connected(url) as db:
        explained = await db.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {query.replace('$1', repr(str(argument)))}")
    return list(_nodes(json.loads(explained)[0]["Plan"]))


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def asked_per_row(nodes: list[dict[str, Any]]) -> list[str]:
    """The conditions that call a function of ours for every row, rather than use what an InitPlan found out."""
    conditions = [str(node.get(key, "")) for node in nodes for key in ("Filter", "Index Cond", "Join Filter")]
    return [condition for condition in conditions if "taco_" in condition]


def indexes(nodes: list[dict[str, Any]]) -> set[str]:
    """The indexes that were used; a table that was read from end to end shows as `Seq Scan`."""
    whole = {node["Node Type"] for node in nodes} & {"Seq Scan"}
    return whole | {node["Index Name"] for node in nodes if "Index Name" in node}


@pytest.mark.parametrize("who", ["teacher1@x.example", "student0@x.example"])
@pytest.mark.parametrize(("query", "argument"), [(LAST_OF_CLASS, CLASS), *((query, STUDENT) for query in JOURNEY)])
async def test_no_function_is_called_for_every_row(crowd: Crowd, who: str, query: str, argument: Any) -> None:
    nodes = await plan(crowd.login(who), query, argument)
    assert asked_per_row(nodes) == []
    asked = [node for node in nodes if node.get("Parent Relationship") == "InitPlan"]
    assert asked and all(node["Actual Loops"] <= 1 for node in asked)


async def test_the_latest_answers_of_a_class_come_off_the_index_in_order(crowd: Crowd) -> None:
    nodes = await plan(crowd.login("teacher1@x.example"), LAST_OF_CLASS, CLASS)
    [read] = [node for node in nodes if node.get("Relation Name") == "llm_interactions"]
    assert read["Index Name"] == "ix_llm_interactions_challenge_id_created_at"
    assert read["Scan Direction"] == "Backward" and read["Actual Rows"] <= 50
    assert nodes[0]["Actual Rows"] == 50


async def test_a_journey_is_found_by_its_student(crowd: Crowd) -> None:
    for who in ("teacher1@x.example", "student0@x.example"):
        nodes = await plan(crowd.login(who), JOURNEY[1], STUDENT)
        [used] = indexes(nodes)
        assert used.startswith("ix_llm_interactions_user_id_")
        assert nodes[0]["Actual Rows"] == SCHOOL.answers // (SCHOOL.classes * SCHOOL.students)


async def test_whoever_reads_everything_they_may_does_not_read_the_whole_table(crowd: Crowd) -> None:
    for who, share in (("teacher1@x.example", 4 / SCHOOL.classes), ("student0@x.example", 1 / 200)):
        nodes = await plan(crowd.login(who), "SELECT created_at FROM llm_interactions WHERE $1 <> ''", "x")
        assert nodes[0]["Actual Rows"] == SCHOOL.answers * share
        assert "Seq Scan" not in indexes(nodes)

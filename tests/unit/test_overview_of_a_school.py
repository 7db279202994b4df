"""The overview of a generated class on both engines: every number counted once more, row by row and in plain Python."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bench.classroom import CLASS_ID, Classroom, fill_file, fill_server
from storage import open_store
from taco_lsp.overview import reading
from taco_lsp.wire.converter import to_wire
from tests.support.postgres import connected

ROOM = Classroom(students=12, challenges=4)
AT = datetime(2026, 6, 1, tzinfo=UTC)
CHANGES = (
    "UPDATE llm_interactions SET feedback = '{\"helpful\": false}' WHERE kind = 'hint' AND hint_level = 3",
    "UPDATE llm_interactions SET guard = '{\"blocked\": true}' WHERE created_at < '2026-03-02 10:00:00.5'",
    "UPDATE llm_interactions SET finish_reason = 'error' WHERE created_at > '2026-03-02 12:00:00.5'",
    "UPDATE runs SET exit_code = 1 WHERE created_at > '2026-03-02 11:00:00.5'",
    "DELETE FROM runs WHERE created_at > '2026-03-02 12:02:00.5' AND exit_code = 1",
    "DELETE FROM challenge_solutions_history WHERE saved_at > '2026-03-02 12:00:00.5'",
)
"""More kinds of trouble than the class has by itself, as both engines say it."""


@pytest.fixture
def filled(store_file: Path) -> Path:
    fill_file(store_file, ROOM)
    with closing(sqlite3.connect(store_file)) as db, db:
        for name in [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            db.execute(f"DROP TRIGGER {name}")
        for change in CHANGES:
            assert db.execute(change).rowcount > 0
    return store_file


async def read(url: str) -> Any:
    store = await open_store(url)
    try:
        return to_wire(await reading.read_overview(store, CLASS_ID))
    finally:
        await store.close()


async def test_every_number_is_what_the_rows_say(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "now", lambda: AT)
    found = await read(f"sqlite:///{filled.as_posix()}")
    with closing(sqlite3.connect(filled)) as db:
        db.row_factory = sqlite3.Row
        seats = {place: dict(numbers) for place, numbers in _counted(db)}
    assert len(seats) == ROOM.seats
    assert {
        (seat["userId"], seat["challengeId"]): {
            "state": seat["state"],
            "rules": Counter(signal["rule"] for signal in seat["signals"]),
            **{name: seat[name] for name in ("runs", "failed", "saves", "questions", "hints", "topHint")},
        }
        for seat in found["seats"]
    } == seats
    assert {seat["state"] for seat in found["seats"]} == {"finished", "stuck", "working"}
    assert sum(one["count"] for one in found["errors"]) == sum(seat["failed"] for seat in seats.values())


def _counted(db: sqlite3.Connection) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Each student at each challenge, from their rows in the order of time."""
    events: dict[tuple[str, str], list[tuple[str, str, sqlite3.Row]]] = defaultdict(list)
    for table, time in (
        ("runs", "created_at"),
        ("llm_interactions", "created_at"),
        ("challenge_solutions_history", "saved_at"),
    ):
        for row in db.execute(f"SELECT * FROM {table}"):
            events[_dashed(row["user_id"]), _dashed(row["challenge_id"])].append((row[time], table, row))
    for place, happened in events.items():
        yield place, _seat(sorted(happened, key=lambda event: event[0]))


def _seat(happened: list[tuple[str, str, sqlite3.Row]]) -> dict[str, Any]:
    runs = [row for _, table, row in happened if table == "runs"]
    asked = [row for _, table, row in happened if table == "llm_interactions"]
    saves = [row for _, table, row in happened if table == "challenge_solutions_history"]
    good = [row["created_at"] for row in runs if row["exit_code"] == 0]
    hints = [row for row in asked if row["kind"] == "hint" and row["hint_level"]]
    finished = bool(runs and runs[-1]["exit_code"] == 0 and saves)
    rules = Counter({"ranAndSaved": 1} if finished else _troubles(happened, runs, asked, max(good, default="")))
    return {
        "state": "finished" if finished else "stuck" if rules else "working",
        "rules": rules,
        "runs": len(runs),
        "failed": len(runs) - len(good),
        "saves": len(saves),
        "questions": sum(row["kind"] != "hint" and row["finish_reason"] != "error" for row in asked),
        "hints": len(hints),
        "topHint": max((row["hint_level"] for row in hints), default=0),
    }


def _troubles(happened: list[Any], runs: list[Any], asked: list[Any], since: str) -> dict[str, int]:
    failures = Counter(_error(row["stderr"]) for row in runs if row["exit_code"] != 0 and row["created_at"] > since)
    lately = [row for row in asked if row["created_at"] > since]
    trouble = {
        "sameError": sum(count >= 3 for count in failures.values()),
        "manyHints": sum(bool(row["hint_level"]) for row in lately) >= 4,
        "notHelped": sum(row["feedback"] is not None for row in lately) >= 2,
        "leftAfterFailure": bool(failures) and _seconds(happened[-1][0]) - _seconds(runs[-1]["created_at"]) <= 60,
    }
    return {rule: int(times) for rule, times in trouble.items() if times}


def _error(stderr: str) -> str:
    return stderr.strip().splitlines()[-1] if stderr else ""


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def _dashed(id_: str) -> str:
    return "-".join((id_[:8], id_[8:12], id_[12:16], id_[16:20], id_[20:]))


async def test_both_engines_tell_the_same(filled: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "now", lambda: AT)
    await fill_server(postgres_url, ROOM)
    async with connected(postgres_url) as db:
        for table in ("llm_interactions", "runs", "challenge_solutions_history"):
            await db.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for change in CHANGES:
            await db.execute(f"SET timezone = 'UTC'; {change}")
    on_a_server, in_a_file = await read(postgres_url), await read(f"sqlite:///{filled.as_posix()}")
    for name in in_a_file:
        assert on_a_server[name] == in_a_file[name], name

"""The local side without a server: stamps, and an outbox that forgets nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import Challenge, Session, SessionOwner, Store, migrate, new_id, open_store
from storage.sync import outbox, stamps
from storage.sync.values import TABLES

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
moments = st.integers(1, 7_000_000_000_000_000).map(lambda us: stamps.moment(0) + timedelta(microseconds=us))


@given(st.lists(moments, min_size=1, max_size=20))
def test_every_stamp_is_above_the_one_it_replaces_and_not_below_the_clock(clock: list[datetime]) -> None:
    last = -1
    for at in clock:
        made = stamps.stamp(at, last)
        assert made > last and made >= stamps.milliseconds(at) << stamps.COUNTER_BITS
        last = made


@given(moments, st.integers(-(10**9), 10**9))
def test_a_shifted_stamp_is_that_of_the_shifted_moment(at: datetime, by_ms: int) -> None:
    there = at + timedelta(milliseconds=by_ms)
    if there.year > 1970:
        assert stamps.shifted(stamps.stamp(at), by_ms) == stamps.stamp(there)
        assert abs(stamps.moment(stamps.stamp(at)) - at) < timedelta(milliseconds=1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A new local store."""
    store = await open_store(f"sqlite:///{tmp_path / 'taco.db'}")
    yield store
    await store.close()


async def sit_down(store: Store) -> Session:
    """A session of the local profile at a practice of theirs, all confirmed so far."""
    user = await store.local_profile()
    async with store.write() as tx:
        model = await tx.models.ensure("taco-builtin", "1")
        practice = Challenge(model_id=model.id, title="p.py", statement="P", created_by_user_id=user.id)
        await tx.challenges.add(practice)
        session = Session(user_id=user.id, challenge_id=practice.id)
        await tx.sessions.start(session, owner=SessionOwner(host="h", pid=1))
    return session


async def save(store: Store, session: Session, text: str, at: datetime = NOON) -> int:
    """Save a solution; its stamp."""
    async with store.write() as tx:
        await tx.solutions.save(
            session_id=session.id, user_id=session.user_id, challenge_id=session.challenge_id, solution=text, at=at
        )
        saved = await tx.solutions.current(session.user_id, session.challenge_id)
        assert saved
        return saved.hlc


async def test_the_database_stamps_a_save_as_the_clock_says(store: Store) -> None:
    session = await sit_down(store)
    first = await save(store, session, "a")
    assert first == stamps.stamp(NOON)
    assert await save(store, session, "b") == stamps.stamp(NOON, first) == first + 1
    assert await save(store, session, "c", NOON - timedelta(hours=1)) == first + 2
    async with store.write() as tx:
        await tx.sync.state.set_clock_offset_ms(60_000)
    assert await save(store, session, "d") == stamps.stamp(NOON + timedelta(minutes=1))


async def test_confirming_what_was_sent_does_not_confirm_what_changed_since(store: Store) -> None:
    session = await sit_down(store)
    async with store.write() as tx:
        await tx.sync.outbox.confirm((await tx.sync.outbox.read(session.user_id, "student", 100)).versions.values())
        sent = await tx.sync.outbox.read(session.user_id, "student", 100)
        await tx.sync.outbox.confirm(sent.versions.values())
    await save(store, session, "a")
    async with store.write() as tx:
        sent = await tx.sync.outbox.read(session.user_id, "student", 100)
    await save(store, session, "b")
    async with store.write() as tx:
        await tx.sync.outbox.confirm(sent.versions.values())
        left = await tx.sync.outbox.read(session.user_id, "student", 100)
    assert [(name, len(rows)) for name, rows in left.rows] == [
        ("challenge_solutions", 1),
        ("challenge_solutions_history", 1),
    ]
    assert left.rows.tables["challenge_solutions"].column("solution") == ["b"]


async def test_a_batch_is_bounded_and_parents_come_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    session = await sit_down(store)
    for number in range(5):
        await save(store, session, f"{number} {'x' * 400}")
    async with store.write() as tx:
        models = await tx.sync.outbox.read(session.user_id, "student", 100)
        assert [name for name, _ in models.rows] == ["models"]  # the server may know them by other ids
        await tx.sync.outbox.confirm(models.versions.values())
        everything = await tx.sync.outbox.read(session.user_id, "student", 100)
        few = await tx.sync.outbox.read(session.user_id, "student", 3)
        monkeypatch.setattr(outbox, "BATCH_CHARACTERS", 2_000)
        short = await tx.sync.outbox.read(session.user_id, "student", 100)
    order = [TABLES.index(name) for name, _ in everything.rows]
    assert order == sorted(order) and len(everything.rows) == 8
    assert len(few.rows) == 3
    assert 0 < len(short.rows) < 8


async def test_nothing_of_others_is_offered(store: Store) -> None:
    await sit_down(store)
    async with store.write() as tx:
        pending = await tx.sync.outbox.read(new_id(), "student", 100)
    assert {name for name, _ in pending.rows} <= {"models"}


async def test_an_older_store_offers_all_it_holds_after_its_upgrade(tmp_path: Path, store: Store) -> None:
    session = await sit_down(store)
    await save(store, session, "a", NOON + timedelta(milliseconds=7))
    await store.close()
    older = tmp_path / "older.db"
    with migrate.migration_engine(older).begin() as connection:
        migrate.run_revisions(connection, "0006")
    tables = ("organizations", "users", "challenges", "sessions", "challenge_solutions", "challenge_solutions_history")
    with closing(sqlite3.connect(older)) as db, db:
        db.execute("ATTACH ? AS new", (str(tmp_path / "taco.db"),))
        for table in tables:
            names = ", ".join(name for _, name, *_ in db.execute(f"PRAGMA main.table_info({table})"))
            db.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM new.{table}")
    upgraded = await open_store(f"sqlite:///{older}")
    try:
        async with upgraded.write() as tx:
            saved = await tx.solutions.current(session.user_id, session.challenge_id)
            waiting, _ = await tx.sync.outbox.counts(session.user_id, "student")
    finally:
        await upgraded.close()
    assert saved and saved.hlc == stamps.stamp(NOON + timedelta(milliseconds=7))
    assert waiting == 5  # a model, a challenge, a session, a solution and its version
    assert attrs.asdict(saved)["solution"] == "a"

"""Sessions begin, end once, and end with the process that held them."""

import attrs
import pytest
from store_samples import NOON, OWNER, Seat, minute
from store_sql import plain

from storage import Conflict, NotFound, SessionOwner, Store, new_id


async def owners(store: Store) -> int:
    [(count,)] = await plain(store, "SELECT count(*) FROM session_owners")
    return int(count)


async def test_the_first_end_of_a_session_stays(store: Store, at_work: Seat) -> None:
    assert await owners(store) == 1
    async with store.write() as tx:
        ended = await tx.sessions.end(at_work.session.id, minute(5))
        again = await tx.sessions.end(at_work.session.id, minute(9))
    assert ended == again == attrs.evolve(at_work.session, ended_at=minute(5))
    assert await owners(store) == 0


async def test_ending_a_session_that_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        async with store.write() as tx:
            await tx.sessions.end(new_id(), NOON)


async def test_a_session_needs_a_user_and_a_challenge(store: Store, at_work: Seat) -> None:
    for change in ({"user_id": new_id()}, {"challenge_id": new_id()}, {"class_id": new_id()}):
        with pytest.raises(Conflict, match="sessions"):
            async with store.write() as tx:
                await tx.sessions.start(attrs.evolve(at_work.session, id=new_id(), **change), owner=OWNER)


async def test_sessions_of_a_user_are_read_oldest_first(store: Store, at_work: Seat) -> None:
    later = attrs.evolve(at_work.session, id=new_id(), created_at=minute(3))
    earlier = attrs.evolve(at_work.session, id=new_id(), created_at=minute(-3))
    async with store.write() as tx:
        await tx.sessions.start(later, owner=OWNER)
        await tx.sessions.start(earlier, owner=OWNER)
        assert await tx.sessions.for_user(at_work.user.id) == [earlier, at_work.session, later]
        assert await tx.sessions.for_user(new_id()) == []


async def test_a_session_of_a_dead_process_ends_at_its_last_event(store: Store, at_work: Seat) -> None:
    untouched = attrs.evolve(at_work.session, id=new_id(), created_at=minute(4))
    async with store.write() as tx:
        await tx.sessions.start(untouched, owner=OWNER)
        await tx.interactions.add(at_work.interaction(created_at=minute(1)))
        await tx.runs.add(at_work.run(created_at=minute(2)))
        await tx.solutions.save(**at_work.saving("x", minute(7)))
    async with store.write() as tx:
        swept = await tx.sessions.sweep(OWNER.host, lambda _pid: False)
        ended = {session.id: session.ended_at for session in await tx.sessions.for_user(at_work.user.id)}
    assert ended == {at_work.session.id: minute(7), untouched.id: minute(4)}
    assert {session.id: session.ended_at for session in swept} == ended
    assert await owners(store) == 0


async def test_sessions_of_living_processes_and_other_hosts_stay_open(store: Store, at_work: Seat) -> None:
    elsewhere = attrs.evolve(at_work.session, id=new_id())
    async with store.write() as tx:
        await tx.sessions.start(elsewhere, owner=SessionOwner(host="lab-2", pid=1))
        asked: list[int] = []
        assert await tx.sessions.sweep(OWNER.host, lambda pid: asked.append(pid) or True) == []
        assert asked == [OWNER.pid]
        assert await tx.sessions.sweep("lab-3", lambda _pid: False) == []
        assert (await tx.sessions.get(elsewhere.id)).ended_at is None
    assert await owners(store) == 2

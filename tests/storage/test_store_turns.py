"""Whoever reads before writing takes turns with others who do the same, on each engine and in any process."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from store_samples import Seat, minute
from store_sql import plain

from storage import Conflict, Store, open_store


@pytest.fixture
async def stores(store: Store, store_url: str) -> AsyncIterator[list[Store]]:
    """The same store as several processes have it open."""
    others = [await open_store(store_url) for _ in range(2)]
    yield [store, *others]
    for other in others:
        await other.close()


async def test_the_same_text_saved_at_once_is_one_version(stores: list[Store], at_work: Seat) -> None:
    async def save(store: Store) -> bool:
        async with store.write() as tx:
            saved = await tx.solutions.save(**at_work.saving("same"))
        return saved.revision is not None

    new = await asyncio.gather(*(save(store) for store in stores for _ in range(5)))
    assert new.count(True) == 1
    async with stores[0].read() as tx:
        assert len(await tx.solutions.history(at_work.user.id, at_work.challenge.id)) == 1


async def test_different_texts_saved_at_once_are_all_kept_and_the_last_is_current(
    stores: list[Store], at_work: Seat
) -> None:
    async def save(number: int) -> None:
        async with stores[number % 3].write() as tx:
            await tx.solutions.save(**at_work.saving(str(number), minute(number)))

    await asyncio.gather(*(save(number) for number in range(12)))
    async with stores[0].read() as tx:
        history = await tx.solutions.history(at_work.user.id, at_work.challenge.id)
        current = await tx.solutions.current(at_work.user.id, at_work.challenge.id)
    assert sorted(int(revision.solution) for revision in history) == list(range(12))
    assert current is not None
    assert current.solution in {revision.solution for revision in history}


async def test_a_model_that_answers_with_new_parameters_at_once_gets_one_row_for_each(stores: list[Store]) -> None:
    async def answer(number: int) -> tuple[int, object]:
        async with stores[number % 3].write() as tx:
            model = await tx.models.answered("m", "v", {"top_k": number % 4})
        return number % 4, model

    answered = await asyncio.gather(*(answer(number) for number in range(16)))
    for number, model in answered:
        assert model.parameters == {"top_k": number}  # type: ignore[attr-defined]
    assert len({model.id for _, model in answered}) == 4  # type: ignore[attr-defined]


async def test_the_local_profile_is_made_once_by_whoever_is_first(stores: list[Store]) -> None:
    profiles = await asyncio.gather(*(store.local_profile() for store in stores for _ in range(4)))
    assert len({profile.id for profile in profiles}) == 1
    assert await plain(stores[0], "SELECT count(*) FROM users") == [(1,)]


async def test_a_recording_paused_at_once_by_several_is_paused_once(stores: list[Store], at_work: Seat) -> None:
    async def pause(number: int) -> object:
        async with stores[number % 3].write() as tx:
            return (await tx.own_data.pause(at_work.user.id, minute(number))).id

    assert len(set(await asyncio.gather(*(pause(number) for number in range(9))))) == 1
    async with stores[0].read() as tx:
        assert len(await tx.own_data.pauses(at_work.user.id)) == 1


async def test_a_session_is_ended_once_by_whoever_is_first(stores: list[Store], at_work: Seat) -> None:
    async def end(number: int) -> object:
        async with stores[number % 3].write() as tx:
            return (await tx.sessions.end(at_work.session.id, minute(number))).ended_at

    ends = await asyncio.gather(*(end(number) for number in range(9)))
    assert len(set(ends)) == 1


async def test_two_answers_recorded_at_once_both_count_and_date_the_session_by_the_later(
    stores: list[Store], at_work: Seat
) -> None:
    async def record(number: int) -> None:
        async with stores[number % 3].write() as tx:
            await tx.interactions.add(at_work.interaction(created_at=minute(number)))

    await asyncio.gather(*(record(number) for number in range(12)))
    async with stores[0].read() as tx:
        asked = await tx.usage.asked_since(at_work.user.id, minute(-1))
        session = await tx.sessions.get(at_work.session.id)
    assert asked == [minute(number) for number in range(12)]
    assert session.last_message_at == minute(11)


async def test_the_same_row_added_twice_at_once_is_added_once(stores: list[Store], at_work: Seat) -> None:
    asked = at_work.interaction()

    async def record(store: Store) -> bool:
        try:
            async with store.write() as tx:
                await tx.interactions.add(asked)
        except Conflict:
            return False
        return True

    assert (await asyncio.gather(*(record(store) for store in stores))).count(True) == 1

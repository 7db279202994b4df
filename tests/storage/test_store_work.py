"""Questions, runs, saves, and the journey they make up."""

import attrs
import pytest
from store_samples import NOON, OWNER, Seat, beside, minute

from storage import Conflict, NotFound, Session, Store, new_id


async def test_an_interaction_comes_back_whole_and_dates_its_session(store: Store, at_work: Seat) -> None:
    asked = at_work.interaction(
        user_prompt="warum? \N{SNOWMAN}",
        code="x = 1\r\n\x0c\u2028",
        hint_level=2,
        prompt_tokens=10,
        completion_tokens=20,
        finish_reason="cancelled",
        guard={"verdict": "held", "spans": [[1, 2]]},
    )
    async with store.write() as tx:
        await tx.interactions.add(asked)
    async with store.read() as tx:
        assert await tx.interactions.get(asked.id) == asked
        assert (await tx.sessions.get(at_work.session.id)).last_message_at == asked.created_at


async def test_a_late_recorded_answer_does_not_turn_the_session_back(store: Store, at_work: Seat) -> None:
    async with store.write() as tx:
        await tx.interactions.add(at_work.interaction(created_at=minute(5)))
        await tx.interactions.add(at_work.interaction(created_at=minute(4)))
        assert (await tx.sessions.get(at_work.session.id)).last_message_at == minute(5)


async def test_interactions_of_a_challenge_are_the_users_own_oldest_first(store: Store, at_work: Seat) -> None:
    async with store.write() as tx:
        neighbour = await beside(tx, at_work)
        first, second, third = (at_work.interaction(created_at=minute(n)) for n in (1, 2, 3))
        for interaction in (third, first, second, neighbour.interaction()):
            await tx.interactions.add(interaction)
        mine = (at_work.user.id, at_work.challenge.id)
        assert await tx.interactions.for_challenge(*mine) == [first, second, third]
        assert await tx.interactions.for_challenge(*mine, latest=2) == [second, third]
        hint = at_work.interaction(created_at=minute(0), kind="hint", hint_level=1)
        await tx.interactions.add(hint)
        assert await tx.interactions.for_challenge(*mine, latest=1) == [hint, third]
        assert await tx.interactions.latest_in_session(at_work.session.id) == third
        assert await tx.interactions.latest_in_session(new_id()) is None


async def test_feedback_is_given_to_own_answers_only(store: Store, at_work: Seat) -> None:
    asked = at_work.interaction()
    async with store.write() as tx:
        neighbour = await beside(tx, at_work)
        await tx.interactions.add(asked)
        await tx.interactions.set_feedback(asked.id, at_work.user.id, {"helpful": True})
        for id_, user_id in ((asked.id, neighbour.user.id), (new_id(), at_work.user.id)):
            with pytest.raises(NotFound, match=str(id_)):
                await tx.interactions.set_feedback(id_, user_id, {"helpful": False})
        assert (await tx.interactions.get(asked.id)).feedback == {"helpful": True}


async def test_a_run_before_any_question_stands_alone(store: Store, at_work: Seat) -> None:
    run = at_work.run(exit_code=None, timed_out=True)
    async with store.write() as tx:
        assert await tx.runs.add(run) == run
        assert await tx.runs.for_session(at_work.session.id) == [run]


async def test_a_run_updates_the_latest_interaction_of_its_session(store: Store, at_work: Seat) -> None:
    older, newer = at_work.interaction(created_at=minute(1)), at_work.interaction(created_at=minute(2))
    async with store.write() as tx:
        neighbour = await beside(tx, at_work)
        await tx.interactions.add(newer)
        await tx.interactions.add(older)
        await tx.interactions.add(neighbour.interaction(created_at=minute(9)))
        recorded = await tx.runs.add(at_work.run(stdin="in", stdout="out"))
        assert recorded.interaction_id == newer.id
        assert await tx.interactions.get(newer.id) == attrs.evolve(newer, stdin="in", stdout="out")
        assert await tx.interactions.get(older.id) == older


async def test_the_latest_run_is_the_users_own(store: Store, at_work: Seat) -> None:
    first, last = at_work.run(created_at=minute(1)), at_work.run(created_at=minute(8))
    async with store.write() as tx:
        neighbour = await beside(tx, at_work)
        for run in (last, first, neighbour.run(created_at=minute(9))):
            await tx.runs.add(run)
        assert await tx.runs.latest(at_work.user.id, at_work.challenge.id) == last
        assert await tx.runs.latest(at_work.user.id, new_id()) is None
        assert await tx.runs.for_session(at_work.session.id) == [first, last]


async def test_nobody_writes_into_the_session_of_another(store: Store, at_work: Seat) -> None:
    async with store.write() as tx:
        neighbour = await beside(tx, at_work)
    intruder = {"user_id": neighbour.user.id}
    with pytest.raises(Conflict, match="llm_interactions"):
        async with store.write() as tx:
            await tx.interactions.add(at_work.interaction(**intruder))
    with pytest.raises(Conflict, match="runs"):
        async with store.write() as tx:
            await tx.runs.add(at_work.run(**intruder))
    with pytest.raises(Conflict, match="challenge_solutions_history"):
        async with store.write() as tx:
            await tx.solutions.save(**at_work.saving("x") | intruder)
    async with store.read() as tx:
        journey = await tx.journey.rows(user_id=neighbour.user.id)
    assert (journey.interactions, journey.runs, journey.revisions) == ([], [], [])


async def test_a_save_replaces_the_current_row_and_appends_to_the_history(store: Store, at_work: Seat) -> None:
    mine = (at_work.user.id, at_work.challenge.id)
    async with store.write() as tx:
        assert await tx.solutions.current(*mine) is None
        first = await tx.solutions.save(**at_work.saving("one", minute(1)))
        second = await tx.solutions.save(**at_work.saving("two", minute(2)))
    async with store.read() as tx:
        assert await tx.solutions.current(*mine) == second.solution
        assert await tx.solutions.history(*mine) == [first.revision, second.revision]
        assert first.revision is not None
        assert await tx.solutions.revision(first.revision.id) == first.revision
        with pytest.raises(NotFound):
            await tx.solutions.revision(new_id())
    later = {"solution": "two", "updated_at": minute(2), "hlc": second.solution.hlc}
    assert second.solution == attrs.evolve(first.solution, **later)


async def test_saving_the_same_again_adds_no_version_but_going_back_does(store: Store, at_work: Seat) -> None:
    async with store.write() as tx:
        await tx.solutions.save(**at_work.saving("one", minute(1)))
        same = await tx.solutions.save(**at_work.saving("one", minute(2)))
        await tx.solutions.save(**at_work.saving("two", minute(3)))
        back = await tx.solutions.save(**at_work.saving("one", minute(4)))
        history = await tx.solutions.history(at_work.user.id, at_work.challenge.id)
    assert same.revision is None
    assert (same.solution.created_at, same.solution.updated_at) == (minute(1), minute(2))
    assert back.revision is not None
    assert [revision.solution for revision in history] == ["one", "two", "one"]


async def test_a_clock_that_goes_back_loses_no_version(store: Store, at_work: Seat) -> None:
    async with store.write() as tx:
        for text, at in (("one", 9), ("two", 1), ("one", 2)):
            await tx.solutions.save(**at_work.saving(text, minute(at)))
        history = await tx.solutions.history(at_work.user.id, at_work.challenge.id)
        current = await tx.solutions.current(at_work.user.id, at_work.challenge.id)
    assert sorted(revision.solution for revision in history) == ["one", "one", "two"]
    assert current is not None
    assert current.solution == "one"


async def test_each_user_has_a_current_solution(store: Store, at_work: Seat) -> None:
    async with store.write() as tx:
        neighbour = await beside(tx, at_work)
        mine = await tx.solutions.save(**at_work.saving("same"))
        theirs = await tx.solutions.save(**neighbour.saving("same"))
        assert mine.revision is not None
        assert theirs.revision is not None
        assert await tx.solutions.current(at_work.user.id, at_work.challenge.id) == mine.solution


async def test_a_journey_is_the_users_rows_in_order_of_time(store: Store, at_work: Seat) -> None:
    again = Session(user_id=at_work.user.id, challenge_id=at_work.challenge.id, created_at=minute(30))
    practice = attrs.evolve(at_work.challenge, id=new_id(), class_id=None)
    elsewhere = Session(user_id=at_work.user.id, challenge_id=practice.id, created_at=minute(60))
    async with store.write() as tx:
        neighbour = await beside(tx, at_work)
        await tx.challenges.add(practice)
        await tx.sessions.start(again, owner=OWNER)
        await tx.sessions.start(elsewhere, owner=OWNER)
        late, early = at_work.interaction(created_at=minute(3)), at_work.interaction(created_at=minute(2))
        for interaction in (late, early, neighbour.interaction()):
            await tx.interactions.add(interaction)
        run = await tx.runs.add(at_work.run(session_id=again.id))
        saved = await tx.solutions.save(**at_work.saving("x", NOON))
    async with store.read() as tx:
        whole = await tx.journey.rows(user_id=at_work.user.id)
        of_challenge = await tx.journey.rows(user_id=at_work.user.id, challenge_id=at_work.challenge.id)
        of_session = await tx.journey.rows(user_id=at_work.user.id, session_id=again.id)
        of_another = await tx.journey.rows(user_id=at_work.user.id, session_id=neighbour.session.id)
    assert [session.id for session in whole.sessions] == [at_work.session.id, again.id, elsewhere.id]
    assert [interaction.id for interaction in whole.interactions] == [early.id, late.id]
    assert (whole.runs, whole.revisions) == ([run], [saved.revision])
    assert {challenge.id for challenge in whole.challenges} == {at_work.challenge.id, practice.id}
    assert [session.id for session in of_challenge.sessions] == [at_work.session.id, again.id]
    assert of_challenge.challenges == [at_work.challenge]
    assert (of_session.sessions, of_session.runs, of_session.interactions) == ([again], [run], [])
    assert of_another.sessions == []

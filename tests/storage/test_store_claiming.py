"""Signing in on a local store: whose rows are whose, and what was done before there was an account."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import attrs
import pytest
from store_samples import NOON, OWNER, Open, Seat, minute

from storage import (
    UNUSABLE_PASSWORD,
    Challenge,
    Class,
    Conflict,
    KnowledgeEntry,
    Organization,
    Session,
    Store,
    StoreUnavailable,
    User,
    new_id,
)
from storage.accounts import claim_local_profile, current_user, set_current_user, sign_out, signed_in_account

SCHOOL = Organization(name="School")


def account(name: str = "ada", **changes: object) -> User:
    return User(**{"organization_id": SCHOOL.id, "email": f"{name}@school.example", "password_hash": "x", **changes})


@pytest.fixture
def store_url(file_url: str) -> str:
    return file_url


async def practise(store: Store, *, user: User, challenge: Challenge | None = None, at: int = 0) -> Seat:
    """Open practice, ask, run, save twice and close it, as the person who works on the store."""
    async with store.write() as tx:
        organization = await tx.organizations.get(user.organization_id)
        model = await tx.models.ensure("taco-builtin", "1")
        if challenge is None:
            challenge = Challenge(model_id=model.id, title="Loop", statement="Loop", created_by_user_id=user.id)
            await tx.challenges.add(challenge)
        session = Session(user_id=user.id, challenge_id=challenge.id, created_at=NOON)
        await tx.sessions.start(session, owner=OWNER)
        seat = Seat(
            organization=organization, user=user, class_=Class(organization_id=organization.id, name="none"),
            model=model, challenge=challenge, session=session,
        )  # fmt: skip
        await tx.interactions.add(seat.interaction())
        await tx.runs.add(seat.run())
        for text in ("first", f"last of {user.id}"):
            at += 1
            await tx.solutions.save(**seat.saving(text, minute(at)))
        await tx.sessions.end(session.id, minute(9))
    return seat


async def everything(store: Store, user_id: UUID) -> dict[str, list[UUID]]:
    async with store.read() as tx:
        rows = await tx.journey.rows(user_id=user_id)
        solutions = [await tx.solutions.current(user_id, challenge.id) for challenge in rows.challenges]
    return {
        "sessions": [row.id for row in rows.sessions],
        "interactions": [row.id for row in rows.interactions],
        "runs": [row.id for row in rows.runs],
        "revisions": [row.id for row in rows.revisions],
        "solutions": [row.id for row in solutions if row],
    }


async def owners(store: Store, seat: Seat) -> set[UUID | None]:
    async with store.read() as tx:
        challenge = await tx.challenges.get(seat.challenge.id)
        rows = await tx.journey.rows(user_id=(await tx.sessions.get(seat.session.id)).user_id)
    found = [*rows.sessions, *rows.interactions, *rows.runs, *rows.revisions]
    return {challenge.created_by_user_id, *(row.user_id for row in found)}


async def test_work_done_without_an_account_goes_along_with_every_id(store: Store) -> None:
    profile = await store.local_profile()
    seat = await practise(store, user=profile)
    before = await everything(store, profile.id)
    ada = account()
    claimed = await claim_local_profile(store, ada, SCHOOL)
    assert (claimed.profile_id, claimed.sessions, claimed.interactions) == (profile.id, 1, 1)
    assert (claimed.runs, claimed.revisions) == (1, 2)
    assert await everything(store, ada.id) == before
    assert all(before.values())
    assert not any((await everything(store, profile.id)).values())
    assert await owners(store, seat) == {ada.id}


async def test_the_account_is_who_works_here_from_then_on(store: Store, store_url: str, opened: Open) -> None:
    await store.local_profile()
    ada = account()
    await claim_local_profile(store, ada, SCHOOL)
    again = await opened(store_url)
    known = attrs.evolve(ada, password_hash=UNUSABLE_PASSWORD)
    assert await current_user(again) == known == await signed_in_account(again)
    async with again.read() as tx:
        assert await tx.organizations.get(SCHOOL.id) == SCHOOL


async def test_the_password_hash_of_an_account_is_not_kept(store: Store, store_url: str) -> None:
    await claim_local_profile(store, account(password_hash="$argon2id$telltale"), SCHOOL)
    await store.close()
    files = Path(store_url.removeprefix("sqlite:///")).parent.glob("store.db*")
    assert not any(b"telltale" in file.read_bytes() for file in files)


async def test_signing_in_again_changes_nothing_but_what_the_server_says_anew(store: Store) -> None:
    await practise(store, user=await store.local_profile())
    ada = account()
    await claim_local_profile(store, ada, SCHOOL)
    before = await everything(store, ada.id)
    again = await claim_local_profile(store, attrs.evolve(ada, role="teacher"), attrs.evolve(SCHOOL, name="Lyceum"))
    assert again.profile_id is None
    assert await everything(store, ada.id) == before
    assert (await current_user(store)).role == "teacher"


async def test_a_second_account_on_the_machine_has_rows_of_its_own(store: Store) -> None:
    await practise(store, user=await store.local_profile())
    ada, bob = account("ada"), account("bob")
    await claim_local_profile(store, ada, SCHOOL)
    of_ada = await everything(store, ada.id)
    assert (await claim_local_profile(store, bob, SCHOOL)).profile_id is None
    await practise(store, user=await current_user(store))
    assert await everything(store, ada.id) == of_ada
    of_bob = await everything(store, bob.id)
    assert len(of_bob["sessions"]) == 1 and not set(of_bob["sessions"]) & set(of_ada["sessions"])
    await set_current_user(store, ada, SCHOOL)
    assert (await current_user(store)).id == ada.id


async def test_after_signing_out_the_next_person_begins_anew(store: Store) -> None:
    await practise(store, user=await store.local_profile())
    ada = account()
    await claim_local_profile(store, ada, SCHOOL)
    await sign_out(store)
    someone = await current_user(store)
    assert someone.id != ada.id and await signed_in_account(store) is None
    assert not any((await everything(store, someone.id)).values())
    assert len((await everything(store, ada.id))["sessions"]) == 1


async def test_the_same_account_claims_the_work_of_two_machines(store: Store, tmp_path: Path, opened: Open) -> None:
    ada = account()
    other = await opened(f"sqlite:///{tmp_path / 'other' / 'store.db'}")
    for machine in (store, other):
        await practise(machine, user=await machine.local_profile())
        assert (await claim_local_profile(machine, ada, SCHOOL)).sessions == 1
        assert (await current_user(machine)).id == ada.id


async def test_of_two_accounts_that_claim_at_once_one_gets_everything(store: Store) -> None:
    profile = await store.local_profile()
    await practise(store, user=profile)
    rivals = [account("ada"), account("bob")]
    answers = await asyncio.gather(
        *(claim_local_profile(store, user, SCHOOL, profile_id=profile.id) for user in rivals), return_exceptions=True
    )
    [refused] = [answer for answer in answers if isinstance(answer, BaseException)]
    assert isinstance(refused, Conflict) and "another account" in str(refused) and refused.hint
    found = [await everything(store, user.id) for user in rivals]
    assert sorted(len(rows["sessions"]) for rows in found) == [0, 1]


async def test_a_refused_claim_leaves_everything_as_it_was(store: Store) -> None:
    profile = await store.local_profile()
    await practise(store, user=profile)
    ada, bob = account("ada"), account("bob")
    await claim_local_profile(store, ada, SCHOOL)
    with pytest.raises(Conflict):
        await claim_local_profile(store, bob, SCHOOL, profile_id=profile.id)
    assert (await current_user(store)).id == ada.id


async def test_naming_the_profile_again_is_fine_for_its_account(store: Store) -> None:
    profile = await store.local_profile()
    await practise(store, user=profile)
    ada = account()
    await claim_local_profile(store, ada, SCHOOL, profile_id=profile.id)
    assert (await claim_local_profile(store, ada, SCHOOL, profile_id=profile.id)).sessions == 0


async def test_work_that_is_open_in_an_editor_is_not_taken_away_from_under_it(store: Store) -> None:
    profile = await store.local_profile()
    seat = await practise(store, user=profile)
    running = Session(user_id=profile.id, challenge_id=seat.challenge.id)
    async with store.write() as tx:
        await tx.sessions.start(running, owner=OWNER)
    with pytest.raises(Conflict, match="another editor"):
        await claim_local_profile(store, account(), SCHOOL)
    assert (await current_user(store)).id == profile.id


async def test_where_both_saved_a_solution_the_later_one_stays_current(store: Store) -> None:
    ada = account()
    await claim_local_profile(store, ada, SCHOOL)
    shared = (await practise(store, user=ada, at=10)).challenge
    await sign_out(store)
    profile = await current_user(store)
    earlier = await practise(store, user=profile, challenge=shared, at=0)
    await claim_local_profile(store, ada, SCHOOL)
    async with store.read() as tx:
        current = await tx.solutions.current(ada.id, shared.id)
        history = await tx.solutions.history(ada.id, shared.id)
    assert current is not None and current.solution == f"last of {ada.id}"
    assert {revision.solution for revision in history} >= {current.solution, f"last of {profile.id}"}
    assert earlier.session.id in (await everything(store, ada.id))["sessions"]


async def test_what_a_teacher_made_goes_into_the_school(store: Store) -> None:
    profile = await store.local_profile()
    home = profile.organization_id
    class_ = Class(organization_id=home, name="9b", created_by_user_id=profile.id)
    passage = KnowledgeEntry(organization_id=home, class_id=class_.id, text="x", created_by_user_id=profile.id)
    async with store.write() as tx:
        await tx.classes.add(class_)
        await tx.knowledge.add(passage)
    tess = account("tess", role="teacher")
    await claim_local_profile(store, tess, SCHOOL)
    async with store.read() as tx:
        moved = await tx.classes.get(class_.id)
        [found] = await tx.knowledge.get_many([passage.id])
    assert (moved.organization_id, moved.created_by_user_id) == (SCHOOL.id, tess.id)
    assert (found.organization_id, found.created_by_user_id) == (SCHOOL.id, tess.id)


@pytest.mark.parametrize("others_work_there", [False, True])
async def test_practice_of_nobody_becomes_the_accounts_unless_others_work_at_it(
    store: Store, others_work_there: bool
) -> None:
    profile = await store.local_profile()
    async with store.write() as tx:
        model = await tx.models.ensure("taco-builtin", "1")
        sample = Challenge(model_id=model.id, title="Sample", statement="x")
        await tx.challenges.add(sample)
    if others_work_there:
        bob = account("bob")
        await set_current_user(store, bob, SCHOOL)
        await practise(store, user=bob, challenge=sample)
        await sign_out(store)
    await practise(store, user=profile, challenge=sample)
    ada = account()
    await claim_local_profile(store, ada, SCHOOL)
    async with store.read() as tx:
        assert (await tx.challenges.get(sample.id)).created_by_user_id == (None if others_work_there else ada.id)


async def test_a_schools_database_has_no_profile_to_claim(postgres_url: str, opened: Open) -> None:
    store = await opened(postgres_url)
    with pytest.raises(StoreUnavailable, match="local store"):
        await claim_local_profile(store, account(), SCHOOL, profile_id=new_id())

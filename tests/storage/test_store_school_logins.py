"""A school's database as the store of people who log in: the same repositories, each with their own rights."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from urllib.parse import quote

import asyncpg
import attrs
import pytest
from store_samples import NOON, OWNER, Open, Seat
from store_school import PASSWORD, School, open_school, stranger

from storage import Challenge, NotFound, Session, StoreUnavailable, User
from storage.logins import login_name, saslprep, scram_verifier
from storage.values import ProtectedPassword
from tests.support.postgres import Server, connected


@pytest.fixture(scope="module")
def school(postgres: Server) -> Iterator[School]:
    yield from open_school(postgres)


async def test_a_login_works_as_its_own_account(school: School, opened: Open) -> None:
    for name in ("ada", "tess", "ann"):
        store = await opened(school.url(name))
        me = school.people[name].user
        found = await store.local_profile()
        assert (found.id, found.email, found.role) == (me.id, me.email, me.role)


async def test_an_email_address_in_the_url_stands_for_the_login(school: School, opened: Open) -> None:
    by_email = school.server.url(school.database, quote("Ada@School.example", safe=""), PASSWORD)
    store = await opened(by_email)
    assert (await store.local_profile()).id == school.people["ada"].user.id
    assert PASSWORD not in store.info.url


async def test_a_student_works_through_the_whole_flow(school: School, opened: Open) -> None:
    store = await opened(school.url("bob"))
    bob = await store.local_profile()
    async with store.read() as tx:
        [class_] = await tx.classes.list_for_user(bob.id)
        challenges = await tx.challenges.list_for_user(bob.id)
        organization = await tx.organizations.get(bob.organization_id)
        model = (await tx.models.list())[0]
    assert [challenge.possible_solutions for challenge in challenges] == [None] * 4
    challenge = await _challenge(challenges, school)
    session = Session(user_id=bob.id, class_id=class_.id, challenge_id=challenge.id, created_at=NOON)
    seat = Seat(organization=organization, user=bob, class_=class_, model=model, challenge=challenge, session=session)
    async with store.write() as tx:
        await tx.sessions.start(session, owner=OWNER)
        model = await tx.models.answered("llama", "3")
        asked = seat.interaction(model_id=model.id)
        await tx.interactions.add(asked)
        assert (await tx.runs.add(seat.run())).interaction_id == asked.id
        await tx.interactions.set_feedback(asked.id, bob.id, {"helpful": True})
        for text in ("one", "two"):
            await tx.solutions.save(**seat.saving(text))
        await tx.sessions.end(session.id, NOON)
    async with store.read() as tx:
        journey = await tx.journey.rows(user_id=bob.id, session_id=session.id)
    assert [row.stdout for row in journey.interactions] == ["1\n"]
    assert len(journey.revisions) == 2 and journey.sessions[0].ended_at == NOON
    assert [row.id for row in journey.challenges] == [challenge.id]


async def _challenge(challenges: list[Challenge], school: School) -> Challenge:
    return next(challenge for challenge in challenges if challenge.id == school.rows["challenges"])


async def test_a_student_keeps_practice_of_their_own(school: School, opened: Open) -> None:
    store = await opened(school.url("cyd"))
    cyd = await store.local_profile()
    async with store.write() as tx:
        model = await tx.models.ensure("taco-builtin", "1")
        materials = {"main": "a.py"}
        own = Challenge(
            model_id=model.id, title="Mine", statement="x", created_by_user_id=cyd.id, support_materials=materials
        )
        await tx.challenges.add(own)
        assert (await tx.challenges.get(own.id)).support_materials == materials
        changed = await tx.challenges.update(attrs.evolve(own, title="Still mine"))
        assert changed.title == "Still mine"
        await tx.challenges.delete(own.id)
        with pytest.raises(NotFound):
            await tx.challenges.get(own.id)
        with pytest.raises(NotFound):
            await tx.challenges.delete(school.rows["challenge B"])


async def test_a_teacher_reads_the_journeys_of_the_class_and_no_others(school: School, opened: Open) -> None:
    store = await opened(school.url("tess"))
    async with store.read() as tx:
        ada = await tx.journey.rows(user_id=school.people["ada"].user.id)
        cyd = await tx.journey.rows(user_id=school.people["cyd"].user.id)
    assert ada.sessions and ada.interactions and ada.revisions
    assert not (cyd.sessions or cyd.interactions or cyd.challenges)


async def test_a_login_without_an_account_is_told_so(school: School, opened: Open) -> None:
    store = await opened(school.server.url(school.database, stranger(school.database), PASSWORD))
    with pytest.raises(StoreUnavailable, match="no account") as caught:
        await store.local_profile()
    assert "admin" in caught.value.hint


async def test_an_admin_keeps_accounts(school: School, opened: Open) -> None:
    store = await opened(school.url("ann"))
    ann = await store.local_profile()
    new = User(organization_id=ann.organization_id, email="new@school.example")
    async with store.write() as tx:
        await tx.users.add(new)
        await tx.users.set_password(new.id, protected("first password"))
    login = login_name(new.email, school.database)
    async with connected(school.server.url(school.database, login, "first password")) as db:
        assert await db.fetchval("SELECT taco_user_id()") == new.id
    async with store.write() as tx:
        await tx.users.set_password(new.id, protected("second password"))
        await tx.users.set_role(new.id, "teacher")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(school.server.url(school.database, login, "first password"))
    async with connected(school.server.url(school.database, login, "second password")) as db:
        assert await db.fetchval("SELECT pg_has_role(current_user, 'taco_teacher', 'USAGE')")
        assert not await db.fetchval("SELECT pg_has_role(current_user, 'taco_student', 'USAGE')")
        assert await db.fetchval("SHOW search_path") == '"$user", public'
    async with store.write() as tx:
        await tx.users.remove(new.id)
        assert await tx.users.by_email(new.email) is None


def protected(password: str) -> ProtectedPassword:
    return ProtectedPassword(argon2id="$argon2id$x", scram=scram_verifier(password))


@pytest.mark.parametrize(
    "password",
    [
        "plain",
        " with space ",
        "grüße",
        "\N{FULLWIDTH LATIN SMALL LETTER W}ide",
        "soft\u00adhyphen",
        "\u2003em space",
        "пароль",
        "שלום",
        "a\u0627b",
        "\u0007x€",
    ],
)
async def test_a_password_in_any_script_logs_in(school: School, opened: Open, password: str) -> None:
    store = await opened(school.server.url(school.database))
    cyd = school.people["cyd"]
    async with store.write() as tx:
        await tx.users.set_password(cyd.user.id, protected(password))
    connection = await asyncpg.connect(school.server.url(school.database, cyd.login), password=password)
    await connection.close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(school.server.url(school.database, cyd.login), password=password + "x")


def test_passwords_that_look_the_same_are_the_same() -> None:
    assert saslprep("I\u00adX") == "IX"
    assert saslprep("\u2168") == "IX"
    assert saslprep("\u00a0é") == saslprep(" e\u0301")
    assert saslprep("a\u0007é") == "a\u0007é"


def test_a_verifier_is_what_the_standard_says() -> None:
    """The example of RFC 7677, section 3: a server that has the verifier can sign the exchange."""
    verifier = scram_verifier("pencil", salt=base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="))
    nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    exchange = f"n=user,r=rOprNGfwEbeRWgbNEkqO,r={nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r={nonce}"
    server_key = base64.b64decode(verifier.rpartition(":")[2])
    signature = hmac.digest(server_key, exchange.encode(), "sha256")
    assert base64.b64encode(signature) == b"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def test_a_verifier_shows_neither_the_password_nor_twice_the_same() -> None:
    first, second = scram_verifier("secret"), scram_verifier("secret")
    assert first != second and "secret" not in first
    assert "SCRAM" not in repr(protected("secret")) and "argon2" not in repr(protected("secret"))

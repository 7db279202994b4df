"""Two schools on one PostgreSQL database, with accounts that really log in, and rows of one student to try things on.

The rows tried on are Ada's: she is in class A of the first school, which Tess teaches.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import attrs
from store_samples import NOON, OWNER, Seat

from storage import (
    Challenge,
    Class,
    Enrollment,
    KnowledgeEntry,
    Note,
    Organization,
    Session,
    Store,
    Transaction,
    User,
    new_id,
    open_store,
)
from storage.logins import login_name, scram_verifier
from storage.records import Role
from storage.values import ProtectedPassword
from tests.support.postgres import Server, connected

PASSWORD = "correct horse"
SECRET = {"solutions": [{"files": {"sum.py": "return a + b"}}]}
MATERIALS = {
    "files": {"sum.py": ""},
    "hints": [{"rung": 1, "text": "Look at the sign."}],
    "teacher_notes": "Watch for a - b.",
    "check": {"cases": [{"stdin": "1 2", "stdout": "grading key"}]},
}


@attrs.frozen(kw_only=True)
class Person:
    """An account, its classes, and how its login acts."""

    user: User
    login: str
    group: str


@attrs.frozen(kw_only=True)
class School:
    """The database: its people by name, and Ada's rows by table."""

    server: Server
    database: str
    people: Mapping[str, Person]
    rows: Mapping[str, UUID]

    def url(self, name: str, password: str = PASSWORD) -> str:
        """The store URL of a person who logs in."""
        return self.server.url(self.database, self.people[name].login, password)

    @asynccontextmanager
    async def as_owner(self) -> AsyncIterator[Any]:
        """Connect as whoever owns the tables."""
        async with connected(self.server.url(self.database)) as db:
            yield db

    @asynccontextmanager
    async def as_(self, name: str) -> AsyncIterator[Any]:
        """Connect with somebody's own login and password."""
        async with connected(self.url(name)) as db:
            yield db


def open_school(server: Server) -> Iterator[School]:
    """A school for the tests of a module, which roll back what they try."""
    with asyncio.Runner() as runner:
        database = server.database()
        url = runner.run(database.__aenter__())
        try:
            yield runner.run(make_school(server, url))
        finally:
            runner.run(database.__aexit__(None, None, None))


async def make_school(server: Server, owner_url: str) -> School:
    """Fill an empty, migrated database."""
    store = await open_store(owner_url)
    try:
        people, rows = await _fill(store)
    finally:
        await store.close()
    database = owner_url.split("@/")[1].partition("?")[0]
    logins = {name: login_name(user.email, database) for name, user in people.items()}
    await server.execute(
        *(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}' IN ROLE {group}" for role, group in _extra(database).items())
    )
    return School(
        server=server,
        database=database,
        people={
            name: Person(user=user, login=logins[name], group=f"taco_{user.role}") for name, user in people.items()
        },
        rows=rows,
    )


def _extra(database: str) -> Mapping[str, str]:
    return {hub(database): "taco_service", stranger(database): "taco_student, taco_teacher, taco_admin"}


def hub(database: str) -> str:
    """The login of a service of this database."""
    return f"hub_{database}"


def stranger(database: str) -> str:
    """A login that is in every group and has no account in this database."""
    return f"stranger_{database}"


async def _fill(store: Store) -> tuple[dict[str, User], dict[str, UUID]]:
    async with store.write() as tx:
        school, other = Organization(name="School"), Organization(name="Other school")
        for organization in (school, other):
            await tx.organizations.add(organization)
        people = {
            **await _accounts(tx, school, student=("ada", "bob", "cyd"), teacher=("tess", "tom"), admin=("ann",)),
            **await _accounts(tx, other, student=("olga",), teacher=("tina",), admin=("oz",)),
        }
        a = await _class(tx, school, "A", people["tess"], people["ada"], people["bob"])
        b = await _class(tx, school, "B", people["tom"], people["cyd"])
        c = await _class(tx, other, "C", people["tina"], people["olga"])
        seats = {name: await _seat(tx, people[name], a) for name in ("ada", "bob")}
        challenge_b = (await _seat(tx, people["cyd"], b)).challenge
        await _seat(tx, people["olga"], c)
        nobodys = Challenge(model_id=seats["ada"].model.id, title="Nobody's", statement="x")
        await tx.challenges.add(nobodys)
        rows = await _work(tx, seats["ada"])
        await _work(tx, seats["bob"])
        idle = attrs.evolve(seats["ada"].session, id=new_id())
        await tx.sessions.start(idle, owner=OWNER)
        await tx.sessions.end(idle.id, NOON)
        passage = KnowledgeEntry(organization_id=school.id, text="House rules.", created_by_user_id=people["ann"].id)
        await tx.knowledge.add(passage)
        rows |= {
            "for everybody": passage.id,
            "organizations": school.id,
            "users": people["ada"].id,
            "classes": a.id,
            "user_classes": a.id,
            "models": seats["ada"].model.id,
            "idle": idle.id,
            "nobody's": nobodys.id,
            "bob's session": seats["bob"].session.id,
            "class B": b.id,
            "challenge B": challenge_b.id,
        }
    return people, rows


async def _accounts(tx: Transaction, organization: Organization, **by_role: tuple[str, ...]) -> dict[str, User]:
    people: dict[str, User] = {}
    for role, names in by_role.items():
        for name in names:
            await _account(tx, people, organization, name, role)  # type: ignore[arg-type]
    return people


async def _account(tx: Transaction, people: dict[str, User], organization: Organization, name: str, role: Role) -> None:
    user = User(organization_id=organization.id, email=f"{name}@school.example", role=role)
    await tx.users.add(user)
    verifier = scram_verifier(PASSWORD)
    await tx.users.set_password(user.id, ProtectedPassword(argon2id=f"$argon2id$of-{name}", scram=verifier))
    people[name] = user


async def _class(tx: Transaction, organization: Organization, name: str, teacher: User, *students: User) -> Class:
    class_ = Class(organization_id=organization.id, name=name)
    await tx.classes.add(class_)
    for user in (teacher, *students):
        await tx.classes.enrol(Enrollment(user_id=user.id, class_id=class_.id))
    return class_


async def _seat(tx: Transaction, user: User, class_: Class) -> Seat:
    model = await tx.models.ensure("taco-builtin", "1")
    challenge = Challenge(
        class_id=class_.id,
        model_id=model.id,
        title=f"Sum for {user.email}",
        statement="Add two numbers.",
        support_materials=MATERIALS,
        possible_solutions=SECRET,
    )
    await tx.challenges.add(challenge)
    session = Session(user_id=user.id, class_id=class_.id, challenge_id=challenge.id, created_at=NOON)
    await tx.sessions.start(session, owner=OWNER)
    organization = await tx.organizations.get(user.organization_id)
    return Seat(organization=organization, user=user, class_=class_, model=model, challenge=challenge, session=session)


async def _work(tx: Transaction, seat: Seat) -> dict[str, UUID]:
    asked, run = seat.interaction(), seat.run()
    await tx.interactions.add(asked)
    await tx.runs.add(run)
    saved = await tx.solutions.save(**seat.saving("return a - b"))
    assert saved.revision is not None
    passages = {
        "knowledge_base": KnowledgeEntry(
            organization_id=seat.organization.id, class_id=seat.class_.id, text="Signs matter."
        ),
        "for teachers": KnowledgeEntry(
            organization_id=seat.organization.id,
            class_id=seat.class_.id,
            text="The grading key.",
            metadata={"audience": "teachers"},
        ),
    }
    for passage in passages.values():
        await tx.knowledge.add(passage)
    practice = Challenge(
        model_id=seat.model.id, title="Own", statement="Practice", created_by_user_id=seat.user.id, id=new_id()
    )
    await tx.challenges.add(practice)
    note = Note(
        session_id=seat.session.id, user_id=seat.user.id, challenge_id=seat.challenge.id, author_user_id=seat.user.id,
        event_id=run.id, event_kind="run", text="Look at the sign.",
    )  # fmt: skip
    await tx.notes.add(note)
    return {
        "notes": note.id,
        "recording_pauses": (await tx.own_data.pause(seat.user.id, NOON)).id,
        "deletion_requests": (await tx.own_data.delete(seat.user.id, seat.challenge.id, NOON)).id,
        "challenges": seat.challenge.id,
        "practice": practice.id,
        "sessions": seat.session.id,
        "session_owners": seat.session.id,
        "llm_interactions": asked.id,
        "runs": run.id,
        "challenge_solutions": saved.solution.id,
        "challenge_solutions_history": saved.revision.id,
        **{name: passage.id for name, passage in passages.items()},
    }

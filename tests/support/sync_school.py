"""A school on a real PostgreSQL, and machines with real SQLite stores whose owners have accounts there."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs

from storage import (
    Challenge,
    Class,
    Enrollment,
    Interaction,
    KnowledgeEntry,
    Organization,
    Run,
    Session,
    SessionOwner,
    Store,
    User,
    open_store,
)
from storage.accounts import claim_local_profile
from storage.logins import login_name, scram_verifier
from storage.records import Role, now
from storage.sync.postgres_remote import PostgresRemote
from storage.values import ProtectedPassword
from taco_lsp.sync.remote import Remote
from taco_lsp.sync.rounds import Progress, sync_once
from taco_lsp.tutor import builtin
from tests.support.postgres import Server, connected

PASSWORD = "correct horse"
SECRET = "zyxsecretsolution"
TEACHERS_ONLY = "zyxteachersnote"
OWNER = SessionOwner(host="lab-1", pid=4711)
_VERIFIER = scram_verifier(PASSWORD)


class School:
    """The server's side, kept by whoever owns the database."""

    def __init__(self, server: Server, url: str) -> None:
        self.server = server
        self.owner_url = url
        self.database = url.split("@/")[1].partition("?")[0]
        self.organization = Organization(name="School")
        self.people: dict[str, User] = {}
        self.classes: dict[str, Class] = {}
        self.challenges: dict[str, Challenge] = {}
        self._model_id: UUID | None = None

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """Open the database as its owner."""
        store = await open_store(self.owner_url)
        try:
            yield store
        finally:
            await store.close()

    async def found(self, *, teachers: tuple[str, ...], students: tuple[str, ...], classes: tuple[str, ...]) -> None:
        """Make accounts, and classes of one challenge each that the first teacher teaches."""
        async with self.store() as store, store.write() as tx:
            await tx.organizations.add(self.organization)
            for role, names in {"teacher": teachers, "student": students}.items():
                for name in names:
                    await self._account(tx, name, role)  # type: ignore[arg-type]
            model = await tx.models.ensure(builtin.NAME, builtin.VERSION)
            self._model_id = model.id
            for name in classes:
                taught_by = self.people[teachers[0]]
                class_ = Class(organization_id=self.organization.id, name=name, created_by_user_id=taught_by.id)
                await tx.classes.add(class_)
                self.classes[name] = class_
                self.challenges[name] = self._challenge(class_, f"Task of {name}")
                await tx.challenges.add(self.challenges[name])
                for audience, text in {"students": "Loops repeat.", "teachers": TEACHERS_ONLY}.items():
                    entry = KnowledgeEntry(
                        organization_id=self.organization.id, class_id=class_.id, text=text,
                        metadata={"audience": audience},
                    )  # fmt: skip
                    await tx.knowledge.add(entry)

    def _challenge(self, class_: Class, title: str) -> Challenge:
        assert self._model_id is not None
        return Challenge(
            class_id=class_.id,
            model_id=self._model_id,
            title=title,
            statement="Add two numbers.",
            support_materials={
                "files": {"sum.py": ""},
                "teacher_notes": TEACHERS_ONLY,
            },
            possible_solutions={"solutions": [{"files": {"sum.py": SECRET}}]},
            created_by_user_id=class_.created_by_user_id,
        )

    async def _account(self, tx: Any, name: str, role: Role) -> None:
        user = User(organization_id=self.organization.id, email=f"{name}@school.example", role=role)
        await tx.users.add(user)
        await tx.users.set_password(user.id, ProtectedPassword(argon2id=f"$argon2id$of-{name}", scram=_VERIFIER))
        self.people[name] = user

    async def enrol(self, name: str, *classes: str) -> None:
        """Put a person into classes."""
        async with self.store() as store, store.write() as tx:
            for class_ in classes:
                await tx.classes.enrol(Enrollment(user_id=self.people[name].id, class_id=self.classes[class_].id))

    async def unenrol(self, name: str, class_: str) -> None:
        """Take a person out of a class."""
        await self.execute(
            "DELETE FROM user_classes WHERE user_id = $1 AND class_id = $2",
            self.people[name].id,
            self.classes[class_].id,
        )

    async def execute(self, statement: str, *values: Any) -> Any:
        """Run a statement as the owner of the database."""
        async with connected(self.owner_url) as db:
            return await db.fetch(statement, *values)

    async def ids(self, table: str) -> set[UUID]:
        """The ids of a table's rows."""
        return {row["id"] for row in await self.execute(f"SELECT id FROM {table}")}

    async def backends(self) -> list[int]:
        """The server's processes that work for accounts."""
        found = await self.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename LIKE 'taco\\_%'"
            " AND pid <> pg_backend_pid()"
        )
        return [row["pid"] for row in found]

    async def server_is_back(self) -> None:
        """Wait until a server that crashed takes connections again."""
        import asyncpg

        async with asyncio.timeout(60):
            while True:
                try:
                    await self.execute("SELECT 1")
                except (asyncpg.PostgresError, OSError):
                    await asyncio.sleep(0.05)
                else:
                    return

    def url(self, name: str, password: str = PASSWORD) -> str:
        """Where a person's machine syncs with."""
        login = login_name(self.people[name].email, self.database)
        return self.server.url(self.database, login, password)

    def remote(self, name: str) -> PostgresRemote:
        """The server, under a person's account."""
        return PostgresRemote(self.url(name))


@attrs.define(kw_only=True)
class Machine:
    """A person's machine: a store file, a clock that may be wrong, and what they do there."""

    school: School
    name: str
    store: Store
    path: Path
    clock_error: timedelta = timedelta(0)
    wrap: Callable[[Remote], Remote] = lambda remote: remote

    @property
    def user(self) -> User:
        """Who works here."""
        return self.school.people[self.name]

    def now(self) -> datetime:
        """What this machine takes for the time."""
        return now() + self.clock_error

    async def sync(self) -> Progress:
        """Run one round."""
        return await sync_once(
            self.store, self.wrap(self.school.remote(self.name)), self.user.id, clock=self.now
        )  # fmt: skip

    async def sit_down(self, challenge: Challenge) -> Session:
        """Begin a session."""
        session = Session(
            user_id=self.user.id, class_id=challenge.class_id, challenge_id=challenge.id, created_at=self.now()
        )
        async with self.store.write() as tx:
            await tx.sessions.start(session, owner=OWNER)
        return session

    async def ask(self, session: Session, question: str) -> Interaction:
        """Ask something and have it answered."""
        async with self.store.write() as tx:
            model = await tx.models.ensure(builtin.NAME, builtin.VERSION)
            asked = Interaction(
                session_id=session.id, user_id=self.user.id, challenge_id=session.challenge_id, user_prompt=question,
                model_response="Look at line 2.", model_id=model.id, kind="question", prompt_version="1",
                latency_ms=3, finish_reason="stop", created_at=self.now(),
            )  # fmt: skip
            await tx.interactions.add(asked)
        return asked

    async def run(self, session: Session, stdout: str = "3\n") -> Run:
        """Run the program."""
        ran = Run(
            session_id=session.id, user_id=self.user.id, challenge_id=session.challenge_id, code="print(3)",
            command="python sum.py", stdout=stdout, stderr="", exit_code=0, duration_ms=4, created_at=self.now(),
        )  # fmt: skip
        async with self.store.write() as tx:
            return await tx.runs.add(ran)

    async def save(self, session: Session, solution: str) -> None:
        """Save a solution."""
        async with self.store.write() as tx:
            await tx.solutions.save(
                session_id=session.id, user_id=self.user.id, challenge_id=session.challenge_id,
                solution=solution, at=self.now(),
            )  # fmt: skip

    async def leave(self, session: Session) -> None:
        """End a session."""
        async with self.store.write() as tx:
            await tx.sessions.end(session.id, self.now())

    async def solution(self, challenge: Challenge, of: str | None = None) -> str | None:
        """The current solution of a person, as this machine knows it."""
        async with self.store.read() as tx:
            found = await tx.solutions.current(self.school.people[of or self.name].id, challenge.id)
        return found.solution if found else None

    async def waiting(self) -> tuple[int, Mapping[str, int]]:
        """How many rows wait to be sent, and how many are refused by reason."""
        async with self.store.read() as tx:
            return await tx.sync.outbox.counts(self.user.id, self.user.role)

    async def crash(self) -> None:
        """Start over with nothing but what is in the files at this moment, as after `kill -9`."""
        path = self.path.with_name(f"{self.path.stem}-again.db")
        for end in ("", "-wal"):
            if Path(f"{self.path}{end}").exists():
                shutil.copy(f"{self.path}{end}", f"{path}{end}")
        await self.store.close()
        self.store, self.path = await open_store(f"sqlite:///{path}"), path

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the file itself."""
        with closing(sqlite3.connect(self.path)) as db, db:
            return db.execute(statement, values).fetchall()

    def ids(self, table: str) -> set[UUID]:
        """The ids of a table's rows."""
        return {UUID(id_) for (id_,) in self.sql(f"SELECT id FROM {table}")}

    def holds(self, text: str) -> bool:
        """Whether a text is anywhere in the store's files."""
        files = self.path.parent.glob(f"{self.path.name}*")
        return any(text.encode() in file.read_bytes() for file in files)


class Lab:
    """Machines of a school, closed together."""

    def __init__(self, school: School, folder: Path, template: Path) -> None:
        self.school = school
        self._folder = folder
        self._template = template
        self._machines: list[Machine] = []

    async def machine(self, name: str, *, signed_in: bool = True) -> Machine:
        """Set up a machine for a person."""
        path = self._folder / f"{name}-{len(self._machines)}.db"
        shutil.copy(self._template, path)
        store = await open_store(f"sqlite:///{path}")
        made = Machine(school=self.school, name=name, store=store, path=path)
        self._machines.append(made)
        if signed_in:
            await claim_local_profile(store, made.user, self.school.organization)
        return made

    async def close(self) -> None:
        """Close the stores."""
        for machine in self._machines:
            await machine.store.close()


def multiply(machine: Machine, asked: Interaction, count: int) -> None:
    """Make many answers of one in a machine's store."""
    listed = ", ".join(name for _, name, *_ in machine.sql("PRAGMA table_info(llm_interactions)") if name != "id")
    machine.sql(
        f"WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < {count}) "
        f"INSERT INTO llm_interactions (id, {listed}) SELECT printf('%016x', n) || lower(hex(randomblob(8))), {listed} "
        "FROM llm_interactions, more WHERE id = ?",
        asked.id.hex,
    )


async def copy_database(school: School, source: str, target: str) -> None:
    """Make a copy of a database, in place of what was there: a backup, and its restoration."""
    await school.server.execute(
        f"DROP DATABASE IF EXISTS {target} WITH (FORCE)",
        f"CREATE DATABASE {target} OWNER taco_owner TEMPLATE {source} STRATEGY file_copy",
    )


async def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def one_class(postgres: Server, folder: Path, template: Path) -> AsyncIterator[Lab]:
    """A school where Tess teaches Ada in 9a, and machines to work at."""
    async with postgres.database() as url:
        school = School(postgres, url)
        await school.found(teachers=("tess",), students=("ada",), classes=("9a",))
        await school.enrol("ada", "9a")
        lab = Lab(school, folder, template)
        yield lab
        await lab.close()

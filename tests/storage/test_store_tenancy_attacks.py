"""Ways around the policies that somebody with psql and their own login may try; each test is one of them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest
from store_school import MATERIALS, PASSWORD, School, hub, open_school

from storage.logins import scram_verifier
from tests.support.postgres import Server, connected

REFUSED = asyncpg.InsufficientPrivilegeError
SECRET = "return a + b"  # what Ada's challenge's solution says
GROUPS = ("taco_student", "taco_teacher", "taco_admin", "taco_service")
HASH = "$argon2id$new"


@pytest.fixture(scope="module")
def school(postgres: Server) -> Iterator[School]:
    yield from open_school(postgres)


@pytest.fixture
async def owner(school: School) -> AsyncIterator[Any]:
    """Whoever owns the tables, in a transaction that is undone."""
    async with school.as_owner() as db:
        yield db


async def attacker(school: School, name: str) -> AsyncIterator[Any]:
    async with school.as_(name) as db:
        transaction = db.transaction()
        await transaction.start()
        yield db
        await transaction.rollback()


@pytest.fixture
async def ada(school: School) -> AsyncIterator[Any]:
    """Ada, a student, with her own login; what she does is undone."""
    async for db in attacker(school, "ada"):
        yield db


@pytest.fixture
async def bob(school: School) -> AsyncIterator[Any]:
    """Bob, a student of the same class."""
    async for db in attacker(school, "bob"):
        yield db


@pytest.fixture
async def tom(school: School) -> AsyncIterator[Any]:
    """Tom, who teaches another class."""
    async for db in attacker(school, "tom"):
        yield db


# Somebody else's rows


async def ask(db: Any, *, session: Any, user: Any, challenge: Any, model: Any) -> None:
    await db.execute(
        "INSERT INTO llm_interactions (id, session_id, user_id, challenge_id, user_prompt, model_response, model_id,"
        " kind, prompt_version, latency_ms, finish_reason, created_at)"
        " VALUES (gen_random_uuid(), $1, $2, $3, 'q', 'a', $4, 'question', '1', 1, 'stop', now())",
        session,
        user,
        challenge,
        model,
    )


async def test_nobody_attaches_a_question_to_anothers_session(school: School, bob: Any) -> None:
    rows, people = school.rows, school.people
    about = {"challenge": rows["challenges"], "model": rows["models"]}
    for user in ("bob", "ada"):
        with pytest.raises((REFUSED, asyncpg.ForeignKeyViolationError)):
            async with bob.transaction():
                await ask(bob, session=rows["sessions"], user=people[user].user.id, **about)


async def test_nobody_asks_about_another_challenge_than_the_sessions(school: School, ada: Any) -> None:
    rows = school.rows
    for challenge in ("challenge B", "practice"):
        with pytest.raises(REFUSED):
            async with ada.transaction():
                await ask(
                    ada,
                    session=rows["sessions"],
                    user=school.people["ada"].user.id,
                    challenge=rows[challenge],
                    model=rows["models"],
                )


@pytest.mark.parametrize(
    ("challenge", "class_"),
    [("challenge B", "class B"), ("challenge B", None), ("challenges", None), ("challenges", "class B")],
)
async def test_nobody_sits_down_at_a_challenge_of_another_class(
    school: School, ada: Any, challenge: str, class_: str | None
) -> None:
    with pytest.raises(REFUSED):
        await ada.execute(
            "INSERT INTO sessions (id, user_id, class_id, challenge_id, created_at)"
            " VALUES (gen_random_uuid(), $1, $2, $3, now())",
            school.people["ada"].user.id,
            school.rows.get(class_ or ""),
            school.rows[challenge],
        )


async def test_a_run_cannot_follow_anothers_question(school: School, bob: Any) -> None:
    with pytest.raises(REFUSED):
        await bob.execute(
            "INSERT INTO runs (id, session_id, user_id, challenge_id, interaction_id, code, command, stdin, stdout,"
            " stderr, duration_ms, timed_out, created_at)"
            " SELECT gen_random_uuid(), id, user_id, challenge_id, $1, '', '', '', '', '', 1, false, now()"
            " FROM sessions",
            school.rows["llm_interactions"],
        )


async def test_guessing_ids_finds_nothing(school: School, bob: Any) -> None:
    tables = ("sessions", "llm_interactions", "runs", "challenge_solutions", "challenge_solutions_history")
    for table in tables:
        assert await bob.fetchval(f"SELECT count(*) FROM {table}") == 1
        assert await bob.fetch(f"SELECT * FROM {table} WHERE id = $1", school.rows[table]) == []


async def test_taking_over_an_id_says_no_more_than_that_it_is_taken(school: School, bob: Any) -> None:
    with pytest.raises((REFUSED, asyncpg.UniqueViolationError)) as caught:
        await bob.execute(
            "INSERT INTO sessions (id, user_id, class_id, challenge_id, created_at)"
            " SELECT $1, user_id, class_id, challenge_id, now() FROM sessions",
            school.rows["sessions"],
        )
    assert str(school.people["ada"].user.id) not in str(caught.value)


# Who am I


@pytest.mark.parametrize("scope", ["SET", "SET LOCAL"])
async def test_a_student_who_sets_the_user_id_stays_who_they_are(school: School, bob: Any, scope: str) -> None:
    await bob.execute(f"{scope} app.user_id = '{school.people['ada'].user.id}'")
    assert await bob.fetchval("SELECT taco_user_id()") == school.people["bob"].user.id
    assert await bob.fetchval("SELECT count(*) FROM sessions WHERE user_id = $1", school.people["ada"].user.id) == 0


@pytest.mark.parametrize("role", ["taco_teacher", "taco_admin", "taco_service", "taco_owner", "postgres"])
async def test_a_student_cannot_become_another_role(bob: Any, role: str) -> None:
    for setting in ("SET ROLE", "SET SESSION AUTHORIZATION"):
        with pytest.raises(REFUSED):
            async with bob.transaction():
                await bob.execute(f"{setting} {role}")


async def test_becoming_ones_group_changes_nothing(school: School, bob: Any) -> None:
    await bob.execute("SET ROLE taco_student")
    assert await bob.fetchval("SELECT taco_user_id()") == school.people["bob"].user.id
    assert await bob.fetchval("SELECT count(*) FROM sessions") == 1


async def test_row_security_cannot_be_switched_off(bob: Any) -> None:
    await bob.execute("SET row_security = off")
    with pytest.raises(REFUSED, match="row-level security"):
        await bob.fetch("SELECT * FROM sessions")


async def test_tables_of_ones_own_do_not_fool_the_functions(school: School, bob: Any) -> None:
    await bob.execute("CREATE TEMP TABLE user_classes AS SELECT taco_user_id() AS user_id, $1::uuid AS class_id", None)
    await bob.execute("INSERT INTO pg_temp.user_classes VALUES (taco_user_id(), $1)", school.rows["class B"])
    await bob.execute("SET search_path = pg_temp, public")
    assert await bob.fetchval("SELECT taco_class_ids()") == [school.rows["classes"]]


async def test_nobody_makes_anything_where_everybody_looks(bob: Any) -> None:
    for schema in ("public", "student_view"):
        with pytest.raises(REFUSED):
            async with bob.transaction():
                await bob.execute(f"CREATE TABLE {schema}.trap (id int)")


async def test_a_login_of_one_school_is_a_stranger_in_another_database(school: School) -> None:
    async with school.server.database() as other:
        name = other.split("@/")[1].partition("?")[0]
        async with connected(school.server.url(name, school.people["tess"].login, PASSWORD)) as db:
            assert await db.fetchval("SELECT taco_user_id()") is None
            for table in ("organizations", "classes", "models", "challenges", "sessions"):
                assert await db.fetchval(f"SELECT count(*) FROM {table}") == 0


# Reading around a policy


LEAK = """
CREATE FUNCTION pg_temp.leak(seen text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
$$ BEGIN RAISE NOTICE '%', seen; RETURN true; END $$
"""


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1 FROM llm_interactions WHERE pg_temp.leak(user_id::text)",
        "SELECT 1 FROM sessions WHERE pg_temp.leak(user_id::text)",
        "SELECT 1 FROM student_view.challenges WHERE pg_temp.leak(title || created_by_user_id::text || statement)",
    ],
)
async def test_a_function_in_where_sees_no_row_that_is_hidden(school: School, bob: Any, query: str) -> None:
    seen: list[str] = []
    bob.add_log_listener(lambda _connection, message: seen.append(message.message))
    await bob.execute(LEAK)
    await bob.fetch(query)
    others = (str(school.people["ada"].user.id), "olga@", "cyd@")
    assert not [text for text in seen if any(other in text for other in others)]


async def test_a_view_of_ones_own_shows_no_more(bob: Any) -> None:
    await bob.execute("CREATE TEMP VIEW everything AS SELECT * FROM sessions")
    assert await bob.fetchval("SELECT count(*) FROM everything") == 1


async def test_copy_takes_out_own_rows_only_and_brings_none_in(school: School, bob: Any) -> None:
    rows: list[bytes] = []

    async def keep(data: bytes) -> None:
        rows.append(data)

    await bob.copy_from_query("SELECT user_id FROM sessions", output=keep)
    assert b"".join(rows).decode().split() == [str(school.people["bob"].user.id)]
    with pytest.raises(asyncpg.FeatureNotSupportedError):
        async with bob.transaction():
            await bob.copy_records_to_table("sessions", records=[])
    for direction in ("TO", "FROM"):
        with pytest.raises(REFUSED):
            async with bob.transaction():
                await bob.execute(f"COPY sessions {direction} PROGRAM 'true'")


async def test_statistics_of_the_tables_are_not_readable(owner: Any, ada: Any) -> None:
    await owner.execute("ANALYZE llm_interactions, challenges, users")
    found = await ada.fetch(
        "SELECT attname FROM pg_stats WHERE tablename IN ('llm_interactions', 'challenges', 'users')"
    )
    assert found == []


# Solutions


@pytest.mark.parametrize(
    "query",
    [
        "SELECT possible_solutions::text FROM public.challenges",
        "SELECT support_materials::text FROM public.challenges",
        "SELECT c::text FROM public.challenges c",
        "SELECT to_jsonb(c)::text FROM public.challenges c",
        "SELECT title FROM public.challenges WHERE possible_solutions::text LIKE '%a%'",
        "SELECT title FROM public.challenges ORDER BY possible_solutions",
        "UPDATE public.challenges SET title = possible_solutions::text RETURNING title",
        "UPDATE public.challenges SET updated_at = now() WHERE possible_solutions IS NOT NULL",
        """INSERT INTO public.challenges (id, model_id, title, statement, created_by_user_id, created_at, updated_at)
        SELECT id, model_id, 'x', 'y', taco_user_id(), now(), now() FROM public.challenges
        ON CONFLICT (id) DO UPDATE SET statement = challenges.possible_solutions::text""",
        "COPY (SELECT possible_solutions FROM public.challenges) TO STDOUT",
    ],
)
async def test_a_student_cannot_read_solutions_off_the_table(ada: Any, query: str) -> None:
    with pytest.raises(REFUSED):
        await ada.execute(query)


async def test_a_student_sees_challenges_without_solutions_and_what_is_for_teachers(school: School, ada: Any) -> None:
    found = await ada.fetchrow("SELECT * FROM challenges WHERE id = $1", school.rows["challenges"])
    assert found["title"].startswith("Sum") and found["statement"] == "Add two numbers."
    assert found["possible_solutions"] is None
    assert json.loads(found["support_materials"]) == {
        "files": MATERIALS["files"],
        "hints": MATERIALS["hints"],
    }
    everything = await ada.fetch("SELECT c::text FROM challenges c")
    assert len(everything) == 4 and not any(SECRET in row[0] or "grading" in row[0] for row in everything)


async def test_who_teaches_the_class_reads_them(school: School) -> None:
    async with school.as_("tess") as tess:
        found = await tess.fetchrow("SELECT * FROM challenges WHERE id = $1", school.rows["challenges"])
    assert SECRET in found["possible_solutions"] and "grading key" in found["support_materials"]


async def test_a_passage_for_teachers_is_not_found_by_students(ada: Any) -> None:
    found = {row["text"] for row in await ada.fetch("SELECT text FROM knowledge_base")}
    assert found == {"Signs matter.", "House rules."}


# Accounts


@pytest.mark.parametrize("attack", [("bob", "ada"), ("tess", "ada"), ("oz", "ada"), ("ann", "olga")])
async def test_a_password_is_changed_by_its_owner_and_an_admin_of_the_school_only(
    school: School, attack: tuple[str, str]
) -> None:
    who, whose = attack
    async with school.as_(who) as db:
        with pytest.raises(REFUSED, match="no such account"):
            await db.fetchval(
                "SELECT taco_set_password($1, $2, $3)", school.people[whose].user.id, scram_verifier("mine now"), HASH
            )
    async with school.as_(whose) as db:
        assert await db.fetchval("SELECT 1") == 1


@pytest.mark.parametrize("given", ["plain text", "", "md5" + "0" * 32, "SCRAM-SHA-256$4096:a'; DROP TABLE users; --"])
async def test_a_password_in_plain_text_is_refused(school: School, ada: Any, given: str) -> None:
    with pytest.raises(asyncpg.InvalidParameterValueError):
        await ada.fetchval("SELECT taco_set_password($1, $2, $3)", school.people["ada"].user.id, given, HASH)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE users SET role = 'teacher'",
        "UPDATE users SET organization_id = gen_random_uuid()",
        "INSERT INTO user_classes VALUES (taco_user_id(), '{class B}', now())",
        "INSERT INTO login_roles VALUES (session_user, '{ada}')",
        "SELECT password_hash FROM users",
        "SELECT taco_set_group(session_user, 'admin')",
        "SELECT taco_login_name('tess@school.example')",
        "SELECT taco_find_account('tess@school.example')",
        "GRANT taco_admin TO CURRENT_USER",
        "ALTER ROLE CURRENT_USER CREATEROLE",
        "ALTER TABLE sessions DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own ON sessions",
        "CREATE POLICY mine ON sessions USING (true)",
    ],
)
async def test_a_student_cannot_raise_their_rights(school: School, bob: Any, statement: str) -> None:
    filled = statement.replace("{class B}", str(school.rows["class B"]))
    with pytest.raises(REFUSED):
        await bob.execute(filled.replace("{ada}", str(school.people["ada"].user.id)))


async def test_a_teacher_cannot_enter_a_class_of_somebody_else(school: School, tom: Any) -> None:
    with pytest.raises(REFUSED):
        await tom.execute(
            "INSERT INTO user_classes VALUES ($1, $2, now())", school.people["tom"].user.id, school.rows["classes"]
        )


async def test_a_teacher_cannot_enrol_somebody_of_another_school(school: School, tom: Any) -> None:
    with pytest.raises(REFUSED):
        await tom.execute(
            "INSERT INTO user_classes VALUES ($1, $2, now())", school.people["olga"].user.id, school.rows["class B"]
        )


async def test_a_teacher_cannot_move_a_challenge_into_a_class_of_somebody_else(school: School, tom: Any) -> None:
    with pytest.raises(REFUSED):
        await tom.execute(
            "UPDATE challenges SET class_id = $1 WHERE id = $2", school.rows["classes"], school.rows["challenge B"]
        )


async def test_an_admin_makes_accounts_for_no_other_school(school: School) -> None:
    async with school.as_("oz") as oz:
        with pytest.raises(REFUSED):
            await oz.execute("UPDATE users SET organization_id = $1", school.rows["organizations"])
        assert await oz.execute("UPDATE users SET role = 'admin' WHERE email LIKE 'ada%'") == "UPDATE 0"


async def test_a_demoted_teacher_loses_the_class_at_once(school: School, owner: Any) -> None:
    tess = school.people["tess"].user.id
    async with school.as_("tess") as db:
        assert await db.fetchval("SELECT count(*) FROM sessions") == 3
        await owner.execute("UPDATE users SET role = 'student' WHERE id = $1", tess)
        try:
            assert await db.fetchval("SELECT count(*) FROM sessions") == 0
        finally:
            await owner.execute("UPDATE users SET role = 'teacher' WHERE id = $1", tess)
        assert await db.fetchval("SELECT count(*) FROM sessions") == 3


async def test_a_removed_account_sees_nothing_and_cannot_log_in_again(school: School, owner: Any) -> None:
    async with school.as_("cyd") as cyd:
        assert await cyd.fetchval("SELECT count(*) FROM sessions") == 1
        await owner.execute("UPDATE users SET deleted_at = now() WHERE id = $1", school.people["cyd"].user.id)
        try:
            assert await cyd.fetchval("SELECT count(*) FROM sessions") == 0
            with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
                await asyncpg.connect(school.url("cyd"))
        finally:
            await owner.execute("UPDATE users SET deleted_at = NULL WHERE id = $1", school.people["cyd"].user.id)
            await owner.execute(
                "SELECT taco_set_password($1, $2, $3)", school.people["cyd"].user.id, scram_verifier(PASSWORD), HASH
            )


# The service


async def as_hub(school: School) -> AsyncIterator[Any]:
    async with connected(school.server.url(school.database, hub(school.database), PASSWORD)) as db:
        yield db


async def test_a_service_that_does_not_say_for_whom_sees_nothing(school: School) -> None:
    async for db in as_hub(school):
        with pytest.raises(REFUSED):
            await db.fetch("SELECT * FROM sessions")
        async with db.transaction():
            await db.execute("SET LOCAL ROLE taco_student")
            assert await db.fetch("SELECT * FROM sessions") == []


@pytest.mark.parametrize("group", ["taco_teacher", "taco_admin"])
async def test_a_service_that_takes_a_student_for_more_gets_no_more_than_the_student(
    school: School, group: str
) -> None:
    ada = school.people["ada"].user.id
    async for db in as_hub(school):
        async with db.transaction():
            await db.execute(f"SET LOCAL ROLE {group}")
            await db.execute(f"SET LOCAL app.user_id = '{ada}'")
            for table in ("sessions", "llm_interactions", "challenge_solutions"):
                assert {row[0] for row in await db.fetch(f"SELECT user_id FROM {table}")} <= {ada}
            assert await db.fetch("SELECT * FROM knowledge_base") == []


async def test_what_a_service_says_lasts_for_one_transaction(school: School) -> None:
    async for db in as_hub(school):
        async with db.transaction():
            await db.execute("SET LOCAL ROLE taco_student")
            await db.execute(f"SET LOCAL app.user_id = '{school.people['ada'].user.id}'")
            assert await db.fetchval("SELECT count(*) FROM sessions") == 2
        assert await db.fetchval("SELECT taco_user_id()") is None


# The schema as a whole, so that what is added later keeps to it


async def test_whatever_a_group_may_touch_has_row_level_security(owner: Any) -> None:
    open_tables = await owner.fetch(
        "SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
        " AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND EXISTS (SELECT FROM unnest($1::text[]) AS g"
        " WHERE has_table_privilege(g, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')"
        " OR has_any_column_privilege(g, c.oid, 'SELECT, INSERT, UPDATE'))",
        list(GROUPS),
    )
    assert [row["name"] for row in open_tables] == ["alembic_version"]


async def test_a_view_for_a_group_is_a_security_barrier_or_asks_as_its_reader(owner: Any) -> None:
    views = await owner.fetch(
        "SELECT c.oid::regclass::text AS name, c.reloptions FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('v', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
        " AND EXISTS (SELECT FROM unnest($1::text[]) AS g WHERE has_any_column_privilege(g, c.oid, 'SELECT'))",
        list(GROUPS),
    )
    assert "student_view.challenges" in {row["name"] for row in views}
    safe = {"security_barrier=true", "security_invoker=true"}
    assert [row["name"] for row in views if not safe & set(row["reloptions"] or ())] == []


async def test_no_function_with_the_owners_rights_is_everybodys_or_looks_where_it_is_told_to(owner: Any) -> None:
    found = await owner.fetch(
        "SELECT p.proname, p.proconfig, p.prorettype <> 'trigger'::regtype"
        " AND has_function_privilege('public', p.oid, 'EXECUTE') AS everybodys"
        " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname IN ('public', 'student_view') AND p.prosecdef"
    )
    assert len(found) >= 10
    assert [row["proname"] for row in found if row["everybodys"]] == []
    # Without pg_temp at the end, everybody's own temporary tables would come first.
    pinned = {row["proname"] for row in found if any(path.endswith("pg_temp") for path in row["proconfig"] or ())}
    assert pinned == {row["proname"] for row in found}

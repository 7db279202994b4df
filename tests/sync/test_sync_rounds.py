"""What one round brings from a machine to the school and to other machines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from storage import Challenge, Class, Interaction, KnowledgeEntry, Note, Session, new_id, now
from storage.accounts import claim_local_profile, set_current_user
from storage.sync import postgres_rows
from storage.sync.stamps import milliseconds
from storage.sync.values import TABLES
from taco_lsp.sync.rounds import Progress
from tests.support.postgres import SUPERUSER, connected
from tests.support.sync_school import OWNER, SECRET, TEACHERS_ONLY, Lab, Machine, School, copy_database

WORK = ("sessions", "llm_interactions", "runs", "challenge_solutions", "challenge_solutions_history")


async def test_a_students_work_reaches_the_school_and_their_other_machine(school: School, lab: Lab) -> None:
    laptop, desktop = await lab.machine("ada"), await lab.machine("ada")
    await laptop.sync()
    session = await laptop.sit_down(school.challenges["9a"])
    await laptop.ask(session, "why?")
    await laptop.run(session)
    await laptop.save(session, "return a + b")
    await laptop.leave(session)
    await laptop.sync()
    await desktop.sync()
    for table in WORK:
        assert await school.ids(table) == laptop.ids(table) == desktop.ids(table) != set(), table
    assert await laptop.waiting() == (0, {})
    assert await desktop.solution(school.challenges["9a"]) == "return a + b"


async def test_a_teacher_gets_the_work_and_a_student_never_the_solution(school: School, lab: Lab) -> None:
    student, teacher = await lab.machine("ada"), await lab.machine("tess")
    await student.sync()
    session = await student.sit_down(school.challenges["9a"])
    await student.ask(session, "why?")
    await student.sync()
    await teacher.sync()
    assert student.ids("llm_interactions") == teacher.ids("llm_interactions") != set()
    assert teacher.holds(SECRET) and teacher.holds(TEACHERS_ONLY)
    assert not student.holds(SECRET) and not student.holds(TEACHERS_ONLY)
    assert student.holds("Loops repeat.")


async def test_what_a_teacher_writes_and_takes_back_reaches_the_students(school: School, lab: Lab) -> None:
    teacher, student = await lab.machine("tess"), await lab.machine("bob")
    await teacher.sync()
    task = attrs.evolve(school.challenges["9b"], id=new_id(), title="Written at home")
    entry = KnowledgeEntry(organization_id=school.organization.id, class_id=school.classes["9b"].id, text="Signs.")
    async with teacher.store.write() as tx:
        await tx.challenges.add(task)
        await tx.knowledge.add(attrs.evolve(entry, created_by_user_id=teacher.user.id))
    await teacher.sync()
    await student.sync()
    assert student.sql("SELECT possible_solutions FROM challenges WHERE title = 'Written at home'") == [(None,)]
    assert entry.id in student.ids("knowledge_base")
    async with teacher.store.write() as tx:
        await tx.challenges.update(attrs.evolve(task, title="Corrected"))
        await tx.knowledge.remove([entry.id])
    await teacher.sync()
    await student.sync()
    assert student.sql("SELECT title FROM challenges WHERE id = ?", task.id.hex) == [("Corrected",)]
    assert entry.id not in student.ids("knowledge_base") | await school.ids("knowledge_base")


async def test_practice_of_ones_own_travels_and_nobody_else_gets_it(school: School, lab: Lab) -> None:
    laptop, desktop, other = [await lab.machine(name) for name in ("ada", "ada", "bob")]
    await laptop.sync()
    async with laptop.store.write() as tx:
        model = await tx.models.ensure("taco-builtin", "1")
        practice = Challenge(
            model_id=model.id, title="mine.py", statement="Practice", created_by_user_id=laptop.user.id
        )
        await tx.challenges.add(practice)
    await laptop.save(await laptop.sit_down(practice), "x = 1")
    for machine in (laptop, desktop, other):
        await machine.sync()
    assert await desktop.solution(practice) == "x = 1"
    assert practice.id not in other.ids("challenges")


@pytest.mark.parametrize("first", ["laptop", "desktop"])
async def test_the_later_save_wins_whoever_syncs_first(school: School, lab: Lab, first: str) -> None:
    task = school.challenges["9a"]
    laptop, desktop = await lab.machine("ada"), await lab.machine("ada")
    for machine, text in ((laptop, "early"), (desktop, "late")):
        await machine.sync()
        await machine.save(await machine.sit_down(task), text)
    order = [laptop, desktop] if first == "laptop" else [desktop, laptop]
    for machine in (*order, *order):
        await machine.sync()
    assert [await m.solution(task) for m in order] == ["late", "late"]
    assert laptop.sql("SELECT id, hlc FROM challenge_solutions") == desktop.sql(
        "SELECT id, hlc FROM challenge_solutions"
    )


@pytest.mark.parametrize("wrong", [timedelta(days=365), timedelta(hours=-1)])
async def test_a_wrong_clock_decides_nothing(school: School, lab: Lab, wrong: timedelta) -> None:
    task = school.challenges["9a"]
    right, skewed = await lab.machine("ada"), await lab.machine("ada")
    await right.sync()
    await skewed.sync()
    skewed.clock_error = wrong  # it goes wrong while the machine is offline
    await skewed.save(await skewed.sit_down(task), "earlier")
    await right.save(await right.sit_down(task), "later")
    for machine in (skewed, right, skewed):
        await machine.sync()
    assert [await machine.solution(task) for machine in (right, skewed)] == ["later", "later"]
    await skewed.save(await skewed.sit_down(task), "latest")
    for machine in (skewed, right):
        await machine.sync()
    assert [await machine.solution(task) for machine in (right, skewed)] == ["latest", "latest"]


@pytest.mark.parametrize("wrong", [timedelta(days=365), timedelta(hours=-1)])
async def test_a_clock_that_is_put_right_changes_nothing_about_what_was_saved(
    school: School, lab: Lab, wrong: timedelta
) -> None:
    task = school.challenges["9a"]
    right, skewed = await lab.machine("ada"), await lab.machine("ada")
    skewed.clock_error = wrong
    await right.sync()
    await skewed.sync()
    await right.save(await right.sit_down(task), "earlier")
    await skewed.save(await skewed.sit_down(task), "later")
    skewed.clock_error = timedelta(0)
    for machine in (skewed, right, skewed):
        await machine.sync()
    assert [await machine.solution(task) for machine in (right, skewed)] == ["later", "later"]


async def test_a_stamp_from_the_future_is_refused_and_made_again(school: School, lab: Lab) -> None:
    task = school.challenges["9a"]
    laptop = await lab.machine("ada")
    await laptop.sync()
    await laptop.save(await laptop.sit_down(task), "x = 1")
    laptop.sql("UPDATE challenge_solutions SET hlc = hlc + (400000 << 16)")
    await laptop.sync()
    (kept,) = await school.execute("SELECT hlc FROM challenge_solutions")
    assert abs(milliseconds(now()) - (kept["hlc"] >> 16)) < 60_000
    assert laptop.sql("SELECT hlc FROM challenge_solutions") == [(kept["hlc"],)]


async def test_who_leaves_a_class_keeps_only_their_own_work(school: School, lab: Lab) -> None:
    student, teacher = await lab.machine("ada"), await lab.machine("tess")
    await student.sync()
    await student.save(await student.sit_down(school.challenges["9a"]), "x = 1")
    await student.sync()
    unsent = await student.sit_down(school.challenges["9a"])
    await school.unenrol("ada", "9a")
    await student.sync()
    assert student.ids("classes") == {school.classes["9a"].id, school.classes["9b"].id}  # own work refers to it
    assert student.sql("SELECT support_materials FROM challenges WHERE title = 'Task of 9a'") == [(None,)]
    assert student.sql("SELECT count(*) FROM user_classes") == [(1,)]
    assert await student.solution(school.challenges["9a"]) == "x = 1"
    assert list((await student.waiting())[1].values()) == [1]
    await school.enrol("ada", "9a")
    await student.sync()
    assert await student.waiting() == (0, {})
    assert unsent.id in await school.ids("sessions")
    assert student.sql("SELECT support_materials IS NULL FROM challenges WHERE title = 'Task of 9a'") == [(0,)]
    await teacher.sync()
    assert unsent.id in teacher.ids("sessions")


async def test_a_teacher_who_leaves_a_class_keeps_nothing_of_its_students(school: School, lab: Lab) -> None:
    student, teacher = await lab.machine("bob"), await lab.machine("tom")
    await school.enrol("tom", "9b")
    await student.sync()
    await student.save(await student.sit_down(school.challenges["9b"]), "zyxwork")
    await student.sync()
    await teacher.sync()
    assert await teacher.solution(school.challenges["9b"], of="bob") == "zyxwork"
    async with teacher.store.write() as tx:
        task = await tx.challenges.get(school.challenges["9b"].id)
        await tx.challenges.update(attrs.evolve(task, title="Tom's title"))
        await tx.challenges.add(attrs.evolve(task, id=new_id(), title="Tom's task"))
    await teacher.sync()
    await school.unenrol("tom", "9b")
    await teacher.sync()
    for table in (*WORK, "classes", "challenges", "knowledge_base"):
        assert teacher.ids(table) == set(), table
    assert teacher.sql("SELECT email FROM users WHERE email LIKE '%school%'") == [("tom@school.example",)]
    await school.enrol("tom", "9b")
    await teacher.sync()
    assert teacher.sql("SELECT title FROM challenges ORDER BY title") == [("Tom's task",), ("Tom's title",)]
    assert await teacher.solution(school.challenges["9b"], of="bob") == "zyxwork"


async def test_one_bad_row_holds_up_no_other(school: School, lab: Lab) -> None:
    laptop = await lab.machine("ada")
    await laptop.sync()
    foreign = await laptop.sit_down(attrs.evolve(school.challenges["9a"], class_id=None))  # a lie about the class
    await laptop.ask(foreign, "why?")
    good = await laptop.sit_down(school.challenges["9a"])
    asked = [(await laptop.ask(good, f"question {number}")).id for number in range(9)]
    await laptop.sync()
    assert await school.ids("llm_interactions") == set(asked)
    assert await school.ids("sessions") == {good.id}
    waiting, kept = await laptop.waiting()
    assert (waiting, sum(kept.values())) == (0, 2)


async def test_a_model_is_one_row_however_many_machines_have_met_it(school: School, lab: Lab) -> None:
    laptop, desktop, teacher = [await lab.machine(name) for name in ("ada", "ada", "tess")]
    for machine in (laptop, desktop):
        await machine.sync()
        session = await machine.sit_down(school.challenges["9a"])
        async with machine.store.write() as tx:
            model = await tx.models.ensure("llama", "3", prices={"prompt": 1})
            asked = attrs.evolve(_interaction(machine, session), model_id=model.id)
            await tx.interactions.add(asked)
    for machine in (laptop, desktop, laptop, teacher):
        await machine.sync()
    theirs = {row["id"].hex for row in await school.execute("SELECT id FROM models WHERE name = 'llama'")}
    assert len(theirs) == 1
    for machine in (laptop, desktop, teacher):
        assert {id_ for (id_,) in machine.sql("SELECT DISTINCT model_id FROM llm_interactions")} == theirs
        assert len(machine.ids("llm_interactions")) == 2
    assert laptop.sql("SELECT prices FROM models WHERE name = 'llama'") == [('{"prompt": 1}',)]


async def test_models_that_work_differently_stay_apart(school: School, lab: Lab) -> None:
    laptop, desktop = await lab.machine("ada"), await lab.machine("bob")
    for machine, warmth in ((laptop, 0), (desktop, 1)):
        await machine.sync()
        session = await machine.sit_down(school.challenges["9b"])
        async with machine.store.write() as tx:
            model = await tx.models.ensure("llama", "3", parameters={"temperature": warmth})
            await tx.interactions.add(attrs.evolve(_interaction(machine, session), model_id=model.id))
        await machine.sync()
    found = await school.execute("SELECT version, parameters FROM models WHERE name = 'llama' ORDER BY version")
    assert [tuple(row) for row in found] == [("3", '{"temperature": 0}'), ("3#2", '{"temperature": 1}')]
    assert await desktop.waiting() == (0, {})


async def test_two_accounts_on_one_machine_do_not_mix(school: School, lab: Lab) -> None:
    machine = await lab.machine("ada")
    await machine.sync()
    await machine.save(await machine.sit_down(school.challenges["9b"]), "ada's")
    await set_current_user(machine.store, school.people["bob"], school.organization)
    second = attrs.evolve(machine, name="bob")
    await second.sync()
    await second.save(await second.sit_down(school.challenges["9b"]), "bob's")
    await second.sync()
    saved = await school.execute("SELECT user_id, solution FROM challenge_solutions")
    assert [tuple(row) for row in saved] == [(school.people["bob"].id, "bob's")]
    assert (await machine.waiting())[0] == 3
    await machine.sync()
    assert len(await school.ids("challenge_solutions")) == 2


async def test_work_done_without_an_account_goes_along_when_one_signs_in(school: School, lab: Lab) -> None:
    machine = await lab.machine("ada", signed_in=False)
    profile = await machine.store.local_profile()
    async with machine.store.write() as tx:
        model = await tx.models.ensure("taco-builtin", "1")
        practice = Challenge(model_id=model.id, title="p.py", statement="Practice", created_by_user_id=profile.id)
        await tx.challenges.add(practice)
        session = Session(user_id=profile.id, challenge_id=practice.id)
        await tx.sessions.start(session, owner=OWNER)
        await tx.solutions.save(
            session_id=session.id, user_id=profile.id, challenge_id=practice.id, solution="x", at=now()
        )
        await tx.sessions.end(session.id, now())
    await claim_local_profile(machine.store, machine.user, school.organization)
    await machine.sync()
    assert await school.ids("sessions") == {session.id}
    assert await school.execute("SELECT DISTINCT user_id FROM challenge_solutions_history") == [(machine.user.id,)]
    assert await machine.waiting() == (0, {})


async def test_nothing_is_sent_or_fetched_twice(school: School, lab: Lab) -> None:
    laptop = await lab.machine("ada")
    first = await laptop.sync()
    assert first.taken > 0
    session = await laptop.sit_down(school.challenges["9a"])
    await laptop.ask(session, "why?")
    second = await laptop.sync()
    assert (second.sent, second.taken) == (2, 0)
    assert await laptop.sync() == Progress()


async def test_a_teachers_machine_goes_on_where_it_was_after_a_crash(school: School, lab: Lab) -> None:
    teacher, student = await lab.machine("tess"), await lab.machine("ada")
    await student.sync()
    session = await student.sit_down(school.challenges["9a"])
    await student.ask(session, "why?")
    await student.sync()
    assert (await teacher.sync()).taken > 2
    await teacher.crash()
    assert await teacher.sync() == Progress()
    await student.ask(session, "and now?")
    await student.sync()
    await teacher.crash()
    assert await teacher.sync() == Progress(taken=8)  # the answer, its session, and what these refer to
    assert teacher.ids("llm_interactions") == student.ids("llm_interactions")


async def test_everything_is_sent_again_to_a_server_restored_from_an_old_backup(school: School, lab: Lab) -> None:
    laptop, desktop, teacher = [await lab.machine(name) for name in ("ada", "ada", "tess")]
    await laptop.sync()
    session = await laptop.sit_down(school.challenges["9a"])
    await laptop.save(session, "before")
    await laptop.sync()
    backup = f"{school.database}_backup"
    await copy_database(school, school.database, backup)
    await laptop.save(session, "after")
    await laptop.ask(session, "after the backup")
    for machine in (laptop, desktop, teacher):
        await machine.sync()
    await copy_database(school, backup, school.database)
    await school.server.execute(f"DROP DATABASE {backup}")
    assert await school.ids("llm_interactions") == set()
    for machine in (desktop, laptop, teacher):
        await machine.sync()
    for table in WORK:
        assert await school.ids(table) == laptop.ids(table) == desktop.ids(table) == teacher.ids(table), table
    (kept,) = await school.execute("SELECT solution FROM challenge_solutions")
    assert kept["solution"] == "after"


def _interaction(machine: Machine, session: Session) -> Interaction:
    return Interaction(
        session_id=session.id, user_id=machine.user.id, challenge_id=session.challenge_id, user_prompt="?",
        model_response="!", model_id=new_id(), kind="question", prompt_version="1", latency_ms=1,
        finish_reason="stop", created_at=machine.now(),
    )  # fmt: skip


async def test_a_note_reaches_the_student_and_a_pause_the_teacher(school: School, lab: Lab) -> None:
    student, teacher = await lab.machine("ada"), await lab.machine("tess")
    await student.sync()
    session = await student.sit_down(school.challenges["9a"])
    asked = await student.ask(session, "why?")
    async with student.store.write() as tx:
        await tx.own_data.pause(student.user.id, now())
    await student.sync()
    await teacher.sync()
    note = Note(
        session_id=session.id, user_id=student.user.id, challenge_id=session.challenge_id, event_id=asked.id,
        author_user_id=teacher.user.id, event_kind="answer", text="Well asked.",
    )  # fmt: skip
    async with teacher.store.write() as tx:
        await tx.notes.add(note)
    assert len(teacher.ids("recording_pauses")) == 1
    await teacher.sync()
    async with student.store.write() as tx:
        await tx.own_data.resume(student.user.id, now())
    await student.sync()
    await teacher.sync()
    assert student.ids("notes") == {note.id}
    assert not student.holds("tess@school.example")
    assert teacher.sql("SELECT resumed_at IS NULL FROM recording_pauses") == [(0,)]


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_request_to_delete_travels_and_the_school_decides(school: School, lab: Lab, allowed: bool) -> None:
    laptop, desktop, teacher = [await lab.machine(name) for name in ("ada", "ada", "tess")]
    await school.execute("UPDATE classes SET tutor_policy = $1", f'{{"allow_deletion": {str(allowed).lower()}}}')
    await laptop.sync()
    session = await laptop.sit_down(school.challenges["9a"])
    await laptop.ask(session, "zyxprivate")
    await laptop.save(session, "zyxprivate")
    for machine in (laptop, desktop, teacher):
        await machine.sync()
    unsent = await desktop.ask(session, "asked on the desktop meanwhile")
    async with laptop.store.write() as tx:
        await tx.own_data.delete(laptop.user.id, session.challenge_id, now())
    for machine in (laptop, teacher, desktop, laptop):
        await machine.sync()
    async with laptop.store.read() as tx:
        (request,) = await tx.own_data.deletions(laptop.user.id)
    assert request.decision == ("erased" if allowed else "kept")
    assert laptop.ids("sessions") == set()
    there = {session.id} if not allowed else set()
    assert await school.ids("sessions") == teacher.ids("sessions") == desktop.ids("sessions") == there
    assert unsent.id in await school.ids("llm_interactions") or allowed
    laptop.sql("DELETE FROM sync_cursors")
    await laptop.sync()
    assert laptop.ids("sessions") | laptop.ids("challenge_solutions") == set()
    assert (await laptop.waiting(), await desktop.waiting()) == ((0, {}), (0, {}))


async def test_a_server_put_back_to_an_older_state_in_place_is_noticed(school: School, lab: Lab) -> None:
    """As by a snapshot of its disk: the same system, the same database, the same start."""
    laptop, teacher = await lab.machine("ada"), await lab.machine("tess")
    for machine in (laptop, teacher):
        await machine.sync()
    session = await laptop.sit_down(school.challenges["9a"])
    snapshot = await school.execute("SELECT * FROM sync_counters"), await school.execute("SELECT * FROM sync_nodes")
    await laptop.ask(session, "lost there")
    for machine in (laptop, teacher):
        await machine.sync()
    async with connected(school.server.url(school.database, SUPERUSER)) as db:
        await db.execute("SET session_replication_role = replica")
        for table in ("llm_interactions", "sessions", "sync_counters", "sync_nodes"):
            await db.execute(f"DELETE FROM {table}")
        await db.execute("DELETE FROM sync_changes WHERE table_name IN ('llm_interactions', 'sessions')")
        for table, rows in zip(("sync_counters", "sync_nodes"), snapshot, strict=True):
            await db.copy_records_to_table(table, records=[tuple(row) for row in rows])
    for machine in (laptop, teacher):
        await machine.sync()
    assert await school.ids("llm_interactions") == laptop.ids("llm_interactions") == teacher.ids("llm_interactions")
    assert laptop.ids("llm_interactions") != set()


async def test_a_server_put_back_that_others_have_already_gone_on_with_is_noticed(school: School, lab: Lab) -> None:
    """Its counters are past those of a machine that has only ever read, so they tell it nothing."""
    laptop, teacher = await lab.machine("ada"), await lab.machine("tess")
    for machine in (laptop, teacher):
        await machine.sync()
    session = await laptop.sit_down(school.challenges["9a"])
    counters, nodes = [await school.execute(f"SELECT * FROM {table}") for table in ("sync_counters", "sync_nodes")]
    for number in range(3):
        await laptop.ask(session, f"question {number}")
    for machine in (laptop, teacher):
        await machine.sync()
    async with connected(school.server.url(school.database, SUPERUSER)) as db:
        await db.execute("SET session_replication_role = replica")
        for table in ("llm_interactions", "sessions", "sync_counters", "sync_nodes"):
            await db.execute(f"DELETE FROM {table}")
        await db.execute("DELETE FROM sync_changes WHERE table_name IN ('llm_interactions', 'sessions')")
        for table, rows in {"sync_counters": counters, "sync_nodes": nodes}.items():
            await db.copy_records_to_table(table, records=[tuple(row) for row in rows])
    async with school.store() as store, store.write() as tx:
        for number in range(8):  # the first of them get the numbers of what is lost
            passage = KnowledgeEntry(
                organization_id=school.organization.id, class_id=school.classes["9a"].id, text=f"Passage {number}."
            )
            await tx.knowledge.add(passage)
    await teacher.sync()
    assert teacher.ids("knowledge_base") == await school.ids("knowledge_base")


async def test_who_leaves_a_class_takes_nothing_from_others_on_the_same_machine(school: School, lab: Lab) -> None:
    ada = await lab.machine("ada")
    await ada.sync()
    await set_current_user(ada.store, school.people["bob"], school.organization)
    bob = attrs.evolve(ada, name="bob")
    await bob.sync()
    session = await bob.sit_down(school.challenges["9b"])
    await bob.save(session, "bob's")
    await school.unenrol("ada", "9b")
    await ada.sync()
    assert await bob.solution(school.challenges["9b"]) == "bob's"
    assert bob.sql("SELECT support_materials IS NULL FROM challenges WHERE title = 'Task of 9b'") == [(0,)]
    await bob.sync()
    assert await school.ids("sessions") == {session.id}


async def test_a_students_copy_of_a_task_does_not_replace_the_teachers_on_the_same_machine(
    school: School, lab: Lab
) -> None:
    tess = await lab.machine("tess")
    await tess.sync()
    await set_current_user(tess.store, school.people["ada"], school.organization)
    await attrs.evolve(tess, name="ada").sync()
    await set_current_user(tess.store, tess.user, school.organization)
    async with tess.store.write() as tx:
        task = await tx.challenges.get(school.challenges["9a"].id)
        assert task == school.challenges["9a"]
        await tx.challenges.update(attrs.evolve(task, title="Corrected"))
    await tess.sync()
    (there,) = await school.execute("SELECT * FROM challenges WHERE title = 'Corrected'")
    assert TEACHERS_ONLY in there["support_materials"]
    assert SECRET in there["possible_solutions"]
    student = await lab.machine("ada")
    await student.sync()
    await school.execute(
        "UPDATE challenges SET support_materials = $1, updated_at = now()", '{"files": {"new.py": ""}}'
    )
    await student.sync()
    found = student.sql("SELECT support_materials FROM challenges WHERE title = 'Corrected'")
    assert found == [('{"files": {"new.py": ""}}',)]


async def test_a_students_round_takes_nothing_out_of_what_a_teacher_has_on_the_same_machine(
    school: School, lab: Lab
) -> None:
    bob = await lab.machine("bob")
    await bob.sync()
    await bob.ask(await bob.sit_down(school.challenges["9b"]), "why?")
    await bob.sync()
    tess = await lab.machine("tess")
    await tess.sync()
    before = everything(tess)
    await set_current_user(tess.store, school.people["ada"], school.organization)
    await attrs.evolve(tess, name="ada").sync()
    after = everything(tess)
    lost = {table: rows - after[table] for table, rows in before.items()}
    assert not any(lost.values()), lost
    await school.execute("DELETE FROM knowledge_base")
    await attrs.evolve(tess, name="ada").sync()
    assert tess.sql("SELECT DISTINCT text FROM knowledge_base") == [(TEACHERS_ONLY,)]
    await set_current_user(tess.store, tess.user, school.organization)
    await tess.sync()
    assert not tess.ids("knowledge_base")


def everything(machine: Machine) -> dict[str, set[tuple[Any, ...]]]:
    """Every row of every table that syncs."""
    return {table: set(machine.sql(f"SELECT * FROM {table}")) for table in TABLES}


@pytest.mark.parametrize("way", ["staged", "arrays"])
async def test_a_change_that_is_not_sent_yet_survives_what_comes_in(
    school: School, lab: Lab, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(postgres_rows, "STAGED_FROM", 10**9 if way == "arrays" else 1)
    laptop, desktop = await lab.machine("ada"), await lab.machine("ada")
    await laptop.sync()
    session = await laptop.sit_down(school.challenges["9a"])
    asked = await laptop.ask(session, "why?")
    for machine in (laptop, desktop):
        await machine.sync()
    async with desktop.store.write() as tx:
        await tx.interactions.set_feedback(asked.id, desktop.user.id, {"helpful": True})
    await laptop.run(session, "7\n")
    for machine in (laptop, desktop, laptop):
        await machine.sync()
    expected = [('{"helpful": true}', "7\n")]
    for machine in (laptop, desktop):
        assert machine.sql("SELECT feedback, stdout FROM llm_interactions") == expected


async def test_what_a_student_changed_of_a_class_gives_way_to_the_school(school: School, lab: Lab) -> None:
    laptop, teacher = await lab.machine("ada"), await lab.machine("tess")
    for machine in (laptop, teacher):
        await machine.sync()
    challenge, class_ = school.challenges["9a"], school.classes["9a"]
    laptop.sql("UPDATE challenges SET title = 'Mine' WHERE id = ?", challenge.id.hex)
    laptop.sql("UPDATE classes SET name = 'Mine' WHERE id = ?", class_.id.hex)
    await laptop.sync()
    async with teacher.store.write() as tx:
        await tx.challenges.update(attrs.evolve(challenge, title="The school's"))
    await school.execute("UPDATE classes SET name = 'The school''s', updated_at = now() WHERE id = $1", class_.id)
    for machine in (teacher, laptop):
        await machine.sync()
    assert laptop.sql("SELECT title FROM challenges WHERE id = ?", challenge.id.hex) == [("The school's",)]
    assert laptop.sql("SELECT name FROM classes WHERE id = ?", class_.id.hex) == [("The school's",)]


async def test_a_class_that_a_teacher_made_offline_arrives_with_its_challenges(school: School, lab: Lab) -> None:
    teacher = await lab.machine("tess")
    await teacher.sync()
    made = Class(organization_id=school.organization.id, name="10x", created_by_user_id=teacher.user.id)
    async with teacher.store.write() as tx:
        await tx.classes.add(made)
        task = attrs.evolve(
            await tx.challenges.get(school.challenges["9a"].id), id=new_id(), class_id=made.id, title="New"
        )
        await tx.challenges.add(task)
    await teacher.sync()
    assert await teacher.waiting() == (0, {})
    assert made.id in await school.ids("classes") and task.id in await school.ids("challenges")
    async with teacher.store.write() as tx:
        await tx.challenges.update(attrs.evolve(task, title="Newer"))
    await teacher.sync()
    assert await teacher.waiting() == (0, {})
    (row,) = await school.execute("SELECT title FROM challenges WHERE id = $1", task.id)
    assert row["title"] == "Newer"

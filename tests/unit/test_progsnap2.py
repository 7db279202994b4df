"""The research export: valid against the specification, ordered, under pseudonyms, and never half there."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import stat
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import (
    Challenge,
    Class,
    Enrollment,
    Interaction,
    Note,
    Organization,
    Run,
    Session,
    SessionOwner,
    Store,
    User,
    open_store,
)
from storage.exporting import ExportFilter
from storage.records import TESTS
from taco_lsp.cli.main import run as taco
from taco_lsp.errors import CannotWrite, InvalidParams
from taco_lsp.export.progsnap2 import dataset, files
from taco_lsp.export.progsnap2.comments import without_comments
from taco_lsp.export.progsnap2.csv_text import line
from taco_lsp.export.progsnap2.events import failure
from taco_lsp.export.progsnap2.pseudonyms import find_key, without_names
from tests.support.progsnap import OUR_SPEC, problems, read_spec, rows

SPEC = Path(__file__).parents[3] / "shared" / "data" / "progsnap2" / "progsnap2-v1.0.yaml"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = b"a key of the tests only"
ALL = ExportFilter()
ODD = 'a "quoted", line\r\nand another;\tü 🐍\n'
TRACE = (
    'Traceback (most recent call last):\n  File "/home/ada/sum.py", line 3, in f\nIndexError: list index out of range\n'
)
SYNTAX = "  File \"sum.py\", line 2\n    def f(\n         ^\nSyntaxError: '(' was never closed\n"


@attrs.frozen(kw_only=True)
class School:
    """A store with two students in a class, one of them also at practice, and a teacher who tries things out."""

    store: Store
    class_: Class
    task: Challenge
    ada: User
    ben: User


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


@pytest.fixture
async def school(store_file: Path) -> AsyncIterator[School]:
    store = await open_store(f"sqlite:///{store_file}")
    organization = Organization(name="School")
    class_ = Class(organization_id=organization.id, name="9b")
    other = Class(organization_id=organization.id, name="10a")
    async with store.write() as tx:
        await tx.organizations.add(organization)
        people = []
        for name, role in (("ada", "student"), ("ben", "student"), ("tess", "teacher")):
            user = User(organization_id=organization.id, email=f"{name}@school.example", role=role)  # type: ignore[arg-type]
            await tx.users.add(user)
            people.append(user)
        ada, ben, tess = people
        for one in (class_, other):
            await tx.classes.add(one)
        for user in people:
            await tx.classes.enrol(Enrollment(user_id=user.id, class_id=class_.id))
        model = await tx.models.ensure("taco-builtin", "1")
        given_ = {"files": {"sum.py": "# start\n"}, "main": "sum.py"}
        task = Challenge(
            class_id=class_.id, model_id=model.id, title="Sum", statement="s", support_materials=given_,
            possible_solutions={"solutions": [{"files": {"sum.py": "SECRET-SOLUTION"}}]},
        )  # fmt: skip
        there = Challenge(class_id=other.id, model_id=model.id, title="Other", statement="s")
        own = Challenge(model_id=model.id, title="diary-of-ada.py", statement="p", created_by_user_id=ada.id)
        for challenge in (task, there, own):
            await tx.challenges.add(challenge)
        for user, challenge, start in (
            (ada, task, 0),
            (ada, own, 2.5),
            (ben, task, 1),
            (ben, there, 30),
            (tess, task, 0),
        ):
            await _work(tx, user, challenge, model.id, start)
        note_on = (await tx.journey.rows(user_id=ada.id, challenge_id=task.id)).runs[0]
        await tx.notes.add(
            Note(
                session_id=note_on.session_id,
                user_id=ada.id,
                challenge_id=task.id,
                author_user_id=tess.id,
                event_id=note_on.id,
                event_kind="run",
                text="Look at line 3.",
                created_at=at(500),
            )
        )
    yield School(store=store, class_=class_, task=task, ada=ada, ben=ben)
    await store.close()


async def _work(tx: Any, user: User, challenge: Challenge, model_id: Any, start: float) -> None:
    session = Session(
        user_id=user.id,
        class_id=challenge.class_id,
        challenge_id=challenge.id,
        created_at=at(start),
        ended_at=at(start + 9),
    )
    await tx.sessions.start(session, owner=SessionOwner(host="h", pid=1))
    place = {"session_id": session.id, "user_id": user.id, "challenge_id": challenge.id}
    code = f"# by {user.email}\nprint('{ODD.strip()}')\n"
    asked = {"model_id": model_id, "prompt_version": "7", "latency_ms": 1500, "finish_reason": "stop", "code": code}
    await tx.interactions.add(
        Interaction(
            **place,
            **asked,
            kind="hint",
            hint_level=2,
            user_prompt="",
            model_response=f"Look. {ODD}",
            created_at=at(start + 1),
            guard={"blocked": True, "rule": "program"},
        )
    )
    await tx.interactions.add(
        Interaction(
            **place,
            **asked,
            kind="question",
            user_prompt=f"I am {user.email}, why?",
            model_response="Because.",
            created_at=at(start + 2),
            feedback={"helpful": False, "comment": "no"},
        )
    )
    ran = {"command": "python3 sum.py", "code": code, "duration_ms": 40}
    for minute, stderr, code_, late in (
        (3, TRACE, 1, False),
        (4, SYNTAX, 1, False),
        (5, "", None, True),
        (6, "", 0, False),
    ):
        await tx.runs.add(
            Run(
                **place,
                **ran,
                stdin="3\n",
                stdout=ODD,
                stderr=stderr,
                exit_code=code_,
                timed_out=late,
                created_at=at(start + minute),
            )
        )
    await tx.solutions.save(**place, solution=code, at=at(start + 7))
    await tx.solutions.save(**place, solution="x = 1\n", at=at(start + 8))


async def exported(school: School, folder: Path, **changes: Any) -> dataset.Exported:
    return await dataset.export(school.store, folder, **{"key": KEY, "chosen": ALL, **changes})


def main(folder: Path) -> list[dict[str, str]]:
    return rows(folder / "MainTable.csv")


# --- valid -----------------------------------------------------------------------------------------------------------


async def test_the_data_set_is_valid(school: School, tmp_path: Path) -> None:
    made = await exported(school, tmp_path / "set")
    assert problems(tmp_path / "set") == []
    assert (made.subjects, made.events, made.problems) == (2, len(main(tmp_path / "set")), 3)
    assert made.code_states == len(rows(tmp_path / "set" / "CodeStates" / "CodeStates.csv"))


async def test_the_data_set_is_valid_by_the_machine_readable_specification(school: School, tmp_path: Path) -> None:
    if not SPEC.exists():
        pytest.skip("the machine-readable specification of ProgSnap2 is not here")
    spec = read_spec(SPEC)
    assert {"EventType", "EventID", "CodeStateID", "SubjectID", "ToolInstances"} == {
        name for name, requirement in spec.columns.items() if requirement == "Required"
    }
    assert spec.events["Compile"] == ("CodeStateSection", "CompileResult")
    await exported(school, tmp_path / "set")
    assert problems(tmp_path / "set", spec) == []


async def test_every_thing_that_happened_is_an_event(school: School, tmp_path: Path) -> None:
    await exported(school, tmp_path / "set")
    assert Counter(row["EventType"] for row in main(tmp_path / "set")) == {
        "Session.Start": 4, "Session.End": 4, "X-Tutor.Question": 4, "Intervention": 9, "Run.Program": 16, "Compile": 4,
        "Compile.Error": 4, "File.Save": 8,
    }  # fmt: skip


async def test_a_run_tells_how_it_ended_and_a_program_that_cannot_be_read_is_a_compile_error(
    school: School, tmp_path: Path
) -> None:
    await exported(school, tmp_path / "set", chosen=ExportFilter(challenge_id=school.task.id))
    of_ada = [row for row in main(tmp_path / "set") if row["SubjectID"] == main(tmp_path / "set")[0]["SubjectID"]]
    runs = [row for row in of_ada if row["EventType"] == "Run.Program"]
    assert [row["ExecutionResult"] for row in runs] == ["Error", "Error", "Timeout", "Success"]
    [error] = [row for row in of_ada if row["EventType"] == "Compile.Error"]
    [compiled] = [row for row in of_ada if row["EventType"] == "Compile"]
    assert (error["CompileMessageType"], error["SourceLocation"]) == ("SyntaxError", "Text:2")
    assert (error["ParentEventID"], compiled["CompileResult"]) == (compiled["EventID"], "Error")
    linked = {row["ExecutionID"]: row for row in rows(tmp_path / "set" / "LinkTables" / "LinkRun.csv")}
    first = linked[runs[0]["ExecutionID"]]
    assert (first["ErrorType"], first["ExitCode"], first["ProgramInput"]) == ("IndexError", "1", "3\n")
    assert (first["ProgramOutput"], linked[runs[2]["ExecutionID"]]["ExitCode"]) == (ODD, "")


@pytest.mark.parametrize(
    ("ended", "result", "score"),
    [
        ({"exit_code": 0}, "Success", "1.0"),
        ({"exit_code": 1, "stderr": "Test failed: test_a\nAssertionError: 1 != 2\n"}, "TestFailed", "0.0"),
        ({"exit_code": 1, "stderr": "Test failed: case 1 of 2 printed '1' instead of '2'\n"}, "TestFailed", "0.0"),
        ({"exit_code": 1, "stderr": TRACE}, "Error", "0.0"),
        ({"timed_out": True}, "Timeout", "0.0"),
    ],
)
async def test_a_run_of_the_tests_is_a_test(
    school: School, tmp_path: Path, ended: dict[str, Any], result: str, score: str
) -> None:
    async with school.store.write() as tx:
        session = (await tx.sessions.for_user(school.ben.id))[0]
        place = {"session_id": session.id, "user_id": school.ben.id, "challenge_id": school.task.id}
        told = {"code": "x = 1\n", "stdout": "", "stderr": "", "duration_ms": 5, "created_at": at(20), **ended}
        await tx.runs.add(Run(**place, command=f"{TESTS}python3 -m unittest", **told))
    await exported(school, tmp_path / "set")
    assert problems(tmp_path / "set", read_spec(SPEC) if SPEC.exists() else OUR_SPEC) == []
    [test] = [row for row in main(tmp_path / "set") if row["EventType"] == "Run.Test"]
    assert (test["ExecutionResult"], test["Score"], test["TestID"]) == (result, score, test["ProblemID"])
    states = {row["CodeStateID"]: row["Code"] for row in rows(tmp_path / "set" / "CodeStates" / "CodeStates.csv")}
    assert states[test["CodeStateID"]] == "x = 1\n"


async def test_an_answer_is_an_intervention_with_rung_and_model(school: School, tmp_path: Path) -> None:
    await exported(school, tmp_path / "set")
    answers = [row for row in main(tmp_path / "set") if row["EventType"] == "Intervention"]
    assert Counter(
        (row["InterventionCategory"], row["InterventionType"], row["EventInitiator"]) for row in answers
    ) == {
        ("Hint", "hint; rung=2; model=taco-builtin 1", "UserDirectAction"): 4,
        ("Feedback", "question; model=taco-builtin 1", "UserDirectAction"): 4,
        ("Feedback", "note; on=run", "InstructorDirectAction"): 1,
    }
    assert answers[0]["InterventionMessage"] == f"Look. {ODD}"
    linked = {row["EventID"]: row for row in rows(tmp_path / "set" / "LinkTables" / "LinkIntervention.csv")}
    hint = linked[answers[0]["EventID"]]
    assert (hint["HintLevel"], hint["PromptVersion"], hint["HeldBack"], hint["GuardRule"]) == (
        "2",
        "7",
        "true",
        "program",
    )
    question = next(row for row in main(tmp_path / "set") if row["EventType"] == "X-Tutor.Question")
    answer = next(row for row in answers if row["ParentEventID"] == question["EventID"])
    assert linked[answer["EventID"]]["Helpful"] == "false"
    asked, got = (datetime.fromisoformat(row["ClientTimestamp"]) for row in (question, answer))
    assert got - asked == timedelta(seconds=1.5)
    [note] = rows(tmp_path / "set" / "LinkTables" / "LinkNote.csv")
    assert note["PinnedEventID"] in {row["EventID"] for row in main(tmp_path / "set")}


async def test_the_code_at_every_moment_is_there_once(school: School, tmp_path: Path) -> None:
    await exported(school, tmp_path / "set")
    states = {row["CodeStateID"]: row["Code"] for row in rows(tmp_path / "set" / "CodeStates" / "CodeStates.csv")}
    assert sorted(states.values()).count("x = 1\n") == 2
    of_task = [row for row in main(tmp_path / "set") if row["ProblemID"] == main(tmp_path / "set")[0]["ProblemID"]]
    assert states[of_task[0]["CodeStateID"]] == "# start\n"
    saves = [states[row["CodeStateID"]] for row in of_task if row["EventType"] == "File.Save"]
    assert saves[1] == "x = 1\n"
    ended = next(row for row in of_task if row["EventType"] == "Session.End")
    assert states[ended["CodeStateID"]] == "x = 1\n"


# --- order and portions ----------------------------------------------------------------------------------------------


async def test_events_of_a_student_are_in_order_across_challenges(school: School, tmp_path: Path) -> None:
    await exported(school, tmp_path / "set")
    for subject in {row["SubjectID"] for row in main(tmp_path / "set")}:
        of_one = [row for row in main(tmp_path / "set") if row["SubjectID"] == subject]
        assert [row["ClientTimestamp"] for row in of_one] == sorted(row["ClientTimestamp"] for row in of_one)
        assert len({row["ProblemID"] for row in of_one}) == 2
    assert [int(row["Order"]) for row in main(tmp_path / "set")] == list(range(1, len(main(tmp_path / "set")) + 1))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 20])
async def test_small_portions_give_the_same_data_set(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    await exported(school, tmp_path / "whole")
    monkeypatch.setattr(dataset, "PORTION", size)
    await exported(school, tmp_path / "parts")
    assert problems(tmp_path / "parts") == []
    whole, parts = (_by_id(tmp_path / name) for name in ("whole", "parts"))
    assert whole == parts


def _by_id(folder: Path) -> dict[str, dict[str, str]]:
    return {row["EventID"]: {**row, "Order": ""} for row in main(folder)}


async def test_a_portion_is_bounded_however_much_one_student_did(school: School) -> None:
    async with school.store.read() as tx:
        sizes = [
            max(len(part) for part in (rows_.sessions, rows_.answers, rows_.runs, rows_.saves, rows_.notes))
            async for rows_ in tx.export.portions(ALL, 2)
        ]
    assert len(sizes) > 4
    assert max(sizes) <= 2


# --- filters ---------------------------------------------------------------------------------------------------------


async def test_filters_leave_out_other_classes_challenges_and_times(school: School, tmp_path: Path) -> None:
    whole = await exported(school, tmp_path / "whole")
    of_class = await exported(school, tmp_path / "class", chosen=ExportFilter(class_id=school.class_.id))
    of_task = await exported(school, tmp_path / "task", chosen=ExportFilter(challenge_id=school.task.id))
    late = await exported(school, tmp_path / "late", chosen=ExportFilter(since=at(30)))
    assert whole.problems == 3
    assert (
        (of_class.problems, of_class.subjects, of_class.events) == (of_task.problems, 2, of_task.events) == (1, 2, 27)
    )
    assert (late.subjects, late.problems) == (2, 2)
    assert min(row["ClientTimestamp"] for row in main(tmp_path / "late")) >= "2026-03-02T12:30"
    for name in ("class", "task", "late"):
        assert problems(tmp_path / name) == []


async def test_nothing_to_export_is_an_empty_data_set(school: School, tmp_path: Path) -> None:
    made = await exported(school, tmp_path / "set", chosen=ExportFilter(since=at(100_000)))
    assert (made.events, main(tmp_path / "set"), problems(tmp_path / "set")) == (0, [], [])


# --- persons ---------------------------------------------------------------------------------------------------------


def everything(folder: Path) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*")) if file.is_file())


async def test_nobody_is_named_and_no_id_of_the_store_is_there(school: School, tmp_path: Path) -> None:
    await exported(school, tmp_path / "set")
    text = everything(tmp_path / "set")
    for secret in ("@school.example", "ada@", "Ada", "/home/ada", "diary", "tess", "SECRET-SOLUTION"):
        assert secret not in text
    for id_ in (school.ada.id, school.ben.id, school.class_.id, school.task.id):
        assert str(id_) not in text
        assert id_.hex not in text
    assert "/home/[user]/sum.py" in text


async def test_pseudonyms_are_stable_with_the_key_and_different_without(school: School, tmp_path: Path) -> None:
    for name, key in (("one", KEY), ("same", KEY), ("other", b"another key, as long")):
        await exported(school, tmp_path / name, key=key)
    subjects = {name: {row["SubjectID"] for row in main(tmp_path / name)} for name in ("one", "same", "other")}
    assert everything(tmp_path / "one") == everything(tmp_path / "same")
    assert subjects["one"].isdisjoint(subjects["other"])


async def test_redacted_texts_are_gone_and_programs_stay(school: School, tmp_path: Path) -> None:
    await exported(school, tmp_path / "set", redact=True)
    assert problems(tmp_path / "set") == []
    text = everything(tmp_path / "set")
    for words in ("Because.", "why?", "Look at line 3", "list index out of range", "# by", "never closed"):
        assert words not in text
    assert "[redacted: 8 characters]" in text
    assert "x = 1" in text
    assert "IndexError" in text


@pytest.mark.parametrize(
    ("code", "file", "left"),
    [
        ("x = 1  # Ada\n", "a.py", "x = 1  # [redacted]\n"),
        ("print('# no comment')\n", "a.py", "print('# no comment')\n"),
        ('"""By Ada."""\nx = 1\n', "a.py", '"""[redacted]"""\nx = 1\n'),
        ('s = "it\'s"  # Ada\n', "a.py", 's = "it\'s"  # [redacted]\n'),
        ("int x; // Ada\n/* by\nAda */ int y;\n", "A.java", "int x; // [redacted]\n/* [redacted] */ int y;\n"),
        ('s = "http://x";\n', "a.js", 's = "http://x";\n'),
        ("", "a.py", ""),
    ],
)
def test_comments_lose_their_words_and_programs_nothing(code: str, file: str, left: str) -> None:
    assert without_comments(code, file) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("mail ada.l+x@mail.school.example now", "mail [e-mail] now"),
        ("/home/ada/x.py and /Users/ada b/x", "/home/[user]/x.py and /Users/[user] b/x"),
        (r"C:\Users\ada\x.py", r"C:\Users\[user]\x.py"),
        ("@decorator\ndef home(): ...", "@decorator\ndef home(): ..."),
    ],
)
def test_addresses_and_home_folders_are_masked(text: str, left: str) -> None:
    assert without_names(text) == left


# --- the texts -------------------------------------------------------------------------------------------------------


@given(st.lists(st.one_of(st.none(), st.integers(), st.text(st.characters(exclude_categories=["Cs"]))), min_size=2))
def test_a_line_of_csv_reads_back_exactly(values: list[Any]) -> None:
    [found] = csv.reader(io.StringIO(line(values), newline=""), strict=True)
    assert found == ["" if value is None else str(value) for value in values]


@pytest.mark.parametrize(
    ("stderr", "found"),
    [
        (TRACE, ("IndexError", "list index out of range", "3")),
        (SYNTAX, ("SyntaxError", "'(' was never closed", "2")),
        ("Sum.java:4: error: ';' expected\n", ("error", "';' expected", "4")),
        ("sum.c:3:5: error: x undeclared\n", ("error", "x undeclared", "3")),
        ("Segmentation fault\n", ("", "", "")),
        ("", ("", "", "")),
    ],
)
def test_an_error_is_taken_apart(stderr: str, found: tuple[str, str, str]) -> None:
    assert failure(stderr) == found


# --- the folder ------------------------------------------------------------------------------------------------------


async def test_a_folder_with_something_in_it_is_refused(school: School, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InvalidParams, match="not empty"):
        await exported(school, tmp_path)
    with pytest.raises(InvalidParams, match="is a file"):
        await exported(school, tmp_path / "thesis.txt")
    assert [file.name for file in tmp_path.iterdir() if "taco" not in file.name] == ["thesis.txt"]


async def test_force_replaces_an_earlier_data_set_and_nothing_else(school: School, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    await exported(school, folder)
    (folder / "thesis.txt").write_text("mine")
    (folder / "LinkTables" / "LinkOld.csv").write_text("EventID\n")
    await exported(school, folder, chosen=ExportFilter(challenge_id=school.task.id), force=True)
    assert problems(folder) == []
    assert (folder / "thesis.txt").read_text() == "mine"
    assert not (folder / "LinkTables" / "LinkOld.csv").exists()


async def test_force_deletes_nothing_where_no_export_was(school: School, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    (folder / "LinkTables").mkdir(parents=True)
    mine = [folder / "README.md", folder / "LinkTables" / "mine.csv", folder / "MainTable.csv"]
    for file in mine:
        file.write_text("mine")
    with pytest.raises(InvalidParams, match="holds no earlier export"):
        await exported(school, folder, force=True)
    assert [file.read_text() for file in mine] == ["mine"] * 3
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted(mine)


async def test_force_takes_an_empty_folder(school: School, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    await exported(school, tmp_path / "set", force=True)
    assert problems(tmp_path / "set") == []


@pytest.mark.parametrize("moved", range(len(files.PARTS)))
async def test_a_replacement_that_is_interrupted_can_be_made_again(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    folder = tmp_path / "set"
    await exported(school, folder)
    replace, left = Path.replace, iter(range(moved))

    def replace_some(self: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise OSError(5, "Input/output error")
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace_some)
        with pytest.raises(CannotWrite, match="Input/output"):
            await exported(school, folder, force=True)
    assert not (folder / files.METADATA_FILE).exists(), "it would pass for a data set"
    await exported(school, folder, force=True)
    assert problems(folder) == []
    assert {path.name for path in folder.iterdir()} == set(files.PARTS)


async def test_an_export_that_breaks_off_leaves_no_data_set(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dataset.Writer, "finish", full)
    with pytest.raises(CannotWrite, match="No space"):
        await exported(school, tmp_path / "set")
    assert [
        file.name for file in tmp_path.iterdir() if file.is_dir() and file.name not in ("no-config", "no-data")
    ] == []


# --- the key ---------------------------------------------------------------------------------------------------------


def test_a_key_file_is_made_once_and_kept_to_oneself(tmp_path: Path) -> None:
    file = tmp_path / "study.key"
    key = find_key(file, {})
    assert key == find_key(file, {})
    assert len(key or b"") == 64
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_comes_from_the_environment_too_and_a_short_one_is_refused(tmp_path: Path) -> None:
    assert find_key(None, {"TACO_EXPORT_KEY": "0123456789abcdef"}) == b"0123456789abcdef"
    assert find_key(None, {}) is None
    with pytest.raises(InvalidParams, match="too short"):
        find_key(None, {"TACO_EXPORT_KEY": "short"})
    with pytest.raises(CannotWrite):
        find_key(tmp_path / "no" / "study.key", {})


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_exports_and_says_how_much(
    school: School,
    store_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    no_settings_of_this_machine: None,
) -> None:
    monkeypatch.setenv("TACO_STORE", f"sqlite:///{store_file}")
    folder = tmp_path / "set"
    assert _taco(monkeypatch, capsys, "export", "progsnap2", str(folder), "--json")[0] == 0
    code, out, err = _taco(monkeypatch, capsys, "export", "progsnap2", str(folder), "--json")
    assert (code, "not empty" in err, out) == (1, True, "")
    told = json.loads(_taco(monkeypatch, capsys, "export", "progsnap2", str(folder), "--json", "--force")[1])
    assert (told["subjects"], told["stableKey"]) == (2, False)
    assert re.search(r"Wrote \d+ events of 2 students", _taco(
        monkeypatch, capsys, "export", "progsnap2", str(tmp_path / "b"), "--since", "2026-03-01", "--redact-text"
    )[1])  # fmt: skip
    assert problems(tmp_path / "b") == []
    assert _taco(monkeypatch, capsys, "export", "progsnap2", str(tmp_path / "c"), "--class", "nowhere")[0] == 1
    assert _taco(monkeypatch, capsys, "export", "progsnap2")[0] == 2


def _taco(monkeypatch: Any, capsys: Any, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["taco", *arguments])
    capsys.readouterr()
    code: Any = 0
    try:
        taco()
    except SystemExit as end:
        code = end.code
    printed = capsys.readouterr()
    assert "Traceback" not in printed.out + printed.err
    return int(code or 0), printed.out, printed.err

"""One class from an empty database to a data set: every step by the programs that people use."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import attrs
import pytest
import pytest_asyncio
from lsprotocol import types as lsp
from people import Database, Person

from tests.support import progsnap
from tests.support.editors import Editor
from tests.support.postgres import SUPERUSER, Server, connected
from tests.support.scripted_model import ScriptedModel, reply
from tests.support.small_track import REFERENCE, SmallTrack, new_track

pytestmark = pytest.mark.subprocess

ADMIN, TEACHER, STUDENT = "ann@school.example", "tess@school.example", "ada@school.example"
PASSWORD = "long and secret enough"
ROSTER = f"name,email,role\nTess,{TEACHER},teacher\nAda,{STUDENT},student\nBob,bob@school.example,student\n"
LEAK = f"Just write this:\n\n```python\n{REFERENCE.decode()}```\n"
SAFE = "Which years are not leap years?"
CRASHING = "def leap(year):\n    years = [2000, 2004]\n    return years[{}] == year\n\n\nprint(leap(2000))\n"
FINISHED = "def double(number):\n    return number + number\n\n\nprint(double(int(input())))\n"
MOST_S = 240
"""No wait is for ever, also where many tests share the machine."""

NOTE = "How many years does your list have?"


@attrs.frozen(kw_only=True)
class ClassOf9b:
    """Who is there, and the ids of the challenges by their titles."""

    teacher: Person
    student: Person
    challenges: dict[str, str]


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as model:
        model.always(reply(SAFE))
        yield model


@pytest_asyncio.fixture
async def empty(postgres: Server) -> AsyncIterator[Database]:
    """An empty database of a server."""
    async with postgres.database(migrated=False) as url:
        yield Database(server=postgres, name=url.split("@/")[1].partition("?")[0])


async def found_school(empty: Database, folder: Path, model: ScriptedModel) -> ClassOf9b:
    """Set up a school, a class with a roster, and challenges, as its admin and a teacher do."""
    folders = {name: folder / name for name in ("ann", "tess", "ada")}
    for one in folders.values():
        one.mkdir()
    ann = Person(email=ADMIN, password=PASSWORD, folder=folders["ann"], school=empty)
    owner = empty.server.url(empty.name)
    await ann.taco("admin", "init", owner, "--org", "Lyceum", "--email", ADMIN, "--password-stdin", stdin=PASSWORD)
    await ann.taco("class", "add", "9b", "--store", ann.at_school)
    (ann.folder / "roster.csv").write_text(ROSTER)
    handed_out = ann.folder / "passwords.csv"
    roster = ("enrol", ann.folder / "roster.csv", "--class", "9b", "--passwords", handed_out)
    assert len((await ann.taco(*roster, "--store", ann.at_school))["enrolled"]) == 3
    with handed_out.open(encoding="utf-8", newline="") as lines:
        passwords = {line["email"]: line["password"] for line in csv.DictReader(lines)}
    tess = Person(
        email=TEACHER, password=passwords[TEACHER], folder=folders["tess"], school=empty,
        settings={"TACO_SYNC_PASSWORD": passwords[TEACHER]},
    )  # fmt: skip
    ada = Person(
        email=STUDENT, password=passwords[STUDENT], folder=folders["ada"], school=empty,
        settings={"TACO_MODEL_ENDPOINT": model.url, "TACO_MODEL_NAME": "scripted-model"},
    )  # fmt: skip
    return ClassOf9b(teacher=tess, student=ada, challenges=await prepare_lessons(tess, small_track(tess.folder)))


def small_track(folder: Path) -> SmallTrack:
    track = new_track(folder / "track")
    track.leap("leap")
    track.leap("leap-again")
    track.leap("of-another-year", status="deprecated")
    return track


async def prepare_lessons(tess: Person, track: SmallTrack) -> dict[str, str]:
    """Import a track and add a challenge of one's own, straight into the school's database."""
    to = ("--class", "9b", "--store", tess.at_school)
    imported = await tess.taco("challenge", "import", "exercism", track.folder, *to)
    assert (imported["imported"], [one["slug"] for one in imported["skipped"]]) == (2, ["of-another-year"])
    await tess.taco("challenge", "new", tess.folder / "double")
    await tess.taco("challenge", "add", tess.folder / "double", *to)
    listed = await tess.taco("challenge", "list", *to)
    return {one["title"]: one["id"] for one in listed["challenges"]}


async def open_challenge(editor: Editor, challenge: str) -> tuple[str, Callable[..., Any]]:
    """Open a challenge and its main file; gives its URI and a way to call a verb about it."""
    opened = await editor.call("taco/challenge/open", challengeId=challenge)
    uri = editor.open(Path(unquote(urlsplit(opened["files"][0]).path)))

    async def about(verb: str, **params: Any) -> Any:
        return await editor.call(f"taco/{verb}", textDocument={"uri": uri}, **params)

    return uri, about


async def fail_in_the_same_way(editor: Editor, challenge: str) -> str:
    """Run into one error again and again, save that, and leave; gives the file's URI."""
    uri, about = await open_challenge(editor, challenge)
    for position in range(2, 5):
        editor.type(uri, CRASHING.format(position), version=position)
        assert (await about("run"))["exitCode"] == 1
    await about("solution/save")
    editor.close_file(uri)
    return uri


async def ask_for_too_much(editor: Editor, challenge: str, model: ScriptedModel) -> None:
    """Climb the ladder to its fourth rung, then ask a model that gives the solution away."""
    uri, about = await open_challenge(editor, challenge)
    for rung in range(1, 5):
        editor.type(uri, CRASHING.format(-rung), version=rung + 1)
        assert (await about("ask", kind="hint"))["hintLevel"] == rung
    model.script(reply(LEAK), reply(LEAK))
    answer = await about("ask", kind="question", question="Can you write it for me?")
    assert answer["guard"]["blocked"]
    assert "year % 4" not in answer["response"]
    editor.close_file(uri)


async def finish(editor: Editor, challenge: str) -> None:
    """Write a program that runs, learn from the teacher's tests that it is not right yet, mend it, and save it."""
    uri, about = await open_challenge(editor, challenge)
    editor.type(uri, FINISHED.replace("number + number", "abs(number) + number"))
    assert (await about("run", stdin="4\n"))["stdout"] == "8\n"
    assert "Test" in await lenses(editor, uri)
    failed = await about("test")
    assert (failed["passed"], failed["failed"]) == (False, ["test_a_negative_number"])
    editor.type(uri, FINISHED, version=3)
    assert (await about("test"))["passed"]
    assert (await about("solution/save"))["revisionId"]
    editor.close_file(uri)


async def lenses(editor: Editor, uri: str) -> list[str]:
    """The titles of what stands above a file."""
    found = await editor.text_document_code_lens_async(lsp.CodeLensParams(lsp.TextDocumentIdentifier(uri)))
    return [lens.command.title for lens in found or () if lens.command]


async def an_hour_passes(school: Database, challenge: str) -> None:
    """Date what happened at a challenge back by an hour, on the server, before anybody else has seen it."""
    times = {
        "sessions": ("created_at", "ended_at"),
        "runs": ("created_at",),
        "challenge_solutions_history": ("saved_at",),
    }
    async with connected(school.server.url(school.name, SUPERUSER)) as db:
        for table, columns in times.items():
            earlier = ", ".join(f"{column} = {column} - interval '1 hour'" for column in columns)
            await db.execute(f"UPDATE {table} SET {earlier} WHERE challenge_id = $1::uuid", challenge)


async def everything_is_sent(editor: Editor) -> None:
    """Let sync run until the server has it all: a session ends a moment after its last file was closed."""
    async with asyncio.timeout(30):
        while (await editor.call("taco/sync/now"))["state"] != "idle" or await unsent(editor):
            await asyncio.sleep(0.05)


async def unsent(editor: Editor) -> bool:
    return bool((await editor.call("taco/sync/status"))["unsent"])


def signals(overview: dict[str, Any]) -> dict[str, tuple[str, set[str]]]:
    """State and rules of each seat, by the title of the challenge."""
    titles = {one["challengeId"]: one["title"] for one in overview["challenges"]}
    return {
        titles[seat["challengeId"]]: (seat["state"], {signal["rule"] for signal in seat["signals"]})
        for seat in overview["seats"]
    }


async def test_a_class_from_an_empty_database_to_a_data_set(
    empty: Database, tmp_path: Path, model: ScriptedModel
) -> None:
    school = await found_school(empty, tmp_path, model)
    tess, ada, challenges = school.teacher, school.student, school.challenges
    async with asyncio.timeout(MOST_S), ada.editor() as editor:
        await editor.call("taco/account/signIn", email=STUDENT, password=ada.password)
        await editor.call("taco/sync/now")
        listed = (await editor.call("taco/challenge/list"))["challenges"]
        assert {one["title"] for one in listed} == {"Leap", "Leap Again", "Double"}

        leap = await fail_in_the_same_way(editor, challenges["Leap"])
        await ask_for_too_much(editor, challenges["Leap Again"], model)
        await finish(editor, challenges["Double"])
        await everything_is_sent(editor)
        await an_hour_passes(empty, challenges["Leap"])

        run = await look_at_the_class(tess, challenges)
        _, about_leap = await open_challenge(editor, challenges["Leap"])
        assert not (await about_leap("note/list"))["notes"]
        await tess.taco("note", "add", run, NOTE, "--line", 3)
        await tess.taco("sync")

        await editor.call("taco/sync/now")
        await the_note_is_in_the_code(editor, leap, about_leap)
    await a_data_set_is_written(tess)


async def look_at_the_class(tess: Person, challenges: dict[str, str]) -> str:
    """Sync, and see who needs help and why; gives the run that the teacher wants to say something about."""
    await tess.taco("account", "signIn", TEACHER, "--password-stdin", stdin=tess.password)
    assert (await tess.taco("sync"))["state"] == "idle"
    overview = await tess.taco("overview", "--class", "9b")
    assert overview["students"] == 2
    assert signals(overview) == {
        "Leap": ("stuck", {"sameError", "leftAfterFailure"}),
        "Leap Again": ("stuck", {"manyHints"}),
        "Double": ("finished", {"testsPassed"}),
    }
    assert [one["name"] for one in overview["errors"]] == ["IndexError", "Tests failed"]
    assert sum(one["heldBack"] for one in overview["costs"]) >= 1
    await the_pages_agree(tess, overview)
    journey = await tess.taco("journey", "--student", STUDENT, "--challenge", challenges["Leap"])
    runs = [event["id"] for event in journey["events"] if event["kind"] == "run"]
    [same] = [signal for seat in overview["seats"] for signal in seat["signals"] if signal["rule"] == "sameError"]
    assert [event["id"] for event in same["events"]] == runs
    return str(runs[-1])


async def the_pages_agree(tess: Person, overview: dict[str, Any]) -> None:
    """Each event that somebody is called stuck by is a link of the page, and leads to a place that is there."""
    await tess.taco("journey", "--student", STUDENT, "--html", tess.folder / "ada.html")
    assert "IndexError" in (tess.folder / "ada.html").read_text(encoding="utf-8")
    await tess.taco("overview", "--class", "9b", "--html", tess.folder / "class.html")
    page = (tess.folder / "class.html").read_text(encoding="utf-8")
    events = [event for seat in overview["seats"] if seat["state"] == "stuck" for signal in seat["signals"]
              for event in signal["events"]]  # fmt: skip
    assert len(events) == 3 + 1 + 4
    for event in events:
        file, place = f"class-journeys/{event['userId']}_{event['challengeId']}.html", f"{event['kind']}-{event['id']}"
        assert f'href="{file}#{place}"' in page
        assert f'id="{place}"' in (tess.folder / file).read_text(encoding="utf-8")


async def the_note_is_in_the_code(editor: Editor, uri: str, about: Callable[..., Any]) -> None:
    """The note comes while the student has the file open: at its line, above the file, and in the journey."""
    async with asyncio.timeout(30):
        while not (marks := editor.diagnostics.get(uri)):
            await asyncio.sleep(0.02)  # nothing is asked meanwhile: it comes by itself
    [mark] = marks
    assert (mark.range.start.line, NOTE in mark.message) == (2, True)
    assert "1 note from your teacher" in await lenses(editor, uri)
    [note] = (await about("note/list"))["notes"]
    assert note["text"] == NOTE
    assert "note" in [event["kind"] for event in (await about("journey"))["events"]]


async def a_data_set_is_written(tess: Person) -> None:
    """The teacher syncs once more and exports what a researcher may have."""
    await tess.taco("sync")
    folder = tess.folder / "study"
    made = await tess.taco("export", "progsnap2", folder, "--class", "9b", "--key-file", tess.folder / "study.key")
    assert progsnap.problems(folder) == []
    assert (made["subjects"], made["problems"]) == (1, 3)
    events = [row["EventType"] for row in progsnap.rows(folder / "MainTable.csv")]
    assert (events.count("Run.Program"), events.count("Run.Test")) == (4, 2)
    assert events.count("Intervention") >= 6  # hints, an answer, a note
    written = "".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.csv"))
    assert NOTE in written
    assert STUDENT not in written

"""Importing a track into a class: what the store holds then, again and after changes, and what a student gets."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import pytest
from teacher import Printed, Taco

from tests.support.desk import Desk
from tests.support.small_track import STUB, TESTS, SmallTrack, new_track

T = TypeVar("T")


def import_(taco: Taco, track: SmallTrack, class_name: str = "10B", *, code: int = 0) -> dict[str, Any]:
    printed = taco("challenge", "import", "exercism", track.folder, "--class", class_name, "--json")
    assert printed.code == code, printed.err
    result: dict[str, Any] = printed.json()
    assert set(result) == {"imported", "skipped", "knowledge"}
    return result


def rows(store: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute(query).fetchall()


def challenges(store: Path) -> dict[str, str]:
    """Ids by title."""
    return {title: id_ for id_, title in rows(store, "SELECT id, title FROM challenges")}


def unchanged(store: Path) -> list[tuple[Any, ...]]:
    return rows(store, "SELECT * FROM challenges") + rows(store, "SELECT * FROM knowledge_base")


def at_a_desk(store: Path, work: Callable[[Desk], Awaitable[T]]) -> T:
    """Let a student work at a desk, from sitting down to leaving."""
    desk = Desk(store.parent / "work", store, {})

    async def sit() -> T:
        try:
            return await work(desk)
        finally:
            await desk.leave()

    return asyncio.run(sit())


async def open_(desk: Desk, title: str, kept: tuple[str, ...] = ()) -> Path:
    """Open a challenge, and give its folder."""
    [id_] = [one["id"] for one in (await desk.call("challenge/list"))["challenges"] if one["title"] == title]
    opened = await desk.call("challenge/open", challengeId=id_)
    folder = desk.folder / opened["folder"].rpartition("/")[2]
    assert opened["kept"] == [(folder / name).as_uri() for name in kept]
    return folder


def test_a_track_is_imported_into_a_new_class(taco: Taco, track: SmallTrack, store_file: Path) -> None:
    track.leap(difficulty=2)
    track.leap("old", status="deprecated")
    track.leap("broken", meta="{")
    track.concept("loops", about="# About\n\nA loop repeats a block.", introduction="# Introduction\n\nRepeat.")
    result = import_(taco, track)
    assert (result["imported"], result["knowledge"]) == (1, 2)
    assert {item["slug"] for item in result["skipped"]} == {"old", "broken"}
    assert all(set(item) == {"slug", "reason"} and item["reason"] for item in result["skipped"])
    assert rows(store_file, "SELECT name FROM classes") == [("10B",)]
    assert set(challenges(store_file)) == {"Leap"}
    passages = rows(store_file, "SELECT class_id, metadata FROM knowledge_base")
    assert all(class_id for class_id, _ in passages)
    assert {json.loads(about)["title"] for _, about in passages} == {"Loops"}


def test_who_makes_a_class_on_their_own_machine_is_its_teacher(taco: Taco, track: SmallTrack, store_file: Path) -> None:
    track.leap()
    assert rows(store_file, "SELECT role FROM users") == [("student",)]
    import_(taco, track)
    assert rows(store_file, "SELECT role FROM users") == [("teacher",)]


def test_a_person_reads_what_was_imported_and_what_was_not(taco: Taco, track: SmallTrack) -> None:
    track.leap()
    track.leap("broken", meta="{")
    printed = taco("challenge", "import", "exercism", track.folder, "--class", "10B")
    assert printed.code == 0
    assert "Imported 1 challenge (1 added)." in printed.out
    assert "Skipped broken: .meta/config.json is not valid JSON" in printed.out
    assert printed.err.startswith("Made the class 10B (")
    assert taco("challenge", "import", "exercism", track.folder, "--class", "10B").err == ""


def test_importing_again_changes_nothing(taco: Taco, track: SmallTrack, store_file: Path, tmp_path: Path) -> None:
    track.leap()
    track.concept("loops", about="A loop repeats.")
    first = import_(taco, track)
    before = unchanged(store_file)
    assert import_(taco, track) == first
    assert import_(taco, track.moved(tmp_path / "elsewhere")) == first
    assert unchanged(store_file) == before


def test_an_edited_exercise_is_updated_and_keeps_its_id(taco: Taco, track: SmallTrack, store_file: Path) -> None:
    folder = track.leap()
    track.concept("loops", about="A loop repeats.")
    import_(taco, track)
    before = challenges(store_file)
    (folder / ".docs/instructions.md").write_text("New words.")
    track.concept("lists", about="A list holds things.")
    track.write("concepts/loops/about.md", "A loop goes round.")
    track.leap("second")
    assert import_(taco, track)["knowledge"] == 2
    assert challenges(store_file).items() > before.items()
    [(statement,)] = rows(store_file, "SELECT statement FROM challenges WHERE title = 'Leap'")
    assert statement == "New words."
    texts = sorted(text for (text,) in rows(store_file, "SELECT text FROM knowledge_base"))
    assert texts == ["A list holds things.", "A loop goes round."]


def test_an_exercise_that_broke_stays_as_it_was(taco: Taco, track: SmallTrack, store_file: Path) -> None:
    folder = track.leap()
    import_(taco, track)
    before = unchanged(store_file)
    (folder / "leap.py").unlink()
    result = import_(taco, track, code=1)
    assert result["imported"] == 0
    assert [item["slug"] for item in result["skipped"]] == ["leap"]
    assert unchanged(store_file) == before


def test_the_teacher_s_policy_survives_another_import(taco: Taco, track: SmallTrack, store_file: Path) -> None:
    folder = track.leap()
    import_(taco, track)
    with closing(sqlite3.connect(store_file)) as connection, connection:
        connection.execute("""UPDATE challenges SET tutor_policy = '{"hint_ceiling": 2}'""")
    (folder / ".docs/instructions.md").write_text("New words.")
    import_(taco, track)
    assert rows(store_file, "SELECT tutor_policy, statement FROM challenges") == [('{"hint_ceiling": 2}', "New words.")]


def test_a_removed_exercise_stays_removed(taco: Taco, track: SmallTrack) -> None:
    track.leap()
    import_(taco, track)
    assert taco("challenge", "remove", "leap").code == 0
    [skipped] = import_(taco, track, code=1)["skipped"]
    assert "removed before; `taco challenge restore" in skipped["reason"]
    assert taco("challenge", "restore", skipped["reason"].split("restore ")[1].partition("`")[0]).code == 0
    assert import_(taco, track)["imported"] == 1


def test_an_exercise_edited_by_hand_is_still_the_track_s(
    taco: Taco, track: SmallTrack, store_file: Path, tmp_path: Path
) -> None:
    track.leap()
    import_(taco, track)
    [id_] = challenges(store_file).values()
    assert taco("challenge", "export", id_, tmp_path / "out").code == 0
    (tmp_path / "out/statement.md").write_text("By hand.")
    assert taco("challenge", "edit", id_, tmp_path / "out").out.startswith("Updated: Leap")
    assert import_(taco, track)["imported"] == 1
    [(statement,)] = rows(store_file, "SELECT statement FROM challenges")
    assert "Leap years." in statement


def test_exercises_of_one_name_from_two_tracks_are_two(taco: Taco, tmp_path: Path, store_file: Path) -> None:
    tracks = [new_track(tmp_path / name, name) for name in ("python", "ruby")]
    for track in tracks:
        track.leap()
        track.concept("loops", about=f"Loops of {track.folder.name}.")
    for _ in range(2):
        for track in tracks:
            assert (import_(taco, track)["imported"], import_(taco, track)["knowledge"]) == (1, 1)
    assert set(challenges(store_file)) == {"Leap", "Leap (ruby)"}
    assert len(rows(store_file, "SELECT id FROM knowledge_base")) == 2


def test_the_same_track_in_two_classes_is_two_sets(taco: Taco, track: SmallTrack, store_file: Path) -> None:
    track.leap()
    for class_name in ("10B", "10C", "10B"):
        import_(taco, track, class_name)
    assert len(rows(store_file, "SELECT id FROM challenges")) == 2


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_a_folder_that_is_no_track_ends_with_1_and_imports_nothing(
    taco: Taco, track: SmallTrack, store_file: Path, content: str | None
) -> None:
    (track.folder / "config.json").unlink()
    if content:
        track.write("config.json", content)
    printed = taco("challenge", "import", "exercism", track.folder, "--class", "10B", "--json")
    assert (printed.code, printed.out) == (1, "")
    assert "config.json" in printed.err
    assert rows(store_file, "SELECT * FROM classes") == []


def test_a_class_must_be_named(taco: Taco, track: SmallTrack) -> None:
    assert taco("challenge", "import", "exercism", track.folder).code == 2
    assert taco("challenge", "import", "exercism").code == 2


# --- at the student's desk -------------------------------------------------------------------------------------


def test_a_student_gets_every_byte_of_the_track(taco: Taco, track: SmallTrack, store_file: Path) -> None:
    folder = track.leap()
    text = b"\xef\xbb\xbf\r\n\x0c\xc2\x85end\r"
    track.write(f"{folder.relative_to(track.folder)}/data/räuber.txt", text)
    import_(taco, track)
    opened = at_a_desk(store_file, lambda desk: open_(desk, "Leap"))
    files = [path for path in opened.rglob("*") if path.is_file() and ".taco" not in path.parts]
    assert {path.relative_to(opened).as_posix(): path.read_bytes() for path in files} == {
        "leap.py": STUB,
        "leap_test.py": TESTS,
        "data/räuber.txt": text,
        "README.md": b"# Leap\n\n# Instructions\n\nLeap years.\n",
    }


def test_a_new_version_reaches_untouched_files_and_leaves_work_alone(
    taco: Taco, track: SmallTrack, store_file: Path
) -> None:
    places = [track.leap(), track.leap("touched")]
    import_(taco, track)

    async def first(desk: Desk) -> None:
        await open_(desk, "Leap")
        opened = await open_(desk, "Touched")
        (opened / "leap_test.py").write_text("# my own test\n")
        uri = await desk.show((opened / "leap.py").as_uri(), "", path=opened / "leap.py")
        await desk.save(uri, "def leap(year):\n    return 'mine'\n")
        (opened / "leap.py").write_text("def leap(year):\n    return 'newer'\n")

    async def second(desk: Desk) -> None:
        opened = await open_(desk, "Leap")
        assert (opened / "leap.py").read_text() == "# new stub\n"
        assert (opened / "leap_test.py").read_text() == "# new tests\n"
        assert (opened / "README.md").read_text() == "# Leap\n\nNew words.\n"
        touched = await open_(desk, "Touched", kept=("leap.py",))
        assert "newer" in (touched / "leap.py").read_text()
        assert (touched / "leap_test.py").read_text() == "# my own test\n"
        assert "New words." in (touched / "README.md").read_text()

    at_a_desk(store_file, first)
    for place in places:
        (place / "leap.py").write_text("# new stub\n")
        (place / "leap_test.py").write_text("# new tests\n")
        (place / ".docs/instructions.md").write_text("New words.")
    import_(taco, track)
    at_a_desk(store_file, second)


@pytest.mark.parametrize(
    ("language", "name", "program"),
    [("python", "ran.py", 'print("ran", 6 * 7)\n'), ("javascript", "ran.js", 'console.log("ran", 6 * 7)\n')],
)
def test_an_imported_exercise_runs_and_its_own_hint_comes_first(
    taco: Taco, track: SmallTrack, store_file: Path, language: str, name: str, program: str
) -> None:
    if language == "javascript" and not shutil.which("node"):
        pytest.skip("there is no node")
    declared = {"files": {"solution": [name], "test": ["test.txt"]}}
    hints = "# Hints\n\n## General\n\nWhich number is it?\n"
    files = {".docs/instructions.md": "Print.", ".docs/hints.md": hints, name: "", "test.txt": ""}
    track.exercise("ran", {".meta/config.json": json.dumps(declared), **files})
    import_(taco, track)

    async def work(desk: Desk) -> tuple[Any, Any]:
        opened = await open_(desk, "Ran")
        uri = await desk.show((opened / name).as_uri(), program, language=language, path=opened / name)
        return await desk.about("ask", uri, kind="hint"), await desk.about("run", uri)

    hint, run = at_a_desk(store_file, work)
    assert "Which number is it?" in hint["response"]
    assert hint["hintLevel"] == 1
    assert (run["exitCode"], run["stdout"]) == (0, "ran 42\n")


def test_a_student_sees_how_hard_it_is_in_the_order_of_the_track(
    taco: Taco, track: SmallTrack, store_file: Path
) -> None:
    for number, slug in enumerate(("one", "two", "three"), 1):
        track.leap(slug, difficulty=number, prerequisites=["basics"], practices=["loops"])
    import_(taco, track)
    listed = at_a_desk(store_file, lambda desk: desk.call("challenge/list"))["challenges"]
    assert [(one["title"], one["difficulty"]) for one in listed] == [("One", 1), ("Two", 2), ("Three", 3)]
    assert (listed[0]["prerequisites"], listed[0]["concepts"]) == (["basics"], ["loops"])


def test_a_real_track_keeps_its_shape(taco: Taco, store_file: Path) -> None:
    """Every exercise of a real track is imported or named, and its concepts can be searched."""
    folder = _real_track()
    printed: Printed = taco("challenge", "import", "exercism", folder, "--class", "10B", "--json")
    assert printed.code == 0
    result = printed.json()
    config = json.loads((folder / "config.json").read_text())
    listed = [entry["slug"] for entries in config["exercises"].values() for entry in entries if "slug" in entry]
    assert result["imported"] + len(result["skipped"]) == len(listed)
    assert len(challenges(store_file)) == result["imported"]
    assert result["knowledge"] > 0


def _real_track() -> Path:
    named = os.environ.get("TACO_TEST_TRACK")
    folder = Path(named) if named else Path(__file__).parents[4] / "shared" / "data" / "exercism"
    if not (folder / "config.json").is_file():
        pytest.skip("no Exercism track: set TACO_TEST_TRACK to the folder of one")
    return folder

"""Opening a challenge: its files are laid out, the student's work is kept, and nothing gets out of its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from storage import NotFound, new_id
from taco_lsp.context import bindings
from taco_lsp.errors import CannotWrite, InvalidParams
from tests.support.desk import BUGGY, MATERIALS, SOLUTION, STARTER, Desk, MakeDesk

FOLDER = "average-of-a-list"


async def opened(desk: Desk, **changes: Any) -> tuple[dict[str, Any], Path]:
    challenge = await desk.add_challenge(**changes)
    result: dict[str, Any] = await desk.call("challenge/open", challengeId=challenge.id)
    return result, desk.folder / FOLDER


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".taco" not in path.parts
    }


async def test_the_starter_the_statement_and_the_tests_are_written(desk: Desk) -> None:
    result, folder = await opened(desk, support_materials={**MATERIALS, "tests": {"tests/test_a.py": "T"}})
    assert files(folder) == {
        "README.md": "# Average of a list\n\nWrite a function.\n",
        "average.py": STARTER,
        "tests/test_a.py": "T",
    }
    assert result["files"] == [(folder / "average.py").as_uri()]
    assert (result["folder"], result["title"]) == (folder.as_uri(), "Average of a list")
    assert (result["restored"], result["kept"]) == (False, [])
    assert set(bindings.read(folder)) == {"average.py"}


async def test_the_main_file_is_shown(desk: Desk) -> None:
    _, folder = await opened(desk, support_materials={"files": {"a.py": "", "b.py": ""}, "main": "b.py"})
    assert desk.editor.shown == [folder / "b.py"]


async def test_an_editor_that_shows_nothing_gets_the_files_all_the_same(desk: Desk) -> None:
    desk.editor.shows = False
    result, folder = await opened(desk)
    assert (folder / "average.py").exists()
    assert result["sessionId"]


async def test_the_latest_solution_is_restored(desk: Desk, make_desk: MakeDesk) -> None:
    result, folder = await opened(desk)
    uri = await desk.show(result["files"][0], STARTER, path=folder / "average.py")
    for text in (BUGGY, SOLUTION):
        await desk.save(uri, text)
    elsewhere = make_desk("elsewhere")
    again = await elsewhere.call("challenge/open", challengeId=result["challengeId"])
    assert again["restored"] is True
    assert (elsewhere.folder / FOLDER / "average.py").read_text() == SOLUTION


@pytest.mark.parametrize("on_disk", [STARTER, BUGGY])
async def test_a_text_that_is_on_record_gives_way_to_the_latest(desk: Desk, on_disk: str) -> None:
    result, folder = await opened(desk)
    uri = await desk.show(result["files"][0], STARTER, path=folder / "average.py")
    for text in (BUGGY, SOLUTION):
        await desk.save(uri, text)
    (folder / "average.py").write_text(on_disk)
    again = await desk.call("challenge/open", challengeId=result["challengeId"])
    assert (folder / "average.py").read_text() == SOLUTION
    assert again["kept"] == []


@pytest.mark.parametrize("newer", [b"# newer work\n", b"", b"caf\xe9\n", (STARTER + " ").encode()])
async def test_newer_work_is_never_overwritten(desk: Desk, newer: bytes) -> None:
    result, folder = await opened(desk)
    (folder / "average.py").write_bytes(newer)
    again = await desk.call("challenge/open", challengeId=result["challengeId"])
    assert (folder / "average.py").read_bytes() == newer
    assert again["kept"] == again["files"] == [(folder / "average.py").as_uri()]


async def test_notes_in_the_readme_and_changed_tests_are_never_overwritten(desk: Desk) -> None:
    result, folder = await opened(desk, support_materials={**MATERIALS, "tests": {"test_a.py": "T"}})
    (folder / "README.md").write_text("my notes")
    (folder / "test_a.py").write_text("my test")
    await desk.call("challenge/open", challengeId=result["challengeId"])
    assert (files(folder)["README.md"], files(folder)["test_a.py"]) == ("my notes", "my test")


async def test_work_that_was_there_before_the_challenge_is_kept(desk: Desk) -> None:
    (desk.folder / FOLDER).mkdir()
    (desk.folder / FOLDER / "average.py").write_text("mine")
    result, folder = await opened(desk)
    assert (folder / "average.py").read_text() == "mine"
    assert len(result["kept"]) == 1


async def test_opening_twice_is_one_session(desk: Desk) -> None:
    first, _ = await opened(desk)
    again = await desk.call("challenge/open", challengeId=first["challengeId"])
    assert again["sessionId"] == first["sessionId"]
    assert len(desk.rows("sessions")) == 1


async def test_two_challenges_of_the_same_title_get_two_folders(desk: Desk) -> None:
    (_, first), (second, _) = await opened(desk), await opened(desk)
    assert second["folder"] != first.as_uri()
    assert second["folder"].startswith(f"{first.as_uri()}-")


@pytest.mark.parametrize(
    ("title", "folder"),
    [("Ünïcode & Spaces!", "unicode-spaces"), ("../../etc", "etc"), ("数字", "challenge"), ("x" * 200, "x" * 60)],
)
async def test_any_title_makes_a_plain_folder_name(desk: Desk, title: str, folder: str) -> None:
    result, _ = await opened(desk, title=title)
    assert result["folder"] == (desk.folder / folder).as_uri()


@pytest.mark.parametrize("where", ["files", "tests"])
async def test_an_unsafe_path_is_left_out(desk: Desk, where: str) -> None:
    paths = ("../evil.py", "/tmp/evil-taco.py", "a/../../evil.py", "C:\\evil.py", "a\0.py")
    materials = {"files": {"average.py": ""}, "tests": {}}
    materials[where] = {**materials[where], **dict.fromkeys(paths, "evil")}
    _, folder = await opened(desk, support_materials=materials)
    assert set(files(folder)) == {"README.md", "average.py"}
    assert {child.name for child in desk.folder.iterdir()} == {FOLDER}


@pytest.mark.parametrize("materials", [None, {}, {"files": {}}, {"files": 5, "tests": "x", "hints": 3}])
async def test_a_challenge_without_files_opens_all_the_same(desk: Desk, materials: Any) -> None:
    result, folder = await opened(desk, support_materials=materials)
    assert result["files"] == []
    assert set(files(folder)) == {"README.md"}


async def test_a_solution_of_several_files_is_restored_file_by_file(desk: Desk, make_desk: MakeDesk) -> None:
    result, folder = await opened(desk, support_materials={"files": {"a.py": "A", "lib/b.py": "B"}, "main": "a.py"})
    uri = await desk.show(result["files"][0], "A", path=folder / "a.py")
    (folder / "lib" / "b.py").write_text("B2")
    await desk.save(uri, "A2")
    assert [row["solution"] for row in desk.rows("challenge_solutions")] == ['{"a.py":"A2","lib/b.py":"B2"}']
    elsewhere = make_desk("elsewhere")
    await elsewhere.call("challenge/open", challengeId=result["challengeId"])
    written = files(elsewhere.folder / FOLDER)
    assert (written["a.py"], written["lib/b.py"]) == ("A2", "B2")


# --- refused ---------------------------------------------------------------------------------------------------


async def test_a_challenge_that_does_not_exist_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound, match="There is no challenge") as caught:
        await desk.call("challenge/open", challengeId=new_id())
    assert caught.value.hint
    assert desk.rows("sessions") == []


@pytest.mark.parametrize("folder", ["http://x/y", "relative", "file://host/x", "file:", "untitled:x"])
async def test_a_folder_that_is_not_on_this_machine_is_refused(desk: Desk, folder: str) -> None:
    challenge = await desk.add_challenge()
    with pytest.raises(InvalidParams) as caught:
        await desk.call("challenge/open", challengeId=challenge.id, folder=folder)
    assert caught.value.field == "folder"
    assert desk.rows("sessions") == []


async def test_without_a_workspace_a_folder_must_be_named(desk: Desk, tmp_path: Path) -> None:
    challenge = await desk.add_challenge()
    desk.editor.folders = ()
    with pytest.raises(InvalidParams) as caught:
        await desk.call("challenge/open", challengeId=challenge.id)
    assert caught.value.field == "folder"
    result = await desk.call("challenge/open", challengeId=challenge.id, folder=(tmp_path / "own").as_uri())
    assert result["folder"] == (tmp_path / "own" / FOLDER).as_uri()


@pytest.mark.parametrize("in_the_way", [FOLDER, f"{FOLDER}/average.py/x", f"{FOLDER}/.taco"])
async def test_a_folder_that_cannot_be_written_is_refused_without_a_session(desk: Desk, in_the_way: str) -> None:
    path = desk.folder / in_the_way
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way")
    challenge = await desk.add_challenge()
    with pytest.raises(CannotWrite, match="cannot be written"):
        await desk.call("challenge/open", challengeId=challenge.id)
    assert desk.rows("sessions") == []
    assert path.read_text() == "in the way"


# --- the list --------------------------------------------------------------------------------------------------


async def test_challenges_are_listed_newest_first_with_what_was_started(desk: Desk) -> None:
    await desk.add_challenge(title="Old")
    new = await desk.add_challenge(title="New")
    await desk.call("challenge/open", challengeId=new.id)
    listed = (await desk.call("challenge/list"))["challenges"]
    assert [(one["title"], one["started"]) for one in listed] == [("New", True), ("Old", False)]
    assert set(listed[0]) == {"id", "title", "statement", "started", "practice", "prerequisites", "concepts"}

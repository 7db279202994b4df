"""`taco challenge`: what each command prints, its exit codes, and never a traceback."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from teacher import Taco

from storage import new_id


def ids(taco: Taco, *arguments: str) -> list[str]:
    return [one["id"] for one in taco("challenge", "list", "--json", *arguments).json()["challenges"]]


def test_a_new_folder_is_right_at_once(taco: Taco, tmp_path: Path) -> None:
    made = taco("challenge", "new", tmp_path / "sum-of-two")
    assert made.code == 0
    assert f"taco challenge check {tmp_path / 'sum-of-two'}" in made.out
    checked = taco("challenge", "check", tmp_path / "sum-of-two", "--json")
    assert checked.code == 0
    assert checked.json() == {
        "challenges": [
            {"folder": str(tmp_path / "sum-of-two"), "title": "Sum of two", "ok": True, "problems": [], "warnings": []}
        ]
    }
    again = taco("challenge", "new", tmp_path / "sum-of-two")
    assert (again.code, again.out) == (1, "")
    assert "is there already and not empty" in again.err


def test_the_files_of_a_new_folder_are_named(taco: Taco, tmp_path: Path) -> None:
    made = taco("challenge", "new", tmp_path / "x", "--json").json()
    assert {str(path.relative_to(tmp_path / "x")) for path in (tmp_path / "x").rglob("*") if path.is_file()} == set(
        made["files"]
    )


def test_every_folder_is_checked_and_one_that_is_not_right_ends_with_1(taco: Taco, folder: Path) -> None:
    broken = folder.with_name("broken")
    shutil.copytree(folder, broken)
    (broken / "challenge.toml").write_text("title = 1\n")
    (broken / "statement.md").unlink()
    checked = taco("challenge", "check", folder, broken)
    assert checked.code == 1
    lines = checked.out.splitlines()
    assert lines[0].startswith("ok  Double")
    assert lines[1].startswith("not ok  broken")
    assert "  error: challenge.toml:1: title must be a text." in lines
    assert "  error: statement.md: This file is missing." in lines
    [_, second] = taco("challenge", "check", folder, broken, "--json").json()["challenges"]
    assert {(it["file"], it.get("line")) for it in second["problems"]} == {
        ("challenge.toml", 1),
        ("statement.md", None),
    }


def test_a_folder_that_python_cannot_read_does_not_end_the_check_of_the_others(taco: Taco, folder: Path) -> None:
    deep = folder.with_name("deep")
    shutil.copytree(folder, deep)
    (deep / "challenge.toml").write_text(f"hints = {'[' * 5_000}{']' * 5_000}\n")
    checked = taco("challenge", "check", deep, folder, "--json")
    assert checked.code == 1
    assert [one["ok"] for one in checked.json()["challenges"]] == [False, True]
    assert "nested too deep" in str(checked.json()["challenges"][0])
    imported = taco("challenge", "import", "folder", folder.parent, "--class", "10B")
    assert "nested too deep" in imported.out + imported.err
    assert len(ids(taco, "--class", "10B")) == 1


def test_a_challenge_is_added_to_a_class_and_listed_there(taco: Taco, folder: Path) -> None:
    added = taco("challenge", "add", folder, "--class", "10B", "--json")
    assert added.code == 0
    assert added.err.startswith("Made the class 10B")
    about = added.json()
    assert (about["difficulty"], about["source"]["slug"]) == (1, "double")
    assert "solutions" not in json.dumps(about).lower()
    assert ids(taco, "--class", "10b") == [about["id"]]
    assert "Double  (10B)" in taco("challenge", "list").out
    assert taco("challenge", "list", "--class", "10C").code == 1


def test_a_broken_folder_is_refused_by_file_and_line(taco: Taco, folder: Path) -> None:
    (folder / "challenge.toml").write_text("titel = 1\nmain = 2\n")
    refused = taco("challenge", "add", folder)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("taco: challenge.toml:1: titel is unknown")
    assert "taco challenge check" in refused.err
    assert ids(taco) == []


def test_an_edit_shows_what_changed(taco: Taco, folder: Path) -> None:
    taco("challenge", "add", folder)
    (folder / "statement.md").write_text("Other words.\n")
    (folder / "hints" / "5.md").unlink()
    edited = taco("challenge", "edit", folder)
    assert edited.code == 0
    assert edited.out.splitlines()[0].startswith("Updated: Double (")
    assert edited.out.splitlines()[1:] == ["  ~ statement  (+1 -3 lines)", "  - hints/5"]
    assert taco("challenge", "edit", folder).out.startswith("Unchanged: Double")
    (folder / "statement.md").write_text("Third.\n")
    assert taco("challenge", "edit", folder, "--json").json()["changed"] == [
        {"what": "statement", "how": "changed", "linesAdded": 1, "linesRemoved": 1}
    ]


def test_a_challenge_is_edited_by_its_id_from_any_folder(taco: Taco, folder: Path) -> None:
    taco("challenge", "add", folder)
    [id_] = ids(taco)
    moved = folder.rename(folder.with_name("elsewhere"))
    assert taco("challenge", "edit", moved).code == 1
    assert taco("challenge", "edit", id_, moved).code == 0
    assert taco("challenge", "edit", id_).code == 1
    assert taco("challenge", "edit", moved, moved).code == 1
    assert taco("challenge", "edit", str(new_id()), moved).code == 1
    assert ids(taco) == [id_]


def test_a_removed_challenge_can_be_restored(taco: Taco, folder: Path) -> None:
    taco("challenge", "add", folder)
    [id_] = ids(taco)
    removed = taco("challenge", "remove", "Double")
    assert removed.out == f"Removed Double. `taco challenge restore {id_}` brings it back.\n"
    assert ids(taco) == []
    assert taco("challenge", "remove", "Double").code == 1
    assert taco("challenge", "restore", id_).code == 0
    assert ids(taco) == [id_]
    assert taco("challenge", "restore", id_).code == 1


def test_removed_challenges_are_listed_and_restored_by_any_name(taco: Taco, folder: Path) -> None:
    assert taco("challenge", "list", "--removed").out == "No challenge was removed.\n"
    taco("challenge", "add", folder)
    taco("challenge", "add", folder, "--class", "10B")
    [of_class] = ids(taco, "--class", "10B")
    [practice] = [id_ for id_ in ids(taco) if id_ != of_class]
    unknown = taco("challenge", "restore", "double")
    assert unknown.code == 1
    assert unknown.err == "taco: There is no removed challenge double.\n`taco challenge list --removed` names them.\n"
    for id_ in (practice, of_class):
        taco("challenge", "remove", id_)
    removed = taco("challenge", "list", "--removed", "--json").json()["removed"]
    assert [(it["id"], it["title"], it["classId"] is None) for it in removed] == [
        (of_class, "Double", False),
        (practice, "Double", True),
    ]
    assert f"{of_class}  Double  (10B)  removed 20" in taco("challenge", "list", "--removed", "--class", "10B").out
    several = taco("challenge", "restore", "double")
    assert (several.code, f"{practice}" in several.err, f"{of_class}" in several.err) == (1, True, True)
    assert taco("challenge", "restore", "double", "--class", "10B").out == f"Double is back ({of_class}).\n"
    assert taco("challenge", "restore", "Double", "--json").json()["id"] == practice
    assert set(ids(taco)) == {of_class, practice}
    assert taco("challenge", "list", "--removed", "--json").json() == {"removed": []}


def test_an_exported_challenge_is_the_same_again(taco: Taco, folder: Path, tmp_path: Path) -> None:
    (folder / "starter" / "data.txt").write_bytes(b"a\r\nb\x0c")
    (folder / "hints" / "1-b.md").write_text('Quotes " and \\ and \x7f.')
    (folder / "challenge.toml").write_text('title = "A \\"title\\" \\\\ \\u00e9 \\u007f"\n[policy]\nhint_ceiling = 3\n')
    taco("challenge", "add", folder)
    [id_] = ids(taco)
    exported = taco("challenge", "export", id_, tmp_path / "out", "--json")
    assert exported.code == 0
    assert (tmp_path / "out/starter/data.txt").read_bytes() == b"a\r\nb\x0c"
    assert taco("challenge", "edit", id_, tmp_path / "out").out.startswith("Unchanged")
    assert taco("challenge", "export", id_, tmp_path / "out").code == 1
    assert taco("challenge", "export", str(new_id()), tmp_path / "other").code == 1


@pytest.mark.parametrize(
    "arguments",
    [["new"], ["check"], ["edit"], ["remove"], ["export", "x", "y"], ["import", "moodle"]],
)
def test_wrong_usage_ends_with_2(taco: Taco, arguments: list[str]) -> None:
    assert taco("challenge", *arguments).code == 2


@pytest.mark.parametrize("command", ["new", "check", "add", "edit", "list", "remove", "restore", "export", "import"])
def test_every_command_has_help(taco: Taco, command: str) -> None:
    assert taco("challenge", command, "--help").code == 0


# --- a folder of challenges ------------------------------------------------------------------------------------


@pytest.fixture
def collection(folder: Path) -> Path:
    """Two challenges, at different depths, one that is broken, and one with the slug of another."""
    root = folder.parent / "challenges"
    shutil.copytree(folder, root / "double")
    shutil.copytree(folder, root / "unit" / "triple")
    shutil.copytree(folder, root / "again" / "double")
    shutil.copytree(folder, root / "broken")
    shutil.copytree(folder, root / ".hidden" / "one")
    (root / "broken" / "statement.md").unlink()
    return root


def test_a_folder_of_challenges_is_imported_and_updated(taco: Taco, collection: Path) -> None:
    first = taco("challenge", "import", "folder", collection, "--class", "10B", "--json")
    assert first.code == 0
    result = first.json()
    assert (result["imported"], result["knowledge"]) == (2, 0)
    reasons = {item["slug"]: item["reason"] for item in result["skipped"]}
    assert reasons["broken"] == "statement.md: This file is missing"
    assert "has the slug of" in reasons["double"]
    before = ids(taco)
    (collection / "unit/triple/statement.md").write_text("New.\n")
    again = taco("challenge", "import", "folder", collection, "--class", "10B")
    assert "Imported 2 challenges (1 unchanged, 1 updated)." in again.out
    assert ids(taco) == before


def test_a_folder_without_challenges_is_refused(taco: Taco, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for place, reason in {"empty": "There is no challenge in", "nowhere": "There is no folder"}.items():
        refused = taco("challenge", "import", "folder", tmp_path / place, "--class", "10B")
        assert (refused.code, refused.out) == (1, "")
        assert f"{reason} {tmp_path / place}." in refused.err


def test_an_import_that_skips_everything_has_failed(taco: Taco, folder: Path) -> None:
    (folder / "statement.md").unlink()
    for more in ((), ("--json",)):
        tried = taco("challenge", "import", "folder", folder.parent, "--class", "10B", *more)
        assert tried.code == 1
        assert "This file is missing" in tried.out
        assert tried.err.endswith("taco: Nothing was imported: every one was skipped, for the reason given.\n")


@pytest.mark.parametrize("command", ["check", "add"])
def test_a_folder_that_is_not_there_is_said_in_one_sentence(taco: Taco, tmp_path: Path, command: str) -> None:
    tried = taco("challenge", command, tmp_path / "nowhere")
    assert tried.code == 1
    said = tried.out + tried.err
    assert f"There is no folder {tmp_path / 'nowhere'}." in said
    assert "missing" not in said

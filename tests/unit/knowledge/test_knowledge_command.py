"""`taco knowledge`, as people and scripts use it, on a store of its own."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from storage import Class, open_store
from taco_lsp.cli.knowledge import app
from taco_lsp.errors import InvalidParams, NotFound


@pytest.fixture(autouse=True)
def _own_store(store_file: Path, no_settings_of_this_machine: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACO_STORE", f"sqlite:///{store_file.as_posix()}")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "loops.md").write_text("# Loops\n\nA loop repeats its body.\n")
    (folder / "sets.md").write_text("# Sets\n\nA set holds each member once.\n")
    return folder


def taco(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def answer(*words: object) -> Any:
    result = taco(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def make_class(store_file: Path) -> UUID:
    async def make() -> UUID:
        store = await open_store(f"sqlite:///{store_file.as_posix()}")
        async with store.write() as tx:
            user = await tx.users.local_profile()
            class_ = Class(organization_id=user.organization_id, name="9b")
            await tx.classes.add(class_)
        await store.close()
        return class_.id

    return asyncio.run(make())


def test_documents_are_added_listed_searched_and_removed(notes: Path) -> None:
    added = answer("add", notes)["documents"]
    assert added == [
        {"source": "notes/loops.md", "outcome": "added", "passages": 1},
        {"source": "notes/sets.md", "outcome": "added", "passages": 1},
    ]
    assert {row["outcome"] for row in answer("add", notes / "loops.md", notes)["documents"]} == {"unchanged"}
    listed = answer("list")["documents"]
    assert listed[0] == {
        "source": "notes/loops.md",
        "title": "Loops",
        "classId": None,
        "challengeId": None,
        "teacherOnly": False,
        "passages": 1,
    }
    (found,) = answer("search", "remove duplicates", "--limit", 1)["passages"]
    assert (found["title"], found["source"], found["text"]) == (
        "Sets",
        "notes/sets.md",
        "A set holds each member once.",
    )
    assert answer("remove", "notes/sets.md", notes / "loops.md")["removed"][0]["source"] == "notes/sets.md"
    assert answer("list") == {"documents": []}


def test_the_same_as_text(notes: Path) -> None:
    assert "No documents yet" in taco("list").stdout
    assert "added      notes/loops.md (1 passages)" in taco("add", notes, "--teacher-only").stdout
    assert "notes/sets.md  Sets, 1 passages, everybody  (teachers only)" in taco("list").stdout
    assert taco("search", "duplicates").stdout == "Nothing fits.\n"
    assert "A set holds each member once." in taco("search", "duplicates", "--as-teacher").stdout
    assert taco("remove", "notes/sets.md").stdout == "Removed notes/sets.md (1 passages).\n"


def test_a_class_has_its_own_documents(notes: Path, store_file: Path) -> None:
    class_id = make_class(store_file)
    answer("add", notes / "sets.md", "--class", class_id)
    answer("add", notes / "sets.md")
    assert [row["classId"] for row in answer("list")["documents"]] == [str(class_id), None]
    assert len(answer("list", "--class", class_id)["documents"]) == 1
    with pytest.raises(InvalidParams, match="2 documents"):
        raise_from(taco("remove", "sets.md"))
    answer("remove", "sets.md", "--class", class_id)
    assert [row["classId"] for row in answer("list")["documents"]] == [None]


def test_what_cannot_be_done_says_why(notes: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no document gone\.md"):
        raise_from(taco("remove", "gone.md"))
    with pytest.raises(InvalidParams, match="There is no"):
        raise_from(taco("add", tmp_path / "nowhere"))
    with pytest.raises(Exception, match="There is no class"):
        raise_from(taco("add", notes, "--class", "01890a5d-ac96-774b-bcce-b302099a8057"))
    with pytest.raises(InvalidParams, match="No model endpoint"):
        raise_from(taco("embed", "--model", "mini"))
    assert taco("add", notes, "--class", "nonsense").exit_code == 2
    assert answer("list") == {"documents": []}


def raise_from(result: Result) -> None:
    assert result.exception is not None, result.output
    raise result.exception

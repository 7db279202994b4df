"""`.taco/bindings.json`: found from the file, kept across writes, harmless when hostile."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage import new_id
from taco_lsp.context.bindings import bind, find, read, write_whole

ID, OTHER = new_id(), new_id()


def stored(folder: Path, text: str | bytes) -> None:
    file = folder / ".taco" / "bindings.json"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_what_was_bound_is_found(tmp_path: Path) -> None:
    bind(tmp_path, ["a.py", "src/b.py"], ID)
    assert find(tmp_path / "a.py") == (ID, tmp_path)
    assert find(tmp_path / "src" / "b.py") == (ID, tmp_path)
    assert find(tmp_path / "c.py") is None
    assert find(tmp_path / "src" / "a.py") is None


def test_binding_keeps_the_other_files_and_replaces_the_same(tmp_path: Path) -> None:
    bind(tmp_path, ["a.py", "b.py"], ID)
    bind(tmp_path, ["b.py"], OTHER)
    assert read(tmp_path) == {"a.py": ID, "b.py": OTHER}


def test_the_nearest_folder_wins(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    bind(tmp_path, ["inner/a.py"], ID)
    assert find(inner / "a.py") == (ID, tmp_path)
    bind(inner, ["a.py"], OTHER)
    assert find(inner / "a.py") == (OTHER, inner)


@pytest.mark.parametrize(("depth", "is_found"), [(0, True), (3, True), (4, False)])
def test_only_a_few_folders_above_are_looked_into(tmp_path: Path, depth: int, is_found: bool) -> None:
    below = "/".join(["d"] * depth + ["a.py"])
    bind(tmp_path, [below], ID)
    assert (find(tmp_path / below) is not None) is is_found


def test_the_bindings_move_with_the_folder(tmp_path: Path) -> None:
    bind(tmp_path / "here", ["a.py"], ID)
    (tmp_path / "here").rename(tmp_path / "there")
    assert find(tmp_path / "there" / "a.py") == (ID, tmp_path / "there")


def test_the_file_has_the_documented_form(tmp_path: Path) -> None:
    bind(tmp_path, ["b.py", "a.py"], ID)
    written = json.loads((tmp_path / ".taco" / "bindings.json").read_text())
    assert written == {"version": 1, "files": {"a.py": str(ID), "b.py": str(ID)}}
    assert [file.name for file in (tmp_path / ".taco").iterdir()] == ["bindings.json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "5", "null", "{}", '{"files": 5}', '{"files": {"a.py": "no id"}}', '{"files": {"a.py": 5}}',
     b"\xff\xfe", "[" * 200_000, '{"files": {' + " " * 300_000 + "}}"],
    ids=range(12),
)  # fmt: skip
def test_a_broken_or_hostile_file_binds_nothing(tmp_path: Path, text: str | bytes) -> None:
    stored(tmp_path, text)
    assert read(tmp_path) == {}
    assert find(tmp_path / "a.py") is None


def test_a_folder_in_the_place_of_the_file_binds_nothing(tmp_path: Path) -> None:
    (tmp_path / ".taco" / "bindings.json").mkdir(parents=True)
    assert read(tmp_path) == {}


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / ".taco").write_text("in the way")
    with pytest.raises(OSError, match="exists"):
        bind(tmp_path, ["a.py"], ID)


# --- writing whole ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "a\nb\n", "a\r\nb", "ü\u2028"])
def test_a_text_is_written_as_it_is(tmp_path: Path, text: str) -> None:
    write_whole(tmp_path / "deep" / "er" / "a.txt", text)
    assert (tmp_path / "deep" / "er" / "a.txt").read_bytes() == text.encode()


def test_half_a_character_does_not_cost_the_text(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", "a\ud83db")
    assert (tmp_path / "a.txt").read_bytes() == b"a?b"


def test_a_failed_write_leaves_the_old_text_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    (target / "full").mkdir(parents=True)
    with pytest.raises(OSError, match="irectory"):
        write_whole(target, "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]

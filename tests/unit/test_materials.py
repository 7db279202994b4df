"""A challenge's JSON columns read with care, and solutions of one or several files as one text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import Challenge, new_id
from taco_lsp.tutor.builtin import Hint
from taco_lsp.tutor.materials import Materials, is_safe, materials, references
from taco_lsp.tutor.solution_text import pack, unpack


def challenge(**columns: Any) -> Challenge:
    return Challenge(model_id=new_id(), title="T", statement="S", **columns)


def read(**given: Any) -> Materials:
    return materials(challenge(support_materials=given))


def test_everything_a_teacher_gave_is_read() -> None:
    given = read(
        files={"b.py": "B", "a.py": "A"}, main="b.py", tests={"test_a.py": "T"}, hints=[{"rung": 2, "text": "look"}]
    )
    assert given == Materials(
        files={"b.py": "B", "a.py": "A"},
        tests={"test_a.py": "T"},
        hints=(Hint(rung=2, text="look"),),
        main="b.py",
    )
    assert given.paths == ("b.py", "a.py")
    assert given.starter == "B"


@pytest.mark.parametrize("columns", [None, {}, {"files": None}, {"files": []}, {"files": {"a.py": 5}}])
def test_without_files_there_is_no_main_file(columns: Any) -> None:
    given = materials(challenge(support_materials=columns))
    assert (given.main, given.paths, given.starter, given.hints) == (None, (), None, ())


@pytest.mark.parametrize("main", [None, "gone.py", 5, ["a.py"]])
def test_the_first_file_is_the_main_one_when_no_other_is_named(main: Any) -> None:
    assert read(files={"a.py": "", "b.py": ""}, main=main).main == "a.py"


@pytest.mark.parametrize("hints", [5, "text", {"rung": 1}, [5, "x", {"rung": "1", "text": "a"}, {"rung": 1}], None])
def test_hints_that_do_not_fit_are_left_out(hints: Any) -> None:
    assert read(hints=hints).hints == ()


UNSAFE = [
    "../a.py",
    "a/../../b.py",
    "/etc/passwd",
    "C:\\a.py",
    "C:a.py",
    "..\\a.py",
    "\\a.py",
    "",
    ".",
    "a\0.py",
    "a\nb",
]
SAFE = ["a.py", "src/a.py", "./a.py", "naïve.py", "with space.py", "..a.py"]


@pytest.mark.parametrize("path", UNSAFE)
def test_a_path_that_leaves_its_folder_is_left_out(path: str) -> None:
    assert not is_safe(path)
    assert read(files={path: "x", "ok.py": ""}, tests={path: "x"}).paths == ("ok.py",)
    assert read(tests={path: "x"}).tests == {}


@pytest.mark.parametrize("path", SAFE)
def test_an_ordinary_path_is_kept(path: str) -> None:
    assert is_safe(path)


def test_references_are_all_texts_of_all_solutions() -> None:
    solutions = [{"files": {"a.py": "A", "b.py": "B"}}, {"files": {"a.py": "C"}}]
    assert references(challenge(possible_solutions={"solutions": solutions})) == ("A", "B", "C")


@pytest.mark.parametrize("given", [None, {}, {"solutions": 5}, {"solutions": "x"}, {"solutions": [5, {"files": 1}]}])
def test_references_that_do_not_fit_are_left_out(given: Any) -> None:
    assert references(challenge(possible_solutions=given)) == ()


# --- solutions as one text -------------------------------------------------------------------------------------


def test_one_file_is_stored_as_itself() -> None:
    assert pack({"a.py": "x = 1"}, ["a.py"]) == "x = 1"
    assert unpack("x = 1", ["a.py"]) == {"a.py": "x = 1"}


def test_one_file_that_looks_like_json_is_still_itself() -> None:
    assert unpack('{"b.py": "x"}', ["a.json"]) == {"a.json": '{"b.py": "x"}'}


def test_several_files_are_stored_in_one_canonical_form() -> None:
    paths = ["b.py", "a.py"]
    assert pack({"b.py": "ü", "a.py": ""}, paths) == pack({"a.py": "", "b.py": "ü"}, paths) == '{"a.py":"","b.py":"ü"}'


@pytest.mark.parametrize("text", ["x = 1", "[1]", "5", "", '{"a.py": '])
def test_a_text_that_is_no_set_of_files_is_the_main_file(text: str) -> None:
    assert unpack(text, ["main.py", "b.py"]) == {"main.py": text}


def test_files_the_challenge_does_not_know_are_left_out() -> None:
    assert unpack('{"a.py": "A", "../evil": "x", "b.py": 5}', ["a.py", "b.py"]) == {"a.py": "A"}


@pytest.mark.parametrize("files", [{}, {"a.py": "x"}])
def test_a_challenge_without_files_keeps_the_text(files: dict[str, str]) -> None:
    assert pack(files, []) == "".join(files.values())
    assert unpack("x", []) == {}


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text(), min_size=2))
def test_several_files_come_back_as_they_were(files: dict[str, str]) -> None:
    paths = sorted(files)
    assert unpack(pack(files, paths), paths) == files

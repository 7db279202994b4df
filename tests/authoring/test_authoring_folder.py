"""The parts of a challenge folder beyond the first ones: hints, solutions, materials, and names that do not work."""

from __future__ import annotations

from pathlib import Path

import pytest

from taco_lsp.authoring.challenge_folder import Reading, read_folder
from taco_lsp.authoring.draft import Draft


def put(folder: Path, name: str, content: bytes | str = "x") -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())


def draft(folder: Path) -> Draft:
    reading = read_folder(folder)
    assert reading.draft is not None, reading.problems
    return reading.draft


def problems(reading: Reading) -> list[str]:
    assert reading.draft is None
    return [str(problem) for problem in reading.problems]


def test_a_new_folder_has_everything(folder: Path) -> None:
    found = draft(folder)
    assert found.source.key == ("folder", "double")
    assert [hint.rung for hint in found.hints] == [1, 2, 3, 4, 5]
    assert set(found.documents) == {"functions.md"}
    assert [set(files) for files in found.solutions] == [{"double.py"}]
    assert found.difficulty == 1


def test_files_are_kept_byte_for_byte(folder: Path) -> None:
    texts = {"starter/crlf.py": b"a\r\nb\r", "tests/bom.txt": b"\xef\xbb\xbfx", "solutions/1/double.py": b"no end"}
    for name, content in texts.items():
        put(folder, name, content)
    found = draft(folder)
    given = {"starter/crlf.py": found.files["crlf.py"], "tests/bom.txt": found.tests["bom.txt"]}
    given["solutions/1/double.py"] = found.solutions[0]["double.py"]
    assert {name: text.encode() for name, text in given.items()} == texts


def test_line_ends_of_the_statement_say_nothing(folder: Path) -> None:
    put(folder, "statement.md", b"\xef\xbb\xbfone\r\ntwo\rthree")
    assert draft(folder).statement == "one\ntwo\nthree"


def test_hints_are_sorted_by_rung_and_empty_ones_left_out(folder: Path) -> None:
    for name, text in {"1-b.md": "B", "1-a.md": "A", "5.md": " \n", "2.txt": "two"}.items():
        put(folder, f"hints/{name}", text)
    hints = [(hint.rung, hint.text) for hint in draft(folder).hints]
    assert hints[:2] == [(1, "A"), (1, "B")]
    assert (2, "two") in hints
    assert 5 not in {rung for rung, _ in hints}


def test_several_solutions_are_kept_apart(folder: Path) -> None:
    put(folder, "solutions/recursive/double.py", "R")
    put(folder, "solution/double.py", "S")
    assert {files["double.py"] for files in draft(folder).solutions} >= {"R", "S"}
    assert len(draft(folder).solutions) == 3


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("hints/six.md", "x", "hints/six.md: The name of a hint begins with its rung, 1 to 5."),
        ("hints/12.md", "x", "hints/12.md: The name of a hint begins with its rung"),
        ("solutions/double.py", "x", "solutions/double.py: A solution needs a folder of its own."),
        ("solutions/2/other.py", "x", "solutions/2: None of its files has the name of a file in starter/"),
        ("materials/data.csv", "x", "materials/data.csv: Only Markdown can be quoted by the tutor."),
        ("tests/double.py", "x", "tests/double.py: It is in starter/double.py too."),
        ("tests/Double.py", "x", "Double.py: Double.py and double.py are one file on many computers."),
        ("starter/data.bin", b"a\nb\xff", "starter/data.bin:2: This file cannot be read: it is not UTF-8 text."),
        ("starter/nul.txt", b"\n\n\0", "starter/nul.txt:3: This file cannot be read: it holds a NUL character."),
        ("tests/large.txt", b"x" * 1_000_001, "tests/large.txt: This file cannot be read: it is larger than 1 MB."),
        ("challenge.toml", 'main = "x.py"', "challenge.toml: main: starter/x.py is missing."),
    ],
)
def test_what_cannot_work_is_named_by_its_file(folder: Path, name: str, content: bytes | str, words: str) -> None:
    put(folder, name, content)
    found = problems(read_folder(folder))
    assert len(found) == 1
    assert found[0].startswith(words)


def test_every_problem_of_a_folder_is_named_at_once(folder: Path) -> None:
    (folder / "statement.md").unlink()
    put(folder, "starter/a.bin", b"\xff")
    put(folder, "challenge.toml", "main = 1")
    assert {problem.partition(":")[0] for problem in problems(read_folder(folder))} == {
        "statement.md", "starter/a.bin", "challenge.toml",
    }  # fmt: skip


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "starter" / "inside.py").symlink_to(folder / "starter" / "double.py")
    (folder / "starter" / "outside.txt").symlink_to(tmp_path / "secret.txt")
    assert set(draft(folder).files) == {"double.py", "inside.py"}


@pytest.mark.parametrize("name", ["starter/__pycache__/x.pyc", "starter/.git/config", "tests/.DS_Store"])
def test_what_nobody_wrote_is_left_out(folder: Path, name: str) -> None:
    before = draft(folder)
    put(folder, name, b"\xff\xfe")
    assert draft(folder) == before

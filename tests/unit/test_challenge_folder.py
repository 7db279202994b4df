"""A challenge as a folder of plain files: read whole, or refused by the name of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import Challenge, new_id
from taco_lsp import samples
from taco_lsp.authoring.challenge_folder import read_challenge
from taco_lsp.errors import InvalidParams
from taco_lsp.tutor.materials import materials, references

TOML = 'title = "Sum"\nmain = "b.py"\n[[hints]]\nrung = 1\ntext = "look"\n[policy]\nhint_ceiling = 3\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A complete challenge."""
    for name, text in {
        "challenge.toml": TOML,
        "statement.md": "Add two numbers.\n",
        "starter/a.py": "A",
        "starter/b.py": "B",
        "starter/lib/c.py": "C",
        "starter/__pycache__/b.pyc": "no",
        "tests/test_b.py": "T",
        "solution/b.py": "S",
    }.items():
        file = tmp_path / "sum" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "sum"


def read(folder: Path) -> Challenge:
    return read_challenge(folder, model_id=new_id())


def test_a_whole_folder_becomes_a_challenge(folder: Path) -> None:
    challenge = read(folder)
    given = materials(challenge)
    assert (challenge.title, challenge.statement) == ("Sum", "Add two numbers.\n")
    assert given.files == {"a.py": "A", "b.py": "B", "lib/c.py": "C"}
    assert given.paths[0] == "b.py"
    assert given.tests == {"test_b.py": "T"}
    assert [hint.text for hint in given.hints] == ["look"]
    assert references(challenge) == ("S",)
    assert challenge.tutor_policy == {"hint_ceiling": 3}


def test_what_is_optional_may_be_missing(folder: Path) -> None:
    for name in ("tests/test_b.py", "solution/b.py"):
        (folder / name).unlink()
    (folder / "challenge.toml").write_text("")
    challenge = read(folder)
    assert challenge.title == "sum"
    assert materials(challenge).main == "a.py"
    assert (challenge.possible_solutions, challenge.tutor_policy) == (None, None)


@pytest.mark.parametrize("name", ["challenge.toml", "statement.md"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(InvalidParams, match=f"{name}: This file is missing"):
        read(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidParams, match=r"There is no folder .*nowhere"):
        read(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["statement.md", "starter/a.py", "challenge.toml"])
def test_a_file_that_is_no_text_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidParams, match=rf"{name}:1: This file cannot be read"):
        read(folder)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("title = ", "not valid TOML"),
        ('main = "gone.py"', r"starter/gone\.py is missing"),
        ("main = 5", "main must be a text"),
        ('main = ["b.py"]', "main must be a text"),
        ("title = 5", "title must be a text"),
        ('hints = "look"', "hints must be a list of tables"),
        ('policy = "off"', "policy must be a table"),
    ],
)
def test_a_mistake_in_the_toml_is_named(folder: Path, toml: str, message: str) -> None:
    (folder / "challenge.toml").write_text(toml)
    with pytest.raises(InvalidParams, match=message) as caught:
        read(folder)
    assert caught.value.hint or "TOML" in str(caught.value)


def test_a_challenge_without_a_starter_file_is_refused(folder: Path) -> None:
    for file in (folder / "starter").rglob("*.py"):
        file.unlink()
    (folder / "challenge.toml").write_text("")
    with pytest.raises(InvalidParams, match="starter/: There is no file"):
        read(folder)


def test_the_sample_challenge_reads_and_its_starter_is_not_the_solution() -> None:
    challenge = read(samples.AVERAGE)
    given = materials(challenge)
    assert given.hints
    assert references(challenge)
    assert given.starter not in references(challenge)

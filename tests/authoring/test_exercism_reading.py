"""Reading a track: what each part becomes, byte for byte, and why an exercise is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from taco_lsp.authoring.draft import Draft
from taco_lsp.authoring.exercism.exercise import exercises
from taco_lsp.authoring.exercism.hints import hints_of
from taco_lsp.authoring.exercism.track import read_track
from taco_lsp.authoring.importing import Skipped
from taco_lsp.errors import InvalidParams
from tests.support.small_track import META, REFERENCE, STUB, TESTS, SmallTrack


def read(track: SmallTrack) -> tuple[dict[str, Draft], dict[str, str]]:
    """The drafts by slug, and the reasons of what was skipped."""
    found = list(exercises(read_track(track.folder)))
    drafts = {item.source.slug: item for item in found if isinstance(item, Draft)}
    return drafts, {item.slug: item.reason for item in found if isinstance(item, Skipped)}


def one(track: SmallTrack) -> Draft:
    drafts, skipped = read(track)
    assert skipped == {}
    [draft] = drafts.values()
    return draft


def meta(**files: Any) -> str:
    return json.dumps({"files": META["files"] | files})


def test_an_exercise_becomes_a_draft_byte_for_byte(track: SmallTrack) -> None:
    track.leap(difficulty=4, prerequisites=["numbers"], practices=["bools"])
    draft = one(track)
    assert draft.source.key == ("exercism/python", "leap")
    assert (draft.title, draft.main) == ("Leap", "leap.py")
    assert {path: text.encode() for path, text in draft.files.items()} == {"leap.py": STUB}
    assert {path: text.encode() for path, text in draft.tests.items()} == {"leap_test.py": TESTS}
    assert [{p: t.encode() for p, t in files.items()} for files in draft.solutions] == [{"leap.py": REFERENCE}]
    assert (draft.difficulty, draft.prerequisites, draft.concepts) == (4, ("numbers",), ("bools",))


def test_the_statement_is_introduction_instructions_and_what_is_appended(track: SmallTrack) -> None:
    folder = track.leap()
    for name, text in {
        "instructions.append.md": "Append.\r\n",
        "introduction.md": "Intro.\n",
        "introduction.append.md": "",
    }.items():
        track.write(f"{folder.relative_to(track.folder)}/.docs/{name}", text)
    assert one(track).statement == "Intro.\n\n# Instructions\n\nLeap years.\n\nAppend."


def test_a_concept_exercise_has_an_exemplar_and_its_concepts(track: SmallTrack) -> None:
    files = {"solution": ["lasagna.py"], "test": ["lasagna_test.py"], "exemplar": [".meta/exemplar.py"]}
    track.exercise(
        "lasagna",
        {
            ".docs/instructions.md": "Cook.",
            ".meta/config.json": json.dumps({"files": files}),
            ".meta/exemplar.py": "X",
            "lasagna.py": "",
            "lasagna_test.py": "import pytest",
        },
        kind="concept",
        concepts=["basics"],
        prerequisites=[],
    )
    draft = one(track)
    assert (draft.concepts, draft.difficulty) == (("basics",), None)
    assert draft.solutions == ({"lasagna.py": "X"},)
    assert draft.check.command[-2:] == ("pytest", "-q")


def test_files_that_nobody_declares_but_tests_need_go_along(track: SmallTrack) -> None:
    folder = track.leap(meta=meta(editor=["shared.py"], invalidator=["build.gradle"]))
    for name in ("shared.py", "build.gradle", "data/years.txt", "package.json", ".npmrc"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    for name in (".approaches/a/snippet.txt", ".articles/x.md", "README.md", "HELP.md", "node_modules/m.js"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("no")
    assert set(one(track).tests) == {
        "leap_test.py", "shared.py", "build.gradle", "data/years.txt", "package.json", ".npmrc",
    }  # fmt: skip


def test_a_binary_file_is_left_out_unless_tests_need_it(track: SmallTrack) -> None:
    (track.leap() / "wrapper.jar").write_bytes(b"PK\xff\0")
    assert set(one(track).tests) == {"leap_test.py"}
    track.leap("image", tests="open('photo.png')")
    (track.folder / "exercises/practice/image/photo.png").write_bytes(b"\x89PNG\xff")
    _, skipped = read(track)
    assert skipped == {"image": "its files need photo.png, which cannot be read: it is not UTF-8 text"}


def test_a_reference_takes_the_places_of_the_stubs(track: SmallTrack) -> None:
    java = "src/main/java"
    folder = track.exercise(
        "bank",
        {
            ".docs/instructions.md": "Bank.",
            ".meta/config.json": json.dumps(
                {"files": {
                    "solution": [f"{java}/Bank.java", f"{java}/Account.java"],
                    "test": ["src/test/java/BankTest.java"],
                    "example": [".meta/src/reference/java/Account.java", ".meta/src/reference/java/Bank.java"],
                }}
            ),
            ".meta/src/reference/java/Account.java": "a",
            ".meta/src/reference/java/Bank.java": "b",
            ".meta/src/reference/java/Closed.java": "c",
            f"{java}/Bank.java": "",
            f"{java}/Account.java": "",
            "src/test/java/BankTest.java": "T",
        },
    )  # fmt: skip
    assert folder.is_dir()
    expected = {f"{java}/Account.java": "a", f"{java}/Bank.java": "b", f"{java}/Closed.java": "c"}
    assert one(track).solutions == (expected,)
    assert one(track).main == f"{java}/Bank.java"


def test_a_reference_of_another_name_takes_the_stub_of_its_kind(track: SmallTrack) -> None:
    files = {
        "solution": ["leap.c", "leap.h"],
        "test": ["test_leap.c"],
        "example": [".meta/example.h", ".meta/example.c"],
    }
    names = {
        ".meta/example.c": "C",
        ".meta/example.h": "H",
        "leap.c": "",
        "leap.h": "",
        "test_leap.c": "",
        "makefile": "",
    }
    track.exercise("leap", {".docs/instructions.md": "x", ".meta/config.json": json.dumps({"files": files}), **names})
    draft = one(track)
    assert draft.solutions == ({"leap.h": "H", "leap.c": "C"},)
    assert draft.check.command == ("make", "test")


def test_patterns_of_the_track_say_where_files_are_when_the_exercise_does_not(track: SmallTrack) -> None:
    track.config["files"] = {
        "solution": ["%{snake_slug}.py"], "test": ["%{pascal_slug}Test.py"], "example": [".meta/%{kebab_slug}.py"],
    }  # fmt: skip
    track.exercise(
        "two-fer",
        {
            ".docs/instructions.md": "x",
            ".meta/config.json": '{"files": {"solution": []}}',
            ".meta/two-fer.py": "R",
            "two_fer.py": "S",
            "TwoFerTest.py": "T",
        },
    )
    draft = one(track)
    assert (draft.files, dict(draft.tests), draft.solutions) == (
        {"two_fer.py": "S"}, {"TwoFerTest.py": "T"}, ({"two_fer.py": "R"},),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("without", "reason"),
    [
        ("leap.py", "leap.py (files.solution) is missing"),
        ("leap_test.py", "leap_test.py (files.test) is missing"),
        (".meta/example.py", ".meta/example.py (files.example) is missing"),
        (".docs/instructions.md", ".docs/instructions.md is missing"),
        (".meta/config.json", ".meta/config.json is missing"),
    ],
)
def test_a_missing_file_is_the_reason(track: SmallTrack, without: str, reason: str) -> None:
    track.leap(without=without)
    track.leap("whole")
    drafts, skipped = read(track)
    assert (set(drafts), skipped) == ({"whole"}, {"leap": reason})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            '{"files": {',
            ".meta/config.json is not valid JSON: Expecting property name enclosed in double quotes in line 1",
        ),
        ("\n\n[1, 2", ".meta/config.json is not valid JSON: Expecting ',' delimiter in line 3"),
        ("[" * 100_000, ".meta/config.json is not valid JSON"),
        ("[]", ".meta/config.json does not hold an object"),
        ("{}", ".meta/config.json does not say which files are its solution (files.solution)"),
        ('{"files": 5}', ".meta/config.json does not say which files are its solution (files.solution)"),
        (meta(test=[]), ".meta/config.json does not say which files are its test (files.test)"),
        (meta(test=["../../../config.json"]), "files.test names ../../../config.json, which is not in its folder"),
        (meta(solution=["/etc/passwd"]), "files.solution names /etc/passwd, which is not in its folder"),
        (meta(example=[".meta/../../x"]), "files.example names .meta/../../x, which is not in its folder"),
        (b"\xff", ".meta/config.json cannot be read: it is not UTF-8 text"),
    ],
)
def test_a_broken_exercise_is_skipped_with_the_reason(track: SmallTrack, content: bytes | str, reason: str) -> None:
    track.leap(meta=content)
    drafts, skipped = read(track)
    assert drafts == {}
    assert skipped["leap"].startswith(reason)


@pytest.mark.parametrize("name", ["stub", "tests", "reference"])
@pytest.mark.parametrize("content", [b"caf\xe9", b"a\0b", b"x" * 1_000_001])
def test_a_file_that_is_no_text_is_the_reason(track: SmallTrack, name: str, content: bytes) -> None:
    track.leap(**{name: content})
    drafts, skipped = read(track)
    assert drafts == {}
    assert "cannot be read" in skipped["leap"]


def test_a_link_out_of_the_exercise_is_not_followed(track: SmallTrack, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    folder = track.leap()
    (folder / "extra.txt").symlink_to(tmp_path / "secret")
    assert set(one(track).tests) == {"leap_test.py"}
    (folder / "leap.py").unlink()
    (folder / "leap.py").symlink_to(tmp_path / "secret")
    assert read(track)[1] == {"leap": "files.solution names leap.py, which is not in its folder"}


def test_what_the_track_does_not_offer_is_skipped(track: SmallTrack) -> None:
    track.leap("old", status="deprecated")
    track.leap("draft", status="wip")
    track.leap("new", status="beta")
    track.list("gone")
    track.list("new")
    track.list("../up")
    track.config["exercises"]["practice"].append("no object")
    track.save()
    track.write("exercises/practice/stray/leap.py", "")
    drafts, skipped = read(track)
    assert set(drafts) == {"new"}
    assert skipped == {
        "old": "the track has deprecated it",
        "draft": "the track says it is not finished (wip)",
        "gone": "its folder exercises/practice/gone is missing",
        "new": "the track lists it twice; the first one counts",
        "../up": "entry 6 of the practice exercises in config.json has no usable slug",
        "practice-7": "entry 7 of the practice exercises in config.json has no usable slug",
        "stray": "the track's config.json does not list it",
    }


@pytest.mark.parametrize("content", [None, "{", "[]", b"\xff"])
def test_a_track_without_a_usable_config_is_refused(track: SmallTrack, content: bytes | str | None) -> None:
    if content is None:
        (track.folder / "config.json").unlink()
    else:
        track.write("config.json", content)
    with pytest.raises(InvalidParams, match=r"config\.json") as caught:
        read_track(track.folder)
    assert "exercism/python" in caught.value.hint


@pytest.mark.parametrize(
    "config", [{}, {"exercises": []}, {"exercises": {"practice": 5, "concept": None}, "concepts": {}, "files": []}]
)
def test_a_config_that_says_nothing_is_an_empty_track(track: SmallTrack, config: dict[str, Any]) -> None:
    track.write("config.json", json.dumps(config))
    found = read_track(track.folder)
    assert (found.listings, found.slug, found.concepts) == ((), "track", {})


# --- hints -----------------------------------------------------------------------------------------------------


def test_each_heading_is_a_hint_with_the_links_it_uses() -> None:
    text = (
        "# Hints\n\n## General\n\n- See [docs][d].\n\n## 1. First\n\nDo it.\n\n### Detail\n\n"
        "```sh\n# no heading\n```\n\n[d]: https://example.org/d\n[unused]: https://example.org/u\n"
    )
    first, second = hints_of(text)
    assert (first.rung, first.text) == (1, "**General**\n\n- See [docs][d].\n\n[d]: https://example.org/d")
    assert (second.rung, second.text) == (2, "**1. First**\n\nDo it.\n\n### Detail\n\n```sh\n# no heading\n```")


@pytest.mark.parametrize(("count", "rungs"), [(1, [1]), (5, [1, 2, 3, 4, 5]), (7, [1, 1, 2, 3, 3, 4, 5])])
def test_more_hints_than_rungs_are_spread_in_order(count: int, rungs: list[int]) -> None:
    text = "# Hints\n" + "".join(f"\n## Task {number}\n\nThink.\n" for number in range(count))
    assert [hint.rung for hint in hints_of(text)] == rungs


def test_hints_without_headings_are_one_hint() -> None:
    assert [(hint.rung, hint.text) for hint in hints_of("Think of a list.\n")] == [(1, "Think of a list.")]
    assert hints_of("# Hints\n\n") == ()


def test_what_stands_before_the_first_heading_goes_with_it() -> None:
    [hint] = hints_of("# Hints\n\nFirst words.\n\n## One\n\nThink.\n")
    assert hint.text == "**One**\n\nFirst words.\n\n\nThink."

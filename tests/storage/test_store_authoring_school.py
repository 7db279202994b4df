"""Keeping challenges in a school's database: a teacher's login may, within its classes; a student's may not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_samples import Open
from store_school import School, open_school
from store_track import write_track

from storage import Store, StoreError
from taco_lsp.authoring import upkeep
from taco_lsp.authoring.challenge_folder import read_draft
from taco_lsp.authoring.exercism.importing import import_track
from taco_lsp.authoring.exercism.track import read_track
from taco_lsp.authoring.places import author, place_to_fill
from taco_lsp.authoring.skeleton import write_skeleton
from taco_lsp.errors import Forbidden, NotFound
from tests.support.postgres import Server


@pytest.fixture(scope="module")
def school(postgres: Server) -> Iterator[School]:
    yield from open_school(postgres)


async def import_(store: Store, track: Path, class_name: str) -> tuple[dict[str, int], int]:
    actor = await author(store)
    async with store.write() as tx:
        place = await place_to_fill(tx, actor, class_name)
    imported, knowledge = await import_track(store, read_track(track), place, step=lambda: None)
    return dict(imported.outcomes), knowledge


async def test_a_teacher_imports_and_the_class_sees_no_solution(school: School, opened: Open, tmp_path: Path) -> None:
    tess, ada, tom = [await opened(school.url(name)) for name in ("tess", "ada", "tom")]
    track = write_track(tmp_path / "track")
    assert await import_(tess, track, "A") == ({"added": 1}, 1)
    assert await import_(tess, track, "A") == ({"unchanged": 1}, 1)
    (track / "exercises/practice/a/.docs/instructions.md").write_text("Do it.")
    assert await import_(tess, track, "A") == ({"updated": 1}, 1)
    [seen] = [it for it in (await upkeep.list_(ada, None))[0] if it.title == "A"]
    assert (seen.statement, seen.possible_solutions) == ("Do it.", None)
    assert [it for it in (await upkeep.list_(tom, None))[0] if it.title == "A"] == []


async def test_a_teacher_adds_edits_and_removes_in_a_class_of_their_own(
    school: School, opened: Open, tmp_path: Path
) -> None:
    write_skeleton(tmp_path / "double")
    draft = read_draft(tmp_path / "double")
    tess = await opened(school.url("tess"))
    place, added = await upkeep.add(tess, draft, "Brand new")
    assert place.is_new
    (tmp_path / "double/statement.md").write_text("Other words.")
    edited = await upkeep.edit(tess, read_draft(tmp_path / "double"), id_=None, class_name="Brand new")
    assert (edited.challenge.id, edited.outcome) == (added.challenge.id, "updated")
    await upkeep.remove(tess, ["double"], "Brand new")
    assert (await upkeep.restore(tess, str(added.challenge.id), None)).title == "Double"


async def test_another_teacher_s_class_is_out_of_reach(school: School, opened: Open, tmp_path: Path) -> None:
    write_skeleton(tmp_path / "triple")
    draft = read_draft(tmp_path / "triple")
    tess, tom = await opened(school.url("tess")), await opened(school.url("tom"))
    _, added = await upkeep.add(tess, draft, "A")
    for attempt in (
        upkeep.edit(tom, draft, id_=added.challenge.id, class_name=None),
        upkeep.remove(tom, [str(added.challenge.id)], None),
        upkeep.get(tom, added.challenge.id),
    ):
        with pytest.raises((NotFound, StoreError)):
            await attempt


async def test_a_student_s_login_keeps_no_challenges(school: School, opened: Open, tmp_path: Path) -> None:
    write_skeleton(tmp_path / "mine")
    ada = await opened(school.url("ada"))
    with pytest.raises(Forbidden, match="for teachers"):
        await upkeep.add(ada, read_draft(tmp_path / "mine"), "A")

"""Adding, replacing, finding and removing documents."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from library_shelf import Shelf

from taco_lsp.errors import InvalidParams
from taco_lsp.knowledge import embedding, files, library, retrieve
from taco_lsp.models.errors import ModelError

LOOPS = (
    "# Loops\n\nA `for` loop visits each element.\n\n## While\n\nA `while` loop runs until its condition is false.\n"
)
DICTS = "# Dictionaries\n\nA dictionary stores values under keys.\n"


async def test_a_folder_is_added_and_its_documents_are_found(shelf: Shelf) -> None:
    shelf.file("notes/loops.md", LOOPS)
    shelf.file("notes/deep/dicts.markdown", DICTS)
    shelf.file("notes/.hidden/x.md", "hidden")
    shelf.file("notes/other.txt", "other")
    assert await shelf.add(shelf.folder / "notes") == ["added", "added"]
    (first, *_) = await shelf.find("KeyError: 'apple'")
    assert (first.source, first.title) == ("notes/deep/dicts.markdown", "Dictionaries")
    assert first.text == "A dictionary stores values under keys."
    (first, *_) = await shelf.find("my while never stops")
    assert first.title == "Loops > While"


async def test_adding_again_changes_only_what_changed(shelf: Shelf) -> None:
    loops, dicts = shelf.file("loops.md", LOOPS), shelf.file("dicts.md", DICTS)
    await shelf.add(loops, dicts)
    before = {document.source: document for document in await shelf.documents()}
    shelf.file("loops.md", LOOPS.replace("each element", "every item"))
    assert await shelf.add(shelf.folder) == ["unchanged", "updated"]
    after = {document.source: document for document in await shelf.documents()}
    assert after.keys() == before.keys()
    assert after["dicts.md"] == before["dicts.md"]
    assert after["loops.md"].passages[0].text == "A `for` loop visits every item."
    assert len(after["loops.md"].passages) == len(before["loops.md"].passages)


async def test_a_document_that_became_empty_is_gone(shelf: Shelf) -> None:
    path = shelf.file("loops.md", LOOPS)
    await shelf.add(path)
    shelf.file("loops.md", "")
    assert await shelf.add(path) == ["empty"]
    assert await shelf.documents() == ()


async def test_the_same_file_may_hold_in_several_scopes(shelf: Shelf) -> None:
    path = shelf.file("loops.md", LOOPS)
    for scope in (shelf.everybody, shelf.in_class, shelf.in_challenge):
        assert await shelf.add(path, scope=scope) == ["added"]
    assert len(await shelf.documents()) == 3
    shelf.file("loops.md", "changed")
    assert await shelf.add(path, scope=shelf.in_class) == ["updated"]
    texts = [document.passages[0].text for document in await shelf.documents()]
    assert sorted(texts) == ["A `for` loop visits each element."] * 2 + ["changed"]


async def test_a_document_is_found_in_its_scope_only(shelf: Shelf) -> None:
    await shelf.add(shelf.file("loops.md", LOOPS), scope=shelf.in_challenge)
    assert await shelf.find("loop", scope=shelf.in_challenge)
    assert await shelf.find("loop", scope=shelf.in_class) == ()
    assert await shelf.find("loop", scope=shelf.everybody) == ()


@pytest.mark.parametrize("way", ["option", "front matter", "division"])
async def test_what_is_for_teachers_is_found_by_teachers_only(shelf: Shelf, way: str) -> None:
    front = "---\naudience: teachers\n---\n" if way == "front matter" else ""
    secret = "The answer is a loop over zebras."
    body = f"::: solution\n{secret}\n:::\n" if way == "division" else f"{secret}\n"
    vectors = embedding.Embedder(model="m", embed=same_vector)
    await shelf.add(shelf.file("secret.md", front + body), teacher_only=way == "option")
    await library.embed(shelf.store, shelf.everybody.organization_id, vectors)
    assert await shelf.find("loop over zebras", embed=vectors) == ()
    (found,) = await shelf.find("loop over zebras", for_teachers=True)
    assert found.text == secret
    (document,) = await shelf.documents()
    assert document.teacher_only


async def test_changing_the_audience_is_a_change(shelf: Shelf) -> None:
    path = shelf.file("loops.md", LOOPS)
    await shelf.add(path)
    assert await shelf.add(path, teacher_only=True) == ["updated"]
    assert await shelf.find("loop") == ()


async def test_removed_documents_are_not_found(shelf: Shelf) -> None:
    await shelf.add(shelf.file("loops.md", LOOPS), shelf.file("dicts.md", DICTS))
    await library.remove(shelf.store, [d for d in await shelf.documents() if d.source == "loops.md"])
    assert [document.source for document in await shelf.documents()] == ["dicts.md"]
    assert all(passage.source == "dicts.md" for passage in await shelf.find("for loop while"))


async def test_a_document_about_the_matter_comes_before_one_that_mentions_it(shelf: Shelf) -> None:
    filler = "Nothing else is said in this place, at some length. " * 3
    about = "# Chapter\n\n" + "\n".join(f"## Part {n}\n\nA star takes the rest. {filler}\n" for n in range(5))
    await shelf.add(shelf.file("about.md", about), shelf.file("mention.md", "Star rest."), shelf.file("x.md", LOOPS))
    found = await shelf.find("what does the star take", limit=4)
    assert [passage.source for passage in found] == ["about.md", "mention.md", "about.md", "about.md"]


@pytest.mark.parametrize("question", ["", "?", "xyzzy", "the of and", "q" * 200_000])
async def test_a_question_that_fits_nothing_finds_nothing(shelf: Shelf, question: str) -> None:
    await shelf.add(shelf.file("loops.md", "Zebras."))
    assert await shelf.find(question) == ()


async def test_files_that_cannot_be_read_are_refused_and_nothing_is_added(shelf: Shelf) -> None:
    good = shelf.file("good.md", LOOPS)
    latin = shelf.folder / "latin.md"
    latin.write_bytes("ção".encode("latin-1"))
    huge = shelf.folder / "huge.md"
    huge.write_bytes(b"x" * (files.MAX_BYTES + 1))
    empty = shelf.folder / "empty"
    empty.mkdir()
    text = shelf.file("plain.txt", "x")
    for path, words in (
        (latin, "UTF-8"),
        (huge, "larger than 2 MB"),
        (empty, "no Markdown"),
        (text, "no Markdown"),
        (shelf.folder / "none.md", "There is no"),
    ):
        with pytest.raises(InvalidParams, match=words):
            await shelf.add(good, path)
    assert await shelf.documents() == ()


# Vectors


async def same_vector(texts: Sequence[str]) -> Sequence[embedding.Vector]:
    return [(1.0, 0.0) for _ in texts]


async def by_animal(texts: Sequence[str]) -> Sequence[embedding.Vector]:
    """A model that knows one thing: whether a text is about big cats."""
    return [
        (1.0, 0.1) if any(cat in text.lower() for cat in ("tiger", "lion", "big cat")) else (-0.2, 1.0)
        for text in texts
    ]


async def test_meaning_finds_what_no_word_says_and_words_still_count(shelf: Shelf) -> None:
    embedder = embedding.Embedder(model="cats", embed=by_animal)
    await shelf.add(*(shelf.file(f"{name}.md", f"The {name}.") for name in ("tiger", "sparrow", "lion")))
    await library.embed(shelf.store, shelf.everybody.organization_id, embedder)
    assert await shelf.find("big cat") == ()
    assert {passage.source for passage in await shelf.find("big cat", embed=embedder)} == {"tiger.md", "lion.md"}
    found = await shelf.find("is the lion a big cat or a sparrow", embed=embedder)
    assert found[0].source == "lion.md"
    assert {passage.source for passage in found} == {"tiger.md", "sparrow.md", "lion.md"}


async def test_only_missing_vectors_and_those_of_another_model_are_made(shelf: Shelf) -> None:
    asked: list[str] = []

    async def remember(texts: Sequence[str]) -> Sequence[embedding.Vector]:
        asked.extend(texts)
        return await same_vector(texts)

    organization = shelf.everybody.organization_id
    one, two = (embedding.Embedder(model=name, embed=remember) for name in ("one", "two"))
    await shelf.add(shelf.file("loops.md", LOOPS))
    assert await library.embed(shelf.store, organization, one) == 2
    assert asked[0] == "Loops\n\nA `for` loop visits each element."
    assert await library.embed(shelf.store, organization, one) == 0
    await shelf.add(shelf.file("dicts.md", DICTS))
    assert await library.embed(shelf.store, organization, one) == 1
    assert await library.embed(shelf.store, organization, two) == 3
    assert {(entry.metadata or {})["model"] for d in await shelf.documents() for entry in d.passages} == {"two"}
    assert len(asked) == 6


async def broken(texts: Sequence[str]) -> Sequence[embedding.Vector]:
    raise ModelError("unreachable", "There is no connection.")


async def never(texts: Sequence[str]) -> Sequence[embedding.Vector]:
    return await asyncio.get_running_loop().create_future()


@pytest.mark.parametrize("embed", [broken, never])
async def test_without_an_answer_of_the_model_words_alone_find(
    shelf: Shelf, embed: embedding.Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieve, "EMBED_WAIT_S", 0.01)
    await shelf.add(shelf.file("loops.md", LOOPS))
    found = await shelf.find("loop", embed=embedding.Embedder(model="m", embed=embed))
    assert found[0].source == "loops.md"


def test_the_nearest_vectors_come_first_and_unfit_ones_not_at_all() -> None:
    from array import array

    def packed(*numbers: float) -> bytes:
        return array("f", numbers).tobytes()

    vectors = [
        ("far", packed(0.1, 1)),
        ("same, but long", packed(40, 0)),
        ("near", packed(1, 0.5)),
        ("opposite", packed(-1, 0)),
        ("other length", packed(1, 0, 0)),
        ("nothing", packed(0, 0)),
    ]
    assert embedding.nearest((2.0, 0.0), vectors, 9) == ["same, but long", "near", "far"]
    assert embedding.nearest((2.0, 0.0), vectors, 1) == ["same, but long"]


def test_a_file_is_recognised_wherever_it_is_named_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes").mkdir()
    path = tmp_path / "notes" / "a.md"
    path.write_text("x")
    monkeypatch.chdir(tmp_path)
    named = {files.origin_of(p) for p in (path, Path("notes/a.md"), Path("notes/../notes/a.md"))}
    assert len(named) == 1
    assert str(tmp_path) not in named.pop()

"""How a document becomes passages."""

import pytest

from taco_lsp.knowledge.markdown import MAX_BLOCK_CHARS, MAX_CHARS, parse


def shape(text: str) -> list[tuple[tuple[str, ...], str]]:
    return [(passage.headings, passage.text) for passage in parse(text).passages]


def test_sections_keep_the_path_of_headings_above_them() -> None:
    text = "intro\n\n# Loops\n\nA\n\n## For\n\nB\n\n### Range ##\n\nC\n\n## While\n\nD\n"
    assert shape(text) == [
        ((), "intro"),
        (("Loops",), "A"),
        (("Loops", "For"), "B"),
        (("Loops", "For", "Range"), "C"),
        (("Loops", "While"), "D"),
    ]
    assert parse(text).title == "Loops"


def test_underlined_headings_count_and_rules_lists_and_tables_do_not() -> None:
    assert shape("Loops\n=====\n\nA\n\nFor\n---\nB\n\n---\n\n- item\n---\nC\n") == [
        (("Loops",), "A"),
        (("Loops", "For"), "B\n\n---\n\n- item\n---\nC"),
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_front_matter_gives_the_title_and_is_no_text(newline: str) -> None:
    text = newline.join(["---", 'title: "For Loops"', "teaching: 10", "nested:", "  - x", "---", "", "Text", ""])
    document = parse("\ufeff" + text)
    assert document.title == "For Loops"
    assert document.front_matter["teaching"] == "10"
    assert [passage.text for passage in document.passages] == ["Text"]


@pytest.mark.parametrize("fence", ["```", "~~~", "````"])
def test_a_code_block_is_kept_whole_and_as_it_is(fence: str) -> None:
    code = f"{fence}python\n# no heading\n\n::: no division\n[x]: no definition\nprint(a[0](b)) <!-- kept -->\n{fence}"
    assert shape(f"# T\n{code}\n\nafter") == [(("T",), f"{code}\n\nafter")]


def test_a_fence_is_closed_only_by_one_as_long() -> None:
    assert shape("````\n```\n# inside\n```\n````\n# outside\nx") == [
        ((), "````\n```\n# inside\n```\n````"),
        (("outside",), "x"),
    ]


def test_links_are_reduced_to_their_words() -> None:
    text = (
        "See [the `for` loop][for], [docs](https://example.org/a_(b) \"t\"), ![a plot](p.png){alt='x'} "
        "and items[0].\n\n[for]: https://example.org\n<!-- nobody\nsees this -->"
    )
    assert shape(text) == [((), "See the `for` loop, docs, a plot and items[0].")]


@pytest.mark.parametrize("name", ["solution", "instructor", "Solution"])
def test_a_division_for_teachers_is_marked_and_its_headings_end_with_it(name: str) -> None:
    text = f"## Task\nDo it.\n\n:::: challenge\nTry.\n::::::: {name}\n## Answer\n42\n:::::::\nMore.\n::::\nEnd.\n"
    found = [(passage.headings, passage.text, passage.teacher_only) for passage in parse(text).passages]
    assert found == [
        (("Task",), "Do it.", False),
        (("Task",), "Try.", False),
        (("Answer",), "42", True),
        (("Task",), "More.", False),
        (("Task",), "End.", False),
    ]


def test_a_long_section_is_split_between_paragraphs_and_never_inside_code() -> None:
    code = "```\n" + "\n\n".join(f"line {n}" for n in range(300)) + "\n```"
    paragraphs = [f"{n} " + "word " * 60 for n in range(12)]
    passages = parse("# T\n" + "\n\n".join([*paragraphs, code])).passages
    assert all(passage.headings == ("T",) for passage in passages)
    assert all(len(passage.text) <= MAX_CHARS or passage.text == code for passage in passages)
    assert code in [passage.text for passage in passages]
    assert " ".join(passage.text for passage in passages).split() == " ".join([*paragraphs, code]).split()


@pytest.mark.parametrize("text", ["x" * 20_000, "a b\n" * 9_000, "```\n" + "y\n" * 9_000])
def test_no_passage_is_without_bounds(text: str) -> None:
    passages = parse(text).passages
    assert all(len(passage.text) <= MAX_BLOCK_CHARS for passage in passages)
    assert "".join("".join(passage.text for passage in passages).split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["", "\n\n", "# Only a heading\n", "---\ntitle: x\n---\n", "<!-- x -->"])
def test_a_document_without_text_has_no_passages(text: str) -> None:
    assert parse(text).passages == ()


@pytest.mark.parametrize("unit", ["[", "[a](", "](", "<!-- ", "```\n", ":::", "#", "- [x][", "{#", "!["])
def test_hostile_text_is_split_like_any_other(unit: str) -> None:
    passages = parse(f"# T\n{unit * (20_000 // len(unit))}").passages
    assert all(len(passage.text) <= MAX_BLOCK_CHARS for passage in passages)

"""`taco eval retrieval`: what it counts, and that it measures the product."""

import json
from pathlib import Path
from typing import Any

import pytest

from taco_lsp.errors import InvalidParams
from taco_lsp.evaluation.retrieval import evaluate


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    texts = {
        "loops/about.md": "# About\n\nA loop repeats its body.\n",
        "dicts.md": "# Dictionaries\n\nA dictionary stores values under keys.\n",
        ".docs/sets.md": "# Sets\n\nA set holds each member once.\n",
        "notes.txt": "A set, a loop, a dictionary.\n",
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def cases(tmp_path: Path) -> Any:
    def write(*rows: Any) -> Path:
        path = tmp_path / "cases.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return write


def test_documents_are_named_by_their_paths_and_found_as_the_tutor_finds_them(corpus: Path, cases: Any) -> None:
    file = cases(
        {"query": "KeyError: 'pear'", "gold": ["dicts.md"]},
        {"query": "for x in y", "gold": ["./loops/about.md"]},
        {"query": "no duplicates please", "gold": [".docs/sets.md"], "more": 1},
    )
    assert evaluate(file, corpus) == {"cases": 3, "recall@1": 1.0, "recall@5": 1.0, "mrr": 1.0, "unknown": []}


def test_shares_and_ranks_are_counted(corpus: Path, cases: Any) -> None:
    file = cases(
        {"query": "a dictionary stores values under keys, a loop not", "gold": ["loops/about.md"]},
        {"query": "a loop", "gold": ["loops/about.md", "gone.md"]},
        {"query": "xyzzy", "gold": ["dicts.md"]},
    )
    result = evaluate(file, corpus)
    assert result["recall@1"] == pytest.approx(0.5 / 3)
    assert result["recall@5"] == pytest.approx((1 + 0.5) / 3)
    assert result["mrr"] == pytest.approx((0.5 + 1) / 3)
    assert result["unknown"] == ["gone.md"]


def test_no_case_is_no_error(corpus: Path, cases: Any) -> None:
    assert evaluate(cases(), corpus)["cases"] == 0


@pytest.mark.parametrize("case", [{"query": 1, "gold": ["a"]}, {"query": "a", "gold": []}, {"query": "a", "gold": "b"}])
def test_a_case_of_another_form_is_refused(corpus: Path, cases: Any, case: Any) -> None:
    with pytest.raises(InvalidParams, match="`gold`"):
        evaluate(cases(case), corpus)

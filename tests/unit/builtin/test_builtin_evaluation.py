"""`taco eval explain`: the measure itself, and what it says of the cases beside the tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from taco_lsp.errors import InvalidParams
from taco_lsp.evaluation.explain import evaluate

CASES = Path(__file__).parents[2] / "cases" / "explain"


def test_outcomes_are_counted_by_type_and_every_row_carries_its_text(tmp_path):
    frame = 'Traceback (most recent call last):\n  File "m.py", line 2, in <module>\n    x\n'
    rows = [
        {"id": "a", "stderr": f"{frame}NameError: name 'x' is not defined\n", "language": "python"},
        {"id": "b", "stderr": f"{frame}OddError\n", "language": "python", "code": "y\nx\n"},
        {"id": "c", "stderr": "all is well\n", "language": "python"},
        {
            "id": "d",
            "stderr": f"{frame}NameError: name 'x' is not defined\n",
            "language": "python",
            "answerLanguage": "es",
        },
    ]
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    found = evaluate(file)

    assert (found["cases"], found["specific"], found["generic"], found["none"]) == (4, 0.5, 0.25, 0.25)
    assert found["byType"]["NameError"] == {"specific": 2, "generic": 0, "none": 0}
    assert [row["outcome"] for row in found["rows"]] == ["specific", "generic", "none", "specific"]
    assert "never given a value" in found["rows"][0]["text"]
    assert "nunca recibió un valor" in found["rows"][3]["text"]


def test_a_case_without_its_standard_error_is_refused_by_line(tmp_path):
    file = tmp_path / "cases.jsonl"
    file.write_text('{"id": "a", "language": "python"}\n', encoding="utf-8")

    with pytest.raises(InvalidParams, match="line 1"):
        evaluate(file)


@pytest.mark.parametrize(("name", "least"), [("development", 0.99), ("held_out", 0.98)])
def test_real_failures_of_python_3_6_to_3_13_are_explained_by_their_own_cause(name, least):
    found = evaluate(CASES / f"{name}.jsonl")

    assert found["cases"] > 400
    assert found["none"] == 0
    assert found["specific"] >= least, [row["id"] for row in found["rows"] if row["outcome"] != "specific"]

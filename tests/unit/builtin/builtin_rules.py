"""The rules that every text of the built-in tutor keeps."""

from __future__ import annotations

import re

from taco_lsp.tutor.builtin import Explanation
from taco_lsp.tutor.builtin.wording import word_count

DICTATES = re.compile(
    r"\b(?:replace|change|swap|rename) [^.?!\n]{1,60} (?:by|with|to|into) `"
    r"|\b(?:add|insert|put|write|remove|delete|use) (?:a |an |the |another )?[`'\":;,()=]"
    r"|\byou (?:should|need to|must|have to) (?:write|add|use|replace|change|remove|put)\b"
    r"|\b(?:should|must) be `|\bthe (?:fix|correct (?:code|line|version)) is\b",
    re.IGNORECASE,
)
"""Finds a sentence that hands over the fix."""


def check_rules(explanation: Explanation, code: str = "") -> None:
    """Every explanation is short, plain Markdown that dictates nothing and hands over no code."""
    assert 40 <= word_count(explanation.body) <= 160, explanation.body
    assert "\n" not in explanation.summary
    assert explanation.summary.endswith((".", "…"))
    assert not DICTATES.search(explanation.body), DICTATES.search(explanation.body)
    assert "```" not in explanation.body
    copied = [line for line in code.splitlines() if len(line.strip()) > 12 and line.strip() in explanation.body]
    assert len(set(copied)) <= 2, copied
    assert "{on}" not in explanation.body
    assert "  " not in explanation.summary

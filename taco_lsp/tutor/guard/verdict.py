"""What the guard decides about a reply."""

from __future__ import annotations

from typing import Literal

import attrs

Rule = Literal["reference", "implements", "corrected", "program", "dictated", "code"]
"""Why something is held back.

- reference: it is a reference solution, or most of its essential lines, whatever names and layout it has
- implements: it defines what the task asks for, and that is not the student's own code
- corrected: it is the student's program with the decisive lines changed
- program: it is a whole function or program that by its form, names and words answers this task, under any name
- dictated: a sentence says which edit to make
- code: it is code, and the teacher allows none (decided where the policy is known, not by the guard)
"""


@attrs.frozen(kw_only=True)
class Verdict:
    """Whether something was held back, and the `Rule` that fired."""

    blocked: bool = False
    rule: Rule | None = None

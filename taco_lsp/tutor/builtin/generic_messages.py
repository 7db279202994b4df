"""What many messages have in common, whatever library wrote them: something must be, is missing, was not found.

Asked when no rule knows the error: the parts of the message are put into plain words.
"""

from __future__ import annotations

import re
from typing import Any

from taco_lsp.tutor.builtin.failure import Cause, Explainer, Failure, Rule, rule
from taco_lsp.tutor.builtin.wording import quote


def _told(key: str, *names: str) -> Explainer:
    """Explain with the parts of the message, quoted as they are, and with the message itself."""

    def explain(failure: Failure, match: re.Match[str]) -> Cause:
        groups = ((group or "").strip().replace("`", "'") for group in match.groups())
        parts: dict[str, Any] = dict(zip(names, groups, strict=False))
        return failure.cause(f"generic_messages.{key}", message=quote(failure.message, 100), **parts)

    return explain


RULES: tuple[Rule, ...] = (
    rule(
        r"""(?:^|[: ])([\w.'"\[\]() -]{1,60}?) must (?:not )?be ([^.;]{2,80})""", _told("must_be", "argument", "wanted")
    ),
    rule(
        r"[Ee]xpected ([^,;.]{1,60}?),? (?:but )?(?:got|found|received|not) ([^,;]{1,60})",
        _told("expected_got", "wanted", "got"),
    ),
    rule(
        r"""[Ii]nvalid ([\w -]{1,40}?)(?: for [\w ]{1,30})?:? ['"]([^'"]{1,60})['"]""",
        _told("invalid_value", "what", "value"),
    ),
    rule(
        r"""(?:unknown|unrecognized|unsupported|bad) ([\w -]{1,40}?):? ['"]([^'"]{1,60})['"]""",
        _told("unknown_value", "what", "value"),
    ),
    rule(
        r"""['"]([^'"]{1,60})['"] (?:is |was |could )?not (?:be )?(?:found|in|defined|exist)\b""",
        _told("not_found", "value"),
    ),
    rule(r"(?:[Mm]issing|requires?|[Nn]eeds?) (?:a |an |the |at least )?([^.;:]{2,60})", _told("missing", "what")),
    rule(r"(?:[Cc]annot|[Cc]an't|[Cc]ould not|[Uu]nable to|[Ff]ailed to) ([^.;:]{3,80})", _told("cannot", "what")),
    rule(
        r"""(['"]?[\w./ -]{1,60}['"]?) (?:already exists|is already (?:in use|defined|registered))""",
        _told("exists", "what"),
    ),
    rule(r"out of (?:range|bounds)|too (?:large|big|small|long|short|many|few)", _told("out_of_range")),
    rule(
        r"""(['"]?[\w. -]{1,40}['"]?) (?:is|are) not (?:allowed|supported|permitted|valid|available|implemented)\b""",
        _told("not_allowed", "what"),
    ),
    rule(r"^\S+(?:\s+\S+){2,}", _told("in_its_words")),
)

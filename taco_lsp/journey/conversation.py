"""The conversation file: Markdown in which a student asks and the tutor answers. Pure text in, text out.

    ## You
    why does my loop stop early?

    ### TACO
    …

The text under the last `## You` is the open question; a blank one waits for the student. Anything the tutor or a
program says is quoted so that it can never look like one of the two headings.
"""

from __future__ import annotations

import re

YOU = "## You"
TACO = "### TACO"

_HEADINGS = re.compile(r"^(#{2,3} (?:You|TACO)\b)", re.MULTILINE)

START = f"""\
# Conversation with TACO

Write a question under the last heading and save this file. The answer appears below it.

{YOU}

"""


def open_question(text: str) -> str:
    """The question that waits for an answer; empty when there is none."""
    last = _last_turn(text)
    if last is None:
        return ""
    body = text[last:].partition("\n")[2]
    answered = re.search(rf"^{re.escape(TACO)}\b", body, re.MULTILINE)
    return "" if answered else body.strip()


def with_answer(text: str, *, asked: str, answer: str, label: str = "") -> str:
    """Add an answer and a blank heading for the next question.

    Args:
        text: the file as it is; empty for a new one.
        asked: what was asked. When it is the open question it stands there already; otherwise it is added, and a
            question the student is still writing stays last.
        answer: Markdown.
        label: what kind of answer, such as "hint 2 of 5".
    """
    text = text or START
    last, pending = _last_turn(text), open_question(text)
    heading = f"{TACO} · {label}" if label else TACO
    reply = f"{heading}\n\n{_harmless(answer.strip())}\n\n"
    if pending and pending == asked.strip():
        return f"{text.rstrip()}\n\n{reply}{YOU}\n\n"
    waits = last is not None and (pending or text[last:].strip() == YOU)
    before = text[:last] if waits else text
    turn = f"{YOU}\n\n{_harmless(asked.strip())}\n\n{reply}"
    return f"{before.rstrip()}\n\n{turn}{YOU}\n\n" + (f"{pending}\n" if pending else "")


def _last_turn(text: str) -> int | None:
    starts = [match.start() for match in re.finditer(rf"^{re.escape(YOU)}[ \t\r]*$", text, re.MULTILINE)]
    return starts[-1] if starts else None


def _harmless(text: str) -> str:
    return _HEADINGS.sub(r"\\\1", text)

"""Answers a question without a model: explains, gives the hint of a rung, describes code, or reviews it.

The one entry point of the built-in tutor. It says what it can see and is open about what it cannot do.
"""

from __future__ import annotations

import ast
import re
import sys

from taco_lsp.tutor.builtin.concepts import concept_for
from taco_lsp.tutor.builtin.explain import MAX_WORDS, explain_run, explain_unreadable
from taco_lsp.tutor.builtin.ladder_text import (
    TOP_RUNG,
    Situation,
    guiding_question,
    own_hint,
    rung_title,
    teacher_hints,
    what_stopped,
)
from taco_lsp.tutor.builtin.narrate import narrate
from taco_lsp.tutor.builtin.patterns import function_names, observe
from taco_lsp.tutor.builtin.records import Question
from taco_lsp.tutor.builtin.source import Source, functions, gives_back, read_source, split_lines
from taco_lsp.tutor.builtin.wording import limit_words, listed, word_count

MIN_WORDS = 40
_HONEST = "I am the built-in tutor: I read code and error messages, but I cannot hold a free conversation."
_CLOSING = (
    "Try one small change, say beforehand what you expect, and run the program again. If something else happens, "
    "that is the best place to look at next, and you can ask again from there."
)
_WANTS_SOLUTION = re.compile(
    r"\b(?:solution|solve it|full code|whole code|write (?:it|the code|this)|do it for me|just (?:give|tell))\b"
)
_ASKS_ERROR = re.compile(r"\b(?:error|why|wrong|fail\w*|crash\w*|work\w*|bug|broken|stuck|traceback|exception|fix)\b")
_ASKS_MEANING = re.compile(r"\b(?:what|how|explain|mean\w*|does|do|happens?|line)\b")


def answer(q: Question) -> str:
    """Answer in Markdown, in about 40 to 160 words: hints, never the fix and never solution code."""
    situation = _look(q)
    match q.kind:
        case "hint":
            text = _hint(situation)
        case "explain":
            text = _explain(situation)
        case "review":
            text = _review(situation)
        case _:
            text = _question(situation)
    return text if word_count(text) >= MIN_WORDS else f"{text}\n\n{_CLOSING}"


def _look(q: Question) -> Situation:
    is_python = q.language_id == "python"
    source = read_source(q.code) if is_python else Source(lines=split_lines(q.code))
    failure = (
        explain_run(q.last_run, code=q.code, language_id=q.language_id, filename=q.filename) if q.last_run else None
    )
    if failure is None and is_python and source.tree is None:
        failure = explain_unreadable(q.code, q.filename)
    near = failure.line if failure else q.selection[0] if q.selection else None
    return Situation(question=q, source=source, observations=observe(source, near), failure=failure)


def _join(*parts: str) -> str:
    """Join paragraphs, leaving out what no longer fits."""
    return limit_words("\n\n".join(part for part in parts if part), MAX_WORDS)


def _hint(situation: Situation) -> str:
    rung = min(TOP_RUNG, max(1, situation.question.hint_level or 1))
    title, own = rung_title(rung), own_hint(situation, rung)
    teacher = teacher_hints(situation.question, rung)
    if not teacher:
        connect = what_stopped(situation) if rung in {2, 4, 5} else ""
        return _join(title, connect, own)
    # The teacher's words are never cut; the tutor's own follow only where both fit.
    both = f"{title}\n\n{teacher}\n\n{own}"
    return both if word_count(both) <= MAX_WORDS else f"{title}\n\n{teacher}"


def _explain(situation: Situation) -> str:
    failure, (first, last) = situation.failure, situation.question.selection or (0, sys.maxsize)
    if failure and first <= (failure.line or first) <= last:
        return failure.body
    described = _describe(situation)
    if described:
        return described
    return situation.failure.body if situation.failure else _cannot_describe(situation)


def _describe(situation: Situation) -> str:
    steps = narrate(situation.source, situation.question.selection)
    if not steps:
        return ""
    chosen = "the selected lines do" if situation.question.selection else "your code does"
    told = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))
    asked = (
        situation.leading.question
        if situation.leading
        else "Follow it with one small example: what does each name hold after each step?"
    )
    return _join(f"**What {chosen}, step by step**", told, asked)


def _cannot_describe(situation: Situation) -> str:
    q = situation.question
    if not q.code.strip():
        return _join(
            f"{_HONEST} The file is still empty, so there is nothing to explain yet.", guiding_question(situation)
        )
    language = "this language" if q.language_id != "python" else "code that Python itself cannot read"
    return _join(
        f"{_HONEST} I cannot take {language} apart line by line.",
        "Run the program: when it stops with a message, I can put that message into plain words.",
        guiding_question(situation),
    )


def _question(situation: Situation) -> str:
    q, text = situation.question, situation.question.text.lower()[:2000]
    if _WANTS_SOLUTION.search(text):
        return _join("I will not hand over a solution, but I can help you find the next step.", _next_step(situation))
    if q.selection and _ASKS_MEANING.search(text):
        described = _describe(situation)
        if described:
            return described
    if situation.failure and (not text.strip() or _ASKS_ERROR.search(text)):
        return situation.failure.body
    concept = concept_for(text)
    if concept or q.passages:
        passage = limit_words(q.passages[0].strip(), 70) if q.passages else ""
        return _join(passage or concept or "", "Now for your own code:", _next_step(situation))
    if q.selection:
        described = _describe(situation)
        if described:
            return described
    return _join(f"{_HONEST} Here is what I can see.", _next_step(situation))


def _next_step(situation: Situation) -> str:
    teacher = teacher_hints(situation.question, 1)
    return f"{teacher}\n\n{guiding_question(situation)}" if teacher else guiding_question(situation)


def _review(situation: Situation) -> str:
    if not situation.question.code.strip():
        return _join("There is no code to review yet.", guiding_question(situation))
    if situation.source.tree is None:
        return situation.failure.body if situation.failure else _cannot_describe(situation)
    well = _done_well(situation)
    asked = [item.question for item in situation.observations[:3]]
    if situation.failure:
        asked = [f"{what_stopped(situation)} Which line led there?", *asked[:2]]
    general = (
        "For which input would you expect trouble: none at all, a single item, a very large number? Try it and see.",
        "If a friend read only the names in your code, what would they think it does?",
    )
    asked.extend(general[: max(0, 2 - len(asked))])
    told = "\n".join(f"{number}. {text}" for number, text in enumerate(asked, start=1))
    return _join("**Some questions about your code**", well, told)


def _done_well(situation: Situation) -> str:
    """Name one thing that is done well, only if it is true."""
    tree, q = situation.source.tree, situation.question
    found = functions(tree)
    if q.last_run and q.last_run.exit_code == 0 and not q.last_run.timed_out:
        return "Your last run ended without an error: good."
    if tree and any(ast.get_docstring(node) for node in found.values()):
        return "You describe what your functions are for: that helps every reader."
    if found and all(gives_back(node) == "always" for node in found.values()):
        names = listed([f"`{name}`" for name in function_names(situation.source)[:3]])
        return f"Every path through {names} gives back a value: well thought through."
    if len(found) > 1 and all(len(node.body) <= 10 for node in found.values()):
        return "Your functions are short, so each can be understood on its own."
    return ""

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
from taco_lsp.tutor.builtin.patterns import observe
from taco_lsp.tutor.builtin.records import Question
from taco_lsp.tutor.builtin.seen_functions import function_names
from taco_lsp.tutor.builtin.source import Source, functions, gives_back, read_source, split_lines
from taco_lsp.tutor.builtin.texts import Texts, entries, texts_for
from taco_lsp.tutor.builtin.wording import joined, limit_words, word_count

MIN_WORDS = 40


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
    if word_count(text) >= MIN_WORDS:
        return text
    return f"{text}\n\n{situation.texts.say('answering.closing')}"


def _look(q: Question) -> Situation:
    texts, is_python = texts_for(q.language), q.language_id == "python"
    source = read_source(q.code) if is_python else Source(lines=split_lines(q.code))
    failure = None
    if q.last_run:
        failure = explain_run(
            q.last_run, code=q.code, language_id=q.language_id, filename=q.filename, language=texts.language
        )
    if failure is None and is_python and source.tree is None:
        failure = explain_unreadable(q.code, q.filename, texts.language)
    near = failure.line if failure else q.selection[0] if q.selection else None
    return Situation(question=q, source=source, observations=observe(source, texts, near), failure=failure, texts=texts)


def _join(*parts: str) -> str:
    """Join paragraphs, leaving out what no longer fits."""
    return limit_words("\n\n".join(part for part in parts if part), MAX_WORDS)


def _hint(situation: Situation) -> str:
    rung = min(TOP_RUNG, max(1, situation.question.hint_level or 1))
    title, own = rung_title(rung, situation.texts), own_hint(situation, rung)
    teacher = teacher_hints(situation, rung)
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
    texts, selection = situation.texts, situation.question.selection
    steps = narrate(situation.source, selection, texts)
    if not steps:
        return ""
    title = texts.say("answering.lines_do" if selection else "answering.code_does")
    told = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))
    asked = situation.leading.question if situation.leading else texts.say("answering.follow_example")
    return _join(title, told, asked)


def _cannot_describe(situation: Situation) -> str:
    q, texts = situation.question, situation.texts
    honest = texts.say("answering.honest")
    if not q.code.strip():
        return _join(joined(honest, texts.say("answering.empty_file")), guiding_question(situation))
    why = texts.say("answering.unreadable" if q.language_id == "python" else "answering.other_language")
    return _join(joined(honest, why), texts.say("answering.run_it"), guiding_question(situation))


def _question(situation: Situation) -> str:
    q, texts = situation.question, situation.texts
    text = q.text.lower()[:2000]
    if _asks("solution", text, texts):
        return _join(texts.say("answering.no_solution"), _next_step(situation))
    if q.selection and _asks("meaning", text, texts):
        described = _describe(situation)
        if described:
            return described
    if situation.failure and (not text.strip() or _asks("error", text, texts)):
        return situation.failure.body
    concept = concept_for(text, texts)
    if concept or q.passages:
        passage = limit_words(q.passages[0].strip(), 70) if q.passages else ""
        return _join(passage or concept or "", texts.say("answering.own_code"), _next_step(situation))
    if q.selection:
        described = _describe(situation)
        if described:
            return described
    return _join(joined(texts.say("answering.honest"), texts.say("answering.what_i_see")), _next_step(situation))


def _asks(topic: str, text: str, texts: Texts) -> bool:
    """Tell whether a student's words are about a topic, in their language or in English."""
    patterns = {entries(language, "answering")[f"asks.{topic}"] for language in (texts.language, "en")}
    return any(re.search(pattern, text) for pattern in patterns)


def _next_step(situation: Situation) -> str:
    teacher = teacher_hints(situation, 1)
    return f"{teacher}\n\n{guiding_question(situation)}" if teacher else guiding_question(situation)


def _review(situation: Situation) -> str:
    texts = situation.texts
    if not situation.question.code.strip():
        return _join(texts.say("answering.no_code"), guiding_question(situation))
    if situation.source.tree is None:
        return situation.failure.body if situation.failure else _cannot_describe(situation)
    asked = [item.question for item in situation.observations[:3]]
    if situation.failure:
        asked = [joined(what_stopped(situation), texts.say("answering.which_line")), *asked[:2]]
    general = (texts.say("answering.which_input"), texts.say("answering.which_names"))
    asked.extend(general[: max(0, 2 - len(asked))])
    told = "\n".join(f"{number}. {text}" for number, text in enumerate(asked, start=1))
    return _join(texts.say("answering.some_questions"), _done_well(situation), told)


def _done_well(situation: Situation) -> str:
    """Name one thing that is done well, only if it is true."""
    tree, q, texts = situation.source.tree, situation.question, situation.texts
    found = functions(tree)
    if q.last_run and q.last_run.exit_code == 0 and not q.last_run.timed_out:
        return texts.say("answering.well_ran")
    if tree and any(ast.get_docstring(node) for node in found.values()):
        return texts.say("answering.well_described")
    if found and all(gives_back(node) == "always" for node in found.values()):
        names = texts.listed([f"`{name}`" for name in function_names(tree)[:3]])
        return texts.say("answering.well_returns", names=names)
    if len(found) > 1 and all(len(node.body) <= 10 for node in found.values()):
        return texts.say("answering.well_short")
    return ""

"""The five rungs of the hint ladder in words: question, concept, place, example, structure.

Which rung is open is decided elsewhere; this module only writes the rung it is given.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from taco_lsp.tutor.builtin.pattern_notes import note_for
from taco_lsp.tutor.builtin.patterns import Observation
from taco_lsp.tutor.builtin.records import Explanation, Question
from taco_lsp.tutor.builtin.source import Source, line_at
from taco_lsp.tutor.builtin.texts import Texts
from taco_lsp.tutor.builtin.wording import joined, limit_words, quote

TOP_RUNG = 5
_NO_VALUE = frozenset({"missing_return", "print_not_return", "shadowed_builtin", "input_text"})
_RELATED = {
    "IndexError": frozenset({"loop_bounds", "mutating_loop", "range_end"}),
    "TypeError": _NO_VALUE,
    "AttributeError": _NO_VALUE,
    "ValueError": frozenset({"mutating_loop"}),
    "RuntimeError": frozenset({"mutating_loop"}),
    "RecursionError": frozenset({"missing_return"}),
    "time-out": frozenset({"endless_loop"}),
    "KeyboardInterrupt": frozenset({"endless_loop"}),
}
"""Which observations may be behind an error wherever in the file they stand."""

_NOTE_OF_ERROR = {
    "IndexError": "loop_bounds",
    "RecursionError": "no_base_case",
    "UnboundLocalError": "local_name",
    "NameError": "local_name",
    "KeyError": "missing_key",
    "time-out": "endless_loop",
    "EOFError": "input_text",
}
"""Which note helps with an error when nothing in the code was seen to cause it."""


@attrs.frozen(kw_only=True)
class Situation:
    """What a hint is built on: the question, the code, what was seen in it, and how the last run failed."""

    question: Question
    source: Source
    observations: tuple[Observation, ...]
    failure: Explanation | None
    texts: Texts

    @property
    def leading(self) -> Observation | None:
        """The observation to build on; after a failure, one that has to do with it."""
        if self.failure is None:
            return next(iter(self.observations), None)
        related = _RELATED.get(self.failure.error_type, frozenset())
        line = self.failure.line or 0
        return next((it for it in self.observations if it.kind in related or abs(it.line - line) <= 2), None)

    @property
    def kind(self) -> str | None:
        """Kind of the observation to build on; without one, what the failure itself suggests."""
        if self.leading:
            return self.leading.kind
        return _NOTE_OF_ERROR.get(self.failure.error_type) if self.failure else None


def rung_title(rung: int, texts: Texts) -> str:
    """Name a rung: `Hint 2 of 5: the idea behind it`."""
    return texts.say("ladder_text.title", rung=rung, top=TOP_RUNG, name=texts.say(f"ladder_text.rung_{rung}"))


def what_stopped(situation: Situation) -> str:
    """Say in one sentence how the last run failed, or why the file cannot be run; empty when all is well."""
    if situation.failure is None:
        return ""
    run = situation.question.last_run
    stopped = run and (run.timed_out or run.exit_code != 0)
    key = "ladder_text.run_stopped" if stopped else "ladder_text.cannot_run"
    return situation.texts.say(key, summary=situation.failure.summary)


def guiding_question(situation: Situation) -> str:
    """Ask about what the code does; without anything to see, about the task."""
    leading = situation.leading
    if situation.failure:
        return joined(what_stopped(situation), leading.question if leading else situation.failure.look)
    if leading:
        return leading.question
    return _question_on_task(situation, "follow_by_hand" if situation.question.code.strip() else "begin_on_paper")


def _question_on_task(situation: Situation, opening: str) -> str:
    texts = situation.texts
    lines = [line.strip(" *") for line in situation.question.statement.splitlines()]
    task = next((line for line in lines if line and not line.startswith("#")), "")
    about = texts.say("ladder_text.task_begins", task=limit_words(task, 25)) if task else ""
    return joined(texts.say(f"ladder_text.{opening}"), about, texts.say("ladder_text.task_question"))


def _concept(situation: Situation) -> str:
    if situation.question.passages:
        return limit_words(situation.question.passages[0].strip(), 90)
    if situation.leading:
        return note_for(situation.kind, situation.texts).concept
    meaning = situation.texts.find(f"meanings.classes.{situation.failure.error_type}") if situation.failure else None
    return meaning or note_for(situation.kind, situation.texts).concept


def _where(situation: Situation) -> str:
    texts = situation.texts
    places = [(item.line, item.question) for item in situation.observations[:2]]
    if situation.failure and situation.failure.line:
        places.insert(0, (situation.failure.line, texts.say("ladder_text.stopped_here")))
    if not places and not situation.question.code.strip():
        return joined(texts.say("ladder_text.empty_file"), guiding_question(situation))
    if not places:
        count = len([line for line in situation.source.lines if line.strip()])
        middle = max(1, len(situation.source.lines) // 2)
        return texts.say("ladder_text.nothing_seen", count=count, middle=middle)
    return "\n".join(
        texts.say("ladder_text.place", line=line, code=quote(line_at(situation.source, line), 50), told=told)
        for line, told in places
    )


def _example(situation: Situation) -> str:
    note = note_for(situation.kind, situation.texts, situation.question.language_id)
    fence = f"```{note.example_language}\n{note.example}\n```"
    opening = situation.texts.say(
        "ladder_text.same_idea" if note.example_language == situation.question.language_id else "ladder_text.in_python"
    )
    return f"{opening}\n\n{fence}\n\n{situation.texts.say('ladder_text.compare_example')}"


def _structure(situation: Situation) -> str:
    texts, language = situation.texts, situation.question.language_id
    mark = "#" if language in {"python", "ruby", "shellscript", "r"} else "//"
    told = note_for(situation.kind, texts).steps
    steps = "\n".join(f"{mark} {number}. {step}" for number, step in enumerate(told, start=1))
    fence = language if language.isalnum() else ""
    opening, closing = texts.say("ladder_text.write_steps"), texts.say("ladder_text.run_each_step")
    return f"{opening}\n\n```{fence}\n{steps}\n```\n\n{closing}"


_WRITERS: tuple[Callable[[Situation], str], ...] = (guiding_question, _concept, _where, _example, _structure)


def own_hint(situation: Situation, rung: int) -> str:
    """Write the tutor's own hint for a rung."""
    return _WRITERS[rung - 1](situation)


def teacher_hints(situation: Situation, rung: int) -> str:
    """Give what the teacher wrote for a rung, word for word; empty when there is nothing."""
    given = situation.question.hints
    hints = [hint.text.strip() for hint in given if hint.rung == rung and hint.text.strip()]
    return "\n\n".join([situation.texts.say("ladder_text.teacher_says"), *hints]) if hints else ""

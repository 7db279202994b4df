"""The five rungs of the hint ladder in words: question, concept, place, example, structure.

Which rung is open is decided elsewhere; this module only writes the rung it is given.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from taco_lsp.tutor.builtin.meanings import MEANINGS
from taco_lsp.tutor.builtin.pattern_notes import note_for
from taco_lsp.tutor.builtin.patterns import Observation
from taco_lsp.tutor.builtin.records import Explanation, Question
from taco_lsp.tutor.builtin.source import Source, line_at
from taco_lsp.tutor.builtin.wording import limit_words, quote

TOP_RUNG = 5
_TITLES = (
    "a question to think about",
    "the idea behind it",
    "where to look",
    "a similar example",
    "a structure to fill in",
)

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


@attrs.frozen(kw_only=True)
class Situation:
    """What a hint is built on: the question, the code, what was seen in it, and how the last run failed."""

    question: Question
    source: Source
    observations: tuple[Observation, ...]
    failure: Explanation | None

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
        """Kind of the observation to build on."""
        return self.leading.kind if self.leading else None


def rung_title(rung: int) -> str:
    """Name a rung: `Hint 2 of 5: the idea behind it`."""
    return f"**Hint {rung} of {TOP_RUNG}: {_TITLES[rung - 1]}**"


def what_stopped(situation: Situation) -> str:
    """Say in one sentence how the last run failed, or why the file cannot be run; empty when all is well."""
    if situation.failure is None:
        return ""
    run = situation.question.last_run
    lead = "Your last run stopped" if run and (run.timed_out or run.exit_code != 0) else "The file cannot run yet"
    return f"{lead}: {situation.failure.summary}"


def guiding_question(situation: Situation) -> str:
    """Ask about what the code does; without anything to see, about the task."""
    leading = situation.leading
    if situation.failure:
        return f"{what_stopped(situation)} {leading.question if leading else situation.failure.look}"
    if leading:
        return leading.question
    if situation.question.code.strip():
        return _question_on_task(
            situation, "Pick the smallest example you can think of and follow your code line by line."
        )
    return _question_on_task(situation, "Nothing is written yet, so begin on paper.")


def _question_on_task(situation: Situation, opening: str) -> str:
    lines = [line.strip(" *") for line in situation.question.statement.splitlines()]
    task = next((line for line in lines if line and not line.startswith("#")), "")
    about = f" The task begins: “{limit_words(task, 25)}”" if task else ""
    return (
        f"{opening}{about} What goes in, what must come out, and which step would you do first by hand? At which "
        "step does the program do something else than you would?"
    )


def _concept(situation: Situation) -> str:
    if situation.question.passages:
        return limit_words(situation.question.passages[0].strip(), 90)
    if situation.leading:
        return note_for(situation.kind).concept
    if situation.failure and situation.failure.error_type in MEANINGS:
        return MEANINGS[situation.failure.error_type]
    return note_for(None).concept


def _where(situation: Situation) -> str:
    places = [(item.line, item.question) for item in situation.observations[:2]]
    if situation.failure and situation.failure.line:
        places.insert(0, (situation.failure.line, "this is where it stopped; the cause may lie above it"))
    if not places and not situation.question.code.strip():
        return "The file is still empty, so the place to look at is the task. " + guiding_question(situation)
    if not places:
        count = len([line for line in situation.source.lines if line.strip()])
        middle = max(1, len(situation.source.lines) // 2)
        return (
            f"The file holds {count} lines of code, and nothing in it looks wrong by its form alone. Print what your "
            f"variables hold around line {middle} for one small example. Is it what you expect? If so, look below "
            "that line, else above."
        )
    told = [f"- Line {line}, {quote(line_at(situation.source, line), 50)}: {text}" for line, text in places]
    return "\n".join(told)


def _example(situation: Situation) -> str:
    example = note_for(situation.kind).example
    return (
        f"Here is the same idea on other data, in Python:\n\n```python\n{example}\n```\n\nSay for each line what it "
        "does. Then compare it with your own code: which part of yours plays the same role, and what differs?"
    )


def _structure(situation: Situation) -> str:
    mark = "#" if situation.question.language_id in {"python", "ruby", "shellscript", "r"} else "//"
    steps = "\n".join(f"{mark} {number}. {step}" for number, step in enumerate(note_for(situation.kind).steps, start=1))
    fence = situation.question.language_id if situation.question.language_id.isalnum() else ""
    return (
        f"Write these steps as comments into your file and fill them in one by one:\n\n```{fence}\n{steps}\n```\n\nRun "
        "the program after each step, also when it is not finished. The first step that gives something unexpected "
        "is the one to talk about."
    )


_WRITERS: tuple[Callable[[Situation], str], ...] = (guiding_question, _concept, _where, _example, _structure)


def own_hint(situation: Situation, rung: int) -> str:
    """Write the tutor's own hint for a rung."""
    return _WRITERS[rung - 1](situation)


def teacher_hints(question: Question, rung: int) -> str:
    """Give what the teacher wrote for a rung, word for word; empty when there is nothing."""
    texts = [hint.text.strip() for hint in question.hints if hint.rung == rung and hint.text.strip()]
    return "Your teacher says:\n\n" + "\n\n".join(texts) if texts else ""

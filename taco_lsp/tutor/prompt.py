"""Builds the messages a language model is sent. Pure: the same situation gives the same prompt.

A prompt is made of parts, each with a budget of tokens and a reason, so that `taco tutor prompt` can show exactly what
would be sent and why. The rules are in the system message alone; everything the student or a file says goes between
markers as data, in user messages only. How tokens are estimated and texts cut is in `budget`, the wording of the
rules in `prompt_texts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Literal

import attrs

from storage.records import Interaction, Run
from taco_lsp.knowledge.retrieve import Passage
from taco_lsp.models.types import Message, Role
from taco_lsp.tutor import prompt_texts as texts
from taco_lsp.tutor.budget import cut_end, cut_lines, cut_middle, estimate_tokens
from taco_lsp.tutor.harmless import data, harmless
from taco_lsp.tutor.ladder import was_given
from taco_lsp.tutor.languages import name as language_name
from taco_lsp.tutor.prompt_texts import PROMPT_VERSION, Slip
from taco_lsp.tutor.situation import Situation

PartName = Literal["rules", "now", "stricter", "history", "task", "knowledge", "teacher", "code", "run", "question"]

BUDGET: Mapping[PartName, int] = {
    "history": 900,
    "task": 800,
    "knowledge": 600,
    "teacher": 200,
    "code": 2_000,
    "run": 700,
    "question": 1_000,
}
"""Most tokens of each part, estimated. With the rules they stay below 7,000, so that a context of 8,192 tokens has
room for the answer."""

MAX_TURNS = 6
MAX_PASSAGES = 3
_TURN_QUESTION = 150
_TURN_ANSWER = 300
_LINE_NUMBERS = re.compile(r"\bline (\d{1,6})\b|:(\d{1,6})(?::\d+)?:? ")


@attrs.frozen(kw_only=True)
class Part:
    """One part of a prompt: what it is, why it is there, and whether something was left out of it.

    Parts with the same `message` are one message.
    """

    name: PartName
    role: Role
    message: int
    text: str
    why: str
    cut: bool = False

    @property
    def tokens(self) -> int:
        """Estimated."""
        return estimate_tokens(self.text)

    @property
    def budget(self) -> int | None:
        """Most tokens it may take; None for what is never cut."""
        return BUDGET.get(self.name)


@attrs.frozen(kw_only=True)
class Prompt:
    """What is sent, in order."""

    parts: tuple[Part, ...]
    version: str = PROMPT_VERSION

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages as they go over the wire."""
        together = (list(group) for _, group in groupby(self.parts, key=lambda part: part.message))
        return tuple(
            Message(role=group[0].role, content="\n\n".join(part.text for part in group)) for group in together
        )

    @property
    def tokens(self) -> int:
        """Estimated, of all parts."""
        return sum(part.tokens for part in self.parts)


def build(situation: Situation, *, after: Slip | None = None) -> Prompt:
    """Make the prompt for one question: rules, what was said before, and the situation now.

    Args:
        situation: all that is known.
        after: what was wrong with the reply before, when this one replaces it.
    """
    system = tuple(_system(situation, after))
    history = tuple(_history(situation.earlier))
    last = len(history) + 1
    now = (attrs.evolve(part, message=last) for part in _now(situation))
    return Prompt(parts=(*system, *history, *now))


# --- the rules -------------------------------------------------------------------------------------------------


def _system(situation: Situation, after: Slip | None) -> Iterator[Part]:
    policy = situation.policy
    language = language_name(policy.language)
    rules = [texts.RULES.format(language=language), texts.CODE_RULES[policy.allow_code]]
    if policy.hint_ceiling in texts.CEILINGS:
        rules.append(texts.CEILINGS[policy.hint_ceiling])
    if policy.persona:
        rules.append(texts.MANNER.format(persona=" ".join(policy.persona.split())[:300]))
    yield _rule("rules", "\n".join(rules), "the same for every question under this policy")
    level = situation.hint_level
    task = texts.KINDS[situation.ask.kind] if level is None else texts.RUNGS[level]
    yield _rule("now", f"Now: {task}", f"asked for: {situation.ask.kind}" if level is None else f"rung {level}")
    if after is not None:
        yield _rule("stricter", texts.STRICTER[after].format(language=language), f"the reply before: {after}")


def _rule(name: PartName, text: str, why: str) -> Part:
    return Part(name=name, role="system", message=0, text=text, why=why)


def _was_said(turn: Interaction) -> bool:
    return was_given(turn) and turn.hint_level != 0 and bool(turn.model_response.strip())


# --- what was said before --------------------------------------------------------------------------------------


def _history(earlier: tuple[Interaction, ...]) -> Iterator[Part]:
    """The latest turns that fit, oldest first; what the student never got is not part of the conversation."""
    turns: list[tuple[tuple[str, bool], tuple[str, bool]]] = []
    left = BUDGET["history"]
    for turn in reversed([turn for turn in earlier if _was_said(turn)][-MAX_TURNS:]):
        said, said_cut = _cut(harmless(_asked(turn)), _TURN_QUESTION)
        question = data("student", f"earlier {turn.kind}", said)
        answer = _cut(harmless(turn.model_response.strip()), _TURN_ANSWER)
        left -= estimate_tokens(question) + estimate_tokens(answer[0])
        if left < 0:
            break
        turns.insert(0, ((question, said_cut), answer))
    for index, ((question, question_cut), (answer_text, answer_cut)) in enumerate(turns):
        why = f"turn {index + 1} of the {len(turns)} latest that fit"
        at = 2 * index + 1
        yield Part(name="history", role="user", message=at, text=question, why=why, cut=question_cut)
        yield Part(name="history", role="assistant", message=at + 1, text=answer_text, why=why, cut=answer_cut)


def _asked(turn: Interaction) -> str:
    if turn.kind == "hint":
        return f"(asked for hint {turn.hint_level})"
    return turn.user_prompt.strip() or f"(asked to {turn.kind})"


# --- the situation now -----------------------------------------------------------------------------------------


def _now(situation: Situation) -> Iterator[Part]:
    ask = situation.ask
    task, cut = _cut(harmless(ask.challenge.statement.strip()), BUDGET["task"] - estimate_tokens(ask.challenge.title))
    yield _user("task", data("material", "task", f"{ask.challenge.title}\n\n{task}"), "the challenge", cut=cut)
    yield from _knowledge(situation.passages[:MAX_PASSAGES])
    if hint := situation.teacher_hint:
        text, cut = _cut(harmless(hint), BUDGET["teacher"])
        why = "given on this rung already; the answer builds on it"
        yield _user("teacher", data("material", "hint the teacher gave", text), why, cut=cut)
    yield _code(situation)
    if situation.last_run:
        yield _run(situation.last_run, ask.code)
    words, cut = _cut(harmless(ask.text.strip()) or f"(asked for: {ask.kind})", BUDGET["question"])
    yield _user("question", data("student", ask.kind, words), "the student's words", cut=cut)


def _knowledge(passages: tuple[Passage, ...]) -> Iterator[Part]:
    for number, passage in enumerate(passages, 1):
        text, cut = _cut(harmless(passage.text.strip()), BUDGET["knowledge"] // MAX_PASSAGES)
        why = f"passage {number} found in the knowledge{f', from {passage.source}' if passage.source else ''}"
        yield _user("knowledge", data("material", f"knowledge {passage.title}", text), why, cut=cut)


def _code(situation: Situation) -> Part:
    ask, run = situation.ask, situation.last_run
    if not ask.code.strip():
        empty = data("student", f"file {ask.filename}", "(the file is empty)")
        return _user("code", empty, "the file as the editor shows it")
    lines = [f"{number:>4} {line}" for number, line in enumerate(harmless(ask.code).split("\n"), 1)]
    focus, why = _focus(ask.selection, run, len(lines))
    shown = cut_lines(lines, BUDGET["code"], around=focus)
    text = data("student", f"file {ask.filename}, with line numbers", shown)
    if ask.selection:
        text += f"\nThe student selected lines {ask.selection[0]} to {ask.selection[1]}."
    return _user("code", text, f"the file as the editor shows it{why}", cut=shown != "\n".join(lines))


def _focus(selection: tuple[int, int] | None, run: Run | None, lines: int) -> tuple[int | None, str]:
    """The line to keep in sight when a file is too long, and a word about it."""
    if selection:
        return min(selection[0], lines), ", around the selection"
    named = [int(found[0] or found[1]) for found in _LINE_NUMBERS.findall(run.stderr[-20_000:])] if run else []
    there = [number for number in named if 0 < number <= lines]
    return (there[-1], ", around the line of the last error") if there else (None, "")


def _run(run: Run, code: str) -> Part:
    ending = "it ran out of time and was stopped" if run.timed_out else f"exit code {run.exit_code}"
    streams = {"input": run.stdin, "output": run.stdout, "errors": run.stderr}
    room = BUDGET["run"] - 60
    said, any_cut = [f"It was run with: {cut_end(harmless(run.command), 40)}", f"Ending: {ending}."], False
    # Errors say most: they get what they need first, up to half of the room.
    for name, most in (("errors", room // 2), ("input", room // 8), ("output", room)):
        if streams[name].strip():
            text, cut = _cut(harmless(streams[name].strip("\n")), min(most, room))
            room -= estimate_tokens(text)
            said.append(f"{name.capitalize()}:\n{text}")
            any_cut = any_cut or cut
    changed = run.code != code
    said.append("The code was changed after this run." if changed else "The code is the same as in this run.")
    why = "the last run" + (", of an earlier version of the code" if changed else "")
    return _user("run", data("student", "last run", "\n".join(said)), why, cut=any_cut)


def _user(name: PartName, text: str, why: str, *, cut: bool = False) -> Part:
    return Part(name=name, role="user", message=-1, text=text, why=why, cut=cut)


def _cut(text: str, tokens: int) -> tuple[str, bool]:
    short = cut_middle(text, max(tokens, 40))
    return short, short != text

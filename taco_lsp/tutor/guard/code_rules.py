"""Judges a piece of code: does it hand over the solution? Pure; one function for a fenced block and any other code.

A rule looks at structure alone. What the reply says about the code ("an example", "not the solution") changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from taco_lsp.tutor.guard.boilerplate import is_everybodys
from taco_lsp.tutor.guard.disguise import readings
from taco_lsp.tutor.guard.evidence import weigh
from taco_lsp.tutor.guard.listing import clean, defined, is_hole, is_session, plain_name
from taco_lsp.tutor.guard.normal import normal
from taco_lsp.tutor.guard.own_code import body_of, is_print, is_quoted, new_lines
from taco_lsp.tutor.guard.subject import subject_of
from taco_lsp.tutor.guard.task import MIN_TOKENS, Reference, Task, numbered_lines, structure
from taco_lsp.tutor.guard.tokens import grams, is_name, line_key, resembles, tokens
from taco_lsp.tutor.guard.trees import shapes
from taco_lsp.tutor.guard.verdict import Rule

MIN_NEW = 3
"""New tokens without which the student's own function stays theirs."""
MIN_ANSWER = 8
"""New tokens that a whole function needs to be worth weighing."""
MIN_PIECE = 20
"""The same of code that is neither a function nor a program."""
MIN_RETURNED = 4
"""Tokens of a line that returns something computed."""
MAX_SHOWN = 18
"""Tokens of a line that only prints; in a longer one something is computed."""
MOST = 0.75
"""Share of a reference's structure that is as good as all of it."""
LONG = 60
"""Pieces of structure in a program that nobody writes twice, and how many of them a renaming leaves."""
NEARLY_ALL = 0.85
FOREIGN = -3.0
"""Evidence of names and words that is enough to take the same structure for another problem's."""
ALIKE = 0.3
"""Share of a block's structure that has to be the reference's: a long text has something of everything."""


_SHOWS = re.compile(r"\b(?:print\w*|puts|echo|console|System|cout|assert)\b")
_LOOP = re.compile(r"(?:for|while)\b")
_TRIES_OUT = re.compile(r"(?:(?:\w+ ){1,3}= )?(?P<name>\w+) \([^()]*\)")


def judge_code(text: str, task: Task, *, demanded: bool = False) -> Rule | None:
    """Tell which rule holds a piece of code back; `demanded`: the words before it tell the student to use it."""
    return next(filter(None, (_judge(reading, task, demanded=demanded) for reading in readings(text))), None)


def _judge(text: str, task: Task, *, demanded: bool) -> Rule | None:
    code = clean(text)
    if _is_known(code, task) or _only_looks(code, task):
        return None
    lines = numbered_lines(code)
    new = [body for key in new_lines(lines, task) if (body := body_of(key))]
    if _corrects(lines, new, task) or _changes_print([key for _, key in lines], task):
        return _gives(code, lines, new, task) or "corrected"
    if rule := _gives(code, lines, new, task) or _answers(code, lines, task, tried=is_session(text)):
        return rule
    return "dictated" if demanded and lines else None


def _gives(code: str, lines: Sequence[tuple[int, str]], new: Sequence[str], task: Task) -> Rule | None:
    """Tell whether code is a reference, or defines what is asked for."""
    if _gives_reference(code, new, task):
        return "reference"
    return "implements" if new and _gives_asked(code, lines, new, task) else None


def _is_known(code: str, task: Task) -> bool:
    """Tell whether code is all the student's, or all of what they were given."""
    parts = _between_holes(code)
    return any(all(is_quoted(part, known) for part in parts) for known in (task.own, *task.starters))


def _only_looks(code: str, task: Task) -> bool:
    """Tell whether code is the student's with lines added that only print."""
    lines = code.split("\n")
    kept = [line for line in lines if not is_print(line_key(line)) or line_key(line) in task.own.keys]
    return len(kept) < len(lines) and is_quoted("\n".join(kept), task.own)


def completes(text: str, task: Task) -> Rule | None:
    """Tell whether pieces of code, each harmless, make up the solution together."""
    code = clean(text)
    lines = numbered_lines(code)
    new = [body for key in new_lines(lines, task) if (body := body_of(key))]
    return _gives(code, lines, new, task) or _answers(code, lines, task, tried=is_session(text))


def _between_holes(code: str) -> list[str]:
    """Cut code where lines are left out."""
    parts: list[list[str]] = [[]]
    for line in code.split("\n"):
        if is_hole(line) and not line.strip(" .…#/*"):
            parts.append([])
        else:
            parts[-1].append(line)
    return ["\n".join(part) for part in parts]


def _gives_reference(code: str, new: Sequence[str], task: Task) -> bool:
    """Tell whether code is a reference, renamed, reformatted or reordered, or makes up most of one."""
    if not new or not task.references:
        return False
    parts = tokens(code)
    if len(parts) < MIN_TOKENS:
        return False
    plain = normal(parts)
    found, trees = grams(plain), shapes(code)
    if any(_is_same(plain, trees, it) or _is_nearly_all(found, it) for it in task.references):
        return True
    near = any(_is_most(found, reference) for reference in task.references)
    return near and not _is_about_something_else(code, parts, task)


def _is_same(parts: tuple[str, ...], trees: frozenset[str], it: Reference) -> bool:
    """Tell whether code has a reference in it, or is a good part of one."""
    if trees & it.shapes or resembles(parts, it.parts):
        return True
    return len(parts) >= len(it.parts) * 0.6 and resembles(it.parts, parts)


def _is_most(found: frozenset[tuple[str, ...]], it: Reference) -> bool:
    """Tell whether code has most of a reference's structure, in any order."""
    shared = len(it.grams & found)
    return len(it.grams) >= MIN_TOKENS and shared >= MOST * len(it.grams) and shared >= ALIKE * len(found)


def _is_nearly_all(found: frozenset[tuple[str, ...]], it: Reference) -> bool:
    """Tell whether code has so much of a long reference's structure that no other problem's can have it."""
    return len(it.grams) >= LONG and len(it.grams & found) >= NEARLY_ALL * len(it.grams)


def _is_about_something_else(code: str, parts: Sequence[str], task: Task) -> bool:
    """Tell whether all names say that code like a reference is an example of another problem."""
    evidence = weigh(subject_of(code, parts), task.wanted, 0)
    return evidence.name + evidence.words <= FOREIGN


def _size(keys: Sequence[str]) -> int:
    """How many tokens lines have."""
    return sum(len(key.split(" ")) for key in keys)


def _gives_asked(code: str, lines: Sequence[tuple[int, str]], new: Sequence[str], task: Task) -> bool:
    """Tell whether code defines what is asked for, with a body that does something."""
    if not task.asked.intersection(map(plain_name, defined(code))):
        return False
    if _size(new) < MIN_NEW and not _is_all_of_one(new, task):
        return False
    holes = any(is_hole(line) for line in code.split("\n")) or any(key in ("pass", "...") for _, key in lines)
    return not holes or len(new) > 3


def _is_all_of_one(new: Sequence[str], task: Task) -> bool:
    """Tell whether lines, however short, are all that a solution has beside what everybody was given."""
    bodies = (
        {body for _, key in numbered_lines(text) if key not in task.given and (body := body_of(key))}
        for text in task.solutions
    )
    return any(body and body <= set(new) for body in bodies)


def _corrects(lines: Sequence[tuple[int, str]], new: Sequence[str], task: Task) -> bool:
    """Tell whether code is the student's with other lines in it, or their lines in another order."""
    own = [key for _, key in lines if key in task.own.keys]
    if not new:
        size = len(task.own.lines)
        kept = max(size - 2, 0.75 * size) if _in_order(own, task) else 0.6 * size
        return len(own) >= max(3, kept)
    names = {token for key in new for token in key.split(" ") if is_name(token)}
    if len(lines) == 1 and _returns(new[0]) and names and names <= task.own.names:
        return True
    own = [key for key in own if len(key.split(" ")) >= (6 if is_print(key) else 4) and not is_everybodys(key)]
    if not names & task.own.names:
        return False
    if len(own) >= 2 and len(own) >= (0.4 if _is_telling(own) else 0.7) * (len(own) + len(new)):
        return True
    close = [key for key in new if _is_near(key, task) and not is_everybodys(key)]
    if not close or len(close) + len(own) < 0.6 * (len(new) + len(own)):
        return False
    return len(close) + len(own) > 1 or _is_telling(close)


def _returns(key: str) -> bool:
    """Tell whether a line returns what it computes: `return total / len(numbers)`."""
    return key.startswith("return ") and len(key.split(" ")) >= MIN_RETURNED


def _is_telling(keys: Sequence[str]) -> bool:
    """Tell whether lines have a name that is more than an index's."""
    return any(len(token) > 2 for key in keys for token in key.split(" ") if is_name(token))


def _in_order(keys: Sequence[str], task: Task) -> bool:
    """Tell whether lines of the student's stand in their order; lines between them may be left out."""
    rest = iter(key for _, key in task.own.lines)
    return all(key in rest for key in keys)


def _is_near(key: str, task: Task) -> bool:
    """Tell whether a line is a changed line of the student's."""
    parts = key.split(" ")
    if len(parts) < 4:
        return False
    names = {part for part in parts if is_name(part)}
    if not names or not names <= task.own.names:
        return False
    return any(_alike(parts, own.split(" ")) >= 0.7 for own in task.own.keys if abs(len(own) - len(key)) < 30)


def _alike(one: Sequence[str], other: Sequence[str]) -> float:
    shared = sum((Counter(one) & Counter(other)).values())
    return 2 * shared / (len(one) + len(other))


def _changes_print(keys: Sequence[str], task: Task) -> bool:
    """Tell whether a line that prints takes the place of one of the student's."""
    if sum(key in task.own.keys for key in keys) < max(2, len(keys) / 2):
        return False
    new = [key.split(" ") for key in keys if key not in task.own.keys and is_print(key)]
    gone = [key.split(" ") for key in task.own.keys - set(keys) if is_print(key)] if new else []
    return any(_alike(one, other) >= 0.5 for one in new for other in gone)


def _answers(code: str, lines: Sequence[tuple[int, str]], task: Task, *, tried: bool) -> Rule | None:
    """Tell whether code by all evidence answers the task; in a program also what prints may be the answer.

    `tried`: it was tried out line by line. That shows how something behaves; only what it defines may be an answer.
    """
    new = [body for _, key in lines if key not in task.own.keys and key not in task.given and (body := body_of(key))]
    if _size(new) < MIN_ANSWER or any(map(is_hole, code.split("\n"))) or not task.is_known:
        return None
    parts = tokens(code)
    it = subject_of(code, parts)
    whole = bool(it.functions) or it.reads is not None
    if tried and not whole:
        return None
    names = {function.name for function in it.functions}
    telling = [key for key in new if not (_only_calls(key, names) if whole else _only_shows(key))]
    if _size(telling) < (MIN_ANSWER if whole else MIN_PIECE) or all(map(_LOOP.match, telling)):
        return None
    alike = _likeness(code, task) if it.reads is not None and task.wanted.asks_to_read else 0.0
    return "program" if weigh(it, task.wanted, len(parts), alike).total >= 0 else None


def _likeness(code: str, task: Task) -> float:
    """The structure that a program shares with the nearest known one, of all that both have."""
    found = structure(code)
    return max((len(found & known) / len(found | known) for known in task.programs), default=0.0)


def _only_shows(key: str) -> bool:
    """Tell whether a line prints or asserts something short: it shows what the lines before it did."""
    return bool(_SHOWS.search(key)) and len(key.split(" ")) <= MAX_SHOWN


def _only_calls(key: str, names: Collection[str]) -> bool:
    """Tell whether a line only tries out what the code defines: `y = double(4)`."""
    found = _TRIES_OUT.fullmatch(key)
    return found is not None and found["name"] in names

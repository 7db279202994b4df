"""Judges a sentence: does it dictate the edit? Pure, one sentence at a time.

A dictated edit has an order (a verb of editing, said to the student), and a concrete result (code, a number, an
operator, a place to move to). Questions, concepts, and looking closer are not orders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from taco_lsp.tutor.guard import lexicon as words
from taco_lsp.tutor.guard.fragments import MARK, Sentence, take_apart
from taco_lsp.tutor.guard.orders import is_order
from taco_lsp.tutor.guard.own_code import is_begun, is_print
from taco_lsp.tutor.guard.phrases import MOST_ORDERS
from taco_lsp.tutor.guard.spoken import dictates, with_own
from taco_lsp.tutor.guard.task import Task
from taco_lsp.tutor.guard.terse import is_terse
from taco_lsp.tutor.guard.tokens import is_name, line_key, names_in
from taco_lsp.tutor.guard.verdict import Rule

_CODE = rf"{MARK}(?P<code>\d+){MARK}"
_ANY_CODE = rf"{MARK}\d+{MARK}"
_RESULT = (
    rf"(?:{MARK}(?P<code>\d+){MARK}|(?P<number>-?\d+(?:\.\d+)?)\b|\b(?P<word>(?:or|and|not"
    rf"|elif|else|return|yield|in)\b(?= (?:on|in|at|na|en) |[.,!;]|$))"
    rf"|\b(?P<operation>{words.OPERATION})\b)"
)
_FILLER = (
    r"(?:(?:the|a|an|just|only|be|read|say|use|using|something like|single|two|new"
    r"|following|right|correct|proper|actual|code|expression|statement"
    r"|statements|values|calls|conditions|expressions|operators|if|while|elif|for|operator"
    r"|condition|call|function|value|line|lines|return|variable|string|number|first"
    r"|element|elements|item|of|array|list|loop|from|o|a|el|la|un|uma|um|una|with|sign|is"
    r"|to) ){0,6}:? ?"
)
_CHANGE = re.compile(
    rf"\b(?:{words.CHANGE})\b(?P<what>[^.?!]{{0,140}}?)(?:\b(?:{words.INTO})\b|->|→|:)\s?{_FILLER}{_RESULT}"
)
_SWAP = re.compile(
    rf"\b(?:swap|switch|reverse|exchange)\b[^.?!]{{0,30}}(?:lines? \d+ (?:and|with) "
    rf"|{_ANY_CODE} and {_ANY_CODE}|order of (?:the )?(?:lines|{_ANY_CODE}))"
)
_ADD = re.compile(
    rf"\b(?:{words.ADD})\b(?P<what>[^.?!]{{0,120}}?)(?:{_CODE}|(?P<thing>\b{words.THING}\b))(?P<after>.*)"
)
_REMOVE = re.compile(
    rf"\b(?:{words.REMOVE})\b(?P<what>[^.?!]{{0,60}}?)(?:{_CODE}"
    rf"|(?P<thing>\b{words.THING}\b|\blines? \d+|linhas? \d+|líneas? \d+))(?P<after>.*)"
)
_MOVE = re.compile(
    rf"\b(?:{words.MOVE})\b(?P<what>[^.?!]{{0,80}}?)(?:{_ANY_CODE}|\blines? \d+|\breturn\b"
    rf"|\bstatement\b|\bprint\b|\bit\b|\blinha|\blínea|\bcall\b|\bcode\b)(?P<after>.*)"
)
_MOVED = re.compile(
    r"\b(?:outside|out of|inside|into|above|below|before|after|back|levels?|under|left"
    r"|right|in|so (?:that )?it|to the|fora|dentro|antes|depois|después|fuera|down|up"
    r"|within|one|more|further)\b"
)
_SET = re.compile(
    rf"\b(?:{words.SET})\b(?P<what>[^.?!]{{0,70}}?)\b(?:to|at|from|with|as|equal to|em|com"
    rf"|en|con|a)\b {_FILLER}{_RESULT}"
)
_MAKE = re.compile(
    rf"\b(?:make|have|making|having)\b (?!sure\b)[^.?!]{{0,40}}?\b(?:start|begin|stop|end"
    rf"|run|go|return|count|equal|loop|iterate|be)\b[^.?!]{{0,25}}?{_RESULT}"
)
_INSTEAD = re.compile(
    rf"(?P<new>{_ANY_CODE}|{words.OPERATION}|\d+)[^.?!,]{{0,40}}?,? ?\b(?:{words.INSTEAD})\b(?P<old>[^.?!]{{0,60}})"
)
_INSTEAD_FIRST = re.compile(rf"\b(?:{words.INSTEAD})\b")
_THEN = re.compile(
    rf"\b(?:{words.USE}|{words.ADD}|{words.CHANGE}|you (?:want|need)|should (?:be|use))\b[^.?!]{{0,40}}?{_RESULT}"
)
_INSTEAD_LAST = re.compile(
    rf"\b(?!print|test|try|check|call|run)(?:{words.USE}|{words.ADD}|{words.SET})\b[^.?!;]{{0,40}}?{_CODE}"
    rf"[^.?!;]{{0,12}} instead\b(?! of)"
)
_GIVEN_INSTEAD = re.compile(rf"{_CODE} instead\b(?! of)")
_NEAR = 160
"""Characters after "instead of" in which the other thing is named."""
_SHOULD_BE = re.compile(rf"\b(?:{words.SHOULD_BE})\b:? {_FILLER}{_RESULT}")
_SUBJECT = re.compile(
    rf"{_ANY_CODE}|\blines? \d+|\blinha \d+|\blínea \d+|\b(?:condition|loop|range"
    rf"|comparison|operator|statement|expression|index|bound|divisor|denominator|numerator"
    rf"|base case|step|stop|start|parameter|argument|check|call|signature|initial value"
    rf"|line|code|it|this|that|limit|test|header"
    rf"|argumento|condición|condição|operador|índice|bucle|laço|rango)\b(?: on line \d+| here| there"
    rf"| in [^,]{{0,30}})?,?\s*$"
)
_EXACT_SUBJECT = re.compile(
    r"\b(?:condition|range|divisor|denominator|numerator|index|bound|limit|base case|step|argument|line \d+)\b"
    r"[^,]{0,20}$"
)
MIN_TOLD = 3
"""Tokens of an expression that tell a part of the program what to be, even where the program has them elsewhere."""
_BE_DONE = re.compile(
    r"\b(?:should|must|needs? to|has to|have to|ought to)(?: instead| just"
    r"| simply)? be (?P<done>replaced|changed|swapped|set|initiali[sz]ed|moved|removed"
    r"|deleted|indented|dedented|unindented|added|inserted|written|converted|divided"
    r"|multiplied)\b(?P<after>.*)"
)
_ANSWER = re.compile(
    rf"\b(?:(?:the )?(?:correct|fixed|right|corrected|working|proper) (?:\w+ ){{0,3}}(?:is"
    rf"|would be|looks like|should be|:)|the (?:fix|solution|answer) (?:here )?(?:is"
    rf"|would be)|try this:|(?:like|as) (?:this|so):|code:) ?{_FILLER}{_CODE}"
)
_USE = re.compile(
    rf"\b(?:{words.USE}|{words.ADD}|{words.SET}|make (?:it|that|this))\b(?P<what>[^.?!]{{0,50}}?){_CODE}(?P<after>.*)"
)
_VERB = re.compile(rf"\b(?:{words.USE}|{words.ADD}|{words.CHANGE}|{words.SET})\b")
_RETURN = re.compile(r"return|devuelv|retorn|devolva")
_PLACE = re.compile(words.PLACE)
_LOOKING = re.compile(words.LOOKING)
_TALK = re.compile(
    r"\b(?:example|instance|suppose|imagine|similar|like when|means|try running|running"
    r"|you (?:wrote|had|said|did|have(?! to))|run|executes?|same as|is short for|exemplo|ejemplo)\b"
)
_EXPERIMENT = re.compile(words.EXPERIMENT)
_STATEMENT = re.compile(
    r"\s*(?:return|yield|if|elif|for|while|def|else|break|raise|throw|import|from)\b|[^=!<>]=[^=]|\+\+|--"
)
LONGEST_WORD = 24
"""What goes on without a blank is no word of any language: it may be a text in another writing."""
_SIGN = re.compile(
    r"(?P<disguised>[\u00ad\u200b-\u200f\u2060-\u2063\ufeff\uff01-\uff5e&]|(?<=[\u0370-\u052f])[a-z]|(?<=[a-z])"
    r"[\u0370-\u052f])"
    rf"|(?<=[\w+/-]{{{LONGEST_WORD}}})(?P<encoded>[\w+/-])"
    r"|(?:let(?:['\u2019]s| us| me)|take (?:a|another))(?=\W)"
    r"|[^\W\d_\u0370-\u052f\uff01-\uff5e]+|[`=<>]|(?<=[\w)\]])[(\[]",
    re.IGNORECASE,
)
_TRIGGERS = frozenset(
    word for text in (*words.VERBS, words.PIVOTS) for phrase in text.split("|") for word in phrase.split()[:1]
) | frozenset("`=<>([")


MAX_TRIGGER = max(map(len, _TRIGGERS))
"""Length of the longest trigger."""
_BEGINNINGS = frozenset(word[:size] for word in _TRIGGERS for size in range(1, len(word)))
_LAST_WORD = re.compile(r"[^\W\d_]+$")


def first_trigger(text: str) -> int | None:
    """Tell where in a sentence a dictation may begin; what stands before it can be shown at once."""
    signs = (found for found in _SIGN.finditer(text) if found.lastgroup or found.group().lower() in _TRIGGERS)
    return next((found.start() for found in signs), None)


def harmless(text: str) -> int:
    """Tell how much of a sentence that may go on can be shown: up to a trigger, or a word that may become one."""
    trigger = first_trigger(text)
    if trigger is not None:
        return trigger
    last = _LAST_WORD.search(text[-MAX_TRIGGER - 1 :])
    return len(text) - len(last.group()) if last and last.group().lower() in _BEGINNINGS else len(text)


_DEMAND = re.compile(
    rf"\b(?:{words.CHANGE}|{words.ADD})\b.{{0,80}}(?:\bline|\byour|\bwith\b|\bafter"
    rf"|\bbefore|\bfollowing|\bthis\b|\bto\b|:)"
)
_ANNOUNCED = re.compile(
    r"\b(?:(?:correct(?:ed)?|fixed|working|complete|full|final|right|updated"
    r"|improved) (?:\w+ ){0,2}(?:code|version|solution|function|program|line|answer"
    r"|implementation|loop|condition)"
    r"|(?:the|a|my|your) (?:solution|fix|answer)\b|should (?:look|be|read)"
    r"|código corrigido|código corregido|solução|solución)"
)
_OTHER = re.compile(
    r"\b(?:example|similar|analog|different problem|another problem|instance|imagine"
    r"|suppose|you wrote|your (?:current )?code (?:is|does|says|reads)|terminal|experiment"
    r"|exemplo|ejemplo)",
    re.IGNORECASE,
)


def demands_code(text: str) -> bool:
    """Tell whether the words before a block make it what the student is to write."""
    said = text.lower()
    if _OTHER.search(said):
        return False
    return bool(_ANNOUNCED.search(said)) or any(is_order(said, found.start()) for found in _DEMAND.finditer(said))


def judge_sentence(text: str, task: Task, before: str = "") -> Rule | None:
    """Tell whether a sentence dictates an edit; `before` is the rest of the paragraph."""
    it = take_apart(text)
    if gives_line(it, task):
        return "reference"
    if "?" in text.rstrip()[-3:]:
        return "dictated" if _asks_for_edit(it, task) else None
    return "dictated" if _orders(it, task) else None


def gives_line(it: Sentence, task: Task) -> bool:
    """Tell whether a piece of code in a sentence is an essential line of a reference that the student has not."""
    if _EXPERIMENT.search(it.text) or "running" in it.text:
        return False
    for number in it.ticked:
        key = line_key(it.code[number])
        if len(key.split(" ")) < 6 or key in task.own.keys or key in task.given or key in task.own.listing:
            continue
        if any(key in reference.keys for reference in task.references):
            return True
    return False


def _said(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Find every order a pattern describes; one may begin inside another."""
    at = 0
    for _ in range(MOST_ORDERS):
        if not (found := pattern.search(text, at)):
            break
        if is_order(text, found.start()):
            yield found
        at = found.start() + 1


def _orders(it: Sentence, task: Task) -> bool:
    return (
        (is_begun(task) and _says_edit(it, task))
        or any(_is_edit(it, found) for found in _said(_CHANGE, it.text))
        or any(True for _ in _said(_SWAP, it.text))
        or any(_adds(it, found, task) for found in _said(_ADD, it.text))
        or any(_removes(it, found) for found in _said(_REMOVE, it.text))
        or any(_MOVED.search(found["after"]) for found in _said(_MOVE, it.text))
        or any(_sets(it, found, task) for found in _said(_SET, it.text))
        or any(_uses(it, found, task) for found in _said(_USE, it.text))
        or (any(True for _ in _said(_MAKE, it.text)) and not _EXPERIMENT.search(it.text))
        or _has_instead(it, task)
        or _has_should_be(it, task)
        or _is_to_be_done(it)
        or _has_answer(it, task)
        or (_is_plain(it.text) and any(_is_fix(code, task) for code in it.code))
    )


def _says_edit(it: Sentence, task: Task) -> bool:
    """Tell whether a sentence says in words what to edit, at length or in chat's short forms."""
    names = task.own.called
    return dictates(it, names) or (not _EXPERIMENT.search(it.text) and is_terse(it, with_own(it.text, names), task))


def _is_plain(text: str) -> bool:
    """Tell whether a sentence neither gives an example nor makes the student look."""
    return not _EXPERIMENT.search(text) and not _TALK.search(text)


def _code(it: Sentence, found: re.Match[str]) -> str | None:
    number = found.groupdict().get("code")
    return it.code[int(number)] if number is not None else None


def _is_edit(it: Sentence, found: re.Match[str]) -> bool:
    return not _LOOKING.search(found["what"]) or MARK in found["what"]


def _adds(it: Sentence, found: re.Match[str], task: Task) -> bool:
    code = _code(it, found)
    if _LOOKING.search(found["what"]) or _EXPERIMENT.search(it.text):
        return False
    if code is None:
        return bool(_PLACE.search(found["after"]) or MARK in found["after"])
    if re.match(r"(?:print|console|assert|System\.out|printf|log)\b", code):
        return False
    return bool(_PLACE.search(found["what"] + found["after"])) or (is_statement(code) and _is_new(code, task))


def _removes(it: Sentence, found: re.Match[str]) -> bool:
    code = _code(it, found) or ""
    if (
        _LOOKING.search(found["what"])
        or code.startswith(("print", "console"))
        or (re.match(r" ?(?:prints?|statements?)\b", found["after"]) and "print" in code)
    ):
        return False
    return code != "" or not found["thing"].startswith("return") or bool(_PLACE.search(found["after"]))


def _sets(it: Sentence, found: re.Match[str], task: Task) -> bool:
    if _LOOKING.search(found["what"]) or _EXPERIMENT.search(it.text):
        return False
    named = not task.own.names.isdisjoint(found["what"].split())
    return (
        named
        or MARK in found["what"]
        or bool(
            re.search(
                r"\b(?:loop|range|index|counter|variable|value|it|max|min|maximum|minimum|total|sum"
                r"|laço|contador|bucle|variável|variable)\b",
                found["what"],
            )
        )
    )


def _uses(it: Sentence, found: re.Match[str], task: Task) -> bool:
    code = _code(it, found) or ""
    if _LOOKING.search(found["what"]) or _EXPERIMENT.search(it.text):
        return False
    if _RETURN.match(found.group()) and _PLACE.search(found["after"]):
        return True
    if not _is_new(code, task):
        return False
    if is_print(line_key(code)) and re.match(rf"(?:{words.ADD})\b", found.group()):
        return False
    told = set(line_key(code).split(" ")) & task.own.names
    return len(line_key(code).split(" ")) >= 3 and bool(told) and not _is_example_call(code, task)


def _has_instead(it: Sentence, task: Task) -> bool:
    """Tell whether one piece of code is to be used in place of another: "use X instead of Y"."""
    for found in islice(_INSTEAD.finditer(it.text), MOST_ORDERS):
        before = it.text[: found.start()]
        if _is_order_somewhere(it.text, before) or re.search(
            r"\b(?:should|must|needs? to|has to|have to) (?:be|use|return)\b[^,]{0,30}$", before
        ):
            old = re.search(rf"{MARK}(\d+){MARK}", found["old"])
            if MARK in found["new"] or old:
                return old is None or _is_own(it.code[int(old[1])], task)
    given = (it.code[int(found["code"])] for found in islice(_GIVEN_INSTEAD.finditer(it.text), MOST_ORDERS))
    if any(is_statement(code) and _is_new(code, task) for code in given):
        return True
    if any(True for _ in _said(_INSTEAD_LAST, it.text)):
        return True
    return any(
        _is_order_somewhere(it.text, it.text) and ((code := _code(it, found)) is None or _is_new(code, task))
        for start in islice(_INSTEAD_FIRST.finditer(it.text), MOST_ORDERS)
        for found in islice(_THEN.finditer(it.text, start.end(), start.end() + _NEAR), 1)
    )


def _is_order_somewhere(text: str, before: str) -> bool:
    return any(is_order(text, found.start()) for found in islice(_VERB.finditer(before), MOST_ORDERS))


def _has_should_be(it: Sentence, task: Task) -> bool:
    for found in islice(_SHOULD_BE.finditer(it.text), MOST_ORDERS):
        subject = it.text[max(found.start() - 80, 0) : found.start()]
        code = _code(it, found)
        if (
            code is None
            or not (_SUBJECT.search(subject) or not subject.strip())
            or re.search(r"\b(?:result|output|answer|outcome|function|program)\b", subject[-40:])
        ):
            continue
        key = line_key(code)
        if re.fullmatch(r"[-+]?[\d.]+|'.*'|\[.*\]|\(.*\)|true|false|none", key.lower()):
            continue
        told = _EXACT_SUBJECT.search(subject) and len(key.split(" ")) >= MIN_TOLD
        if told or (key and _is_new(code, task) and (len(key.split(" ")) >= 3 or not is_name(key.split(" ")[0]))):
            return True
    return False


def _is_to_be_done(it: Sentence) -> bool:
    for found in islice(_BE_DONE.finditer(it.text), MOST_ORDERS):
        done, after = found["done"], found["after"]
        if done in ("moved", "indented", "dedented", "unindented"):
            if _MOVED.search(after):
                return True
        elif done in ("removed", "deleted"):
            if MARK in it.text[: found.start()] or re.search(r"line \d+", it.text[: found.start()]):
                return True
        elif done in ("added", "inserted", "written"):
            if MARK in it.text[: found.start()] and _PLACE.search(after):
                return True
        elif re.match(rf"[^.?!]{{0,60}}?\b(?:{words.INTO})\b {_FILLER}{_RESULT}", after):
            return True
    return False


def _has_answer(it: Sentence, task: Task) -> bool:
    return any(_is_new(code, task) for found in _ANSWER.finditer(it.text) if (code := _code(it, found)))


def _asks_for_edit(it: Sentence, task: Task) -> bool:
    """Tell whether a question is an order in disguise: "could you change `<` to `<=`?"."""
    if _EXPERIMENT.search(it.text) or _LOOKING.search(it.text):
        return False
    for found in _CHANGE.finditer(it.text):
        if (
            MARK in found["what"]
            and _code(it, found)
            and re.match(
                r".*\b(?:can|could|why (?:don't|not)|what if|how about|try|would you|have you tried)\b",
                it.text[: found.start()],
            )
        ):
            return True
    return False


def _is_fix(code: str, task: Task) -> bool:
    """Tell whether code is a new line for the student's program: a whole statement in the student's own names."""
    parts = line_key(code).split(" ")
    named = names_in([part for dot, part in zip(["", *parts], parts, strict=False) if part and dot != "."])
    if (
        len(parts) < (4 if parts[0] == "return" else 5)
        or not named
        or not named <= task.own.names
        or not is_statement(code)
    ):
        return False
    return _is_new(code, task) and not _is_example_call(code, task) and not is_print(line_key(code))


def is_piece(code: str) -> bool:
    """Tell whether code is a line of a program, be it one that only opens or prints something."""
    return is_statement(code) or code.rstrip().endswith((";", "{", "}", ":")) or is_print(line_key(code))


def is_statement(code: str) -> bool:
    """Tell whether code does something by itself, as a line of a program."""
    return bool(_STATEMENT.search(code))


def _is_new(code: str, task: Task) -> bool:
    key = line_key(code)
    squeezed = "".join(code.split())
    return bool(key) and squeezed not in task.own.squeezed and key not in task.given


def _is_own(code: str, task: Task) -> bool:
    """Tell whether code is in the student's; of an unknown program everything is."""
    return not task.own.squeezed or "".join(code.split()) in task.own.squeezed


def _is_example_call(code: str, task: Task) -> bool:
    """Tell whether code only calls the asked-for function on data, as in a test."""
    name = re.match(r"\s*(\w+)\s*\(", code)
    return bool(name) and not re.search(r"[=<>]", code) and name is not None and name.group(1) in task.own.names

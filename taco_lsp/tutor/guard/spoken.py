"""Judges an edit that is dictated in plain words, without a piece of code: "start the loop at zero instead of one".

An order dictates when it is concrete in two ways: it names a part of the program and says what becomes of it: a value,
an operator, or a place. Naming a part alone ("check your loop") is a hint, and so is a fact ("lists begin at zero").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from taco_lsp.tutor.guard import lexicon as words
from taco_lsp.tutor.guard.fragments import Sentence
from taco_lsp.tutor.guard.lexicon import any_of
from taco_lsp.tutor.guard.orders import is_order
from taco_lsp.tutor.guard.own_code import is_print
from taco_lsp.tutor.guard.phrases import CODE, MOST_ORDERS, OWN, THING, is_phrase
from taco_lsp.tutor.guard.plain_orders import is_about_this_program, is_plain_order
from taco_lsp.tutor.guard.tokens import line_key

_EDITS = re.compile(
    rf"\b(?:{words.CHANGE}|{words.ADD}|{words.REMOVE}|{words.MOVE}|{words.REORDER}|{words.INITIALISE})\b"
)
_EXCHANGES = re.compile(
    rf"\b(?:swap|switch|exchange|interchange|intercambi\w+|inverta|inverter|invert\w+|trocar|troque)\b"
    rf"[^.?!]{{0,30}}(?:\d|(?:{words.PART})|{CODE}|first|second|two|third)\b.*"
    rf"\b(?:and|with|y|e|lines|conditions|statements|branches)\b"
)
"""As in "swap the two lines in the if"."""
_OPERATES = re.compile(
    rf"\b(?:append|add|concatenate|subtract|assign|multiply|divide|suma|sumar|some)\b (?:the )?{OWN}"
    rf"[^.?!]{{0,20}} (?:to|from|by|with|into|in|a|em|en|por) [^.?!]{{0,20}}?{THING}"
)
"""As in "add the price to the sum"."""
_COMPLETE = (_EXCHANGES, _OPERATES)
"""Orders that name all that is needed."""
_THERE = re.compile(
    rf"\bthere (?:should|must|needs to|has to) be (?:an? |the |two )?(?:{words.SPOKEN_SIGN}|{words.BRANCH}|return)\b"
)
"""As in "there should be a double equals"."""
_EMPTY_MAKE = re.compile(r"mak(?:e|ing) (?:sure|a|that|this|use|sense|it (?:work|run|print))\b")
_DOES = re.compile(
    rf"\b(?:{words.SET}|{words.USE}|have|allow|begin|give|subtract|let(?! (?:us|me|go|it)\b|')|haz|faça)\b"
)
_LOOKS = re.compile(r"(?:try|print|compare|call|run|check|test|usando|chame|llam[ae])\b")
_FIRST = re.compile(
    r"(?:check|test)(?: for)? (?!what|which|why|how|that|your)[^.?!]{1,40}?\b(?:first|before)\b"
    rf"|compare(?: \S+)? (?:with|using|by) (?:an? |the )?(?:{words.SPOKEN_SIGN})\b"
)
_SELF_EVIDENT = re.compile(r"(?:un)?indent|dedent|outdent|negate|flip|invert|sangra")
"""Edits that need no value and no place."""
_VALUE = re.compile(
    rf"(?<![\w.])-?\d+(?:\.\d+)?\b|{CODE}|\b(?:{words.NUMBER}|{words.SPOKEN_SIGN}|{words.AMOUNT}|{words.BRANCH})\b"
)
_LINKED = re.compile(
    rf"\b(?:to|at|from|with|by|as|like|into|of|than|in|em|en|com|con|por|a|use|using|usa|assign|be|go|begin"
    rf"|add|suma|some|return)"
    rf"(?: to| up to| on| only| always)? (?:the |an? |el |la |o |um |un |just |exactly )?{_VALUE.pattern}"
)
_NUMBERED = re.compile(r"\b(?:lines?|linhas?|l[ií]neas?|steps?|points?) \d+(?: (?:and|y|e) \d+)?")
_NEEDS = re.compile(
    rf"(?:{THING}[^.?!,;]{{0,30}}|you(?: only| just)?) (?:need|want|needs|requires|should have|must have"
    rf"|has to have) (?:an? |the |one |two |three )?"
    rf"(?!address of (?:the|a) variable)(?:{words.SPOKEN_SIGN})\b"
)
"""As in "line 5 needs a plus equals"."""
_PART = re.compile(THING)
_TOOL = re.compile(r"(?:us(?:e|ing|a|ar|e)|utili[sz]\w+|call\w*)\b")
_EXACT = re.compile(
    rf"{OWN}|\b(?:lines?|linhas?|l[ií]neas?) \d|\b(?:in|on|for|inside) (?:the|your|both) (?:first |last |second )?"
    r"(?:if|condition|while|comparison|range|return|line|loop|branch)"
)
"""A tool ("you could use modulo") is a hint until it is said where in the program to use it."""
_PLACED = re.compile(rf"\b(?:{words.PLACED})\b")
_INSTEAD = re.compile(
    rf"\b(?:{words.INSTEAD}|and not)\b|, not (?:by |with |in |on |at )?(?:{CODE}|\d|\b(?:{words.SPOKEN_SIGN}"
    rf"|{words.NUMBER})\b)"
)
_ANYTHING = re.compile(
    r"(?:the |an? |your |another |some )?(?:variables?|values?|code|something|logic|function|list)\b"
)
"""An object that says nothing: "update the variable inside the loop" leaves the edit to the student."""
_PRINCIPLE = re.compile(words.LOOKING + "|" + words.EXPERIMENT + "|" + words.THINKING)
_ITS_OWN = re.compile(
    r"\b(?:the|your) (?:\w+ )?prints?\b|\b(?:before|when) you print\b"
    r"|\band print (?:it |them |that )?(?:after|before|only|at the end|once|outside)\b"
    r"|\b(?:wrap|convert|cast|turn|parse)\w* (?:the |your |each |both )?inputs?\b|\binput(?= to (?:an? )?(?:int|float))"
    r"|\binput(?= call| line| in (?:float|int)| to an? | into| on line)|\b(?:float|int) of input\b"
)
"""A part of the program that has the name of a way to look into it."""
_VERB_FIRST = re.compile(
    r"(?:split|join|sort|append|push|pop|add|remove|read|write|reverse|replace|insert|update|set|count|sum|swap|find)"
    r" (?!should|must|has|have|needs?|is|was|will|does|to )"
)
"""An order to do something, although the program has something of that name."""
_EVERYDAY_LIST = """
    a all and as at be by each for if in is it no not of on one or out so that the this to we you
"""
_EVERYDAY = frozenset(_EVERYDAY_LIST.split())
"""Words of any sentence, which some programs have for names."""
_CLEARS_UP = re.compile(
    r"\b(?:remove|delete|take out|get rid of|clean up) (?:the |your |that |those |these |any |all )?(?:\w+ )?"
    r"print(?:s|ing)?\b(?! (?:in|inside|on|from)\b)(?!.*\breturn)"
)
"""What was printed to look into the program is to go again: "don't forget to remove the print statement"."""
_WHERE_PRINTED = re.compile(r"\b(?:else|elif|branch|outside|after the loop|instead)\b")
_NAME = re.compile(r"(?<![\w.])(?!i (?:would|think|see|am|like|can|suggest|mean|have|do)\b)[^\W\d]\w*")
_MUST = any_of("""
    should, must, needs? to, has to, have to, ought to
    debe(?:ría)?, deve(?:ria)?, tiene que, tem que, precisa
""")
_DONE = any_of("""
    set, put, placed, moved, initiali[sz]ed, replaced, swapped, changed, multiplied, divided, increased, decreased
    incremented, decremented, compared, returned, indented, dedented, deleted, removed, converted, turned
""")
_DOES_ITSELF = any_of(r"""
    become(?! (?:true|false)\b), append, start, begin, stop, end, go, come, say, read, add, subtract, divide, multiply
    compare, use, check
    empezar, testar, verificar, comprobar, ir, começar, ficar, estar, quedar
""")
_SUBJECT = re.compile(
    rf"{THING}[^.?!,;]{{0,40}}? {_MUST} (?:instead |also |really |just )?(?:not )?"
    rf"(?P<does>be (?P<done>{_DONE})\b"
    r"|be (?:strictly )?(?=less|greater|before|after|inside|outside|smaller|larger|part)"
    rf"|{_DOES_ITSELF}\b)(?P<how>.*)"
    rf"|{THING}[^.?!,;]{{0,20}} (?:belongs|goes) (?P<belongs>(?:{words.PLACED})\b)"
)
"""As in "the range has to begin with 0" and "the return belongs outside the loop"."""
_ALOUD = re.compile(
    r"\bfor \w+ in (?:range|the range|\w+(?= colon))|\bwhile \w+ (?:is )?(?:less|greater|not|equals)|\bdef \w+ of\b"
    r"|\breturn \w+ (?:over|slash|divided by|times|plus|minus)\b|\b\w+ (?:plus |minus |times )?equals \w+"
    r"|\bif \w+ (?:is )?(?:equals|less than|greater than|percent|mod)\b|\b(?:colon|open|close) (?:paren\w*"
    r"|bracket)|\bcolon\b"
)


def dictates(it: Sentence, names: frozenset[str]) -> bool:
    """Tell whether a sentence dictates an edit in words; `names` are those in the student's program."""
    if _PRINCIPLE.search(_ITS_OWN.sub(" ", it.text)) or _CLEARS_UP.search(it.text) or _only_prints(it):
        return False
    text = with_own(it.text, names)
    return (
        any(_is_concrete(start, text, edits=edits) for start, edits in islice(_orders(text), MOST_ORDERS))
        or any(
            is_order(text, found.start()) for edit in _COMPLETE for found in islice(edit.finditer(text), MOST_ORDERS)
        )
        or bool(_THERE.search(text))
        or (_is_about(it, text, names) and (is_phrase(text) or is_plain_order(text)))
        or _tells_part(text)
        or _is_aloud(it.text)
    )


def _is_about(it: Sentence, text: str, names: frozenset[str]) -> bool:
    """Tell whether a sentence is about the student's program."""
    return is_about_this_program(text) or any(not names.isdisjoint(line_key(code).split(" ")) for code in it.code)


def _only_prints(it: Sentence) -> bool:
    """Tell whether a sentence is about a line that prints, and not about where the program prints."""
    return any(is_print(line_key(code)) for code in it.code) and not _WHERE_PRINTED.search(it.text)


def with_own(text: str, names: frozenset[str]) -> str:
    """Put a mark in place of each of the student's names."""
    known = {name.lower() for name in names} - _EVERYDAY
    verb = _VERB_FIRST.match(text)
    begin = verb.end() if verb else 0
    return text[:begin] + _NAME.sub(lambda found: OWN if found.group() in known else found.group(), text[begin:])


def _orders(text: str) -> Iterator[tuple[int, bool]]:
    """Give where each order begins, and whether its verb is one of editing."""
    for pattern, edits in ((_EDITS, True), (_DOES, False)):
        for found in islice(pattern.finditer(text), MOST_ORDERS):
            looks = _LOOKS.match(text, found.start()) and not _FIRST.match(text, found.start())
            if not looks and not _EMPTY_MAKE.match(text, found.start()) and is_order(text, found.start()):
                yield found.start(), edits


def _is_concrete(start: int, text: str, *, edits: bool) -> bool:
    """Tell whether the order that begins at `start` says what becomes of which part."""
    said = _NUMBERED.sub(" ", text[start:])
    _, _, rest = text[start:].partition(" ")
    if _INSTEAD.search(text):
        return True
    if not _PART.search(rest) and not _PART.search(text[:start]):
        return False
    value = (_VALUE if edits else _LINKED).search(said, said.find(" ") if edits else 0)
    part = _EXACT if _TOOL.match(said) else _PART
    if value and part.search(f"{text[:start]} {said[: value.start()]} ¦ {said[value.end() :]} {_numbers(text)}"):
        return True
    return edits and bool((_PLACED.search(rest) and not _ANYTHING.match(rest)) or _SELF_EVIDENT.match(said))


def _numbers(text: str) -> str:
    """The lines that a text names by their number."""
    return " ".join(found.group() for found in _NUMBERED.finditer(text))


def _tells_part(text: str) -> bool:
    """Tell whether a part of the program is said to have to become something: "the range has to begin with 0"."""
    return bool(_NEEDS.search(text)) or any(
        found["belongs"]
        or found["does"] == "be "
        or found["done"] in ("indented", "dedented", "deleted", "removed")
        or (found["does"] in ("append", "add") and _PART.search(found["how"]))
        or _VALUE.search(_NUMBERED.sub(" ", found["how"]))
        or _PLACED.search(found["how"])
        for found in islice(_SUBJECT.finditer(text), MOST_ORDERS)
    )


def _is_aloud(text: str) -> bool:
    """Tell whether code is read aloud: "for i in range of n plus one colon"."""
    return len({found.group() for found in islice(_ALOUD.finditer(text), MOST_ORDERS)}) >= 2

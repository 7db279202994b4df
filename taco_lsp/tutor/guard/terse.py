"""Edits dictated in chat's short forms, without a verb of editing: "i < n instead of i <= n", "vowel should be vowels".

Each form names the new code, or the sign or name that is to be there. Longer orders are found in `sentences` and
`spoken`; a short hint ("check ur range", "look at the return") has no new code and is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from taco_lsp.tutor.guard import lexicon as words
from taco_lsp.tutor.guard.fragments import MARK, Sentence
from taco_lsp.tutor.guard.own_code import is_print
from taco_lsp.tutor.guard.phrases import CODE, MOST_ORDERS, OWN, THING
from taco_lsp.tutor.guard.task import Task
from taco_lsp.tutor.guard.tokens import line_key

_NEW = rf"{MARK}(?P<new>\d+){MARK}"
_OPENING = (
    r"^\W{0,4}(?:(?:so|ok|okay|and|then|but|also|just|hint|yes|yeah|yep|no|nope|hm+|it's|its|that's|you want|use)"
    r"[ ,:]{1,2}){0,4}"
)
_YOU = r"(?:you (?:should|need to|can|could|have to|must|want to) |try to |instead )?"
_BUT_NOT = rf"(?:{words.INSTEAD}|and not|not)"
_MUST = r"(?:should|must|needs? to|has to|have to|got to|ought to|debe(?:ría)?|deve(?:ria)?|tiene que|tem que)"
_SIGN = (
    r"(?:plus|minus|times|modulo|less[- ]than|greater[- ]than|(?:less|greater)[- ]than[- ]or[- ]equal(?:s| to)?"
    r"|double equals?|not equals?|and|or|elif|else)"
)
_MARK_OF_TEXT = (
    r"(?:semi-?colon|colon|comma|(?:closing |opening )?(?:parenthes[ie]s|brackets?|braces?|quotes?|quotation marks?)"
    r"|ampersand|&|dos puntos|punto y coma|dois pontos|ponto e vírgula|paréntesis|parêntes[ei]s?|comillas?|aspas)"
)
_PLACED = (
    rf"(?:after|before|in front of|behind|around|at the end|at the start|on line \d|in line \d|after line \d|{CODE}"
    r"|al final|no final|después|depois|antes|na linha|en la línea)"
)
_INSTEAD_OF = re.compile(rf"{_OPENING}{_NEW}(?: there| here)?,? {_BUT_NOT}\b")
"""As in "i < n instead of i <= n" and "== 0, not == 1"."""
_YOU_WANT = re.compile(
    r"\byou(?:'d| would|'ll| will)?(?: only| just| really)?"
    r" (?:need|want|should (?:have|do|use|write)|could do|can do)(?: to (?:have|do|use|write|say))?"
    rf" (?:something like )?{_NEW}"
)
"""As in "you want i <= n"."""
_FOR_PART = re.compile(rf"{_OPENING}{_NEW} (?:for|in|on|as) (?:the|your|both|that) (?:\w+ )?{THING}")
"""As in "range(n - 1) for the inner loop"."""
_AFTER_COLON = re.compile(rf"{_OPENING}{_YOU}(?:{words.USE})\b[^.?!:]{{0,60}}: \W{{0,2}}{_NEW}\W*$")
"""As in "use equals to compare them: !word.equals(other)"."""
_JUST_DO = re.compile(
    r"(?:^|[,;:] |\bjust |\bor |\bthen |\bso )"
    rf"(?:do|try|go with|put|write|make|make it|type|haz|pon|faça|tente) {_NEW}"
)
"""As in "just do range(1, n + 1)"."""
_USE_SIGN = re.compile(
    rf"{_OPENING}(?:use|usa|utiliza) {_NEW}(?= (?:because|here|there|so|as|since|on|in|for the)\b|\W*$)"
)
"""As in "use >= because 90 counts"."""
_WOULD_WORK = re.compile(
    rf"{_NEW}[^.?!]{{0,12}} (?:would|will|should) (?:be better|be right|work|do|fix|solve)\b"
    rf"|{MARK}(?P<newer>\d+){MARK}[ );:{{]* is what you (?:want|need)\b"
)
"""As in "range(1, n + 1) would be better"."""
_SHOULD_NOT = re.compile(rf"{_MUST} be {_NEW},? {_BUT_NOT}\b")
"""As in "the condition should be < not <="."""
_WITH_IN_BOTH = re.compile(rf"\b(?:with|use|using) {_NEW} (?:in|on|for|at) (?:both|all|each)\b")
"""As in "index into it with [i] in both places"."""
_DO_WITH = re.compile(r"\b(?:you|u) (?:need|have|should|must)(?: to)? (?:\w+ ){1,6}(?:with|using|by|via) " + _NEW)
"""As in "you need to look it up with prices[item]"."""
_IT_IS = re.compile(rf"^\W{{0,4}}(?:(?:so|no|yes|then),? )?(?:it's|its|it is) {_NEW}\W*$")
"""As in "it's total + price"."""
_SHOULD_BE = re.compile(rf"{OWN}(?: (?:on|in) line \d+| here| there)? {_MUST} be {_NEW}")
"""As in "avg should be (a + b) / 2"."""
_WITH_CODE = (
    _SHOULD_BE, _INSTEAD_OF, _YOU_WANT, _FOR_PART, _AFTER_COLON, _JUST_DO, _USE_SIGN, _WOULD_WORK, _SHOULD_NOT,
    _WITH_IN_BOTH, _DO_WITH, _IT_IS,
)  # fmt: skip
"""Forms with code, which tells something when it is new to the student."""
_OTHER_NAME = re.compile(
    rf"{OWN}(?: (?:on|in) line \d+| here| there)? {_MUST} be {OWN}(?! (?:is|are|was|before|after|when)\b)(?:\W|$)"
)
"""As in "vowel should be vowels"."""
_OTHER_SIGN = re.compile(rf"\b(?:it|that|this|there|{_SIGN}) {_MUST} be (?:an? |the )?{_SIGN}\b")
"""As in "it should be minus not plus"."""
_SIGN_MISSING = re.compile(
    r"(?:^\W*|\b(?:you|u|ya|te|le|se|lhe)(?:'re|'ve| are| have)? |\b(?:ur|youre|is|are|just|still|also) |, )"
    r"(?:forgot|forget|missing|left out|lack|need|olvidaste|falta|esqueceu|faltou)(?: to (?:put|add|write))?"
    rf" (?:the |an? |your |el |la |los |un |una |o |a |os |um |uma )?{_MARK_OF_TEXT}(?!\w).{{0,20}}?{_PLACED}"
)
"""As in "you forgot the colon after def f(x)"."""
_STEP_MISSING = re.compile(
    r"\b(?:forgot|forgetting|forget|never|olvidaste|esqueceu(?: de)?) (?:to )?"
    r"(?:return|increment|increase|decrement|initiali[sz]e|convert|cast|append|retornar|devolver|incrementar) "
    rf"(?:the |el |la |o |a )?(?:{OWN}|{CODE})(?! (?:when|if)\b)"
)
"""As in "you forgot to return total"."""
_VALUE_INSTEAD = re.compile(
    r"(?:^|[,;] |\band |\bso |\bshould |\bto )(?:compare|divide|multiply|start|begin|add|subtract|return|check) "
    rf"[^.?!;]{{0,30}}?(?<![\w.])(?:-?\d+|{CODE}|{OWN}|zero|one) instead\W*$"
)
"""As in "compare it with 0 instead"."""
_FIRST_VALUE = re.compile(
    rf"{OWN} {_MUST} be (?:-?\d+|zero|one|empty|cero|uno|um)\b,? (?:at (?:the )?(?:start|beginning|first)|initially"
    r"|before the|not -?\d|to begin|to start|al (?:principio|inicio)|no (?:começo|início))"
    r"|(?:^\W*|, |\bso |\bthen |\bjust )(?:start|begin) (?:with|at|from) (?:-?\d+|zero|one)(?=\W*$| and\b| instead)"
)
"""As in "result needs to be 1 at the start" and "so start with 1"."""
_AROUND = re.compile(
    r"\b(?:put|add|place|use|need|coloque|adicione|pon|agrega|faltan?|faltam) (?:\w+ )?"
    r"(?:parenthes[ie]s|brackets|parênteses|paréntesis|comillas|aspas|quotes) (?:a?round|em volta|alrededor)\b"
)
"""As in "put brackets around the sum"."""
_TEMPORARY = re.compile(
    rf"\byou (?:need|want|could use|should use) (?:an?|another) [^.?!]{{0,30}}? to (?:hold|store|keep|save|remember) "
    rf"(?:the |your |old )*(?:{OWN}|{CODE})"
)
"""As in "you need a temporary variable to hold x"."""
_NEEDS_VALUE = re.compile(
    rf"{THING} (?:needs?|wants?|takes?|must have|should have) an? \w+ of (?:{CODE}|-?\d+|one|zero)\b"
)
"""As in "range needs a step of 2"."""
_WITHOUT_CODE = (
    _NEEDS_VALUE,
    _OTHER_NAME, _OTHER_SIGN, _SIGN_MISSING, _STEP_MISSING, _VALUE_INSTEAD, _FIRST_VALUE, _AROUND, _TEMPORARY,
)  # fmt: skip
"""Forms that say all in words."""
_RETURNS = re.compile(
    rf"(?:^\W*|, |\b(?:and|just|then|{words.USE}|{_MUST}|want to|you) )"
    r"(?:return|give back|devolver|devuelve|retornar|retorne) (?:the )?"
    r"(?P<name>\w+)(?: instead\b.*| not \w+| rather than .*| en vez de .*| em vez de .*| at the end.*)?\W*$"
)
"""As in "you should return result"."""
_HEADER = re.compile(r"\W*(?P<code>(?:for \w+ in|while|if|elif|return) .{2,60}?)[\s:.!]*")
_MARKED = re.compile(rf"{MARK}(\d+){MARK}")
_OF_HEADERS = frozenset(["for", "in", "while", "if", "elif", "return", "not", "and", "or", "range", "len"])
_CONFIRMS = re.compile(r"\W*(?:right|correct|exactly|yes|yep|yeah|good|great|isso|exacto|exato|sí|sim)\b")
"""What the student has found already may be said again."""
_VALUE_TO_TRY = re.compile(r"(?:\w+ ?= ?)?(?:-?\d[\d.]*|[\"'].*[\"']|\[.*\])")
_CALL = re.compile(r"(?P<called>\w+)\((?P<given>.*)\)")
SIGNS = frozenset(["<", ">", "<=", ">=", "==", "!=", "===", "!==", "+=", "-=", "*=", "+", "-", "*", "/", "//", "%"])
MIN_LINE = 4
"""Tokens of a line that opens a block or returns something."""
MIN_CODE = 3
"""Tokens of a piece of code that is more than a name or a sign."""


def is_terse(it: Sentence, text: str, task: Task) -> bool:
    """Tell whether a sentence is such a form; `text` has marks also for the student's names."""
    return (
        any(_is_new(it.code[number], task) for number in _told(text))
        or (not _CONFIRMS.match(text) and any(form.search(text) for form in _WITHOUT_CODE))
        or _returns_other(it.text, task)
        or _is_bare_header(it, task)
    )


def _told(text: str) -> Iterator[int]:
    """The numbers of the pieces of code that a form tells to be there."""
    for form in _WITH_CODE:
        for found in islice(form.finditer(text), MOST_ORDERS):
            yield int(found.groupdict().get("newer") or found["new"])


def _is_new(code: str, task: Task) -> bool:
    """Tell whether a piece of code is more than a name or a value to try, and not in the student's program."""
    key = line_key(code)
    parts = key.split(" ")
    if not key or key in task.given or is_print(key) or code.isidentifier() or _is_trial(code, parts, task):
        return False
    if len(parts) == 1:
        return parts[0] not in task.own.parts and not parts[0].isalpha()
    if "".join(code.split()) in task.own.squeezed:
        return False
    return not parts[0].isalpha() if len(parts) < MIN_CODE else not task.own.words.isdisjoint(parts)


def _is_quoted(code: str, task: Task) -> bool:
    return len(line_key(code).split(" ")) >= MIN_LINE and "".join(code.split()) in task.own.squeezed


def _is_trial(code: str, parts: Sequence[str], task: Task) -> bool:
    """Tell whether code tries something out: a value, a call with values only, or a sum of values."""
    if _VALUE_TO_TRY.fullmatch(code) or not any(part[0].isalpha() or part in SIGNS for part in parts):
        return True
    call = _CALL.fullmatch(code)
    return call is not None and task.own.words.isdisjoint(line_key(call["given"]).split(" "))


def _returns_other(text: str, task: Task) -> bool:
    """Tell whether another variable is told to be returned than the program returns: "you should return result"."""
    found = _RETURNS.search(text)
    name = found["name"] if found else ""
    return name in task.own.names and f"return {name}" not in task.own.keys


def _is_bare_header(it: Sentence, task: Task) -> bool:
    """Tell whether a sentence is nothing but a line for the student's program: "while n >= 1"."""
    if any(_is_quoted(code, task) for code in it.code):
        return False
    text = _MARKED.sub(lambda found: it.code[int(found[1])], it.text)
    found = _HEADER.fullmatch(text)
    parts = line_key(found["code"]).split(" ") if found else []
    words = {part for part in parts if part[0].isalpha()}
    return (
        len(parts) >= MIN_LINE
        and not task.own.words.isdisjoint(words - _OF_HEADERS)
        and words <= task.own.words | _OF_HEADERS
        and "".join("".join(parts).split()) not in task.own.squeezed.lower()
    )

"""Turns of phrase that dictate an edit by themselves: "read it again inside the loop", "cast sum to double first".

Each names an action on the program and where, or with what, it is done. What any verb orders is weighed in
`plain_orders`; orders put together from a verb, a part and a value are found in `spoken`; whether a verb is said as an
order is decided in `orders`.
"""

from __future__ import annotations

import re
from itertools import islice

from taco_lsp.tutor.guard import lexicon as words
from taco_lsp.tutor.guard.fragments import MARK
from taco_lsp.tutor.guard.lexicon import any_of
from taco_lsp.tutor.guard.orders import is_firm

CODE = rf"{MARK}\d+{MARK}"
OWN = "§"
"""Stands for a name of the student's program."""
THING = rf"(?:\b(?:{words.PART})\b|{CODE}|{OWN})"
MOST_ORDERS = 8
"""Orders of a sentence that are looked at."""
BLOCK = (
    any_of(r"""
        loops?, if, ifs, else, elif, for, while, body, function, method, constructor, class, branch\w*, conditions?
        returns?, call, division, comparison, line
        bucle, laço, funci[oó]n, função, método, cuerpo, corpo, condici[oó]n, condição
    """)
    + r"\b"
)
_BESIDE = any_of(r"""
    before, after, above, below, inside, outside, within, in front of
    at the (?:very )?(?:end|start|top|bottom|beginning) of
    antes d\w+, después d\w+, depois d\w+, dentro d\w+, fuera d\w+, fora d\w+
""")
WHERE = (
    rf"\b{_BESIDE} (?:(?:the|your|that|this|each|both|el|la|o|a) )?"
    rf"(?:(?:first|second|last|for|while|inner|outer|loop) )?{BLOCK}"
)
"""As in "before the first loop"."""
EXACT = (
    r"\b(?:in|on|for|inside|at|na|no|en la|en el) (?:the |your |both |that |this |each )?"
    rf"(?:\w+ ){{0,2}}?(?:{BLOCK}|side|sides|lines?\b|linha|línea)"
)
"""As in "on the last line"."""
TYPE = (
    any_of("""
        ints?, integers?, floats?, doubles?, strings?, str, numbers?, whole numbers?, booleans?, chars?, lists?
        lower ?case, upper ?case
        enteros?, inteiros?, números?, textos?, minúsculas?, mayúsculas?, maiúsculas?
    """)
    + r"\b"
)
_TO_READ = any_of("""
    statement, errors?, messages?, task, code, docs?, documentation, chapter, page, lines?, question, exercise
    conditions?, loop, if, about, up, through, out, aloud
""")
"""What a student reads, and not the program."""
_ACT = any_of(rf"""
    ask(?! yourself), read(?! (?:(?:the|this|that|your|it) )?{_TO_READ}\b)
    create, make, collect, gather, push, pop, append, set, store, save, declare, define, build, put, have, initiali[sz]e
    increase, decrease, increment, decrement, reset, raise, multiply, divide, subtract, add, round, update
    sort, split, strip, trim, join, lower, lowercase, uppercase, repeat, return
    crea, cria, crie, guarda, guarde, lee, lea, leia, repite, repita, divida, pon, coloque
""")
_SAID = r"[^.?!;]"
"""Anything in the same clause."""
_ACT_WHERE = re.compile(rf"\b{_ACT}\b{_SAID}{{1,60}}?{WHERE}")
"""As in "create an empty list before the loop"."""
_CONVERT = re.compile(
    rf"\b(?:convert|cast|turn|parse|change|transform|conviert[ea]|converta|converter|convertir|transforma)\b"
    rf"{_SAID}{{1,40}}? (?:to|into|as|a|para|em|en) (?:an? |un |um |uma |una |the )?{TYPE}"
)
"""As in "convert it to an integer"."""
_MAKE_TYPE = re.compile(rf"\b(?:make|turn)\b {_SAID}{{1,40}}? (?:an? )?{TYPE}(?= when| before| first| after|\.|$)")
"""As in "make both lower case first"."""
_WRAP = re.compile(
    rf"\b(?:wrap|surround|enclose|cast)\b {_SAID}{{1,30}}? (?:in|into|with|to|as) (?:an? )?(?:{TYPE}|{CODE})"
)
"""As in "wrap the call in int"."""
_USE_THERE = re.compile(
    rf"\b(?:use|using|apply|usa|utiliza)\b (?!(?:pen|paper|a pen|your|print|the debugger)\b){_SAID}{{1,40}}?{EXACT}"
)
"""As in "use modulo in the condition"."""
_COMPARE = re.compile(
    rf"\bcompare\b (?!your (?:output|result|code|program)){_SAID}{{1,40}}? (?:{WHERE}|{EXACT}|{words.INSTEAD})"
)
"""As in "compare the ages after the loop"."""
_CHECK_FIRST = re.compile(
    rf"\b(?:check|test) (?:for )?(?!what|which|why|how|that|your|it|whether){_SAID}{{1,40}}? (?:first|before)\b"
)
"""As in "check for zero first"."""
_COUNT_DOWN = re.compile(rf"\bcount (?:down|up|backwards) (?:with|from|to|by) (?:{CODE}|{OWN}|\d)")
_USE_WORD = re.compile(r"\buse (?:an? )?(?:else if|elif|and|or|not)\W*$")
"""As in "use elif"."""
_COMPUTE = re.compile(r"\btake (?:the |your )?\w+ (?:modul[oe]s?|mod|times|plus|minus|divided by)\b")
"""As in "take n modulo ten"."""
_USE_TO_CONVERT = re.compile(r"\b(?:use|using) \S+ to (?:convert|cast|turn)\b")
_CALL_ON = re.compile(
    rf"\bcall\b (?:the )?(?:{CODE}|{OWN}|\w+)(?: method| function)? (?:on|inside|before|after) (?:the )?{THING}"
)
"""As in "call strip on the line"."""
_COLLECT = re.compile(
    rf"\b(?:push|append|add|collect|store|save|gather|put|insert)\b {_SAID}{{1,40}}? (?:in|on|to|onto|into) "
    r"(?:an?|the|your|another) (?:new |empty )?(?:list|array|string|stack|set|dictionary|vector|result\w*)\b"
    r"(?= and (?:return|pop|print)|,? (?:before|after|and then|then|instead))"
)
"""As in "push each letter onto a stack and pop them"."""
_GO_TO = re.compile(
    rf"(?<!and )\b(?:go|loop|iterate|count|run|stop|start|begin|end|walk)\b(?: the loop| over| only| just| {OWN}"
    r"| counting){0,2}(?: only| just)? (?:up |one earlier,? )?(?:to|at|from|until) (?:the |index |position )?"
    rf"(?:half|middle|length|len|zero|one|two|{OWN}|{CODE}|\d+\b(?! times)"
    r"|second (?:element|item|one|index|position|value))"
)
"""As in "stop the loop at the middle"."""
_LEAVE_WHEN = re.compile(
    r"\b(?:break|exit|leave|stop)\b(?: out)?(?: of)?(?: the| your)?(?: loop)? (?:as soon as|once|when|after|if)\b"
)
"""As in "break out of the loop as soon as it is found"."""
_SWAP = re.compile(r"\b(?:exchange|swap|switch|flip|reverse|invert) (?:them|those|these|the two|both|the order)\b")
_ONLY_WHEN = re.compile(
    rf"\b(?:only |just )(?:{_ACT}|loop|go|shift|count|compare|check) {_SAID}{{1,40}}? (?:when|if|while|to|until) "
    rf"{_SAID}{{0,20}}{THING}"
)
"""As in "only count a word when it is not in seen"."""
_TAKE_OUT = re.compile(
    rf"\b(?:sac|quit|tir|retir|remov)\w+\b {_SAID}{{1,30}} (?:del?|do|da|de la|de dentro d\w) {BLOCK}"
)
"""As in "saca el return del if"."""
_PREFIX = re.compile(rf"\b(?:prefix|precede) {THING} with\b")
_ORDERED = (
    _ACT_WHERE, _CONVERT, _MAKE_TYPE, _WRAP, _USE_THERE, _COMPARE, _CHECK_FIRST, _COUNT_DOWN, _USE_WORD, _COMPUTE,
    _USE_TO_CONVERT, _CALL_ON, _COLLECT, _GO_TO, _LEAVE_WHEN, _SWAP, _ONLY_WHEN, _TAKE_OUT, _PREFIX,
)  # fmt: skip
"""Said as an order."""
_MUST = r"(?:has to|have to|needs? to|should|must)"
_MUST_BE_WORD = re.compile(
    rf"(?:{THING})[^.?!;,]{{0,15}} (?:debe(?:ría)?|deve(?:ria)?|tiene que|tem que) ser (?:un |um )?"
    r"(?:elif|else|if|while|for|return)\b"
)
"""As in "el segundo if debería ser un elif"."""
_MUST_BE = re.compile(
    rf"(?:{THING})[^.?!;,]{{0,15}} {_MUST} (?:be|become) (?:an? |the )?"
    rf"(?:el(?:se )?if|else|if|while|for|return|{TYPE})\b(?!, | or )"
)
"""As in "the sum has to be a float"."""
_ANOTHER = re.compile(
    r"\byou (?:still |also |only |just |do )?(?:need|want|are missing|lack) (?:an?|another|one more|a second) "
    rf"{_SAID}{{0,30}}?(?:{THING}|\binput\b){_SAID}{{0,30}}?(?:{WHERE}|{EXACT})"
)
"""As in "you need another return after the loop"."""
_NEEDS_CODE = re.compile(
    rf"(?:{THING})[^.?!;,]{{0,15}} (?:needs?|wants?|takes?|is missing|precisa de|necesita) (?:an? |the |um |un )?{CODE}"
)
"""As in "the condition needs `<=`"."""
_ADD_IT = re.compile(r"\b(?:forgot|missing|left out|lacks?|falta)\b.*\b(?:add|put|insert|write) (?:it|one|that|them)\b")
"""As in "you forgot the colon, so add it"."""
_MUST_COME = re.compile(
    rf"(?:{THING}){_SAID}{{0,40}}? (?:{_MUST}|debe(?:ría)?|deve(?:ria)?) (?:be )?"
    r"(?:come|go|stand|computed?|calculated?|checked|tested|done|read|asked|ficar|ir)\b"
    rf"{_SAID}{{0,30}}?(?: first\b| last\b| again\b|{WHERE}|\b(?:{words.SPOKEN_SIGN})\b)"
)
"""As in "the check has to come first"."""
_MUST_RUN = re.compile(
    rf"(?:{THING}){_SAID}{{0,20}}? {_MUST} (?:only )?(?:run|loop|iterate|count|go on|continue)"
    rf" (?:while|until|as long as|from|up to) {_SAID}{{0,12}}?(?:{CODE}|{OWN})"
)
"""As in "the loop must run until n"."""
_TOLD = (_MUST_BE_WORD, _MUST_BE, _ANOTHER, _NEEDS_CODE, _ADD_IT, _MUST_COME, _MUST_RUN)
"""Said of the program."""


def is_phrase(text: str) -> bool:
    """Tell whether a sentence, with marks for code and for the student's names, has such a turn of phrase."""
    ordered = (found for pattern in _ORDERED for found in islice(pattern.finditer(text), MOST_ORDERS))
    return any(is_firm(text, found.start()) for found in ordered) or any(pattern.search(text) for pattern in _TOLD)

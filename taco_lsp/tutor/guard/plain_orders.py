"""Weighs what an order in plain words is about: enough that is concrete, and it can be carried out without a thought.

A verb that changes a program by itself ("increment it in the loop") needs less than one of everyday speech ("set it to
one more"). Whether it is said as an order is decided in `orders`; turns of phrase are found in `phrases`.
"""

from __future__ import annotations

import re
from itertools import islice

from taco_lsp.tutor.guard import lexicon as words
from taco_lsp.tutor.guard.lexicon import any_of
from taco_lsp.tutor.guard.orders import is_firm
from taco_lsp.tutor.guard.phrases import BLOCK, CODE, EXACT, MOST_ORDERS, OWN, TYPE, WHERE

_STRONG = re.compile(
    r"\b"
    + any_of("""
        convert, cast, parse, wrap, surround, initiali[sz]e, declare, assign, append, push, pop, increment, decrement
        negate, flip, swap, exchange, indent, unindent, dedent, strip, trim, lowercase, uppercase, lower, sort, skip
        remove, delete, drop, replace, move, rename, split, join, reduce, multiply, divide, subtract, raise
        diminua, reduza, aumente, inicializa, inicialice, inicialize, convierte, converta, multiplica, divida
        remova, elimina, quita, borra, apague, troque, cambia, reemplaza, substitua, mova, mueve
    """)
    + r"\b"
)
"""Verbs of which one concrete thing is enough."""
_EVERYDAY = re.compile(
    r"\b"
    + any_of(r"""
        set, put, add, use, make, turn, return(?! to), store, save, assign, create, build, compute, calculate, insert
        write, repeat, ask for, read(?= (?:an?|another|the next|in|it|x|§)), stop, end, loop, iterate, start(?! with)
        begin(?! with), reset, define, change, collect, count(?= (?:up|down|only|from|as)), keep (?=a|an|the), include
        exclude, ignore, overwrite, update, give, pass
        pon, ponga, usa, utiliza, coloque, devuelve, devolva, retorne, guarda, guarde, crea, crie, suma
        some(?= (?:os?|as?|uma?|todos|cada|§|¤|\d)), agrega, adicione, empieza, comece
    """)
    + r"\b"
)
"""Verbs that need two."""
_AIDS = any_of("""
    pens?, paper, pencil, debugger, examples?, tests?, notes?, comments?, mind, eye, try, time, attention, names?
    helper, functions?, methods?, classes, statement, error, message, task, hand, thought, data, it up
""")
_VAGUE = re.compile(
    r"(?:write|put|note) [^.?!;]{0,40}?\bdown\b"
    r"|use (?:of\b|\S+(?: \S+)? to (?!convert|cast|turn)\w+)"
    r"|create an? (?:table|list of)"
    r"|write (?:an? |the |your )?(?:\w+ )?(?:programs?|expressions?|loops?)\b"
    r"|make (?:sure|sense|use|an? (?:table|list of|drawing|sketch|note|guess|plan|picture|prediction)|it (?:work|run))"
    r"|(?:use|write|keep|put|add|make|create|give|read) (?:an? |the |your |some |more |it |little |small )*"
    rf"{_AIDS}\b"
)
"""Orders about paper, tests and thought: "write the values down", "make a table"."""
_DATA = (
    r"\b"
    + any_of(r"""
        newlines?, letters?, characters?, words?, digits?, spaces?, blanks?, elements?, items?, numbers?, values?
        inputs?, entradas?, texts?, strings?, sums?, results?, answers?, ind(?:ices|exes), pairs?, fields?, attributes?
        parameters?, case, lists?, arrays?, counter, positions?, lengths?, indenta\w+, average, remainder, resto
        brackets?, both, all of them, precio, preço, número, lista, letras?, palabras?, valor
    """)
    + r"\b"
)
_SOMETHING = re.compile(_DATA)
_CONCRETE = re.compile(
    rf"{WHERE}|{CODE}|{OWN}|\b(?:{words.SPOKEN_SIGN}|{words.NUMBER})\b|(?<![\w.])-?\d+(?:\.\d+)?\b"
    rf"|\b(?:{words.PART})\b|\b{TYPE}|\"[^\"]*\"|\b(?:private|public|static|final)\b"
)
_POINTERS = any_of("""
    the, your, that, this, these, those, both, each, two
    el, la, los, las, o, os, as, tu, seu, sua, del, cada, do, da, na, no
""")
_THIS_PROGRAM = re.compile(
    rf"{OWN}|\b(?:lines?|linhas?|l[ií]neas?|index|position|índice) \d"
    rf"|\b{_POINTERS} (?:\w+ ){{0,2}}(?:{BLOCK}|{_DATA}|(?:{words.PART})\b|\S*first\b)"
)
_INSTEAD = re.compile(rf"\b(?:{words.INSTEAD})\b")
_PLACE = re.compile(EXACT)
_CLAUSE = re.compile(r"[.!?;]|,? and (?:see|tell|look|watch|run|check|then (?:run|look|check))\b")


def is_about_this_program(text: str) -> bool:
    """Tell whether a sentence is said of one program: "the loop on line 3", and not of loops in general."""
    return bool(_THIS_PROGRAM.search(text))


def is_plain_order(text: str) -> bool:
    """Tell whether a sentence has an order to act on the program that is concrete enough to be carried out."""
    instead = max((found.start() for found in islice(_INSTEAD.finditer(text), MOST_ORDERS)), default=0)
    for verbs, needed in ((_STRONG, 1), (_EVERYDAY, 2)):
        for found in islice(verbs.finditer(text), MOST_ORDERS):
            if _VAGUE.match(text, found.start()) or not is_firm(text, found.start()):
                continue
            if found.end() < instead or _is_concrete(found, needed):
                return True
    return False


def _is_concrete(verb: re.Match[str], needed: int) -> bool:
    """Tell whether what is said with a verb names as many concrete things as it needs; data alone are not concrete."""
    said = _CLAUSE.split(verb.string[verb.end() :], maxsplit=1)[0]
    concrete = len(_CONCRETE.findall(said)) + bool(_PLACE.search(verb.string[: verb.start()]))
    if concrete or needed == 1:
        concrete += bool(_SOMETHING.search(said))
    return concrete >= needed

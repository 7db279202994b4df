"""Tells prose from code, line by line, while a line may still be arriving; finds where sentences end.

A guess by form alone: what it takes for code is only judged as code, not held back for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from taco_lsp.tutor.guard.listing import cells

_LEAD = r"^[ \t]*(?:(?:[-*+•>#]|//|\d{1,4}[ ]?[.):|])[ \t]+)*"
_STARTERS_LIST = """
    def class for while if elif else try except finally with return import from raise print yield async await
    lambda pass break continue global assert del int float double char void bool boolean string String long short
    unsigned const let var function func fn fun public private protected static struct enum switch case do using
    package include printf scanf cout cin puts echo auto val end begin then foreach new throw catch Scanner System
    Integer List ArrayList Map HashMap console std
"""
_STARTERS = frozenset(_STARTERS_LIST.split())
_OPENERS_LIST = """
    Look What When Where Which Who Whose Why How The Then There These They This That Those You Yeah Yes Nice Great
    Sure Okay Right Hello Thanks Sorry Hmm Because Before Almost Another Could Does Would Should Think Consider
    Remember Notice Imagine Suppose Tell Try Seems Nearly Maybe Perhaps Please Instead Getting Let's We're We'll
    It's I'm I'd Don't
    Olha Olhe Observe Pense Pensa Veja Você Qual Quando Onde Quase Muito Isso Esse Essa Este Esta Tente Agora Lembre
    Mira Fíjate Piensa Qué Cuál Cuándo Cómo Dónde Casi Muy Intenta Ahora Hola Olá Vamos Recuerda
"""
OPENERS = tuple(_OPENERS_LIST.split())
"""How sentences begin and hardly any line of code: a line that begins so is prose, however it goes on."""
_WORD = re.compile(_LEAD + r"[*_\"'(¿¡\u201c\u2018]*([^\W\d_][^\W\d_'\u2019-]*(?:['\u2019-][^\W\d_]+)*)(.*)", re.DOTALL)
_PROSE_GOES_ON = re.compile(r"(?:[,;:.!?]*[*_\"')”]*\s+[*_\"'(“`]*[^\W_]|[,:.!?…]+[*_]*\s)")
_CODE_LINE = re.compile(
    _LEAD
    + r"""(?:
        >>>\s
      | (?:async\s+)?(?:def|class)\s+\w+.*:
      | (?:for|while|if|elif|with|except)\b.*[()=<>\[\].!%].*:\s*(?:\#.*)?$
      | for\s+[\w,\s()]+\s+in\s+\S+\s*:
      | (?:while|if|elif)\s+(?:not\s+)?[\w.]+\s*:
      | (?:else|try|finally|do)\s*:?\s*\{?\s*$
      | (?:return|yield|raise|throw)(?:\s+-?[\w.\[\]()'"]+\s*;?\s*$|\b.*[()=<>\[\]+*/%].*$)
      | (?:import\s+[\w.,\s]+|from\s+[\w.]+\s+import\s+.+|\#\s*include.*|using\s+.+;)$
      | [\w.]+(?:\[[^\]]*\])*(?:\s*,\s*[\w.]+)*\s*(?::\s*[\w\[\], ]+\s*)?(?:[-+*/%&|^]|\*\*|//|<<|>>)?=(?!=)\s*\S.*
      | (?:(?:const|let|var|val|auto|final|static|public|private|unsigned
            |int|float|double|char|bool|boolean|string|String|long|void)\s+)+[\w<>\[\]*&]+.*[;={(\[].*
      | [\w<>\[\]]+\s+\w+\s*=\s*\S.*;
      | [\w.]+\(.*\)\s*[;:{]?\s*$
      | .*[;{]\s*(?://.*)?$
      | [})\]]+[;,)]*\s*(?:else.*)?$
      | (?:function|func|fn|fun)\s+\w+.*
      | (?:pass|break|continue)\s*;?$
    )""",
    re.VERBOSE,
)
_COMMENT = re.compile(r"^\s*(?:#(?!#)|//|/\*|\*/?\s|--\s)")
_SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bself)(?<!\bi\.e)(?<!\betc)(?<!\bvs)[.!?…]+[\"')\]*_”]*(?=\s)")
_END_SIGNS = ".!?…\"')]*_”"
_WORDS = re.compile(r"[^\W\d_]{2,}")


_EXPLAINS = re.compile(
    r"[\w)\]] (?:is (?:short|the|an?|like|what|where|just|only|equal|true|false|your)|means|stands for|adds|gives you"
    r"|has the|will be|would be|should be) [a-z]"
)
"""Words about a piece of code: "x += 1 is short for x = x + 1"."""
_ENDS_AS_SENTENCE = re.compile(r" [^\W\d_]{2,}[.!]$")
MAX_LINE = 500
"""Only so much of a line is looked at."""


def openers(names: Iterable[str]) -> tuple[str, ...]:
    """Give the `OPENERS` that begin none of these names."""
    known = [name for name in names if name[:1].isupper()]
    return tuple(opener for opener in OPENERS if not any(name.startswith(opener) for name in known))


def may_be_code(line: str, prose: tuple[str, ...] = OPENERS) -> bool:
    """Tell whether a line that is still arriving may turn out to be code; `prose` is how lines of prose begin."""
    found = _WORD.match(line)
    if found is None:
        return len(line) < 200
    word, rest = found.groups()
    if word.replace("\u2019", "'").startswith(prose):
        return False
    if word in _STARTERS:
        return len(line) < 200
    return not _PROSE_GOES_ON.match(rest) and len(line) < 200


def is_code(line: str, prose: tuple[str, ...] = OPENERS, *, follows_code: bool) -> bool:
    """Tell whether a complete line is code; among code a line needs less to be some."""
    if row := cells(line):
        return any(is_code(cell, prose, follows_code=False) for cell in row) or (
            follows_code and not line.strip(" |:-\r\n")
        )
    if not line.strip() or not (may_be_code(line, prose) or (follows_code and line[:1].isspace())):
        return False
    if _CODE_LINE.match(line[:MAX_LINE]):
        return not _reads_as_prose(line)
    return follows_code and (
        bool(_COMMENT.match(line)) or (line.startswith(("    ", "\t", "  ")) and not _reads_as_prose(line))
    )


def _reads_as_prose(line: str) -> bool:
    text = line.strip()
    if len(_WORDS.findall(text)) > 6 and not re.search(r"[(){}\[\]=;<>]", text):
        return True
    if _EXPLAINS.search(text):
        return True
    if _ENDS_AS_SENTENCE.search(text) and not re.search(r"[;{}#]|//", text):
        return True
    return text.endswith((".", "?")) and " " in text and not re.search(r"[=;{}]", text)


def sentence_end(text: str, seen: int = 0) -> int | None:
    """Tell where the first sentence of a text ends, not counting what stands in backticks.

    Of the first `seen` characters it is known that they hold no end; their last signs may be the start of one.
    """
    start = len(text[:seen].rstrip(_END_SIGNS))
    for found in _SENTENCE_END.finditer(text, start):
        if text.count("`", 0, found.start()) % 2 == 0:
            return found.end()
    return None

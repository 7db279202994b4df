"""The bare text behind a disguise: invisible and look-alike characters, HTML, escapes, base64 and rot13.

Every other part of the guard reads what this gives. It changes only what is judged, never what is shown, and it does
not know whether a text is code.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import json
import re
import unicodedata
from collections.abc import Iterator

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u034f\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\ufeff"))
_LOOK_ALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u03bf\u0391\u0392"
    "\u0415\u041e\u0420\u0421\u0422\u0425\u041d\u041c\u041a\u0410\u0412",
    "aeopcyxijsdhoABEOPCTXHMKAB",
)
_WORD = re.compile(r"\w+")
_OTHER_LETTERS = re.compile(r"[\u0370-\u052f]")
_LETTERS = re.compile(r"[A-Za-z]")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:pre|code|span|div|b|strong|em|i|mark|p|ol|ul|li|tt|kbd|samp|t[rdh]|table)\b[^<>]{0,200}>", re.IGNORECASE
)
_CODE_TAG = re.compile(r"</?(?:code|tt|kbd|samp)\b[^<>]{0,200}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#x?)?[0-9A-Za-z]{2,8};")
_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_STRING = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'')
_ESCAPE = re.compile(r"\\([ntr\"'\\/])")
_MEANING = {"n": "\n", "t": "\t", "r": "\n"}
_ENCODED = re.compile(r"(?<![\w+/])[A-Za-z0-9+/_-]{20,}={0,2}(?:\s+[A-Za-z0-9+/_-]{20,}={0,2})*")
_ROT13 = re.compile(
    r"\b(?:qrs|erghea|vzcbeg|cevag\w*|vachg|juvyr|shapgvba|pbafg|vagr?|ibvq|pynff|enatr|fpnas|choyvp)\b"
)
MOST_HIDDEN = 8
"""Hidden texts of one piece of a reply that are looked at."""
LONGEST_HIDDEN = 20_000
"""Characters of a piece in which they are looked for."""


def plain(text: str) -> str:
    """Give a text without what only hides it: invisible characters, look-alikes, entities, `<br>`, odd line ends."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_INVISIBLE).replace("\u00a0", " "))
        text = _WORD.sub(_unmixed, text) if _OTHER_LETTERS.search(text) else text
    if "<" in text:
        text = _BREAK.sub("\n", text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found.group()).replace("\u00a0", " "), text)
    return text


def _unmixed(found: re.Match[str]) -> str:
    """A word in one alphabet: no word of any language has two."""
    word = found.group()
    return word.translate(_LOOK_ALIKES) if _OTHER_LETTERS.search(word) and _LETTERS.search(word) else word


def lines_of(text: str) -> list[str]:
    """Cut a text at any line end."""
    return _LINE_END.split(text)


def without_tags(text: str) -> str:
    """Leave out the HTML around code."""
    return _TAG.sub("", text) if "<" in text else text


def with_ticks(text: str) -> str:
    """Put backticks in place of HTML's marks of code."""
    return _CODE_TAG.sub("`", text) if "<" in text else text


def readings(text: str) -> tuple[str, ...]:
    """Give the texts that a piece of a reply may stand for: itself, and what it holds in another writing."""
    if found := _in_json(text):
        return (found,)
    hidden = tuple(hidden_in(text))
    return (_STRING.sub(_without_escaped, text) if hidden else text, *hidden)


def hidden_in(text: str) -> Iterator[str]:
    """Give the texts that a piece of a reply holds as an escaped string, in base64 or in rot13."""
    text = text[:LONGEST_HIDDEN]
    yield from _few(
        _unescaped(string) for found in _STRING.finditer(text) if _is_escaped(string := found.group()[1:-1])
    )
    yield from _few(decoded for found in _ENCODED.finditer(text) if (decoded := _decoded(found.group())))
    if len(set(_ROT13.findall(text))) > 1:
        yield codecs.decode(text, "rot13")


def _in_json(text: str) -> str:
    """The texts in a JSON document as lines; nothing where it is none."""
    text = text.strip()
    if text[:1] not in ("{", "[") or text[-1:] not in ("}", "]") or len(text) > LONGEST_HIDDEN:
        return ""
    try:
        return "\n".join(_texts_of(json.loads(text)))
    except (ValueError, RecursionError):
        return ""


def _texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inside:
        yield from _texts_of(item)


def _is_escaped(string: str) -> bool:
    """Tell whether a text has several lines."""
    return "\\n" in string.strip("\\n ")


def _without_escaped(found: re.Match[str]) -> str:
    return '""' if _is_escaped(found.group()[1:-1]) else found.group()


def _few(found: Iterator[str]) -> Iterator[str]:
    return (text for _, text in zip(range(MOST_HIDDEN), found, strict=False))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _MEANING.get(found[1], found[1]), text)


def _decoded(text: str) -> str:
    """Read base64; nothing when it is none, or no text."""
    squeezed = "".join(text.split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        found = base64.b64decode(squeezed + "=" * (-len(squeezed) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return found if found.replace("\n", "").replace("\t", "").replace("\r", "").isprintable() else ""

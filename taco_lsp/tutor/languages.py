"""Human languages: their names, their scripts, and a cautious guess which one a text is written in.

The guess counts function words that few other languages share. It is meant for answers of a paragraph, says nothing
when in doubt, and is no language identification for documents.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

_NAMES: Mapping[str, str] = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "th": "Thai",
    "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_REGIONS: Mapping[str, str] = {
    "pt-br": "Brazilian Portuguese",
    "pt-pt": "European Portuguese",
    "zh-cn": "Simplified Chinese",
    "zh-tw": "Traditional Chinese",
}

_FUNCTION_WORDS: Mapping[str, str] = {
    "en": "the and is are was you your it this that what which when where how does do of to with for from then not "
    "have has would should could can will there if by think look about at",
    "pt": "não você uma um em do da dos das no na nos nas com são isso esse essa mais também seu sua seus suas ao à "
    "pela pelo pelos até já só muito então e os as ou ele ela foi tem",
    "es": "el la los las una un en del al con es son eso ese esa más también tu tus su sus pero cuando por lo y qué "
    "cómo está muy entonces hay ya o fue tiene línea",
    "fr": "le la les des une un est et dans du au aux avec sont ce cette ces vous votre vos il elle pas ne que qui "
    "quand pour par mais sur où ou plus être",
    "de": "der die das und ist ein eine einen du dein deine nicht mit von zu den dem im auf für sich was wenn wie "
    "dann auch aber wird sind es oder nach",
    "it": "il lo la gli le un una di che è e con non per del della dei nel nella sono questo questa tuo tua quando "
    "cosa come più anche ma dove",
    "nl": "de het een en van is niet met je jouw dat die dit wat als maar voor op te zijn wordt deze naar ook er dan "
    "hoe waar",
}
_WORDS = {code: frozenset(words.split()) for code, words in _FUNCTION_WORDS.items()}
_SCRIPTS: Mapping[str, frozenset[str]] = {
    "ARABIC": frozenset({"ar", "fa", "ur"}),
    "CJK": frozenset({"zh", "ja"}),
    "CYRILLIC": frozenset({"ru", "uk", "bg", "sr", "mk", "be", "kk"}),
    "DEVANAGARI": frozenset({"hi", "mr", "ne"}),
    "GREEK": frozenset({"el"}),
    "HANGUL": frozenset({"ko"}),
    "HEBREW": frozenset({"he"}),
    "HIRAGANA": frozenset({"ja"}),
    "KATAKANA": frozenset({"ja"}),
    "THAI": frozenset({"th"}),
}
"""Unicode script → the languages written in it; every other language here is written in Latin letters."""

_CODE = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1|\Z)|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+")
MIN_WORDS = 12
_KNOWN = frozenset(_WORDS) | frozenset(language for languages in _SCRIPTS.values() for language in languages)


def primary(tag: str) -> str:
    """The language of a BCP 47 tag, without script and region: `pt-BR` is `pt`."""
    return tag.partition("-")[0].lower()


def name(tag: str) -> str:
    """Name a language in English, as a model understands it best; the tag itself when it has no name here."""
    return _REGIONS.get(tag.lower()) or _NAMES.get(primary(tag)) or tag


def prose(text: str) -> str:
    """The text without its code blocks and inline code."""
    return _CODE.sub(" ", text)


def guess(text: str) -> frozenset[str]:
    """Guess which languages a text may be written in; empty when it is too short or says too little."""
    words = [word.lower() for word in _WORD.findall(prose(text))]
    script = _script(words)
    if script != "LATIN":
        return _SCRIPTS.get(script, frozenset())
    if len(words) < MIN_WORDS:
        return frozenset()
    counts = sorted(((sum(word in known for word in words), code) for code, known in _WORDS.items()), reverse=True)
    (best, code), (second, _) = counts[:2]
    clear = best >= 4 and best >= 0.12 * len(words) and best >= 1.5 * second
    return frozenset({code}) if clear else frozenset()


def is_other(text: str, accepted: Iterable[str]) -> bool:
    """Tell whether a text is surely in none of the accepted languages (tags); false when nothing is sure."""
    wanted = {primary(tag) for tag in accepted}
    if not wanted <= _KNOWN:
        return False  # a language that the guess does not know may look like one of its relatives
    found = guess(text)
    return bool(found) and not found & wanted


def _script(words: Iterable[str]) -> str:
    """The script of most letters, `LATIN` when there are none."""
    letters = Counter(unicodedata.name(letter, "LATIN").split()[0] for word in words for letter in word[:20])
    if letters["HIRAGANA"] + letters["KATAKANA"] > 0.1 * letters.total():
        return "HIRAGANA"  # Japanese mixes in Chinese characters, Chinese no kana
    return letters.most_common(1)[0][0] if letters else "LATIN"

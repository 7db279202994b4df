"""What the built-in tutor says, by language: catalogues of texts with named places to fill.

A catalogue is a folder of TOML files; the key `family.entry.part` stands in `family.toml`. Knows nothing of errors
or code. To add a language, translate the files of `catalogue/en` into a folder beside it and name it in `LANGUAGES`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import attrs

LANGUAGES = ("en", "pt", "es")
_CATALOGUE = Path(__file__).parent / "catalogue"
_PLACE = re.compile(r" ?\{(\w+)\}")


@attrs.frozen
class Texts:
    """The texts of one language."""

    language: str = "en"

    def say(self, key: str, /, **values: object) -> str:
        """Fill the text of a key; an empty value takes the space before its place along.

        Raises:
            KeyError: there is no such text, or a place has no value.
        """
        family, _, name = key.partition(".")
        return _fill(_read(self.language, family)[name], values)

    def find(self, key: str) -> str | None:
        """Give the text of a key as it stands, if there is one."""
        family, _, name = key.partition(".")
        return _read(self.language, family).get(name)

    def on_line(self, line: int | None) -> str:
        """Write `on line n`, or nothing when the line is unknown."""
        return self.say("common.on_line", line=line) if line else ""

    def kind(self, type_name: str) -> str:
        """Say what kind of value a Python type name stands for."""
        known = self.find(f"common.kinds.{type_name}")
        return known or self.say("common.kinds.other", name=type_name.replace("`", "'")[:60])

    def term(self, words: str) -> str:
        """Say Python's words for a piece of syntax, such as `function call`; those it does not know are quoted."""
        known = self.find(f"common.terms.{re.sub(r'[^a-z]+', '_', words.lower())}")
        return known or f"`{words}`"

    def count(self, number: int, noun: str) -> str:
        """Write a number and its noun: `1 item`, `2 items`."""
        form = "one" if number == 1 else "many"
        return f"{number} {self.say(f'common.nouns.{noun}.{form}')}"

    def listed(self, words: Sequence[str]) -> str:
        """Join words as people do: `a, b and c`."""
        if len(words) < 2:
            return "".join(words)
        return self.say("common.listed", words=", ".join(words[:-1]), last=words[-1])


def texts_for(language: str) -> Texts:
    """Choose the texts for a language tag such as `pt-BR`; English where there are none."""
    known = re.split(r"[-_]", language.strip().lower(), maxsplit=1)[0]
    return Texts(known if known in LANGUAGES else "en")


def families() -> tuple[str, ...]:
    """Name the files that make up a catalogue."""
    return tuple(sorted(file.stem for file in (_CATALOGUE / "en").glob("*.toml")))


def entries(language: str, family: str) -> Mapping[str, str]:
    """Give one file of a catalogue, with its tables flattened to dotted names."""
    return _read(language, family)


@cache
def _read(language: str, family: str) -> Mapping[str, str]:
    with (_CATALOGUE / language / f"{family}.toml").open("rb") as file:
        return dict(_flat(tomllib.load(file), ""))


def _flat(table: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, Mapping):
            found.extend(_flat(value, f"{prefix}{name}."))
        else:
            found.append((prefix + name, str(value)))
    return found


def _fill(text: str, values: Mapping[str, object]) -> str:
    def put(place: re.Match[str]) -> str:
        value = str(values[place[1]])
        return place[0].replace(f"{{{place[1]}}}", value) if value else ""

    return _PLACE.sub(put, text).strip()

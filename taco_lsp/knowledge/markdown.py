"""Splits a Markdown document into passages by its headings; pure text in, plain data out.

Not a Markdown renderer: it knows front matter, headings, code fences, links and fenced divisions (`::: name`, as
Pandoc and The Carpentries write them), and leaves everything else as it stands. A passage holds the words of a
link, not its address: addresses would be found by searches that mean something else.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

import attrs

MAX_CHARS = 1_600
"""A longer section is split between paragraphs: about what a prompt can spare for one passage."""

MAX_BLOCK_CHARS = 6_000
"""A longer paragraph or code block is cut between its lines, so that no passage is without bounds."""

_FENCE = re.compile(r"\s*(?:>\s*)*(`{3,}|~{3,})")
_DIVISION = re.compile(r"\s*:{3,}\s*(?:\{?\.?([\w-]*)[^:]*)?:*\s*$")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(.*?))??(?:\s+#+)?\s*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*$")
_DEFINITION = re.compile(r" {0,3}\[[^\]]+\]:\s")
_ATTRIBUTES = re.compile(r"\{(?:[#.:]|alt=)[^{}]{0,300}\}")
_TARGET = r"\([^()\s]{0,500}(?:\([^()\s]{0,100}\)[^()\s]{0,500})?(?:\s+[\"'][^)]{0,200})?\)|\[[^\[\]]{0,200}\]"
_LINK = re.compile(rf"!?\[((?:[^\[\]]|\[[^\[\]]{{0,100}}\]){{0,300}})\](?:{_TARGET})")
_COMMENT_MARK = re.compile(r"(<!--|-->)")
_TAG = re.compile(
    r"</?(?:a|b|br|center|details|div|em|i|img|p|span|strong|sub|summary|sup|table|td|th|tr)\b[^<>]{0,300}>"
)
_FOR_TEACHERS = frozenset({"solution", "solutions", "instructor", "instructors", "teacher", "teachers"})


@attrs.frozen(kw_only=True)
class Passage:
    """A piece of a document that can be read by itself, with the headings above it, outermost first."""

    headings: tuple[str, ...]
    text: str
    teacher_only: bool = False


@attrs.frozen(kw_only=True)
class Document:
    """A document as its passages; `title` is its front matter's, or else its first heading, or empty."""

    title: str
    front_matter: dict[str, str]
    passages: tuple[Passage, ...]


def parse(text: str) -> Document:
    """Split a document; a division named `solution` or `instructor` becomes passages for teachers only."""
    front_matter, body = _front_matter(text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"))
    sections = list(_sections(body.split("\n")))
    title = front_matter.get("title") or next((s.headings[0] for s in sections if s.headings), "")
    return Document(title=title, front_matter=front_matter, passages=tuple(_pieces(sections)))


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """Read `key: value` lines between two `---`; nested YAML is skipped, not understood."""
    begin = re.match(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", text, re.DOTALL)
    if begin is None:
        return {}, text
    pairs = (re.match(r"([\w-]+):\s*(.*?)\s*$", line) for line in begin[1].split("\n"))
    return {pair[1].lower(): pair[2].strip("\"'") for pair in pairs if pair and pair[2]}, text[begin.end() :]


@attrs.frozen
class _Division:
    """An open division: whether it is for teachers, and the headings to return to when it closes."""

    teacher_only: bool
    headings: list[tuple[int, str]]


@attrs.define
class _Reading:
    """Where the reader is: the headings above, the open divisions, the open code fence, and whether in a comment."""

    headings: list[tuple[int, str]] = attrs.field(factory=list)
    divisions: list[_Division] = attrs.field(factory=list)
    fence: str = ""
    in_comment: bool = False

    def section(self, lines: list[str]) -> Passage:
        return Passage(
            headings=tuple(title for _, title in self.headings),
            text="\n".join(lines).strip("\n"),
            teacher_only=any(division.teacher_only for division in self.divisions),
        )

    def enter(self, level: int, title: str) -> None:
        self.headings = [*(h for h in self.headings if h[0] < level), (level, title)]

    def uncommented(self, line: str) -> str:
        """Leave out what stands in an HTML comment, which may span lines; code has no comments of this kind."""
        if self.fence or not (self.in_comment or "<!--" in line):
            return line
        kept = ""
        for part in _COMMENT_MARK.split(line):
            if part == ("-->" if self.in_comment else "<!--"):
                self.in_comment = not self.in_comment
            elif not self.in_comment:
                kept += part
        return kept

    def fenced(self, line: str) -> bool:
        """Tell whether the line belongs to a code block, its fences included."""
        found = _FENCE.match(line)
        if not self.fence:
            self.fence = found[1] if found else ""
            return bool(self.fence)
        if found and found[1].startswith(self.fence) and not line[found.end() :].strip():
            self.fence = ""
        return True


def _sections(lines: list[str]) -> Iterator[Passage]:
    """Yield what stands between two headings or division marks."""
    at, kept = _Reading(), list[str]()
    for line in map(at.uncommented, lines):
        if at.fenced(line):
            kept.append(line)
        elif division := _DIVISION.match(line):
            yield at.section(kept)
            kept = []
            _enter_or_leave(at, division[1] or "")
        elif (heading := _heading(line, kept)) is not None:
            yield at.section(kept)
            kept = []
            at.enter(*heading)
        elif not _DEFINITION.match(line):
            kept.append(_plain(line))
    yield at.section(kept)


def _enter_or_leave(at: _Reading, name: str) -> None:
    if name:
        at.divisions.append(_Division(name.lower() in _FOR_TEACHERS, at.headings))
    elif at.divisions:
        at.headings = at.divisions.pop().headings


def _heading(line: str, above: list[str]) -> tuple[int, str] | None:
    """Read a heading; an underlined one takes its title from the line `above`, which it removes."""
    if found := _HEADING.match(line):
        return len(found[1]), _plain(found[2] or "").strip()
    alone = bool(above) and above[-1].strip() != "" and (len(above) == 1 or above[-2].strip() == "")
    if (found := _UNDERLINE.match(line)) and alone and not re.match(r"\s*[-*+>|]", above[-1]):
        return (1 if found[1][0] == "=" else 2), above.pop().strip()
    return None


def _plain(line: str) -> str:
    return _TAG.sub("", _ATTRIBUTES.sub("", _LINK.sub(r"\1", _LINK.sub(r"\1", line))))


def _pieces(sections: Iterable[Passage]) -> Iterator[Passage]:
    for section in sections:
        for text in _fit(_blocks(section.text)):
            yield attrs.evolve(section, text=text)


def _blocks(text: str) -> Iterator[str]:
    """Yield paragraphs and code blocks; a blank line inside a code block does not end it."""
    at, kept = _Reading(), list[str]()
    for line in text.split("\n"):
        if at.fenced(line) or line.strip():
            kept.append(line)
        elif kept:
            yield "\n".join(kept)
            kept = []
    yield "\n".join(kept)


def _fit(blocks: Iterable[str]) -> Iterator[str]:
    """Join blocks up to `MAX_CHARS`; one that is longer stays whole up to `MAX_BLOCK_CHARS`."""
    kept = ""
    for block in itertools.chain.from_iterable(map(_cut, blocks)):
        if kept and len(kept) + len(block) > MAX_CHARS:
            yield kept
            kept = ""
        kept = f"{kept}\n\n{block}" if kept else block
    if kept.strip():
        yield kept


def _cut(block: str) -> Iterator[str]:
    while len(block) > MAX_BLOCK_CHARS:
        at = block.rfind("\n", 0, MAX_BLOCK_CHARS)
        at = at if at > 0 else MAX_BLOCK_CHARS
        yield block[:at]
        block = block[at:].lstrip("\n")
    yield block

"""Reads Python's standard error: which error, with what message, through which lines.

Understands the formats of Python 3.8 to 3.14, chained errors, exception groups, and text around them. It does
not look at the student's file and does not explain.
"""

from __future__ import annotations

import re
import sys
from pathlib import PureWindowsPath

import attrs

from taco_lsp.tutor.builtin.failure import Frame

_FRAME = re.compile(r'^\s*File "(?P<file>[^"]*)", line (?P<line>\d{1,9})(?:, in (?P<function>.+))?\s*$')
_BARE_FRAME = re.compile(r"^\s*File (?P<file><[^>]*>), line (?P<line>\d{1,9})(?:, in (?P<function>.+))?\s*$")
_ERROR = re.compile(r"^(?P<type>[A-Za-z_][\w.]{0,120})(?:: ?(?P<message>.*))?$")
_KNOWN_ERROR = re.compile(r"(?:Error|Exception|Interrupt|Exit|Warning|Group|StopIteration|StopAsyncIteration)$")
_MARKS = re.compile(r"^[\s~^]*\^[\s~^]*$")
_GROUP_RULER = re.compile(r"^\s{2,}[|+] ?")
_HEADER = "Traceback (most recent call last):"
_LIBRARY = re.compile(r"[/\\](?:site-packages|dist-packages)[/\\]|[/\\][Ll]ib[/\\]python|[/\\]Lib[/\\]|^<frozen ")


@attrs.frozen(kw_only=True)
class ParsedError:
    """The last error in a text; `handling` is the type of the error it came after, if any."""

    error_type: str
    message: str
    frames: tuple[Frame, ...]
    handling: str = ""


def parse_traceback(stderr: str) -> ParsedError | None:
    """Find the last Python error in a text; None when there is none."""
    lines = re.split(r"\r\n|\r|\n", stderr)
    if "Exception Group Traceback" in stderr:
        lines = [_GROUP_RULER.sub("", line) for line in lines]
    frames: list[Frame] = []
    found: ParsedError | None = None
    previous = ""
    inside = False
    for index, line in enumerate(lines):
        if line.strip().endswith(_HEADER):
            previous, frames, inside = (found.error_type if found else ""), [], True
        elif frame := _read_frame(lines, index):
            if not inside:
                previous, frames, inside = "", [], True
            frames.append(frame)
        elif error := _read_error(line, inside=inside and bool(frames)):
            found = ParsedError(
                error_type=error[0], message=error[1], frames=tuple(frames), handling=previous if frames else ""
            )
            frames, inside = [], False
    return found


def _read_error(line: str, *, inside: bool) -> tuple[str, str] | None:
    match = _ERROR.match(line)
    if match is None:
        return None
    name = match["type"].rpartition(".")[2]
    if not inside and not _KNOWN_ERROR.search(name):
        return None
    return name, (match["message"] or "").strip()[:1000]


def _read_frame(lines: list[str], index: int) -> Frame | None:
    match = _FRAME.match(lines[index]) or _BARE_FRAME.match(lines[index])
    if match is None:
        return None
    text, caret = "", None
    following = lines[index + 1] if index + 1 < len(lines) else ""
    if following[:1].isspace() and following.strip() and not _FRAME.match(following):
        text = following.strip()[:400]
        caret = _read_caret(following, lines[index + 2] if index + 2 < len(lines) else "")
    return Frame(file=match["file"], line=int(match["line"]), function=match["function"] or "", text=text, caret=caret)


def _read_caret(source: str, marks: str) -> tuple[int, int] | None:
    if not _MARKS.match(marks):
        return None
    indent = len(source) - len(source.lstrip())
    first = len(marks) - len(marks.lstrip())
    return max(0, first - indent), max(1, len(marks.rstrip()) - indent)


def student_frame(frames: tuple[Frame, ...], filename: str) -> Frame | None:
    """Pick the deepest frame in the student's file, else the deepest that is not in a library."""
    wanted = _base(filename)
    if wanted:
        own = [frame for frame in frames if _base(frame.file) == wanted]
        if own:
            return own[-1]
    own = [frame for frame in frames if not _in_library(frame, frames[0])]
    candidates = own or list(frames)
    return candidates[-1] if candidates else None


def _base(path: str) -> str:
    # A Windows path object splits at both kinds of slash.
    return PureWindowsPath(path).name if path else ""


def _in_library(frame: Frame, outermost: Frame) -> bool:
    if _LIBRARY.search(frame.file):
        return True
    path, home = PureWindowsPath(frame.file), PureWindowsPath(outermost.file).parent
    if home == path.parent or home in path.parents:
        return False
    return path.stem in sys.stdlib_module_names or path.parent.name in sys.stdlib_module_names

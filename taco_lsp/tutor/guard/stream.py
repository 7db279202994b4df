"""Filters one reply as it streams: cuts it into sentences and pieces of code, has each judged, releases the rest.

Of a sentence, what stands before the first word that an edit could begin with is released at once; the rest when
the sentence ends and is harmless. Code is held until it ends. Where the reply is cut into deltas changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from taco_lsp.tutor.guard.code_rules import completes, judge_code
from taco_lsp.tutor.guard.disguise import hidden_in, lines_of, plain, with_ticks, without_tags
from taco_lsp.tutor.guard.fragments import take_apart
from taco_lsp.tutor.guard.own_code import is_quoted
from taco_lsp.tutor.guard.prose import is_code, may_be_code, sentence_end
from taco_lsp.tutor.guard.sentences import demands_code, first_trigger, harmless, is_piece, is_statement, judge_sentence
from taco_lsp.tutor.guard.task import make_task
from taco_lsp.tutor.guard.verdict import Rule, Verdict

_FENCE = re.compile(r"\s*(?:[-*+>]\s+|\d+[.)]\s+)?(?P<fence>```+|~~~+|<pre\b|<code>\s*$)", re.IGNORECASE)
_MAY_BE_FENCE = re.compile(
    r"\s*(?:[-*+>]|\d+[.)])?\s*(?:`{0,2}|~{0,2}|<[a-z]{0,4}|(?:`{3,}|~{3,}|<pre|<code>).*)", re.IGNORECASE | re.DOTALL
)
LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_PART = re.compile(rf"[^{LINE_ENDS}]*(?:\r\n|[{LINE_ENDS}])|[^{LINE_ENDS}]+")
MAX_SENTENCE = 600
"""Longer text without an end is judged in stretches of this many characters."""
MAX_HELD = 12_000
"""Characters of code in one piece, more than any answer may have: what is longer is no hint, whatever it says."""
MAX_PROSE = 12_000
"""Characters of prose after which no more is shown or judged, far more than any answer may have."""
MAX_WRAPPED = 4
"""Lines that one sentence may run over."""
MAX_UNFENCED = 400
"""Lines of code without a fence in which a text of several lines is waited for."""
MAX_SPREAD = 40
"""Pieces of code of one reply that are also judged together, at most; and how many characters of them at a time."""
WINDOW = 3_000


class Guard:
    """Filters one reply. Feed it deltas, show what it returns, stop when `verdict.blocked`.

    `references` are solutions, `starter` the files the student began with, `statement` the task; each may be empty.
    """

    def __init__(
        self, *, references: Sequence[str], student_code: str, starter: Sequence[str] = (), statement: str = ""
    ) -> None:
        self.verdict = Verdict()
        self._task = make_task(references, student_code, starter, statement)
        self._line = ""
        """What has arrived of the current line and is not released."""
        self._return = ""
        """A carriage return that has arrived last: whether the line ends with it, the next sign tells."""
        self._at_line_start = True
        self._said = ""
        """What is released of the current sentence."""
        self._before = ""
        """The sentence before."""
        self._shown = 0
        """How many characters of prose are released."""
        self._code: list[str] = []
        """Held lines of code."""
        self._held = 0
        """How many characters they have."""
        self._fence: str | None = None
        self._in_text = False
        """Whether code without a fence is inside a text of several lines."""
        self._pieces: list[str] = []

    def feed(self, delta: str) -> str:
        """Take the next piece of the reply; return what may be shown now."""
        delta, self._return = self._return + delta, ""
        if delta.endswith("\r"):
            delta, self._return = delta[:-1], "\r"
        shown = []
        for part in _PART.findall(delta):
            if self.verdict.blocked:
                break
            self._line += part
            shown.append(self._take_line() if part[-1] in LINE_ENDS else self._take_partial())
        return "".join(shown)

    def close(self) -> str:
        """The reply is over; return what was held and may be shown."""
        if self._is_blocked():
            return ""
        self._line += self._return
        shown = self._take_line() if self._line else ""
        return shown if self.verdict.blocked else shown + self._end_code()

    def _is_blocked(self) -> bool:
        return self.verdict.blocked

    def _take_line(self) -> str:
        line = self._line
        if self._fence is not None:
            return self._take_fenced(line)
        if not self._at_line_start or (not self._code and not line.strip()):
            self._at_line_start = True
            return self._take_prose(ended=True)
        opening = _FENCE.match(line)
        if opening and not _is_inline(line, opening["fence"]):
            return self._open_fence(line, opening["fence"])
        follows_code, bare = bool(self._code), without_tags(plain(line))
        opens_text = follows_code and '"""' in line and (line[:1].isspace() or may_be_code(bare, self._task.prose))
        if (
            self._in_text
            or opens_text
            or is_code(bare, self._task.prose, follows_code=follows_code)
            or (follows_code and not line.strip())
        ):
            self._in_text ^= line.count('"""') % 2 == 1 and len(self._code) < MAX_UNFENCED
            self._in_text &= len(self._code) < MAX_UNFENCED
            self._hold()
            return ""
        shown = self._end_code()
        return shown if self.verdict.blocked else shown + self._take_prose(ended=True)

    def _take_partial(self) -> str:
        if self._fence is not None:
            return ""
        if not self._at_line_start:
            return self._take_prose(ended=False)
        if (
            self._in_text
            or _MAY_BE_FENCE.fullmatch(self._line)
            or may_be_code(without_tags(plain(self._line)), self._task.prose)
            or (self._code and self._line[:1].isspace())
        ):
            return ""
        self._at_line_start = False
        shown = self._end_code()
        return shown if self.verdict.blocked else shown + self._take_prose(ended=False)

    # --- code ---------------------------------------------------------------------------------------------------

    def _hold(self) -> None:
        before = self._held
        self._held += len(self._line)
        self._code.append(self._line)
        self._line = ""
        if before <= MAX_HELD < self._held and not self._is_own():
            self._stop("program")

    def _is_own(self) -> bool:
        """Tell whether the held code may be the student's: a quotation is hardly longer than the original."""
        code = "".join(self._code[self._fence is not None :])
        return self._held <= 2 * len(self._task.code) and is_quoted(code, self._task.own)

    def _open_fence(self, line: str, fence: str) -> str:
        shown = self._end_code()
        if not self.verdict.blocked:
            self._fence = fence.lower()
            self._hold()
            if fence[0] == "<" and "</" in line:
                return shown + self._end_code()
        return shown

    def _take_fenced(self, line: str) -> str:
        text = line.strip().lstrip("> ")
        fence = self._fence or ""
        self._hold()
        if fence[0] == "<":
            closed = f"</{fence.strip('<> ')}" in line.lower()
        else:
            closed = text.startswith(fence) and not text.strip("`~")
        return self._end_code() if closed else ""

    def _end_code(self) -> str:
        """Judge the held code; release it when it is harmless."""
        held = "".join(self._code)
        if not held:
            return ""
        block = "\n".join(lines_of(held))
        self._code, self._held, self._in_text = [], 0, False
        fence, self._fence = self._fence, None
        code = block if fence is None or fence[0] == "<" else _inside(block)
        self._stop(judge_code(code, self._task, demanded=demands_code(self._before + " " + self._said)))
        if fence is None and "\n" not in block.strip("\n"):
            self._stop(self.verdict.rule or judge_sentence(with_ticks(plain(block)), self._task, self._before))
        self._add_piece(code)
        self._said = self._before = ""
        return "" if self.verdict.blocked else held

    def _add_piece(self, code: str) -> None:
        """Judge the pieces of code seen so far together: a solution may come in parts."""
        piece = code.strip("\n")
        if self.verdict.blocked or len(self._pieces) >= MAX_SPREAD or is_quoted(code, self._task.own):
            return
        if piece in self._pieces[-1:]:
            return  # a sentence that goes on in the next line is judged twice
        self._pieces.append(piece)
        if len(self._pieces) > 1:
            self._stop(completes("\n".join(self._pieces)[-WINDOW:], self._task))

    def _stop(self, rule: Rule | None) -> None:
        if rule is not None:
            self.verdict = Verdict(blocked=True, rule=rule)

    # --- prose --------------------------------------------------------------------------------------------------

    def _take_prose(self, *, ended: bool) -> str:
        """Release whole harmless sentences, and the next one up to where an edit may begin."""
        shown = []
        while not self.verdict.blocked and self._line:
            if self._shown > MAX_PROSE:
                self._line = ""
                break
            text = self._said + self._line
            end = sentence_end(text[: MAX_SENTENCE + 1], len(self._said))
            if end is None and len(text) > MAX_SENTENCE:
                end = MAX_SENTENCE
            if end is None:
                shown.append(self._take_rest(text, ended=ended))
                break
            shown.append(self._judge(text[:end], end - len(self._said)))
            self._before, self._said = text[:end], ""
        return "".join(shown)

    def _take_rest(self, text: str, *, ended: bool) -> str:
        """Take a sentence that has no end yet; at the end of a line it may go on in the next."""
        if ended:
            shown = self._judge(text, len(self._line))
            self._said = text if text.strip() and not _ends(text) and text.count("\n") < MAX_WRAPPED else ""
            self._before = self._before if self._said else text
            return shown
        size = self._harmless(text)
        self._said += self._line[:size]
        return self._release(size)

    def _harmless(self, text: str) -> int:
        """Tell how much of the unreleased text may be shown whatever follows."""
        return max(harmless(text) - len(self._said), 0)

    def _judge(self, sentence: str, size: int) -> str:
        """Judge a sentence; release it, or of a held-back one what stands before the edit."""
        if first_trigger(sentence) is None:
            return self._release(size)
        bare = with_ticks(plain(sentence))
        self._stop(judge_sentence(bare, self._task, self._before))
        for text in () if self.verdict.blocked else (_code_in(bare), *hidden_in(sentence)):
            self._stop(self.verdict.rule or judge_code(text, self._task))
        if not self.verdict.blocked and "`" in bare:
            it = take_apart(bare)
            for code in (it.code[number] for number in sorted(it.ticked)):
                if is_statement(code) and not is_quoted(code, self._task.own):
                    self._stop(completes(code, self._task))
                if is_piece(code):
                    self._add_piece(code)
        return self._release(self._harmless(sentence) if self.verdict.blocked else size)

    def _release(self, size: int) -> str:
        piece, self._line = self._line[:size], self._line[size:]
        self._shown += size
        return piece


def _code_in(sentence: str) -> str:
    """The lines of code in a sentence that has several lines."""
    return (
        "\n".join(line for line in sentence.split("\n") if is_code(line, follows_code=False))
        if "\n" in sentence
        else ""
    )


def _is_inline(line: str, fence: str) -> bool:
    """Tell whether a line holds code between backticks instead of opening a block."""
    return (
        fence[0] == "`"
        and "`" in line.strip().lstrip("-*+> 0123456789.)").lstrip("`").rstrip("`")[:-1]
        and line.count(fence) > 1
    )


def _ends(text: str) -> bool:
    return (text.rstrip(" \t\r")[-1:] == "\n" and text.strip()[-1:] in ".!?:;") or text.endswith("\n\n")


def _inside(block: str) -> str:
    """A fenced block without its fences."""
    lines = block.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    closed = len(lines) > 1 and not lines[-1].strip().strip("`~>").strip()
    return "\n".join(lines[1 : -1 if closed else None])

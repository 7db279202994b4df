"""From standard error to an explanation: picks the language, finds the cause, writes the Markdown.

The only place that puts the parts of an explanation together; causes come from `registry` and
`other_languages`.
"""

from __future__ import annotations

import re
import traceback
import warnings
from collections.abc import Sequence
from pathlib import PureWindowsPath

from taco_lsp.tutor.builtin import other_languages
from taco_lsp.tutor.builtin.failure import Cause, Failure, Frame
from taco_lsp.tutor.builtin.records import Explanation, LastRun
from taco_lsp.tutor.builtin.registry import SYNTAX_CLASSES, cause_of
from taco_lsp.tutor.builtin.runtime_limits import timeout_cause
from taco_lsp.tutor.builtin.source import MAX_TREE, Source, line_at, read_source
from taco_lsp.tutor.builtin.texts import Texts, texts_for
from taco_lsp.tutor.builtin.traceback_formats import as_plain_traceback
from taco_lsp.tutor.builtin.traceback_parser import ParsedError, parse_traceback, student_frame
from taco_lsp.tutor.builtin.wording import joined, limit_words, quote, sentence_start, word_count

MIN_WORDS, MAX_WORDS = 80, 160
_MAX_STDERR = 40_000
_MOST_NAMES = 5
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def explain_error(
    *, code: str, stderr: str, language_id: str, filename: str = "", language: str = "en"
) -> Explanation | None:
    """Explain what a run or a compiler wrote to standard error; None if there is no error that it knows.

    `code` may be empty. Nothing is run and nothing is read but the arguments.
    """
    texts = texts_for(language)
    text = _COLOURS.sub("", _clip(stderr))
    text = as_plain_traceback(text)
    parsed = (
        parse_traceback(text) if language_id in {"python", ""} or "Traceback (most recent call last)" in text else None
    )
    if parsed is None:
        found = other_languages.find_error(text, filename=filename, code=code, texts=texts)
        return compose(found.error_type, found.line, found.cause, found.meaning, texts) if found else None
    return _explain_python(parsed, read_source(code), filename, texts)


def explain_run(
    run: LastRun, *, code: str, language_id: str, filename: str = "", language: str = "en"
) -> Explanation | None:
    """Explain how a run ended: a time-out, a crash without words, or what it wrote; None when it went well."""
    texts = texts_for(language)
    if run.timed_out:
        line, cause = timeout_cause(read_source(code if language_id == "python" else ""), texts)
        title = texts.say("explain.time_out")
        return compose("time-out", line, cause, texts.say("explain.time_out_meaning"), texts, title=title)
    if run.exit_code == 0:
        return None
    explained = explain_error(
        code=code, stderr=run.stderr, language_id=language_id, filename=filename, language=language
    )
    if explained:
        return explained
    crash = other_languages.crash_cause(run.exit_code, texts)
    if crash is None:
        return None
    return compose(crash.error_type, None, crash.cause, crash.meaning, texts, title=crash.title)


def explain_tests(
    failed: Sequence[str], run: LastRun, *, code: str, language_id: str, filename: str = "", language: str = "en"
) -> Explanation:
    """Explain why tests failed: by the error of the first of them, or else by their names."""
    explained = explain_run(run, code=code, language_id=language_id, filename=filename, language=language)
    if explained:
        return explained
    texts = texts_for(language)
    names = ", ".join(quote(name) for name in failed[:_MOST_NAMES])
    summary = texts.say("explain.tests_failed", names=names) if failed else texts.say("explain.some_tests_failed")
    cause = Cause(
        summary=summary,
        why=texts.say("explain.tests_why"),
        look=texts.say("explain.tests_look"),
        specific=False,
    )
    title = texts.say("explain.tests")
    return compose("tests", None, cause, texts.say("explain.tests_meaning"), texts, title=title)


def explain_unreadable(code: str, filename: str = "", language: str = "en") -> Explanation | None:
    """Explain why a Python file cannot be read, without a run; None if it can be, or is too long to try."""
    if not code or len(code) > MAX_TREE:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, filename or "<file>", "exec", dont_inherit=True)
    except SyntaxError as error:
        stderr = "".join(traceback.format_exception_only(error))
        return explain_error(code=code, stderr=stderr, language_id="python", filename=filename, language=language)
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return None


def compose(  # noqa: PLR0917 - the parts of one text, in the order they are read
    error_type: str, line: int | None, cause: Cause, meaning: str, texts: Texts, title: str = ""
) -> Explanation:
    """Write an explanation of 80 to 160 words from its parts, or little less."""
    summary, why = sentence_start(cause.summary), sentence_start(cause.why)
    parts = [
        texts.say("explain.title", error_type=title or error_type, on=texts.on_line(line)),
        meaning,
        texts.say("explain.here", summary=summary, why=why),
        texts.say("explain.look", look=sentence_start(cause.look)),
    ]
    if word_count(" ".join(parts)) < MIN_WORDS:
        parts.append(texts.say("explain.closing"))
    return Explanation(
        error_type=error_type,
        line=line,
        summary=summary,
        body=limit_words("\n\n".join(part.strip() for part in parts), MAX_WORDS),
        specific=cause.specific,
        look=cause.look,
    )


def _clip(stderr: str) -> str:
    """Keep the two ends of a long text: compilers say it first, Python says it last."""
    if len(stderr) <= _MAX_STDERR:
        return stderr
    half = _MAX_STDERR // 2
    return stderr[:half] + "\n" + stderr[-half:]


def _explain_python(parsed: ParsedError, source: Source, filename: str, texts: Texts) -> Explanation:
    own = student_frame(parsed.frames, filename)
    frame = parsed.frames[-1] if parsed.frames and parsed.error_type in SYNTAX_CLASSES else own
    # What is known of the student's file says nothing about a line of another file.
    elsewhere = bool(frame and own and frame.file != own.file)
    source = Source() if elsewhere else source
    failure = Failure(
        error_type=parsed.error_type,
        message=parsed.message,
        frames=parsed.frames,
        frame=_with_text(frame, source) if frame else None,
        source=source,
        texts=texts,
        filename=filename,
    )
    meaning = meaning_of(parsed.error_type, texts)
    if elsewhere and frame:
        name = quote(PureWindowsPath(frame.file).name)
        meaning = joined(meaning, texts.say("explain.other_file", file=name))
    if parsed.handling and parsed.handling != parsed.error_type:
        meaning = joined(meaning, texts.say("explain.while_handling", error=parsed.handling[:60]))
    line = own.line if elsewhere and own else failure.line
    return compose(parsed.error_type[:80], line, cause_of(failure), meaning, texts)


def meaning_of(error_type: str, texts: Texts) -> str:
    """Tell what an error class means; unknown classes get an honest general sentence."""
    known = texts.find(f"meanings.classes.{error_type}")
    return known or texts.say("meanings.unknown", name=error_type[:60])


def _with_text(frame: Frame, source: Source) -> Frame:
    """Fill in the source line where the traceback lacks it; follow the line if the file was edited since."""
    written = line_at(source, frame.line).strip()[:400]
    if not frame.text:
        return Frame(file=frame.file, line=frame.line, function=frame.function, text=written)
    if written == frame.text or not source.lines:
        return frame
    moved = [number for number, text in enumerate(source.lines, start=1) if text.strip()[:400] == frame.text]
    if len(moved) != 1:
        return frame
    return Frame(file=frame.file, line=moved[0], function=frame.function, text=frame.text, caret=frame.caret)

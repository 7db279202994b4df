"""The built-in tutor: explains errors and gives hints without a key, a network or a model.

Pure functions over the arguments they are given. Student code is read, never run; nothing is stored. The rules
behind the functions are loaded with the first call, so importing this package costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from taco_lsp.tutor.builtin.records import NAME, VERSION, Explanation, Hint, LastRun, Question

__all__ = [
    "NAME",
    "VERSION",
    "Explanation",
    "Hint",
    "LastRun",
    "Question",
    "answer",
    "explain_error",
    "explain_run",
    "explain_tests",
]


def answer(q: Question) -> str:
    """Answer in Markdown, in about 40 to 160 words: hints, never the fix and never solution code."""
    from taco_lsp.tutor.builtin import answering  # noqa: PLC0415 - 60 ms of rules that a start need not wait for

    return answering.answer(q)


def explain_error(
    *, code: str, stderr: str, language_id: str, filename: str = "", language: str = "en"
) -> Explanation | None:
    """Explain what a run or a compiler wrote to standard error; None if there is no error that it knows.

    `code` may be empty; `language` is a tag such as "pt-BR". Nothing is run and nothing is read but the arguments.
    """
    from taco_lsp.tutor.builtin import explain  # noqa: PLC0415 - see `answer`

    return explain.explain_error(
        code=code, stderr=stderr, language_id=language_id, filename=filename, language=language
    )


def explain_run(
    run: LastRun, *, code: str, language_id: str, filename: str = "", language: str = "en"
) -> Explanation | None:
    """Explain how a run ended: a time-out, a crash without words, or what it wrote; None when it went well."""
    from taco_lsp.tutor.builtin import explain  # noqa: PLC0415 - see `answer`

    return explain.explain_run(run, code=code, language_id=language_id, filename=filename, language=language)


def explain_tests(
    failed: Sequence[str], run: LastRun, *, code: str, language_id: str, filename: str = "", language: str = "en"
) -> Explanation:
    """Explain why tests failed: by the error of the first of them, or else by their names."""
    from taco_lsp.tutor.builtin import explain  # noqa: PLC0415 - see `answer`

    return explain.explain_tests(failed, run, code=code, language_id=language_id, filename=filename, language=language)

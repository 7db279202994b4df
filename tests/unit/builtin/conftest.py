"""What the built-in tutor's tests share: real programs run for real errors, and the rules every text keeps."""

from __future__ import annotations

import re
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from taco_lsp.tutor.builtin import Explanation, explain_error
from taco_lsp.tutor.builtin.wording import word_count

_DICTATES = re.compile(
    r"\b(?:replace|change|swap|rename) [^.?!\n]{1,60} (?:by|with|to|into) `"
    r"|\b(?:add|insert|put|write|remove|delete|use) (?:a |an |the |another )?[`'\":;,()=]"
    r"|\byou (?:should|need to|must|have to) (?:write|add|use|replace|change|remove|put)\b"
    r"|\b(?:should|must) be `|\bthe (?:fix|correct (?:code|line|version)) is\b",
    re.IGNORECASE,
)


def stderr_of(code: str, folder: Path, stdin: str = "") -> str:
    """Run a program under this interpreter and give what it wrote to standard error."""
    program = folder / "main.py"
    program.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "ignore", str(program)],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=20,
        cwd=folder,
        check=False,
    )
    return done.stderr


def syntax_stderr(code: str) -> str:
    """Compile a program that does not compile and give what Python says."""
    with pytest.raises(SyntaxError) as caught:
        compile(code, "main.py", "exec")
    return "".join(traceback.format_exception_only(caught.value))


def check_rules(explanation: Explanation, code: str = "") -> None:
    """Every explanation is short, plain Markdown that dictates nothing and hands over no code."""
    assert 40 <= word_count(explanation.body) <= 160, explanation.body
    assert "\n" not in explanation.summary
    assert explanation.summary.endswith((".", "…"))
    assert not _DICTATES.search(explanation.body), _DICTATES.search(explanation.body)
    assert "```" not in explanation.body
    copied = [line for line in code.splitlines() if len(line.strip()) > 12 and line.strip() in explanation.body]
    assert len(set(copied)) <= 2, copied
    assert "{on}" not in explanation.body
    assert "  " not in explanation.summary


@pytest.fixture
def explain() -> Callable[..., Explanation]:
    """Explain an error, holding the result against the rules."""

    def explaining(code: str, stderr: str, language: str = "python", filename: str = "main.py") -> Explanation:
        explanation = explain_error(code=code, stderr=stderr, language_id=language, filename=filename)
        assert explanation is not None, stderr
        check_rules(explanation, code)
        return explanation

    return explaining


@pytest.fixture
def dictates() -> re.Pattern[str]:
    """Finds a sentence that hands over the fix."""
    return _DICTATES


@pytest.fixture
def run_program(tmp_path: Path) -> Callable[..., str]:
    """Run a program and give its standard error."""
    return lambda code, stdin="": stderr_of(code, tmp_path, stdin)


@pytest.fixture
def compile_error() -> Callable[[str], str]:
    """Compile a broken program and give Python's words for it."""
    return syntax_stderr

"""What the built-in tutor's tests share: real programs, run or compiled for real errors."""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from builtin_rules import check_rules

from taco_lsp.tutor.builtin import Explanation, explain_error


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
def run_program(tmp_path: Path) -> Callable[..., str]:
    """Run a program and give its standard error."""
    return lambda code, stdin="": stderr_of(code, tmp_path, stdin)


@pytest.fixture
def compile_error() -> Callable[[str], str]:
    """Compile a broken program and give Python's words for it."""
    return syntax_stderr

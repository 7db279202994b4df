"""Messages of C, C++, Java and JavaScript tools, as they write them; made for real where the tool is there."""

# ruff: noqa: RUF001 - the curly quote marks are what compilers print

from __future__ import annotations

import shutil
import subprocess

import pytest

from taco_lsp.tutor.builtin import LastRun, explain_error, explain_run

CASES = [
    ("c", "a.c:4:5: error: expected ‘,’ or ‘;’ before ‘printf’\n    4 |     printf(1);\n", 4, "no `;`", True),
    ("c", "a.c: In function ‘main’:\na.c:4:20: error: ‘y’ undeclared (first use in this function)\n", 4, "`y`", True),
    ("c", "/bin/ld: a.o: in function `main':\na.c:(.text+0xa): undefined reference to `foo'\n", None, "`foo`", True),
    ("cpp", "a.cpp:2:19: error: ‘vector’ is not a member of ‘std’\n", 2, "`vector`", True),
    ("cpp", "/w/a.cpp:3:5: error: use of undeclared identifier 'cout'\n", 3, "`cout`", True),
    ("c", "a.c:9:1: error: a message nobody has seen before\n", 9, "nobody has seen", False),
    ("java", "Main.java:3: error: ';' expected\n        int x = 3\n                 ^\n1 error\n", 3, "no `;`", True),
    ("java", "Main.java:4: error: cannot find symbol\n  f(y);\n    ^\n  symbol:   variable y\n", 4, "`y`", True),
    ("java", "Main.java:3: error: incompatible types: String cannot be converted to int\n", 3, "String cannot", True),
    ("java", "Main.java:7: error: missing return statement\n    }\n    ^\n", 7, "every path", True),
    ("java", "Main.java:9: error: reached end of file while parsing\n}\n ^\n", 9, "no partner", True),
    (
        "java",
        (
            'Exception in thread "main" java.lang.ArrayIndexOutOfBoundsException: Index 5 out of bounds for length 3\n'
            "\tat java.base/java.util.Arrays.x(Arrays.java:99)\n\tat Main.f(Main.java:2)\n\tat Main.main(Main.java:4)\n"
        ),
        2,
        "Position 5",
        True,
    ),
    (
        "java",
        (
            'Exception in thread "main" java.lang.NullPointerException: Cannot invoke "String.length()" because "name" '
            "is "
            "null\n"
            "\tat Main.main(Main.java:4)\n"
        ),
        4,
        "`name`",
        True,
    ),
    (
        "javascript",
        (
            "/w/a.js:2\n  return o.name.first;\n                ^\n\nTypeError: Cannot read properties of undefined "
            "(reading 'first')\n"
            "    at f (/w/a.js:2:17)\n    at Module._compile (node:internal/modules/cjs/loader:1521:14)\n"
        ),
        2,
        "`undefined`",
        True,
    ),
    (
        "javascript",
        (
            "/w/b.js:2\nif (x > 2 {\n          ^\n\nSyntaxError: Unexpected token '{'\n"
            "    at wrapSafe (node:internal/modules/cjs/loader:1464:18)\n"
        ),
        2,
        "Unexpected token",
        True,
    ),
    (
        "javascript",
        ("file:///w/c.mjs:1\nx\n^\n\nReferenceError: x is not defined\n    at file:///w/c.mjs:1:1\n"),
        1,
        "`x`",
        True,
    ),
    ("c", "Segmentation fault (core dumped)\n", None, "crashed", False),
]


@pytest.mark.parametrize(
    ("language", "stderr", "line", "words", "specific"), CASES, ids=[case[1][:50] for case in CASES]
)
def test_a_message_is_located_and_put_into_plain_words(explain, language, stderr, line, words, specific):
    found = explain("", stderr, language=language, filename="")

    assert (found.line, found.specific) == (line, specific)
    assert words in found.summary + found.body


@pytest.mark.parametrize(
    ("exit_code", "name"),
    [
        (139, "segmentation fault"),
        (-11, ("segmentation fault")),
        (136, "arithmetic crash"),
        (0xC0000005, "segmentation fault"),
    ],
)
def test_a_crash_without_words_is_explained_by_its_exit_code(exit_code, name):
    run = LastRun(stdout="", stderr="", exit_code=exit_code, timed_out=False)

    found = explain_run(run, code="int main(){}", language_id="c")

    assert found is not None
    assert (found.error_type, found.line, found.specific) == (name, None, False)


def test_ordinary_output_and_success_are_no_errors():
    assert explain_error(code="", stderr="compiling...\ndone\n", language_id="c") is None
    well = LastRun(stdout="1", stderr="Warning: slow", exit_code=0, timed_out=False)
    assert explain_run(well, code="", language_id="python") is None
    assert explain_run(LastRun(stdout="", stderr="", exit_code=3, timed_out=False), code="", language_id="java") is None


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.subprocess
def test_what_gcc_really_says_leads_to_the_right_line(explain, tmp_path):
    code = '#include <stdio.h>\nint main(void) {\n    int total = 3;\n    printf("%d", totl);\n    return 0;\n}\n'
    (tmp_path / "main.c").write_text(code)
    done = subprocess.run(["gcc", "main.c"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    found = explain(code, done.stderr, language="c", filename="main.c")

    assert (found.line, found.specific) == (4, True)
    assert "`totl`" in found.summary


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.subprocess
def test_what_node_really_says_leads_to_the_right_line(explain, tmp_path):
    code = "const a = 1;\nfunction f() {\n  a = 2;\n}\nf();\n"
    (tmp_path / "main.js").write_text(code)
    done = subprocess.run(["node", "main.js"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    found = explain(code, done.stderr, language="javascript", filename=str(tmp_path / "main.js"))

    assert (found.line, found.specific) == (3, True)
    assert "`const`" in found.summary

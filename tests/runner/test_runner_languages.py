"""Each language out of the box: input, arguments, exit code, compile errors, and how a crash reads."""

import shlex

import pytest

from taco_lsp.runner import RunRequest, run

GREETERS = {
    "python": "import sys\nprint('olá', input(), len(sys.argv) - 1, sys.argv[-1])\nsys.exit(3)\n",
    "javascript": """
        const name = require("fs").readFileSync("/dev/stdin", "utf8").trim();
        console.log("olá", name, process.argv.length - 2, process.argv.at(-1));
        process.exit(3);
    """,
    "c": """
        #include <math.h>
        #include <stdio.h>
        int main(int argc, char **argv) {
            char name[20];
            scanf("%19s", name);
            printf("olá %s %.0f %s\\n", name, sqrt((argc - 1) * (argc - 1)), argv[argc - 1]);
            return 3;
        }
    """,
    "cpp": """
        #include <iostream>
        #include <string>
        int main(int argc, char **argv) {
            std::string name;
            std::cin >> name;
            std::cout << "olá " << name << " " << argc - 1 << " " << argv[argc - 1] << "\\n";
            return 3;
        }
    """,
    "java": """
        class Main {
            public static void main(String[] args) {
                String name = new java.util.Scanner(System.in).next();
                System.out.println("olá " + name + " " + args.length + " " + args[args.length - 1]);
                System.exit(3);
            }
        }
    """,
}


@pytest.mark.parametrize("language", GREETERS)
async def test_a_program_gets_its_input_and_arguments_and_its_output_comes_back(language, run_saved):
    name = "Main.java" if language == "java" else ""
    outcome = await run_saved(language, GREETERS[language], name, stdin="João\n", args=("a b", "ç*"))
    assert (outcome.stdout, outcome.stderr, outcome.exit_code) == ("olá João 2 ç*\n", "", 3)
    assert (outcome.stage, outcome.timed_out, outcome.truncated) == ("run", False, False)
    assert outcome.duration_ms > 0
    assert outcome.warnings == ""


@pytest.mark.parametrize(
    ("language", "text", "complaint"),
    [
        ("c", "int main(void) { return x; }", "main.c:1:25: error: "),
        ("cpp", "int main() { return x; }", "main.cpp:1:21: error: "),
        ("java", "class main { int f() { return x; } }", "main.java:1: error: cannot find symbol"),
    ],
)
async def test_what_does_not_compile_is_reported_as_the_compile_stage(language, text, complaint, run_saved, folder):
    outcome = await run_saved(language, text)
    assert outcome.stage == "compile"
    assert outcome.exit_code == 1
    assert f"{folder}/{complaint}" in outcome.stderr
    assert outcome.stdout == ""


async def test_warnings_of_a_compiler_are_kept_apart_from_the_programs_own_words(run_saved):
    outcome = await run_saved("c", '#include <stdio.h>\nint main(void) { int x; puts("hi"); return 0; }')
    assert (outcome.stdout, outcome.stderr, outcome.exit_code) == ("hi\n", "", 0)
    assert "unused variable" in outcome.warnings


@pytest.mark.parametrize("language", ["c", "cpp"])
async def test_what_was_printed_before_a_crash_is_not_lost(language, run_saved):
    text = '#include <stdio.h>\n#include <stdlib.h>\nint main() { printf("before\\n"); abort(); }'
    outcome = await run_saved(language, text)
    assert (outcome.stdout, outcome.exit_code) == ("before\n", -6)


async def test_a_java_program_in_a_package_finds_the_other_classes(run_saved, folder):
    package = folder / "school" / "shapes"
    package.mkdir(parents=True)
    (package / "Square.java").write_text("package school.shapes;\nclass Square { int side = 7; }\n")
    text = """
        package school.shapes;
        public class App {
            public static void main(String[] args) { System.out.println(new Square().side); }
        }
    """
    outcome = await run_saved("java", text, "school/shapes/App.java")
    assert (outcome.stdout, outcome.stderr) == ("7\n", "")


async def test_the_command_reads_as_a_person_would_type_it(run_saved, folder):
    python = await run_saved("python", "pass", args=("a b", f"{folder}bel/x"))
    assert python.command == shlex.join(["python3", "main.py", "a b", f"{folder}bel/x"])
    c = await run_saved("c", "int main(void) { return 0; }")
    assert c.command == "./main"
    compiler = await run_saved("c", "int main(void) { return x; }")
    assert compiler.command == "gcc -g -Wall -iquote . -x c main.c line_buffered.c -o ./main -lm"


async def test_an_unknown_language_id_falls_back_to_the_extension(folder):
    path = folder / "main.py"
    outcome = await run(RunRequest(path=path, text="print(1)", language_id="plaintext"))
    assert outcome.stdout == "1\n"


async def test_text_that_is_not_utf8_is_shown_as_far_as_it_goes(run_saved):
    outcome = await run_saved("python", "import os\nos.write(1, b'caf\\xe9 \\x00 ok\\r\\n')")
    assert outcome.stdout == "caf\ufffd \ufffd ok\r\n"


async def test_a_large_input_that_the_program_never_reads_does_no_harm(run_saved):
    outcome = await run_saved("python", "print('done')", stdin="x" * 5_000_000)
    assert (outcome.stdout, outcome.exit_code) == ("done\n", 0)


async def test_a_large_input_arrives_whole_while_the_program_writes_as_much(run_saved):
    text = "import sys\nfor line in sys.stdin:\n    print(line, end='')\nprint('end', file=sys.stderr)"
    outcome = await run_saved("python", text, stdin="0123456789\n" * 100_000)
    assert outcome.exit_code == 0
    assert outcome.truncated
    assert outcome.stdout.endswith("0123456789\n")
    assert outcome.stderr == "end\n"

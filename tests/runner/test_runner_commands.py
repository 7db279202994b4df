"""Command templates from settings: what is accepted, what is merged, and how a mistake is named."""

import pytest

from taco_lsp.runner import DEFAULT_COMMANDS, RunRequest, parse_commands, run
from taco_lsp.runner.commands import expand, find_command
from taco_lsp.runner.java import main_class, package, source_root


def test_an_entry_replaces_only_the_keys_it_gives():
    commands, problems = parse_commands({"c": {"compile": ["tcc", "{file}", "-o", "{build}/{name}"]}}, DEFAULT_COMMANDS)
    assert problems == []
    assert commands["c"].compile[0] == "tcc"
    assert commands["c"].run == DEFAULT_COMMANDS["c"].run
    assert commands["python"] == DEFAULT_COMMANDS["python"]


def test_a_new_language_answers_to_its_name_and_its_extensions():
    table = {"Lua": {"run": ["lua", "{file}", "{args}"], "extensions": [".LUA"], "headroom_mb": False}}
    commands, problems = parse_commands(table, DEFAULT_COMMANDS)
    assert problems == []
    assert find_command(commands, "plaintext", ".lua") == commands["Lua"]
    assert find_command(commands, "lua", "") == commands["Lua"]
    assert commands["Lua"].headroom_mb is None


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"c": "gcc"}, "commands.c: must be a table"),
        ({"c": {"runs": []}}, "commands.c.runs: unknown key"),
        ({"lua": {"compile": ["x"]}}, "commands.lua.run: missing"),
        ({"c": {"run": "gcc {file}"}}, "commands.c.run: must be a list of texts"),
        ({"c": {"run": []}}, "commands.c.run: must name a program"),
        ({"c": {"run": ["x", 1]}}, "commands.c.run: must be a list of texts"),
        ({"c": {"run": ["x", "{fiel}"]}}, "commands.c.run[1]: unknown placeholder {fiel}; known are args, "),
        ({"c": {"run": ["{file.parent}"]}}, "commands.c.run[0]: unknown placeholder {file.parent}"),
        ({"c": {"run": ["{file!r}"]}}, "commands.c.run[0]: unknown placeholder"),
        ({"c": {"run": ["x", "--{args}"]}}, "commands.c.run[1]: {args} must stand alone"),
        ({"c": {"compile": ["x", "{file"]}}, "commands.c.compile[1]: expected '}'"),
        ({"c": {"extensions": ["c"]}}, "commands.c.extensions: an extension starts with a dot"),
        ({"c": {"headroom_mb": True}}, "commands.c.headroom_mb: must be a whole number"),
        ({"c": {"headroom_mb": -1}}, "commands.c.headroom_mb: must be a whole number"),
        ({"c": {"title": 3}}, "commands.c.title: must be text"),
    ],
)
def test_a_mistake_is_named_by_its_key_and_the_rest_applies(table, problem):
    commands, problems = parse_commands({**table, "python": {"run": ["pypy3", "{file}"]}}, DEFAULT_COMMANDS)
    assert len(problems) == 1
    assert problems[0].startswith(problem)
    assert commands.get("c") == DEFAULT_COMMANDS["c"]
    assert commands["python"].run == ("pypy3", "{file}")


def test_arguments_stay_whole_and_braces_can_be_written():
    assert expand(("x", "{{{name}}}", "{args}"), {"name": "n"}, ("a b", "{c}")) == ["x", "{n}", "a b", "{c}"]


async def test_a_template_of_the_user_is_what_runs():
    commands, _ = parse_commands(
        {"shell": {"run": ["sh", "{file}", "{args}"], "extensions": [".sh"]}}, DEFAULT_COMMANDS
    )
    request = RunRequest(path=None, text='echo "$0: $1"', language_id="shell", args=("x",), commands=commands)
    outcome = await run(request)
    assert outcome.stdout == "untitled.sh: x\n"
    assert outcome.command == "sh untitled.sh x"


@pytest.mark.parametrize(
    ("text", "stem", "expected"),
    [
        ("public class A {} class B {}", "B", "B"),
        ("class B {} public class A {}", None, "A"),
        ("public final class A {}", "x", "A"),
        ('class A { String s = "class B {"; } // public class C', None, "A"),
        ("class A { class N {} public static void main(String[] a) {} } class Z {}", None, "A"),
        ("class Z {} class A { public static void main(String[] a) {} }", "x", "A"),
        ("public record Point(int x) {}", None, "Point"),
        ("nothing here", "Name", "Name"),
        ("", None, "Main"),
    ],
)
def test_the_main_class_of_a_java_source(text, stem, expected):
    assert main_class(text, stem) == expected


def test_the_package_of_a_java_source_says_where_the_sources_start(tmp_path):
    assert package("// package no;\npackage a.b;") == "a.b"
    assert source_root(tmp_path / "a" / "b", "a.b") == tmp_path
    assert source_root(tmp_path / "x", "a.b") == tmp_path / "x"
    assert source_root(tmp_path, "") == tmp_path

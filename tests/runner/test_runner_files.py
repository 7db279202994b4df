"""Which file runs, from where, under which name, and that the student's folder stays as it was."""

import shutil
import tempfile

import pytest

from taco_lsp.runner import RunnerError, RunRequest, run

WHERE = "import os, sys\nprint(os.getcwd())\nprint(os.path.abspath(__file__))\n"


def request(path, text, language="python", **options):
    return RunRequest(path=path, text=text, language_id=language, **options)


async def test_a_saved_file_runs_where_it_is(folder):
    path = folder / "onde está.py"
    path.write_text(WHERE, encoding="utf-8")
    outcome = await run(request(path, WHERE))
    assert outcome.stdout == f"{folder}\n{path}\n"


async def test_an_unsaved_buffer_runs_as_shown_under_the_files_name(folder):
    path = folder / "onde está.py"
    path.write_text("print('old')", encoding="utf-8")
    outcome = await run(request(path, WHERE + "print('new')\n1/0"))
    assert outcome.stdout == f"{folder}\n{path}\nnew\n"
    assert f'File "{path}", line 5' in outcome.stderr
    assert tempfile.gettempdir() not in outcome.stderr
    assert outcome.command == "python3 'onde está.py'"
    assert path.read_text(encoding="utf-8") == "print('old')"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
async def test_a_saved_file_is_recognised_whatever_its_encoding_and_line_ends(encoding, folder):
    text = f"# coding: {'latin-1' if encoding == 'latin-1' else 'utf-8'}\nprint('maçã')\n"
    path = folder / "main.py"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    outcome = await run(request(path, text))
    assert (outcome.stdout, outcome.stderr) == ("maçã\n", "")


async def test_a_file_that_was_deleted_runs_from_the_editors_text(folder):
    outcome = await run(request(folder / "gone.py", WHERE))
    assert outcome.stdout == f"{folder}\n{folder / 'gone.py'}\n"
    assert list(folder.iterdir()) == []


async def test_a_folder_that_was_deleted_is_said_to_be_gone(folder):
    shutil.rmtree(folder)
    with pytest.raises(RunnerError, match="no longer there") as raised:
        await run(request(folder / "main.py", WHERE))
    assert raised.value.kind == "folder_gone"
    assert raised.value.hint


async def test_an_untitled_buffer_runs_in_a_private_temporary_folder():
    text = "import os\nprint(oct(os.stat('..').st_mode & 0o777))\nopen('made', 'w').close()\n1/0"
    outcome = await run(request(None, text))
    assert outcome.stdout == "0o700\n"
    assert 'File "untitled.py", line 4' in outcome.stderr
    assert tempfile.gettempdir() not in outcome.stdout + outcome.stderr + outcome.command


async def test_an_untitled_java_buffer_is_named_after_its_class(need):
    need("java")
    text = """
        /* class Wrong */
        public class Árvore {
            static class Node {}
            public static void main(String[] args) { throw new IllegalStateException(); }
        }
    """
    outcome = await run(request(None, text, "java"))
    assert outcome.stage == "run"
    assert outcome.stderr.endswith("at Árvore.main(Árvore.java:5)\n")


NEIGHBOURS = {
    "python": ("a.py", "import helper\nprint(helper.x)", "helper.py", "x = 42"),
    "javascript": ("a.js", 'console.log(require("./util").x);', "util.js", "exports.x = 42;"),
    "c": (
        "a.c",
        '#include <stdio.h>\n#include "util.h"\nint main(void) { printf("%d\\n", X); }',
        "util.h",
        "#define X 42",
    ),
    "java": (
        "A.java",
        "class A { public static void main(String[] a) { System.out.println(Util.x); } }",
        "Util.java",
        "class Util { static int x = 42; }",
    ),
}


@pytest.mark.parametrize("language", NEIGHBOURS)
async def test_an_unsaved_program_finds_its_neighbours(language, folder, need):
    need(language)
    await check_neighbours(language, folder)


@pytest.mark.parametrize("language", ["python", "c", "java"])
async def test_an_unsaved_program_finds_its_neighbours_without_links(language, folder, need, monkeypatch):
    need(language)
    monkeypatch.setattr("taco_lsp.runner.staging._MOST_LINKS", 0)  # as on Windows without the right to link
    await check_neighbours(language, folder)


async def check_neighbours(language, folder):
    name, text, neighbour, content = NEIGHBOURS[language]
    (folder / neighbour).write_text(content)
    (folder / name).write_text("old")
    outcome = await run(request(folder / name, text, language))
    assert (outcome.stdout, outcome.stderr) == ("42\n", "")
    assert {entry.name for entry in folder.iterdir()} == {name, neighbour}


async def test_an_error_in_a_neighbour_is_shown_at_its_real_place(folder):
    (folder / "helper.py").write_text("def f():\n    1/0\n")
    outcome = await run(request(folder / "a.py", "import helper\nhelper.f()"))
    assert f'File "{folder / "helper.py"}", line 2' in outcome.stderr
    assert tempfile.gettempdir() not in outcome.stderr


async def test_a_module_script_is_shown_at_its_real_place(folder, need):
    need("javascript")
    outcome = await run(request(folder / "a b.mjs", "import fs from 'fs';\nnull.x", "javascript"))
    assert f"{(folder / 'a b.mjs').as_uri()}:2" in outcome.stderr
    assert tempfile.gettempdir() not in outcome.stderr


@pytest.mark.parametrize("language", ["python", "c"])
async def test_nothing_is_written_into_the_students_folder(language, folder, run_saved):
    (folder / "helper.py").write_text("x = 1")
    text = {"python": "import helper", "c": "int main(void) { return 0; }"}[language]
    assert (await run_saved(language, text)).exit_code == 0
    assert len(list(folder.iterdir())) == 2


async def test_a_temporary_folder_that_the_program_locked_is_removed_all_the_same():
    text = "import os\nos.mkdir('d'); open('d/f', 'w').close(); os.chmod('d', 0); os.chmod('.', 0o500)"
    assert (await run(request(None, text))).exit_code == 0


async def test_a_missing_temporary_folder_is_an_error_with_a_hint(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
        with pytest.raises(RunnerError, match="could not be started") as raised:
            await run(request(None, "print(1)"))
    assert raised.value.kind == "cannot_start"
    assert "disk" in raised.value.hint


async def test_an_argument_that_no_program_can_take_is_an_error(folder):
    with pytest.raises(RunnerError, match="null byte") as raised:
        await run(request(None, "print(1)", args=("a\0b",)))
    assert raised.value.kind == "cannot_start"

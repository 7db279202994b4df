"""The shapes of Python's standard error: frames, chains, groups, carets, noise."""

from __future__ import annotations

from taco_lsp.tutor.builtin.traceback_parser import parse_traceback, student_frame

HEAD = "Traceback (most recent call last):\n"


def test_the_deepest_frame_in_the_students_file_is_chosen():
    text = HEAD + (
        '  File "/home/ada/main.py", line 9, in <module>\n    load()\n'
        '  File "/home/ada/main.py", line 4, in load\n    json.loads("{")\n'
        '  File "/usr/lib/python3.11/json/__init__.py", line 346, in loads\n    return x\n'
        "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n"
    )
    parsed = parse_traceback(text)

    assert parsed is not None
    assert parsed.error_type == "JSONDecodeError"
    assert student_frame(parsed.frames, "main.py").line == 4
    assert student_frame(parsed.frames, "").line == 4


def test_windows_paths_match_the_file_by_its_name():
    text = HEAD + "  File \"C:\\Users\\Ada\\main.py\", line 3, in <module>\n    x\nNameError: name 'x' is not defined\n"

    assert student_frame(parse_traceback(text).frames, "C:/Users/Ada/main.py").line == 3


def test_a_standard_module_that_the_student_shadows_is_the_students_own():
    text = (
        HEAD
        + '  File "/w/main.py", line 1, in <module>\n  File "/w/random.py", line 5, in <module>\n    x\nNameError: n\n'
    )

    assert student_frame(parse_traceback(text).frames, "").file == "/w/random.py"


def test_of_a_chain_the_last_error_counts_and_the_earlier_is_remembered():
    text = (
        HEAD + '  File "m.py", line 2, in <module>\n    int("x")\nValueError: bad\n\n'
        "During handling of the above exception, another exception occurred:\n\n"
        + HEAD
        + "  File \"m.py\", line 4, in <module>\n    y\nNameError: name 'y' is not defined\n"
    )
    parsed = parse_traceback(text)

    assert (parsed.error_type, parsed.handling, parsed.frames[-1].line) == ("NameError", "ValueError", 4)


def test_an_exception_group_gives_the_error_inside():
    text = (
        "  + Exception Group Traceback (most recent call last):\n"
        '  |   File "m.py", line 1, in <module>\n'
        "  |     raise ExceptionGroup('g', [ValueError(1)])\n"
        "  | ExceptionGroup: g (1 sub-exception)\n"
        "  +-+---------------- 1 ----------------\n"
        "    | Traceback (most recent call last):\n"
        '    |   File "m.py", line 7, in work\n'
        "    |     int('x')\n"
        "    | ValueError: 1\n"
        "    +------------------------------------\n"
    )
    parsed = parse_traceback(text)

    assert (parsed.error_type, parsed.frames[-1].line) == ("ValueError", 7)


def test_the_marked_part_of_a_line_is_kept():
    text = (
        HEAD
        + '  File "m.py", line 1, in <module>\n    print(a[1], b[2])\n                ~^^^\nIndexError: list index out '
        "of range\n"
    )
    frame = parse_traceback(text).frames[-1]

    assert frame.text[slice(*frame.caret)] == "b[2]"


def test_repeated_lines_frames_without_a_file_and_colours_survive():
    text = (
        HEAD + '  File "<stdin>", line 1, in <module>\n  File <string>, line 2\n    return f(n)\n'
        "  [Previous line repeated 996 more times]\nRecursionError: maximum recursion depth exceeded\n"
    )
    parsed = parse_traceback(text)

    assert parsed.error_type == "RecursionError"
    assert [frame.file for frame in parsed.frames] == ["<stdin>", "<string>"]


def test_text_around_the_traceback_is_ignored():
    text = "INFO: starting\nWarning: hot\n" + HEAD + "  File \"m.py\", line 3, in <module>\n    x\nKeyError: 'k'\nbye\n"
    parsed = parse_traceback(text)

    assert (parsed.error_type, parsed.message) == ("KeyError", "'k'")


def test_ordinary_output_is_no_error():
    assert parse_traceback("hello\nDone: 3\nTotal: 4\n") is None

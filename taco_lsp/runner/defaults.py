"""The languages TACO runs out of the box. Data only, in the form a user would write it."""

from __future__ import annotations

from typing import Any

from taco_lsp.runner.commands import ARGS
from taco_lsp.runner.parsing import parse_commands

_C_FLAGS = ["-g", "-Wall", "-iquote", "{dir}"]  # -iquote, not -I: a student's time.h must not hide <time.h>
_C_OUTPUT = ["{file}", "{line_buffered}", "-o", "{build}/{name}"]
_JVM_FLAGS = ["-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8"]
_BUILT_IN: dict[str, dict[str, Any]] = {
    "python": {
        "title": "Python",
        "languages": ["python"],
        "extensions": [".py"],
        "run": ["{python}", "{file}", ARGS],
        "headroom_mb": 1024,  # numerical libraries reserve a stack and a buffer for every processor core
    },
    "javascript": {
        "title": "JavaScript",
        "languages": ["javascript", "js"],
        "extensions": [".js", ".mjs", ".cjs"],
        "run": ["{node}", "--max-old-space-size={memory_mb}", "{file}", ARGS],
        "headroom_mb": False,
    },
    "c": {
        "title": "C",
        "languages": ["c"],
        "extensions": [".c"],
        "compile": ["{cc}", *_C_FLAGS, "-x", "c", *_C_OUTPUT, "-lm"],
        "run": ["{build}/{name}", ARGS],
    },
    "cpp": {
        "title": "C++",
        "languages": ["cpp", "c++"],
        "extensions": [".cpp", ".cc", ".cxx"],
        "compile": ["{cxx}", "-std=c++17", *_C_FLAGS, "-x", "c++", *_C_OUTPUT],
        "run": ["{build}/{name}", ARGS],
    },
    "java": {
        "title": "Java",
        "languages": ["java"],
        "extensions": [".java"],
        "compile": [
            "{javac}", *(f"-J{flag}" for flag in _JVM_FLAGS), "-encoding", "UTF-8", "-g",
            "-cp", "{classpath}", "-d", "{build}", "{file}",
        ],
        "run": [
            "{java}", "-Xmx{memory_mb}m", "-XX:+UseSerialGC", "-XX:ErrorFile={build}/crash.log", *_JVM_FLAGS,
            "-cp", "{classpath}", "{name}", ARGS,
        ],
        "headroom_mb": False,
    },
}  # fmt: skip

DEFAULT_COMMANDS, _mistakes = parse_commands(_BUILT_IN, {})
assert not _mistakes, _mistakes

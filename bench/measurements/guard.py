"""What the guard costs: before the first word of a reply, for each token of it, and on labelled cases.

In process, without a model. Beside it stands what a client has to do for a token in any case: reading the chunk it
comes in. The replies are the labelled cases of the tests, cut into tokens of a few letters; tasks are never repeated
within a round, so nothing is found in a cache. What a reply is held against is read when it is first needed, so that
counts with the tokens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.harness import Report, interleaved, rows
from taco_lsp.evaluation.cases import read_cases
from taco_lsp.evaluation.guard import judge
from taco_lsp.tutor.guard import Guard

CASES = Path(__file__).parents[2] / "tests" / "cases" / "guard"
GUARD = "taco-lsp"
CHUNK = "reading the chunk"
PER_TOKEN = "a token"
FIRST = "made, and the first token"
PER_MINUTE = "cases a minute"
_TOKEN = re.compile(r"\s*\S{1,5}|\s+")
_unique = count()


def measure(quick: bool) -> Report:
    """Feed every case token by token."""
    cases = [case for file in sorted(CASES.glob("*.jsonl")) for case in read_cases(file, ("id", "reply", "leak"))]
    cases = cases[::10] if quick else cases
    rounds = 3 if quick else 10
    tokens = interleaved({CHUNK: lambda: _read_chunks(cases), GUARD: lambda: _feed(cases)}, rounds=rounds, warm_up=1)
    first = interleaved({GUARD: lambda: _first(cases)}, rounds=rounds, warm_up=1)
    whole = interleaved({GUARD: lambda: _judge(cases)}, rounds=rounds, warm_up=1)
    return Report(
        rows=(
            *rows(tokens, unit="µs", peer=CHUNK),
            *rows(first, unit="ms", aims={(FIRST, GUARD): "≤ 5 ms"}),
            *rows(whole, unit="", aims={(PER_MINUTE, GUARD): "≥ 5,000"}),
        ),
        notes=(f"{len(cases)} cases.",),
    )


def _guard(case: Mapping[str, Any]) -> Guard:
    """A guard for a task that was not seen before."""
    code = f"{case.get('studentCode') or ''}\n# {next(_unique)}\n"
    return Guard(references=case.get("references") or (), student_code=code, statement=case.get("statement") or "")


def _tokens(case: Mapping[str, Any]) -> Sequence[str]:
    return _TOKEN.findall(case["reply"])


def _read_chunks(cases: Sequence[Mapping[str, Any]]) -> Mapping[str, float]:
    chunks = [
        json.dumps({"id": "1", "model": "m", "choices": [{"index": 0, "delta": {"content": token}}]})
        for case in cases
        for token in _tokens(case)
    ]
    begun = perf_counter()
    for chunk in chunks:
        json.loads(chunk)["choices"][0]["delta"]["content"]
    return {PER_TOKEN: (perf_counter() - begun) / len(chunks) * 1e6}


def _feed(cases: Sequence[Mapping[str, Any]]) -> Mapping[str, float]:
    work = [(_guard(case), _tokens(case)) for case in cases]
    begun = perf_counter()
    for guard, tokens in work:
        for token in tokens:
            guard.feed(token)
        guard.close()
    return {PER_TOKEN: (perf_counter() - begun) / sum(len(tokens) for _, tokens in work) * 1e6}


def _first(cases: Sequence[Mapping[str, Any]]) -> Mapping[str, float]:
    firsts = [(case, _tokens(case)[0]) for case in cases]
    begun = perf_counter()
    for case, token in firsts:
        _guard(case).feed(token)
    return {FIRST: (perf_counter() - begun) / len(firsts) * 1e3}


def _judge(cases: Sequence[Mapping[str, Any]]) -> Mapping[str, float]:
    begun = perf_counter()
    for case in cases:
        judge({**case, "studentCode": f"{case.get('studentCode') or ''}\n# {next(_unique)}\n"})
    return {PER_MINUTE: len(cases) / (perf_counter() - begun) * 60}

"""The README of a data set: what is in it, what was left out, and what the specification leaves open."""

from __future__ import annotations

_TEXT = """\
# Journeys of programming students

A ProgSnap2 1.0 data set, exported by taco-lsp {version}. All times are UTC.

- `MainTable.csv`: one row per event. `Order` is meaningful among the events of one `SubjectID`.
- `CodeStates/CodeStates.csv`: every state of a program once. For problems of several files a saved state is a JSON
  object, path to text, and so is the state at a run of the tests; the state at a question or another run is the file
  that was being edited.
- `LinkTables/`: `LinkRun` (input, output, errors, by `ExecutionID`), `LinkQuestion` and `LinkIntervention` (by
  `EventID`), `LinkProblem`, `LinkNote`.

## Events

- `Session.Start`, `Session.End`: a student opened and closed a problem.
- `File.Save`: a version was saved. The state in between is known at runs and questions only.
- `Run.Program`: the student ran the program. When it could not be read at all, `Compile` and `Compile.Error` come
  first.
- `Run.Test`: the student ran all tests of the problem, whose `ProblemID` is the `TestID`. `Score` is 1 when all passed
  and 0 otherwise; `TestFailed` means that a value was not the expected one, `Error` that the program broke. Which tests
  failed stands near the end of `ProgramErrorOutput`.
- `X-Tutor.Question`: the student asked the tutor something; the words are in `LinkQuestion`. The time is when the
  question was sent, as far as it is known.
- `Intervention`: an answer (category `Feedback`) or a hint (`Hint`). `InterventionType` names the kind, the rung of the
  hint ladder (1 guiding question, 2 concept, 3 where to look, 4 similar example, 5 partial structure; 0: refused for
  want of an attempt) and the model. A failed or held-back answer is a row too: see `FinishReason` and `HeldBack`.
  Notes of teachers are interventions by the instructor.

While a student had paused the recording, questions and answers are rows without words, and runs and saves are missing.

## Persons

Every id is a pseudonym made with a key that is not part of this data set; with the same key it is the same in another
export. Teachers are left out. E-mail addresses and the names of home folders are masked wherever they stand.
{redaction}
`SourceLocation` is `Text:` and the line, counted from 1. `CodeStateSection` is the main file of the problem.
"""
_REDACTED = "Questions, answers, notes, program input and output, and the comments of programs are redacted."
_IN_FULL = "Other texts are as they were written: they may name people, so handle them with care."


def readme(version: str, *, redact: bool) -> str:
    """Write it."""
    return _TEXT.format(version=version, redaction=_REDACTED if redact else _IN_FULL)

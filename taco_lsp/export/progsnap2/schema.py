"""The tables of the data set and their columns, as in the ProgSnap2 1.0 specification."""

from __future__ import annotations

from collections.abc import Mapping

VERSION = "1.0"

EVERY = (
    "EventType", "EventID", "SubjectID", "Order", "ClientTimestamp", "CodeStateID", "ToolInstances", "CourseSectionID",
    "ProblemID", "SessionID", "ParentEventID",
)  # fmt: skip
"""Columns of MainTable.csv that every event has."""

SOME = (
    "EventInitiator", "CodeStateSection", "SourceLocation", "CompileResult", "CompileMessageType", "CompileMessageData",
    "ExecutionID", "TestID", "ExecutionResult", "Score", "InterventionCategory", "InterventionType",
    "InterventionMessage",
)  # fmt: skip
"""Columns that depend on the type of the event."""

MAIN = (*EVERY, *SOME)

CODE_STATES = ("CodeStateID", "Code")

LINKS: Mapping[str, tuple[str, ...]] = {
    "LinkProblem": ("ProblemID", "Title", "MainFile", "CourseSectionID"),
    "LinkRun": (
        "ExecutionID", "ProgramInput", "ProgramOutput", "ProgramErrorOutput", "ExitCode", "DurationMs", "ErrorType",
    ),
    "LinkQuestion": ("EventID", "Kind", "Text"),
    "LinkIntervention": (
        "EventID", "Kind", "HintLevel", "Model", "ModelVersion", "PromptVersion", "PromptTokens", "CompletionTokens",
        "LatencyMs", "FinishReason", "HeldBack", "GuardRule", "Helpful", "Comment",
    ),
    "LinkNote": ("EventID", "PinnedEventID"),
}  # fmt: skip
"""Columns of each link table; the first one is the key, a column of MainTable."""

METADATA: tuple[tuple[str, str], ...] = (
    ("Version", VERSION),
    ("IsEventOrderingConsistent", "false"),
    ("EventOrderScope", "Restricted"),
    ("EventOrderScopeColumns", "SubjectID"),
    ("CodeStateRepresentation", "Table"),
    ("ProgramInputLinkTable", "LinkRun"),
)
"""DatasetMetadata.csv. Each student's clock is one; there is none for all."""

QUESTION = "X-Tutor.Question"
"""Our own event: a student asks the tutor something in words."""

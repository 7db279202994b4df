"""Reads a ProgSnap2 data set and holds it against the specification, as far as a program can.

`Spec` comes from the machine-readable specification where it is at hand; `OUR_SPEC` is the part that our events use.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

csv.field_size_limit(1 << 30)
Row = dict[str, str]

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")
_LOCATION = re.compile(r"Text:\d+")


@attrs.frozen(kw_only=True)
class Spec:
    """What the specification says: properties, columns and whether each must be there, event types, values."""

    properties: frozenset[str]
    columns: Mapping[str, str]
    events: Mapping[str, tuple[str, ...]]
    values: Mapping[str, frozenset[str]]


OUR_SPEC = Spec(
    properties=frozenset({
        "Version", "IsEventOrderingConsistent", "EventOrderScope", "EventOrderScopeColumns", "CodeStateRepresentation",
        "ProgramInputLinkTable",
    }),
    columns=dict.fromkeys(("EventType", "EventID", "CodeStateID", "SubjectID", "ToolInstances"), "Required"),
    events={
        "Session.Start": ("SessionID",),
        "Session.End": ("SessionID",),
        "File.Save": ("CodeStateSection",),
        "Compile": ("CodeStateSection", "CompileResult"),
        "Compile.Error": (
            "ParentEventID", "CodeStateSection", "CompileMessageType", "CompileMessageData", "SourceLocation",
        ),
        "Run.Program": ("ExecutionResult",),
        "Run.Test": ("ExecutionID", "TestID", "ExecutionResult"),
        "Intervention": ("EventInitiator", "InterventionCategory", "InterventionType", "InterventionMessage"),
    },
    values={
        "EventInitiator": frozenset({"UserDirectAction", "InstructorDirectAction", "ToolReaction"}),
        "CompileResult": frozenset({"Success", "Warning", "Error"}),
        "ExecutionResult": frozenset({"Success", "Timeout", "Error", "TestFailed"}),
        "InterventionCategory": frozenset({"Feedback", "Hint", "CodeHighlight", "CodeChange", "EarnedGrade"}),
    },
)  # fmt: skip


def read_spec(file: Path) -> Spec:
    """Read the machine-readable specification; its YAML is plain enough for lines and indents."""
    properties: set[str] = set()
    columns: dict[str, str] = {}
    events: dict[str, list[str]] = {}
    values: dict[str, set[str]] = {}
    section = part = name = ""
    wanted = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        indent = len(line) - len(line.lstrip())
        text = line.strip()
        if indent == 0 and text.endswith(":"):
            section, part = text[:-1], ""
        elif indent == 2 and text.endswith(":") and not text.startswith("-"):
            part = text[:-1]
        elif indent in (2, 4) and text.startswith("- name: "):
            name, wanted = text[8:], ""
            if section == "enum_types":
                values[name] = set()
            elif section == "metadata":
                properties.add(name)
            elif part == "columns":
                columns[name] = ""
            elif part == "event_types":
                events[name] = []
        elif text.startswith("- name: ") and section == "enum_types":
            values[name].add(text[8:])
        elif text.startswith("requirement: ") and part == "columns":
            columns[name] = text.split()[1]
        elif text in ("required_columns:", "optional_columns:"):
            wanted = text
        elif wanted == "required_columns:" and text.startswith("- ") and part == "event_types":
            events[name].append(text[2:])
    return Spec(
        properties=frozenset(properties),
        columns=columns,
        events={name: tuple(needed) for name, needed in events.items()},
        values={name: frozenset(known) for name, known in values.items()},
    )


def rows(file: Path) -> list[Row]:
    """The rows of a table, by column."""
    return list(_rows(file))


def _rows(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        for row in reader:
            assert None not in row and None not in row.values(), f"{file.name}: a row of another length"
            yield row


def problems(folder: Path, spec: Spec = OUR_SPEC) -> list[str]:
    """What is wrong with a data set; empty when nothing is."""
    return [*_metadata(folder, spec), *_main(folder, spec), *_links(folder)]


def _metadata(folder: Path, spec: Spec) -> Iterator[str]:
    told = {row["Property"]: row["Value"] for row in rows(folder / "DatasetMetadata.csv")}
    yield from (f"metadata: no property {name} in the specification" for name in told if name not in spec.properties)
    if told.get("Version") != "1.0":
        yield "metadata: the version is not 1.0"
    if told.get("EventOrderScope") == "Restricted" and not told.get("EventOrderScopeColumns"):
        yield "metadata: a restricted order names no columns"
    link = told.get("ProgramInputLinkTable")
    if link and not (folder / "LinkTables" / f"{link}.csv").exists():
        yield f"metadata: there is no link table {link}"


def _main(folder: Path, spec: Spec) -> Iterator[str]:
    main = rows(folder / "MainTable.csv")
    states = {row["CodeStateID"]: row["Code"] for row in rows(folder / "CodeStates" / "CodeStates.csv")}
    head = list(main[0]) if main else []
    needed = [name for name, requirement in spec.columns.items() if requirement == "Required"]
    yield from (f"main table: no column {name}" for name in needed if main and name not in head)
    if len(spec.columns) > len(needed):
        yield from (
            f"main table: column {name} is not of the specification" for name in head if name not in spec.columns
        )
    ids = [row["EventID"] for row in main]
    if len(set(ids)) != len(ids):
        yield "main table: an EventID is used twice"
    known = set(ids)
    order: dict[str, tuple[int, str]] = {}
    for row in main:
        yield from (f"{row['EventID']}: {problem}" for problem in _event(row, spec, states, known))
        place = (int(row["Order"]), row["ClientTimestamp"])
        before = order.get(row["SubjectID"], (-1, ""))
        if place[0] <= before[0] or place[1] < before[1]:
            yield f"{row['EventID']}: out of order"
        order[row["SubjectID"]] = place


def _event(row: Row, spec: Spec, states: Mapping[str, str], known: set[str]) -> Iterator[str]:
    type_ = row["EventType"]
    if type_ not in spec.events and not type_.startswith("X-"):
        yield f"the type {type_} is not of the specification"
    empty = {"InterventionMessage", "CompileMessageData", "SourceLocation"}  # words may be redacted or not recorded
    yield from (f"{type_} without {name}" for name in spec.events.get(type_, ()) if not row[name] and name not in empty)
    for name, values in spec.values.items():
        if row.get(name) and row[name] not in values:
            yield f"{name} is {row[name]}"
    if row["CodeStateID"] and row["CodeStateID"] not in states:
        yield "its code state is missing"
    if row["ParentEventID"] and row["ParentEventID"] not in known:
        yield "its parent is missing"
    if not _TIME.fullmatch(row["ClientTimestamp"]):
        yield f"no time in UTC: {row['ClientTimestamp']}"
    if row["SourceLocation"] and not _LOCATION.fullmatch(row["SourceLocation"]):
        yield f"no location: {row['SourceLocation']}"
    if not row["SubjectID"] or not row["ToolInstances"]:
        yield "no subject or no tool"


def _links(folder: Path) -> Iterator[str]:
    main = rows(folder / "MainTable.csv")
    for file in (folder / "LinkTables").iterdir():
        if not file.name.startswith("Link"):
            yield f"{file.name}: a link table begins with Link"
        linked = rows(file)
        if linked:
            key = next(iter(linked[0]))
            known = {row[key] for row in main}
            yield from (f"{file.name}: no event has {key} {row[key]}" for row in linked if row[key] not in known)

"""One worked example of every verb, as typed values: a student named nowhere, at the challenge "Average of a list".

They go to the pages through the server's own converter, so that an example cannot say what the server cannot send.
Ids and times are fixed. The journey is made from the same rows by the server's own timeline.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import attrs

from generator import journey_details
from storage import JourneyRows
from storage.records import TESTS, Interaction, Note, Run, Session, SolutionRevision
from taco_lsp.config import OPTIONS
from taco_lsp.journey.recording import PAUSED, RECORDING
from taco_lsp.journey.timeline import timeline
from taco_lsp.tutor.policy import Policy
from taco_lsp.wire import types as wire
from taco_lsp.wire.converter import to_wire

FOLDER = "file:///home/ada/exercises"
MAIN_FILE = f"{FOLDER}/average-of-a-list/average.py"
DOCUMENT = wire.TextDocument(uri=MAIN_FILE)
NAME = "average.py"
TITLE = "Average of a list"
MODEL = "taco-builtin"

CODE = """\
def average(numbers):
    total = 0
    for i in range(1, len(numbers) + 1):
        total += numbers[i]
    return total / len(numbers)


print(average([3, 4, 5]))
"""
TRACEBACK = """\
Traceback (most recent call last):
  File "average.py", line 8, in <module>
    print(average([3, 4, 5]))
  File "average.py", line 4, in average
    total += numbers[i]
IndexError: list index out of range
"""
HINT = "Which positions does the list `[3, 4, 5]` have? Write down every value that `i` takes, and compare."


def _id(last: int) -> UUID:
    return UUID(f"01936a2c-7d40-7c3e-9f1b-{last:012x}")


def _at(minute: int, second: int) -> datetime:
    return datetime(2026, 3, 2, 9, minute, second, tzinfo=UTC)


_WHO_AND_WHERE: Mapping[str, Any] = {"session_id": _id(2), "user_id": _id(3), "challenge_id": _id(1)}

SESSION = Session(
    id=_id(2), user_id=_id(3), challenge_id=_id(1), created_at=_at(0, 0), last_message_at=_at(3, 5), ended_at=_at(5, 0)
)
REVISION = SolutionRevision(id=_id(4), solution=CODE, saved_at=_at(1, 40), **_WHO_AND_WHERE)
RUN = Run(
    id=_id(5), code=CODE, command="python3 average.py", stdout="", stderr=TRACEBACK, exit_code=1, duration_ms=41,
    created_at=_at(2, 10), **_WHO_AND_WHERE,
)  # fmt: skip
QUESTION = Interaction(
    id=_id(7), kind="question", user_prompt="Does range include its last number?",
    model_response="Try `list(range(1, 4))` and look at what comes out. Which number is missing?",
    model_id=_id(8), prompt_version="1", latency_ms=12, finish_reason="stop", created_at=_at(2, 40), **_WHO_AND_WHERE,
)  # fmt: skip
ANSWER = Interaction(
    id=_id(6), kind="hint", hint_level=1, user_prompt="", model_response=HINT, code=CODE, model_id=_id(8),
    prompt_version="1", latency_ms=9, finish_reason="stop", guard={"blocked": False, "rule": None},
    created_at=_at(3, 5), **_WHO_AND_WHERE,
)  # fmt: skip

NOTE = Note(
    id=_id(10), author_user_id=_id(11), event_id=RUN.id, event_kind="run", line=3, created_at=_at(4, 30),
    text="Good that you ran it early. What is the last value of `i`?", **_WHO_AND_WHERE,
)  # fmt: skip
RUN_REF = wire.EventRef(kind="run", id=RUN.id, user_id=_id(3), challenge_id=_id(1))
RECORDED = wire.RecordedAt(
    challenge_id=_id(1), title=TITLE, sessions=1, answers=2, runs=1, saves=1, notes=1, first_at=_at(0, 0),
    last_at=_at(0, 0), seen_by="you alone; on a school's server also whoever runs it",
)  # fmt: skip

LADDER = wire.HintState(given=1, next=1, ceiling=5, open=False)
EXPLANATION = "`numbers` is asked for position `i` on line 4, and it does not have that many items."
RUN_RESULT = wire.RunResult(
    run_id=RUN.id, command=RUN.command, stdout=RUN.stdout, stderr=RUN.stderr, exit_code=RUN.exit_code,
    duration_ms=RUN.duration_ms, timed_out=False, truncated=False, explanation=EXPLANATION, line=4,
)  # fmt: skip
TEST_RESULT = wire.RunTestsResult(
    run_id=_id(12), command=f"{TESTS}python3 average.py", stdout="0.0\n", exit_code=1, duration_ms=38,
    stderr="Test failed: case 1 of 2 printed '0.0' instead of '4.0'\n", timed_out=False, truncated=False,
    explanation="Failed: `case 1`.", passed=False, failed=("case 1",),
)  # fmt: skip


def journey() -> tuple[wire.Event, ...]:
    """The whole example session as events: one of every kind."""
    rows = JourneyRows(
        sessions=[SESSION],
        interactions=[QUESTION, ANSWER],
        runs=[RUN],
        revisions=[REVISION],
        challenges=[],
        notes=[NOTE],
    )
    events = timeline(rows, {_id(8): MODEL})
    journey_details.check(events)
    return events


def _settings(*keys: str) -> tuple[wire.Setting, ...]:
    values = {"run.timeout_s": (20, "workspace"), "model.name": ("", "default")}
    return tuple(
        wire.Setting(
            key=option.key, value=values[option.key][0], source=values[option.key][1], doc=option.doc,
            privileged=option.privileged,
        )
        for option in OPTIONS
        if option.key in keys
    )  # fmt: skip


@attrs.frozen(kw_only=True)
class Example:
    """Params and result of one call, as the verb's own types."""

    params: Any
    result: Any

    @property
    def wire_params(self) -> Any:
        """The params as JSON values."""
        return to_wire(self.params)

    @property
    def wire_result(self) -> Any:
        """The result as JSON values."""
        return to_wire(self.result)


IN_SYNC = wire.SyncStatus(state="idle", sent=12, taken=3, synced_at=_at(5, 2))

EXAMPLES: Mapping[str, Example] = {
    "taco/status": Example(
        params=wire.StatusParams(text_document=DOCUMENT),
        result=wire.StatusResult(
            version="0.1.0",
            user_id=_id(3),
            role="student",
            store=wire.StoreStatus(url="sqlite:////home/ada/.local/share/taco/taco.db", revision="0002"),
            tutor=MODEL,
            seat=wire.SeatStatus(
                challenge_id=_id(1), challenge_title=TITLE, session_id=SESSION.id, hints=LADDER, practice=True,
                policy=Policy(),
            ),
            sync=wire.SyncStatus(state="off"),
        ),
    ),
    "taco/challenge/list": Example(
        params=wire.Nothing(),
        result=wire.ChallengeList(
            challenges=(
                wire.ChallengeSummary(
                    id=_id(1), title=TITLE, started=True, practice=True, difficulty=2, concepts=("loops",),
                    statement="Write a function `average(numbers)` that returns the average of a list of numbers.",
                ),
            )
        ),
    ),
    "taco/challenge/open": Example(
        params=wire.ChallengeOpenParams(challenge_id=_id(1), folder=FOLDER),
        result=wire.ChallengeOpenResult(
            challenge_id=_id(1), session_id=SESSION.id, title=TITLE, folder=f"{FOLDER}/average-of-a-list",
            files=(MAIN_FILE,),
        ),
    ),
    "taco/session/end": Example(
        params=wire.SessionEndParams(text_document=DOCUMENT),
        result=wire.SessionEndResult(session_id=SESSION.id, ended_at=_at(5, 0)),
    ),
    "taco/ask": Example(
        params=wire.AskParams(text_document=DOCUMENT, kind="hint", partial_result_token="answer-1"),  # noqa: S106 - a progress token
        result=wire.AskResult(
            interaction_id=ANSWER.id, response=HINT, kind=ANSWER.kind, model=MODEL, finish_reason=ANSWER.finish_reason,
            hint_level=1, next_hint=LADDER, guard=wire.GuardVerdict(blocked=False), usage=wire.TokenUsage(),
        ),
    ),
    "taco/run": Example(params=wire.RunParams(text_document=DOCUMENT), result=RUN_RESULT),
    "taco/run/report": Example(
        params=wire.RunReportParams(
            text_document=DOCUMENT, command=RUN.command, stdout="", stderr=TRACEBACK, exit_code=1, duration_ms=41
        ),
        result=RUN_RESULT,
    ),
    "taco/test": Example(params=wire.RunTestsParams(text_document=DOCUMENT), result=TEST_RESULT),
    "taco/solution/save": Example(
        params=wire.SaveParams(text_document=DOCUMENT),
        result=wire.SaveResult(solution_id=_id(9), revision_id=REVISION.id, updated_at=REVISION.saved_at),
    ),
    "taco/solution/history": Example(
        params=wire.HistoryParams(text_document=DOCUMENT),
        result=wire.HistoryResult(challenge_id=_id(1), revisions=(REVISION,)),
    ),
    "taco/solution/restore": Example(
        params=wire.RestoreParams(text_document=DOCUMENT, revision_id=REVISION.id),
        result=wire.RestoreResult(revision_id=REVISION.id, applied=True, text=CODE),
    ),
    "taco/feedback": Example(
        params=wire.FeedbackParams(interaction_id=ANSWER.id, helpful=True, comment="Writing the values down helped."),
        result=wire.Nothing(),
    ),
    "taco/journey": Example(
        params=wire.JourneyParams(session_id=SESSION.id), result=wire.JourneyResult(events=journey()[:3])
    ),
    "taco/journey/report": Example(
        params=wire.JourneyReportParams(text_document=DOCUMENT),
        result=wire.JourneyReportResult(
            uri="file:///home/ada/exercises/average-of-a-list/.taco/journey.html", shown=True
        ),
    ),
    "taco/note/add": Example(
        params=wire.NoteAddParams(event_id=RUN.id, line=3, text=NOTE.text),
        result=wire.NoteAddResult(note=NOTE),
    ),
    "taco/note/list": Example(
        params=wire.NoteListParams(text_document=DOCUMENT), result=wire.NoteList(notes=(NOTE,))
    ),
    "taco/recording/pause": Example(
        params=wire.Nothing(), result=wire.RecordingState(recording=False, paused_since=_at(4, 0), meaning=PAUSED)
    ),
    "taco/recording/resume": Example(
        params=wire.Nothing(), result=wire.RecordingState(recording=True, meaning=RECORDING)
    ),
    "taco/data/show": Example(
        params=wire.DataShowParams(text_document=DOCUMENT),
        result=wire.DataShowResult(
            uri="file:///home/ada/exercises/average-of-a-list/.taco/recorded.md", shown=True,
            store="sqlite:////home/ada/.local/share/taco/taco.db",
            recording=True, meaning=RECORDING, recorded=(RECORDED,),
            deletions=(
                wire.Deletion(
                    challenge_id=_id(2), title="Leap", class_name="10B", decision="kept",
                    reason="The school keeps the work of its classes.",
                ),
            ),
        ),
    ),
    "taco/data/export": Example(
        params=wire.DataExportParams(path="/home/ada/taco-data.json"),
        result=wire.DataExportResult(
            uri="file:///home/ada/taco-data.json",
            rows={"sessions": 1, "llm_interactions": 2, "runs": 1, "challenge_solutions_history": 1},
        ),
    ),
    "taco/data/delete": Example(
        params=wire.DataDeleteParams(challenge_id=_id(1), confirmed=True),
        result=wire.DataDeleteResult(
            deletions=(wire.Deletion(challenge_id=_id(1), title=TITLE, decision="erased"),)
        ),
    ),
    "taco/class/list": Example(
        params=wire.Nothing(),
        result=wire.ClassList(
            classes=(wire.ClassSummary(id=_id(8), name="10B", subject="Informatics", students=24),),
        ),
    ),
    "taco/class/roster": Example(
        params=wire.ClassRosterParams(class_id=_id(8)),
        result=wire.ClassRoster(
            id=_id(8),
            name="10B",
            members=(
                wire.RosterMember(
                    user_id=_id(9), email="tess@school.example", role="teacher", enrolled_at=_at(0, 0)
                ),
                wire.RosterMember(
                    user_id=SESSION.user_id, email="ada@school.example", role="student", enrolled_at=_at(0, 0)
                ),
            ),
        ),
    ),
    "taco/class/overview": Example(
        params=wire.ClassOverviewParams(class_id=_id(12)),
        result=wire.ClassOverview(
            class_id=_id(12), class_name="9b", at=_at(30, 0), students=24,
            challenges=(
                wire.ChallengeOverview(
                    challenge_id=_id(1), title=TITLE, tests=True, not_started=23, working=0, stuck=1, finished=0,
                    runs=1, failed=1, questions=1, hints_by_rung=(1, 0, 0, 0, 0),
                ),
            ),
            seats=(
                wire.SeatOverview(
                    user_id=_id(3), student="ada@school.example", challenge_id=_id(1), state="stuck", sessions=1,
                    signals=(
                        wire.Signal(
                            rule="leftAfterFailure", text="nothing for more than 15 minutes after a failed run",
                            events=(RUN_REF,),
                        ),
                    ),
                    runs=1, failed=1, saves=1, questions=1, hints=1, top_hint=1, last_at=_at(2, 10),
                ),
            ),
            themes=(
                wire.Topic(
                    name="Loops", count=1, students=1,
                    examples=(
                        wire.EventRef(kind="question", id=QUESTION.id, user_id=_id(3), challenge_id=_id(1)),
                    ),
                ),
            ),
            errors=(wire.Topic(name="IndexError", count=1, students=1, examples=(RUN_REF,)),),
            costs=(
                wire.ModelCost(
                    model=f"{MODEL} 1", answers=2, held_back=0, prompt_tokens=0, completion_tokens=0, cost={}
                ),
            ),
        ),
    ),
    "taco/conversation/open": Example(
        params=wire.ConversationParams(
            text_document=DOCUMENT,
            range=wire.Range(start=wire.Position(line=2, character=0), end=wire.Position(line=4, character=0)),
        ),
        result=wire.ConversationResult(
            uri="file:///home/ada/exercises/average-of-a-list/.taco/conversation.md", shown=True
        ),
    ),
    "taco/account/signIn": Example(
        params=wire.SignInParams(email="ada@school.example", password="a long and secret one"),  # noqa: S106 - invented
        result=wire.AccountState(
            signed_in=True, user_id=SESSION.user_id, role="student", email="ada@school.example", organization="Lyceum",
            server="postgresql://db.school.example/taco", password_kept="keyring",  # noqa: S106 - invented
            claimed=wire.ClaimedWork(sessions=3, interactions=7, runs=12, revisions=20),
        ),
    ),
    "taco/account/signOut": Example(
        params=wire.Nothing(), result=wire.AccountState(signed_in=False, user_id=_id(7), role="student")
    ),
    "taco/account/whoAmI": Example(
        params=wire.Nothing(),
        result=wire.AccountState(
            signed_in=True, user_id=SESSION.user_id, role="student", email="ada@school.example", organization="Lyceum",
            server="postgresql://db.school.example/taco", password_kept="keyring",  # noqa: S106 - invented
        ),
    ),
    "taco/sync/now": Example(params=wire.Nothing(), result=IN_SYNC),
    "taco/sync/status": Example(
        params=wire.Nothing(),
        result=wire.SyncStatus(
            state="waiting", unsent=12, synced_at=_at(0, 0), trouble="unreachable",
            problem="The school's server cannot be reached (it did not answer in time).",
            hint="Your work is safe on this machine and is sent when the server is back.",
        ),
    ),
    "taco/config/show": Example(
        params=wire.Nothing(),
        result=wire.ConfigResult(
            settings=_settings("run.timeout_s", "model.name"),
            problems=("workspace settings: store: a workspace may not set this; put it into your user settings",),
        ),
    ),
}  # fmt: skip

SESSION_OPENED = wire.SessionDidChange(session_id=SESSION.id, challenge_id=_id(1), title=TITLE, open=True)

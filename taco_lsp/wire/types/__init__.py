"""Params and results of the verbs, as they appear on the wire (in camelCase); one module for each part of the protocol.

Optional fields are None by default and then left off the wire. Positions count lines from 0 and columns in
the negotiated position encoding, as LSP does; everything a person reads counts lines from 1.
"""

from taco_lsp.wire.types.accounts import AccountState, ClaimedWork, SignInParams
from taco_lsp.wire.types.asking import AskParams, AskResult, FeedbackParams, GuardVerdict, TokenUsage
from taco_lsp.wire.types.challenges import (
    ChallengeList,
    ChallengeOpenParams,
    ChallengeOpenResult,
    ChallengeSummary,
    SessionDidChange,
    SessionEndParams,
    SessionEndResult,
)
from taco_lsp.wire.types.classes import ClassList, ClassRoster, ClassRosterParams, ClassSummary, RosterMember
from taco_lsp.wire.types.common import Nothing, Position, Range, TextDocument, Token
from taco_lsp.wire.types.conversation import ConversationParams, ConversationResult
from taco_lsp.wire.types.journeys import (
    Event,
    EventKind,
    JourneyParams,
    JourneyReportParams,
    JourneyReportResult,
    JourneyResult,
)
from taco_lsp.wire.types.notes import NoteAddParams, NoteAddResult, NoteList, NoteListParams
from taco_lsp.wire.types.overviews import (
    ChallengeOverview,
    ClassOverview,
    ClassOverviewParams,
    EventRef,
    ModelCost,
    SeatOverview,
    Signal,
    Topic,
)
from taco_lsp.wire.types.own_data import (
    DataDeleteParams,
    DataDeleteResult,
    DataExportParams,
    DataExportResult,
    DataShowParams,
    DataShowResult,
    Deletion,
    RecordedAt,
    RecordingState,
)
from taco_lsp.wire.types.running import RunParams, RunReportParams, RunResult, RunTestsParams, RunTestsResult
from taco_lsp.wire.types.settings import ConfigResult, Setting
from taco_lsp.wire.types.solutions import (
    HistoryParams,
    HistoryResult,
    RestoreParams,
    RestoreResult,
    SaveParams,
    SaveResult,
)
from taco_lsp.wire.types.status import TOP_RUNG, HintState, Policy, SeatStatus, StatusParams, StatusResult, StoreStatus
from taco_lsp.wire.types.sync import KeptHere, SyncState, SyncStatus, SyncTrouble

__all__ = [
    "TOP_RUNG",
    "AccountState",
    "AskParams",
    "AskResult",
    "ChallengeList",
    "ChallengeOpenParams",
    "ChallengeOpenResult",
    "ChallengeOverview",
    "ChallengeSummary",
    "ClaimedWork",
    "ClassList",
    "ClassOverview",
    "ClassOverviewParams",
    "ClassRoster",
    "ClassRosterParams",
    "ClassSummary",
    "ConfigResult",
    "ConversationParams",
    "ConversationResult",
    "DataDeleteParams",
    "DataDeleteResult",
    "DataExportParams",
    "DataExportResult",
    "DataShowParams",
    "DataShowResult",
    "Deletion",
    "Event",
    "EventKind",
    "EventRef",
    "FeedbackParams",
    "GuardVerdict",
    "HintState",
    "HistoryParams",
    "HistoryResult",
    "JourneyParams",
    "JourneyReportParams",
    "JourneyReportResult",
    "JourneyResult",
    "KeptHere",
    "ModelCost",
    "NoteAddParams",
    "NoteAddResult",
    "NoteList",
    "NoteListParams",
    "Nothing",
    "Policy",
    "Position",
    "Range",
    "RecordedAt",
    "RecordingState",
    "RestoreParams",
    "RestoreResult",
    "RosterMember",
    "RunParams",
    "RunReportParams",
    "RunResult",
    "RunTestsParams",
    "RunTestsResult",
    "SaveParams",
    "SaveResult",
    "SeatOverview",
    "SeatStatus",
    "SessionDidChange",
    "SessionEndParams",
    "SessionEndResult",
    "Setting",
    "SignInParams",
    "Signal",
    "StatusParams",
    "StatusResult",
    "StoreStatus",
    "SyncState",
    "SyncStatus",
    "SyncTrouble",
    "TextDocument",
    "Token",
    "TokenUsage",
    "Topic",
]

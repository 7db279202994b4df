"""Params and results of the verbs, as they appear on the wire (in camelCase); one module for each part of the protocol.

Optional fields are None by default and then left off the wire. Positions count lines from 0 and columns in
the negotiated position encoding, as LSP does; everything a person reads counts lines from 1.
"""

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
from taco_lsp.wire.types.running import RunParams, RunReportParams, RunResult
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

__all__ = [
    "TOP_RUNG",
    "AskParams",
    "AskResult",
    "ChallengeList",
    "ChallengeOpenParams",
    "ChallengeOpenResult",
    "ChallengeSummary",
    "ConfigResult",
    "ConversationParams",
    "ConversationResult",
    "Event",
    "EventKind",
    "FeedbackParams",
    "GuardVerdict",
    "HintState",
    "HistoryParams",
    "HistoryResult",
    "JourneyParams",
    "JourneyReportParams",
    "JourneyReportResult",
    "JourneyResult",
    "Nothing",
    "Policy",
    "Position",
    "Range",
    "RestoreParams",
    "RestoreResult",
    "RunParams",
    "RunReportParams",
    "RunResult",
    "SaveParams",
    "SaveResult",
    "SeatStatus",
    "SessionDidChange",
    "SessionEndParams",
    "SessionEndResult",
    "Setting",
    "StatusParams",
    "StatusResult",
    "StoreStatus",
    "TextDocument",
    "Token",
    "TokenUsage",
]

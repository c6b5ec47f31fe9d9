"""What other rooms pass in and get back. A room that adds a detector or an action needs nothing else of the loop."""

from zhanggui.foundation.loop.contracts.acting import (
    Action,
    ActionSpec,
    BadAction,
    Done,
    Failed,
    HandedOver,
    Measurement,
    Result,
    Skipped,
    Unknown,
    Who,
    action,
    actions,
    find_action,
)
from zhanggui.foundation.loop.contracts.detecting import (
    BadDetector,
    Detector,
    Kind,
    Scan,
    change_source,
    change_sources,
    detector,
    detectors,
    find_detector,
    find_kind,
    kinds,
    only_registered,
)
from zhanggui.foundation.loop.contracts.finding import Evidence, Found, Stake, Subject
from zhanggui.foundation.loop.contracts.measuring import Reading, Series, read_with, reader
from zhanggui.foundation.loop.contracts.shown import (
    ActionInfo,
    Actor,
    DetectorInfo,
    EarnedInfo,
    EventInfo,
    FindingInfo,
    ItemInfo,
    OutcomeInfo,
    ProposalInfo,
    RecoveredInfo,
)
from zhanggui.foundation.loop.contracts.words import Words, age, count, day, money, moment, percent, say, term
from zhanggui.foundation.loop.domain.proposals import Change

__all__ = [
    "Action", "ActionInfo", "ActionSpec", "Actor", "BadAction", "BadDetector", "Change", "Detector", "DetectorInfo",
    "Done", "EarnedInfo", "Evidence", "EventInfo", "Failed", "FindingInfo", "Found", "HandedOver", "ItemInfo", "Kind",
    "Measurement", "OutcomeInfo", "ProposalInfo", "Reading", "RecoveredInfo", "Result", "Scan", "Series", "Skipped",
    "Stake", "Subject", "Unknown", "Who", "Words", "action", "actions", "age", "change_source", "change_sources",
    "count", "day", "detector", "detectors", "find_action", "find_detector", "find_kind", "kinds", "money", "moment",
    "only_registered", "percent", "read_with", "reader", "say", "term",
]  # fmt: skip

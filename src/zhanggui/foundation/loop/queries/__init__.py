"""Reads of the loop."""

from zhanggui.foundation.loop.queries.earned import actions_earned, detectors_earned, outcomes
from zhanggui.foundation.loop.queries.findings import (
    LATER,
    MINE,
    NOW,
    SECTIONS,
    TODAY,
    WEEK,
    Counts,
    Wanted,
    assignable,
    counts,
    finding,
    history,
    list_findings,
    proposals_of,
)
from zhanggui.foundation.loop.queries.health import detector_states, last_look, off, offered, policy_rules
from zhanggui.foundation.loop.queries.proposals import (
    absences,
    list_proposals,
    proposal,
    recently_done,
    to_approve,
    to_approve_count,
)

__all__ = [
    "LATER", "MINE", "NOW", "SECTIONS", "TODAY", "WEEK", "Counts", "Wanted", "absences", "actions_earned",
    "assignable", "counts", "detector_states", "detectors_earned", "finding", "history", "last_look", "list_findings",
    "list_proposals", "off", "offered", "outcomes", "policy_rules", "proposal", "proposals_of", "recently_done",
    "to_approve", "to_approve_count",
]  # fmt: skip

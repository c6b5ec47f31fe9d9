"""Writes of the loop: run detectors, triage, propose, approve, execute, measure."""

from zhanggui.foundation.loop.operations.detecting import (
    RunReport,
    due,
    give_up,
    mute,
    run,
    run_all,
    switch_off,
    switch_on,
    unmute,
)
from zhanggui.foundation.loop.operations.errors import (
    BadParameters,
    BadSnooze,
    CannotPreview,
    CannotUndo,
    LoopError,
    MayNot,
    NobodyThere,
    NotAllowedNow,
    NothingToDo,
    NotThere,
    OtherList,
    UnknownAction,
    WhyMissing,
)
from zhanggui.foundation.loop.operations.executing import carry_out, execute, recover, settle, undo, verify, verify_due
from zhanggui.foundation.loop.operations.measuring import measure, measure_due
from zhanggui.foundation.loop.operations.people import (
    BadAbsence,
    BadRule,
    end_absence,
    note_digest,
    set_absence,
    set_policy,
)
from zhanggui.foundation.loop.operations.proposing import (
    Preview,
    approve,
    expire_due,
    preview,
    propose,
    reject,
    withdraw,
)
from zhanggui.foundation.loop.operations.recording import Recorded, record
from zhanggui.foundation.loop.operations.triage import (
    assign,
    dismiss,
    release,
    reopen,
    resolve,
    snooze,
    take,
    wake_due,
)

__all__ = [
    "BadAbsence", "BadParameters", "BadRule", "BadSnooze", "CannotPreview", "CannotUndo", "LoopError", "MayNot",
    "NobodyThere", "NotAllowedNow", "NotThere", "NothingToDo", "OtherList", "Preview", "Recorded", "RunReport",
    "UnknownAction", "WhyMissing", "approve", "assign", "carry_out", "dismiss", "due", "end_absence", "execute",
    "expire_due", "give_up", "measure", "measure_due", "mute", "note_digest", "preview", "propose",
    "record", "recover", "reject", "release",
    "reopen", "resolve", "run", "run_all", "set_absence", "set_policy", "settle", "snooze", "switch_off",
    "switch_on", "take", "undo", "unmute", "verify", "verify_due", "wake_due", "withdraw",
]  # fmt: skip

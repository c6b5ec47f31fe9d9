"""The life of a listing (R060–R062): draft → checked → reviewed by another person → published → monitored.

One table, as data. Nothing skips the review: the only way into ``reviewed`` is ``approve``, the only way to
``published`` is from ``reviewed``; every edit leads back to ``draft``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from zhanggui.kernel.statetable import StateTable

DRAFT, CHECKED, REJECTED, REVIEWED, PUBLISHED, MONITORED, DIFFERS, TAKEN_DOWN = STATES = (
    "draft", "checked", "rejected", "reviewed", "published", "monitored", "differs", "taken_down",
)  # fmt: skip
EDIT, PASS, FAIL, APPROVE, REJECT, PUBLISH, CONFIRM, DIFFER, TAKE_DOWN = COMMANDS = (
    "edit", "pass_check", "fail_check", "approve", "reject", "publish", "confirm", "differ", "take_down",
)  # fmt: skip

TABLE: Final = StateTable(
    name="listing",
    initial=DRAFT,
    transitions={
        (DRAFT, EDIT): DRAFT,
        (DRAFT, PASS): CHECKED,  # every check passed, or only warns
        (DRAFT, FAIL): DRAFT,  # a finding that must be mended first
        (CHECKED, EDIT): DRAFT,
        (CHECKED, FAIL): DRAFT,  # checked again, and the rules or the prices have moved
        (CHECKED, PASS): CHECKED,
        (CHECKED, APPROVE): REVIEWED,  # by another person than any of its editors
        (CHECKED, REJECT): REJECTED,  # with reasons
        (REJECTED, EDIT): DRAFT,
        (REVIEWED, EDIT): DRAFT,
        (REVIEWED, REJECT): REJECTED,  # the reviewer thinks again
        (REVIEWED, PUBLISH): PUBLISHED,  # handed to the channel, not yet seen there
        (PUBLISHED, EDIT): DRAFT,
        (PUBLISHED, CONFIRM): MONITORED,  # read back, and equal
        (PUBLISHED, DIFFER): DIFFERS,  # read back, and not what was reviewed
        (PUBLISHED, TAKE_DOWN): TAKEN_DOWN,
        (MONITORED, EDIT): DRAFT,
        (MONITORED, CONFIRM): MONITORED,
        (MONITORED, DIFFER): DIFFERS,
        (MONITORED, TAKE_DOWN): TAKEN_DOWN,
        (DIFFERS, EDIT): DRAFT,
        (DIFFERS, CONFIRM): MONITORED,
        (DIFFERS, DIFFER): DIFFERS,
        (DIFFERS, TAKE_DOWN): TAKEN_DOWN,
        (TAKEN_DOWN, EDIT): DRAFT,
    },
)


def may_approve(reviewer: int | None, editors: Iterable[int | None]) -> bool:
    """Whether somebody may approve what these people have written since the last publication.

    A text without a known writer (None) can be approved by anybody known; nobody unknown approves anything.

    >>> may_approve(2, [1, 3]), may_approve(1, [1, 3]), may_approve(None, [1])
    (True, False, False)
    """
    return reviewer is not None and reviewer not in set(editors)

"""What the pages of the desk are made of: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from zhanggui.kernel.money import Money

#: The shop of findings that belong to no shop yet, but to the reader.
NO_SHOP = 0


@dataclass(frozen=True, slots=True)
class Case:
    """One order, refund or file behind a finding. ``ref`` is its number, ``target`` what a link needs."""

    ref: str
    target: str = ""
    due_at: datetime | None = None
    money: Money | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What deserves attention: one kind, one shop, its numbers.

    ``counts`` are the numbers of the sentence. ``money`` is at stake, one amount per currency, and ``money_how`` says
    how it was computed: ``paid`` (what buyers paid for these orders), ``asked`` (what is asked back), ``differs`` (sum
    of differences) or empty. ``money_is_least``: more rows exist than were summed.
    """

    kind: str
    shop_id: int
    counts: Mapping[str, int]
    due_at: datetime | None = None
    since: datetime | None = None
    money: tuple[Money, ...] = ()
    money_how: str = ""
    money_is_least: bool = False
    cases: tuple[Case, ...] = ()
    subject: str = ""

    @property
    def key(self) -> str:
        """The same cause has the same key on every look."""
        return f"{self.kind}:{self.shop_id}:{self.subject}"


@dataclass(frozen=True, slots=True)
class Group:
    """Findings told in one line: one finding, or the same kind at several shops."""

    kind: str
    findings: tuple[Finding, ...]
    due_at: datetime | None
    counts: Mapping[str, int]
    money: tuple[Money, ...]
    money_is_least: bool = False

    @property
    def one(self) -> Finding | None:
        return self.findings[0] if len(self.findings) == 1 else None


@dataclass(frozen=True, slots=True)
class Cash:
    """Money at stake in the orders of one shop, with the first cases. ``complete``: every order was summed."""

    shop_id: int
    orders: int
    money: tuple[Money, ...]
    first_due_at: datetime | None
    cases: tuple[Case, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class KindState:
    """How fresh one kind of file of one shop is: ``state`` ok, late, very_late or never."""

    kind: str
    state: str
    until: datetime | None = None
    brought_at: datetime | None = None
    file_id: int | None = None
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class ShopState:
    """How fresh the data of one shop is, kind by kind; ``orders`` first."""

    shop_id: int
    channel: str
    kinds: tuple[KindState, ...]

    @property
    def orders(self) -> KindState:
        return self.kinds[0]


@dataclass(frozen=True, slots=True)
class TroubledFile:
    """A file that failed, refused rows, or whose amounts differ. ``sentence``: why it failed, in the reader's language.
    ``difference`` sums the differences, when all of them are known."""

    file_id: int
    shop_id: int
    name: str
    failed: bool
    sentence: str
    rows: int
    rejected: int
    residuals: int
    difference: Money | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What the detectors looked at, for the page with nothing to do."""

    at: datetime
    shops: int
    orders_waiting: int
    refunds_open: int
    shops_with_refunds: int
    files: int
    skipped: tuple[str, ...] = field(default_factory=tuple)

"""What the pages of the desk are made of: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from zhanggui.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Case:
    """One order, refund or file behind a finding. ``ref`` is its number, ``target`` what a link needs, ``note`` text or
    a sentence by language (``zh``, ``en``)."""

    ref: str
    target: str = ""
    due_at: datetime | None = None
    money: Money | None = None
    note: str | Mapping[str, str] = ""


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
    """A file that failed, refused rows, or whose amounts differ. ``sentence``: why it failed, by language.
    ``difference`` sums the differences, when all of them are known."""

    file_id: int
    shop_id: int
    name: str
    failed: bool
    sentence: Mapping[str, str]
    rows: int
    rejected: int
    residuals: int
    difference: Money | None

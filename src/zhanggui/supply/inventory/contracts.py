"""What other rooms receive from stock and pass in: plain values. Quantities are base units, costs minor units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement to book. ``cost``: minor units for the whole quantity, for goods that enter the house (None: not
    known). ``key`` makes a second booking of the same row harmless."""

    sku: str
    qty: int
    place_from: str
    place_to: str
    reason: str
    source: str
    key: str
    occurred_at: datetime
    lot: str = ""
    expires_on: date | None = None
    cost: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """Goods that arrived. ``qty`` in ``unit`` as written on the paper; ``ordered``: base units still expected (None:
    no order to compare with)."""

    sku: str
    qty: str
    unit: str = ""
    lot: str = ""
    expires_on: date | None = None
    cost: int | None = None
    ordered: int | None = None


@dataclass(frozen=True, slots=True)
class Objection:
    """Why something was stopped. ``approvable``: a person may say it is right all the same."""

    code: str
    sku: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    detail: dict[str, str | int] = field(default_factory=dict)
    approvable: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """The outcome of a reservation. ``status``: held, replayed, short. Short says which SKU lacked how many."""

    status: str
    order_ref: str
    qty: dict[str, int] = field(default_factory=dict)
    short_sku: str = ""
    wanted: int = 0
    available: int = 0

    @property
    def ok(self) -> bool:
        return self.status in ("held", "replayed")


@dataclass(frozen=True, slots=True)
class StockLine:
    """One SKU as the shelf stands. ``available`` = on hand − reserved − expired, never below zero; ``short``: promised
    pieces that are not there (M141)."""

    item_id: int
    sku: str
    name: str
    base_unit: str
    on_hand: int
    reserved: int
    expired: int
    quarantined: int
    in_transit: int
    version: int
    value: int | None
    currency: str
    abc_class: str

    @property
    def available(self) -> int:
        return max(0, self.on_hand - self.reserved - self.expired)

    @property
    def short(self) -> int:
        return max(0, self.reserved - self.on_hand + self.expired)


@dataclass(frozen=True, slots=True)
class PlaceBalance:
    sku: str
    lot: str
    expires_on: date | None
    place: str
    place_name: str
    kind: str
    qty: int


@dataclass(frozen=True, slots=True)
class MovementInfo:
    id: int
    sku: str
    lot: str
    place_from: str
    place_to: str
    qty: int
    cost: int | None
    currency: str
    reason: str
    source: str
    note: str
    occurred_at: datetime
    recorded_at: datetime
    actor_id: int | None
    reverses_id: int | None
    reversed_by_id: int | None


@dataclass(frozen=True, slots=True)
class PromiseInfo:
    """One line of the ledger of promises; ``open_qty`` of a reserve is what of it is still open."""

    id: int
    kind: str
    sku: str
    qty: int
    hold_id: int | None
    order_ref: str
    shop_id: int | None
    at: datetime
    expires_at: datetime | None
    open_qty: int


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A cache that does not say what the ledger says."""

    cache: str
    key: str
    ledger: str
    cached: str


@dataclass(frozen=True, slots=True)
class Verified:
    movements: int
    entries: int
    mismatches: tuple[Mismatch, ...]

    @property
    def ok(self) -> bool:
        return not self.mismatches


@dataclass(frozen=True, slots=True)
class ShopOffer:
    """What one shop may show of one SKU now. ``exposure``: units its buyers may still order before we hear of it;
    ``safe``: the most it may be set to without offering a piece twice; ``target``: its fair share."""

    shop_id: int
    shop: str
    channel: str
    sku: str
    mode: str
    shown: int | None
    exposure: int
    target: int
    push: int | None
    why: str
    silent_minutes: int | None


@dataclass(frozen=True, slots=True)
class SentOffer:
    """A quantity on its way to a shop."""

    offer_id: int
    shop_id: int
    shop: str
    channel: str
    sku: str
    qty: int


@dataclass(frozen=True, slots=True)
class AvailableToSell:
    """One SKU over all shops. ``could_oversell``: pieces that could be sold twice if every buyer came now."""

    sku: str
    available: int
    exposure: int
    could_oversell: int
    offers: tuple[ShopOffer, ...]


@dataclass(frozen=True, slots=True)
class CountRow:
    line_id: int
    sku: str
    name: str
    lot: str
    expires_on: date | None
    book: int | None
    counted: int | None

    @property
    def difference(self) -> int | None:
        return None if self.book is None or self.counted is None else self.counted - self.book


@dataclass(frozen=True, slots=True)
class CountInfo:
    id: int
    place: str
    blind: bool
    state: str
    opened_at: datetime
    opened_by: int | None
    posted_at: datetime | None
    counted: int
    lines: int


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One row of a stock file against the book."""

    row: int
    sku: str
    lot: str
    place: str
    book: int
    level: int
    cost: int | None
    expires_on: date | None

    @property
    def difference(self) -> int:
        return self.level - self.book


@dataclass(frozen=True, slots=True)
class LevelPlan:
    """What a stock file would do. ``token`` names exactly these rows over exactly this book."""

    rows: tuple[LevelRow, ...]
    objections: tuple[Objection, ...]
    new_skus: tuple[str, ...]
    had: int
    to_zero: int
    token: str

    @property
    def blocked(self) -> tuple[Objection, ...]:
        return tuple(o for o in self.objections if not o.approvable)

    @property
    def needs_approval(self) -> bool:
        return any(o.approvable for o in self.objections)


@dataclass(frozen=True, slots=True)
class TroubleInfo:
    id: int
    kind: str
    shop_id: int | None
    source: str
    code: str
    qty: int | None
    detail: str
    first_at: datetime
    last_at: datetime

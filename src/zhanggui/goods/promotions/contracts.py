"""What the promotion engine receives and answers: plain values. Money is in minor units of the basket's currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

Numbers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """``qty`` pieces of one SKU at ``price`` (minor units a piece, before any offer).

    ``tax_rate`` is in millionths (20 % is 200000). With ``tax_included`` the price holds the tax, else it comes on
    top of what is left after all offers.
    """

    id: str
    sku: str
    price: int
    qty: int
    product: str = ""
    categories: tuple[str, ...] = ()
    brand: str = ""
    shop: str = ""
    tax_rate: int = 0
    tax_included: bool = True


@dataclass(frozen=True, slots=True)
class Basket:
    """Line ids are unique. ``freight``: (shop, amount); the shop "" is the basket as a whole."""

    currency: str
    lines: tuple[Line, ...]
    channel: str = ""
    freight: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules want to know about the world. What is not given: nothing used, nothing held, no limit of stock.

    ``coupons``: promotion → moment claimed (None: held, moment unknown). ``units_*``: (promotion, SKU) → pieces.
    ``floors``: (channel or "", SKU) → lowest price a piece. ``groups``: promotion → people in the group.
    ``cuts``: promotion → amount friends have cut off the price of a piece. ``deposits``: promotions whose deposit
    this buyer has paid.
    """

    now: datetime
    tier: str | None = None
    orders_before: int | None = None
    segments: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    coupons: Mapping[str, datetime | None] = field(default_factory=dict)
    points: int = 0
    uses_by_buyer: Mapping[str, int] = field(default_factory=dict)
    uses_total: Mapping[str, int] = field(default_factory=dict)
    spent: Mapping[str, int] = field(default_factory=dict)
    units_by_buyer: Mapping[tuple[str, str], int] = field(default_factory=dict)
    units_sold: Mapping[tuple[str, str], int] = field(default_factory=dict)
    gift_stock: Mapping[str, int] = field(default_factory=dict)
    floors: Mapping[tuple[str, str], int] = field(default_factory=dict)
    groups: Mapping[str, int] = field(default_factory=dict)
    cuts: Mapping[str, int] = field(default_factory=dict)
    deposits: frozenset[str] = frozenset()
    shared_by: str = ""


class Share(NamedTuple):
    """What one promotion takes off one line; ``platform`` of it is paid by the platform, the rest by the merchant."""

    promotion: str
    amount: int
    platform: int = 0


class LineResult(NamedTuple):
    """``paid`` = ``list_amount`` − all shares. ``tax`` is contained in ``paid`` or, when ``tax_included`` is false,
    comes on top. ``units``: (pieces, price a piece) whose sum is ``paid``, dearer pieces first."""

    id: str
    sku: str
    qty: int
    list_amount: int
    shares: tuple[Share, ...]
    paid: int
    tax: int
    tax_included: bool
    units: tuple[tuple[int, int], ...]


class Verdict(NamedTuple):
    """A promotion was applied or refused: ``reason`` is a code, ``numbers`` what it rests on."""

    promotion: str
    kind: str
    lane: str
    applied: bool
    reason: str
    amount: int = 0
    platform: int = 0
    numbers: Numbers = MappingProxyType({})


class Hint(NamedTuple):
    """Add ``need`` (minor units, or pieces when ``unit`` is "pieces") to get ``gain`` more off, or ``gift``."""

    promotion: str
    unit: str
    need: int
    gain: int
    gift: str = ""


@dataclass(frozen=True, slots=True)
class Gift:
    """Goods given beside the order; ``value`` is the price of one piece as the promotion states it, if it does."""

    promotion: str
    sku: str
    qty: int
    value: int | None


@dataclass(frozen=True, slots=True)
class Presale:
    """Deposit and balance of one presale: both are parts of ``payable``."""

    promotion: str
    deposit: int
    credited: int
    deposit_paid: bool
    balance_from: datetime | None
    balance_until: datetime | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The price of one basket. ``payable`` = lines' ``paid`` + ``tax_added`` + ``freight`` − freight offers.

    ``exact`` is false only when the search met its stated limit; the answer is then the best one found.
    """

    currency: str
    list_amount: int
    discount: int
    merchant: int
    platform: int
    freight: int
    freight_shares: tuple[Share, ...]
    tax_added: int
    payable: int
    pay_now: int
    pay_later: int
    points_used: int
    lines: tuple[LineResult, ...]
    verdicts: tuple[Verdict, ...]
    hints: tuple[Hint, ...]
    gifts: tuple[Gift, ...]
    presales: tuple[Presale, ...]
    rebates: tuple[tuple[str, int], ...]
    exact: bool
    basis: Any = field(repr=False, compare=False, default=None)


@dataclass(frozen=True, slots=True)
class Returned:
    """``qty`` pieces of one line, or of a gift (``gift``: its SKU), come back. An exchange keeps its price."""

    line: str
    qty: int
    exchange: bool = False
    gift: str = ""


@dataclass(frozen=True, slots=True)
class Clawback:
    """What the kept goods no longer deserve of one promotion, deducted from the refund."""

    promotion: str
    amount: int
    policy: str


@dataclass(frozen=True, slots=True)
class RefundResult:
    """One step of a return. ``due_total`` is what has been due over all steps so far; ``amount`` = what this step
    pays out. ``goods`` + ``tax`` + ``freight`` − clawbacks = ``due_total`` unless ``limited`` says why not."""

    amount: int
    due_total: int
    goods: int
    tax: int
    freight: int
    clawbacks: tuple[Clawback, ...]
    gifts_missing: tuple[Gift, ...]
    points_returned: int
    limited: str
    returned: tuple[Returned, ...]

"""Writes of buying, one function per use case."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from zhanggui.kernel.statetable import IllegalTransition
from zhanggui.supply.inventory import operations as stock
from zhanggui.supply.inventory import queries as shelves
from zhanggui.supply.inventory.contracts import ReceiptLine
from zhanggui.supply.purchasing import queries
from zhanggui.supply.purchasing.contracts import Arrived, WantedLine
from zhanggui.supply.purchasing.domain.ordering import ORDER
from zhanggui.supply.purchasing.domain.suppliers import score
from zhanggui.supply.purchasing.models import Inspection, OrderLine, PurchaseOrder, Quote, Receipt, Supplier


class PurchasingError(Exception):
    """Something about buying that cannot be done; nothing was written."""


class UnknownSupplier(PurchasingError):
    def __init__(self, code: str) -> None:
        super().__init__(_("There is no supplier “%(code)s”.") % {"code": code})


class UnknownOrder(PurchasingError):
    def __init__(self, number: str) -> None:
        super().__init__(_("There is no purchase order “%(number)s”.") % {"number": number})


class BadOrder(PurchasingError):
    """Values that make no order, quote, supplier or receipt."""


class SupplierBlocked(PurchasingError):
    """The supplier's record blocks new orders; a written reason lifts it for one order."""

    def __init__(self, code: str, points: float | None) -> None:
        text = _("Supplier %(code)s scores %(points).0f of 100 and is blocked; give a reason to order all the same.")
        super().__init__(text % {"code": code, "points": points or 0})


class WrongState(PurchasingError):
    def __init__(self, number: str, state: str, command: str) -> None:
        text = _("Purchase order %(number)s is “%(state)s”; “%(command)s” is not possible now.")
        super().__init__(text % {"number": number, "state": state, "command": command})


class OverReceipt(PurchasingError):
    """More arrived than is still expected; a person may approve it."""

    def __init__(self, sku: str, qty: int, expected: int) -> None:
        text = _("%(sku)s: %(qty)d arrived, %(expected)d were still expected; approve it or send the rest back.")
        super().__init__(text % {"sku": sku, "qty": qty, "expected": expected})
        self.sku, self.qty, self.expected = sku, qty, expected


class PaperReused(PurchasingError):
    def __init__(self, paper: str) -> None:
        super().__init__(_("Delivery note “%(paper)s” was booked already with other contents.") % {"paper": paper})


def put_supplier(*, code: str, name: str = "", lead_days: int, is_active: bool = True) -> int:
    """Make a supplier or change it; returns its id. Raises :class:`BadOrder`."""
    code = code.strip()
    if not code or lead_days < 0:
        raise BadOrder(_("A supplier needs a code, and its lead time is not below zero."))
    values = {"name": name or code, "lead_days": lead_days, "is_active": is_active}
    found, _made = Supplier.objects.update_or_create(
        code=code, defaults=values, create_defaults={**values, "created_at": timezone.now()}
    )
    return found.id


def put_quote(
    *, supplier: str, sku: str, price: int, currency: str = "CNY", moq: int = 0, pack: int = 1, rank: int = 1
) -> None:
    """What a supplier asks for a SKU: minor units per base unit. Raises :class:`UnknownSupplier`, :class:`BadOrder`."""
    owner = _supplier(supplier)
    if price < 0 or moq < 0 or pack < 1 or rank < 1 or not sku.strip():
        raise BadOrder(_("A quote needs a SKU, a price, a pack of at least one and a rank from 1."))
    values = {"price_minor": price, "currency": currency, "moq": moq, "pack": pack, "rank": rank}
    Quote.objects.update_or_create(supplier=owner, sku=sku.strip(), defaults=values)


def open_order(
    *,
    supplier: str,
    number: str,
    lines: Sequence[WantedLine],
    due_on: date,
    currency: str = "CNY",
    override: str = "",
    actor_id: int | None = None,
    now: datetime | None = None,
) -> str:
    """A draft order; returns the verdict on its supplier: ``ok``, ``new`` or ``warn``.

    Raises :class:`UnknownSupplier`, :class:`BadOrder` (no lines, a SKU twice or unknown in stock or in another
    currency, a number already used), :class:`SupplierBlocked` unless ``override`` says why it may be.
    """
    now = now or timezone.now()
    owner = _supplier(supplier)
    known = {line.sku: line.currency for line in shelves.stock_lines(skus=[line.sku for line in lines])}
    if not lines or not number.strip():
        raise BadOrder(_("An order needs a number and lines."))
    twice = [sku for sku, n in Counter(line.sku for line in lines).items() if n > 1]
    if twice:
        raise BadOrder(_("%(sku)s stands twice in the order.") % {"sku": twice[0]})
    for line in lines:
        if line.qty < 1 or line.price < 0:
            raise BadOrder(_("%(sku)s: at least one piece, and no price below zero.") % {"sku": line.sku})
        if known.get(line.sku) != currency:
            raise BadOrder(_("%(sku)s is not kept in stock in %(currency)s.") % {"sku": line.sku, "currency": currency})
    judged = score(queries.record_of(owner.id, today=timezone.localdate(now)))
    if not owner.is_active or (judged.verdict == "block" and not override.strip()):
        raise SupplierBlocked(owner.code, judged.score)
    with transaction.atomic():
        order, made = PurchaseOrder.objects.get_or_create(
            number=number.strip(),
            defaults={
                "supplier": owner, "currency": currency, "due_on": due_on, "created_at": now, "actor_id": actor_id,
                "override": override.strip(),
            },
        )  # fmt: skip
        if not made:
            raise BadOrder(_("The order number %(number)s is used already.") % {"number": number})
        OrderLine.objects.bulk_create(
            OrderLine(order=order, sku=line.sku, qty=line.qty, price_minor=line.price) for line in lines
        )
    return "warn" if judged.verdict == "block" else judged.verdict


def place_order(*, number: str, now: datetime | None = None) -> None:
    """The order went out to the supplier. Raises :class:`UnknownOrder`, :class:`WrongState`."""
    with transaction.atomic():
        order = _step(number, "place")
        PurchaseOrder.objects.filter(pk=order.pk).update(placed_at=now or timezone.now())


def cancel_order(*, number: str) -> None:
    """Nothing of it has come, nothing will. Raises :class:`UnknownOrder`, :class:`WrongState`."""
    with transaction.atomic():
        _step(number, "cancel")


def close_order(*, number: str) -> None:
    """The rest will not come. Raises :class:`UnknownOrder`, :class:`WrongState`."""
    with transaction.atomic():
        _step(number, "close")


def receive_order(
    *,
    number: str,
    paper: str,
    arrived: Sequence[Arrived],
    approve: bool = False,
    place: str = "MAIN",
    actor_id: int | None = None,
    now: datetime | None = None,
) -> str:
    """A delivery with its inspection: accepted goods go into stock at the order's price, the rest goes back and is
    still expected. Returns the order's new state. The same paper again changes nothing.

    Raises :class:`UnknownOrder`, :class:`WrongState`, :class:`BadOrder`, :class:`PaperReused`, :class:`OverReceipt`
    unless ``approve``, and what stock itself refuses (``stock.Stopped``: expired or short-lived lots).
    """
    now = now or timezone.now()
    if not arrived or not paper.strip():
        raise BadOrder(_("A receipt needs the name of its paper and lines."))
    fingerprint = json.dumps([asdict(a) for a in arrived], default=str, sort_keys=True)
    with transaction.atomic():
        order = _locked(number)
        old = Receipt.objects.filter(order=order, paper=paper).first()
        if old is not None:
            if old.fingerprint != fingerprint:
                raise PaperReused(paper)
            return order.state
        lines = {line.sku: line for line in OrderLine.objects.select_for_update().filter(order=order)}
        _check_arrived(arrived, lines, approve)
        _next(order, "receive_part")
        receipt = Receipt.objects.create(
            order=order, paper=paper, fingerprint=fingerprint, received_at=now, actor_id=actor_id, approved=approve
        )
        Inspection.objects.bulk_create(
            Inspection(receipt=receipt, line=lines[a.sku], qty=a.qty, accepted=a.accepted, lot=a.lot,
                       expires_on=a.expires_on, note=a.note)
            for a in arrived
        )  # fmt: skip
        goods = [
            ReceiptLine(a.sku, str(a.accepted), lot=a.lot, expires_on=a.expires_on,
                        cost=a.accepted * lines[a.sku].price_minor)
            for a in arrived
            if a.accepted
        ]  # fmt: skip
        if goods:
            stock.receive_goods(
                lines=goods, source=f"PO {number}/{paper}", place=place, actor_id=actor_id, approve=approve, now=now
            )
        today = timezone.localdate(now)
        for a in arrived:
            line = OrderLine.objects.filter(order=order, sku=a.sku)
            line.update(received=F("received") + a.qty, accepted=F("accepted") + a.accepted)
            line.filter(accepted__gte=F("qty"), complete_on__isnull=True).update(complete_on=today)
        waiting = OrderLine.objects.filter(order=order, accepted__lt=F("qty")).exists()
        state = _next(order, "receive_part" if waiting else "receive_all")
        PurchaseOrder.objects.filter(pk=order.pk).update(state=state)
        return state


def _check_arrived(arrived: Sequence[Arrived], lines: dict[str, OrderLine], approve: bool) -> None:
    came: Counter[str] = Counter()
    for a in arrived:
        if a.sku not in lines:
            raise BadOrder(_("%(sku)s is not in this order.") % {"sku": a.sku})
        if a.qty < 1 or not 0 <= a.accepted <= a.qty:
            raise BadOrder(_("%(sku)s: between none and all of what arrived can be accepted.") % {"sku": a.sku})
        came[a.sku] += a.qty
    for sku, qty in came.items():
        expected = max(0, lines[sku].qty - lines[sku].accepted)
        if qty > expected and not approve:
            raise OverReceipt(sku, qty, expected)


def _supplier(code: str) -> Supplier:
    found = Supplier.objects.filter(code=code.strip()).first()
    if found is None:
        raise UnknownSupplier(code)
    return found


def _locked(number: str) -> PurchaseOrder:
    order = PurchaseOrder.objects.select_for_update().filter(number=number).first()
    if order is None:
        raise UnknownOrder(number)
    return order


def _next(order: PurchaseOrder, command: str) -> str:
    try:
        return ORDER.next(order.state, command)
    except IllegalTransition:
        raise WrongState(order.number, order.state, command) from None


def _step(number: str, command: str) -> PurchaseOrder:
    order = _locked(number)
    PurchaseOrder.objects.filter(pk=order.pk).update(state=_next(order, command))
    return order

"""Quantities out to shops: through a sender, or as a file that a person uploads; and what is read back there."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from django.utils import timezone

from zhanggui.supply.inventory import operations as stock
from zhanggui.supply.inventory import queries as shelves
from zhanggui.supply.inventory.contracts import SentOffer
from zhanggui.supply.inventory.reading import read

#: The head of our own sheet; no platform's layout.
HEAD: Final = ("SKU", "库存数量")
#: How often a push is planned anew because stock changed under it.
ROUNDS: Final = 5


@dataclass
class Pushed:
    """``open``: sent without an answer; ``moved``: stock changed meanwhile, so the plan was made anew;
    ``unsettled``: still moving after the last round, to be pushed again."""

    taken: int = 0
    refused: int = 0
    open: int = 0
    moved: int = 0
    unsettled: list[str] = field(default_factory=list)


def push(
    *,
    shop_ids: frozenset[int],
    send: Callable[[SentOffer], bool | None],
    key: str,
    skus: list[str] | None = None,
    clock: Callable[[], datetime] = timezone.now,
) -> Pushed:
    """Write every shop what the plan says. ``send`` tells whether the channel took it, None when it did not answer.
    What changed during its push is planned and pushed again."""
    done = Pushed()
    for sku in _to_write(shop_ids, skus, clock()):
        for round_ in range(ROUNDS):
            moved = False
            named = f"{key}.{round_}"
            for one in stock.plan_and_send(sku=sku, shop_ids=shop_ids, key=named, now=clock()):
                answer = send(one)
                if answer is None:
                    done.open += 1
                    continue
                told = stock.answer_offer(offer_id=one.offer_id, taken=answer, now=clock())
                done.taken += answer
                done.refused += not answer
                moved |= told == "moved"
            if not moved:
                break
            done.moved += 1
        else:
            done.unsettled.append(sku)
    return done


def push_file(*, shop_id: int, path: Path, key: str, now: datetime | None = None) -> int:
    """Write what the shop should show as our own sheet (SKU, 库存数量); returns its rows. Until :func:`answer_file`
    each of them may be uploaded at any time, and counts so."""
    now = now or timezone.now()
    sent: list[SentOffer] = []
    for sku in _to_write(frozenset({shop_id}), None, now):
        sent += stock.plan_and_send(sku=sku, shop_ids=frozenset({shop_id}), key=key, by_hand=True, now=now)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEAD)
        rows.writerows((one.sku, one.qty) for one in sent)
    return len(sent)


def answer_file(*, key: str, uploaded: bool, now: datetime | None = None) -> tuple[int, int]:
    """The file was uploaded, or thrown away; returns (rows answered, rows whose stock has changed since)."""
    told = [stock.answer_offer(offer_id=i, taken=uploaded, now=now) for i in shelves.open_offers(key=key)]
    return len(told), told.count("moved")


def read_back_file(
    *, shop_id: int, path: Path, asked_at: datetime, key: str, now: datetime | None = None
) -> tuple[dict[str, int], list[str]]:
    """What a shop's own stock export shows, against what we believe: how many rows of each answer, and the rows that
    could not be read, each with its number. Raises :class:`~zhanggui.supply.inventory.reading.BadTable`."""
    found: dict[str, int] = {}
    wrong: list[str] = []
    rows = read(path)
    skus = shelves.skus_of(shop_id, [row["sku"] for row in rows])
    for row in rows:
        sku = skus.get(row["sku"])
        if sku is None or not row["qty"].isdecimal():
            wrong.append(f"{row.row}: {row['sku']} {row['qty']}")
            continue
        told = stock.read_back(
            shop_id=shop_id, sku=sku, qty=int(row["qty"]), key=f"{key}:{shop_id}:{sku}", asked_at=asked_at, now=now
        )
        found[told] = found.get(told, 0) + 1
    return found, wrong


def _to_write(shop_ids: frozenset[int], skus: list[str] | None, now: datetime) -> list[str]:
    found = shelves.available_to_sell(shop_ids=shop_ids, skus=skus, now=now)
    return [one.sku for one in found if any(o.push is not None for o in one.offers)]

"""How well the list finds what was planted: recall, precision and the rank of every planted problem."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zhanggui.foundation.loop.contracts import FindingInfo


class BadProblems(Exception):
    """A file that does not tell planted problems."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One planted problem and its place in the ranked list, 1 the first; None: not found."""

    id: str
    kind: str
    shop: str
    money: int | None
    currency: str
    rank: int | None
    finding_id: int | None
    stake: int | None


@dataclass(frozen=True, slots=True)
class Score:
    """``recall``: share of the planted problems found. ``precision``: share of the findings of planted kinds, at
    the planted shops, that tell a planted problem. None where there is nothing to divide by."""

    placed: tuple[Placed, ...]
    extra: tuple[int, ...]
    recall: Decimal | None
    precision: Decimal | None
    listed: int


def read(path: Path) -> Mapping[str, Any]:
    """The document ``sample --with-problems`` wrote. Raises :class:`BadProblems`."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        for one in document["problems"]:
            if not all(isinstance(one[name], str) for name in ("id", "kind", "shop", "label", "currency")):
                raise TypeError
        kinds, shops = list(document["kinds"]), list(document["shops"])
    except OSError as error:
        raise BadProblems(_("%(path)s cannot be read: %(why)s") % {"path": path, "why": error.strerror}) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadProblems(_("%(path)s does not tell planted problems.") % {"path": path}) from error
    return {"problems": document["problems"], "kinds": kinds, "shops": shops}


def score(planted: Mapping[str, Any], ranked: Sequence[FindingInfo], names: Mapping[int, str]) -> Score:
    """Match planted problems with findings in the order of the list.

    A finding tells a problem of its own kind and shop; of goods, when it names the same title. Several findings may
    tell one problem (two sizes of one dress): all of them are right, the first decides its rank.
    """
    kinds, shops = set(planted["kinds"]), set(planted["shops"])
    told: dict[str, tuple[int, FindingInfo]] = {}
    extra = []
    right = 0
    for rank, found in enumerate(ranked, start=1):
        shop = names.get(found.shop_id or 0, "")
        if found.kind not in kinds or shop not in shops:
            continue
        meant = [p for p in planted["problems"] if _tells(found, shop, p)]
        if not meant:
            extra.append(found.id)
            continue
        right += 1
        for problem in meant:
            told.setdefault(problem["id"], (rank, found))
    placed = tuple(_place(p, told.get(p["id"])) for p in planted["problems"])
    return Score(
        placed,
        tuple(extra),
        _share(sum(p.rank is not None for p in placed), len(placed)),
        _share(right, right + len(extra)),
        len(ranked),
    )


def _tells(found: FindingInfo, shop: str, problem: Mapping[str, Any]) -> bool:
    if found.kind != problem["kind"] or shop != problem["shop"]:
        return False
    return not problem["label"] or problem["label"] in f"{found.subject_label} {found.detail}"


def _place(problem: Mapping[str, Any], told: tuple[int, FindingInfo] | None) -> Placed:
    return Placed(
        problem["id"],
        problem["kind"],
        problem["shop"],
        problem.get("money"),
        problem["currency"],
        told[0] if told else None,
        told[1].id if told else None,
        told[1].stake_minor if told else None,
    )


def _share(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / whole).quantize(Decimal("0.0001")) if whole else None


def as_json(found: Score) -> dict[str, Any]:
    return {
        "recall": None if found.recall is None else str(found.recall),
        "precision": None if found.precision is None else str(found.precision),
        "listed": found.listed,
        "extra": [str(i) for i in found.extra],
        "problems": [
            {
                "id": p.id,
                "kind": p.kind,
                "shop": p.shop,
                "money": p.money,
                "currency": p.currency,
                "rank": p.rank,
                "finding": None if p.finding_id is None else str(p.finding_id),
                "stake": p.stake,
            }
            for p in found.placed
        ],
    }


def lines(found: Score) -> Iterable[str]:
    for p in found.placed:
        place = (
            _("not found") if p.rank is None else _("rank %(rank)s of %(of)s") % {"rank": p.rank, "of": found.listed}
        )
        yield f"{p.id}: {place}"
    yield _("Found: %(recall)s of the planted problems; right: %(precision)s of the findings of these kinds.") % {
        "recall": "—" if found.recall is None else found.recall,
        "precision": "—" if found.precision is None else found.precision,
    }

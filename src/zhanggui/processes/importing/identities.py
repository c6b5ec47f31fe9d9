"""Identities and footers that did not hold, in words; counted rows are counts, not money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

FOOTER = "footer:"
#: A footer whose name ends so states how many rows there are.
COUNTED = "笔数"


@dataclass(frozen=True)
class ResidualRow:
    """One line of the table. ``is_count``: the figures are numbers of rows, else minor units."""

    label: str
    order_no: str
    row: int | None
    expected: int
    actual: int
    difference: int
    is_count: bool


def row_of(item: Mapping[str, Any]) -> ResidualRow:
    identity = str(item["identity"])
    label = identity
    if identity.startswith(FOOTER):
        label = _("Total stated in the file: %(name)s") % {"name": identity.removeprefix(FOOTER)}
    return ResidualRow(
        label=label,
        order_no=str(item.get("order_no") or ""),
        row=item.get("row"),
        expected=int(item["expected"]),
        actual=int(item["actual"]),
        difference=int(item["difference"]),
        is_count=identity.startswith(FOOTER) and identity.endswith(COUNTED),
    )

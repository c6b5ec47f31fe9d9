"""Identities and footers that did not hold, in words; counted rows are counts, not money."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

FOOTER = "footer:"
#: A footer whose name ends so states how many rows there are.
COUNTED = "笔数"


#: What reports state beside the figures it is made of; rates are hundredths of a percent.
_FIGURES: Final[dict[str, Callable[[], str]]] = {
    "rate:": lambda: _("%(name)s stated, in percent, against the counts"),
    "average:": lambda: _("%(name)s stated, against the figures"),
    "sum:": lambda: _("%(name)s, by its parts"),
}
_COUNTED_SUM: Final = re.compile(r"^sum:[^=]*(笔数|订单行|订单数|orders)")


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
    for prefix, words in _FIGURES.items():
        if identity.startswith(prefix):
            label = words() % {"name": identity.removeprefix(prefix)}
    return ResidualRow(
        label=label,
        order_no=str(item.get("order_no") or ""),
        row=item.get("row"),
        expected=int(item["expected"]),
        actual=int(item["actual"]),
        difference=int(item["difference"]),
        is_count=(identity.startswith(FOOTER) and identity.endswith(COUNTED)) or bool(_COUNTED_SUM.match(identity)),
    )

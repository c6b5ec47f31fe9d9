"""The dictionary by id, and the part of it the desk's board shows."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.contracts import Metric
from zhanggui.insight.metrics.domain.dictionary import ALL

METRICS: Final[dict[str, Metric]] = ALL
#: The metrics of the board, in the order the desk shows them.
BOARD: Final[dict[str, Metric]] = {
    i: ALL[i]
    for i in (
        "M041", "M044", "M045", "M046", "M047", "M048", "M049", "M050", "M051", "M110", "M111", "M151",
    )
}  # fmt: skip
#: Metrics of the board that add up over days and shops of one currency.
ADDITIVE: Final = tuple(m.id for m in BOARD.values() if m.additivity == "A")
#: Metrics of the board that may be shown over shops of several currencies.
WITHOUT_MONEY: Final = tuple(m.id for m in BOARD.values() if m.unit != "money" and m.id != "M111")

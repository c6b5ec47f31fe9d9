"""What an import reports of each file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from zhanggui.trade.channels.contracts import Residual


@dataclass
class ImportResult:
    """The account of one file.

    ``rows_read`` counts data rows (no blank rows, notes or totals); ``accepted`` + ``rejected`` make it up.
    ``duplicates`` are accepted rows that told nothing new: repeated in the file, or known already exactly so.
    ``refunds`` and ``settlement_entries`` are records of that kind in the file. Amounts are minor units.
    ``error`` is None, or the code and the one sentence why nothing was taken; ``notice`` likewise tells of something
    worth knowing about a file that was taken.
    """

    file: str
    sha256: str = ""
    channel: str = ""
    kind: str = ""
    profile: str = ""
    encoding: str = ""
    shop: str = ""
    rows_read: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    orders_new: int = 0
    orders_updated: int = 0
    lines_new: int = 0
    lines_updated: int = 0
    refunds: int = 0
    refunds_new: int = 0
    settlement_entries: int = 0
    settlement_new: int = 0
    #: records of visitors and of adverts in the file
    visits: int = 0
    visits_new: int = 0
    visits_updated: int = 0
    ads: int = 0
    ads_new: int = 0
    ads_updated: int = 0
    unknown_states: int = 0
    #: moves backward that were refused, newest state kept
    refused: int = 0
    #: records older than what the ledger already knew
    stale: int = 0
    residuals: list[dict[str, Any]] = field(default_factory=list)
    residuals_total: int = 0
    rejects_file: str | None = None
    seconds: float = 0.0
    dry_run: bool = False
    file_id: int | None = None
    shop_id: int | None = None
    #: set when the file waits for a person to choose a shop or map its columns
    waiting_id: int | None = None
    error: dict[str, str] | None = None
    notice: dict[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def residual_json(item: Residual) -> dict[str, Any]:
    return {
        "identity": item.identity,
        "order_no": item.order_no,
        "row": item.row,
        "expected": item.expected,
        "actual": item.actual,
        "difference": item.difference,
    }

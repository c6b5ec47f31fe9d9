"""One board per role, as data: its tiles, the metric of its line, the dimensions it is split by, and its own parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Part = Literal["funnel", "movers", "customers"]


def gettext_noop(text: str) -> str:
    """Marks a text for the catalogue."""
    return text


@dataclass(frozen=True, slots=True)
class Board:
    """``tiles``: metric ids. ``line``: the metric told by day. ``split``: that metric by these dimensions."""

    code: str
    name: str
    icon: str
    tiles: tuple[str, ...]
    line: str
    split: tuple[str, ...]
    parts: tuple[Part, ...] = ()


BOARDS: Final = (
    Board("head", gettext_noop("Shop head"), "building-store", ("M041", "M046", "M047", "M048", "M050", "M024", "M110"),
          "M041", ("channel", "category"), ("funnel", "movers")),
    Board("promotion", gettext_noop("Promotion"), "speakerphone",
          ("M070", "M075", "M071", "M020", "M002", "M024", "M054"),
          "M070", ("channel", "campaign"), ("funnel",)),
    Board("finance", gettext_noop("Finance"), "coin", ("M041", "M044", "M045", "M046", "M111", "M051"),
          "M045", ("channel", "shop")),
    Board("customers", gettext_noop("Customers"), "users", ("M048", "M090", "M094", "M095", "M092", "M092-90", "M099"),
          "M048", ("channel", "province"), ("customers",)),
)  # fmt: skip
OF: Final = {board.code: board for board in BOARDS}

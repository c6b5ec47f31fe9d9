"""What the report files of all platforms share: how they are written, and how figures look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhanggui.trade.channels.sample.attention import Day
from zhanggui.trade.channels.sample.sheets import FileSpec, Form, Written
from zhanggui.trade.channels.sample.tally import FileTally
from zhanggui.trade.channels.sample.truth import Plan

Row = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """One report file: its rows, what stands after them, what it must add up to."""

    stem: str
    kind: str
    layout: str
    form: Form
    rows: Sequence[Row]
    after: Sequence[Sequence[str] | str] = ()
    quirks: tuple[str, ...] = ()
    residuals: int = 0
    #: the report's own sum of its rows, each thing advertised once
    spend: int | None = None

    def write(self, folder: Path, plan: Plan) -> Written:
        spec = FileSpec(
            self.stem, self.kind, self.layout, self.form, plan.moments[-1], quirks=self.quirks, grain="none"
        )
        path = folder / f"{self.stem}{self.form.suffix}"
        writer: Any = self.form.open(path)
        for row in self.rows:
            writer.write([row.get(column, self.form.empty) for column in self.form.columns])
        for line in self.after:
            if isinstance(line, str):
                writer.write_text(line)
            else:
                writer.write(line)
        writer.close()
        tally = FileTally(rows=len(self.rows), residuals=self.residuals)
        setattr(tally, self.kind, len(self.rows))
        tally.spend = self.spend
        return Written(path, spec, tally)


@dataclass(frozen=True)
class Reports:
    """The reports of a shop. ``visits``: the platform counts visits, not people; ``window``: that of the adverts that
    count, None without adverts."""

    files: list[Report] = field(default_factory=list)
    visits: bool = False
    window: int | None = None


def grouped(number: int) -> str:
    """``1,234``; nothing at all is ``-``, as 生意参谋 writes it."""
    return f"{number:,}" if number else "-"


def money(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02d}"


def percent(top: int, bottom: int) -> str:
    """Two decimals, half up; ``-`` over nothing."""
    if not bottom:
        return "-"
    hundredths = (top * 20_000 + bottom) // (2 * bottom)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def ratio(top: int, bottom: int) -> str:
    if not bottom:
        return "-"
    hundredths = (top * 200 + bottom) // (2 * bottom)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def average(amount: int, count: int) -> str:
    """An amount per head, half up at the cent."""
    return money((amount * 2 + count) // (2 * count)) if count else "-"


def span(days: Sequence[Day]) -> str:
    return f"{days[0].day}_{days[-1].day}"


def all_spend(days: Sequence[Day]) -> int:
    """What the adverts of these days cost."""
    return sum(advert.spend for day in days for advert in day.adverts)

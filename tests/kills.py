"""Imports in processes of their own that can be killed, and what the ledgers hold afterwards."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

from homes import Home, homes
from integration.processes.ledgers import rows_of

#: Import a file; then, when a folder is named, write all four tables into it. Prints the result as JSON.
DRIVER = """
import json, sys
from pathlib import Path
from zhanggui.processes.exporting import export_table
from zhanggui.processes.importing.operations import import_file
file, out = sys.argv[1:3]
result = import_file(path=Path(file), shop_name="杀不死的店", channel="taobao")
if out:
    for table in ("orders", "lines", "refunds", "settlement"):
        export_table(table=table, out=Path(out) / f"{table}.parquet")
print(json.dumps(result.as_json()))
"""
COUNT = """
from zhanggui.trade.orders.models import Order
print(Order.objects.count())
"""


class Kills:
    """One clean import to compare with, and any number of killed ones beside it."""

    def __init__(self, folder: Path, made: Any, file: Path) -> None:
        self.folder, self.made, self.file = folder, made, file
        self.template = made("template").migrate()
        clean = made("clean", like=self.template)
        self.out(clean)
        clean.run(DRIVER, str(file), str(clean.place / "out"))
        self.clean = rows_of(clean.place / "out")
        timed = made("timed", like=self.template)
        self.work_seconds = self._watch(timed)

    @staticmethod
    def out(home: Home) -> str:
        place = home.place / "out"
        place.mkdir(parents=True, exist_ok=True)
        return str(place)

    def _watch(self, home: Home) -> float:
        """Seconds from the first trace of work to its end."""
        process = home.start(DRIVER, str(self.file), "")
        self.until_work(home)
        began = time.monotonic()
        assert process.wait(timeout=300) == 0
        return time.monotonic() - began

    @staticmethod
    def until_work(home: Home) -> None:
        deadline = time.monotonic() + 60
        while not any((home.place / "tmp").glob("import-*")):
            assert time.monotonic() < deadline, "the import never began"
            time.sleep(0.005)

    def kill_and_repeat(self, number: int) -> str:
        """Kill one import at a random moment of its work, import again, compare. Returns how far it had come."""
        home = self.made(f"kill{number}", like=self.template)
        process = home.start(DRIVER, str(self.file), "")
        self.until_work(home)
        time.sleep(random.Random(number).random() * self.work_seconds)
        process.kill()
        process.wait(timeout=60)
        kept = int(home.run(COUNT))
        assert kept in (0, len(self.clean["orders"])), f"{kept} orders of a killed import stayed"
        home.run(DRIVER, str(self.file), self.out(home))
        assert rows_of(home.place / "out") == self.clean
        return "everything" if kept else "nothing"


def bulk_file(folder: Path, lines: int) -> Path:
    """One Taobao item list with exactly ``lines`` lines."""
    from datetime import date

    from zhanggui.trade.channels.sample import bulk

    bulk.write_item_list(folder, seed=4, lines=lines, days=10, end=date(2026, 6, 30), report=None)
    return next(p for p in sorted(folder.rglob("*")) if p.suffix in {".csv", ".xlsx"})


__all__ = ["DRIVER", "Kills", "bulk_file", "homes"]

"""How fast whole files are imported, from bytes to ledger, beside their limits in one run.

    python tests/benchmarks/bench_import_files.py [--lines 1000000] [--rows 100000] [--database postgresql://…]

csv: ``import_file`` of a Taobao item list (GB18030) against the floor of ``bench_ledger_record`` (bare Polars parse and
upserts of the same columns into the same tables). xlsx: ``import_file`` of the same rows as a workbook against twice
the time calamine alone takes to read it plus the database floor. Every measure has a process and an empty home.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import bench_ledger_record as ledger
import ledger_items as items


def whole(path: Path) -> dict[str, Any]:
    from zhanggui.processes.importing.operations import import_file

    started = time.perf_counter()
    result = import_file(path=path, shop_name="Benchmark")
    seconds = time.perf_counter() - started
    assert result.error is None, result.error
    assert result.rejected == 0, result.rejects_file
    return {"seconds": seconds, "lines": result.lines_new, "orders": result.orders_new}


def calamine(path: Path) -> dict[str, Any]:
    import python_calamine

    started = time.perf_counter()
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    return {"seconds": time.perf_counter() - started, "lines": len(rows) - 1}


def _measure(name: str, path: Path, database: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="zhanggui-bench-") as home:
        out = subprocess.run(
            [sys.executable, __file__, "--measure", name, "--file", str(path), "--home", home],
            env={**os.environ, "ZHANGGUI_DATABASE_URL": database}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if out.returncode:
        raise SystemExit(out.stderr)
    return dict(json.loads(out.stdout.splitlines()[-1]))


def _workbook(source: Path, target: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet()
    with source.open(encoding="gb18030", newline="") as file:
        for at, row in enumerate(csv.reader(file)):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
    book.close()


def _show(name: str, found: dict[str, Any]) -> None:
    print(f"{name:16} {found['lines']:>9,} lines {found['seconds']:7.2f} s {found['lines'] / found['seconds']:>9,.0f} "
          f"lines/s peak {found['peak_mb']} MB", flush=True)  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=1_000_000)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--database", default="")
    options.add_argument("--measure", help=argparse.SUPPRESS)
    options.add_argument("--file", help=argparse.SUPPRESS)
    options.add_argument("--home", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.measure:
        path = Path(given.file)
        if given.measure == "import":
            ledger.start(given.home)
            found = whole(path)
        else:
            found = calamine(path)
        found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps(found))
        return
    with tempfile.TemporaryDirectory(prefix="zhanggui-bench-") as folder:
        large, small = Path(folder) / "large.csv", Path(folder) / "small.csv"
        items.write(large, given.lines)
        floor, ours = ledger.measure("floor", large, given.database), _measure("import", large, given.database)
        _show("csv floor", floor)
        _show("csv import", ours)
        print(f"import / floor   {ours['seconds'] / floor['seconds']:.2f}  (at most 1.7)", flush=True)
        items.write(small, given.rows)
        book = small.with_suffix(".xlsx")
        _workbook(small, book)
        floor = ledger.measure("floor", small, given.database)
        read, ours = _measure("calamine", book, given.database), _measure("import", book, given.database)
        _show("xlsx calamine", read)
        _show("database floor", floor)
        _show("xlsx import", ours)
        limit = 2 * read["seconds"] + floor["seconds"]
        print(f"import / limit   {ours['seconds'] / limit:.2f}  (limit: 2 × calamine + floor = {limit:.2f} s)")


if __name__ == "__main__":
    main()

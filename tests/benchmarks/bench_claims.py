"""Claims checker beside the bare matcher: titles and long text of ``ZHANGGUI_DATA`` in one run."""

from __future__ import annotations

import csv
import os
import sys
import time
from collections import deque
from collections.abc import Callable
from datetime import date
from pathlib import Path

from zhanggui.law.claims.reading import checker


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    place = os.environ.get("ZHANGGUI_DATA")
    if not place:
        sys.exit("ZHANGGUI_DATA does not name the folder of the public data sets")
    with (Path(place) / "catalog/taobao_cosmetics_2016_11.csv").open(encoding="utf-8-sig") as file:
        titles = [row["title"] for row in csv.DictReader(file)]
    reviews = (Path(place) / "reviews/online_shopping_10_cats_train.csv").read_text(encoding="utf-8", errors="replace")
    judge = checker(date(2026, 11, 24))
    bare = judge._automaton.iter
    whole = _timed(lambda: [judge.check(t) for t in titles])
    least = _timed(lambda: [deque(bare(t), maxlen=0) for t in titles])
    print(f"{len(titles)} titles: {whole:.2f} s, bare matcher {least:.2f} s, ratio {whole / least:.1f}")
    for name, text in (("titles as one text", "\n".join(titles)), ("reviews", reviews[:400_000])):
        size = len(text.encode()) / 1e6
        whole, least = _timed(lambda: judge.check(text)), _timed(lambda: deque(bare(text), maxlen=0))  # noqa: B023
        mapped = _timed(lambda: judge._normaliser.normal(text))  # noqa: B023
        print(
            f"{name}: {size:.1f} MB, {size / whole:.1f} MB/s, bare {size / least:.1f}, normal form {size / mapped:.0f},"
            f" ratio {whole / least:.1f}"
        )


if __name__ == "__main__":
    main()

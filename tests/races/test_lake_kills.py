"""Refreshes killed at random moments, several at once, beside an import: a month is the old one or the new one, and
what was not finished still waits. ``ZHANGGUI_LAKE_KILLS`` sets how many are killed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from homes import Home, homes
from kills import bulk_file

pytestmark = pytest.mark.races

KILLS = int(os.environ.get("ZHANGGUI_LAKE_KILLS", "3"))

IMPORT = """
import sys
from pathlib import Path
from zhanggui.processes.importing.operations import import_file
assert import_file(path=Path(sys.argv[1]), shop_name="店", channel="taobao").error is None
"""
REBUILD = """
from zhanggui.foundation.lake import operations
print("begin", flush=True)
operations.rebuild()
"""
#: A process that stays: does what each line asks and answers with what a reader finds and what the comparison says.
WATCH = """
import json, sys, time
from pathlib import Path
import django; django.setup()
from django.core.management import call_command
from zhanggui.foundation.lake import operations, queries
from zhanggui.processes.importing.operations import import_file
call_command("migrate", verbosity=0)
for line in sys.stdin:
    call = json.loads(line)
    began = time.monotonic()
    if call["do"] == "import":
        assert import_file(path=Path(call["file"]), shop_name="店", channel="taobao").error is None
    elif call["do"] == "refresh":
        operations.refresh()
    elif call["do"] == "rebuild":
        operations.rebuild()
    seconds = time.monotonic() - began
    snap = queries.snapshot()
    sums = queries.connect(snap).execute("SELECT count(*), count(DISTINCT line_no), sum(line_paid) FROM lines")
    sums = [int(n or 0) for n in sums.fetchone()]
    found = operations.verify(tables=["orders", "lines"])
    print(json.dumps({"sums": sums, "differences": len(found.differences), "stale": snap.stale, "seconds": seconds}))
    sys.stdout.flush()
"""


class Watch:
    def __init__(self, home: Home) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WATCH],
            env=home.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, do: str, **more: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps({"do": do, **more}), file=self.process.stdin, flush=True)
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert found["differences"] == 0, "a month that does not wait differs from the ledgers"
        return found


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with homes(tmp_path / "homes") as made:
        yield made("lake")


def test_killed_and_crowded_refreshes_leave_whole_months(tmp_path: Path, home: Home) -> None:
    home.place.mkdir(parents=True)
    one, two = bulk_file(tmp_path / "one", 8_000), bulk_file(tmp_path / "two", 12_000)
    watch = Watch(home)
    try:
        watch("import", file=str(one))
        sums = watch("refresh")["sums"]
        assert sums[0] == sums[1] == 8_000
        seconds = watch("rebuild")["seconds"]
        for number in range(KILLS):
            process = home.start(REBUILD)
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.Random(number).random() * seconds)
            process.kill()
            process.wait(30)
            # the files before are still there: whatever the kill hit, nobody sees half a month
            assert watch("look")["sums"] == sums
            after = watch("refresh")
            assert (after["sums"], after["stale"]) == (sums, False)

        workers = [home.start(IMPORT, str(two)), home.start(REBUILD), home.start(REBUILD)]
        for worker in workers:
            _out, err = worker.communicate(timeout=240)
            assert worker.returncode == 0, err
        watch("look")
        after = watch("refresh")
        assert (after["sums"][0], after["stale"]) == (after["sums"][1], False)
        assert after["sums"][0] >= 12_000
    finally:
        watch.process.kill()
        watch.process.wait(30)

"""Two real processes on one real database: the same batch at once, and death in the middle of one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

pytestmark = pytest.mark.races

TESTS = Path(__file__).resolve().parent.parent

#: What every process runs first: Django on the database named by the environment.
START = """
import json, os, sys, time
sys.path.insert(0, {tests!r})
os.environ["DJANGO_SETTINGS_MODULE"] = "zhanggui.config.settings"
import django; django.setup()
from django.db import transaction
from ledger_frames import record
rows = [dict(order_no=str(n), line_no=f"{{n}}a", line_paid=n, qty=1, title=f"货 {{n % 7}}", status="paid")
        for n in range({count})]
"""
RECORD = """
sys.stdin.readline()
with transaction.atomic():
    done = record(1, lines=rows, grain="items")
    print("recorded", flush=True)
    time.sleep({pause})
print(json.dumps([done.lines_new, done.lines_unchanged]), flush=True)
"""
MAKE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from zhanggui.foundation.accounts import operations as accounts
print(accounts.create_shop(name="一号店", channel="taobao").id)
"""
LOOK = """
from django.db.models import Sum
from zhanggui.trade.orders.models import Article, Layer, Line, Order
sums = Order.objects.aggregate(paid=Sum("buyer_paid"))
print(json.dumps([Order.objects.count(), Line.objects.count(), Article.objects.count(), sums["paid"]]))
"""


class House:
    """A home folder, and on PostgreSQL a database, of its own."""

    def __init__(self, home: Path) -> None:
        self.environment = {**os.environ, "ZHANGGUI_HOME": str(home)}
        self._admin = os.environ.get("ZHANGGUI_DATABASE_URL", "")
        self._name = f"races_{os.getpid()}_{time.time_ns()}"
        if self._admin:
            self._sql(f'CREATE DATABASE "{self._name}"')
            parts = urlsplit(self._admin)
            self.environment["ZHANGGUI_DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{self._name}"))

    def _sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def close(self) -> None:
        if self._admin:
            self._sql(f'DROP DATABASE "{self._name}" WITH (FORCE)')

    def start(self, body: str, count: int = 400) -> subprocess.Popen[str]:
        program = START.format(tests=str(TESTS), count=count) + body
        return subprocess.Popen(
            [sys.executable, "-c", program],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, body: str) -> Any:
        process = self.start(body)
        out, err = process.communicate("\n", timeout=120)
        assert process.returncode == 0, err
        return json.loads(out.splitlines()[-1])


@pytest.fixture
def house(tmp_path: Path) -> Any:
    house = House(tmp_path)
    house.run(MAKE)
    yield house
    house.close()


def test_two_processes_recording_the_same_batch_make_one_result(house: House) -> None:
    both = [house.start(RECORD.format(pause=0.3)) for _ in range(2)]
    time.sleep(3)  # both are ready and wait for the word
    for process in both:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    found = []
    for process in both:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        found.append(json.loads(out.splitlines()[-1]))
    assert sorted(found) == [[0, 400], [400, 0]]
    assert house.run(LOOK) == [400, 400, 7, sum(range(400))]


@pytest.mark.parametrize("moment", [0.0, 0.02, 0.2])
def test_a_process_killed_in_the_middle_leaves_nothing_and_the_next_one_is_whole(house: House, moment: float) -> None:
    victim = house.start(RECORD.format(pause=60))
    assert victim.stdin is not None
    assert victim.stdout is not None
    victim.stdin.write("\n")
    victim.stdin.flush()
    if moment:
        assert victim.stdout.readline() == "recorded\n"
    time.sleep(moment)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait(timeout=30)
    victim.stdin.close()
    assert house.run(LOOK) == [0, 0, 0, None]
    assert house.run(RECORD.format(pause=0)) == [400, 0]
    assert house.run(LOOK) == [400, 400, 7, sum(range(400))]


def test_the_race_is_lost_when_the_lock_is_off(house: House) -> None:
    """Proof that the first test can fail: without the import lock PostgreSQL lets both insert, and one dies of it.

    SQLite has no such switch: its IMMEDIATE transaction is the lock.
    """
    if not os.environ.get("ZHANGGUI_DATABASE_URL"):
        pytest.skip("SQLite allows one writer at a time whatever the code does")
    unlocked = """
from zhanggui.trade.orders.store import bulk
bulk.lock_shop_imports = lambda shop_id: None
"""
    both = [house.start(unlocked + RECORD.format(pause=1)) for _ in range(2)]
    time.sleep(3)
    for process in both:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    codes = []
    for process in both:
        process.communicate(timeout=120)
        codes.append(process.returncode)
    assert sorted(codes) != [0, 0]
